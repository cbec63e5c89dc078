"""The rows behind the charts of 趋势, to take along."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter

from metrics.analysis.control_chart import ControlChart, ControlPoint
from metrics.analysis.day_map import WEEKDAYS, Day
from metrics.analysis.season import SeasonWeek
from metrics.calendar.period import Period
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.control_readings import RULES, TYPES, short
from pages.documents.sheet import Cell, Column, Kind, Notes, Row, Sheet, kind_of, sheet_of


def _fine(indicator: Indicator) -> Kind:
    """Means and limits of counts are no whole numbers."""
    return "one" if indicator.kind == "count" else kind_of(indicator)


def control_sheet(
    indicator: Indicator, chart: ControlChart, signs: Mapping[int, str], name: str, notes: Notes
) -> Sheet:
    """A period a row, with its limits and what it signals."""
    columns = [*_control_columns(indicator), Column("mark", "标注", of=itemgetter(0))]
    lines = [(signs.get(place, ""), point) for place, point in enumerate(chart.points)]
    return sheet_of(f"{name}控制图", columns, lines, notes)


def _control_columns(indicator: Indicator) -> list[Column]:
    """Of rows that are about a pair of anything and a point."""
    unit, fine = words.unit_of_value(indicator), _fine(indicator)

    def of(name: str) -> Callable[[tuple[str, ControlPoint]], Cell]:
        value_of = attrgetter(name)
        return lambda line: value_of(line[1])

    parts = [
        Column("numerator", "分子", "whole", of("point.numerator")),
        Column("denominator", "分母", "whole", of("point.denominator")),
    ]
    return [
        Column("period", "期间", of=lambda line: _span(line[1].point.period)),
        Column("value", f"数值（{unit}）", kind_of(indicator), of("point.value")),
        *(parts if indicator.kind != "count" else []),
        Column("lower", f"下界（{unit}）", fine, of("lower")),
        Column("mean", f"均值（{unit}）", fine, of("mean")),
        Column("upper", f"上界（{unit}）", fine, of("upper")),
        Column("state", "判断", of=lambda line: in_words(line[1])),
    ]


def _span(period: Period) -> str:
    return short(period) + ("（未满）" if period.is_part else "")


def in_words(point: ControlPoint) -> str:
    """改善：连续 7 点在均值同侧; nothing where nothing is judged."""
    if point.is_open or point.mean is None or point.point.value is None:
        return ""
    kind = TYPES[point.type]
    return f"{kind}：{RULES[point.rule]}" if point.is_signal else kind


def stations_sheet(
    indicator: Indicator,
    charts: Mapping[str, ControlChart],
    units: Sequence[Unit],
    name: str,
    notes: Notes,
) -> Sheet:
    """A station and period a row: what the small multiples draw."""
    columns = [Column("name", "派出所", of=itemgetter(0)), *_control_columns(indicator)]
    own = [(one.name, charts[one.code]) for one in units if one.code in charts]
    lines = [(station, point) for station, chart in own for point in chart.points]
    return sheet_of(f"{name}各派出所", columns, lines, notes)


def newest_sheet(
    indicator: Indicator, charts: Mapping[str, ControlChart], units: Sequence[Unit], name: str
) -> Sheet:
    """A station a row: its last judged point; what a reader without the picture needs."""
    unit = words.unit_of_value(indicator)

    def of(make: Callable[[ControlPoint], Cell]) -> Callable[[tuple[str, ControlChart]], Cell]:
        return lambda line: make(line[1].newest) if line[1].newest else None

    columns = [
        Column("name", "派出所", of=itemgetter(0)),
        Column("period", "最近一点", of=of(lambda newest: _span(newest.point.period))),
        Column("value", f"数值（{unit}）", kind_of(indicator), of(attrgetter("point.value"))),
        Column("mean", f"均值（{unit}）", _fine(indicator), of(attrgetter("mean"))),
        Column("state", "判断", of=lambda x: in_words(x[1].newest) if x[1].newest else "样本不足"),
        Column("signals", "有信号的点数", "whole", lambda line: len(line[1].signals)),
    ]
    lines = [(one.name, charts[one.code]) for one in units if one.code in charts]
    return sheet_of(f"{name}各派出所最近一点", columns, lines)


def season_sheet(
    indicator: Indicator, weeks: Sequence[SeasonWeek], name: str, notes: Notes
) -> Sheet:
    """A week a row, with the same weeks of the years before it."""
    unit = words.unit_of_value(indicator)
    years = range(len(weeks[0].earlier)) if weeks else range(0)

    def of_year(back: int) -> Callable[[SeasonWeek], Cell]:
        return lambda week: week.earlier[back].value if back < len(week.earlier) else None

    columns = [
        Column("period", "周", of=lambda week: _span(week.point.period)),
        Column("value", f"本期（{unit}）", kind_of(indicator), "point.value"),
        *(
            Column(f"year{n + 1}", f"前 {n + 1} 年同周（{unit}）", kind_of(indicator), of_year(n))
            for n in years
        ),
        Column("place", "判断", of=lambda week: PLACES[week.place]),
    ]
    return sheet_of(f"{name}同周比较", columns, weeks, notes)


PLACES = {"above": "高于各年同周", "below": "低于各年同周", "": ""}
DAYS = (
    Column("day", "日期", of=lambda day: str(day.on)),
    Column("weekday", "星期", of=lambda day: WEEKDAYS[day.on.weekday()]),
    Column("n", "件数", "whole"),
)


def months_sheet(days: Sequence[Day], name: str) -> Sheet:
    """The calendar in short: a month a row, its total and the mean of a day."""
    columns = [
        Column("month", "月份"),
        Column("n", "合计", "whole"),
        Column("mean", "日均", "one"),
        Column("empty", "无记录的天数", "whole"),
    ]

    def month(day: Day) -> date:
        return day.on.replace(day=1)

    rows: list[Row] = []
    for first, members in groupby(days, month):
        numbers = [day.n for day in members if day.n is not None]
        if numbers:
            mean, empty = sum(numbers) / len(numbers), numbers.count(0)
            rows.append(
                {"month": f"{first:%Y-%m}", "n": sum(numbers), "mean": mean, "empty": empty}
            )
    return Sheet(f"{name}逐月合计", columns, rows)
