"""Many tests at once: what chance alone would find among them is held down."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from metrics.statistics.intervals import FloatArray

FALSE_DISCOVERIES = 0.05
"""Of what is called apart when many are tested at once, the share that chance may have made."""


def held_down(p_values: ArrayLike) -> NDArray[np.bool_]:
    """Which of many tests stay when the share of chance finds is held down (Benjamini, Hochberg).

    Benjamini and Hochberg 1995, JRSS B 57:289.
    """
    p = np.clip(np.asarray(p_values, float), 0, 1)
    return np.asarray(stats.false_discovery_control(p, method="bh") <= FALSE_DISCOVERIES)


def two_sided(z: FloatArray) -> FloatArray:
    """The probability of a standard normal value as far from 0."""
    return np.asarray(2 * special.ndtr(-np.abs(z)), float)
