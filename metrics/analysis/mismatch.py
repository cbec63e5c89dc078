"""Do the patrols walk when things happen? Bands of four hours of the week, each with its test."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import stats

from metrics.analysis.hours import WEEKDAYS, IntArray
from metrics.statistics.intervals import FloatArray
from metrics.statistics.multiple_testing import held_down
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_OVER_HOURS

BAND = 4  # hours
BANDS = 24 // BAND


@dataclass(frozen=True)
class Slot:
    """One band of one weekday. from_hour: 0, 4, … 20.

    events, share              how many, and of all the events
    seconds, patrol_share      patrols, and of all their time
    usual                      share of the band in the twelve months before; None if unknown
    is_short                   events beyond what the patrols' share explains by chance
    is_unusual                 events beyond what the twelve months before explain by chance
    """

    weekday: int
    from_hour: int
    events: int
    share: Fraction
    seconds: int
    patrol_share: Fraction
    usual: Fraction | None
    is_short: bool
    is_unusual: bool

    @property
    def gap(self) -> Fraction:
        return self.share - self.patrol_share

    @property
    def code(self) -> str:
        return f"{self.weekday + 1}-{self.from_hour:02d}"

    @property
    def name(self) -> str:
        return slot_name(self.weekday, self.from_hour)


@dataclass(frozen=True)
class Mismatch:
    """The 42 bands of the week, Monday first, and what they add up to."""

    slots: tuple[Slot, ...]
    events: int
    seconds: int

    @property
    def is_judged(self) -> bool:
        return self.events >= FEWEST_OVER_HOURS and self.seconds > 0

    @property
    def short(self) -> list[Slot]:
        """The bands that lack patrols, the widest gap first."""
        return sorted((s for s in self.slots if s.is_short), key=lambda s: -s.gap)

    @property
    def unusual(self) -> list[Slot]:
        return sorted((s for s in self.slots if s.is_unusual), key=lambda s: -s.events)

    @property
    def match(self) -> Fraction | None:
        """契合度: the share that events and patrols have in common; 1 if they go together."""
        if not self.events or not self.seconds:
            return None
        return sum((min(s.share, s.patrol_share) for s in self.slots), Fraction(0))

    def slot(self, code: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.code == code), None)


def slot_name(weekday: int, from_hour: int) -> str:
    return f"{WEEKDAYS[weekday]} {from_hour}–{from_hour + BAND} 时"


def slot_codes() -> dict[str, str]:
    """Code -> name of every band of the week."""
    return {
        f"{day + 1}-{hour:02d}": slot_name(day, hour)
        for day in range(7)
        for hour in range(0, 24, BAND)
    }


def in_bands(hours: IntArray) -> IntArray:
    """(7, 24) -> (7, 6)"""
    bands: IntArray = hours.reshape(7, BANDS, BAND).sum(axis=2)
    return bands


def mismatch(events: IntArray, seconds: IntArray, before: IntArray) -> Mismatch:
    """events, seconds   (7, 24) of the period;   before   events of the twelve months before it"""
    counts, walked, earlier = (in_bands(hours).ravel() for hours in (events, seconds, before))
    n, total, n_before = int(counts.sum()), int(walked.sum()), int(earlier.sum())
    has_some = counts >= FEWEST_AT_A_PLACE
    is_short = is_unusual = np.zeros(counts.shape, np.bool_)
    if n >= FEWEST_OVER_HOURS and total:
        is_short = held_down(beyond_share(counts, walked / total)) & has_some
    if n >= FEWEST_OVER_HOURS and n_before >= FEWEST_OVER_HOURS:
        is_unusual = held_down(beyond_before(counts, earlier)) & has_some
    places = ((day, band * BAND) for day in range(7) for band in range(BANDS))
    slots = tuple(
        Slot(
            *place,
            int(counts[i]),
            _share(int(counts[i]), n),
            int(walked[i]),
            _share(int(walked[i]), total),
            _share(int(earlier[i]), n_before) if n_before >= FEWEST_OVER_HOURS else None,
            bool(is_short[i]),
            bool(is_unusual[i]),
        )
        for i, place in enumerate(places)
    )
    return Mismatch(slots, n, total)


def beyond_share(counts: IntArray, shares: FloatArray) -> FloatArray:
    """P(as many or more) of each count, were the events spread as the shares are: exact binomial.

    The patrols' time is what was walked, not a sample: only the events are left to chance.
    """
    tail: FloatArray = stats.binom.sf(counts - 1, int(counts.sum()), np.clip(shares, 0, 1))
    return tail


def beyond_before(counts: IntArray, before: IntArray) -> FloatArray:
    """P(as many or more) of each count, were it spread as before: Fisher's exact test, one-sided.

    Both are samples: of all the events of a band, how many fall into the period?
    """
    n = int(counts.sum())
    tail: FloatArray = stats.hypergeom.sf(counts - 1, n + int(before.sum()), counts + before, n)
    return tail


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)
