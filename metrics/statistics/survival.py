"""Time to an event of which not all have been seen yet: Kaplan-Meier curve and log-rank test.

A case that has not been cleared says only that it took longer than its age (right-censored); left
out, or counted as never cleared, it would bend the curve. Both are scipy's.
Kaplan and Meier 1958, JASA 53:457; Mantel 1966, Cancer Chemotherapy Reports 50:163.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Times:
    """waited: days to the event, or to the last look where it has not come; seen: it came."""

    waited: FloatArray
    seen: NDArray[np.bool_]

    def until(self, day: int) -> "Times":
        """The same if nobody had looked after this day."""
        return Times(np.minimum(self.waited, day), self.seen & (self.waited <= day))

    @property
    def censored(self) -> stats.CensoredData:
        return stats.CensoredData.right_censored(self.waited, ~self.seen)


@dataclass(frozen=True)
class Curve:
    """The share with the event by the end of each day 0, 1, 2 …, with its 95 % interval.

    at_risk   how many were still waiting, and looked at, as the day began
    """

    share: FloatArray
    lower: FloatArray
    upper: FloatArray
    at_risk: NDArray[np.int64]
    events: int


def kaplan_meier(times: Times, horizon: int) -> Curve | None:
    """The curve up to a day (log-log interval); None without a case."""
    if not times.waited.size:
        return None
    seen = times.until(horizon)
    with warnings.catch_warnings():  # the interval is undefined while nothing has happened
        warnings.simplefilter("ignore", RuntimeWarning)
        curve = stats.ecdf(seen.censored).cdf
        interval = curve.confidence_interval(method="log-log")
    days = np.arange(horizon + 1)
    place = np.searchsorted(curve.quantiles, days, side="right")

    def by_day(values: FloatArray) -> FloatArray:
        probabilities = np.where(np.isnan(values), curve.probabilities, values)
        return np.concatenate([[0.0], probabilities])[place]

    return Curve(
        by_day(curve.probabilities),
        by_day(interval.low.probabilities),
        by_day(interval.high.probabilities),
        np.array([(times.waited >= day).sum() for day in days], np.int64),
        int(seen.seen.sum()),
    )


def logrank_p(one: Times, other: Times, horizon: int) -> float | None:
    """Two-sided p-value that both wait alike up to a day; None where nothing can be compared."""
    first, second = one.until(horizon), other.until(horizon)
    if not (first.waited.size and second.waited.size) or not (
        first.seen.any() or second.seen.any()
    ):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        p = float(stats.logrank(first.censored, second.censored).pvalue)
    return None if np.isnan(p) else p


def median_day(curve: Curve) -> int | None:
    """The first day by whose end half have had the event; None if that is not reached."""
    reached = np.flatnonzero(curve.share >= 0.5)
    return int(reached[0]) if reached.size else None
