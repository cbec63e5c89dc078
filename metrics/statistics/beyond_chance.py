"""Exact two-sided tests of a unit against a known whole: could chance alone have put it there?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from metrics.statistics.intervals import FloatArray


def binomial_p(numerators: ArrayLike, denominators: ArrayLike, share: float) -> FloatArray:
    """Twice the smaller tail of a binomial around `share`, at most 1; 1 without cases.

    numerators, denominators   counts of equal shape, numerator <= denominator
    Clopper and Pearson 1934, Biometrika 26:404 (central).
    """
    x, n = np.asarray(numerators, np.int64), np.asarray(denominators, np.int64)
    at_most = special.bdtr(x.astype(float), n, share)
    at_least = np.where(x > 0, special.bdtrc(np.maximum(x - 1, 0).astype(float), n, share), 1.0)
    return _two_sided(at_most, at_least)


def poisson_p(counts: ArrayLike, expected: ArrayLike) -> FloatArray:
    """Twice the smaller tail of Poisson counts around what was expected, at most 1.

    Garwood 1936, Biometrika 28:437 (central).
    """
    x, mean = np.asarray(counts, float), np.asarray(expected, float)
    at_most = special.pdtr(x, mean)
    at_least = np.where(x > 0, special.pdtrc(np.maximum(x - 1, 0), mean), 1.0)
    return _two_sided(at_most, at_least)


def _two_sided(at_most: NDArray[np.float64], at_least: NDArray[np.float64]) -> FloatArray:
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_most, at_least)), float)
