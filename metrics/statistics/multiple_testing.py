"""Many tests at once: which finds stay when the share of those by chance is held down."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import FloatArray

FALSE_DISCOVERIES = 0.05
"""Of what is called apart when many are tested at once, the share that chance may have made."""


def held_down(p_values: ArrayLike) -> NDArray[np.bool_]:
    """Which of many tests stay: the largest k of which the k-th smallest p is at most k ÷ m of the
    share, and all before it. Without loading scipy.stats, which takes longer than most commands.

    Benjamini and Hochberg 1995, JRSS B 57:289.
    """
    p = np.clip(np.asarray(p_values, float), 0, 1)
    order = np.argsort(p, kind="stable")
    is_low = p[order] <= FALSE_DISCOVERIES * np.arange(1, p.size + 1) / max(p.size, 1)
    stays = np.zeros(p.shape, np.bool_)
    stays[order[: int(np.flatnonzero(is_low)[-1]) + 1 if is_low.any() else 0]] = True
    return stays


def two_sided(z: FloatArray) -> FloatArray:
    """The probability of a standard normal value as far from 0."""
    from scipy import special  # here, because most who hold tests down have their p-values

    return np.asarray(2 * special.ndtr(-np.abs(z)), float)
