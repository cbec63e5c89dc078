"""Patrols: planned shifts by day, evening and night; most of them started, nearly all completed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import SEGMENTS, day_number, stream
from data.demo.duty import Duty
from data.demo.frame import as_table, keep, masked, record_ids, words
from data.demo.picks import pick, pick_days
from data.demo.places import SCENIC_STATIONS
from data.demo.registers import team_codes
from data.demo.stories import ROUND_TIMES_VILLAGE, SCANTY_VILLAGE, station_index, village_index
from data.demo.times import at_minute, entry_times, only, plus_minutes, up_to_the_end
from data.demo.world import World, most_likely, whereabouts

# Started patrols of each stretch; the last is the report's 5,560-odd.
STARTED = {"2016": 7_900, "2017": 8_300, "2018-to-August": 5_440, "2018-rest": 3_300, "2019": 5_564}
PLANNED_PER_STARTED = 1 / 0.957
COMPLETED = 0.985
# How many of the points due are reached: by day, from half past six in the evening, from half past
# nine. A round of many points is seldom walked to the end: so much less for each above five.
REACHED_FROM = ((0.0, 0.905), (1110.0, 0.9), (1290.0, 0.845))
REACHED_LESS = 0.012
PATROL_WEEK = (0.9, 0.9, 0.95, 1.0, 1.2, 1.25, 1.05)
PATROL_YEAR = (1.1, 0.9, 0.95, 0.95, 1.0, 1.05, 1.1, 1.1, 1.0, 1.0, 0.95, 1.0)


def patrol_table(world: World, duty: Duty) -> pa.Table:
    rng = stream(world.seed, "patrol")
    village, days, is_started = _shifts(world, rng)
    team = _teams(world, rng, village)
    minute = _start_minutes(world, rng, village, days)
    start = at_minute(days, minute)
    begun, end, completed = _course(rng, start, is_started)
    due = 3 + (team * 7 % 5)
    chance = world.quality.chance("B2", _reached(minute, due), village, days)
    columns = {
        "id": record_ids("X", len(village)),
        **_people(world, rng, duty, village, days, team),
        "team": team_codes(world.city).take(pa.array(team)),
        "planned_on": only(~is_started | (rng.random(len(days)) < 0.99), days),
        "started_at": begun,
        "ended_at": end,
        "completed_at": completed,
        "points_due": masked(due, is_started),
        "points_reached": masked(rng.binomial(due, chance), is_started),
        "entered_at": entry_times(rng, np.where(np.isnat(end), start, end).astype("M8[s]")),
    }
    return as_table("patrol", columns)


def _shifts(world: World, rng: np.random.Generator) -> tuple[Whole, Times, Mask]:
    """Village, day and whether it began, in the order of the days; exact numbers per stretch."""
    weight = np.sqrt(world.city.households) * rng.gamma(20, 1 / 20, world.villages)
    weight[village_index(SCANTY_VILLAGE)] *= 0.5
    parts = []
    for name, first, last in SEGMENTS:
        started = STARTED[name] * world.factor
        planned = round(started * PLANNED_PER_STARTED)
        days = np.sort(pick_days(rng, planned, first, last, PATROL_WEEK, PATROL_YEAR))
        village = pick(rng, weight, planned)
        chance = world.quality.chance("B1", 0.957, village, days)
        parts.append((village, days, ~most_likely(rng, 1 - chance, planned - started)))
    village, days, is_started = (np.concatenate(part) for part in zip(*parts, strict=True))
    return village, days, is_started


def _teams(world: World, rng: np.random.Generator, village: Whole) -> Whole:
    """The village's own team; a few shifts at the scenic station fall to the scenic team."""
    station = world.city.station[village]
    scenic = world.villages + np.arange(len(village)) % world.city.scale
    is_scenic = (station == station_index(SCENIC_STATIONS[0])) & (rng.random(len(village)) < 0.05)
    return np.where(is_scenic, scenic, village)


def _people(
    world: World, rng: np.random.Generator, duty: Duty, village: Whole, days: Times, team: Whole
) -> dict[str, pa.Array]:
    """The auxiliary leads the village's team, unless on leave. The scenic team has no village."""
    place = whereabouts(world, rng, village, days)
    is_scenic = team >= world.villages
    scenic_station = words(SCENIC_STATIONS, np.zeros(len(village), np.int64), is_scenic)
    is_led = ~is_scenic & ~duty.is_away(village, day_number(days))
    return {
        "village": keep(place["village"], ~is_scenic),
        "station": pc.coalesce(scenic_station, place["station"]),
        "officer": keep(place["officer"], is_led),
    }


def _start_minutes(world: World, rng: np.random.Generator, village: Whole, days: Times) -> Real:
    """By day, in the evening (the peak hours) or at night, then past midnight more often than not.

    The better a station, the more of its patrols lie in the evening.
    """
    count = len(village)
    evening = world.quality.chance("B3", 0.34, village, days)
    draw = rng.random(count)
    by_day = 480 + 560 * rng.random(count)
    at_night = 1290 + 145 * rng.random(count)
    minute = np.where(draw < 0.86, by_day, at_night)
    minute = np.where(draw < evening, 1130 + 160 * rng.random(count), minute)
    minute = np.where(rng.random(count) < 0.2, minute // 5 * 5, minute)
    by_shift = village == village_index(ROUND_TIMES_VILLAGE)
    return np.where(by_shift, minute // 30 * 30, minute)


def _reached(minute: Real, due: Whole) -> Real:
    """The chance of a point to be reached in an average village."""
    begins, chances = np.array(REACHED_FROM).T
    chance: Real = chances[np.searchsorted(begins, minute, side="right") - 1]
    return chance - REACHED_LESS * (due - 5)


def _course(rng: np.random.Generator, start: Times, is_started: Mask) -> tuple[Times, Times, Times]:
    """Start, end, completion. What would end after the last instant is still under way."""
    end = plus_minutes(start, 50 + rng.gamma(4, 10, len(start)))
    end = only(is_started, up_to_the_end(end))
    is_completed = rng.random(len(start)) < COMPLETED
    completed = up_to_the_end(plus_minutes(end, 1 + 9 * rng.random(len(start))))
    return only(is_started, start), end, only(is_completed, completed)
