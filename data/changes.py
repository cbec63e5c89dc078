"""Whose records changed: what a new part touched, so that only that is counted again."""

from dataclasses import dataclass

import duckdb

from data.schema import Table, quoted

MOST_CHANGED = 200  # units or officers; beyond that it is cheaper to count everything anew


@dataclass(frozen=True)
class Change:
    """Whose records new parts touched in a table, in their old and in their new version.

    units      (village, station) pairs; None for too many
    households whose visits these were
    """

    position: int
    table: str
    units: frozenset[tuple[str | None, str | None]] | None
    officers: frozenset[str | None]
    households: frozenset[str | None] = frozenset()


def touched(cursor: duckdb.DuckDBPyConnection, table: Table, position: int) -> Change:
    """The units and officers of the rows `incoming`, and of those `outgoing` that they replace."""
    columns = ", ".join(_asked(table))
    rows = cursor.execute(
        f"SELECT DISTINCT {columns} FROM incoming UNION SELECT DISTINCT {columns} FROM outgoing"
        f" LIMIT {MOST_CHANGED + 1}"
    ).fetchall()
    if len(rows) > MOST_CHANGED:
        return Change(position, table.name, None, frozenset())
    return Change(
        position,
        table.name,
        frozenset((village, station) for village, station, _, _ in rows),
        frozenset(officer for _, _, officer, _ in rows),
        frozenset(household for _, _, _, household in rows),
    )


def outgoing(table: Table) -> str:
    """SELECT of the rows that `incoming` replaces: where they lie, and what `touched` asks."""
    return (
        f"SELECT rowid AS place, {', '.join(_asked(table))} FROM record.{quoted(table.name)}"
        " WHERE id IN (SELECT id FROM incoming)"
    )


def _asked(table: Table) -> list[str]:
    asked = ("village", "station", "officer", "household")
    return [n if n in table.names else f"CAST(NULL AS VARCHAR) AS {n}" for n in asked]
