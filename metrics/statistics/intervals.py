"""Intervals: how far a figure may wander by chance alone.

Every function takes scalars or arrays that broadcast and returns float arrays of the common
shape (0-dimensional for scalars: `float()` makes a number of it). nan in gives nan out.
Golden values: tests/unit/golden_statistics.json.
"""

import numpy as np
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
    from scipy import special  # here, because most figures do without

    return float(special.ndtri(0.5 + confidence / 2))


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


def checked_counts(count: ArrayLike) -> FloatArray:
    counted = np.asarray(count, float)
    if np.any(counted < 0):
        raise ValueError("a count must not be negative")
    return counted


def byar_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """Byar's interval of a count, as (lower, upper) in events; meant for 10 events and more.

    count   events, >= 0; a negative count raises ValueError. For a rate divide both limits.
    Breslow and Day 1987, IARC Scientific Publications 82, p. 69.
    """
    x = checked_counts(count)
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
    from scipy import special

    x = checked_counts(count)
    z_of(confidence)  # the same check of the confidence
    tail = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, special.gammaincinv(np.where(x == 0, 1.0, x), tail))
    return low, np.asarray(special.gammaincinv(x + 1, 1 - tail), float)


def count_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """The interval of a count as the product shows it: exact below 10 events, Byar from 10.

    count   events, >= 0. The rule is that of PHEindicatormethods (phe_rate).
    """
    x = checked_counts(count)
    byar = byar_interval(x, confidence)
    if not np.any(x < EXACT_BELOW):
        return byar[0], np.asarray(byar[1])
    exact = poisson_exact_interval(x, confidence)
    low, high = (np.where(x < EXACT_BELOW, e, b) for e, b in zip(exact, byar, strict=True))
    return low, high
