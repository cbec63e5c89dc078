"""考核: where does the period stand, what is left to do, and the one key that comes next."""

from collections.abc import Sequence

import streamlit as st

from metrics.assessment.appeals import deadlines_of
from metrics.assessment.awards import awards, frozen_months
from metrics.assessment.open_points import Need, needs, score_changes
from metrics.assessment.steps import Desk
from metrics.assessment.transitions import Case, next_step
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.wording.assessment_words import (
    award_reading,
    history,
    period_headline,
    run_reading,
    stages,
)
from metrics.wording.definitions import definitions
from pages.documents.sheet import Sheet, sheet_of, stamped
from pages.parts import frame, page_cache
from pages.parts.action_feedback import tell
from pages.parts.assessment.acts import STEP, again, frozen_panel, next_key
from pages.parts.assessment.sheets import AWARDS, HISTORY, RESULT
from pages.parts.clickable import page_link
from pages.parts.controls import ControlRow
from pages.parts.markup import render
from pages.parts.table import show_table

IN_LOG: tuple[Level, ...] = ("station", "village", "room", "group", "bureau")
OFFERED: tuple[Level, ...] = ("station", "village", "room")
LINKS = {  # page -> the words of a link to it
    "intake": "去数据接入",
    "ledger": "去申诉与台账",
    "ranking": "看排名",
    "indicator": "看指标",
    "checks": "去数据核查",
}


def draw() -> None:
    controls = ControlRow("assessment", 2, 1.4, 2.4, is_dated=True)
    screen, period = controls.screen, controls.period()
    level = controls.level(OFFERED)
    days = page_cache.days()
    desk = Desk(page_cache.store(), screen.actor, frame.acting_at(screen), days)
    standing, log = screen.results.standing(period), screen.results.log()
    step = next_step(Case(standing, log, period, desk.at.date(), days))
    lines = screen.results.lines(level, period)
    points = []
    if standing.is_open:
        waiting = screen.results.open_flags(period)
        points = needs(page_cache.store(), log, period.text, {level: lines}, waiting)
    is_mine = step is not None and screen.actor.may(step.transition.right)
    controls.headline(period, period_headline(period, standing, step, points, is_mine))
    st.html(render("assessment/period_path.html", stages=stages(standing, days)))
    tell(STEP)
    left, right = st.columns([1, 1], gap="large")
    with left:
        next_key(desk, period, step, len(points))
        again(desk, period, standing)
    with right:
        _needs(points, standing, period)
        last = deadlines_of(standing, days)
        if last and last.note:
            frame.reading(last.note)
    _result(screen, standing, period, level, lines)
    if standing.frozen:
        frozen_panel(desk, period, standing)
    if period.kind == "year":
        _awards(screen, period, level)
    _history(screen, period)
    frame.foot(screen, period, definitions("assessment"))


def _needs(points: Sequence[Need], standing: Standing, period: Period) -> None:
    st.markdown("##### 须核对")
    if not points:
        frame.reading("没有待核对的事项。" if standing.is_open else "本期已定稿。")
    for need in points:
        sentence, beside = st.columns([3, 1], vertical_alignment="center")
        sentence.markdown(need.sentence)
        with beside:
            page_link(need.where, LINKS[need.where], period=period.text)


def _result(
    screen: frame.Screen,
    standing: Standing,
    period: Period,
    level: Level,
    lines: Sequence[Assessment],
) -> None:
    st.subheader("得分", anchor=False)
    runs = standing.every_run
    moved = score_changes(runs[-2], runs[-1]) if standing.runs and len(runs) > 1 else []
    frame.reading(run_reading(standing, moved))
    if moved:
        names = screen.names_in_log(IN_LOG, period)
        with st.expander(f"与上一次计算的差别（{len(moved)} 个单位）"):
            st.markdown(
                "\n\n".join(f"{names.get(key, key)}：{old} → {new}" for key, old, new in moved)
            )
    notes = screen.notes(period)
    sheet = stamped(
        sheet_of(f"考核得分-{period.text}", RESULT, lines, notes),
        screen.results.stamp(period).columns(),
    )
    show_table(sheet, key="result")


def _awards(screen: frame.Screen, period: Period, level: Level) -> None:
    """年度评优 over the frozen months."""
    st.subheader("年度评优", anchor=False)
    log, year = screen.results.log(), period.starts_on.year
    months = frozen_months(log, year)
    scheme = screen.results.scheme(period)
    awarded = awards(page_cache.store().folder, log, scheme, level, year) if months else []
    frame.reading(award_reading(len(months), awarded))
    if awarded:
        sheet = sheet_of(f"年度评优-{period.text}", AWARDS, awarded, screen.notes(period))
        show_table(sheet, key="awards")


def _history(screen: frame.Screen, period: Period) -> None:
    names = screen.names_in_log(IN_LOG, period)
    notes = screen.notes(period)
    rows = history(screen.results.log(), period.text, names)
    sheet = Sheet(f"办理记录-{period.text}", HISTORY, rows, notes)
    if sheet.rows:
        st.subheader("办理记录", anchor=False)
        show_table(sheet, key="history")


draw()
