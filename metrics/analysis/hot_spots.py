"""Hot spots: villages around which more happens than the number of people there explains.

Each village is looked at together with its nearest neighbours. What is compared is not the count
but its excess over the share of the population, so that the town is not hot for being large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import spatial, stats

from metrics.analysis.hours import IntArray
from metrics.statistics.intervals import FloatArray
from metrics.statistics.multiple_testing import held_down
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_ON_MAP

NEIGHBOURS = 5  # beside the village itself


@dataclass(frozen=True)
class HotSpots:
    """For each village, with its neighbours.

    around, expected   events, and how many the share of the population lets expect
    z                  Gi* of the standardised excess; nan where it means nothing
    p                  P(as many or more around it) by chance alone: exact
    is_hot             stays when the share of chance finds is held down
    """

    around: IntArray
    expected: FloatArray
    z: FloatArray
    p: FloatArray
    is_hot: NDArray[np.bool_]


def neighbours(positions: FloatArray, count: int = NEIGHBOURS) -> IntArray:
    """(n, n) of 0 and 1: each point with itself and its nearest others.

    positions   (n, 2) in one unit of length;   count   fewer where there are not as many
    """
    n = len(positions)
    weights = np.eye(n, dtype=np.int64)
    most = min(count + 1, n)
    if most > 1:
        _, nearest = spatial.KDTree(positions).query(positions, k=most)
        weights[np.repeat(np.arange(n), most), nearest.ravel()] = 1
    return weights


def gi_star(values: FloatArray, weights: IntArray) -> FloatArray:
    """The local statistic Gi* as a z-score; nan where all values are equal or all are neighbours.

    values   (n,);   weights   (n, n), the village itself included
    Ord and Getis 1995, Geographical Analysis 27:286, equation 14.
    """
    n = len(values)
    total, squares = weights.sum(axis=1), (weights**2).sum(axis=1)
    spread = values.std() * np.sqrt((n * squares - total**2) / max(n - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z: FloatArray = np.where(spread > 0, (weights @ values - values.mean() * total), np.nan)
        return z / np.where(spread > 0, spread, np.nan)


def hot_spots(events: IntArray, population: FloatArray, weights: IntArray) -> HotSpots:
    """events, population   (n,) by village; a village without population expects nothing.

    Were each event to fall on a village by its share of the population, the events around one
    would be binomial: that gives p exactly, where Gi* is only nearly normal for small counts.
    """
    n, people = int(events.sum()), float(population.sum())
    share = population / people if people > 0 else np.full(len(events), 1 / max(len(events), 1))
    expected = n * share
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.where(expected > 0, (events - expected) / np.sqrt(expected), 0.0)
    around, share_around = weights @ events, np.clip(weights @ share, 0, 1)
    p = np.asarray(stats.binom.sf(around - 1, n, share_around))
    is_hot = np.zeros(len(events), np.bool_)
    if n >= FEWEST_ON_MAP:
        is_hot = held_down(p) & (around >= FEWEST_AT_A_PLACE)
    return HotSpots(around, n * share_around, gi_star(excess, weights), p, is_hot)
