"""Cases: what is filed and cleared is exact for the report's stretch and the same of 2018."""

import numpy as np
import pyarrow as pa

from data.demo import hours
from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import (
    FIRST_DAY,
    HOME_WEEK,
    LAST_DAY,
    OFFICE_WEEK,
    SEGMENTS,
    stream,
    weekday,
)
from data.demo.frame import as_table, record_ids, words
from data.demo.incidents import later, pick_segments
from data.demo.picks import index_at, pick, pick_days
from data.demo.places import PLACES
from data.demo.stories import SERIES_CASES, SERIES_ID, SERIES_TURNS, SERIES_VILLAGES, village_index
from data.demo.times import at_minute, entry_times, only, plus_days, up_to_the_end
from data.demo.world import World, most_likely, whereabouts

# 盗抢骗, without withdrawn ones: 80 of 250 in 2018, 114 of 250 in 2019 (+42.5 %).
FILED = {"2016": 402, "2017": 396, "2018-to-August": 250, "2018-rest": 147, "2019": 250}
CLEARED = {"2016": 126, "2017": 131, "2018-to-August": 80, "2018-rest": 52, "2019": 114}
OTHERS = {"2016": 340, "2017": 348, "2018-to-August": 221, "2018-rest": 130, "2019": 226}
WITHDRAWN = {"2016": 8, "2017": 9, "2018-to-August": 5, "2018-rest": 3, "2019": 6}
REFUSED = {"2016": 102, "2017": 98, "2018-to-August": 64, "2018-rest": 36, "2019": 62}
UNDECIDED = 4
OF_BACKLOG = 0.22

KINDS = ("theft", "robbery", "fraud", "assault", "damage", "other")
PROPERTY_SHARES = np.array([0.70, 0.03, 0.27, 0, 0, 0])
OTHER_SHARES = np.array([0, 0, 0, 0.29, 0.2, 0.51])
WEEKEND_SHARES = np.array([0, 0, 0, 0.41, 0.2, 0.39])  # reported from Friday to Sunday
CRIMINAL = np.array([0.72, 1.0, 0.88, 0.3, 0.25, 0.15])
STATUS = ("open", "cleared", "withdrawn")
SERIES_FRIDAYS = np.arange(np.datetime64("2019-06-07"), np.datetime64("2019-07-27"), 7)

# The parts of the case table: what its day is, and what became of the report.
IS_PROPERTY, IS_WITHDRAWN, IS_OTHER, IS_REFUSED, IS_UNDECIDED = range(5)

# By kind: the hours at which it happens, the days until it is noticed and reported (mean of an
# exponential, cut to whole days), and the minutes of delay at most where that is the same day.
THEFT, ROBBERY, FRAUD, ASSAULT, DAMAGE, OTHER = range(6)
HOURS = {ROBBERY: hours.ROBBERY, FRAUD: hours.FRAUD, DAMAGE: hours.DAMAGE, OTHER: hours.OTHER_CASES}
DAYS_UNNOTICED = np.array([0.7, 0.2, 4.0, 0.25, 0.7, 0.9])
MINUTES_UNREPORTED = np.array([300, 60, 300, 90, 300, 240])
# A theft of the night, from nine in the evening, is found out in the morning.
NIGHT_FROM, NOTICED_FROM, NOTICED_TO, LAST_MINUTE = 1260, 370, 540, 1439
FRIDAY = 4
THEFT_SHARES = np.array([share for share, _ in hours.THEFTS])


def case_table(world: World) -> pa.Table:
    rng = stream(world.seed, "case")
    part, days, is_series = _reports(world, rng)
    village = world.pick_villages(rng, len(part), [place.case_rate for place in PLACES])
    series = [village_index(code) for code in SERIES_VILLAGES]
    village[is_series] = np.array(series)[np.array(SERIES_TURNS)]
    quantiles = rng.random((3, len(part)))
    reported_on = _reported_on(world, rng, village, part, days, is_series)
    kind = np.where(is_series, THEFT, _kinds(quantiles, part, reported_on))
    moment = rng.random((2, len(part)))
    filed = only(part <= IS_OTHER, days)
    is_timely = rng.random(len(part)) < world.quality.chance("H2", 0.905, village, days)
    place = whereabouts(world, rng, village, reported_on, is_sure=is_series)
    is_criminal = rng.random(len(part)) < CRIMINAL[kind]
    happened_at, reported_at = _instants(rng, kind, reported_on, moment, is_series)
    columns = {
        "id": record_ids("A", len(part)),
        **place,
        "kind": words(KINDS, kind),
        "is_criminal": is_criminal,
        "reported_at": reported_at,
        "happened_at": happened_at,
        "decided_on": only(part < IS_UNDECIDED, days),
        "filed_on": filed,
        **_endings(world, rng, village, part, filed, is_series),
        "called_back_on": later(rng, filed, is_timely, 7, 0.5),
        "series_id": words((SERIES_ID,), np.zeros(len(part), np.int64), is_series),
        "entered_at": entry_times(rng, reported_at),
    }
    return as_table("case", columns)


