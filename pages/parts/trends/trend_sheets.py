"""The rows behind the charts of 趋势, to take along."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from metrics.analysis.control_chart import ControlChart, ControlPoint
from metrics.analysis.day_map import WEEKDAYS, Day
from metrics.analysis.season import SeasonWeek
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.control_readings import RULES, TYPES, short
from pages.documents.sheet import Column, Kind, Notes, Row, Sheet, kind_of


def _fine(indicator: Indicator) -> Kind:
    """Means and limits of counts are no whole numbers."""
    return "one" if indicator.kind == "count" else kind_of(indicator)


def _parts(indicator: Indicator) -> list[Column]:
    if indicator.kind == "count":
        return []
    return [Column("numerator", "分子", "whole"), Column("denominator", "分母", "whole")]


def control_sheet(
    indicator: Indicator, chart: ControlChart, signs: Mapping[int, str], name: str, notes: Notes
) -> Sheet:
    """A period a row, with its limits and what it signals."""
    columns = [*_control_columns(indicator), Column("mark", "标注")]
    rows = [_control_row(p, signs.get(place, "")) for place, p in enumerate(chart.points)]
    return Sheet(f"{name}控制图", columns, rows, notes)


def _control_columns(indicator: Indicator) -> list[Column]:
    unit, fine = words.unit_of_value(indicator), _fine(indicator)
    return [
        Column("period", "期间"),
        Column("value", f"数值（{unit}）", kind_of(indicator)),
        *_parts(indicator),
        Column("lower", f"下界（{unit}）", fine),
        Column("mean", f"均值（{unit}）", fine),
        Column("upper", f"上界（{unit}）", fine),
        Column("state", "判断"),
    ]


def _control_row(point: ControlPoint, sign: str) -> Row:
    return {
        "period": short(point.point.period) + ("（未满）" if point.is_open else ""),
        "value": point.point.value,
        "numerator": point.point.numerator,
        "denominator": point.point.denominator,
        "lower": point.lower,
        "mean": point.mean,
        "upper": point.upper,
        "state": in_words(point),
        "mark": sign,
    }


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
    columns = [Column("name", "派出所"), *_control_columns(indicator)]
    rows = [
        {"name": one.name, **_control_row(point, "")}
        for one in units
        if one.code in charts
        for point in charts[one.code].points
    ]
    return Sheet(f"{name}各派出所", columns, rows, notes)


def newest_sheet(
    indicator: Indicator, charts: Mapping[str, ControlChart], units: Sequence[Unit], name: str
) -> Sheet:
    """A station a row: its last judged point; what a reader without the picture needs."""
    columns = [
        Column("name", "派出所"),
        Column("period", "最近一点"),
        Column("value", f"数值（{words.unit_of_value(indicator)}）", kind_of(indicator)),
        Column("mean", f"均值（{words.unit_of_value(indicator)}）", _fine(indicator)),
        Column("state", "判断"),
        Column("signals", "有信号的点数", "whole"),
    ]
    rows = []
    for one in units:
        chart = charts.get(one.code)
        if chart is not None:
            row = _control_row(chart.newest, "") if chart.newest else {"state": "样本不足"}
            rows.append({**row, "name": one.name, "signals": len(chart.signals)})
    return Sheet(f"{name}各派出所最近一点", columns, rows)


def season_sheet(
    indicator: Indicator, weeks: Sequence[SeasonWeek], name: str, notes: Notes
) -> Sheet:
    """A week a row, with the same weeks of the years before it."""
    unit = words.unit_of_value(indicator)
    years = len(weeks[0].earlier) if weeks else 0
    columns = [
        Column("period", "周"),
        Column("value", f"本期（{unit}）", kind_of(indicator)),
        *(
            Column(f"year{back}", f"前 {back} 年同周（{unit}）", kind_of(indicator))
            for back in range(1, years + 1)
        ),
        Column("place", "判断"),
    ]
    places = {"above": "高于各年同周", "below": "低于各年同周", "": ""}
    rows: list[Row] = [
        {
            "period": short(week.point.period) + ("（未满）" if week.point.period.is_part else ""),
            "value": week.point.value,
            **{f"year{back}": p.value for back, p in enumerate(week.earlier, 1)},
            "place": places[week.place],
        }
        for week in weeks
    ]
    return Sheet(f"{name}同周比较", columns, rows, notes)


def days_sheet(days: Sequence[Day], name: str, notes: Notes) -> Sheet:
    """A day a row."""
    columns = [Column("day", "日期"), Column("weekday", "星期"), Column("n", "件数", "whole")]
    rows: list[Row] = [
        {"day": str(d.on), "weekday": WEEKDAYS[d.on.weekday()], "n": d.n} for d in days
    ]
    return Sheet(f"{name}逐日", columns, rows, notes)


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
