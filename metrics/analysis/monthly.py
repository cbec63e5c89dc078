"""An indicator month by month: interval, same month of last year, target, and what that says."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.calendar.days import month_words
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Amount, TrendPoint, interval
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scheme, scheme_of
from metrics.scoring.share import target_of

YEAR = 12


@dataclass(frozen=True)
class TrendMonth:
    """One month of the trend, with its interval, the same month of last year, and the target."""

    period: Period
    value: float | None
    lower: float | None
    upper: float | None
    last_year: float | None
    target: float | None
    counts: str


def months(
    indicator: Indicator, points: Sequence[TrendPoint], schemes: Sequence[Scheme]
) -> list[TrendMonth]:
    """The months after the first year, which serves as last year's."""
    return [
        _month(indicator, point, points[place], schemes)
        for place, point in enumerate(points[YEAR:])
    ]


def _month(
    indicator: Indicator, point: TrendPoint, before: TrendPoint, schemes: Sequence[Scheme]
) -> TrendMonth:
    lower, upper = interval(indicator, Amount(point.numerator, point.denominator))
    scored = scheme_of(schemes, point.period.ends_on).scored(indicator.id)
    target = float(target_of(scored, point.period)) if scored else None
    return TrendMonth(
        point.period, point.value, lower, upper, before.value, target,
        counts_in_words(indicator, point.numerator, point.denominator),
    )  # fmt: skip


def counts_in_words(indicator: Indicator, numerator: int | None, denominator: int | None) -> str:
    if numerator is None or indicator.kind == "count":
        return ""
    return f"{words.plain(numerator)} ÷ {words.plain(denominator)}"


def trend_reading(indicator: Indicator, trend: Sequence[TrendMonth]) -> str:
    """Highest and lowest month, how many reached the target, what is marked."""
    valued = [month for month in trend if month.value is not None]
    if not valued:
        return "近24个月没有可计的数据。"
    best, worst = max(valued, key=lambda m: m.value or 0), min(valued, key=lambda m: m.value or 0)
    if best.value == worst.value:
        return f"{len(valued)} 个月都是 {words.value_of(indicator, best.value)}。"
    parts = [
        f"{word} {words.value_of(indicator, month.value)}（{month_words(month.period.starts_on)}）"
        for word, month in (("最高", best), ("最低", worst))
    ]
    if aimed := [m for m in valued if m.target is not None]:
        met = sum(1 for m in aimed if _is_met(indicator, m))
        parts.append(f"{len(aimed)} 个月中 {met} 个月达到目标")
    if trend[-1].period.is_part and trend[-1].value is not None:
        parts.append(f"空心点为{trend[-1].period.title}，月未完")
    return "，".join(parts) + "。"


def _is_met(indicator: Indicator, month: TrendMonth) -> bool:
    value, target = month.value or 0.0, month.target or 0.0
    return value >= target if indicator.better == "higher" else value <= target
