"""Is the scheme any good? What each indicator does to a ranking, from the results of one period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

import numpy as np

from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.statistics.correlation import centred, chance_bound, correlations
from metrics.statistics.shrinkage import fitted_prior
from metrics.statistics.too_few import FEWEST_UNITS

REPEATED = 0.7  # correlation from which half of what one tells is told by the other
DIGITS = 9  # of a score: below that, what floats leave is no difference


@dataclass(frozen=True)
class Health:
    """One indicator among the units of a level.

    units         that get points for it; `full`, `zero`: all and none of them
    cases, fewest   own cases of a unit: the middle one and the lowest; None of a count
    reliability   share of the spread between units that is no chance, 0 to 1; None where it cannot
                  be told: counts, ratios of minutes, too few units
    reachable     units that could reach the target with the cases that they have
    moved, farthest   of `ranked` units: how many would have another place without it, by how much
    nearest       the indicator whose points go most alike, and the correlation
    is_repeated   more alike than chance explains, and than REPEATED
    """

    indicator: str
    title: str
    weight: Fraction
    units: int
    full: int
    zero: int
    cases: float | None
    fewest: int | None
    reliability: float | None
    reachable: int
    ranked: int
    moved: int
    farthest: int
    nearest: str = ""
    correlation: float | None = None
    is_repeated: bool = False


@dataclass(frozen=True)
class SchemeHealth:
    """indicators: in the order of the scheme; below_target: those that the whole bureau misses."""

    indicators: tuple[Health, ...]
    below_target: tuple[str, ...]
    measured: int


def scheme_health(
    catalogue: Catalogue, lines: Sequence[Assessment], whole: Assessment | None
) -> SchemeHealth:
    """lines: the units of a level; whole: the bureau's own line."""
    by_indicator: dict[str, dict[str, Contribution]] = defaultdict(dict)
    for line in lines:
        for c in line.contributions:
            by_indicator[c.indicator][line.unit] = c
    overlaps = _overlaps(lines, list(by_indicator))
    cards = tuple(
        _health(catalogue[name], of_units, lines, overlaps.get(name))
        for name, of_units in by_indicator.items()
    )
    own = [c for c in whole.contributions if c.points is not None] if whole else []
    below = tuple(c.title for c in own if c.lost > 0)
    return SchemeHealth(cards, below, len(own))


def _health(
    indicator: Indicator,
    of_units: Mapping[str, Contribution],
    lines: Sequence[Assessment],
    overlap: "_Overlap | None",
) -> Health:
    scored = [c for c in of_units.values() if c.points is not None]
    is_count = indicator.kind == "count"
    cases = [] if is_count else [c.denominator or 0 for c in scored]
    groups = [
        [of_units[line.unit] for line in members if of_units[line.unit].points is not None]
        for members in _groups(lines)
        if all(line.unit in of_units for line in members)
    ]
    moves = _places_moved(lines, of_units)
    first = next(iter(of_units.values()))
    return Health(
        indicator.id,
        indicator.title,
        first.weight,
        len(scored),
        sum(1 for c in scored if c.lost == 0),
        sum(1 for c in scored if not c.points),
        float(median(cases)) if cases else None,
        min(cases, default=None),
        _reliability(indicator, groups),
        sum(_reachable(indicator, members) for members in groups),
        len(moves),
        sum(1 for places in moves if places),
        max(moves, default=0),
        *(overlap.parts if overlap else ()),
    )


def _groups(lines: Sequence[Assessment]) -> list[list[Assessment]]:
    groups: dict[str, list[Assessment]] = defaultdict(list)
    for line in lines:
        groups["" if line.group == line.unit else line.group].append(line)
    return list(groups.values())


# -- chance -----------------------------------------------------------------------------------


