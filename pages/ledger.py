"""申诉与台账: who objects to what, and what was given or taken beside the indicators."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from data.rights import Right
from metrics.assessment.appeals import Appeal, appeal_counts, appeals
from metrics.assessment.steps import Desk
from metrics.calendar.period import Period
from metrics.scoring.ledger import Item, ledger
from metrics.wording.assessment_words import appeals_reading, ledger_headline
from metrics.wording.definitions import definitions
from pages.parts import frame, page_cache
from pages.parts.action_feedback import tell
from pages.parts.controls import ControlRow
from pages.parts.ledger import forms
from pages.parts.ledger.sheets import appeal_sheet, ledger_sheet
from pages.parts.table import show_table

ALL, CHOSEN = "all", "period"
SCOPES = {CHOSEN: "本期", ALL: "全部期间"}


def draw() -> None:
    controls = ControlRow("ledger", 2, 1.4, 2.4, is_dated=True)
    screen, period = controls.screen, controls.period()
    scope = controls.choice("范围", SCOPES, "scope", CHOSEN)
    desk = Desk(page_cache.store(), screen.actor, frame.acting_at(screen), page_cache.days())
    text = None if scope == ALL else period.text
    items = [i for i in ledger(screen.results.log()) if text in (None, i.proposal.period)]
    filed = list(appeals(screen.results.log(), text))
    names = screen.names_in_log(forms.OFFERED, period)
    controls.headline(period, ledger_headline(period.title if text else "全部期间", items, filed))
    _ledger(screen, desk, period, items, names)
    _appeals(screen, desk, period, filed, names)
    frame.foot(screen, period, definitions("ledger"))


def _ledger(
    screen: frame.Screen, desk: Desk, period: Period, items: list[Item], names: dict[str, str]
) -> None:
    st.subheader("台账", anchor=False)
    scheme = screen.results.scheme(period)
    if items:
        sheet = ledger_sheet(items, scheme, names, screen.notes(period))
        show_table(sheet, key="ledger")
    else:
        frame.reading("本期没有登记加减分。")
    waiting = [item for item in items if item.state == "proposed"]
    left, right = st.columns(2, gap="large")
    with left, _answered("登记加减分", forms.PROPOSE):
        if _may(desk, "adjust"):
            forms.propose_form(desk, scheme, period)
    with right, _answered(f"批准（待批 {len(waiting)} 条）", forms.SETTLE, is_open=bool(waiting)):
        if not waiting:
            frame.reading("没有待批事项。")
        elif _may(desk, "approve"):
            forms.settle_form(desk, waiting, names)


def _appeals(
    screen: frame.Screen, desk: Desk, period: Period, filed: list[Appeal], names: dict[str, str]
) -> None:
    st.subheader("申诉", anchor=False)
    catalogue = screen.counted.catalogue
    frame.reading(appeals_reading(appeal_counts(filed), catalogue))
    if filed:
        sheet = appeal_sheet(filed, catalogue, names, screen.notes(period))
        show_table(sheet, key="appeals")
    waiting = [appeal for appeal in filed if appeal.outcome == "open"]
    left, right = st.columns(2, gap="large")
    with left, _answered("提出申诉", forms.APPEAL):
        if _may(desk, "appeal"):
            forms.appeal_form(desk, screen.results.scheme(period), period)
    with right, _answered(f"复核（待复核 {len(waiting)} 件）", forms.REVIEW, is_open=bool(waiting)):
        if not waiting:
            frame.reading("没有待复核的申诉。")
        elif _may(desk, "review"):
            forms.review_form(desk, waiting, names)


@contextmanager
def _answered(title: str, place: str, *, is_open: bool = False) -> Iterator[None]:
    """A form that folds away; what it came to stands below it."""
    with st.expander(title, expanded=is_open):
        yield
    tell(place)


def _may(desk: Desk, right: Right) -> bool:
    """Whether the form is drawn; else one sentence says who may."""
    if who_may := frame.lacks(desk.actor, right):
        st.info(who_may)
    return not who_may


draw()
