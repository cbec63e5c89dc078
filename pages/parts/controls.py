"""The controls that several pages share, and the row they stand in."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics.calendar.period import Period
from metrics.cells.units import Unit
from metrics.indicators.catalogue import Indicator, catalogue_order
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording.unit_readings import name_of
from pages.parts import frame

ALL_KINDS = "all"
Asks = Callable[[Indicator], bool]


def control_row(*widths: float) -> list[DeltaGenerator]:
    """A place for each width, and after them who acts."""
    with st.container(key="controls"):
        *places, last = st.columns([*widths, 1.2], vertical_alignment="bottom")
    with last:
        frame.role_switch()
    return places


def indicator_control(
    screen: frame.Screen,
    period: Period,
    offers: Asks = lambda _: True,
    begins: Asks = lambda _: True,
) -> Indicator:
    """指标: those that the page offers, scored ones first; `begins`: which may be the default."""
    scored = [scored.id for scored in screen.results.scheme(period).indicators]
    offered = [i for i in catalogue_order(screen.counted.catalogue, scored) if offers(i)]
    names = {indicator.id: indicator.title for indicator in offered}
    first = next(i.id for i in offered if begins(i))
    chosen = frame.choice("指标", list(names), "indicator", first, names, filter_mode="contains")
    return screen.counted.catalogue[chosen]


def kind_control(screen: frame.Screen, indicator: Indicator) -> tuple[str | None, Indicator]:
    """类别, where the indicator can be broken down; the indicator is then named after its kind."""
    kinds = screen.results.kinds(indicator)
    if not kinds:
        if "kind" in st.query_params:
            del st.query_params["kind"]
        return None, indicator
    names = {ALL_KINDS: "全部", **kinds}
    chosen = frame.choice("类别", list(names), "kind", ALL_KINDS, names)
    if chosen == ALL_KINDS:
        return None, indicator
    title = f"{indicator.title}（{kinds[chosen]}）"
    return chosen, indicator.model_copy(update={"title": title})


def unit_names(screen: frame.Screen, level: Level, period: Period, group: str) -> dict[str, str]:
    """Code -> name of the units of a level and group."""
    listed = screen.results.units(level, period)
    return {u.code: u.name for u in listed if group in (frame.ALL_GROUPS, u.group)}


def unit_control(screen: frame.Screen, level: Level, period: Period) -> tuple[Unit, str]:
    """单位, by name, to be typed or chosen; the first one when the level has changed."""
    listed = {unit.code: unit for unit in screen.results.units(level, period)}
    if not listed:
        st.info(f"{period.title}没有登记的{LEVELS[level]}")
        st.stop()
    stations = {s.code: s.name for s in screen.results.units("station", period)}
    names = {code: name_of(unit, stations) for code, unit in listed.items()}
    first = next(iter(listed))
    code = frame.choice("单位", list(listed), "unit", first, names, filter_mode="contains")
    return listed[code], names[code]