def _reports(world: World, rng: np.random.Generator) -> tuple[Whole, Times, Mask]:
    """Part and day (of filing, of refusal, of an undecided report), and the planted series."""
    counts = (FILED, WITHDRAWN, OTHERS, REFUSED)
    decided = [pick_segments(rng, each, world.factor, HOME_WEEK) for each in counts]
    fresh = pick_days(rng, UNDECIDED * world.factor, LAST_DAY - 2, LAST_DAY)
    part = np.repeat(np.arange(5), [len(days) for days in (*decided, fresh)])
    days = np.concatenate([*decided, fresh])
    property_rows = len(decided[0])
    rows_2019 = FILED["2019"] * world.factor
    rows = property_rows - rows_2019 + np.linspace(0, rows_2019 - 1, SERIES_CASES).astype(int)
    days[rows] = SERIES_FRIDAYS[:SERIES_CASES] + 1
    is_series = np.zeros(len(days), np.bool_)
    is_series[rows] = True
    return part, days, is_series


def _kinds(quantiles: Real, part: Whole, reported_on: Times) -> Whole:
    """Refused and undecided reports are of any kind; there is more fighting at the weekend.

    quantiles    three rows of draws, each evenly between 0 and 1
    """
    in_property, weekday_kind, weekend_kind = (
        index_at(shares, draw)
        for shares, draw in (
            (PROPERTY_SHARES, quantiles[0]),
            (OTHER_SHARES, quantiles[1]),
            (WEEKEND_SHARES, quantiles[1]),
        )
    )
    is_property = np.where(part >= IS_REFUSED, quantiles[2] < 0.5, part <= IS_WITHDRAWN)
    other = np.where(weekday(reported_on) >= FRIDAY, weekend_kind, weekday_kind)
    return np.where(is_property, in_property, other)


def _reported_on(
    world: World,
    rng: np.random.Generator,
    village: Whole,
    part: Whole,
    days: Times,
    is_series: Mask,
) -> Times:
    """Mostly decided within three days of the report; the series on the next morning."""
    count = len(part)
    is_timely = rng.random(count) < world.quality.chance("H1", 0.962, village, days)
    soon, late = np.floor(4 * rng.random(count) ** 2.2), 4 + np.floor(rng.exponential(2.5, count))
    wait = np.where(is_timely, soon, late)
    wait = np.where(is_series | (part == IS_UNDECIDED), 0, wait)
    reported: Times = np.maximum(plus_days(days, -wait), FIRST_DAY)
    return reported


def _instants(
    rng: np.random.Generator, kind: Whole, reported_on: Times, moment: Real, is_series: Mask
) -> tuple[Times, Times]:
    """When it happened and when it was reported; Friday night and next morning for the series.

    moment    two rows of draws: of the hour of the report, and of that of the series
    """
    count = len(kind)
    way, quantile, delay = pick(rng, THEFT_SHARES, count), rng.random(count), rng.random(count)
    days_ago = np.where(is_series, 1, np.floor(rng.exponential(DAYS_UNNOTICED[kind])))
    series_minute, noticed = 1200 + 238 * rng.random(count), rng.random(count)
    happened_on = plus_days(reported_on, -days_ago)
    minute = np.floor(_minutes(kind, way, weekday(happened_on), quantile))
    minute = np.where(is_series, series_minute, minute)
    is_overnight = (kind == THEFT) & (minute >= NIGHT_FROM) & (days_ago == 0)
    happened_on = np.maximum(plus_days(happened_on, -is_overnight.astype(int)), FIRST_DAY)
    waited = minute + 5 + delay * np.minimum(MINUTES_UNREPORTED[kind], 1434 - minute)
    morning = NOTICED_FROM + (NOTICED_TO - NOTICED_FROM) * noticed
    waited = np.where((kind == THEFT) & (waited < morning), morning, waited)
    later = np.where(is_series, 450 + 120 * moment[1], hours.REPORTS.minutes(moment[0]))
    reported = np.where(happened_on < reported_on, later, np.minimum(waited, LAST_MINUTE))
    return at_minute(happened_on, minute), at_minute(reported_on, reported)


