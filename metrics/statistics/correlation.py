"""Correlation of many series with each other, and how much of it chance alone may show."""

import numpy as np
import numpy.typing as npt
import scipy  # its `special` loads when it is first used

from metrics.statistics.intervals import FloatArray

FEWEST = 8  # pairs of values; with fewer nothing but a near identity could be told from chance


def correlations(series: FloatArray) -> FloatArray:
    """Pearson's r of each pair of rows, over the columns where both are known.

    series   (rows × columns), NaN where unknown
    NaN on the diagonal, where fewer than FEWEST columns are shared, and where a row is constant.
    """
    rows = len(series)
    r = np.full((rows, rows), np.nan)
    for first in range(rows):
        for second in range(first):
            both = ~np.isnan(series[first]) & ~np.isnan(series[second])
            r[first, second] = r[second, first] = _pearson(
                series[first, both], series[second, both]
            )
    return r


def _pearson(x: FloatArray, y: FloatArray) -> float:
    if x.size < FEWEST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def chance_bound(values: int, pairs: int, confidence: float = 0.95) -> float:
    """The largest |r| that independent series show with this confidence, over so many pairs.

    values   degrees of freedom + 2: as many values as each series has, less the groups taken off
    r √(n − 2) ÷ √(1 − r²) has Student's t (Fisher 1915, Biometrika 10:507), Bonferroni over the
    pairs; too few values give 1.
    """
    if values <= 3 or pairs < 1:
        return 1.0
    t = scipy.special.stdtrit(values - 2, 1 - (1 - confidence) / pairs / 2)
    return float(t / np.sqrt(values - 2 + t**2))


def centred(series: FloatArray, groups: npt.NDArray[np.int64]) -> FloatArray:
    """Each row less its mean within each group of columns, so that groups do not differ."""
    inside = series.copy()
    for group in np.unique(groups):
        members = inside[:, groups == group]
        has_value = ~np.isnan(members)
        means = np.where(has_value, members, 0).sum(axis=1) / np.maximum(has_value.sum(axis=1), 1)
        inside[:, groups == group] = members - means[:, None]
    return inside
