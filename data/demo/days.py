"""The days that the demo city covers, and how busy each of them is."""

import zlib
from collections.abc import Sequence

import numpy as np

from data.demo.arrays import Mask, Real, Times, Whole

FIRST_DAY = np.datetime64("2016-01-01", "D")
LAST_DAY = np.datetime64("2019-08-19", "D")
LAST_INSTANT = np.datetime64("2019-08-19T23:59:59", "s")
DAYS: Times = np.arange(FIRST_DAY, LAST_DAY + 1)
MONTH_COUNT = 44

# The stretches whose facts are fixed: the report's period stands beside the same dates of 2018.
SEGMENTS: tuple[tuple[str, np.datetime64, np.datetime64], ...] = tuple(
    (name, np.datetime64(first, "D"), np.datetime64(last, "D"))
    for name, first, last in (
        ("2016", "2016-01-01", "2016-12-31"),
        ("2017", "2017-01-01", "2017-12-31"),
        ("2018-to-August", "2018-01-01", "2018-08-19"),
        ("2018-rest", "2018-08-20", "2018-12-31"),
        ("2019", "2019-01-01", "2019-08-19"),
    )
)

NEW_YEAR_FEASTS = np.array(["2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05"], "M8[D]")
NATIONAL_DAYS = np.array(["2016-10-01", "2017-10-01", "2018-10-01"], "M8[D]")

EVERY_DAY_ALIKE = (1.0,) * 7
OFFICE_WEEK = (1.1, 1.05, 1.0, 1.0, 0.95, 0.35, 0.2)
HOME_WEEK = (0.95, 0.9, 0.9, 0.95, 1.05, 1.15, 1.1)
FLAT_YEAR = (1.0,) * 12
SUMMER_YEAR = (0.85, 0.7, 0.9, 0.95, 1.05, 1.2, 1.3, 1.3, 1.05, 0.95, 0.9, 0.95)


def stream(seed: int, name: str) -> np.random.Generator:
    """An own random stream per table, so that a change in one leaves the others as they were."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def day_number(days: Times) -> Whole:
    """Days since FIRST_DAY."""
    number: Whole = (days.astype("M8[D]") - FIRST_DAY).astype(np.int64)
    return number


def month_number(days: Times) -> Whole:
    """Months since January 2016."""
    return days.astype("M8[M]").astype(np.int64) - 46 * 12


def weekday(days: Times) -> Whole:
    """0 = Monday … 6 = Sunday (1970-01-01 was a Thursday)."""
    number: Whole = (days.astype("M8[D]").astype(np.int64) + 3) % 7
    return number


def days_to_month_end(days: Times) -> Whole:
    """0 on the last day of a month, 1 on the day before."""
    after = (days.astype("M8[M]") + 1).astype("M8[D]")
    rest: Whole = (after - days.astype("M8[D]")).astype(np.int64) - 1
    return rest


def month_share(months: Whole) -> Real:
    """The part of the month that lies before the end of the data: 1 except in the last month."""
    return np.where(months == MONTH_COUNT - 1, 19 / 31, 1.0)


def feast_days(days: Times) -> Mask:
    """The week of the Spring Festival and of the National Day."""
    starts = np.concatenate([NEW_YEAR_FEASTS - 1, NATIONAL_DAYS])
    since = (days[:, None] - starts[None, :]).astype(np.int64)
    result: Mask = ((since >= 0) & (since < 7)).any(axis=1)
    return result


def busyness(days: Times, week: Sequence[float], year: Sequence[float]) -> Real:
    """The relative weight of each day: weekday × month, and little in the feast weeks."""
    month = days.astype("M8[M]").astype(np.int64) % 12
    weight: Real = np.array(week)[weekday(days)] * np.array(year)[month]
    weight[feast_days(days)] *= 0.45
    return weight
