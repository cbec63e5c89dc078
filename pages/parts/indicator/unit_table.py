"""The table of one indicator by unit: value, parts, interval, 同比, 环比, state."""

from collections.abc import Callable, Sequence

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, Basis
from metrics.analysis.unit_verdict import UnitVerdicts
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.wording import compare_words as say
from metrics.wording import indicator_readings as readings
from metrics.wording.verdict_words import base_name, verdict_in_words
from pages.documents.sheet import Cell, Column, Notes, Sheet, kind_of, sheet_of


def unit_sheet(
    figures: Sequence[Figure],
    verdicts: UnitVerdicts,
    changes: Sequence[Comparison],
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

    by_basis = {
        basis: {c.unit.code: c for c in changes if c.pair.basis == basis} for basis in BASIS_NAMES
    }

    def change(basis: Basis, name: str) -> Callable[[Figure], Cell]:
        def of(figure: Figure) -> Cell:
            c = by_basis[basis].get(figure.unit)
            return getattr(say, name)(c) if c and c.verdict != "none" else None

        return of

    def change_verdict(basis: Basis) -> Callable[[Figure], str]:
        def of(figure: Figure) -> str:
            c = by_basis[basis].get(figure.unit)
            return say.verdict_in_words(c) if c else ""

        return of

    def verdict(figure: Figure) -> str:
        return verdict_in_words(verdicts.of(figure.unit), indicator)

    def against_target(figure: Figure) -> str:
        return readings.against_target(figure, indicator, scored, period)

    relative = "相对增幅（%）"
    columns = [
        Column("name", LEVELS[level]),
        Column("value", f"数值（{unit}）", number, "exact"),
        *(parts if indicator.kind != "count" else []),
        Column("interval", "95% 区间", of=lambda x: words.range_of(indicator, x.lower, x.upper)),
        Column("verdict", f"与{base_name(indicator)}比", of=verdict),
        Column("target", "对目标", of=against_target),
        Column("year", f"同比（{by}）", number, change("last_year", "plain_difference")),
        Column(
            "year_relative", f"同比{relative}", "percent", change("last_year", "shown_relative")
        ),
        Column("year_verdict", "同比结论", of=change_verdict("last_year")),
        Column("last_year", "上年同期", of=lambda x: readings.last_year_in_words(x, indicator)),
        Column("before", f"环比（{by}）", number, change("previous", "plain_difference")),
        Column(
            "before_relative", f"环比{relative}", "percent", change("previous", "shown_relative")
        ),
        Column("before_verdict", "环比结论", of=change_verdict("previous")),
        Column("status", "状态", of=lambda x: words.status_in_words(x, indicator, scored)),
    ]
    shown = [column for column in columns if scored or column.key != "target"]
    first = [("指标", indicator.title), ("期间", period.title), ("层级", LEVELS[level])]
    return sheet_of(f"{indicator.title}{period.title}", shown, figures, [*first, *notes])
