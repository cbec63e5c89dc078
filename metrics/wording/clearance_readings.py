"""What the page 破案 says of stations and months, and why none of it is scored."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.analysis.clearance_cases import RIPE, Cohort
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.statistics.standardisation import Standardised, standardised
from metrics.statistics.too_few import FEWEST_COMPARED


def station_results(counts: CaseCounts, indicator: str, kind: str) -> list[Standardised]:
    """Each station against what the bureau's rates of each kind would give it."""
    whole = Choice(kind=kind)
    return standardised(
        *(counts.chosen(indicator, part, whole) for part in ("numerator", "denominator"))
    )


def is_compared(unit: str, result: Standardised) -> bool:
    """Enough to be held against the others."""
    return unit != UNKNOWN and result.ratio is not None and result.denominator >= FEWEST_COMPARED


def clearance_by_station_reading(counts: CaseCounts, results: Sequence[Standardised]) -> str:
    """Which stations stand apart once their mix of cases is taken out, and what chance would do."""
    pairs = [
        (u, f) for u, f in zip(counts.stations, results, strict=True) if is_compared(u.code, f)
    ]
    few = sum(1 for u, f in zip(counts.stations, results, strict=True)
              if u.code != UNKNOWN and f.denominator and not is_compared(u.code, f))  # fmt: skip
    if not pairs:
        return f"各所立案都不到 {FEWEST_COMPARED} 起，不作比较。"
    parts = []
    for word, is_above in (("高于", True), ("低于", False)):
        names = [u.name for u, f in pairs if f.is_apart and ((f.ratio or 0) > 1) == is_above]
        if names:
            parts.append(f"{words.listed(names)}{word}按全局各类水平推算的件数")
    by_chance = words.rounded(Fraction(len(pairs), 20), 1)
    text = "；".join(parts) or "各所的 95% 区间都含 1.00，分不出高下"
    text += f"。{len(pairs)} 个所同时比较，仅凭随机约有 {by_chance} 个会落在区间之外"
    return text + (f"；另有 {few} 个所立案不到 {FEWEST_COMPARED} 起，不作比较。" if few else "。")


def cohorts_reading(cohorts: Sequence[Cohort]) -> str:
    """How many cases are too young for the 90-day rate, and which ripe month did best."""
    young = sum(cohort.young for cohort in cohorts)
    ripe = [c for c in cohorts if c.filed >= FEWEST_COMPARED and not c.young]
    reading = ""
    if len(ripe) > 1:
        best = max(ripe, key=_within_90)
        worst = min(ripe, key=_within_90)
        reading = (
            f"已满 {RIPE} 天的月份中，90天内破案最多的是{best.period.title}"
            f"（{words.percent(_within_90(best))}），最少的是{worst.period.title}"
            f"（{words.percent(_within_90(worst))}）。"
        )
    if young:
        months = [cohort.period.title for cohort in cohorts if cohort.young]
        span = months[0] if len(months) == 1 else f"{months[0]}至{months[-1]}"
        reading += f"{span}立案中 {young} 起未满 {RIPE} 天，不计入90天现案破案率。"
    return reading or "各月立案太少，不作比较。"


def _within_90(cohort: Cohort) -> Fraction:
    return Fraction(sum(cohort.cleared[:3]), cohort.filed)


def left_out_sentence(counts: CaseCounts, choice: Choice) -> str:
    """Filed cases of sources that have no clearing date, which no rate can count; mostly none."""
    left_out = counts.unusable(choice)
    return f"另有 {left_out} 起来自没有破案日期一列的来源，未计入。" if left_out else ""
