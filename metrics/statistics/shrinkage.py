"""Shrunk estimates: a small unit's value is drawn towards that of all, as far as chance may go.

Empirical Bayes with the conjugate prior: beta for proportions, gamma for rates. The centre of the
prior is the value of all units together (the centre line of the funnel); its strength, in
observations, is the one under which the counts are most likely. An estimate beside the raw value,
never in its place, and never scored.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its `special` loads when it is first used: ranks do without
from numpy.typing import ArrayLike

from metrics.statistics.intervals import FloatArray, proportion_counts, z_of
from metrics.statistics.rates import rate_counts

WEAKEST, STRONGEST = 1e-3, 1e4  # strength looked for, as a multiple of the mean denominator
STEPS, TIMES = 65, 4  # so many strengths side by side, then as often around the best of them


@dataclass(frozen=True)
class Prior:
    """What the units have in common.

    centre     value of all units together
    strength   the prior weighs as much as so many observations: a unit with as large a
               denominator is drawn half the way
    is_rate    gamma prior of a rate, else beta prior of a proportion
    is_alone   the units differ no more than by chance: all are drawn to the centre
    """

    centre: float
    strength: float
    is_rate: bool
    is_alone: bool


@dataclass(frozen=True)
class Shrunk:
    """Arrays with one entry per unit; own: the share of the unit's own data in the estimate."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    own: FloatArray


def fitted_prior(numerators: ArrayLike, denominators: ArrayLike, is_rate: bool = False) -> Prior:
    """The prior of the units, by maximum marginal likelihood of its strength.

    numerators, denominators   one-dimensional, denominators > 0; no unit raises ValueError
    Beta-binomial: Griffiths 1973, Biometrics 29:637; gamma-Poisson: Clayton and Kaldor 1987,
    Biometrics 43:671; the idea: Efron and Morris 1975, JASA 70:311.
    """
    x, n = _counts(numerators, denominators, is_rate)
    if not x.size or np.any(n == 0):
        raise ValueError("a prior needs units, each with a denominator above 0")
    centre = float(x.sum() / n.sum())
    if centre == 0 or (centre == 1 and not is_rate):
        return _one_sided(x, n, is_rate)
    low, high = (float(np.log(n.mean() * bound)) for bound in (WEAKEST, STRONGEST))
    (strongest,) = log_likelihoods(x, n, centre, [np.exp(high)], is_rate)
    first, last, best, most = low, high, high, strongest
    for _ in range(TIMES):
        tried = np.linspace(first, last, STEPS)
        likely = log_likelihoods(x, n, centre, np.exp(tried), is_rate)
        at = int(np.argmax(likely))
        first, best, last = tried[max(at - 1, 0)], tried[at], tried[min(at + 1, STEPS - 1)]
        most = likely[at]
    # Without a maximum inside, the search ends near the upper bound: the units do not differ.
    is_alone = bool(best > high - 0.1 or strongest >= most)
    return Prior(centre, float(np.exp(high if is_alone else best)), is_rate, is_alone)


def shrunk(
    prior: Prior, numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Shrunk:
    """Each unit's estimate with its posterior interval: (x + centre × strength) ÷ (n + strength).

    A denominator of 0 gives the prior itself. The interval takes the prior as known, which makes
    it a little too narrow where there are few units.
    """
    z_of(confidence)  # checks the confidence
    x, n = _counts(numerators, denominators, prior.is_rate)
    tail = (1 - confidence) / 2
    hits, whole = x + prior.centre * prior.strength, n + prior.strength
    value = hits / whole
    low, high = (
        scipy.special.gammaincinv(hits, share) / whole
        if prior.is_rate
        else scipy.special.betaincinv(hits, whole - hits, share)
        for share in (tail, 1 - tail)
    )
    # Where nearly all of the probability lies at 0 (or 1), the mean may lie beyond a quantile.
    return Shrunk(value, np.minimum(low, value), np.maximum(high, value), n / whole)


def _counts(
    numerators: ArrayLike, denominators: ArrayLike, is_rate: bool
) -> tuple[FloatArray, FloatArray]:
    return (rate_counts if is_rate else proportion_counts)(numerators, denominators)


def _one_sided(x: FloatArray, n: FloatArray, is_rate: bool) -> Prior:
    """Where no event happened, or all did, nothing tells how units differ: Jeffreys' posterior."""
    events, base = float(x.sum()), float(n.sum())
    strength = base if is_rate else base + 1
    return Prior((events + 0.5) / strength, strength, is_rate, True)


def log_likelihoods(
    numerators: ArrayLike,
    denominators: ArrayLike,
    centre: float,
    strengths: ArrayLike,
    is_rate: bool = False,
) -> FloatArray:
    """Log likelihood of each strength of the prior, but for a constant, by all units together.

    Beta-binomial of proportions; gamma-Poisson (negative binomial) of rates.
    """
    x, n = _counts(numerators, denominators, is_rate)
    strength = np.asarray(strengths, float)[:, None]
    if is_rate:
        shape = centre * strength
        each = log_gamma(x + shape) - log_gamma(shape)
        each += shape * np.log(strength / (n + strength)) - x * np.log(n + strength)
        return np.asarray(each.sum(axis=1), float)
    a, b = centre * strength, (1 - centre) * strength
    each = log_gamma(x + a) - log_gamma(a) + log_gamma(n - x + b) - log_gamma(b)
    each += log_gamma(strength) - log_gamma(n + strength)
    return np.asarray(each.sum(axis=1), float)


def log_gamma(values: ArrayLike) -> FloatArray:
    """log Γ of positive numbers, to ten digits: Stirling's series eight steps further up.

    Abramowitz and Stegun 1964, 6.1.15 and 6.1.41. numpy has none, and a command that ranks would
    wait for scipy longer than for all its figures.
    """
    z = np.asarray(values, float)
    up = z + 8
    product = z * (z + 1) * (z + 2) * (z + 3) * (z + 4) * (z + 5) * (z + 6) * (z + 7)
    small = 1 / up**2
    series = (1 / 12 - small * (1 / 360 - small * (1 / 1260 - small / 1680))) / up
    return np.asarray(
        (up - 0.5) * np.log(up) - up + 0.5 * np.log(2 * np.pi) + series - np.log(product), float
    )
