"""The table of one indicator by unit: value, parts, interval, 同比, 环比, state."""

from collections.abc import Callable, Sequence

from metrics.analysis.unit_verdict import UnitVerdicts, base_name, verdict_in_words
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.wording import indicator_readings as readings
from pages.documents.sheet import Cell, Column, Notes, Sheet, kind_of, sheet_of


def unit_sheet(
    figures: Sequence[Figure],
    verdicts: UnitVerdicts,
    scored: Scored | None,
    level: Level,
    period: Period,
    notes: Notes,
) -> Sheet:
    """A rate changes by 百分点 and relatively, a count by its difference and relatively."""
    indicator = verdicts.indicator
    is_share = indicator.kind in ("proportion", "ratio")
    number, unit = kind_of(indicator), words.unit_of_value(indicator)
    by = "百分点" if is_share else unit
    parts = [Column("numerator", "分子", "whole"), Column("denominator", "分母", "whole")]

    def change(name: str) -> Callable[[Figure], Cell]:
        return lambda figure: getattr(readings.figure_changes(figure), name)

    def verdict(figure: Figure) -> str:
        return verdict_in_words(verdicts.of(figure.unit), indicator)

    def against_target(figure: Figure) -> str:
        return readings.against_target(figure, indicator, scored, period)

    columns = [
        Column("name", LEVELS[level]),
        Column("value", f"数值（{unit}）", number, "exact"),
        *(parts if indicator.kind != "count" else []),
        Column("interval", "95% 区间", of=lambda x: words.range_of(indicator, x.lower, x.upper)),
        Column("verdict", f"与{base_name(indicator)}比", of=verdict),
        Column("target", "对目标", of=against_target),
        Column("year", f"同比（{by}）", number, change("year")),
        Column("year_relative", "同比相对增幅（%）", "percent", change("year_relative")),
        Column("last_year", "上年同期", of=lambda x: readings.last_year_in_words(x, indicator)),
        Column("before", f"环比（{by}）", number, change("before")),
        Column("before_relative", "环比相对增幅（%）", "percent", change("before_relative")),
        Column("status", "状态", of=lambda x: words.status_in_words(x, indicator, scored)),
    ]
    shown = [column for column in columns if scored or column.key != "target"]
    first = [("指标", indicator.title), ("期间", period.title), ("层级", LEVELS[level])]
    return sheet_of(f"{indicator.title}{period.title}", shown, figures, [*first, *notes])
