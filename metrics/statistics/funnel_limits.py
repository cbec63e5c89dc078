"""Limits of a funnel plot, and overdispersion: how far units lie from the whole by chance."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import (
    Z_ALARM,
    Z_WARNING,
    FloatArray,
    Interval,
    checked_counts,
    proportion_counts,
)


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
    p, n = _share(target), checked_counts(denominator)
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
    centre, n = np.arcsin(np.sqrt(_share(target))), checked_counts(denominator)
    half = z * np.sqrt(1 / (4 * np.where(n > 0, n, np.nan)) + tau2)
    # Beyond 0 or a right angle sin² would come back into the funnel.
    low, high = np.clip(centre - half, 0, np.pi / 2), np.clip(centre + half, 0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2
