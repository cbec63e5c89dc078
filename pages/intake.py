"""数据接入: what comes in, how old it is, what was rejected and why; and a way to load a file."""

import pyarrow as pa
import streamlit as st

from data.channels.state import now, read_states
from data.channels.summary import NO_CHANNEL, channel_rows, intake_sentence, time_in_words
from data.intake.reject_words import kinds_of
from data.intake.rejects import open_rejects
from data.journal.reconciliation import read_reconciliation, reconciliation_sentence
from data.rights import NotPermitted
from metrics.calendar.period import default_period
from pages.documents.sheet import Column, Sheet
from pages.parts import frame, page_cache
from pages.parts.controls import ControlRow
from pages.parts.intake.rejects_panel import rejects_panel
from pages.parts.intake.upload_panel import upload_panel
from pages.parts.table import show_table
from pages.parts.theme import style

ALL_TABLES = "全部"
LOOK_EVERY = 5  # seconds: a channel's state changes also when nothing comes in
CHANNEL_COLUMNS = (
    Column("name", "渠道"),
    Column("kind", "方式"),
    Column("state", "状态"),
    Column("last_record", "最近一条"),
    Column("rate", "速率", help="近 1 小时接收的平均；不足 1 小时或不足 10 条的，只列条数"),
    Column("today", "今日接收（条）", "whole"),
    Column("rejected", "今日拒收（行）", "whole"),
    Column("lag", "积压", help="尚未导入的数据中，最早的一条已等了多久"),
    Column("error", "最近的问题", width=420),
)


def draw() -> None:
    if page_cache.is_empty():
        _draw_empty()
        return
    controls = ControlRow("intake", 1.6, 4)
    screen = controls.screen
    period = default_period(screen.counted.as_of)
    with controls.head:
        frame.marks(screen, period, is_score=False)
    try:
        rejects = open_rejects(screen.counted.copy, screen.actor)
    except NotPermitted as error:
        with controls.head:
            frame.headline(time_in_words(screen.results.data_time()))
        st.warning(str(error))
    else:
        with controls.head:
            _headline(rejects.num_rows)
        _draw_permitted(controls, rejects)
    frame.foot(screen, period)


def _draw_permitted(controls: ControlRow, rejects: pa.Table) -> None:
    screen, names = controls.screen, {ALL_TABLES: ALL_TABLES, **kinds_of(rejects)}
    kind = controls.choice("拒收的数据表", names, "table", ALL_TABLES)
    st.subheader("渠道", anchor=False)
    _channels()
    frame.reading(reconciliation_sentence(read_reconciliation(page_cache.store().folder)))
    st.subheader("拒收", anchor=False)
    notes = [("单位", screen.bureau), ("数据表", names[kind])]
    rejects_panel(screen.actor, rejects, None if kind == ALL_TABLES else kind, notes)
    upload_panel(screen.actor)


def _draw_empty() -> None:
    """An empty store: what is missing, and the way to get it in from here."""
    style()
    frame.role_switch()
    frame.show_empty_store()
    upload_panel(frame.acting())


@st.fragment(run_every=LOOK_EVERY)
def _headline(rejects: int) -> None:
    states = read_states(page_cache.store().folder)
    frame.headline(
        intake_sentence(states, rejects, page_cache.results(frame.acting()).data_time(), now())
    )


@st.fragment(run_every=LOOK_EVERY)
def _channels() -> None:
    rows = channel_rows(read_states(page_cache.store().folder), now())
    if not rows:
        frame.reading(NO_CHANNEL)
        return
    show_table(Sheet("数据渠道", CHANNEL_COLUMNS, rows), key="channels")


draw()
