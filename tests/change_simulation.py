"""Simulated months: how often a stable series is called changed, and a planted change is found.

Months are drawn around one level with phi times the counting variance (gamma–Poisson, or
beta-binomial for a part of a whole). `python -m tests.change_simulation` runs all of it.

The change is a lasting step of so many standard deviations of a difference of two months. A single
month of it is beyond 1.96 of them in 52 % whatever the test; it counts as found when one of the
first half year's months, each against last year's same month, is called real.
"""

import numpy as np
from numpy.typing import NDArray

from metrics.statistics.change_test import (
    ALPHA,
    Tested,
    difference_of_proportions,
    ratio_of_rates,
    scaled_difference,
    scaled_ratio,
    z_of_proportions,
    z_of_rates,
)
from metrics.statistics.dispersion import MONTHS, month_dispersion

YEARS_BEFORE, TESTED, WATCHED = 3, 31, 6
BEFORE = YEARS_BEFORE * MONTHS
Months = NDArray[np.int64]


def drawn(rng: np.random.Generator, phi: float, means: NDArray[np.float64], whole: int) -> Months:
    """Months with these means and phi times the counting variance."""
    if phi <= 1:
        return rng.binomial(whole, means / whole) if whole else rng.poisson(means)
    if not whole:
        return rng.poisson(rng.gamma(means / (phi - 1), phi - 1))
    size = (whole - phi) / (phi - 1)  # a + b of the beta, from 1 + (n − 1) ÷ (a + b + 1) = phi
    share = means / whole
    return rng.binomial(whole, rng.beta(share * size, (1 - share) * size))


def year_on_year(months: Months, at: int, whole: int) -> Tested:
    """The month at a place of a series against the twelfth before it."""
    now, base = int(months[at]), int(months[at - MONTHS])
    before = months[at - BEFORE : at].reshape(1, YEARS_BEFORE, MONTHS)
    (spread,) = month_dispersion(before, np.full(before.shape, whole or 1), whole > 0)
    if whole:
        parts = now, whole, base, whole
        exact = difference_of_proportions(*parts)
        return scaled_difference(exact, z_of_proportions(*parts), spread)
    rates = now, 1, base, 1
    return scaled_ratio(ratio_of_rates(*rates), z_of_rates(*rates), spread)


def called_real(phi: float, mean: float, whole: int, series: int, seed: int) -> float:
    """Share of the 31 months of stable series that are called changed, one by one."""
    rng = np.random.default_rng(seed)
    means = np.full((series, BEFORE + TESTED), float(mean))
    calls = [
        year_on_year(months, at, whole).p_value < ALPHA
        for months in drawn(rng, phi, means, whole)
        for at in range(BEFORE, BEFORE + TESTED)
    ]
    return float(np.mean(calls))


def found_after(phi: float, mean: float, deviations: float, series: int, seed: int) -> float:
    """Share of series with a lasting step that is found within half a year."""
    rng = np.random.default_rng(seed)
    step = deviations * np.sqrt(2 * phi * mean)
    means = np.full((series, BEFORE + WATCHED), float(mean))
    means[:, BEFORE:] += step
    return float(
        np.mean(
            [
                any(
                    year_on_year(months, at, 0).p_value < ALPHA
                    for at in range(BEFORE, BEFORE + WATCHED)
                )
                for months in drawn(rng, phi, means, 0)
            ]
        )
    )


def main() -> None:
    for phi in (1, 2, 4, 10, 30):
        stable = called_real(phi, 400, 0, 400, 11)
        parts = called_real(phi, 30_000, 107_001, 100, 12)
        found = found_after(phi, 400, 2, 1_000, 13)
        print(f"phi {phi}: stable counts {stable:.3f}, shares {parts:.3f}; found {found:.3f}")


if __name__ == "__main__":
    main()
