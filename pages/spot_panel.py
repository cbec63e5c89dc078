"""抽查: how far it covers the villages, the month's draw, and the entry of what was found."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime

import streamlit as st

from data.journal import JournalError
from data.loading import Loader
from data.log import NotNow
from data.rights import NotPermitted, require
from data.source import Refused
from data.spot_checks import Result, Sample, enter_result, log_sample, samples, void_failed
from metrics.flag import find_flags
from metrics.period import Period
from metrics.spot_sample import Coverage, ToCheck, draw_sample, to_check
from pages import figures, frame
from pages.flag_panel import STYLE
from pages.table import Column, Row, Sheet, show_table

ALL, TOLD = "全部", "_spot"
Now = Callable[[], datetime]
COVERAGE = (
    Column("name", "派出所"),
    Column("villages", "村（社区）（个）", "whole"),
    Column("covered", "抽足的（个）", "whole"),
    Column("share", "覆盖率（%）", "percent"),
    Column("checks", "抽查（条）", "whole"),
)
DRAWN = (
    Column("village", "村（社区）"),
    Column("table", "数据表"),
    Column("id", "记录编号"),
    Column("why", "抽取方式"),
    Column("result", "结果"),
)


def show_spot_checks(
    screen: frame.Screen, period: Period, station: str, covered: Sequence[Coverage], now: Now
) -> None:
    told: tuple[str, bool] | None = st.session_state.get(TOLD)
    if told:
        (st.success if told[1] else st.warning)(told[0])
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.subheader("覆盖情况", anchor=False)
        _coverage(screen, period, [c for c in covered if station in (ALL, c.station)])
    with right:
        month = period.ends_on.replace(day=1)
        st.subheader(f"{month.year}年{month.month}月的抽查样本", anchor=False)
        drawn = figures.kept(lambda now: samples(now.copy), "samples")
        sample = next((s for s in drawn if s.month == month), None)
        if sample is None:
            _not_drawn(screen, month, now)
        else:
            _drawn(screen, period, station, sample, now)


def _coverage(screen: frame.Screen, period: Period, covered: Sequence[Coverage]) -> None:
    rows: list[Row] = [
        {
            "name": line.name,
            "villages": line.villages,
            "covered": line.covered,
            "share": line.share,
            "checks": line.checks,
        }
        for line in covered
    ]
    sheet = Sheet(f"抽查覆盖-{period.text}", COVERAGE, rows, frame.notes(screen, period))
    show_table(sheet, key="coverage", height="content")


def _not_drawn(screen: frame.Screen, month: date, now: Now) -> None:
    frame.reading("尚未抽取。每村（社区）随机 5 条，另加有线索的记录；种子随机产生并记入办理日志")
    if _may_check(screen):
        st.button("抽取样本", type="primary", on_click=_draw, args=(month, now))


def _may_check(screen: frame.Screen) -> bool:
    try:
        require(screen.actor, "check")
    except NotPermitted as error:
        frame.reading(f"{error}。")
        return False
    return True


def _draw(month: date, now: Now) -> None:
    """A press of the button: the seed is made here, so that nobody can choose it."""
    counted, seed = figures.latest().counted, secrets.randbelow(10**9)
    flags = find_flags(counted, month, month).flags
    drawn = draw_sample(counted, month, seed, flags)
    records = [(one.record, one.village, one.why) for one in drawn]
    actor = frame.acting()
    try:
        log_sample(figures.store().journal, month, seed, counted.position, records, actor, now())
    except (NotNow, NotPermitted, Refused, JournalError) as error:
        st.session_state[TOLD] = str(error), False
        return
    st.session_state[TOLD] = f"已抽取 {len(records):,} 条，种子 {seed}", True


def _drawn(screen: frame.Screen, period: Period, station: str, sample: Sample, now: Now) -> None:
    rows = figures.kept(lambda now: to_check(now, sample), "to-check", sample.number)
    own = [row for row in rows if station in (ALL, row.station)]
    done = sum(row.sampled is not None for row in own)
    frame.reading(
        f"{len(own):,} 条，已查 {done:,} 条。{sample.person} 于 {sample.at:%Y-%m-%d %H:%M} 抽取，"
        f"种子 {sample.seed}，数据位置 {sample.position}，办理日志第 {sample.number} 号"
    )
    notes = [
        *frame.notes(screen, period),
        ("种子", str(sample.seed)),
        ("数据位置", str(sample.position)),
    ]
    sheet = Sheet(f"抽查样本-{sample.month:%Y-%m}", DRAWN, [_row(row) for row in own], notes)
    chosen = show_table(sheet, key=f"drawn-{station}", height=320, selects=True)
    if not _may_check(screen):
        return
    if chosen is None or chosen >= len(own):
        frame.reading("在表中选一行，录入抽查结果")
        return
    _form(own[chosen], now)


def _row(row: ToCheck) -> Row:
    result = "待查" if row.sampled is None else f"{row.sampled} 项中 {row.correct} 项准确"
    return {
        "village": row.village,
        "table": row.table,
        "id": row.id,
        "why": row.why,
        "result": result,
    }


def _form(row: ToCheck, now: Now) -> None:
    st.html(STYLE)
    with st.form(f"spot-{row.record}", border=True):
        st.markdown(f"**{row.village}　{row.table} {row.id}**")
        sampled, correct, reason, button = st.columns([1, 1, 3, 1], vertical_alignment="bottom")
        sampled.number_input("抽查项数", 1, 50, row.sampled or 10, key="spot-sampled")
        correct.number_input(
            "准确项数", 0, 50, row.correct if row.correct is not None else 10, key="spot-correct"
        )
        reason.text_input(
            "作废理由（不作废则留空）",
            key="spot-reason",
            placeholder="例：户主称当日未有人上门",
        )
        button.form_submit_button("录入", type="primary", on_click=_enter, args=(row, now))


def _enter(row: ToCheck, now: Now) -> None:
    """A press of the button: the result goes through the intake, the voiding into the log."""
    state, actor, at, store = st.session_state, frame.acting(), now(), figures.store()
    result = Result(
        row.record,
        row.village_code,
        at.date(),
        int(state["spot-sampled"]),
        int(state["spot-correct"]),
    )
    reason = str(state["spot-reason"]).strip()
    done = "已录入抽查结果"
    try:
        enter_result(Loader(store.journal, store.copy, tells_each_row=True), result, actor, at)
        if reason:
            void_failed(store.journal, store.copy, result, reason, actor, at)
            done += "，记录已作废"
    except (Refused, NotNow, NotPermitted, JournalError) as error:
        state[TOLD] = str(error), False
        return
    state[TOLD] = done, True
