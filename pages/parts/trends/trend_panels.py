"""The four pictures of 趋势, each with its sentence, its rows and its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.analysis.control_chart import ControlChart, control_chart, suits
from metrics.analysis.day_map import daily_part, day_map, day_periods, day_reading
from metrics.analysis.marks import Mark, marks_of, signs_by_place
from metrics.analysis.season import season, season_periods, season_reading
from metrics.calendar.period import Period, months_back, weeks_back
from metrics.cells.units import Unit
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.results import Results
from metrics.scheme.scheme import Level
from metrics.wording.control_readings import control_headline, control_reading, multiples_reading
from pages.parts.block import Block
from pages.parts.linked_table import text_table
from pages.parts.theme import palette
from pages.parts.trends.control_figure import Step, control_figure
from pages.parts.trends.day_grid import day_grid
from pages.parts.trends.season_chart import season_chart
from pages.parts.trends.small_multiples import small_multiples
from pages.parts.trends.trend_sheets import (
    Notes,
    control_sheet,
    days_sheet,
    months_sheet,
    newest_sheet,
    season_sheet,
    stations_sheet,
)

MONTHS, WEEKS = 36, 104
STEP_WORDS: dict[Step, str] = {"month": "月", "week": "周"}
SPAN_WORDS: dict[Step, str] = {"month": "36个月", "week": "104周"}


@dataclass(frozen=True)
class Asked:
    """What the controls say. base: the mark from which on the limits are counted anew.

    indicator   named after its kind, where one is chosen
    """

    indicator: Indicator
    kind: str | None
    level: Level
    unit: Unit
    name: str
    period: Period
    step: Step
    base: Mark | None
    marks: tuple[Mark, ...]

    @property
    def query(self) -> dict[str, str]:
        """The address of this view."""
        query = {
            "indicator": self.indicator.id,
            "level": self.level,
            "unit": self.unit.code,
            "period": self.period.text,
            "step": self.step,
        }
        if self.kind:
            query["kind"] = self.kind
        return query | ({"base": self.base.note.id} if self.base else {})

    def lines(
        self, periods: Sequence[Period], level: Level, results: Results, only: str | None = None
    ) -> Mapping[str, list[TrendPoint]]:
        """Unit -> the indicator over these periods."""
        name = self.indicator.id
        points = results.trends_over((name,), level, periods, self.period, only, self.kind)
        return {unit: line for (_, unit), line in points.items()}

    @property
    def periods(self) -> list[Period]:
        if self.step == "month":
            return months_back(self.period, MONTHS)
        return weeks_back(self.period, WEEKS)

    def title(self, rest: str) -> str:
        return f"{self.name}{self.indicator.title}{rest}"


def control_block(
    asked: Asked, target: float | None, results: Results, notes: Notes
) -> tuple[str, Block]:
    """The headline of the page, and the chart that it speaks of."""
    indicator, periods = asked.indicator, asked.periods
    line = asked.lines(periods, asked.level, results)[asked.unit.code]
    chart = _chart(asked, line, target)
    signs = signs_by_place(asked.marks, periods)
    sheet = control_sheet(indicator, chart, signs, asked.title(""), notes)
    has_values = any(point.value is not None for point in line)
    block = Block(
        f"{asked.name}近{SPAN_WORDS[asked.step]}控制图",
        control_figure(indicator, chart, asked.marks, asked.step) if has_values else None,
        control_reading(indicator, chart, STEP_WORDS[asked.step]),
        sheet,
        text_table(sheet),
    )
    return control_headline(indicator, chart, asked.name), block


def _chart(asked: Asked, line: Sequence[TrendPoint], target: float | None) -> ControlChart:
    """Where months hang together there are no limits: a chart of nothing but the line."""
    day = asked.base.note.marked_on if asked.base else None
    chart = control_chart(asked.indicator, line, target, day)
    return chart if not suits(asked.indicator) else chart.without_limits


def stations_block(asked: Asked, results: Results, notes: Notes) -> Block:
    """All stations on one scale. A base of one unit does not hold for the others."""
    title = f"各派出所{asked.indicator.title}（同一纵轴）"
    if why := suits(asked.indicator):
        return Block(title, None, f"{why}。")
    units = results.units("station", asked.period)
    lines = asked.lines(asked.periods, "station", results)
    charts = {one.code: control_chart(asked.indicator, lines[one.code]) for one in units}
    names = {one.code: one.name for one in units}
    places = {
        one.code: list(signs_by_place(marks_of(results.marks(), one), asked.periods))
        for one in units
    }
    chosen = asked.unit.station if asked.level != "bureau" else ""
    markup = small_multiples(asked.indicator, charts, units, chosen, places, palette(), asked.query)
    sheet = stations_sheet(asked.indicator, charts, units, asked.indicator.title, notes)
    text = text_table(newest_sheet(asked.indicator, charts, units, asked.indicator.title))
    return Block(title, markup, multiples_reading(charts, names), sheet, text)


def season_block(asked: Asked, results: Results, notes: Notes) -> Block:
    """The last 52 weeks over the same weeks of the years before."""
    title = f"{asked.name}近52周与前三年同周比较"
    periods = season_periods(asked.period)
    every = tuple(dict.fromkeys([*periods, *(p for earlier in periods.values() for p in earlier)]))
    lines = asked.lines(every, asked.level, results, asked.unit.code)
    weeks = season(periods, lines[asked.unit.code])
    sheet = season_sheet(asked.indicator, weeks, asked.title(""), notes)
    figure = season_chart(asked.indicator, weeks, asked.marks)
    has_values = any(week.point.value is not None for week in weeks)
    reading = season_reading(asked.indicator, weeks)
    return Block(title, figure if has_values else None, reading, sheet, text_table(sheet))


def days_block(asked: Asked, results: Results, notes: Notes) -> Block:
    """The calendar of the last 53 weeks."""
    part = daily_part(asked.indicator)
    if part is None:
        return Block("逐日分布", None, "本指标按期间另行计算，没有逐日的数。")
    what = "" if asked.indicator.kind == "count" else PART_WORDS[part]
    lines = asked.lines(day_periods(asked.period), asked.level, results, asked.unit.code)
    days = day_map(part, lines[asked.unit.code])
    reading = day_reading(days)
    signs: dict[date, str] = {}
    for mark in asked.marks:
        signs[mark.note.marked_on] = signs.get(mark.note.marked_on, "") + mark.sign
    markup = day_grid(days, reading, signs, palette(), asked.query)
    text = text_table(months_sheet(days, asked.title("")))
    title = f"{asked.name}逐日{what or asked.indicator.title}"
    return Block(title, markup, reading, days_sheet(days, asked.title(""), notes), text)


PART_WORDS = {"numerator": "件数（分子）", "denominator": "件数（分母）"}
