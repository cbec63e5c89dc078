"""Records that were made up, planted in the finished tables: what the page 数据核查 should find.

A unit is picked in a station by how much it has to falsify; what is picked hangs only on what the
planting leaves alone (village, month and number of the visits and tasks, days off), so that the
finished tables still tell it. Only times, digests and the officer are changed, never the village,
the household, the month or the validity of a visit, and a task is closed early only if it was
closed in time anyway: the facts of the report and every score of a village stay as they were.

Beside them stands one honest oddity, a week without a network, whose entries all came late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle

import numpy as np
import pyarrow as pa

from data.demo.arrays import Times, Whole
from data.demo.days import stream
from data.demo.falsified_columns import (
    Tables,
    Tasks,
    Visits,
    index_of,
    is_value,
    times_of,
    visits_of,
    with_columns,
)
from data.demo.places import PLACES
from data.demo.stories import STORY_VILLAGES, station_index
from data.demo.times import plus_minutes

MONTHS = (date(2019, 6, 1), date(2019, 7, 1))
# What is planted -> the station in which a village is picked for it, in this order.
STATIONS: Mapping[str, str] = {
    **{"overlap": "S09", "travel": "S14", "copied": "S11", "closing": "S09", "short": "S06"},
    **{"late": "S05", "rounded": "S07", "alike": "S10", "outage": "S12"},
}
LEAVE_STATION = "S14"
OUTAGE = (np.datetime64("2019-06-10"), np.datetime64("2019-06-16"))
FAR_KM, KM_PER_DEGREE = 2.2, 111.2


def falsified(seed: int, tables: Tables) -> dict[str, pa.Table]:
    """The tables with everything planted."""
    rng, visits = stream(seed, "falsified"), visits_of(tables)
    (picked, leave_month), table = pick(tables, visits), tables["visit"]
    start, end, entered = (times_of(table, n) for n in ("started_at", "ended_at", "entered_at"))
    officer = np.array(table["officer"].to_pylist(), object)
    digest = np.array(table["note_digest"].to_pylist(), object)
    clock = _Clock(start, end, entered)
    for month in MONTHS:
        _overlap(visits, picked["overlap"], month, clock)
        far = _far_from(tables, picked["travel"], picked["leave"])
        _travel(visits, picked["travel"], far, month, clock, officer)
        _copy(rng, visits, picked["copied"], month, digest)
        _shorten(rng, visits, picked["short"], month, clock)
        _delay(rng, np.flatnonzero(visits.of(picked["late"], month)), 0.7, clock)
        _round(visits, picked["rounded"], month, clock)
        every = visits.of(picked["alike"], month)
        clock.end[every] = plus_minutes(clock.start[every], np.full(int(every.sum()), 15))
    _on_leave(tables, visits, picked["leave"], leave_month, clock)
    is_out = visits.of(picked["outage"], MONTHS[0])
    is_out &= (visits.day >= OUTAGE[0]) & (visits.day <= OUTAGE[1])
    _delay(rng, np.flatnonzero(is_out), 1.0, clock)
    changed = {"started_at": start, "ended_at": end, "entered_at": entered}
    changed |= {"officer": officer, "note_digest": digest}
    return {
        **tables,
        "visit": with_columns(table, changed),
        "task": _closed_at_once(tables["task"], picked["closing"]),
    }


def officer_code(index: int) -> str:
    """Who serves a village in June and July 2019: by then every post has changed hands."""
    return f"辅警-{index + 1:04d}"


# -- whom -------------------------------------------------------------------------------------


def pick(tables: Tables, visits: Visits) -> tuple[dict[str, int], date]:
    """The village of each thing that is planted, and the month of the visits on leave."""
    taken: set[int] = {int(code[1:]) - 1 for code in STORY_VILLAGES}
    tasks = Tasks.of(tables["task"])

    def amount(village: int, name: str) -> int:
        rows = tasks.closable if name == "closing" else visits.own
        return min(int(rows(village, month).sum()) for month in MONTHS)

    picked: dict[str, int] = {}
    for name, station in STATIONS.items():
        free = [village for village in _villages_of(station) if village not in taken]
        picked[name] = max(free, key=partial(amount, name=name))  # the first of equal ones
        taken.add(picked[name])
    # The officer and month with the most days of leave that visits can be moved to.
    _, village, leave_month = max(
        (min(len(_leave_days(tables, v, m)), int(visits.own(v, m).sum()) // 4), -v, m)
        for v in _villages_of(LEAVE_STATION)
        if v not in taken
        for m in MONTHS
    )
    return picked | {"leave": -village}, leave_month


def _villages_of(station: str) -> range:
    first = sum(place.units for place in PLACES[: station_index(station)])
    return range(first, first + PLACES[station_index(station)].units)


def _leave_days(tables: Tables, village: int, month: date) -> Times:
    duty = tables["duty_day"]
    days = times_of(duty, "day").astype("M8[D]")
    here = index_of(duty, "officer", "辅警-") == village
    here &= (days.astype("M8[M]") == np.datetime64(month, "M")) & is_value(duty, "kind", "leave")
    return np.sort(days[here])


# -- what -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Clock:
    """The times of all visits, changed in place."""

    start: Times
    end: Times
    entered: Times

    def move(self, row: int, to: np.datetime64) -> None:
        """Let a visit begin at another time, as long as it was, entered as much later."""
        shift = to - self.start[row]
        for times in (self.start, self.end, self.entered):
            times[row] += shift


def _days_with_several(visits: Visits, village: int, month: date, clock: _Clock) -> list[Whole]:
    """The rows of each day with two or more visits of the village's officer, in order of time."""
    rows = np.flatnonzero(visits.own(village, month))
    rows = rows[np.argsort(clock.start[rows], kind="stable")]
    groups = [rows[visits.day[rows] == day] for day in np.unique(visits.day[rows])]
    return [group for group in groups if len(group) > 1]


