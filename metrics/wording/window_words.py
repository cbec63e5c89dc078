"""The days that a scored figure counts, in words: they stand wherever such a figure stands."""

from metrics.calendar.period import Period
from metrics.scoring.score import Contribution

IN_PERIOD, TWELVE_MONTHS = "本期", "近12个月"


def window_of(c: Contribution, period: Period) -> str:
    """本期, or 近12个月 where the score takes twelve months."""
    return IN_PERIOD if c.span.starts_on >= period.starts_on else TWELVE_MONTHS


def longer_window(c: Contribution, period: Period) -> str:
    """Only where it is not the period of the page."""
    return TWELVE_MONTHS if c.span.starts_on < period.starts_on else ""
