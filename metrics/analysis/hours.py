"""The hours of the week: when cases and disputes happen, and when patrols walk.

A patrol is cut at each full hour, across midnight too, and at the ends of the period. A case counts
at the hour at which it happened, a dispute at the hour at which it was received.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.rights import Actor, require
from metrics.calendar.days import months_before
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.units import belonging, registers_on

IntArray = NDArray[np.int64]
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LONGEST = 24  # hours; what is longer was not ended in the record, and is no patrol
HAPPENING, WALKED = ("filed_case", "dispute"), "patrol"
PLACED = ("village", "station")


@dataclass(frozen=True)
class PatrolSubject:
    """What is held against the patrols. kinds: of cases, None for all of them."""

    title: str
    verb: str
    things: tuple[str, ...]
    kinds: tuple[str, ...] | None = None


SUBJECTS: Mapping[str, PatrolSubject] = {
    "case": PatrolSubject("案件", "发案", ("case",)),
    "property": PatrolSubject("盗抢骗案件", "盗抢骗发案", ("case",), ("theft", "robbery", "fraud")),
    "theft": PatrolSubject("盗窃案件", "盗窃发案", ("case",), ("theft",)),
    "dispute": PatrolSubject("矛盾纠纷", "纠纷受理", ("dispute",)),
    "both": PatrolSubject("案件和纠纷", "发案和纠纷受理", ("case", "dispute")),
}


@dataclass(frozen=True)
class Happening:
    """So many of one kind at one hour of the week. weekday 0 is Monday; hour None: no time known.

    midnight   how many of them stand at 0:00 sharp, which often means that only a day was noted
    """

    thing: str
    kind: str
    station: str
    village: str
    weekday: int
    hour: int | None
    n: int
    midnight: int

    def is_of(self, subject: PatrolSubject) -> bool:
        if self.thing not in subject.things:
            return False
        return self.thing != "case" or subject.kinds is None or self.kind in subject.kinds


@dataclass(frozen=True)
class WeekHours:
    """What happened over a period, and the patrols' seconds by station as arrays (7, 24).

    before     what happened in the twelve months before the period
    too_long   patrols of more than LONGEST hours;   endless   patrols without an end
    """

    happened: tuple[Happening, ...]
    before: tuple[Happening, ...]
    seconds: Mapping[str, IntArray]
    too_long: int
    endless: int

    def patrolled(self, station: str | None = None) -> IntArray:
        """station   None for all of them"""
        if station is not None:
            return self.seconds.get(station, np.zeros((7, 24), np.int64))
        return sum(self.seconds.values(), np.zeros((7, 24), np.int64))


def week_hours(counted: Counted, period: Period, actor: Actor) -> WeekHours:
    """Events and patrol time of a period; a village counts for its station on the last day."""
    require(actor, "see-units")
    last = period.ends_on
    since, until = months_before(period.starts_on, 12), period.starts_on - timedelta(1)
    now = _happenings(counted, period.starts_on, last, last)
    return WeekHours(now, _happenings(counted, since, until, last), *_patrolled(counted, period))


def chosen(
    events: Sequence[Happening], subject: PatrolSubject, station: str | None = None
) -> list[Happening]:
    """station   None for all of them"""
    return [h for h in events if h.is_of(subject) and (station is None or h.station == station)]


def by_hour(events: Sequence[Happening]) -> IntArray:
    """(7, 24) counts; what has no time is left out."""
    counts = np.zeros((7, 24), np.int64)
    for h in events:
        if h.hour is not None:
            counts[h.weekday, h.hour] += h.n
    return counts


def _happenings(
    counted: Counted, starts_on: date, ends_on: date, belongs_on: date
) -> tuple[Happening, ...]:
    """Filed cases that were not withdrawn, and disputes.

    A case without its time stands on the day of its report, else of its filing.
    """
    rows = counted.cursor().execute(
        f"""{registers_on(counted, belongs_on, *HAPPENING)},
        happening AS (
            SELECT 'case' AS thing, kind, village, station, happened_at AS moment,
                CAST(coalesce(happened_at, reported_at, filed_on) AS DATE) AS day
            FROM filed_case
            UNION ALL
            SELECT 'dispute', kind, village, station, received_at, CAST(received_at AS DATE)
            FROM dispute WHERE voided_on IS NULL
        )
        SELECT thing, coalesce(kind, ''), coalesce(b.parent, ''), coalesce(village, ''),
            isodow(coalesce(moment, day)) - 1, hour(moment), count(*),
            count(*) FILTER (WHERE moment = date_trunc('day', moment))
        FROM happening h LEFT JOIN ({belonging("station")}) b
            ON b.unit = {unit_of("happening", PLACED)}
        WHERE day BETWEEN DATE '{starts_on}' AND DATE '{ends_on}'
        GROUP BY ALL ORDER BY ALL"""
    )
    return tuple(Happening(*row) for row in rows.fetchall())


def _patrolled(counted: Counted, period: Period) -> tuple[dict[str, IntArray], int, int]:
    """Station -> seconds (7, 24); patrols that are too long, and those without an end."""
    begin, end = (f"TIMESTAMP '{d}'" for d in (period.starts_on, period.ends_on + timedelta(1)))
    is_long = f"ended_at > started_at + INTERVAL {LONGEST} HOUR"
    head = registers_on(counted, period.ends_on, WALKED)
    cursor = counted.cursor()
    rows = cursor.execute(
        f"""{head},
        walked AS (
            SELECT village, station, greatest(started_at, {begin}) AS starts,
                least(ended_at, {end}) AS ends
            FROM patrol
            WHERE voided_on IS NULL AND ended_at > started_at AND NOT {is_long}
                AND ended_at > {begin} AND started_at < {end}
        ),
        hourly AS (
            SELECT *, unnest(range(date_trunc('hour', starts), ends, INTERVAL 1 HOUR)) AS begins
            FROM walked
        )
        SELECT coalesce(b.parent, ''), isodow(begins) - 1, hour(begins),
            CAST(sum(epoch_us(least(ends, begins + INTERVAL 1 HOUR))
                - epoch_us(greatest(starts, begins))) // 1000000 AS BIGINT)
        FROM hourly h LEFT JOIN ({belonging("station")}) b
            ON b.unit = {unit_of("hourly", PLACED)}
        GROUP BY ALL"""
    ).fetchall()
    seconds: dict[str, IntArray] = {}
    for station, weekday, hour, n in rows:
        seconds.setdefault(station, np.zeros((7, 24), np.int64))[weekday, hour] = n
    ((too_long, endless),) = cursor.execute(
        f"""{counted.relations(WALKED)}
        SELECT count(*) FILTER (WHERE {is_long}), count(*) FILTER (WHERE ended_at IS NULL)
        FROM patrol WHERE voided_on IS NULL AND started_at >= {begin} AND started_at < {end}"""
    ).fetchall()
    return seconds, too_long, endless
