"""公平比较: which differences are real, and which ranks would hold?"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.analysis.fairness import KINDS, Compared, UnitComparison, chances_ahead, compare_units
from metrics.calendar.period import Period
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording import fairness_readings
from metrics.wording.definition import warning
from metrics.wording.definitions import definitions
from metrics.wording.indicator_readings import target_value
from pages.documents.sheet import Sheet
from pages.parts import frame
from pages.parts.block import Block, show_block
from pages.parts.clickable import address, go_to
from pages.parts.controls import ALL_GROUPS, ControlRow, unit_names
from pages.parts.fairness.funnel_chart import funnel_chart
from pages.parts.fairness.sheets import compared_sheet, shown_rows, steady_sheet
from pages.parts.fairness.shrink_chart import MOST, shown_lines, shrink_chart
from pages.parts.fairness.steady_chart import steady_markup
from pages.parts.table import choose_line, show_table
from pages.parts.theme import palette

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer")
# The unit that the charts ring and the tables are narrowed to: its key, and that there is none.
CHOSEN, NONE = "chosen", "all"
MOST_ROWS = 30  # rows that are all shown; longer tables scroll


def draw() -> None:
    controls = ControlRow("fairness", 1.9, 2, 1.2, 1.1, 1.7)
    screen, period = controls.screen, controls.period()
    indicator = controls.indicator(period, lambda i: i.kind in KINDS)
    level = controls.level(OFFERED)
    group = controls.group(period)
    names = {NONE: "不指定", **unit_names(screen, level, period, group)}
    registered = unit_names(screen, level, period, ALL_GROUPS)
    unit = controls.unit_choice("看一个单位", names, CHOSEN, NONE, registered)
    chosen = "" if unit == NONE else unit
    selection = FairnessSelection(indicator, level, period, group, chosen)
    view = screen.results.kept(
        lambda: _view(screen, selection),
        *("fairness", indicator.id, level, period, group, chosen, screen.actor, palette()),
    )
    controls.headline(period, view.headline, indicator.caution)
    if view.warning:
        st.warning(view.warning, icon=":material/gavel:")
    _pictures(view)
    st.markdown(f"##### 各{LEVELS[level]}：{indicator.title}")
    frame.reading(view.table_reading)
    _table(view, level, period)
    show_block(view.steady, "steady")
    if view.steady_sheet:
        show_table(view.steady_sheet, "steady-table", MOST_ROWS)
    frame.foot(screen, period, [*definitions("fairness"), (indicator.title, indicator.definition)])


@dataclass(frozen=True)
class FairnessSelection:
    """What the controls say."""

    indicator: Indicator
    level: Level
    period: Period
    group: str
    chosen: str

    def to(self, unit: str) -> str:
        """The address of this view with a unit chosen, '' for none."""
        return address(
            "fairness",
            indicator=self.indicator.id,
            period=self.period.text,
            level=self.level,
            group=self.group,
            **{CHOSEN: unit or NONE},
        )


@dataclass(frozen=True)
class View:
    """What the page says and draws; `rows` as in the sheet, no steady sheet without ranks."""

    headline: str
    warning: str
    funnel: Block
    shrink: Block
    table_reading: str
    sheet: Sheet
    rows: Sequence[Compared]
    steady: Block
    steady_sheet: Sheet | None


def _view(screen: frame.Screen, selection: FairnessSelection) -> View:
    indicator, chosen = selection.indicator, selection.chosen
    level, period = selection.level, selection.period
    units = _units(screen, selection)
    scored = screen.results.scheme(period).scored(indicator.id)
    verdicts = screen.results.unit_verdicts((indicator.id,), level, period)[indicator.id]
    comparison = screen.results.kept(
        lambda: compare_units(units, verdicts, scored),
        *("comparison", indicator.id, level, period, selection.group),
    )
    ahead = chances_ahead(comparison, chosen) if chosen else {}
    rows = shown_rows(comparison, chosen)
    every = screen.results.steady(level, period)
    steady = [x for x in every if selection.group in (ALL_GROUPS, x.line.group)]
    notes = screen.notes(period, ("分组", selection.group), *definitions("fairness"))
    of = f"{LEVELS[level]}-{period.text}"
    return View(
        fairness_readings.fairness_headline(comparison, level, period, chosen),
        warning(indicator, scored),
        _funnel(comparison, selection),
        _shrink(comparison, selection),
        fairness_readings.table_words(comparison, level, chosen),
        compared_sheet(comparison, rows, ahead, level, f"{indicator.title}公平比较-{of}", notes),
        rows,
        Block(
            "综合得分的名次有多稳",
            steady_markup(steady, level, chosen, selection.to) if steady else None,
            fairness_readings.steady_words(steady, level, chosen),
        ),
        steady_sheet(steady, f"名次稳定性-{of}", notes) if steady else None,
    )


def _units(screen: frame.Screen, selection: FairnessSelection) -> list[Figure]:
    """The figures of the units that are shown."""
    name, level, period = selection.indicator.id, selection.level, selection.period
    figures = screen.results.figures((name,), level, period)[name]
    if selection.group == ALL_GROUPS:
        return figures
    inside = unit_names(screen, level, period, selection.group)
    return [figure for figure in figures if figure.unit in inside]


def _funnel(comparison: UnitComparison, selection: FairnessSelection) -> Block:
    target = target_value(comparison.scored, selection.period)
    limits = comparison.funnel
    return Block(
        "谁与全局不同",
        funnel_chart(comparison.indicator, limits, target, selection.chosen) if limits else None,
        fairness_readings.funnel_words(comparison, selection.level, selection.chosen),
    )


def _shrink(comparison: UnitComparison, selection: FairnessSelection) -> Block:
    shrunk = sum(1 for line in comparison.lines if line.shrunk)
    reading = fairness_readings.shrink_words(comparison, selection.level)
    if shrunk > len(shown_lines(comparison, selection.chosen)):
        reading += f"图中只画分母最小的 {MOST} 个，其余见下表。"
    picture = shrink_chart(comparison, selection.chosen) if shrunk else None
    return Block("小单位收缩估计", picture, reading)


def _pictures(view: View) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_block(view.funnel, "funnel", on_select=_choose)
    with right:
        show_block(view.shrink, "shrink")


def _choose() -> None:
    """A point of the funnel was clicked: its unit is chosen, and none where it is let go."""
    points = st.session_state["funnel"]["selection"]["points"]
    st.session_state[CHOSEN] = str(points[0].get("customdata", NONE)) if points else NONE


def _table(view: View, level: Level, period: Period) -> None:
    """A selected row opens its unit."""
    if line := choose_line(view.sheet, view.rows, f"compared-{level}", MOST_ROWS):
        go_to(address("unit", level=level, unit=line.figure.unit, period=period.text))


draw()
