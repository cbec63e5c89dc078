"""What stands out about single stations, for 需关注; wording/attention.py lists the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metrics.analysis.unit_verdict import judged, worse_side
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Amount, interval
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import Scheme
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.statistics.too_few import FEWEST_COMPARED
from metrics.wording.verdict_words import BASE_NAME, verdict_in_words
from metrics.wording.window_words import longer_window

LEAST_FALL = 3


@dataclass(frozen=True)
class Finding:
    """One line. `unit` or `indicator` is the place to open; neither: nothing to open yet.

    weight   how pressing within its rule; the heaviest come first
    """

    rule: str
    sentence: str
    weight: float
    unit: str = ""
    indicator: str = ""


def below_floor(
    stations: Sequence[Assessment], catalogue: Catalogue, period: Period
) -> Iterator[Finding]:
    """Stations with indicators that give no points, by the points that are at stake."""
    for line in stations:
        missed = [c for c in line.contributions if c.points == 0 and c.rule != "pass"]
        if missed:
            worst = max(missed, key=lambda c: c.effective_weight)
            is_unsure = is_doubtful(worst, catalogue)
            bound = "底线" if worst.target > worst.floor else "上限"
            doubt = f"（与{bound}之差在随机波动内）" if is_unsure else ""
            more = f"；另有 {len(missed) - 1} 项不得分" if len(missed) > 1 else ""
            yield Finding(
                "near-floor" if is_unsure else "floor",
                f"{line.name}{_share(worst, period)}{_mixed(worst)}，"
                f"{_floor_in_words(worst)}，"
                f"该项不得分{doubt}{more}",
                float(sum(c.effective_weight for c in missed)),
                unit=line.unit,
            )


def is_doubtful(c: Contribution, catalogue: Catalogue) -> bool:
    """The floor lies inside the 95 % interval."""
    lower, upper = interval(catalogue[c.indicator], Amount(c.numerator, c.denominator))
    return lower is not None and upper is not None and lower <= float(c.floor) <= upper


def _share(c: Contribution, period: Period) -> str:
    """纠纷按期化解率近12个月 85.0%（17 ÷ 20）: the unit's own value, its days and its counts."""
    counts = f"{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}"
    value = words.percent(c.plain_value)
    return f"{c.title}{longer_window(c, period)} {value}（{counts}）"


def _mixed(c: Contribution) -> str:
    """What was scored, where the unit's own value lies on the other side of the floor."""
    own = c.plain_value
    if not c.mixed or own is None or own == c.floor or (own < c.floor) == (c.target > c.floor):
        return ""
    return f"，与本组合并计 {words.percent(c.value)}"


def _floor_in_words(c: Contribution) -> str:
    if c.rule == "steps":
        return "未达最低一档"
    return f"{'未超过底线' if c.target > c.floor else '未低于上限'} {words.percent(c.floor)}"


def far_below(
    stations: Sequence[Assessment],
    bureau: Assessment,
    catalogue: Catalogue,
    scheme: Scheme,
    period: Period,
) -> Iterator[Finding]:
    """Stations that are worse than the whole and unusual among their like; those without points
    are named above."""
    for whole in bureau.contributions:
        indicator, scored = catalogue[whole.indicator], scheme.scored(whole.indicator)
        if indicator.kind == "proportion" and scored:
            least = max(scored.minimum, FEWEST_COMPARED)
            yield from _unusual(stations, whole, indicator, least, period)


def _unusual(
    stations: Sequence[Assessment],
    whole: Contribution,
    indicator: Indicator,
    least: int,
    period: Period,
) -> Iterator[Finding]:
    members = {
        line.unit: (line, c)
        for line in stations
        for c in line.contributions
        if c.indicator == indicator.id and (c.denominator or 0) >= least
        if (c.numerator or 0) <= (c.denominator or 0)
    }
    counts = {unit: (c.numerator or 0, c.denominator or 0) for unit, (_, c) in members.items()}
    verdicts = judged(indicator, counts, Amount(whole.numerator, whole.denominator))
    for unit, (line, c) in members.items():
        verdict = verdicts.of(unit)
        if verdict.where == worse_side(indicator) and verdict.is_unusual and c.points:
            base = f"{BASE_NAME} {words.percent(whole.plain_value)}"
            verdict_words = verdict_in_words(verdict, indicator)
            yield Finding(
                "apart",
                f"{line.name}{_share(c, period)}，{verdict_words}（{base}）",
                float(c.lost),
                unit=line.unit,
            )


def falls(stations: Sequence[Assessment]) -> Iterator[Finding]:
    """Falls in rank worth a question. Only stations: a single month of a village is too noisy."""
    for line in stations:
        if line.rank is None or line.previous_rank is None or line.rank_low is None:
            continue
        fall = line.rank - line.previous_rank
        is_beyond = moved_beyond(line)
        if fall >= LEAST_FALL or (fall > 0 and is_beyond):
            sure = "超出误差范围" if is_beyond else f"仍在误差范围内（第 {place(line)} 名）"
            yield Finding(
                "fall",
                f"{line.name}在{line.group}由第 {line.previous_rank} 名退至"
                f"第 {line.rank} 名，{sure}",
                fall + 100 * is_beyond,
                unit=line.unit,
            )


def moved_beyond(line: Assessment) -> bool:
    """The rank before lies outside the 95 % interval of the rank now: more than chance."""
    if line.previous_rank is None or line.rank_low is None or line.rank_high is None:
        return False
    return not line.rank_low <= line.previous_rank <= line.rank_high


def own_points(line: Assessment) -> str:
    """适用分值 as the tables have it."""
    return words.plain(line.applicable_points, 1)


def place(line: Assessment) -> str:
    """The rank interval: 3–7, or 3 where it is one place."""
    if line.rank_low is None or line.rank_high is None:
        return words.NONE
    return words.span(line.rank_low, line.rank_high)
