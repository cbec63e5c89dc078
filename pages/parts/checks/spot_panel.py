"""抽查: how far it covers the villages, the month's draw, and the entry of what was found."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime

import streamlit as st

from data.decisions.spot_checks import Result, Sample, enter_result, log_sample, void_failed
from data.journal.log import moment_words
from metrics.calendar.period import Period
from metrics.figures.record_card import record_card
from metrics.integrity.flag import find_flags
from metrics.integrity.spot_sample import SpotCoverage, ToCheck, draw_sample, shown_to
from pages.documents.sheet import Column, sheet_of
from pages.parts import action_feedback, frame, page_cache
from pages.parts.markup import render
from pages.parts.table import ALL_ROWS, choose_line, show_table

Now = Callable[[], datetime]
NUMBER_HELP = "抽样编号由系统随机产生，谁也不能挑选；凭同一编号重抽同一批数据，抽到的记录完全相同"


def _result(row: ToCheck) -> str:
    return "待查" if row.sampled is None else f"{row.sampled} 项中 {row.correct} 项准确"


COVERAGE = (
    Column("name", "派出所"),
    Column("villages", "村（社区）（个）", "whole"),
    Column("covered", "其中抽足（个）", "whole"),
    Column("share", "覆盖率（%）", "percent"),
    Column("checks", "抽查结果（条）", "whole"),
)
DRAWN = (
    Column("village", "村（社区）"),
    Column("table", "数据表"),
    Column("id", "记录编号"),
    Column("why", "抽取方式"),
    Column("result", "结果", of=_result),
)


def show_spot_checks(
    screen: frame.Screen,
    period: Period,
    month: date,
    sample_of_month: tuple[Sample, Sequence[ToCheck]] | None,
    covered: Sequence[SpotCoverage],
    now: Now,
) -> None:
    st.subheader(f"{month.year}年{month.month}月的抽查样本", anchor=False)
    with st.container():
        if sample_of_month is None:
            _not_drawn(screen, month, now)
            action_feedback.tell(f"draw-{month}")
        else:
            _drawn(screen, period, *sample_of_month, now)
    st.subheader("覆盖情况", anchor=False)
    _coverage(screen, period, covered)


def _coverage(screen: frame.Screen, period: Period, covered: Sequence[SpotCoverage]) -> None:
    sheet = sheet_of(f"抽查覆盖-{period.text}", COVERAGE, covered, screen.notes(period))
    show_table(sheet, key="coverage", whole_up_to=ALL_ROWS)


def _not_drawn(screen: frame.Screen, month: date, now: Now) -> None:
    frame.reading("尚未抽取。每村（社区）随机 5 条，另加有线索的记录；抽样编号由系统随机产生")
    if who_may := frame.lacks(screen.actor, "check"):
        frame.reading(f"{who_may}。")
        return
    st.button("抽取样本", type="primary", help=NUMBER_HELP, on_click=_draw, args=(month, now))


def _draw(month: date, now: Now) -> None:
    """A press of the button: the seed is made here, so that nobody can choose it."""
    counted, seed = page_cache.latest().counted, secrets.randbelow(10**9)
    flags = find_flags(counted, month, month).flags
    sample = draw_sample(counted, month, seed, flags)
    records = [(one.record, one.village, one.why) for one in sample]
    journal, position = page_cache.store().journal, counted.position

    def log() -> str:
        log_sample(journal, month, seed, position, records, frame.acting(), now())
        return f"已抽取 {len(records):,} 条，抽样编号 {seed}"

    action_feedback.answer(f"draw-{month}", log)


def _drawn(
    screen: frame.Screen, period: Period, sample: Sample, rows: Sequence[ToCheck], now: Now
) -> None:
    st.caption(
        f"{sample.person} 于 {moment_words(sample.at)} 抽取，抽样编号 {sample.seed}，"
        f"办理日志第 {sample.number} 号",
        help=NUMBER_HELP,
    )
    rows, total = shown_to(rows, screen.actor), len(rows)
    notes = screen.notes(
        period, ("抽样编号", str(sample.seed)), ("抽取时的数据版本", str(sample.position))
    )
    sheet = sheet_of(f"抽查样本-{sample.month:%Y-%m}", DRAWN, rows, notes)
    if len(rows) < total:
        frame.reading("待查的记录查后列出")
    if not rows:  # an empty table speaks English
        return
    if not screen.actor.may("check"):
        show_table(sheet, key="drawn")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        chosen = choose_line(sheet, rows, "drawn")
    with right:
        if chosen:
            _check(screen, chosen, now)
        else:
            action_feedback.tell(f"draw-{sample.month}")
            frame.reading("在表中选一行，录入抽查结果")


def _check(screen: frame.Screen, row: ToCheck, now: Now) -> None:
    """What the record says, beside the form for what was found about it."""
    with st.container(border=True, key="spot-record"):
        st.markdown(f"**{row.village}　{row.table} {row.id}**")
        card, form = st.columns([1, 1], gap="medium")
        with card:
            if facts := record_card(screen.counted, row.record, screen.actor):
                st.html(render("facts.html", facts=facts, is_framed=False))
            else:
                frame.reading("这条记录已删除")
        with form:
            _form(row, now)
            action_feedback.tell(row.record)


def _form(row: ToCheck, now: Now) -> None:
    with st.form(f"spot-{row.record}", border=False):
        sampled, correct = st.columns(2)
        sampled.number_input(
            "抽查项数",
            1,
            50,
            row.sampled,
            key=f"spot-sampled-{row.record}",
            help="逐项核对左边所列，如时间、地点、事由；核对了几项就填几",
        )
        correct.number_input("准确项数", 0, 50, row.correct, key=f"spot-correct-{row.record}")
        st.text_input(
            "作废理由（不作废则留空）",
            key=f"spot-reason-{row.record}",
            placeholder="例：户主称当日未有人上门",
        )
        st.form_submit_button("录入", type="primary", on_click=_enter, args=(row, now))


def _enter(row: ToCheck, now: Now) -> None:
    """A press of the button: the result goes through the intake, the voiding into the log."""
    state, actor, at, store = st.session_state, frame.acting(), now(), page_cache.store()
    sampled, correct, reason = (
        state[f"spot-{name}-{row.record}"] for name in ("sampled", "correct", "reason")
    )
    if sampled is None or correct is None:
        action_feedback.keep(row.record, "请填写抽查项数和准确项数", is_done=False)
        return
    result = Result(row.record, row.village_code, at.date(), int(sampled), int(correct))

    def enter() -> str:
        enter_result(page_cache.loader(), result, actor, at)
        done = f"已录入：{result.sampled} 项中 {result.correct} 项准确"
        if not str(reason).strip():
            return done
        where = store.journal, store.copy
        is_voided = void_failed(*where, result, str(reason), actor, at)
        fate = "记录已作废" if is_voided else "作废会去掉一次未达标，已列为待核，须他人确认"
        return f"{done}，{fate}"

    action_feedback.answer(row.record, enter)
