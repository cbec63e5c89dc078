"""Comparing units fairly on one indicator: which differ at all, and how sure each place is.

Units are compared within what is shown (a group, or all): with their total by the funnel, with each
other pair by pair by true values that are drawn many times, and shrunk towards the total by their
size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np

from metrics.analysis.funnel import Funnel, funnel
from metrics.analysis.unit_verdict import UnitVerdict, UnitVerdicts
from metrics.cells.units import UNKNOWN
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored
from metrics.scoring.rank import competition_ranks
from metrics.scoring.score_draws import SEED
from metrics.statistics.fitted_draws import GroupDraws, count_draws
from metrics.statistics.intervals import Z_ALARM, Z_WARNING
from metrics.statistics.rank_uncertainty import alike, draws_for, rank_intervals
from metrics.statistics.shrinkage import Prior, fitted_prior, shrunk
from metrics.statistics.too_few import FEWEST_UNITS

KINDS = ("proportion", "rate")  # what chance can be reckoned with: a ratio has no such model


@dataclass(frozen=True)
class IndicatorPlace:
    """A unit's place on the indicator; intervals are of 95 %.

    alike             units from which it cannot be told apart, pair by pair: all differences that
                      are told hold together with 95 % confidence
    p_first, p_last   how often it comes first, last when the true values are drawn
    """

    rank: int
    low: int
    high: int
    alike: frozenset[str]
    p_first: float
    p_last: float


@dataclass(frozen=True)
class Estimate:
    """A value drawn towards the total; own: share of the unit's own data in it."""

    value: float
    low: float
    high: float
    own: float


@dataclass(frozen=True)
class Compared:
    """One unit beside the others. None where there is too little to compare.

    warning, alarm   the funnel's 95 % and 99.8 % limits of chance at this unit's denominator
    """

    figure: Figure
    verdict: UnitVerdict
    warning: tuple[float, float] | None
    alarm: tuple[float, float] | None
    shrunk: Estimate | None
    standing: IndicatorPlace | None


@dataclass(frozen=True)
class UnitComparison:
    """All units on one indicator, the better first, those without a place after them."""

    indicator: Indicator
    scored: Scored | None
    verdicts: UnitVerdicts
    funnel: Funnel | None
    prior: Prior | None
    lines: tuple[Compared, ...]

    @property
    def placed(self) -> list[Compared]:
        return [line for line in self.lines if line.standing]

    def of(self, unit: str) -> Compared | None:
        return next((line for line in self.lines if line.figure.unit == unit), None)


def compare_units(
    units: Sequence[Figure], against: UnitVerdicts, scored: Scored | None = None
) -> UnitComparison:
    """Compare the units that are known; 未知 is none of them. Figures in order of code.

    against   the verdicts on all units of the level, of which `units` may be a group
    """
    indicator = against.indicator
    named = [figure for figure in units if figure.unit != UNKNOWN]
    drawn = funnel(named, against, scored)
    prior, estimates = _estimates(named, indicator)
    standings = _standings(named, indicator, scored)
    lines = [_compared(f, drawn, against, estimates, standings) for f in named]
    return UnitComparison(
        indicator, scored, against, drawn, prior, tuple(sorted(lines, key=_order))
    )


def chances_ahead(comparison: UnitComparison, chosen: str) -> dict[str, float]:
    """Unit -> how often it is ahead of the chosen one when the true values are drawn."""
    comparable = sorted((line.figure for line in comparison.placed), key=lambda f: f.unit)
    at = next((place for place, f in enumerate(comparable) if f.unit == chosen), None)
    if at is None:
        return {}
    values = _drawn(comparable, comparison.indicator).unsure
    ahead = np.mean(values > values[:, [at]], axis=0)
    return {f.unit: float(p) for f, p in zip(comparable, ahead, strict=True) if f.unit != chosen}


def _drawn(comparable: Sequence[Figure], indicator: Indicator) -> GroupDraws:
    """True values (draws × units), turned so that more is better."""
    numerators = [f.numerator or 0 for f in comparable]
    denominators = [f.denominator or 0 for f in comparable]
    draws, is_rate = draws_for(len(comparable)), indicator.kind == "rate"
    values = count_draws(numerators, denominators, is_rate, draws, SEED)
    if indicator.better == "lower":
        return GroupDraws(-values.unsure, -values.likely)
    return values


def _standings(
    units: Sequence[Figure], indicator: Indicator, scored: Scored | None
) -> dict[str, IndicatorPlace]:
    comparable = [f for f in units if is_comparable(f, indicator, scored)]
    if not comparable:
        return {}
    sign = -1 if indicator.better == "lower" else 1
    ranks = competition_ranks([sign * (f.exact or Fraction(0)) for f in comparable])
    drawn = _drawn(comparable, indicator)
    intervals, chances = rank_intervals(drawn.unsure), rank_intervals(drawn.likely)
    low, high = np.minimum(intervals.rank_low, ranks), np.maximum(intervals.rank_high, ranks)
    codes = np.array([f.unit for f in comparable])
    others = [frozenset(codes[pairs].tolist()) for pairs in alike(drawn.unsure, ranks)]
    columns = low.tolist(), high.tolist(), others, chances.p_first.tolist(), chances.p_last.tolist()
    rows = zip(comparable, ranks, *columns, strict=True)
    return {figure.unit: IndicatorPlace(*row) for figure, *row in rows}


def _estimates(
    units: Sequence[Figure], indicator: Indicator
) -> tuple[Prior | None, Mapping[str, Estimate]]:
    """Of every unit with a value, however small: the small ones are what it is for."""
    valued = [f for f in units if f.status == "ok"]
    if len(valued) < FEWEST_UNITS:
        return None, {}
    is_rate = indicator.kind == "rate"
    x, n = [f.numerator or 0 for f in valued], [f.denominator or 0 for f in valued]
    prior = fitted_prior(x, n, is_rate)
    estimates = shrunk(prior, x, n)
    scale = indicator.scale if is_rate else 1
    values = np.array([estimates.value, estimates.lower, estimates.upper]) * scale
    rows = zip(valued, *values.tolist(), estimates.own.tolist(), strict=True)
    return prior, {figure.unit: Estimate(*row) for figure, *row in rows}


def _compared(
    figure: Figure,
    drawn: Funnel | None,
    against: UnitVerdicts,
    estimates: Mapping[str, Estimate],
    standings: Mapping[str, IndicatorPlace],
) -> Compared:
    verdict = against.of(figure.unit)
    is_judged = verdict.where != "unjudged"
    return Compared(
        figure,
        verdict,
        _limits(drawn, figure, Z_WARNING) if is_judged else None,
        _limits(drawn, figure, Z_ALARM) if is_judged else None,
        estimates.get(figure.unit),
        standings.get(figure.unit),
    )


def _limits(drawn: Funnel | None, figure: Figure, z: float) -> tuple[float, float] | None:
    if drawn is None or not figure.denominator:
        return None
    (pair,) = drawn.limits([figure.denominator], z)
    return None if isnan(pair[0]) else pair


def _order(line: Compared) -> tuple[bool, int, bool, str]:
    rank = line.standing.rank if line.standing else 0
    return line.standing is None, rank, line.shrunk is None, line.figure.unit
