"""The serving copy: the current state of the records in DuckDB, built from the journal.

Any process builds its own, from nothing or over a snapshot, and tails new parts. The tables lie in
the schema `record`, one row per id, the latest version, with the columns of data.schema and:
  _part   the journal position of the version
  _shape  which columns the source had (see `shapes`): the others are unknown, not zero
"""

import os
import threading
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from data.journal.changes import TouchedUnits, outgoing, touched
from data.journal.journal import Journal, JournalError
from data.journal.overlay import NEWER, Rows
from data.journal.part_file import PartFile
from data.journal.snapshot import Snapshot
from data.schema import SQL_TYPES, TABLES, Table, quoted

if TYPE_CHECKING:  # Arrow is loaded by what reads parts: over a snapshot there may be none
    import pyarrow as pa


def connect(kept: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can neither read files nor fetch extensions.

    kept   one DuckDB file to read, under the name `kept`; it may be gone: duckdb.Error
    """
    extensions = ("autoinstall_known_extensions", "autoload_known_extensions")
    connection = duckdb.connect(":memory:", config=dict.fromkeys(extensions, "false"))
    if kept is not None:
        path, spill = (str(p).replace("'", "''") for p in (kept, kept.parent / "spill"))
        connection.execute(f"ATTACH '{path}' AS {KEPT} (READ_ONLY)")
        if os.access(kept.parent, os.W_OK):  # then what does not fit can lie on the disk
            connection.execute(f"SET temp_directory = '{spill}'; SET memory_limit = '{MEMORY}'")
    connection.execute("SET enable_external_access = false")
    return connection


def fetch_arrow(cursor: duckdb.DuckDBPyConnection, query: str, params: object = None) -> "pa.Table":
    """All rows of a query as an Arrow table."""
    return cursor.sql(query, params=params).to_arrow_table()


def arrow_schema(table: Table) -> "pa.Schema":
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "date": pa.date32(),
        "instant": pa.timestamp("us"),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    return pa.schema([(column.name, types[column.type]) for column in table.columns])


KEPT = "kept"  # how the database of a snapshot is called
MEMORY = "400MB"  # of DuckDB over a snapshot, however large that is
MOST_TRIES = 20
MOST_CHANGES = 1_000  # how many of the last changes are remembered
PIECE = 1_000_000  # rows that are sorted and put in at a time: bounds the memory of a start


class Copy:
    """The current records of a journal, as far as `catch_up` has read them.

    last_on            the last date of anything that happened
    shapes_with_rows   table -> shapes that its rows have had
    """

    def __init__(
        self,
        journal: Journal,
        tables: Collection[str] = TABLES.keys(),
        con: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        """con: an empty database to fill instead of one in memory."""
        self.journal = journal
        self.position = 0
        self.con = con or connect()
        self.tables = frozenset(tables)
        self._shapes: dict[frozenset[str], int] = {}
        self._lock = threading.Lock()
        self._changes: deque[TouchedUnits] = deque(maxlen=MOST_CHANGES)
        self.last_on = date.min
        self.shapes_with_rows: dict[str, set[int]] = {name: set() for name in self.tables}
        self.con.execute("CREATE SCHEMA record")
        self.rows = {name: Rows(f"record.{quoted(name)}") for name in self.tables}
        for name in self.tables:
            columns = ", ".join(
                f"{quoted(c.name)} {SQL_TYPES[c.type]}" for c in TABLES[name].columns
            )
            self.con.execute(
                f"CREATE TABLE {self.rows[name].name} ({columns}, _part BIGINT, _shape SMALLINT)"
            )

    @classmethod
    def over(cls, journal: Journal, snapshot: Snapshot) -> "Copy":
        """All tables over those of a snapshot, with what came in since. Raises duckdb.Error,
        KeyError, TypeError or ValueError where it is not what it says, or just removed."""
        copy = cls(journal, (), connect(snapshot.path))
        copy._open(snapshot)
        copy.catch_up()
        return copy

    def rest_on(self, snapshot: Snapshot) -> None:
        """Go over to a newer snapshot. Who still holds a cursor keeps what was there before; where
        it cannot be read (see `over`) nothing has changed."""
        fresh = Copy.over(self.journal, snapshot)
        with self._lock:
            fresh.catch_up()  # as far as this one is by now
            self.__dict__.update({**fresh.__dict__, "_lock": self._lock})

    def _open(self, snapshot: Snapshot) -> None:
        noted = snapshot.content["copy"]
        self.con.execute(f"CREATE SCHEMA {NEWER}")
        tables = {name: f"record.{quoted(name)}" for name in TABLES}
        rows = {name: Rows(table, f"{KEPT}.{table}") for name, table in tables.items()}
        for each in rows.values():
            each.show(self.con)
        shapes = {frozenset(columns): n for n, columns in enumerate(noted["shapes"])}
        with_rows = {name: set(noted["with_rows"][name]) for name in TABLES}
        last_on = date.fromisoformat(noted["last_on"])
        self.rows, self.tables = rows, frozenset(TABLES)
        self._shapes, self.shapes_with_rows, self.last_on = shapes, with_rows, last_on
        self.position = snapshot.position

    def noted(self) -> dict[str, object]:
        """What a snapshot must tell of its tables; `rest_on` reads it."""
        return {
            "shapes": [sorted(columns) for columns in self._shapes],
            "with_rows": {name: sorted(shapes) for name, shapes in self.shapes_with_rows.items()},
            "last_on": self.last_on.isoformat(),
        }

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
                self._read(self.position, target)
                self.position = target
            return self.position

    def changes_since(self, position: int) -> list[TouchedUnits] | None:
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

    def _read(self, after: int, until: int) -> None:
        """Take in the parts after one position and up to another; again if files were replaced."""
        for _ in range(MOST_TRIES):
            try:
                files: dict[str, list[PartFile]] = {}
                for file in self.journal.files(after):
                    if file.parts[0].position <= until:
                        files.setdefault(file.parts[0].table, []).append(file)
                for table in self.tables & files.keys():
                    self._take(TABLES[table], files[table], after, until)
                return
            except FileNotFoundError:
                continue  # a compaction has just replaced a file: list them again
        raise JournalError("日志正在整理，请稍后再试")

    def _take(self, table: Table, files: list[PartFile], after: int, until: int) -> None:
        import pyarrow as pa

        if not self.shapes_with_rows[table.name]:
            self._fill(table, files, after, until)
            return
        pieces = []
        for file in files:
            with suppress(JournalError):  # named in journal.unreadable; the rest is served
                pieces.append(pa.concat_tables(self._pieces(table, file, after, until)))
        if pieces:
            self.merge(table, pa.concat_tables(pieces), until)

    def _fill(self, table: Table, files: list[PartFile], after: int, until: int) -> None:
        """The first rows of a table, piece by piece and by village, so that the rows of a village
        lie together and a recount of it reads only them."""
        order = " ORDER BY village" if "village" in table.names else ""
        cursor = self.cursor()
        self.rows[table.name].open(cursor)
        name = self.rows[table.name].own
        for file in files:
            first, last = file.parts[0].position, file.parts[-1].position
            try:
                # Each piece by itself: a name registered twice in one transaction is not reliable.
                for rows in self._pieces(table, file, after, until):
                    cursor.register("incoming", rows)
                    cursor.execute(f"INSERT INTO {name} SELECT * FROM incoming{order}")
                    self._note(cursor, table, rows)
                self._check(name, file, after, until)
            except JournalError:  # a damaged file counts as a whole or not at all
                cursor.execute(f"DELETE FROM {name} WHERE _part BETWEEN {first} AND {last}")
        # A part has each record once; only several parts can have several versions of one.
        if sum(len(file.parts) for file in files) > 1:
            cursor.execute(
                f"DELETE FROM {name} t USING (SELECT id, max(_part) AS last FROM {name}"
                " GROUP BY id HAVING count(*) > 1) d WHERE t.id = d.id AND t._part < d.last"
            )
        self._changes.append(TouchedUnits(until, table.name, None, frozenset()))

    def _check(self, name: str, file: PartFile, after: int, until: int) -> None:
        """As many rows as the parts have: whatever goes wrong must not go wrong in silence."""
        parts = [part for part in file.parts if after < part.position <= until]
        first, last = parts[0].position, parts[-1].position
        found = self.one(f"SELECT count(*) FROM {name} WHERE _part BETWEEN {first} AND {last}")
        if found != (sum(part.rows for part in parts),):
            raise RuntimeError(f"{file.path.name}: {found} rows taken in, not those of its parts")

    def _pieces(self, table: Table, file: PartFile, after: int, until: int) -> Iterator["pa.Table"]:
        """The rows of a file that lie in those positions, in today's columns."""
        import pyarrow.compute as pc

        shapes = {part.position: self.shape_of(part.provided) for part in file.parts}
        is_whole = after < file.parts[0].position and file.parts[-1].position <= until
        for rows in self.journal.pieces(file, PIECE):
            conformed = conform(table, rows, shapes)
            part = conformed["_part"]
            asked = pc.and_(pc.greater(part, after), pc.less_equal(part, until))
            yield conformed if is_whole else conformed.filter(asked)

    def shape_of(self, provided: Collection[str]) -> int:
        """The number of a set of columns that a source has."""
        return self._shapes.setdefault(frozenset(provided), len(self._shapes))

    def merge(self, table: Table, rows: "pa.Table", position: int) -> None:
        """Put the latest version of each id in place of what was there, in one transaction."""
        import pyarrow.compute as pc

        there = self.rows[table.name]
        cursor = self.cursor()
        cursor.register("incoming", rows)
        cursor.execute("BEGIN")
        try:
            there.open(cursor)
            cursor.execute(f"CREATE TEMP TABLE outgoing AS {outgoing(table, there)}")
            change = touched(cursor, table, position)
            there.remove(cursor, "outgoing")
            latest = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _part DESC) = 1"
            has_versions = pc.count_distinct(rows["id"]).as_py() < rows.num_rows
            last = latest if has_versions else ""
            cursor.execute(f"INSERT INTO {there.own} SELECT * FROM incoming {last}")
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        self._changes.append(change)
        self._note(cursor, table, rows)

    def _note(self, cursor: duckdb.DuckDBPyConnection, table: Table, rows: "pa.Table") -> None:
        """Remember of the incoming rows what a count must know of all rows."""
        self.shapes_with_rows[table.name] |= set(rows["_shape"].unique().to_pylist())
        self.last_on = max(self.last_on, _last_date(cursor, table))
        cursor.unregister("incoming")


def _last_date(cursor: duckdb.DuckDBPyConnection, table: Table) -> date:
    """The last date of what happened in the incoming rows (plans do not count, duty days do)."""
    happened = [c.name for c in table.dates if not c.is_plan or c.name == "day"]
    if table.is_register or not happened:
        return date.min
    dates = ", ".join(f"max(CAST({quoted(name)} AS DATE))" for name in happened)
    (row,) = cursor.execute(f"SELECT {dates} FROM incoming").fetchall()
    return max((day for day in row if day is not None), default=date.min)


def conform(table: Table, rows: "pa.Table", shape: dict[int, int]) -> "pa.Table":
    """The rows in today's columns: what an older part did not have is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = []
    for column in arrow_schema(table):
        if column.name in rows.column_names:
            arrays.append(rows[column.name].cast(column.type))
        else:
            arrays.append(pa.nulls(rows.num_rows, column.type))
    part = rows["_part"]
    place = pc.index_in(part, pa.array(list(shape), pa.int64()))
    shapes = pa.array(list(shape.values()), pa.int16()).take(place.combine_chunks())
    return pa.table([*arrays, part, shapes], names=[*table.names, "_part", "_shape"])
