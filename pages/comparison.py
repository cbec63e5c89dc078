"""同比环比: better or worse than last year and than before, and is the change real?"""

from collections.abc import Sequence

import streamlit as st

from metrics.analysis import compare_spans
from metrics.analysis.compare_spans import Basis
from metrics.calendar.period import Period
from metrics.cells.units import BUREAU
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording.definitions import definitions
from pages.parts import frame
from pages.parts.address_choice import choice
from pages.parts.block import show_block
from pages.parts.clickable import go_to
from pages.parts.comparison.change_view import (
    ALL_UNITS,
    ComparisonSelection,
    Scope,
    View,
    comparison_view,
)
from pages.parts.controls import ALL_GROUPS, ControlRow, kind_choice, unit_names
from pages.parts.table import ALL_ROWS, choose_line, show_table
from pages.parts.theme import palette

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
MOST_ROWS = 30  # rows that are all shown; longer tables scroll


def draw() -> None:
    controls = ControlRow("comparison", 2, 1.3, 1.2, 1.2, 1.6)
    screen, period = controls.screen, controls.period()
    chosen = controls.indicators(period)
    level = controls.level(OFFERED, period=period)
    group = controls.group(period)
    scope = _scope(controls, level, group, period)
    matrix_place = st.container()
    focus = _focus_controls(screen, chosen, period)
    selection = ComparisonSelection(
        tuple(i.id for i in chosen), period, level, group, scope, *focus
    )
    view = screen.results.kept(
        lambda: comparison_view(screen, selection),
        *("comparison", *selection.key(), screen.actor, palette()),
    )
    controls.headline(period, view.headline, is_score=False)
    with matrix_place:
        _matrix(view)
    _details(view, selection)
    frame.foot(screen, period, definitions("comparison"))


def _scope(controls: ControlRow, level: Level, group: str, period: Period) -> Scope:
    """单位: all of the bureau or of the group, or one unit of the level."""
    whole = "全局" if group == ALL_GROUPS else f"{group}合计"
    names = {ALL_UNITS: whole, **unit_names(controls.screen, level, period, group)}
    registered = unit_names(controls.screen, level, period, ALL_GROUPS)
    code = controls.unit_choice("单位", names, "unit", ALL_UNITS, registered)
    if code != ALL_UNITS:
        return Scope(level, code, names[code])
    return Scope("bureau", BUREAU) if group == ALL_GROUPS else Scope("group", group, group)


def _focus_controls(
    screen: frame.Screen, chosen: Sequence[Indicator], period: Period
) -> tuple[Indicator, str | None, str, Basis]:
    """细看: which indicator and kind, which span, against what.

    A click in the table or on a dot chooses the same.
    """
    spans = compare_spans.spans_ending(period)
    titles = {
        code: f"{compare_spans.SPAN_NAMES[code]}（{span.title}）" for code, span in spans.items()
    }
    names = {indicator.id: indicator.title for indicator in chosen}
    with st.container(key="focus"):
        places = st.columns([2, 1.4, 2.6, 1.2, 1.3], vertical_alignment="bottom")
    with places[0]:
        name = choice("细看指标", names, "indicator", chosen[0].id)
    with places[1]:
        kind, indicator = kind_choice(screen, next(i for i in chosen if i.id == name))
    with places[2]:
        own = compare_spans.code_of(period, spans) or compare_spans.CHOSEN
        span = choice("时段", titles, "span", own)
    with places[3]:
        basis = choice("对比", compare_spans.BASIS_NAMES, "basis", "last_year")
    return indicator, kind, span, basis


def _matrix(view: View) -> None:
    show_block(view.matrix, "matrix")
    if view.cautions:
        st.markdown("##### 比较时请注意")
        st.html(view.cautions)
    st.markdown("##### 细看")


def _look_at() -> None:
    """A dot was clicked: its indicator is looked at."""
    if points := st.session_state["changes"]["selection"]["points"]:
        st.session_state["indicator"] = str(points[0]["customdata"])


def _details(view: View, selection: ComparisonSelection) -> None:
    picture, card = st.columns([3, 2], gap="large")
    with picture:
        show_block(view.picture, "changes", on_select=_look_at)
    with card:
        st.markdown("##### 数量与比率")
        st.html(view.card)
    show_table(view.beside, "beside", ALL_ROWS)
    st.markdown(f"##### 各{LEVELS[selection.level]}")
    frame.reading(f"{view.units_reading}点一行，全页只看这个单位。")
    key = f"units-{selection.scope.unit}"
    chosen = choose_line(view.units_sheet, view.units, key, MOST_ROWS)
    if chosen and chosen.unit.code not in ("", selection.scope.unit):
        go_to(selection.address(unit=chosen.unit.code))


draw()