def _overlap(visits: Visits, village: int, month: date, clock: _Clock) -> None:
    """The second visit of a day begins three minutes into the first."""
    for first, second, *_ in _days_with_several(visits, village, month, clock):
        clock.move(second, clock.start[first] + np.timedelta64(3, "m"))


def _travel(
    visits: Visits, village: int, far: Sequence[int], month: date, clock: _Clock, officer: pa.Array
) -> None:
    """On some days a visit in a far village is signed by this officer, not by the one there,
    a minute after a visit at home."""
    own = np.flatnonzero(visits.own(village, month))
    spare = {
        visits.day[group[-1]]: group[-1]
        for other in far
        for group in _days_with_several(visits, other, month, clock)
    }
    for day in np.unique(visits.day[own]):
        first = min(own[visits.day[own] == day], key=lambda row: clock.start[row])
        if (row := spare.get(day)) is not None:
            clock.move(row, clock.end[first] + np.timedelta64(1, "m"))
            officer[row] = officer_code(village)


def _far_from(tables: Tables, village: int, besides: int) -> list[int]:
    """The villages of the same station, except one, that nobody reaches in a minute."""
    register = tables["village"]
    codes = index_of(register, "code", "V")
    place = {
        int(code): (float(x), float(y))
        for code, x, y in zip(
            codes, register["longitude"].to_pylist(), register["latitude"].to_pylist(), strict=True
        )
    }
    x, y = place[village]
    east = np.cos(np.radians(y))

    def km(other: int) -> float:
        across, up = (place[other][0] - x) * east, place[other][1] - y
        return float(KM_PER_DEGREE * np.hypot(across, up))

    others = [v for v in _villages_of(STATIONS["travel"]) if v not in (village, besides)]
    return [v for v in others if km(v) > FAR_KM] or [max(others, key=km)]


def _copy(
    rng: np.random.Generator, visits: Visits, village: int, month: date, digest: pa.Array
) -> None:
    rows = np.flatnonzero(visits.of(village, month))
    digest[rows[rng.random(len(rows)) < 0.65]] = digest[rows[0]]


def _shorten(
    rng: np.random.Generator, visits: Visits, village: int, month: date, clock: _Clock
) -> None:
    rows = np.flatnonzero(visits.of(village, month))
    rows = rows[rng.random(len(rows)) < 0.75]
    clock.end[rows] = plus_minutes(clock.start[rows], rng.integers(1, 3, len(rows)))


def _delay(rng: np.random.Generator, rows: Whole, part: float, clock: _Clock) -> None:
    """Entered four to nine days afterwards."""
    rows = rows[rng.random(len(rows)) < part]
    days = 4 + 5 * rng.random(len(rows))
    clock.entered[rows] = plus_minutes(clock.end[rows], 1440 * days)


def _round(visits: Visits, village: int, month: date, clock: _Clock) -> None:
    """Begun on the hour or half hour and over 20 minutes later: both by the clock on the wall."""
    rows = visits.of(village, month)
    day = clock.start[rows].astype("M8[D]")
    minute = (clock.start[rows] - day).astype("m8[m]").astype(np.int64) // 30 * 30
    clock.start[rows] = plus_minutes(day.astype("M8[s]"), minute)
    clock.end[rows] = plus_minutes(clock.start[rows], np.full(int(rows.sum()), 20))


def _on_leave(tables: Tables, visits: Visits, village: int, month: date, clock: _Clock) -> None:
    """Visits of days that keep another one are moved to days of leave, at the same hour."""
    days = _leave_days(tables, village, month)
    spare = [row for rows in _days_with_several(visits, village, month, clock) for row in rows[1:]]
    for row, day in zip(spare[:6], cycle(days), strict=False):
        hour = clock.start[row] - visits.day[row].astype("M8[s]")
        clock.move(row, day.astype("M8[s]") + hour)


def _closed_at_once(tasks: pa.Table, village: int) -> pa.Table:
    """What was done in time is said to have been done on the day of its dispatch."""
    all_tasks, feedback = Tasks.of(tasks), times_of(tasks, "feedback_at")
    signed, done = all_tasks.signed, all_tasks.done
    for month in MONTHS:
        rows = all_tasks.closable(village, month)
        half_an_hour = plus_minutes(all_tasks.dispatched, np.full(len(done), 30))
        done[rows] = all_tasks.dispatched.astype("M8[D]")[rows]
        signed[rows] = np.minimum(signed, half_an_hour)[rows]
        feedback[rows] = plus_minutes(signed[rows], np.full(int(rows.sum()), 2))
    return with_columns(tasks, {"signed_at": signed, "done_on": done, "feedback_at": feedback})
