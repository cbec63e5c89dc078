"""需关注: at most five computed sentences, each with the place that it is about.

A finding says what stands in the figures, never why or whose fault. The rules, in the order in
which they are shown, and why each is worth a chief's minute:

rejects      rows that were refused and wait to be mended: the figures lack them
floor        a station is below a floor, beyond its 95 % interval: the scheme gives no points
apart        a station is worse than the whole bureau, and unusual among its like: neither chance
             nor the usual spread between stations explains it
decline      an indicator of the bureau got worse three complete months running, and the intervals
             of the first and the last do not meet: three falls alone happen by chance once in 24
unknown      more than 1 % of an indicator names no unit: every station's figure lacks it
fall         the largest falls in rank: three places or more, or any number beyond the interval
loss         the indicator that costs the bureau most points: where there is most to win
near-floor   below a floor, but not beyond chance
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from data.rights import Actor
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.figures.measure import Amount, Figure, TrendPoint, interval, measure_all, trend
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import LEVELS, Level, Scheme, scheme_of
from metrics.scoring.rank import Assessment
from metrics.statistics.too_few import FEWEST_UNKNOWN
from metrics.wording.alerts import Finding, below_floor, falls, far_below
from metrics.wording.window_words import longer_window

ORDER = ("rejects", "floor", "apart", "decline", "unknown", "fall", "loss", "near-floor")
MOST, MOST_OF_A_RULE = 5, 2
MONTHS_OF_DECLINE = 3
UNKNOWN_SHARE = Fraction(1, 100)
MOST_NAMED = 3


def of_sums(
    counted: Counted,
    period: Period,
    actor: Actor,
    bureau: Assessment,
    stations: Sequence[Assessment],
) -> list[Finding]:
    """Those that stand in the sums of the scored indicators up to the period's end."""
    scheme = scheme_of(counted.schemes, period.ends_on)
    return [
        *below_floor(stations, counted.catalogue, period),
        *far_below(stations, bureau, counted.catalogue, scheme, period),
        *declines(counted, scheme, period, actor),
        *without_unit(counted, scheme, period, actor),
        *falls(stations),
        *largest_loss(bureau, period),
    ]


def chosen(findings: Sequence[Finding]) -> list[Finding]:
    """Rule by rule, the heaviest of each first."""
    kept: list[Finding] = []
    for rule in ORDER:
        of_rule = sorted((f for f in findings if f.rule == rule), key=lambda f: -f.weight)
        kept += of_rule[:MOST_OF_A_RULE]
    return kept[:MOST]


def largest_loss(bureau: Assessment, period: Period) -> Iterator[Finding]:
    """The indicator in which the bureau leaves most points."""
    lost = [c for c in bureau.contributions if c.lost > 0]
    if lost:
        most = max(lost, key=lambda c: c.lost)
        yield Finding(
            "loss",
            f"全局失分最多的是{most.title}{longer_window(most, period)} {words.percent(most.value)}"
            f"（目标 {words.percent(most.target)}），"
            f"{words.points(most.effective_weight)} 分中失 {words.points(most.lost)} 分",
            float(most.lost),
            indicator=most.indicator,
        )


def declines(counted: Counted, scheme: Scheme, period: Period, actor: Actor) -> Iterator[Finding]:
    """Scored indicators of the bureau that got worse month after month."""
    indicators = [counted.catalogue[scored.id] for scored in scheme.indicators]
    # One month more than needed: the last one may be a part, which cannot be compared.
    trends = trend(counted, indicators, "bureau", period, actor, MONTHS_OF_DECLINE + 2)
    for (name, _), line in trends.items():
        scored = scheme.scored(name)
        complete = [point for point in line if not point.period.is_part][-1 - MONTHS_OF_DECLINE :]
        if scored and is_decline(complete, counted.catalogue[name]):
            values = " → ".join(words.percent(_exact(point)) for point in complete)
            first, last = complete[0].period.starts_on.month, complete[-1].period.starts_on.month
            yield Finding(
                "decline",
                f"全局{counted.catalogue[name].title}连续 {MONTHS_OF_DECLINE} 个月走弱"
                f"（{first}月至{last}月：{values}）",
                float(scored.weight),
                indicator=name,
            )


def is_decline(points: Sequence[TrendPoint], indicator: Indicator) -> bool:
    """Each month worse than the one before, and the intervals of first and last do not meet."""
    values = [value for point in points if (value := _exact(point)) is not None]
    if len(values) != MONTHS_OF_DECLINE + 1:
        return False
    sign = 1 if indicator.better == "higher" else -1
    if any(sign * later >= sign * before for before, later in pairwise(values)):
        return False
    first, last = (
        interval(indicator, Amount(p.numerator, p.denominator)) for p in (points[0], points[-1])
    )
    if None in (*first, *last):
        return False
    return (last[1] or 0) < (first[0] or 0) if sign == 1 else (last[0] or 0) > (first[1] or 0)


def _exact(point: TrendPoint) -> Fraction | None:
    if point.numerator is None or not point.denominator:
        return None
    return Fraction(point.numerator, point.denominator)


def without_unit(
    counted: Counted, scheme: Scheme, period: Period, actor: Actor
) -> Iterator[Finding]:
    """Indicators of which more than 1 % belongs to no unit."""
    indicators = [counted.catalogue[scored.id] for scored in scheme.indicators]
    by_indicator = measure_all(counted, indicators, "station", period, actor)
    for name, figures in by_indicator.items():
        unknown, total = unknown_share(figures)
        if unknown >= FEWEST_UNKNOWN and Fraction(unknown, total) > UNKNOWN_SHARE:
            share = Fraction(unknown, total)
            yield Finding(
                "unknown",
                f"{counted.catalogue[name].title}有 {words.percent(share)}（{unknown} ÷ {total}）"
                "的记录未填单位，未计入任何派出所",
                float(share),
                indicator=name,
            )


def unknown_share(figures: Sequence[Figure]) -> tuple[int, int]:
    """How much of the denominators (of a count: the counts) names no unit, and of how much."""
    by_unit: Mapping[str, int] = {
        f.unit: (f.numerator if f.denominator is None else f.denominator) or 0 for f in figures
    }
    return by_unit.get(UNKNOWN, 0), sum(by_unit.values())


def unknown_sentence(
    by_indicator: Mapping[str, Sequence[Figure]], catalogue: Catalogue, level: Level
) -> str:
    """What names no unit of the level and so counts for none of them: the largest shares."""
    shares = []
    for name, figures in by_indicator.items():
        unknown, total = unknown_share(figures)
        if unknown:
            shares.append((Fraction(unknown, total), catalogue[name].title, unknown))
    if not shares:
        return f"各项记录都填有{LEVELS[level]}，没有“未知”。"
    worst = sorted(shares, key=lambda share: -share[0])[:MOST_NAMED]
    named = "、".join(f"{title} {words.percent(share)}（{n:,}）" for share, title, n in worst)
    return f"未填{LEVELS[level]}的记录列为“未知”，只计入上级、不参加排名，占比最高的是：{named}。"


def rejects(counted: Counted, actor: Actor) -> Iterator[Finding]:
    """Rows that were refused, for those who can do something about them."""
    if not actor.may("see-rejects"):
        return
    row = counted.copy.one("SELECT count(*) FROM record.reject WHERE NOT is_deleted")
    waiting = int(str(row[0]))
    if waiting:
        yield Finding("rejects", f"有 {waiting} 行导入数据被拒收，尚待更正", waiting)
