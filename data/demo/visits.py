"""Visits: on each attended due day at least one, the others spread over the days by size."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import DAYS, SUMMER_YEAR, busyness, month_number, stream
from data.demo.duty import Duty, fair_days, fair_months
from data.demo.frame import as_table, keep, numbered, record_ids, words
from data.demo.hours import EVEN_DAY, VISITS
from data.demo.stories import (
    BURST_VILLAGE,
    HONEST_MONTH_END_VILLAGE,
    ROUND_TIMES_VILLAGE,
    village_index,
)
from data.demo.times import at_minute, entry_times, only, plus_days, plus_minutes, up_to_the_end
from data.demo.world import World, in_groups, whereabouts

# Rows per year and unit of size; 2019 ends on 19 August and must give 37,000-odd with a start.
VISITS_OF_YEAR = {2016: 54_500, 2017: 56_200, 2018: 57_800, 2019: 37_480}
# In percent of the visits: the round from door to door is the rule, a call for a cause is rare.
PURPOSES = {
    "入户走访": 34,
    "安全宣传": 22,
    "信息采集": 16,
    "反诈宣传": 11,
    "矛盾排查": 8,
    "隐患提醒": 6,
    "回访": 3,
}
# The part of its share of the day's round in which a visit may begin; the rest keeps them apart.
LEEWAY = 0.55
AGAIN = 0.05
VALID = 0.955
# What makes a record invalid, and how often each of them is the reason.
FAULTLESS, NO_PURPOSE, BACKWARDS, NO_HOUSEHOLD, NO_END, NO_START = range(-1, 5)
FAULT_SHARES = np.cumsum([0.45, 0.27, 0.18, 0.05, 0.05])
BURST_MONTHS = (41, 42)


@dataclass(frozen=True)
class VisitLog:
    """Village and month of every visit, in the order of the ids: what spot checks draw from."""

    village: Whole
    month: Whole


def visit_table(world: World, duty: Duty) -> tuple[pa.Table, VisitLog]:
    rng = stream(world.seed, "visit")
    post, day, village = _rounds(world, duty, rng)
    start, paced = _start_times(world, rng, post, day, village)
    order = np.argsort(paced, kind="stable")
    post, village, start = post[order], village[order], start[order]
    days = start.astype("M8[D]")
    fault = _faults(world, rng, village, days)
    end, entered = _ends(rng, post, start, fault), _entered(rng, village, start)
    columns = {
        "id": record_ids("V", len(post)),
        **whereabouts(world, rng, village, days, post=post),
        "household": _households(world, rng, village, days, fault != NO_HOUSEHOLD),
        "started_at": only(fault != NO_START, start),
        "ended_at": end,
        "purpose": _purposes(rng, fault != NO_PURPOSE),
        "note_digest": _digests(rng, village),
        "entered_at": entered,
        **_voided(rng, days),
    }
    return as_table("visit", columns), VisitLog(village, month_number(days))


def _rounds(world: World, duty: Duty, rng: np.random.Generator) -> tuple[Whole, Whole, Whole]:
    """Post, day number and village of every visit; a community officer sees one village a day."""
    day, post = np.nonzero(duty.was_there.T)
    village = np.where(post < world.villages, post, _village_of_room(world, rng, post))
    weight = _pull(world, village, day)
    counts = np.ones(len(post), np.int64)
    years = DAYS[day].astype("M8[Y]").astype(np.int64) + 1970
    for year, wanted in VISITS_OF_YEAR.items():
        here = np.flatnonzero(years == year)
        more = max(wanted * world.factor - len(here), 0)
        counts[here] += rng.multinomial(more, weight[here] / weight[here].sum())
    return np.repeat(post, counts), np.repeat(day, counts), np.repeat(village, counts)


def _village_of_room(world: World, rng: np.random.Generator, post: Whole) -> Whole:
    """Any village of the community officer's room, except the one that changed its room."""
    room = world.city.posts.room[post]
    first = np.searchsorted(world.city.room, room)
    size = np.searchsorted(world.city.room, room, side="right") - first
    village = first + np.floor(rng.random(len(post)) * size).astype(np.int64)
    return np.where(village == world.city.moved_village, first, village)


def _pull(world: World, village: Whole, day: Whole) -> Real:
    """How many further visits a round draws: more households, busy season, honest month ends."""
    size = world.city.households[village] / world.city.households.mean()
    season = 1 + 0.35 * (busyness(DAYS, (1.0,) * 7, SUMMER_YEAR)[day] - 1)
    pull: Real = size**1.5 * season
    is_there = village == village_index(HONEST_MONTH_END_VILLAGE)
    pull[is_there & fair_months(DAYS[day])] *= 2
    pull[is_there & fair_days(DAYS[day])] *= 2.5
    return pull


