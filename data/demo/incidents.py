"""Disputes, hazards and merits. Each stretch has an exact number; the way to it is built back."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import FIRST_DAY, HOME_WEEK, LAST_DAY, OFFICE_WEEK, SEGMENTS, stream
from data.demo.frame import as_table, record_ids, words
from data.demo.hours import DISPUTES
from data.demo.picks import pick_days
from data.demo.times import at_minute, entry_times, only, plus_days, plus_minutes, up_to_the_end
from data.demo.world import World, whereabouts

# What the report counts from 1 January to 19 August 2019 is the last figure of each line.
RESOLVED = {"2016": 150, "2017": 163, "2018-to-August": 109, "2018-rest": 68, "2019": 118}
FOUND = {"2016": 176, "2017": 194, "2018-to-August": 128, "2018-rest": 79, "2019": 141}
STOPPED = {"2016": 6, "2017": 7, "2018-to-August": 4, "2018-rest": 3, "2019": 5}
CAUGHT = {
    "2016": (1, 1, 2, 1, 1, 3, 1, 2),
    "2017": (1, 2, 1, 1, 2, 1, 1, 1, 2),
    "2018-to-August": (1, 2, 1, 1, 2),
    "2018-rest": (1, 1, 2, 1),
    "2019": (1, 2, 1, 1, 2, 1, 2),
}
NOT_RESOLVED, PENDING = 0.055, 7

CHANNELS = ("群众求助", "走访发现", "110警情", "上级交办", "平安微信群")
LEVELS = ("一般", "较大", "重大")
METHODS = ("现场调解", "村级调解", "派出所调解", "司法确认")
OUTCOMES = ("resolved", "failed", "transferred")
HAZARD_KINDS = ("消防", "用电", "道路交通", "水域", "校园周边", "危旧房屋", "易燃易爆")


def pick_segments(
    rng: np.random.Generator, counts: Mapping[str, int], factor: int, week: tuple[float, ...]
) -> Times:
    """The days of events, with the exact count of each stretch, in order."""
    parts = [
        np.sort(pick_days(rng, counts[name] * factor, first, last, week))
        for name, first, last in SEGMENTS
    ]
    return np.concatenate(parts)


def later(
    rng: np.random.Generator, start: Times, is_timely: Mask, within: int, never: float
) -> Times:
    """A following step: inside the window if timely, else after it or never."""
    count = len(start)
    timely = np.ceil(within * rng.random(count) ** 1.4)
    late = within + 1 + rng.exponential(within / 2, count)
    done = plus_days(start, np.where(is_timely, timely, late))
    return up_to_the_end(only(is_timely | (rng.random(count) >= never), done))


def dispute_table(world: World) -> pa.Table:
    rng = stream(world.seed, "dispute")
    concluded, outcome = _conclusions(world, rng)
    village = world.pick_villages(rng, len(concluded))
    days = np.where(np.isnat(concluded), LAST_DAY, concluded).astype("M8[D]")
    received, due = _receipts(world, rng, village, days, np.isnat(concluded))
    moment = rng.random(len(received))
    resolved = only(outcome == 0, concluded)
    called = rng.random(len(village)) < world.quality.chance("C3", 0.905, village, days)
    back = rng.random(len(village)) >= world.quality.chance("C4", 0.953, village, days)
    reopened = plus_days(resolved, 4 + 84 * rng.random(len(village)))
    place = whereabouts(world, rng, village, received)
    kind = _skewed(rng, len(village), len(DISPUTES))
    minutes = np.select(
        [kind == row for row in range(len(DISPUTES))],
        [hours.minutes(moment) for hours in DISPUTES.values()],
    )
    received_at = at_minute(received, minutes)
    columns = {
        "id": record_ids("J", len(village)),
        **place,
        "kind": words(tuple(DISPUTES), kind),
        "channel": words(CHANNELS, _skewed(rng, len(village), len(CHANNELS))),
        "level": words(LEVELS, _skewed(rng, len(village), len(LEVELS), 3.5)),
        "method": words(METHODS, _skewed(rng, len(village), len(METHODS)), outcome >= 0),
        "received_at": received_at,
        "first_handled_at": _handled(world, rng, village, received_at, concluded),
        "due_on": due,
        "concluded_on": concluded,
        "outcome": words(OUTCOMES, np.maximum(outcome, 0), outcome >= 0),
        "resolved_on": resolved,
        "called_back_on": later(rng, resolved, called, 30, 0.7),
        "reopened_on": up_to_the_end(only(back, reopened)),
        "entered_at": entry_times(rng, received_at),
    }
    return as_table("dispute", columns)


def _conclusions(world: World, rng: np.random.Generator) -> tuple[Times, Whole]:
    """Day and outcome of the conclusion; the last ones are still pending (NaT, -1)."""
    resolved = pick_segments(rng, RESOLVED, world.factor, OFFICE_WEEK)
    others = round(len(resolved) * NOT_RESOLVED)
    failed = pick_days(rng, others, FIRST_DAY + 60, LAST_DAY, OFFICE_WEEK)
    pending = np.full(PENDING * world.factor, np.datetime64("NaT"), "M8[D]")
    outcome = [0] * len(resolved) + (1 + np.arange(others) % 2).tolist() + [-1] * len(pending)
    return np.concatenate([resolved, failed, pending]), np.array(outcome)


def _receipts(
    world: World, rng: np.random.Generator, village: Whole, ended: Times, is_pending: Mask
) -> tuple[Times, Times]:
    """Day of receipt and deadline (15 or 30 days), so that most are concluded by the deadline."""
    count = len(village)
    window = np.where(rng.random(count) < 0.6, 15, 30)
    is_timely = rng.random(count) < world.quality.chance("C1", 0.93, village, ended)
    timely = np.floor((window + 1) * rng.random(count) ** 1.6)
    late = window + 1 + rng.exponential(12, count)
    age = np.where(is_timely | is_pending, timely, late)
    received = np.maximum(plus_days(ended, -np.floor(age)), FIRST_DAY)
    return received, plus_days(received, window)


def _handled(
    world: World, rng: np.random.Generator, village: Whole, received: Times, concluded: Times
) -> Times:
    """First handled within a day of the receipt as a rule, and never after the conclusion."""
    count = len(village)
    is_timely = rng.random(count) < world.quality.chance("C2", 0.968, village, received)
    soon, late = np.minimum(rng.exponential(200, count), 1430), 1500 + rng.exponential(900, count)
    handled = plus_minutes(received, np.where(is_timely, soon, late))
    end = np.where(np.isnat(concluded), LAST_DAY, concluded).astype("M8[D]")
    last = at_minute(end, np.full(count, 1439))
    return np.minimum(handled, np.maximum(last, received))


def _skewed(rng: np.random.Generator, count: int, kinds: int, power: float = 1.6) -> Whole:
    """Indexes of which the first are the most frequent."""
    return np.floor(kinds * rng.random(count) ** power).astype(np.int64)


def hazard_table(world: World) -> pa.Table:
    rng = stream(world.seed, "hazard")
    found_on = pick_segments(rng, FOUND, world.factor, OFFICE_WEEK)
    village = world.pick_villages(rng, len(found_on))
    due, closed = _closing(world, rng, village, found_on)
    is_timely = rng.random(len(found_on)) < world.quality.chance("D2", 0.905, village, found_on)
    reopened = plus_days(closed, 10 + 70 * rng.random(len(found_on)))
    columns = {
        "id": record_ids("Y", len(found_on)),
        **whereabouts(world, rng, village, found_on),
        "kind": words(HAZARD_KINDS, _skewed(rng, len(found_on), len(HAZARD_KINDS))),
        "found_on": found_on,
        "due_on": due,
        "closed_on": closed,
        "rechecked_on": later(rng, closed, is_timely, 30, 0.6),
        "reopened_on": up_to_the_end(only(rng.random(len(found_on)) < 0.04, reopened)),
        "entered_at": entry_times(rng, at_minute(found_on, 480 + 600 * rng.random(len(found_on)))),
    }
    return as_table("hazard", columns)


def _closing(
    world: World, rng: np.random.Generator, village: Whole, found_on: Times
) -> tuple[Times, Times]:
    """The deadline (7, 15 or 30 days) and the closing, late or missing where not timely."""
    count = len(found_on)
    window = np.array([7, 15, 30])[rng.integers(0, 3, count)]
    is_timely = rng.random(count) < world.quality.chance("D1", 0.9, village, found_on)
    timely: Real = np.floor((window + 1) * rng.random(count))
    age = np.where(is_timely, timely, window + 1 + rng.exponential(10, count))
    is_closed = is_timely | (rng.random(count) < 0.75)
    return plus_days(found_on, window), up_to_the_end(only(is_closed, plus_days(found_on, age)))


def merit_table(world: World) -> pa.Table:
    """Crimes stopped (one each) and suspects caught (some at a time)."""
    rng = stream(world.seed, "merit")
    stopped = pick_segments(rng, STOPPED, world.factor, HOME_WEEK)
    catches = {name: len(persons) for name, persons in CAUGHT.items()}
    caught = pick_segments(rng, catches, world.factor, HOME_WEEK)
    each = [np.tile(CAUGHT[name], world.factor) for name, _, _ in SEGMENTS]
    persons = np.concatenate([np.ones(len(stopped), np.int64), *each])
    days = np.concatenate([stopped, caught])
    village = world.pick_villages(rng, len(days))
    is_caught = np.arange(len(days)) >= len(stopped)
    columns = {
        "id": record_ids("G", len(days)),
        **whereabouts(world, rng, village, days),
        "kind": words(("crime-stopped", "suspect-caught"), is_caught.astype(np.int64)),
        "persons": persons,
        "happened_on": days,
        "entered_at": entry_times(rng, at_minute(days, np.full(len(days), 1100))),
    }
    return as_table("merit", columns)
