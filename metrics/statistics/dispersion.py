"""How much more a series moves from month to month than its counting error explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from metrics.statistics.intervals import FloatArray

MONTHS = 12
FEWEST_DF = 6
"""Below it the spread of a series is not reckoned: a handful of months says too little."""
ROUNDS = 20  # of the fit, which has long settled by then


@dataclass(frozen=True)
class Dispersion:
    """phi: variance ÷ counting variance, at least 1;   df: what it rests on, inf where it is 1."""

    phi: float
    df: float


COUNTING = Dispersion(1.0, np.inf)


def month_dispersion(
    events: ArrayLike, exposures: ArrayLike, is_proportion: bool
) -> list[Dispersion]:
    """Pearson's χ² ÷ df of months around a level for each year times a factor for each month.

    events, exposures   (series × years × 12), whole years; of one year the level alone is fitted
    is_proportion       events <= exposures, counting variance n·p·(1−p); else that of Poisson
    Months without exposure are left out. McCullagh and Nelder 1989, section 4.5.
    """
    x, n = np.asarray(events, float), np.asarray(exposures, float)
    expected = n * _fitted(x, n)
    spread = expected.copy()
    if is_proportion:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(n > 0, np.minimum(expected / n, 1 - 0.5 / n), 0)
        expected, spread = n * share, n * share * (1 - share)
    is_used = (n > 0) & (spread > 0)
    chi2 = np.sum((x - expected) ** 2 / np.where(is_used, spread, 1), axis=(1, 2), where=is_used)
    years, months = is_used.any(axis=2).sum(axis=1), is_used.any(axis=1).sum(axis=1)
    parameters = np.where(x.shape[1] > 1, years + months - 1, 1)
    df = is_used.sum(axis=(1, 2)) - parameters
    return [
        Dispersion(float(total / free), float(free))
        if free >= FEWEST_DF and total > free
        else COUNTING
        for total, free in zip(chi2, df, strict=True)
    ]


def _fitted(x: FloatArray, n: FloatArray) -> FloatArray:
    """Events per exposure of each month: level of its year times factor of its calendar month."""
    level = np.ones((*x.shape[:2], 1))
    if x.shape[1] == 1:
        return _ratio(x.sum(axis=2, keepdims=True), n.sum(axis=2, keepdims=True)) * np.ones(x.shape)
    factor = np.ones((x.shape[0], 1, x.shape[2]))
    for _ in range(ROUNDS):
        factor = _ratio(x.sum(axis=1, keepdims=True), (n * level).sum(axis=1, keepdims=True))
        level = _ratio(x.sum(axis=2, keepdims=True), (n * factor).sum(axis=2, keepdims=True))
    return level * factor


def _ratio(x: FloatArray, n: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, x / n, 0.0)


def scaled_p(z: float, dispersion: Dispersion) -> float:
    """Two-sided probability of z standard errors of counting, scaled by the series' own spread.

    Student's t with the degrees of freedom of the spread, because that is estimated.
    """
    return float(2 * stats.t.sf(abs(z) / np.sqrt(dispersion.phi), dispersion.df))


def widening(dispersion: Dispersion) -> float:
    """By how much a 95 % interval of counting error must be stretched."""
    if dispersion.phi <= 1:
        return 1.0
    usual = stats.norm.ppf(0.975)
    return float(np.sqrt(dispersion.phi) * stats.t.ppf(0.975, dispersion.df) / usual)
