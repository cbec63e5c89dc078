"""The table of one indicator by unit: value, parts, interval, 同比, 环比, state."""

from collections.abc import Sequence

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.wording import indicator_readings
from pages.documents.sheet import Column, Notes, Sheet, kind_of, row_of


def unit_sheet(
    indicator: Indicator,
    figures: Sequence[Figure],
    scored: Scored | None,
    level: Level,
    period: Period,
    notes: Notes,
) -> Sheet:
    """A rate changes by 百分点 and relatively, a count by its difference and relatively."""
    is_share = indicator.kind in ("proportion", "ratio")
    number, unit = kind_of(indicator), words.unit_of_value(indicator)
    by = "百分点" if is_share else unit
    parts = [Column("numerator", "分子", "whole"), Column("denominator", "分母", "whole")]
    columns = [
        Column("name", LEVELS[level]),
        Column("value", f"数值（{unit}）", number),
        *(parts if indicator.kind != "count" else []),
        Column("interval", "95% 区间"),
        *([Column("target", "对目标")] if scored else []),
        Column("year", f"同比（{by}）", number),
        Column("year_relative", "同比相对增幅（%）", "percent"),
        Column("last_year", "上年同期"),
        Column("before", f"环比（{by}）", number),
        Column("before_relative", "环比相对增幅（%）", "percent"),
        Column("status", "状态"),
    ]
    rows = [
        row_of(
            columns,
            figure,
            indicator_readings.figure_changes(figure),
            value=figure.exact,
            interval=words.range_of(indicator, figure.lower, figure.upper),
            target=indicator_readings.against_target(figure, indicator, scored, period),
            last_year=indicator_readings.last_year_in_words(figure, indicator),
            status=indicator_readings.status_in_words(figure, indicator, scored),
        )
        for figure in figures
    ]
    first = [("指标", indicator.title), ("期间", period.title), ("层级", LEVELS[level])]
    return Sheet(f"{indicator.title}{period.title}", columns, rows, [*first, *notes])
