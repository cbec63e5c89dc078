"""A suggestion when to patrol: the same minutes, moved halfway to where things happen.

Only a suggestion: what it rests on is little, so demand is drawn towards what is usual, half of the
present plan stays, and no band of the week loses more than half of its minutes.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import ArrayLike

from metrics.analysis.hours import IntArray
from metrics.analysis.mismatch import BANDS, in_bands
from metrics.calendar.period import Period
from metrics.statistics.too_few import FEWEST_DAYS, FEWEST_OVER_HOURS

FOLLOWING = 0.5  # share of the minutes that follows demand; the rest stays as it is
FLOOR = 0.5  # share of its minutes that every band keeps
PRIOR = 7 * BANDS  # events by which the usual week counts beside those of the period


@dataclass(frozen=True)
class Suggestion:
    """Minutes of an average week by weekday and band, now and suggested, (7, 6); sums are equal.

    match_now, match_then   share that patrols and events have in common (see Mismatch.match)
    """

    present: IntArray
    suggested: IntArray
    match_now: float
    match_then: float

    @property
    def change(self) -> IntArray:
        difference: IntArray = self.suggested - self.present
        return difference

    @property
    def moved(self) -> int:
        """Minutes a week that change their place."""
        return int(np.maximum(self.change, 0).sum())


def apportion(total: int, weights: ArrayLike) -> IntArray:
    """Whole numbers in proportion to the weights whose sum is the total: largest remainder.

    weights   any shape, none negative; all 0 counts as all equal
    """
    parts = np.asarray(weights, float)
    share = parts.ravel() if parts.sum() > 0 else np.ones(parts.size)
    quota = total * (share / share.sum())
    whole = np.floor(quota).astype(np.int64)
    missing = total - int(whole.sum())
    first = np.argsort(-(quota - whole), kind="stable")[:missing]
    whole[first] += 1
    shaped: IntArray = whole.reshape(parts.shape)
    return shaped


def reallocate(present: IntArray, demand: ArrayLike) -> IntArray:
    """The same sum of minutes, moved towards demand; every band keeps FLOOR of what it has.

    demand   weights of the same shape, none negative
    """
    weights, total = np.asarray(demand, float), int(present.sum())
    wanted = weights / weights.sum() if weights.sum() > 0 else present / max(total, 1)
    target = (1 - FOLLOWING) * present + FOLLOWING * total * wanted
    floor = np.ceil(FLOOR * present).astype(np.int64)
    moved: IntArray = floor + apportion(total - int(floor.sum()), np.maximum(target - floor, 0))
    return moved


def suggest(
    events: IntArray, seconds: IntArray, usual: IntArray, period: Period
) -> Suggestion | None:
    """None where there are too few events, no patrols, or less than a week to go by.

    events, seconds   (7, 24) of the period;   usual   (7, 24) events that show the usual week
    """
    if events.sum() < FEWEST_OVER_HOURS or period.days < FEWEST_DAYS:
        return None
    days = weekdays_in(period)[:, None]
    weekly = in_bands(seconds) / 60 / days
    total = round(float(weekly.sum()))
    if not total:
        return None
    present, happened = apportion(total, weekly), in_bands(events)
    week = in_bands(usual) + 0.5  # half an event in each band: none is held to be impossible
    suggested = reallocate(present, (happened + PRIOR * week / week.sum()) / days)
    shared = (_in_common(happened / days, minutes) for minutes in (present, suggested))
    return Suggestion(present, suggested, *shared)


def weekdays_in(period: Period) -> IntArray:
    """How many Mondays, … Sundays lie in the period."""
    days = [period.starts_on + timedelta(n) for n in range(period.days)]
    return np.bincount([day.weekday() for day in days], minlength=7).astype(np.int64)


def _in_common(one: ArrayLike, other: ArrayLike) -> float:
    first, second = np.asarray(one, float), np.asarray(other, float)
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())