def _minutes(kind: Whole, way: Whole, day_of_week: Whole, quantile: Real) -> Real:
    """The minute of the day at which each case happens."""
    is_weekend = day_of_week >= FRIDAY
    choices = [
        *(((kind == THEFT) & (way == row), each) for row, (_, each) in enumerate(hours.THEFTS)),
        ((kind == ASSAULT) & is_weekend, hours.WEEKEND_ASSAULT),
        ((kind == ASSAULT) & ~is_weekend, hours.ASSAULT),
        *((kind == each, shares) for each, shares in HOURS.items()),
    ]
    where, shares = zip(*choices, strict=True)
    return np.select(where, [each.minutes(quantile) for each in shares])


def _endings(
    world: World,
    rng: np.random.Generator,
    village: Whole,
    part: Whole,
    filed: Times,
    is_series: Mask,
) -> dict[str, Times | pa.Array]:
    """Cleared, withdrawn, and the status word that goes with them."""
    days = np.where(np.isnat(filed), LAST_DAY, filed).astype("M8[D]")
    weight = world.quality.chance("clearance", 0.4, village, days)
    is_property = (part == IS_PROPERTY) & ~is_series
    cleared = _clear_property_cases(rng, np.where(is_property, weight, 0), filed, world.factor)
    soon = up_to_the_end(plus_days(filed, rng.exponential(16, len(part))))
    is_other = (part == IS_OTHER) & (rng.random(len(part)) < 0.6)
    cleared = np.where(is_other, soon, cleared).astype("M8[D]")
    withdrawn = up_to_the_end(plus_days(filed, 2 + 38 * rng.random(len(part))))
    withdrawn = only(part == IS_WITHDRAWN, np.where(np.isnat(withdrawn), filed, withdrawn))
    status = np.where(np.isnat(cleared), 0, 1) + np.where(np.isnat(withdrawn), 0, 2)
    return {
        "cleared_on": cleared,
        "withdrawn_on": withdrawn.astype("M8[D]"),
        "status": words(STATUS, status, ~np.isnat(filed)),
    }


def _clear_property_cases(
    rng: np.random.Generator, weight: Real, filed: Times, factor: int
) -> Times:
    """The exact number cleared in each stretch: most filed in it, some from the backlog."""
    cleared = np.full(len(filed), np.datetime64("NaT"), "M8[D]")
    for name, first, last in SEGMENTS:
        wanted = CLEARED[name] * factor
        is_backlog = (filed < first) & np.isnat(cleared)
        backlog = np.where(is_backlog, weight * np.exp(-_days(filed, first) / 120), 0)
        old_ones = min(round(wanted * OF_BACKLOG), int(np.count_nonzero(backlog)))
        old = most_likely(rng, backlog, old_ones)
        cleared[old] = pick_days(rng, int(old.sum()), first, last, OFFICE_WEEK)
        is_inside = (filed >= first) & (filed <= last)
        fresh = np.where(is_inside, weight * -np.expm1(-(_days(filed, last) + 1) / 30), 0)
        own = most_likely(rng, fresh, wanted - int(old.sum()))
        cleared[own] = _soon_after(rng, filed[own], last)
    return cleared


def _days(start: Times, end: np.datetime64) -> Real:
    """Days from start to end, 0 where the start is missing or later."""
    begun = np.where(np.isnat(start), end, start)
    return np.maximum((end - begun).astype(np.float64), 0)


def _soon_after(rng: np.random.Generator, filed: Times, last: np.datetime64) -> Times:
    """Exponential waiting (mean 28 days), cut at the end of the stretch."""
    room = _days(filed, last) + 1
    wait = -28 * np.log1p(-rng.random(len(filed)) * -np.expm1(-room / 28))
    return plus_days(filed, np.minimum(wait, room - 1))
