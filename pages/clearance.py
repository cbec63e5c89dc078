"""破案: is it better than last year, is the change real, where does it come from, and why?"""

import streamlit as st

from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_change import kind_name
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.calendar.period import last_year
from metrics.wording.definitions import definitions
from pages.parts import frame
from pages.parts.block import show_block
from pages.parts.clearance.sheets import kinds_listed
from pages.parts.clearance.view import View, clearance_view
from pages.parts.controls import ControlRow
from pages.parts.theme import palette


def draw() -> None:
    controls = ControlRow("clearance", 2, 1.3, 1.6, 1.7)
    screen, period = controls.screen, controls.period()
    counts = screen.results.cases(period)
    kinds = {kind: kind_name(counts, kind) for kind in kinds_listed(counts) if kind}
    kind = controls.choice("类别", kinds, "cases", cases.PROPERTY)
    stations = {cases.ALL: "全局", **{u.code: u.name for u in counts.stations if u.code}}
    station = controls.unit_choice("派出所", stations, "station", cases.ALL)
    rates = {name: counts.catalogue[name].title for name in cases.RATES}
    indicator = controls.choice("破案率口径", rates, "rate", cases.IN_PERIOD)
    choice = Choice(station, kind)
    if missing := counts.absent.get(indicator):
        with controls.head:
            frame.headline(f"{counts.catalogue[indicator].title}不适用：{missing}")
        frame.foot(screen, period, definitions("clearance"))
        return
    view = screen.results.kept(
        lambda: _view(screen, counts, indicator, choice),
        *("clearance-page", period, choice, indicator, screen.actor, palette()),
    )
    controls.headline(period, view.headline, is_score=False)
    _show(view)
    frame.foot(screen, period, definitions("clearance"))


def _show(view: View) -> None:
    why, speed_place = st.columns([1, 1], gap="large")
    with why:
        show_block(view.why, "why")
    with speed_place:
        show_block(view.speed, "speed")
    show_block(view.audit, "audit")
    show_block(view.kinds, "kinds")
    show_block(view.stations, "stations")
    show_block(view.cohorts, "cohorts")
    show_block(view.months, "months")
    st.markdown(f"**为何只研判、不计分**　{dict(definitions('clearance'))['为何不计分']}")


def _view(screen: frame.Screen, counts: CaseCounts, indicator: str, choice: Choice) -> View:
    period = counts.period
    since = min(last_year(period).starts_on, counts.months[0].starts_on)
    filed = screen.results.filed_cases(period, since)
    return clearance_view(screen, counts, filed, indicator, choice)


draw()
