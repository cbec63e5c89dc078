"""Intervals, funnel limits and overdispersion: how far a figure may wander by chance alone.

Every function takes scalars or arrays that broadcast and returns float arrays of the common
shape (0-dimensional for scalars: `float()` makes a number of it). nan in gives nan out.
Golden values: tests/golden_statistics.json.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its `special` loads when it is first used: a proportion does without
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Interval = tuple[FloatArray, FloatArray]

EXACT_BELOW = 10
"""Byar's approximation is good from 10 events up; below it the exact limits are taken."""


# scipy.special.ndtri of these, to the last bit.
USUAL_QUANTILES = {0.95: 1.959963984540054, 0.998: 3.090232306167813}


def z_of(confidence: float) -> float:
    """The two-sided standard normal quantile: 0.95 gives 1.959964, 0.998 gives 3.090232.

    confidence   a share, 0 < confidence < 1; anything else raises ValueError
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    if confidence in USUAL_QUANTILES:
        return USUAL_QUANTILES[confidence]
    return float(scipy.special.ndtri(0.5 + confidence / 2))


Z_WARNING = z_of(0.95)
Z_ALARM = z_of(0.998)


def proportion_counts(numerator: ArrayLike, denominator: ArrayLike) -> Interval:
    """The two counts as float arrays of one shape, checked to be a part and its whole.

    A negative count or a numerator > denominator raises ValueError: such a figure is a ratio
    (a period clearance, say), and a binomial interval around it would be nonsense.
    """
    part, whole = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    if np.any(part < 0) or np.any(whole < 0):
        raise ValueError("a count must not be negative")
    if np.any(part > whole):
        worst = int(np.argmax((part > whole).ravel()))
        pair = f"{part.ravel()[worst]:g} of {whole.ravel()[worst]:g}"
        raise ValueError(f"numerator must not exceed denominator in a proportion, got {pair}")
    return part, whole


def wilson_interval(
    numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Wilson score interval of a proportion, as (lower, upper) in [0, 1].

    numerator, denominator   counts that broadcast, 0 <= numerator <= denominator
    A denominator of 0 gives (nan, nan); numerator > denominator raises ValueError.
    Wilson 1927, JASA 22:209.
    """
    x, n = proportion_counts(numerator, denominator)
    z = z_of(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, x / n, np.nan)
        spread = z * np.sqrt(z**2 + 4 * x * (1 - share))
    low, high = (2 * x + z**2 - spread), (2 * x + z**2 + spread)
    scale = 2 * (n + z**2)
    # At 0 of n and n of n rounding would leave the share itself just outside.
    return np.clip(low / scale, 0, share), np.clip(high / scale, share, 1)


def _count(count: ArrayLike) -> FloatArray:
    counted = np.asarray(count, float)
    if np.any(counted < 0):
        raise ValueError("a count must not be negative")
    return counted


