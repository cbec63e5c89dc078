"""单位: why this score?"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.calendar.period import Period
from metrics.documents.dossier import OFFERED as DOSSIERS
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import breakdown_steps, by_loss, peers
from metrics.scoring.score_trend import ScorePoint
from metrics.wording import unit_readings
from metrics.wording.definition import terms_of
from metrics.wording.unit_readings import table_reading
from pages.documents.build import Wish
from pages.documents.sheet import Notes, Sheet
from pages.parts import frame
from pages.parts.block import Block, show_block
from pages.parts.clickable import page_link
from pages.parts.controls import ControlRow
from pages.parts.document_buttons import document_buttons
from pages.parts.table import ALL_ROWS, choose_line
from pages.parts.theme import palette
from pages.parts.unit.records_panel import records_panel
from pages.parts.unit.score_line import score_line
from pages.parts.unit.score_table import score_sheet
from pages.parts.unit.waterfall import waterfall

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "bureau")
MONTHS_HEIGHT = 300


def draw() -> None:
    controls = ControlRow("unit", 2, 1.4, 2.6)
    screen, period = controls.screen, controls.period()
    level = controls.level(OFFERED, period=period)
    unit, name = controls.unit(level, period)
    lines = screen.results.lines(level, period)
    line = next((line for line in lines if line.unit == unit.code), None)
    if line is None:
        with controls.head:
            frame.headline(f"{unit.name}{period.title}没有参加考核")
        return
    view = screen.results.kept(
        lambda: _view(screen, line, lines, level, period, name),
        *("unit-page", unit.code, level, period, screen.actor, palette()),
    )
    controls.headline(period, view.headline)
    losses, months = st.columns([3, 2], gap="large")
    with losses:
        show_block(view.losses, "waterfall")
    st.markdown("##### 各项指标")
    frame.reading(view.table_reading)
    _table(screen, line, view, period)
    with months:  # last, because nothing else should wait for twelve months of scores
        _months(screen, line, level, period)
    _dossier(screen, level, period, unit.code)
    frame.foot(screen, period, view.definitions)


def _dossier(screen: frame.Screen, level: Level, period: Period, unit: str) -> None:
    if level in DOSSIERS:
        wishes = [
            ("档案（Word）", Wish("dossier", level, unit)),
            ("档案（PDF）", Wish("dossier", level, unit, "pdf")),
        ]
        document_buttons(screen, period, wishes, "unit")


@dataclass(frozen=True)
class View:
    """What the page says and draws of one unit; `ordered` as in the sheet."""

    headline: str
    losses: Block
    ordered: Sequence[Contribution]
    table_reading: str
    sheet: Sheet
    definitions: Notes


def _view(
    screen: frame.Screen,
    line: Assessment,
    lines: Sequence[Assessment],
    level: Level,
    period: Period,
    name: str,
) -> View:
    down = breakdown_steps(line)
    compared = {} if level == "bureau" else peers(lines, line)
    ordered, beside = by_loss(line), screen.results.beside(line, level, period)
    return View(
        unit_readings.unit_headline(line, lines, level, period, name),
        Block("分从哪里失", waterfall(down) if down else None, unit_readings.losses_reading(line)),
        [*ordered, *beside],
        table_reading(line, level, compared, beside),
        score_sheet(screen, line, ordered, beside, compared, level, period),
        terms_of(line, screen.counted.catalogue),
    )


def _months(screen: frame.Screen, line: Assessment, level: Level, period: Period) -> None:
    points = screen.results.months(level, period)[line.unit]
    block = screen.results.kept(
        lambda: _months_block(points, level), *("unit-months", line.unit, level, period, palette())
    )
    show_block(block, "months-line")
    page_link(
        "ranking",
        "看本期排名",
        ":material/leaderboard:",
        level="station" if level in unit_readings.WITHOUT_RANK else level,
        period=period.text,
    )


def _months_block(points: Sequence[ScorePoint], level: Level) -> Block:
    picture = score_line(points, MONTHS_HEIGHT, level not in unit_readings.WITHOUT_RANK)
    return Block("近12个月得分", picture, unit_readings.months_reading(points, level))


@st.fragment
def _table(screen: frame.Screen, line: Assessment, view: View, period: Period) -> None:
    """A chosen row opens its records below; nothing else of the page needs to run for that."""
    if chosen := choose_line(view.sheet, view.ordered, f"indicators-{line.unit}", ALL_ROWS):
        records_panel(screen, chosen, line.name, period)


draw()
