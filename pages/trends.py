"""趋势: is the change real, is it the season, and can the target be reached?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.analysis.control_chart import moves, suits
from metrics.analysis.marks import Mark, mark_in_words, marks_of
from metrics.cells.units import Unit
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level
from metrics.wording.definition import definition
from metrics.wording.definitions import definitions
from metrics.wording.indicator_readings import target_value
from pages.documents.sheet import Notes
from pages.parts import frame
from pages.parts.address_choice import choice, drop
from pages.parts.block import Block, show_block
from pages.parts.controls import ControlRow, kind_choice
from pages.parts.theme import palette
from pages.parts.trends import trend_blocks
from pages.parts.trends.control_figure import Step
from pages.parts.trends.mark_panel import show_marks
from pages.parts.trends.trend_blocks import TrendSelection

OFFERED: tuple[Level, ...] = ("bureau", "station", "room", "village", "group")
STEPS: Mapping[Step, str] = {"month": "按月（36个月）", "week": "按周（104周）"}
WHOLE = "all"


def draw() -> None:
    controls = ControlRow("trends", 2, 2, 1.2, 2, 1.6)
    screen, period = controls.screen, controls.period()
    indicator = controls.indicator(period, moves, lambda i: not suits(i))
    level = controls.level(OFFERED, "bureau", period)
    unit, name = controls.unit(level, period)
    step = controls.choice("步长", STEPS, "step", "month")
    marks = marks_of(screen.results.marks(), unit)
    kind, named, base = _narrowed(screen, indicator, marks, unit)
    selection = TrendSelection(named, kind, level, unit, name, period, step, base, tuple(marks))
    view = screen.results.kept(
        lambda: _view(screen, selection),
        *("trends", indicator.id, kind, level, unit, period, step, base, screen.results.marks()),
        *(screen.actor, palette()),
    )
    controls.headline(period, view.headline, is_score=False)
    show_block(view.control, "control")
    show_marks(screen, unit, period, marks)
    show_block(view.stations, "stations")
    season, days = st.columns([2, 3], gap="large")
    with season:
        show_block(view.season, "season")
    with days:
        show_block(view.days, "days")
    frame.foot(screen, period, view.definitions)


@dataclass(frozen=True)
class View:
    """What the page says and draws of one indicator and unit."""

    headline: str
    control: Block
    stations: Block
    season: Block
    days: Block
    definitions: Notes


def _view(screen: frame.Screen, selection: TrendSelection) -> View:
    scored = screen.results.scheme(selection.period).scored(selection.indicator.id)
    target = target_value(scored, selection.period)
    card = definition(screen.counted, selection.indicator, scored, selection.period, None)
    notes = screen.notes(selection.period, *card, *definitions("trends"))
    headline, control = trend_blocks.control_block(selection, target, screen.results, notes)
    return View(
        headline,
        control,
        trend_blocks.stations_block(selection, screen.results, notes),
        trend_blocks.season_block(selection, screen.results, notes),
        trend_blocks.days_block(selection, screen.results, notes),
        [*card, *definitions("trends")],
    )


def _narrowed(
    screen: frame.Screen, indicator: Indicator, marks: Sequence[Mark], unit: Unit
) -> tuple[str | None, Indicator, Mark | None]:
    """Kind and base in a second row, that is there only where there is a choice."""
    places = st.columns([2, 3.2, 4.8]) if indicator.breakdown or marks else [st.container()] * 2
    with places[0]:
        kind, named = kind_choice(screen, indicator)
    with places[1]:
        return kind, named, _base_control(indicator, marks, unit)


def _base_control(indicator: Indicator, marks: Sequence[Mark], unit: Unit) -> Mark | None:
    """基线: from which mark on the limits are counted anew; only where there is a choice."""
    if not marks or suits(indicator):
        drop("base")
        return None
    names = {mark.note.id: f"自{mark_in_words(mark, unit)}起" for mark in marks}
    chosen = choice("基线", {WHOLE: "全程一条基线", **names}, "base", WHOLE)
    return next((mark for mark in marks if mark.note.id == chosen), None)


draw()
