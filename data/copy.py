"""The serving copy: the current state of the records in DuckDB, built from the journal.

Any process builds its own and tails new parts. The tables lie in the schema `record`, one row per
id, the latest version, with the columns of data.schema and:
  _part   the journal position of the version
  _shape  which columns the source had (see `shapes`): the others are unknown, not zero
"""

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.journal import Journal, JournalError
from data.schema import SQL_TYPES, TABLES, Table, quoted

ARROW_TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def connect() -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can neither read files nor fetch extensions."""
    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def fetch_arrow(cursor: duckdb.DuckDBPyConnection, query: str, params: object = None) -> pa.Table:
    """All rows of a query as an Arrow table."""
    return cursor.sql(query, params=params).to_arrow_table()


def arrow_schema(table: Table) -> pa.Schema:
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in table.columns])


MOST_CHANGED = 200  # units or officers; beyond that it is cheaper to count everything anew
MOST_TRIES = 20
MOST_CHANGES = 1_000  # how many of the last changes are remembered


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


class Copy:
    """The current records of a journal, as far as `catch_up` has read them.

    last_on            the last date of anything that happened
    shapes_with_rows   table -> shapes that its rows have had
    """

    def __init__(self, journal: Journal, tables: Collection[str] = TABLES.keys()) -> None:
        self.journal = journal
        self.position = 0
        self.con = connect()
        self.tables = frozenset(tables)
        self._shapes: dict[frozenset[str], int] = {}
        self._lock = threading.Lock()
        self._changes: deque[Change] = deque(maxlen=MOST_CHANGES)
        self.last_on = date.min
        self.shapes_with_rows: dict[str, set[int]] = {name: set() for name in self.tables}
        self.con.execute("CREATE SCHEMA record")
        for name in self.tables:
            columns = ", ".join(
                f"{quoted(c.name)} {SQL_TYPES[c.type]}" for c in TABLES[name].columns
            )
            self.con.execute(
                f"CREATE TABLE record.{quoted(name)} ({columns}, _part BIGINT, _shape SMALLINT)"
            )

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor: use one per query and fetch everything."""
        return self.con.cursor()

    @property
    def shapes(self) -> dict[int, frozenset[str]]:
        """Shape number -> the columns that the sources of that shape had."""
        return {number: columns for columns, number in self._shapes.items()}

    def catch_up(self, until: int | None = None) -> int:
        """Read the parts that are new since the last call; return the position reached.

        until   the last position to read, to see the records as they were known then
        """
        with self._lock:
            target = self.journal.position()
            target = target if until is None else min(until, target)
            if target > self.position:
                for table, rows in self._new_rows(self.position, target).items():
                    self.merge(TABLES[table], rows, target)
                self.position = target
            return self.position

    def changes_since(self, position: int) -> list[Change] | None:
        """What changed after a position that was reached; None if that is no longer known."""
        known = [change for change in self._changes if change.position > position]
        is_complete = len(known) < MOST_CHANGES
        return known if position and is_complete else None

    def one(self, query: str, *params: object) -> tuple[object, ...]:
        row = self.cursor().execute(query, params).fetchone()
        return tuple(row) if row else ()

    # -- what the store says of itself -------------------------------------------------------

    def bureau(self) -> tuple[str, bool]:
        """Name of the bureau, and whether the data are simulated."""
        row = self.one(
            "SELECT name, coalesce(is_simulated, false) FROM record.bureau"
            " WHERE is_deleted IS NOT TRUE ORDER BY valid_from DESC"
        )
        return (str(row[0]), bool(row[1])) if row else ("本局", False)

    def observed_until(self) -> date | None:
        """The last day that the store declares, if it declares one."""
        row = self.one("SELECT max(observed_until) FROM record.bureau WHERE is_deleted IS NOT TRUE")
        return row[0] if row and isinstance(row[0], date) else None

    def is_empty(self) -> bool:
        return self.position == 0

    # -- details ----------------------------------------------------------------------------

    def _new_rows(self, after: int, until: int) -> dict[str, pa.Table]:
        """Table -> the rows of the parts after one position and up to another."""
        for _ in range(MOST_TRIES):
            try:
                return self._read_rows(after, until)
            except FileNotFoundError:
                continue  # a compaction has just replaced the file: list them again
        raise JournalError("日志正在整理，请稍后再试")

    def _read_rows(self, after: int, until: int) -> dict[str, pa.Table]:
        found: dict[str, list[pa.Table]] = {}
        for file in self.journal.files():
            table = file.parts[0].table
            if table not in self.tables or file.parts[-1].position <= after:
                continue
            try:
                rows = self.journal.read(file)
            except JournalError:
                continue  # named in journal.unreadable; the rest is served
            shape = {part.position: self.shape_of(part.provided) for part in file.parts}
            conformed = _conform(TABLES[table], rows, shape)
            is_new = pc.and_(
                pc.greater(conformed["_part"], after), pc.less_equal(conformed["_part"], until)
            )
            found.setdefault(table, []).append(conformed.filter(is_new))
        return {table: pa.concat_tables(parts) for table, parts in found.items()}

    def shape_of(self, provided: Collection[str]) -> int:
        """The number of a set of columns that a source has."""
        return self._shapes.setdefault(frozenset(provided), len(self._shapes))

    def merge(self, table: Table, rows: pa.Table, position: int) -> None:
        """Put the latest version of each id in place of what was there, in one transaction."""
        name = f"record.{quoted(table.name)}"
        cursor = self.cursor()
        cursor.register("incoming", rows)
        cursor.execute("BEGIN")
        try:
            ((is_new,),) = cursor.execute(f"SELECT count(*) = 0 FROM {name}").fetchall()
            change = Change(position, table.name, None, frozenset())
            if not is_new:
                change = _touched(cursor, table, position)
                cursor.execute(f"DELETE FROM {name} WHERE id IN (SELECT id FROM incoming)")
            cursor.execute(
                f"INSERT INTO {name} SELECT * FROM incoming"
                " QUALIFY row_number() OVER (PARTITION BY id ORDER BY _part DESC) = 1"
                if _has_versions(cursor)
                else f"INSERT INTO {name} SELECT * FROM incoming"
            )
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        self._changes.append(change)
        self.shapes_with_rows[table.name] |= set(rows["_shape"].unique().to_pylist())
        self.last_on = max(self.last_on, _last_date(cursor, table))
        cursor.unregister("incoming")


