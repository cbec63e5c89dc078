"""What is not yet cleared to zero: disputes and hazards that are open, and those that are late."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from data.rights import Actor, require
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.units import UNKNOWN, belonging, registers_on

PLACED = ("village", "station")
NEEDED = {"dispute": "C1-disputes-on-time", "hazard": "D1-hazards-on-time"}  # need the same dates


@dataclass(frozen=True)
class Open:
    """late: past its day and still open."""

    total: int = 0
    late: int = 0

    def __add__(self, other: "Open") -> "Open":
        return Open(self.total + other.total, self.late + other.late)


@dataclass(frozen=True)
class OpenWork:
    """Station -> what is open; '' is 未知. None: the store cannot know it."""

    disputes: Mapping[str, Open] | None
    hazards: Mapping[str, Open] | None

    @property
    def late(self) -> dict[str, int]:
        """Station -> how many of both are late; only where there are any, most first."""
        late: Counter[str] = Counter()
        for each in (self.disputes or {}, self.hazards or {}):
            late.update({code: n.late for code, n in each.items() if n.late and code != UNKNOWN})
        return dict(sorted(late.items(), key=lambda item: (-item[1], item[0])))


def total_of(by_station: Mapping[str, Open]) -> Open:
    return sum(by_station.values(), Open())


def open_work(counted: Counted, actor: Actor) -> OpenWork:
    """As of the last day that is counted; due that day is not late.

    A dispute is open until it is concluded, whatever came of it; a hazard until it is closed. What
    was reopened is not counted again: no record says when it was closed the second time.
    """
    require(actor, "see-units")
    day = counted.as_of
    rows = counted.cursor().execute(
        f"""{registers_on(counted, day, "dispute", "hazard")},
        waiting AS (
            SELECT 'dispute' AS thing, village, station, due_on FROM dispute
            WHERE voided_on IS NULL AND concluded_on IS NULL AND resolved_on IS NULL
            UNION ALL
            SELECT 'hazard', village, station, due_on FROM hazard
            WHERE voided_on IS NULL AND closed_on IS NULL
        )
        SELECT thing, coalesce(b.parent, ''), count(*),
            count(*) FILTER (WHERE due_on < DATE '{day}')
        FROM waiting w LEFT JOIN ({belonging("station")}) b
            ON b.unit = {unit_of("waiting", PLACED)}
        GROUP BY ALL ORDER BY ALL"""
    )
    by_thing: dict[str, dict[str, Open]] = {"dispute": {}, "hazard": {}}
    for thing, station, total, late in rows.fetchall():
        by_thing[thing][station] = Open(total, late)
    return OpenWork(
        *(None if name in counted.absent else by_thing[thing] for thing, name in NEEDED.items())
    )
