"""Days and places drawn at random, each as often as its weight says."""

from collections.abc import Sequence

import numpy as np

from data.demo.arrays import Real, Times, Whole
from data.demo.days import (
    DAYS,
    EVERY_DAY_ALIKE,
    FLAT_YEAR,
    MONTH_COUNT,
    OFFICE_WEEK,
    SUMMER_YEAR,
    busyness,
    day_number,
)


def pick(rng: np.random.Generator, weights: Real, count: int) -> Whole:
    """`count` indexes, drawn with replacement in proportion to the weights."""
    return index_at(weights, rng.random(count))


def index_at(weights: Real, quantile: Real) -> Whole:
    """The index at each quantile (0 to 1) of the weights laid end to end."""
    edges = np.cumsum(weights)
    place = np.searchsorted(edges, quantile * edges[-1], side="right")
    index: Whole = np.minimum(place, len(weights) - 1)
    return index


def pick_days(
    rng: np.random.Generator,
    count: int,
    first: np.datetime64,
    last: np.datetime64,
    week: Sequence[float] = EVERY_DAY_ALIKE,
    year: Sequence[float] = SUMMER_YEAR,
) -> Times:
    """`count` days from first to last inclusive."""
    days: Times = np.arange(first, last + 1)
    picked: Times = days[pick(rng, busyness(days, week, year), count)]
    return picked


def pick_days_in_months(
    rng: np.random.Generator, months: Whole, week: Sequence[float] = OFFICE_WEEK
) -> Times:
    """One day inside each of the given months (numbered from January 2016)."""
    edges = np.concatenate([[0.0], np.cumsum(busyness(DAYS, week, FLAT_YEAR))])
    starts = (np.arange(MONTH_COUNT + 1) + 46 * 12).astype("M8[M]").astype("M8[D]")
    bounds = edges[np.minimum(day_number(starts), len(DAYS))]
    place = bounds[months] + rng.random(len(months)) * (bounds[months + 1] - bounds[months])
    index = np.searchsorted(edges, place, side="right") - 1
    picked: Times = DAYS[np.clip(index, 0, len(DAYS) - 1)]
    return picked
