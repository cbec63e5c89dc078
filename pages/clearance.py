"""破案: is it better than last year, is the change real, where does it come from, and why?"""

import streamlit as st

from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_change import kind_name
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.calendar.period import last_year
from metrics.wording.clearance_readings import WHY_NOT_SCORED
from pages.parts import frame
from pages.parts.clearance.sheets import kinds_listed
from pages.parts.clearance.view import DEFINITIONS, View, made
from pages.parts.controls import control_row
from pages.parts.theme import palette


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    places = control_row(2, 1.3, 1.6, 1.7)
    with places[0]:
        period = frame.period_control(screen)
    screen.results.require_sight("station")
    counts = screen.results.cases(period)
    with places[1]:
        kind = _kind_control(counts)
    with places[2]:
        station = _station_control(counts)
    with places[3]:
        indicator = _measure_control(counts)
    choice = Choice(station, kind)
    if missing := counts.absent.get(indicator):
        with head:
            frame.headline(f"{counts.catalogue[indicator].title}不适用：{missing}")
        frame.foot(screen, period, DEFINITIONS)
        return
    view = screen.results.kept(
        lambda: _view(screen, counts, indicator, choice),
        *("clearance-page", period, choice, indicator, screen.actor, palette()),
    )
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(view.headline)
    _show(view)
    frame.foot(screen, period, DEFINITIONS)


def _show(view: View) -> None:
    why, speed_place = st.columns([1, 1], gap="large")
    with why:
        st.markdown("##### 变化从哪里来")
        view.why.show("why")
    with speed_place:
        st.markdown("##### 立案后多久破案")
        view.speed.show("speed")
    st.markdown("##### 立案与撤案核查：是破得多了，还是立得少了")
    view.audit.show("audit")
    st.markdown("##### 分类别")
    view.kinds.show("kinds")
    st.markdown("##### 分派出所：扣除案件构成后的比较")
    view.stations.show("stations")
    st.markdown("##### 各月立案的去向")
    view.cohorts.show("cohorts")
    view.months.show("months")
    st.markdown(f"**为何只研判、不计分**　{WHY_NOT_SCORED}")


def _kind_control(counts: CaseCounts) -> str:
    names = {kind: kind_name(counts, kind) for kind in kinds_listed(counts) if kind}
    return frame.choice("类别", list(names), "cases", cases.PROPERTY, names)


def _station_control(counts: CaseCounts) -> str:
    names = {cases.ALL: "全局", **{unit.code: unit.name for unit in counts.stations if unit.code}}
    return frame.choice("派出所", list(names), "station", cases.ALL, names)


def _measure_control(counts: CaseCounts) -> str:
    names = {name: counts.catalogue[name].title for name in cases.RATES}
    return frame.choice("破案率口径", list(names), "rate", cases.IN_PERIOD, names)


def _view(screen: frame.Screen, counts: CaseCounts, indicator: str, choice: Choice) -> View:
    period = counts.period
    since = min(last_year(period).starts_on, counts.months[0].starts_on)
    filed = screen.results.filed_cases(period, since)
    return made(screen, counts, filed, indicator, choice)


draw()
