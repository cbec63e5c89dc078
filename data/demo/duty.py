"""Due days of every officer: three a week, less the feasts; leave and secondment stand beside."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.arrays import Mask, Times, Whole
from data.demo.days import (
    DAYS,
    OFFICE_WEEK,
    day_number,
    days_to_month_end,
    feast_days,
    month_number,
    stream,
    weekday,
)
from data.demo.frame import as_table, record_ids, words
from data.demo.places import STATION_CODES
from data.demo.stories import HONEST_MONTH_END_VILLAGE, SCANTY_VILLAGE, village_index
from data.demo.times import at_minute
from data.demo.world import World

DUE_DAYS_A_WEEK = 3
KINDS = ("due", "leave", "secondment")
DUE, LEAVE, SECONDMENT, OFF = 0, 1, 2, -1
SECONDMENT_WEEKS = 6
FAIR_MONTHS = (40, 41, 42)
SCANTY_SINCE = np.datetime64("2019-03-04", "D")


@dataclass(frozen=True)
class Duty:
    """kind: post × day, one of DUE, LEAVE, SECONDMENT, OFF; was_there: due days with activity."""

    kind: Whole
    was_there: Mask

    def is_away(self, post: Whole, day: Whole) -> Mask:
        kind = self.kind[post, day]
        is_away: Mask = (kind == LEAVE) | (kind == SECONDMENT)
        return is_away


def build_duty(world: World) -> Duty:
    rng = stream(world.seed, "duty")
    posts = len(world.city.posts.current)
    is_due = _three_a_week(rng, posts)
    is_due &= ~(feast_days(DAYS)[None, :] & (rng.random(is_due.shape) < 0.75))
    kind = np.where(is_due, DUE, OFF).astype(np.int64)
    kind[is_due & _weekly(rng.random((posts, _weeks())) < 0.03)] = LEAVE
    kind[is_due & (rng.random(is_due.shape) < 0.012)] = LEAVE
    kind[is_due & _weekly(_seconded(rng, posts))] = SECONDMENT
    scanty = village_index(SCANTY_VILLAGE)
    kind[scanty, is_due[scanty] & (DAYS >= SCANTY_SINCE)] = SECONDMENT
    fair = village_index(HONEST_MONTH_END_VILLAGE)
    kind[fair, fair_months(DAYS) & (kind[fair] != OFF)] = DUE
    was_there = (kind == DUE) & _attended(world, rng, kind.shape)
    kind[fair, fair_days(DAYS)], was_there[fair, fair_days(DAYS)] = DUE, True
    return Duty(kind, was_there)


def fair_months(days: Times) -> Mask:
    """The months of the honest story in which the officer is never away."""
    return np.isin(month_number(days), FAIR_MONTHS)


def fair_days(days: Times) -> Mask:
    """The market at the end of these months: the last two days."""
    return fair_months(days) & (days_to_month_end(days) < 2)


def _week_of_day() -> Whole:
    """The first of January 2016 was a Friday: week 0 has three days."""
    return (day_number(DAYS) + int(weekday(DAYS)[0])) // 7


def _weeks() -> int:
    return int(_week_of_day()[-1]) + 1


def _weekly(by_week: Mask) -> Mask:
    """Post × week spread over the days of each week."""
    by_day: Mask = by_week[:, _week_of_day()]
    return by_day


def _three_a_week(rng: np.random.Generator, posts: int) -> Mask:
    """The three days of each week with the highest draw (Gumbel: in proportion to the weights)."""
    draw = rng.gumbel(size=(posts, _weeks(), 7)) + np.log(np.array(OFFICE_WEEK) ** 1.6)
    threshold = np.sort(draw, axis=-1)[..., -DUE_DAYS_A_WEEK, None]
    grid = (draw >= threshold).reshape(posts, -1)
    first = int(weekday(DAYS)[0])
    return grid[:, first : first + len(DAYS)]


def _seconded(rng: np.random.Generator, posts: int) -> Mask:
    starts = rng.random((posts, _weeks())) < 0.0012
    result = starts.copy()
    for week in range(1, SECONDMENT_WEEKS):
        result[:, week:] |= starts[:, :-week]
    return result


def _attended(world: World, rng: np.random.Generator, shape: tuple[int, ...]) -> Mask:
    """Community officers follow the quality of the first village of their room."""
    room = world.city.posts.room[world.villages :]
    first_in_room = np.searchsorted(world.city.room, room)
    village = np.concatenate([np.arange(world.villages), first_in_room])
    firsts = np.unique(DAYS.astype("M8[M]")).astype("M8[D]")
    every, month = np.meshgrid(village, firsts, indexing="ij")
    chance = world.quality.chance("A2", 0.885, every.ravel(), month.ravel()).reshape(every.shape)
    return rng.random(shape) < chance[:, month_number(DAYS)]


def duty_table(world: World, duty: Duty) -> pa.Table:
    """The village of an auxiliary's day, the station of a community officer's."""
    day, post = np.nonzero((duty.kind != OFF).T)
    city = world.city
    is_village = post < world.villages
    room = np.where(is_village, 0, city.posts.room[post])
    days = DAYS[day]
    columns = {
        "id": record_ids("LZ", len(post)),
        "village": words(city.village_codes, np.where(is_village, post, 0), is_village),
        "station": words(STATION_CODES, city.room_station[room], ~is_village),
        "officer": words(city.posts.officer_codes, city.posts.holder(post, days)),
        "day": days,
        "kind": words(KINDS, duty.kind[post, day]),
        "entered_at": at_minute(days, np.full(len(days), 450)),
    }
    return as_table("duty_day", columns)
