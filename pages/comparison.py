"""同比环比: better or worse than last year and than before, and is the change real?"""

from collections.abc import Sequence
from typing import Literal, cast

import streamlit as st

from metrics.analysis.compare_spans import (
    BASIS_NAMES,
    CHOSEN,
    SPAN_NAMES,
    Basis,
    code_of,
    spans_ending,
)
from metrics.calendar.period import Period
from metrics.cells.units import BUREAU
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording.compare_definitions import DEFINITIONS
from pages.parts import frame
from pages.parts.clickable import go_to, show_clickable
from pages.parts.comparison.change_view import ALL_UNITS, Asked, Scope, View, made
from pages.parts.controls import control_row, kind_control, unit_names
from pages.parts.indicator_set import indicator_set
from pages.parts.table import export_buttons, show_table
from pages.parts.theme import palette

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
MOST_ROWS = 30  # rows that are all shown; longer tables scroll


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    places = control_row(1.3, 2, 1.2, 1.2, 1.6)
    with places[1]:
        period = frame.period_control(screen)
    with places[0]:
        scored = [scored.id for scored in screen.results.scheme(period).indicators]
        chosen = indicator_set(screen.counted.catalogue, scored)
    with places[2]:
        level = frame.level_control(OFFERED, screen, notice=head)
    with places[3]:
        group = frame.group_control(screen, period)
    with places[4]:
        scope = _scope(screen, level, group, period)
    matrix_place = st.container()
    focus = _focus_controls(screen, chosen, period)
    asked = Asked(tuple(i.id for i in chosen), period, level, group, scope, *focus)
    screen.results.require_sight(level)
    view = screen.results.kept(
        lambda: made(screen, asked),
        *("comparison", *asked.key(), screen.actor, palette()),
    )
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(view.headline)
    with matrix_place:
        _matrix(view)
    _details(view, asked)
    frame.foot(screen, period, DEFINITIONS)


def _scope(screen: frame.Screen, level: Level, group: str, period: Period) -> Scope:
    """单位: all of the bureau or of the group, or one unit of the level."""
    whole = "全局" if group == frame.ALL_GROUPS else f"{group}合计"
    names = {ALL_UNITS: whole, **unit_names(screen, level, period, group)}
    code = frame.choice("单位", list(names), "unit", ALL_UNITS, names, filter_mode="contains")
    if code != ALL_UNITS:
        return Scope(level, code, names[code])
    return Scope("bureau", BUREAU) if group == frame.ALL_GROUPS else Scope("group", group, group)


def _focus_controls(
    screen: frame.Screen, chosen: Sequence[Indicator], period: Period
) -> tuple[Indicator, str | None, str, Basis]:
    """细看: which indicator and kind, which span, against what.

    A click in the table or on a dot chooses the same.
    """
    spans = spans_ending(period)
    titles = {code: f"{SPAN_NAMES[code]}（{span.title}）" for code, span in spans.items()}
    names = {indicator.id: indicator.title for indicator in chosen}
    with st.container(key="focus"):
        places = st.columns([2, 1.4, 2.6, 1.2, 1.3], vertical_alignment="bottom")
    with places[0]:
        name = frame.choice("细看指标", list(names), "indicator", chosen[0].id, names)
    with places[1]:
        kind, indicator = kind_control(screen, next(i for i in chosen if i.id == name))
    with places[2]:
        own = code_of(period, spans) or CHOSEN
        span = frame.choice("时段", list(spans), "span", own, titles)
    with places[3]:
        basis = frame.choice("对比", list(BASIS_NAMES), "basis", "last_year", BASIS_NAMES)
    return indicator, kind, span, cast(Basis, basis)


def _matrix(view: View) -> None:
    show_clickable(view.matrix, key="matrix")
    frame.reading(view.matrix_reading)
    export_buttons(view.everything, "matrix")
    if view.cautions:
        st.markdown("##### 比较时请注意")
        st.html(view.cautions)
    st.markdown("##### 细看")


def _look_at() -> None:
    """A dot was clicked: its indicator is looked at."""
    if points := st.session_state["changes"]["selection"]["points"]:
        st.session_state["indicator"] = str(points[0]["customdata"])


def _details(view: View, asked: Asked) -> None:
    picture, card = st.columns([3, 2], gap="large")
    with picture:
        st.markdown(f"##### 各项变化（{BASIS_NAMES[asked.basis]}）")
        view.picture.show("changes", on_select=_look_at)
    with card:
        st.markdown("##### 数量与比率")
        st.html(view.card)
    show_table(view.beside, "beside", "content")
    st.markdown(f"##### 各{LEVELS[asked.level]}")
    frame.reading(f"{view.units_reading}点一行，全页只看这个单位。")
    height: Literal["auto", "content"] = "content" if len(view.units) <= MOST_ROWS else "auto"
    chosen = show_table(view.units_sheet, f"units-{asked.scope.unit}", height, selects=True)
    if chosen is None or chosen >= len(view.units):
        return
    code = view.units[chosen].unit.code
    if code and code != asked.scope.unit:
        go_to(asked.address(unit=code))


draw()
