"""Draws of what is true of the units of a group, from what they have in common and their own data.

Every true value is drawn from its posterior under a prior that is fitted to the group: the less the
units differ by more than chance, the nearer to each other. Few units leave the spread between them
unsure; ranks then come out too sure, unless the spread is drawn as well. So there are two sets:

unsure   the spread is drawn from its own posterior; prior: the shrinkage of an average unit,
         noise ÷ (noise + spread), is uniform (Daniels 1999, Canadian J Statistics 27:569;
         Christiansen and Morris 1997, JASA 92:618). For intervals and for telling units apart.
likely   one spread, estimated, as in empirical Bayes: its chances are right on average, those of
         `unsure` are up to 10 points too high where few units hardly differ. For chances of being
         first or last.

docs/ranks.md has both measured against known truths.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metrics.statistics.intervals import FloatArray, proportion_counts
from metrics.statistics.rates import rate_counts
from metrics.statistics.shrinkage import log_likelihoods

GRID = 200
SHRINKAGES = (np.arange(GRID) + 0.5) / GRID
"""Part of the way from a unit's own value to that of the group; 1: the units do not differ."""


@dataclass(frozen=True)
class GroupDraws:
    """True values of a group's units, each (draws × units); units without data are nan."""

    unsure: FloatArray
    likely: FloatArray


def count_draws(
    numerators: ArrayLike,
    denominators: ArrayLike,
    is_rate: bool = False,
    draws: int = 20_000,
    seed: int = 0,
) -> GroupDraws:
    """Proportions from Beta(centre × strength + x, …), rates from Gamma(centre × strength + x).

    numerators, denominators   one-dimensional; a denominator of 0 or nan gives nan
    centre                     the value of all units together; strength: in observations
    seed                       of a PCG64 generator; sort units by their code first
    draws < 1, or a proportion above 1, raises ValueError
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}")
    counts = (rate_counts if is_rate else proportion_counts)(numerators, denominators)
    x, n = (np.atleast_1d(column) for column in counts)
    has_data = (n > 0) & ~np.isnan(x)
    generator = np.random.Generator(np.random.PCG64(seed))
    strengths, chances = strength_chances(x[has_data], n[has_data], is_rate)
    drawn = strengths[generator.choice(GRID, draws, p=chances)]
    likely = np.full(draws, strengths[np.argmax(chances)])
    centre = centre_of(x[has_data], n[has_data], is_rate)
    sets = []
    for strength in (drawn, likely):
        values = np.full((draws, x.size), np.nan)
        hits = centre * strength[:, None] + x[has_data]
        whole = strength[:, None] + n[has_data]
        if is_rate:
            values[:, has_data] = generator.standard_gamma(hits) / whole
        else:
            values[:, has_data] = generator.beta(hits, whole - hits)
        sets.append(values)
    return GroupDraws(*sets)


def centre_of(x: FloatArray, n: FloatArray, is_rate: bool = False) -> float:
    """The value of all units together, kept off 0 (and 1) by half an event: Jeffreys."""
    return float((x.sum() + 0.5) / (n.sum() + (0 if is_rate else 1))) if x.size else np.nan


def strength_chances(
    x: FloatArray, n: FloatArray, is_rate: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Strengths of the prior and the chance of each, given the counts; denominators > 0.

    Restricted likelihood: the centre is estimated too, which costs one unit's worth of spread.
    """
    strengths = (n.mean() if n.size else 1.0) * SHRINKAGES / (1 - SHRINKAGES)
    if n.size < 2 or not x.sum() > 0 or (not is_rate and x.sum() == n.sum()):
        return strengths, np.eye(GRID)[-1]  # nothing tells how units differ
    likely = log_likelihoods(x, n, centre_of(x, n, is_rate), strengths, is_rate)
    of_centre = strengths[:, None] * n / (strengths[:, None] + n)
    return strengths, _chances(likely - 0.5 * np.log(of_centre.sum(axis=1)))


def score_draws(
    published: ArrayLike,
    noise: ArrayLike,
    own: ArrayLike = 1.0,
    draws: int = 20_000,
    seed: int = 0,
) -> GroupDraws:
    """True scores from published ones: normal, drawn towards the mean of the group.

    published   scores of the group's units
    noise       variance of each published score by chance alone, >= 0
    own         part of each published score that rests on the unit's own cases, 0 to 1: a score
                that was smoothed lies that part of the way from the group's to the unit's own
    One unit alone is drawn around its published score. Normal means with known variances: Morris
    1983, JASA 78:47. The likely spread is the one under which the units lie as far apart as they
    should, Σ (score - mean)² ÷ variance = units - 1 - ⅓: Paule and Mandel 1982, J Research NBS
    87:377, whose units - 1 is the mean of that sum; the median, ⅔ lower, makes up for spreads that
    cannot be estimated below 0. Halfway the chances of being first are nearest to the truth.
    """
    y, variance, part = np.broadcast_arrays(
        *(np.asarray(a, float) for a in (published, noise, own))
    )
    generator = np.random.Generator(np.random.PCG64(seed))
    # As if each unit's own score had been published, with the noise that this one would have.
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(part > 0, variance / part**2, np.inf)
    informed = np.isfinite(apart)
    steps = generator.standard_normal((draws, y.size))
    if y.size < 2 or not variance.any() or np.count_nonzero(informed) < 2:
        around = y + np.sqrt(variance) * steps
        return GroupDraws(around, around)
    spreads = apart[informed].mean() * (1 - SHRINKAGES) / SHRINKAGES
    total = part[informed] ** 2 * (spreads[:, None] + apart[informed])
    weights = part[informed] ** 2 / total
    centres = (weights * y[informed]).sum(axis=1) / weights.sum(axis=1)
    off = ((y[informed] - centres[:, None]) ** 2 / total).sum(axis=1)
    chances = _chances(-0.5 * (np.log(total).sum(axis=1) + off + np.log(weights.sum(axis=1))))
    unsure = generator.choice(GRID, draws, p=chances)
    likely = np.full(draws, np.argmin(np.abs(off - (np.count_nonzero(informed) - 4 / 3))))
    of_centre = generator.standard_normal(draws)
    sets = []
    for at in (unsure, likely):
        spread, pooled = spreads[at][:, None], centres[at][:, None]
        centre = pooled + (of_centre / np.sqrt(weights.sum(axis=1)[at]))[:, None]
        kept = spread / (spread + apart)
        own_score = pooled + (y - pooled) / np.where(informed, part, 1)
        mean = np.where(informed, centre + kept * (own_score - centre), centre)
        sets.append(mean + np.sqrt(spread * (1 - kept)) * steps)
    return GroupDraws(*sets)


def _chances(log_likelihood: FloatArray) -> FloatArray:
    """On a grid that is uniform in the shrinkage, each step with the same chance beforehand."""
    likely = np.exp(log_likelihood - log_likelihood.max())
    return np.asarray(likely / likely.sum(), float)
