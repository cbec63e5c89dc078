"""Whose records changed: what a new part touched, so that only that is counted again."""

from dataclasses import dataclass
from datetime import date

import duckdb

from data.journal.overlay import Rows
from data.schema import Table, quoted

MOST_CHANGED = 200  # units or officers; beyond that it is cheaper to count everything anew


@dataclass(frozen=True)
class TouchedUnits:
    """Whose records new parts touched in a table, in their old and in their new version.

    units      (village, station) pairs; None for too many
    households whose visits these were
    since      the first day that any of them names: what is dated before it is as it was
    years      the calendar years of all the days that they name
    """

    position: int
    table: str
    units: frozenset[tuple[str | None, str | None]] | None
    officers: frozenset[str | None]
    households: frozenset[str | None] = frozenset()
    since: date = date.min
    years: frozenset[int] = frozenset()


def touched(cursor: duckdb.DuckDBPyConnection, table: Table, position: int) -> TouchedUnits:
    """The units and officers of the rows `incoming`, and of those `outgoing` that they replace."""
    columns = ", ".join(_asked(table))
    rows = cursor.execute(
        f"SELECT DISTINCT {columns} FROM incoming UNION SELECT DISTINCT {columns} FROM outgoing"
        f" LIMIT {MOST_CHANGED + 1}"
    ).fetchall()
    if len(rows) > MOST_CHANGED:
        return TouchedUnits(position, table.name, None, frozenset())
    (since,) = cursor.execute(
        f"SELECT min(day) FROM (SELECT {_first_day(table)} AS day FROM incoming"
        " UNION ALL SELECT day FROM outgoing)"
    ).fetchall()[0]
    years = cursor.execute(
        f"SELECT DISTINCT year FROM (SELECT unnest({_years(table)}) AS year FROM incoming"
        " UNION ALL SELECT unnest(years) FROM outgoing) WHERE year IS NOT NULL"
    ).fetchall()
    return TouchedUnits(
        position,
        table.name,
        frozenset((village, station) for village, station, _, _ in rows),
        frozenset(officer for _, _, officer, _ in rows),
        frozenset(household for _, _, _, household in rows),
        since or date.min,
        frozenset(year for (year,) in years),
    )


def outgoing(table: Table, rows: Rows) -> str:
    """SELECT of the rows that `incoming` replaces: where they lie, and what `touched` asks."""
    columns = f"{', '.join(_asked(table))}, {_first_day(table)} AS day, {_years(table)} AS years"
    return rows.places(columns, "id IN (SELECT id FROM incoming)")


def _first_day(table: Table) -> str:
    """The first of the days that a row names; one that names none may belong to any."""
    days = ", ".join(f"CAST({quoted(name)} AS DATE)" for name in _dates(table))
    earliest = f"least({days})" if days else "NULL"
    return f"coalesce({earliest}, DATE '{date.min}')"


def _years(table: Table) -> str:
    return f"[{', '.join(f'year({quoted(name)})' for name in _dates(table))}]::BIGINT[]"


def _dates(table: Table) -> list[str]:
    names = [column.name for column in table.dates]
    return names + (["entered_at"] if "entered_at" in table.names else [])


def _asked(table: Table) -> list[str]:
    asked = ("village", "station", "officer", "household")
    return [n if n in table.names else f"CAST(NULL AS VARCHAR) AS {n}" for n in asked]
