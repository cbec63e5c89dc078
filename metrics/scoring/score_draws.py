"""How far a published score may wander by chance, and what the true one may be.

Everything is arrays of a group: which rule made the published scores does not matter here, only
what they are made of. Each true proportion is drawn from its posterior under the prior fitted to
the group, its cases are drawn anew, and what both earn by the scheme's rule is compared: that is
the noise of the indicator. The scores as published, with that noise, are then drawn towards the
mean of the group (`metrics.statistics.fitted_draws.score_draws`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from metrics.cells.count import Counted
from metrics.scheme.scheme import Scheme, Scored
from metrics.scoring.score import Contribution
from metrics.scoring.share import shares_reached
from metrics.statistics.fitted_draws import GroupDraws, centre_of, score_draws, strength_chances
from metrics.statistics.intervals import FloatArray
from metrics.statistics.rank_uncertainty import draws_for

SEED = 20190819
REDRAWN = 100  # times that the cases of an indicator are drawn anew: the noise of a score to 5 %
OWN_CASES = 0.1  # the weight of the prior where a unit's own cases are to count most
Earns = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class GroupScores:
    """Scores of a group and what they are made of, as (units) and (indicators × units).

    published      without what the ledger adds, which is no matter of chance
    numerators, denominators   nan where chance plays no part: a ratio, or what does not apply
    weights        points at stake for the unit; 0 where the indicator does not apply
    own            part of the scored value that rests on the unit's own cases: 1, or less where
                   the value was smoothed towards that of the group
    earns          of each indicator: values -> shares of the weight
    """

    published: FloatArray
    numerators: FloatArray
    denominators: FloatArray
    weights: FloatArray
    own: FloatArray
    earns: Sequence[Earns]


def group_scores(
    published: Sequence[float],
    contributions: Sequence[Sequence[Contribution]],
    scheme: Scheme,
    counted: Counted,
) -> GroupScores:
    """The arrays of some units, each with its contributions in the order of the scheme."""
    shape = len(scheme.indicators), len(contributions)
    numerators, denominators = np.full(shape, np.nan), np.full(shape, np.nan)
    weights, own, earns = np.zeros(shape), np.ones(shape), []
    for row, scored in enumerate(scheme.indicators):
        indicator = counted.catalogue[scored.id]
        of_units = [unit[row] for unit in contributions]
        target = float(of_units[0].target) if of_units else 0.0
        earns.append(partial(_earns, scored, target, indicator.better))
        weights[row] = [float(c.effective_weight) for c in of_units]
        own[row] = [float(c.own_share) for c in of_units]
        for column, c in enumerate(of_units):
            x, n = c.numerator or 0, c.denominator or 0
            if indicator.kind == "proportion" and 0 <= x <= n:
                numerators[row, column], denominators[row, column] = x, n
    return GroupScores(np.array(published), numerators, denominators, weights, own, earns)


def _earns(scored: Scored, target: float, better: str, values: FloatArray) -> FloatArray:
    return shares_reached(scored, target, values, better)


def draws_of(scores: GroupScores, draws: int = 0, seed: int = SEED) -> GroupDraws:
    """True scores of the group, (draws × units); draws 0: 20,000 up to 30 units, else 2,000.

    A unit that is good at everything is drawn too far towards the group at each indicator taken by
    itself, and seems to wander more than it does. Intervals are the safer for it; chances of being
    first would be up to 20 points too low, so there the prior counts for a tenth of its strength.
    Figures that several units share (of their police room) are drawn for each: two of one room
    are then told apart a little too seldom, never too often.
    """
    at_stake = scores.weights.sum(axis=0)
    own = np.ones(at_stake.shape)
    np.divide((scores.weights * scores.own).sum(axis=0), at_stake, out=own, where=at_stake > 0)
    times = draws or draws_for(at_stake.size)
    unsure, likely = (
        score_draws(scores.published, score_noise(scores, weight, seed), own, times, seed)
        for weight in (1.0, OWN_CASES)
    )
    return GroupDraws(unsure.unsure, likely.likely)


def score_noise(scores: GroupScores, weight: float = 1.0, seed: int = SEED) -> FloatArray:
    """Variance of each published score by chance alone: the sum over its indicators.

    weight   of the prior, as a part of its fitted strength
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    noise = np.zeros(scores.published.shape)
    rows = zip(scores.numerators, scores.denominators, scores.own, strict=True)
    for (x, n, own), weights, earns in zip(rows, scores.weights, scores.earns, strict=True):
        has = (n > 0) & ~np.isnan(x) & (weights > 0)
        if has.any():
            counts = np.stack([x[has], n[has], own[has]])
            noise[has] += weights[has] ** 2 * _share_noise(counts, earns, weight, generator)
    return noise


def _share_noise(
    counts: FloatArray, earns: Earns, weight: float, generator: np.random.Generator
) -> FloatArray:
    """Mean squared change of the share that is earned, when the cases are drawn anew.

    counts   numerators, denominators and own parts, (3 × units); equal ones are drawn once
    """
    strengths, chances = strength_chances(counts[0], counts[1])
    strength = weight * strengths[np.argmax(chances)]
    centre = centre_of(counts[0], counts[1])
    (x, n, own), at = np.unique(counts, axis=1, return_inverse=True)
    hits, misses = centre * strength + x, (1 - centre) * strength + n - x
    true = generator.beta(hits, misses, size=(REDRAWN, x.size))
    again = generator.binomial(n.astype(np.int64), true) / n
    rest = (1 - own) * centre
    change = earns(own * again + rest) - earns(own * true + rest)
    return np.asarray(np.mean(change**2, axis=0)[at.ravel()], float)