def _reliability(indicator: Indicator, groups: Sequence[Sequence[Contribution]]) -> float | None:
    """Mean of n ÷ (n + strength of the group's prior): what of a value is the unit's own."""
    if indicator.kind not in ("proportion", "rate"):
        return None
    shares: list[float] = []
    for members in groups:
        own = [(c.numerator or 0, c.denominator) for c in members if c.denominator and _is_own(c)]
        pairs = [(x, n) for x, n in own if n and (indicator.kind == "rate" or 0 <= x <= n)]
        if len(pairs) < FEWEST_UNITS:
            continue
        numerators, denominators = np.array(pairs, float).T
        prior = fitted_prior(numerators, denominators, indicator.kind == "rate")
        strength = np.inf if prior.is_alone else prior.strength
        shares += (denominators / (denominators + strength)).tolist()
    return float(np.mean(shares)) if shares else None


def _is_own(c: Contribution) -> bool:
    """Not that of a level above."""
    return bool(c.mixed) or not c.reason


# -- the target -------------------------------------------------------------------------------


def _reachable(indicator: Indicator, members: Sequence[Contribution]) -> int:
    """Units whose value would reach the target if all their cases went well.

    Whatever is mixed in holds them back, and their own success lifts the group's value a little.
    """
    if indicator.better == "neither" or indicator.kind in ("count", "rate"):
        return len(members)
    whole = sum(c.denominator or 0 for c in members)
    hits = sum(c.numerator or 0 for c in members)
    return sum(1 for c in members if _can_reach(indicator, c, hits, whole))


def _can_reach(indicator: Indicator, c: Contribution, hits: int, whole: int) -> bool:
    is_higher = indicator.better == "higher"
    cases = c.denominator or 0
    best = cases if is_higher else 0
    if not c.mixed:
        return True
    pooled = Fraction(hits - (c.numerator or 0) + best, whole) if whole else c.pooled_value
    if pooled is None:
        return False
    value = (best + c.mixed * pooled) / (cases + c.mixed)
    return value >= c.target if is_higher else value <= c.target


# -- the ranking without it -------------------------------------------------------------------


def _places_moved(lines: Sequence[Assessment], of_units: Mapping[str, Contribution]) -> list[int]:
    """Of each ranked unit by how many places it would move within its group."""
    moved: list[int] = []
    for members in _groups(lines):
        ranked = [line for line in members if line.rank is not None and line.unit in of_units]
        left = [_without(line, of_units[line.unit]) for line in ranked]
        for line, score in zip(ranked, left, strict=True):
            place = 1 + sum(1 for other in left if other > score)
            moved.append(abs(place - (line.rank or place)))
    return moved


def _without(line: Assessment, c: Contribution) -> float:
    """The score if the indicator's weight were shared among the others in proportion."""
    full = sum((x.effective_weight for x in line.contributions), Fraction(0))
    left = full - c.effective_weight
    earned = (line.raw or Fraction(0)) - (c.points or Fraction(0))
    score = float(earned * full / left) if left else 0.0
    return round(score + float(line.net), DIGITS)


# -- overlap ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Overlap:
    nearest: str
    correlation: float
    is_repeated: bool

    @property
    def parts(self) -> tuple[str, float, bool]:
        return self.nearest, self.correlation, self.is_repeated


def _overlaps(lines: Sequence[Assessment], names: Sequence[str]) -> dict[str, _Overlap]:
    """Indicator -> the one whose shares of points go most alike within the groups."""
    titles = {c.indicator: c.title for line in lines for c in line.contributions}
    shares = np.full((len(names), len(lines)), np.nan)
    for column, line in enumerate(lines):
        for c in line.contributions:
            if c.share is not None:
                shares[names.index(c.indicator), column] = float(c.share)
    groups = sorted({line.group for line in lines})
    numbered = np.array([groups.index(line.group) for line in lines], np.int64)
    r = correlations(centred(shares, numbered))
    pairs = int((~np.isnan(r)).sum()) // 2
    bound = chance_bound(len(lines) - len(groups) + 1, pairs)
    overlaps = {}
    for row, name in enumerate(names):
        if np.isnan(r[row]).all():
            continue
        most = int(np.nanargmax(r[row]))
        value = float(r[row, most])
        overlaps[name] = _Overlap(titles[names[most]], value, value > max(bound, REPEATED))
    return overlaps