def _start_times(
    world: World, rng: np.random.Generator, post: Whole, day: Whole, village: Whole
) -> tuple[Times, Times]:
    """The visits of one officer and day share out its hours, and follow each other in them.

    Beside the starts those of an evenly paced day: the rows stand in their order, so that what is
    drawn for a row does not hang on the hours that are declared.
    """
    round_key = post * len(DAYS) + day
    place = in_groups(round_key)
    size = np.bincount(round_key)[round_key]
    draw, is_rounded = rng.random(len(post)), (rng.random(len(post)) < 0.15) & (size < 8)
    by_shift = (village == village_index(ROUND_TIMES_VILLAGE)) & (size < 5)

    def instants(minute: Real) -> Times:
        minute = np.where(is_rounded, minute // 5 * 5, minute)
        return at_minute(DAYS[day], np.where(by_shift, minute // 30 * 30, minute))

    leeway = np.where(size == 1, 1.0, LEEWAY)
    begun = stream(world.seed, "round").random(len(world.city.posts.current) * len(DAYS))
    moment = (1 - leeway) * begun[round_key] + leeway * draw
    paced = EVEN_DAY.minutes((place + LEEWAY * draw) / size)
    return instants(VISITS.minutes((place + moment) / size)), instants(paced)


def _faults(world: World, rng: np.random.Generator, village: Whole, days: Times) -> Whole:
    """Which part of the record is wrong, FAULTLESS for most."""
    chance = world.quality.chance("A4", VALID, village, days)
    kind = np.searchsorted(FAULT_SHARES, rng.random(len(village)), side="right")
    return np.where(rng.random(len(village)) < chance, FAULTLESS, np.minimum(kind, NO_START))


def _ends(rng: np.random.Generator, post: Whole, start: Times, fault: Whole) -> Times:
    """8 to 40 minutes, or less where the next one waits; a few visits are suspiciously short."""
    room = np.maximum(0.8 * _until_the_next(post, start), 1)
    length = np.minimum(8 + rng.gamma(2.2, 6, len(start)), room)
    length = np.where(rng.random(len(start)) < 0.004, 2, length)
    length = np.where(fault == BACKWARDS, -(5 + 40 * rng.random(len(start))), length)
    return only(fault != NO_END, plus_minutes(start, length))


def _until_the_next(post: Whole, start: Times) -> Real:
    """Minutes to the officer's next visit of the day, at most a day."""
    order = np.lexsort((start, post))
    minute = start[order].astype("M8[m]").astype(np.int64)
    gap = np.full(len(start), 1440.0)
    is_same = post[order][1:] == post[order][:-1]
    gap[order[:-1]] = np.where(is_same, np.minimum(np.diff(minute), 1440), 1440)
    return gap


def _purposes(rng: np.random.Generator, is_noted: Mask) -> pa.Array:
    percent = rng.integers(0, 100, len(is_noted))
    index = np.searchsorted(np.cumsum(list(PURPOSES.values())), percent, side="right")
    return words(tuple(PURPOSES), index, is_noted)


def _households(
    world: World, rng: np.random.Generator, village: Whole, days: Times, is_noted: Mask
) -> pa.Array:
    """Mostly a household that has not been visited this year; numbers that say nothing."""
    years = days.astype("M8[Y]").astype(np.int64) - 46
    rank = in_groups(village * 4 + years)
    again = np.floor(rng.random(len(rank)) * rank).astype(np.int64)
    rank = np.where(rng.random(len(rank)) < AGAIN, again, rank)
    shift = rng.integers(0, 5000, (world.villages, 4))[village, years]
    return household_keys(world, village, shift + rank * 7919, is_noted)


def household_keys(
    world: World, village: Whole, number: Whole, is_noted: Mask | None = None
) -> pa.Array:
    """The key of the village's household `number` (modulo its size): opaque, but one to one."""
    size = world.city.households
    before = np.cumsum(size) - size
    running = before[village] + number % size[village] + 1
    keys = numbered("H", running * 48_271 % 2_147_483_647, 10)
    return keys if is_noted is None else keep(keys, is_noted)


def _digests(rng: np.random.Generator, village: Whole) -> pa.Array:
    """Sixteen hexadecimal digits; one note in a hundred is a copy of the village's one before."""
    own = np.arange(len(village))
    order = np.argsort(village, kind="stable")
    before = own.copy()
    before[order[1:]] = np.where(village[order[1:]] == village[order[:-1]], order[:-1], order[1:])
    source = np.where(rng.random(len(village)) < 0.01, before, own)
    digits = np.frombuffer(rng.bytes(8 * len(village)).hex().encode("ascii"), "S16")
    return pa.array(digits[source], pa.binary()).cast(pa.string())


def _entered(rng: np.random.Generator, village: Whole, start: Times) -> Times:
    """As anywhere, except the planted burst: typed in on the last two days of the month."""
    entered = entry_times(rng, start)
    month_end = (start.astype("M8[M]") + 1).astype("M8[D]")
    last_days = plus_days(month_end, -1 - rng.integers(0, 2, len(start)))
    evening = at_minute(last_days, 1080 + 240 * rng.random(len(start)))
    is_burst = (village == village_index(BURST_VILLAGE)) & np.isin(
        month_number(start), BURST_MONTHS
    )
    is_burst &= (rng.random(len(start)) < 0.85) & (evening > start)
    return np.where(is_burst, evening, entered).astype("M8[s]")


def _voided(rng: np.random.Generator, days: Times) -> dict[str, pa.Array]:
    """A record that failed a spot check is voided some days later."""
    on = plus_days(days, 8 + 20 * rng.random(len(days)))
    on = up_to_the_end(only(rng.random(len(days)) < 0.003, on))
    reasons = words(("抽查不实", "重复录入"), rng.integers(0, 2, len(days)), ~np.isnat(on))
    return {"voided_on": on, "voided_reason": reasons}
