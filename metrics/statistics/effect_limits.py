"""How sure the parts are into which the change of a rate is split: limits from seeded draws.

Each count is drawn anew, as chance would have given it: what was filed from a gamma distribution
(the posterior of a Poisson count), the numerator likewise, or of a proportion from a beta one
(Jeffreys). Each draw is split as metrics/statistics/decomposition.py splits the counts themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.statistics.decomposition import Pair
from metrics.statistics.intervals import FloatArray

DRAWS, SEED = 4000, 20190819
Limits = tuple[float, float]


@dataclass(frozen=True)
class EffectLimits:
    """95 % limits of what each part's own rate did, of each part's mix, and of both over all parts.

    As distances from the estimate: below it (at most 0) and above it (at least 0).
    """

    rates: Sequence[Limits]
    mixes: Sequence[Limits]
    rate: Limits
    mix: Limits


def effect_limits(
    before: Sequence[Pair], now: Sequence[Pair], is_proportion: bool, stretch: float = 1.0
) -> EffectLimits:
    """Limits of the effects of `decomposition.effects`.

    is_proportion   numerator <= denominator in every part; else two counts of their own
    stretch         >= 1: by how much the months before spread more than counting explains
    """
    rng = np.random.default_rng(SEED)
    (x0, n0), (x1, n1) = (_drawn(pairs, is_proportion, rng) for pairs in (before, now))
    base, top = (n.sum(axis=1, keepdims=True) for n in (n0, n1))
    middle = (x0.sum(axis=1, keepdims=True) / base + x1.sum(axis=1, keepdims=True) / top) / 2
    share_before, share_now, change = n0 / base, n1 / top, x1 / top - x0 / base
    both = (n0 > 0) & (n1 > 0)
    difference = np.divide(x1, n1, where=both, out=np.zeros_like(x1))
    difference -= np.divide(x0, n0, where=both, out=np.zeros_like(x0))
    has_orphans = ((x0 > 0) & (n0 == 0)) | ((x1 > 0) & (n1 == 0))
    alone = np.where(has_orphans, change, 0.0)
    rate = np.where(both, difference * (share_before + share_now) / 2, alone)
    mix = change - rate - (share_now - share_before) * middle
    sums = (_limits(each.sum(axis=1), stretch)[0] for each in (rate, mix))
    return EffectLimits(_limits(rate, stretch), _limits(mix, stretch), *sums)


def ratio_limits(before: Pair, now: Pair, stretch: float = 1.0) -> tuple[Limits, Limits]:
    """The same of `decomposition.ratio_effect`: of the numerator's part and the denominator's.

    before, now   two counts of their own each, the second above 0
    """
    rng = np.random.default_rng(SEED)
    (x0, n0), (x1, n1) = (_drawn([pair], False, rng) for pair in (before, now))
    numerator = (x1 - x0) * (1 / n0 + 1 / n1) / 2
    denominator = (1 / n1 - 1 / n0) * (x0 + x1) / 2
    return _limits(numerator, stretch)[0], _limits(denominator, stretch)[0]


def _drawn(
    pairs: Sequence[Pair], is_proportion: bool, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Numerators and denominators (draws × parts); what was not filed stays at 0."""
    x, n = (np.array([pair[place] for pair in pairs], float) for place in (0, 1))
    shape = DRAWS, len(pairs)
    filed = np.where(n > 0, rng.gamma(np.maximum(n, 0.5), size=shape), 0.0)
    if is_proportion:
        return rng.beta(x + 0.5, np.maximum(n - x, 0) + 0.5, size=shape) * filed, filed
    is_there = (x > 0) | (n > 0)
    return np.where(is_there, rng.gamma(np.maximum(x, 0.5), size=shape), 0.0), filed


def _limits(draws: FloatArray, stretch: float) -> list[Limits]:
    low, middle, high = np.quantile(draws.reshape(DRAWS, -1), (0.025, 0.5, 0.975), axis=0)
    pairs = zip((low - middle) * stretch, (high - middle) * stretch, strict=True)
    return [(float(below), float(above)) for below, above in pairs]