def byar_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """Byar's interval of a count, as (lower, upper) in events; meant for 10 events and more.

    count   events, >= 0; a negative count raises ValueError. For a rate divide both limits.
    Breslow and Day 1987, IARC Scientific Publications 82, p. 69.
    """
    x = _count(count)
    z = z_of(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    above = x + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    # Near 0 the cube turns negative; no count lies below 0.
    return np.where(x == 0, 0.0, np.maximum(low, 0)), high


def poisson_exact_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact (chi-square) interval of a Poisson count, as (lower, upper) in events.

    count   events, >= 0; 0 gives a lower limit of 0; a negative count raises ValueError
    Garwood 1936, Biometrika 28:437: half a chi-square quantile, which is a gamma quantile.
    """
    x = _count(count)
    z_of(confidence)  # the same check of the confidence
    tail = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, scipy.special.gammaincinv(np.where(x == 0, 1.0, x), tail))
    return low, np.asarray(scipy.special.gammaincinv(x + 1, 1 - tail), float)


def count_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """The interval of a count as the product shows it: exact below 10 events, Byar from 10.

    count   events, >= 0. The rule is that of PHEindicatormethods (phe_rate).
    """
    x = _count(count)
    byar = byar_interval(x, confidence)
    if not np.any(x < EXACT_BELOW):
        return byar[0], np.asarray(byar[1])
    exact = poisson_exact_interval(x, confidence)
    low, high = (np.where(x < EXACT_BELOW, e, b) for e, b in zip(exact, byar, strict=True))
    return low, high


def _share(target: ArrayLike) -> FloatArray:
    share = np.asarray(target, float)
    if np.any((share < 0) | (share > 1)):
        raise ValueError(f"target must be a proportion between 0 and 1, got {share}")
    return share


def funnel_limits(target: ArrayLike, denominator: ArrayLike, z: float = Z_WARNING) -> Interval:
    """Funnel limits of a proportion around a target, as (lower, upper) clipped to [0, 1].

    target        the centre line, a proportion; outside [0, 1] raises ValueError
    denominator   counts; 0 gives (nan, nan)
    Spiegelhalter 2005, Statistics in Medicine 24:1185 (normal approximation).
    """
    p, n = _share(target), _count(denominator)
    half = z * np.sqrt(p * (1 - p) / np.where(n > 0, n, np.nan))
    return np.clip(p - half, 0, 1), np.clip(p + half, 0, 1)


def funnel_significance(
    numerator: ArrayLike, denominator: ArrayLike, target: ArrayLike, tau2: float = 0.0
) -> NDArray[np.int8]:
    """Where each unit lies in the funnel: -2 low, -1 rather low, 0 within, 1, 2 high.

    1 is outside the limits at z = 1.96 (one-sided 0.025), 2 outside those at 3.09 (0.001); above
    a tau2 of 0 the limits are the widened ones. High means a high proportion, be it good or bad.
    A denominator of 0 gives 0.
    """
    x, n = proportion_counts(numerator, denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / n
    return placed(share, lambda z: proportion_limits(target, n, tau2, z))


def proportion_limits(
    target: ArrayLike, denominator: ArrayLike, tau2: float = 0.0, z: float = Z_WARNING
) -> Interval:
    """`funnel_limits`, or those widened by the variance between units where there is one."""
    if tau2 > 0:
        return funnel_limits_overdispersed(target, denominator, tau2, z)
    return funnel_limits(target, denominator, z)


def placed(value: FloatArray, limits_at: Callable[[float], Interval]) -> NDArray[np.int8]:
    """How many of the two limits a value lies beyond: below them as a negative number."""
    warning, alarm = (_beyond(value, limits_at(z)) for z in (Z_WARNING, Z_ALARM))
    return warning + alarm


def _beyond(value: FloatArray, limits: Interval) -> NDArray[np.int8]:
    """1 above the upper limit, -1 below the lower one, else 0."""
    low, high = limits
    return (value > high).astype(np.int8) - (value < low).astype(np.int8)


def proportion_z(
    numerator: ArrayLike, denominator: ArrayLike, target: float, tau2: float = 0.0
) -> FloatArray:
    """How far each proportion lies from the target on the arcsine scale, in standard errors.

    tau2   variance between units, as of `overdispersion`;   a denominator of 0 gives nan
    """
    x, n = proportion_counts(numerator, denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(target))
        return np.asarray(away / np.sqrt(1 / (4 * n) + tau2), float)


@dataclass(frozen=True)
class Overdispersion:
    """How much more the units differ than chance allows.

    target   Σ numerators ÷ Σ denominators
    phi      mean squared winsorised z; above 1 the units differ by more than chance
    tau2     variance between units on the arcsine scale (DerSimonian-Laird), 0 if phi <= 1
    """

    target: float
    phi: float
    tau2: float


def overdispersion(numerators: ArrayLike, denominators: ArrayLike) -> Overdispersion:
    """Overdispersion of proportions; units with a denominator of 0 or nan are left out.

    numerators, denominators   one-dimensional counts, numerator <= denominator
    No unit left gives nan, nan and 0. z is winsorised at 10/90 % (linear interpolation).
    FunnelPlotR, R/od_adjustment.R (type PR); Spiegelhalter 2005, Qual Saf Health Care 14:347.
    """
    x, n = proportion_counts(numerators, denominators)
    is_known = (n > 0) & ~np.isnan(x)
    x, n = x[is_known], n[is_known]
    if not n.size:
        return Overdispersion(np.nan, np.nan, 0.0)
    target = float(x.sum() / n.sum())
    phi = winsorised_phi(proportion_z(x, n, target))
    return Overdispersion(target, phi, between_variance(phi, 4 * n))


def winsorised_phi(z: FloatArray) -> float:
    """The mean of the squared z, with its outer tenths drawn in to the 10 and 90 % quantiles."""
    return float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))


def between_variance(phi: float, weights: FloatArray) -> float:
    """DerSimonian-Laird tau² from phi and the weights 1/s² (4n of a proportion)."""
    if phi <= 1:
        return 0.0
    excess = weights.size * phi - (weights.size - 1)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return float(excess / scale) if scale > 0 else 0.0


def funnel_limits_overdispersed(
    target: ArrayLike, denominator: ArrayLike, tau2: float, z: float = Z_WARNING
) -> Interval:
    """Funnel limits widened by the variance between units, as (lower, upper) in [0, 1].

    target, denominator   as for `funnel_limits`;   tau2   from `overdispersion`
    sin²(asin √target ∓ z √(1/4n + tau2)): FunnelPlotR, R/calculate_limits.R.
    """
    centre, n = np.arcsin(np.sqrt(_share(target))), _count(denominator)
    half = z * np.sqrt(1 / (4 * np.where(n > 0, n, np.nan)) + tau2)
    # Beyond 0 or a right angle sin² would come back into the funnel.
    low, high = np.clip(centre - half, 0, np.pi / 2), np.clip(centre + half, 0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2
