"""Shrunk estimates: a small unit's value is drawn towards that of all, as far as chance may go.

Empirical Bayes with the conjugate prior: beta for proportions, gamma for rates. The centre of the
prior is the value of all units together (the centre line of the funnel); its strength, in
observations, is the one under which the counts are most likely. An estimate beside the raw value,
never in its place, and never scored.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import minimize_scalar

from metrics.statistics.intervals import FloatArray, proportion_counts, z_of
from metrics.statistics.rates import rate_counts

WEAKEST, STRONGEST = 1e-3, 1e4  # strength looked for, as a multiple of the mean denominator


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
    likely = _rate_likelihood if is_rate else _share_likelihood
    low, high = (float(np.log(n.mean() * bound)) for bound in (WEAKEST, STRONGEST))

    def unlikely(log_strength: float) -> float:
        return -likely(x, n, centre, float(np.exp(log_strength)))

    fit = minimize_scalar(unlikely, bounds=(low, high), method="bounded")
    # Without a maximum inside, the search ends near the upper bound: the units do not differ.
    is_alone = bool(fit.x > high - 0.1 or unlikely(high) <= fit.fun)
    return Prior(centre, float(np.exp(high if is_alone else fit.x)), is_rate, is_alone)


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
        special.gammaincinv(hits, share) / whole
        if prior.is_rate
        else special.betaincinv(hits, whole - hits, share)
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


def _share_likelihood(x: FloatArray, n: FloatArray, centre: float, strength: float) -> float:
    """Log likelihood of the beta-binomial, but for a constant."""
    a, b = centre * strength, (1 - centre) * strength
    return float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))


def _rate_likelihood(x: FloatArray, n: FloatArray, centre: float, strength: float) -> float:
    """Log likelihood of the gamma-Poisson (negative binomial), but for a constant."""
    shape = centre * strength
    each = special.gammaln(x + shape) - special.gammaln(shape)
    each += shape * np.log(strength / (n + strength)) - x * np.log(n + strength)
    return float(np.sum(each))
