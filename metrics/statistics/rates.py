"""Rates by chance: overdispersion, funnel limits and draws of events per exposure (Poisson).

A rate is events ÷ exposure (persons, say), as it stands: not per 10,000.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.funnel_limits import (
    Overdispersion,
    between_variance,
    placed,
    winsorised_phi,
)
from metrics.statistics.intervals import Z_WARNING, FloatArray, Interval


def rate_counts(count: ArrayLike, exposure: ArrayLike) -> Interval:
    """Events and exposures as float arrays of one shape; a negative one raises ValueError."""
    events, base = np.broadcast_arrays(np.asarray(count, float), np.asarray(exposure, float))
    if np.any(events < 0) or np.any(base < 0):
        raise ValueError("a count must not be negative")
    return events, base


def rate_overdispersion(counts: ArrayLike, exposures: ArrayLike) -> Overdispersion:
    """How much more the rates differ than chance allows; an exposure of 0 or nan is left out.

    counts, exposures   one-dimensional, >= 0;   target   Σ counts ÷ Σ exposures
    No event at all gives phi nan and tau2 0; tau2 is on the scale of √(events ÷ expected).
    FunnelPlotR, R/od_adjustment.R (type SR, square root); Spiegelhalter 2005, Qual Saf Health
    Care 14:347.
    """
    x, n = rate_counts(counts, exposures)
    is_known = (n > 0) & ~np.isnan(x)
    x, n = x[is_known], n[is_known]
    target = float(x.sum() / n.sum()) if n.size else np.nan
    if not target > 0:
        return Overdispersion(target, np.nan, 0.0)
    phi = winsorised_phi(rate_z(x, n, target))
    return Overdispersion(target, phi, between_variance(phi, 4 * target * n))


def rate_z(count: ArrayLike, exposure: ArrayLike, target: float, tau2: float = 0.0) -> FloatArray:
    """How far each rate lies from the target on the square-root scale, in standard errors.

    tau2   variance between units, as of `rate_overdispersion`;   no exposure gives nan
    """
    x, n = rate_counts(count, exposure)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = target * n
        away = np.sqrt(x / expected) - 1
        return np.asarray(away / np.sqrt(1 / (4 * expected) + tau2), float)


def rate_limits(
    target: ArrayLike, exposure: ArrayLike, tau2: float = 0.0, z: float = Z_WARNING
) -> Interval:
    """Funnel limits of a rate around a target, as (lower, upper), >= 0.

    target     the centre line, events ÷ exposure;   tau2   from `rate_overdispersion`
    exposure   0 gives (nan, nan)
    target × (1 ∓ z √(1/4E + tau2))², E = target × exposure: the square root of a Poisson count
    has a variance of ¼ whatever its mean. FunnelPlotR, R/calculate_limits.R.
    """
    centre, n = rate_counts(target, exposure)
    expected = np.where(centre * n > 0, centre * n, np.nan)
    half = z * np.sqrt(1 / (4 * expected) + tau2)
    # Below 0 the square would come back into the funnel.
    return centre * np.maximum(1 - half, 0) ** 2, centre * (1 + half) ** 2


def rate_significance(
    count: ArrayLike, exposure: ArrayLike, target: ArrayLike, tau2: float = 0.0
) -> NDArray[np.int8]:
    """Where each rate lies in the funnel: as `metrics.statistics.intervals.funnel_significance`."""
    x, n = rate_counts(count, exposure)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = x / n
    return placed(rate, lambda z: rate_limits(target, n, tau2, z))


def rate_draws(
    counts: ArrayLike, exposures: ArrayLike, draws: int = 20_000, seed: int = 0
) -> FloatArray:
    """Draws of each unit's true rate from Gamma(x + ½) ÷ n, as (draws × units).

    Jeffreys' prior of a Poisson rate; otherwise as
    `metrics.statistics.rank_uncertainty.jeffreys_draws`.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}")
    x, n = (np.atleast_1d(column) for column in rate_counts(counts, exposures))
    is_known = (n > 0) & ~np.isnan(x)
    simulated = np.full((draws, x.size), np.nan)
    generator = np.random.Generator(np.random.PCG64(seed))
    rates = generator.standard_gamma(x[is_known] + 0.5, size=(draws, int(is_known.sum())))
    simulated[:, is_known] = rates / n[is_known]
    return simulated
