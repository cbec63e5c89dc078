"""The four pictures of 趋势, each with its sentence, its rows and its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from metrics.analysis.control_chart import ControlChart, control_chart, suits
from metrics.analysis.day_map import WEEKDAYS, Day, daily_part, day_map, day_periods, day_reading
from metrics.analysis.marks import Mark, marks_of, signs_by_place
from metrics.analysis.season import season, season_periods, season_reading
from metrics.calendar.period import Period, months_back, weeks_back
from metrics.cells.units import Unit
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.results import Results
from metrics.scheme.scheme import Level
from metrics.wording.control_readings import control_headline, control_reading, multiples_reading
from pages.documents.colours import Palette
from pages.documents.sheet import Notes, sheet_of
from pages.parts.block import Block
from pages.parts.clickable import address
from pages.parts.linked_table import folded_table
from pages.parts.markup import render
from pages.parts.theme import palette
from pages.parts.trends import trend_sheets as sheets
from pages.parts.trends.control_figure import Step, control_figure
from pages.parts.trends.season_chart import season_chart
from pages.parts.trends.small_multiples import small_multiples

SIZE, GAP, LEFT, TOP = 15, 2, 22, 16

MONTHS, WEEKS = 36, 104
STEP_WORDS: dict[Step, str] = {"month": "月", "week": "周"}
SPAN_WORDS: dict[Step, str] = {"month": "36个月", "week": "104周"}


@dataclass(frozen=True)
class TrendSelection:
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
    selection: TrendSelection, target: float | None, results: Results, notes: Notes
) -> tuple[str, Block]:
    """The headline of the page, and the chart that it speaks of."""
    indicator, periods = selection.indicator, selection.periods
    line = selection.lines(periods, selection.level, results)[selection.unit.code]
    chart = _chart(selection, line, target)
    signs = signs_by_place(selection.marks, periods)
    sheet = sheets.control_sheet(indicator, chart, signs, selection.title(""), notes)
    has_values = any(point.value is not None for point in line)
    block = Block(
        f"{selection.name}近{SPAN_WORDS[selection.step]}控制图",
        control_figure(indicator, chart, selection.marks, selection.step) if has_values else None,
        control_reading(indicator, chart, STEP_WORDS[selection.step]),
        sheet,
        folded_table(sheet),
    )
    return control_headline(indicator, chart, selection.name), block


def _chart(
    selection: TrendSelection, line: Sequence[TrendPoint], target: float | None
) -> ControlChart:
    """Where months hang together there are no limits: a chart of nothing but the line."""
    day = selection.base.note.marked_on if selection.base else None
    chart = control_chart(selection.indicator, line, target, day)
    return chart if not suits(selection.indicator) else chart.without_limits


def stations_block(selection: TrendSelection, results: Results, notes: Notes) -> Block:
    """All stations on one scale. A base of one unit does not hold for the others."""
    title = f"各派出所{selection.indicator.title}（同一纵轴）"
    if why := suits(selection.indicator):
        return Block(title, None, f"{why}。")
    units = results.units("station", selection.period)
    lines = selection.lines(selection.periods, "station", results)
    charts = {one.code: control_chart(selection.indicator, lines[one.code]) for one in units}
    names = {one.code: one.name for one in units}
    places = {
        one.code: list(signs_by_place(marks_of(results.marks(), one), selection.periods))
        for one in units
    }
    chosen = selection.unit.station if selection.level != "bureau" else ""
    markup = small_multiples(
        selection.indicator, charts, units, chosen, places, palette(), selection.query
    )
    sheet = sheets.stations_sheet(
        selection.indicator, charts, units, selection.indicator.title, notes
    )
    text = folded_table(
        sheets.newest_sheet(selection.indicator, charts, units, selection.indicator.title)
    )
    return Block(title, markup, multiples_reading(charts, names), sheet, text)


def season_block(selection: TrendSelection, results: Results, notes: Notes) -> Block:
    """The last 52 weeks over the same weeks of the years before."""
    title = f"{selection.name}近52周与前三年同周比较"
    periods = season_periods(selection.period)
    every = tuple(dict.fromkeys([*periods, *(p for earlier in periods.values() for p in earlier)]))
    lines = selection.lines(every, selection.level, results, selection.unit.code)
    weeks = season(periods, lines[selection.unit.code])
    sheet = sheets.season_sheet(selection.indicator, weeks, selection.title(""), notes)
    figure = season_chart(selection.indicator, weeks, selection.marks)
    has_values = any(week.point.value is not None for week in weeks)
    reading = season_reading(selection.indicator, weeks)
    return Block(title, figure if has_values else None, reading, sheet, folded_table(sheet))


def days_block(selection: TrendSelection, results: Results, notes: Notes) -> Block:
    """The calendar of the last 53 weeks."""
    part = daily_part(selection.indicator)
    if part is None:
        return Block("逐日分布", None, "本指标按期间另行计算，没有逐日的数。")
    what = "" if selection.indicator.kind == "count" else PART_WORDS[part]
    lines = selection.lines(
        day_periods(selection.period), selection.level, results, selection.unit.code
    )
    days = day_map(part, lines[selection.unit.code])
    reading = day_reading(days)
    signs: dict[date, str] = {}
    for mark in selection.marks:
        signs[mark.note.marked_on] = signs.get(mark.note.marked_on, "") + mark.sign
    markup = day_grid(days, reading, signs, palette(), selection.query)
    text = folded_table(sheets.months_sheet(days, selection.title("")))
    title = f"{selection.name}逐日{what or selection.indicator.title}"
    sheet = sheet_of(selection.title("逐日"), sheets.DAYS, days, notes)
    return Block(title, markup, reading, sheet, text)


PART_WORDS = {"numerator": "件数（分子）", "denominator": "件数（分母）"}


def day_grid(
    days: Sequence[Day],
    reading: str,
    signs: Mapping[date, str],
    colours: Palette,
    to: Mapping[str, str],
) -> Markup:
    """signs: the marks of days. to: the query of this page; a day opens its month."""
    months = groupby(enumerate(days), lambda one: f"{one[1].on:%Y-%m}")
    return render(
        "trends/day_grid.html",
        months=((address("trends", **{**to, "period": month}), own) for month, own in months),
        names=[(place, day.on.month) for place, day in enumerate(days) if day.on.day == 1],
        reading=reading, signs=signs, colours=colours, weekdays=WEEKDAYS,
        width=LEFT + (len(days) + 6) // 7 * (SIZE + GAP), height=TOP + 7 * (SIZE + GAP),
        left=LEFT, top=TOP, pitch=SIZE + GAP,
    )  # fmt: skip