def _touched(cursor: duckdb.DuckDBPyConnection, table: Table, position: int) -> Change:
    """The units and officers of the incoming rows, and of the versions that they replace."""
    asked = ("village", "station", "officer", "household")
    columns = ", ".join(n if n in table.names else "CAST(NULL AS VARCHAR)" for n in asked)
    rows = cursor.execute(
        f"SELECT DISTINCT {columns} FROM incoming UNION SELECT DISTINCT {columns}"
        f" FROM record.{quoted(table.name)} WHERE id IN (SELECT id FROM incoming)"
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


def _last_date(cursor: duckdb.DuckDBPyConnection, table: Table) -> date:
    """The last date of what happened in the incoming rows (plans do not count, duty days do)."""
    happened = [c.name for c in table.dates if not c.is_plan or c.name == "day"]
    if table.is_register or not happened:
        return date.min
    dates = ", ".join(f"max(CAST({quoted(name)} AS DATE))" for name in happened)
    (row,) = cursor.execute(f"SELECT {dates} FROM incoming").fetchall()
    return max((day for day in row if day is not None), default=date.min)


def _has_versions(cursor: duckdb.DuckDBPyConnection) -> bool:
    ((repeated,),) = cursor.execute("SELECT count(*) > count(DISTINCT id) FROM incoming").fetchall()
    return bool(repeated)


def _conform(table: Table, rows: pa.Table, shape: dict[int, int]) -> pa.Table:
    """The rows in today's columns: what an older part did not have is null."""
    arrays = []
    for column in arrow_schema(table):
        if column.name in rows.column_names:
            arrays.append(rows[column.name].cast(column.type))
        else:
            arrays.append(pa.nulls(rows.num_rows, column.type))
    part = rows["_part"]
    if len(shape) == 1:
        shapes = pa.array([next(iter(shape.values()))] * rows.num_rows, pa.int16())
    else:
        shapes = pa.array([shape[p] for p in part.to_pylist()], pa.int16())
    return pa.table([*arrays, part, shapes], names=[*table.names, "_part", "_shape"])
