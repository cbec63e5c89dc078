"""Units: villages, police rooms, stations, groups, the bureau, officers; and who belongs to whom.

Belonging is that of one day (the last of the period in question): a unit that was split or merged
is compared over the villages that belong to it on that day.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from metrics.cells.count import Counted
from metrics.scheme.scheme import Level

UNKNOWN = ""
UNKNOWN_NAME = "未知"
BUREAU = "bureau"


@dataclass(frozen=True)
class Unit:
    """A unit on a day. `group`, `station`, `room`: the units above it, '' where there is none."""

    code: str
    name: str
    level: Level
    group: str = ""
    station: str = ""
    room: str = ""
    kind: str = ""


def register_on(table: str, day: date) -> str:
    """One row per code: the one valid on the day, else the last before it, else the first after."""
    return (
        f"SELECT *, valid_from <= DATE '{day}' AND coalesce(valid_to, DATE '9999-12-31')"
        f" >= DATE '{day}' AS is_valid FROM {table} QUALIFY row_number() OVER (PARTITION BY code"
        f" ORDER BY valid_from <= DATE '{day}' DESC,"
        f" abs(date_diff('day', valid_from, DATE '{day}'))) = 1"
    )


def registers_on(counted: Counted, day: date, *more: str) -> str:
    """WITH clause: the registers of units as they stood on the day, and `more` relations."""
    names = ("station", "police_room", "village", "officer", "assignment")
    return (
        f"{counted.relations(*names, *more)},\n"
        f"station_on AS ({register_on('station', day)}),\n"
        f"room_on AS ({register_on('police_room', day)}),\n"
        f"village_on AS ({register_on('village', day)}),\n"
        f"officer_on AS ({register_on('officer', day)}),\n"
        "post AS (SELECT officer, village, room, valid_from,"
        " coalesce(valid_to, DATE '9999-12-31') AS valid_to FROM assignment),\n"
        f"post_on AS (SELECT * FROM post WHERE DATE '{day}' BETWEEN valid_from AND valid_to"
        " QUALIFY row_number() OVER (PARTITION BY officer ORDER BY valid_from DESC, village) = 1)"
    )


_LISTS: dict[str, str] = {
    "village": """SELECT v.code, v.name, s.unit_group, v.station, v.room, v.kind
        FROM village_on v LEFT JOIN station_on s ON s.code = v.station WHERE v.is_valid""",
    "room": """SELECT r.code, r.name, s.unit_group, r.station, r.code, ''
        FROM room_on r LEFT JOIN station_on s ON s.code = r.station WHERE r.is_valid""",
    "station": "SELECT code, name, unit_group, code, '', '' FROM station_on WHERE is_valid",
    "group": "SELECT DISTINCT unit_group, unit_group, unit_group, '', '', '' FROM station_on"
    " WHERE is_valid",
    "officer": """SELECT o.code, o.code, s.unit_group, coalesce(v.station, r.station, o.station),
        coalesce(v.room, p.room), o.role
        FROM officer_on o LEFT JOIN post_on p ON p.officer = o.code
        LEFT JOIN village_on v ON v.code = p.village LEFT JOIN room_on r ON r.code = p.room
        LEFT JOIN station_on s ON s.code = coalesce(v.station, r.station, o.station)
        WHERE o.is_valid AND p.officer IS NOT NULL""",
}


def units(counted: Counted, level: Level, day: date) -> list[Unit]:
    """The units of a level that exist on the day, in order of code. Not to be changed."""
    if level == "bureau":
        return [Unit(BUREAU, counted.copy.bureau()[0], "bureau")]
    return _remembered(counted, "units", level, day, _units)


def _units(counted: Counted, level: Level, day: date) -> list[Unit]:
    query = f"{registers_on(counted, day)} {_LISTS[level]} ORDER BY 1"
    rows = counted.cursor().execute(query).fetchall()
    return [Unit(r[0], r[1], level, *(value or "" for value in r[2:])) for r in rows]


Found = TypeVar("Found")


def _remembered(
    counted: Counted,
    what: str,
    level: Level,
    day: date,
    find: Callable[[Counted, Level, date], Found],
) -> Found:
    """What is the same on all days between two changes of the registers is found once."""
    key = what, level, bisect_right(belonging_changes(counted, level), day)
    if key not in counted.memory:
        counted.memory[key] = find(counted, level, day)
    return cast(Found, counted.memory[key])


def belonging(level: Level) -> str:
    """SELECT of (unit, parent[, valid_from, valid_to]) for cells of that unit.

    The parent of what is not named is 未知. An officer's units are those assigned on each day.
    """
    match level:
        case "bureau":
            return f"SELECT CAST(NULL AS VARCHAR) AS unit, '{BUREAU}' AS parent"
        case "village":
            return "SELECT 'v:' || code AS unit, code AS parent FROM village_on"
        case "room":
            return "SELECT 'v:' || code AS unit, room AS parent FROM village_on"
        case "station":
            return (
                "SELECT 'v:' || code AS unit, station AS parent FROM village_on"
                " UNION ALL SELECT 's:' || code, code FROM station_on"
            )
        case "group":
            return (
                "SELECT 'v:' || v.code AS unit, s.unit_group AS parent FROM village_on v"
                " JOIN station_on s ON s.code = v.station"
                " UNION ALL SELECT 's:' || code, unit_group FROM station_on"
            )
    return (
        "SELECT 'v:' || village AS unit, officer AS parent, valid_from, valid_to FROM post"
        " WHERE village IS NOT NULL UNION ALL"
        " SELECT 'v:' || v.code, p.officer, p.valid_from, p.valid_to FROM post p"
        " JOIN village_on v ON v.room = p.room WHERE p.village IS NULL"
    )


def parents(counted: Counted, level: Level, day: date) -> dict[str, str]:
    """Unit of a cell -> the unit of the level that it belongs to on the day; '*': every unit."""
    return (
        {"*": BUREAU}
        if level == "bureau"
        else _remembered(counted, "parents", level, day, _parents)
    )


def _parents(counted: Counted, level: Level, day: date) -> dict[str, str]:
    query = f"{registers_on(counted, day)} SELECT unit, parent FROM ({belonging(level)})"
    return {unit: parent or UNKNOWN for unit, parent in counted.cursor().execute(query).fetchall()}


def belonging_changes(counted: Counted, level: Level) -> list[date]:
    """The days on which the units of the level, or what belongs to them, may become others."""
    tables = ["station", "police_room", "village"]
    tables += ["officer", "assignment"] if level == "officer" else []
    key = "changes", *tables
    if key not in counted.memory:
        days = " UNION ".join(
            f"SELECT valid_from AS day FROM {table} UNION SELECT valid_to + 1 FROM {table}"
            for table in tables
        )
        query = f"{counted.relations(*tables)} SELECT day FROM ({days}) ORDER BY 1"
        found = counted.cursor().execute(query).fetchall()
        counted.memory[key] = [day for (day,) in found if day is not None]
    return cast(list[date], counted.memory[key])
