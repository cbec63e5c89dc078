"""A table that grows: in memory, or over one of a snapshot, which nobody can change.

Over a kept table lie the rows that came in since (`own`) and the places of those that it no longer
has (`gone`); a view under the table's name shows what remains. As long as nothing came in the view
is the kept table itself, and nothing is copied.
"""

from dataclasses import dataclass

import duckdb

from data.schema import quoted

NEWER = "newer"  # the schema of what lies over kept tables


@dataclass(frozen=True)
class Rows:
    """name: as it stands in queries; kept: the table of the snapshot below it, if there is one."""

    name: str
    kept: str = ""

    @property
    def own(self) -> str:
        """Where rows are added."""
        return f"{NEWER}.{quoted(self._plain)}" if self.kept else self.name

    @property
    def gone(self) -> str:
        return f"{NEWER}.{quoted(self._plain + '_gone')}"

    @property
    def _plain(self) -> str:
        return self.name.replace('"', "").replace(".", "_")

    def show(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Put the view of the kept table under the name."""
        cursor.execute(f"CREATE OR REPLACE VIEW {self.name} AS SELECT * FROM {self.kept}")

    def open(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Make the table one that can be added to and taken from. Every time before one does."""
        if not self.kept or self._is_open(cursor):
            return
        cursor.execute(f"CREATE TABLE {self.own} AS SELECT * FROM {self.kept} LIMIT 0")
        cursor.execute(f"CREATE TABLE {self.gone} (place BIGINT)")
        cursor.execute(
            f"CREATE OR REPLACE VIEW {self.name} AS SELECT k.* FROM {self._remaining}"
            f" UNION ALL SELECT * FROM {self.own}"
        )

    def places(self, columns: str, where: str) -> str:
        """SELECT of the columns of some rows, with their `place` and whether it `is_kept`.

        Of a table over a kept one only after `open`.
        """
        own = f"SELECT rowid AS place, false AS is_kept, {columns} FROM {self.own} WHERE {where}"
        if not self.kept:
            return own
        return (
            f"{own} UNION ALL SELECT place, true, {columns} FROM"
            f" (SELECT k.*, k.rowid AS place FROM {self._remaining}) WHERE {where}"
        )

    def remove(self, cursor: duckdb.DuckDBPyConnection, places: str) -> None:
        """Take rows out. places: a relation with `place` and `is_kept`."""
        own = f"SELECT place FROM {places} WHERE NOT is_kept"
        cursor.execute(f"DELETE FROM {self.own} WHERE rowid IN ({own})")
        if self.kept:
            cursor.execute(f"INSERT INTO {self.gone} SELECT place FROM {places} WHERE is_kept")

    def drop(self, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(f"DROP {'VIEW' if self.kept else 'TABLE'} IF EXISTS {self.name}")
        if self.kept:
            for table in (self.own, self.gone):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")

    @property
    def _remaining(self) -> str:
        return f"{self.kept} k ANTI JOIN {self.gone} g ON k.rowid = g.place"

    def _is_open(self, cursor: duckdb.DuckDBPyConnection) -> bool:
        row = cursor.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?"
            " AND database_name = 'memory'",
            [NEWER, self._plain],
        ).fetchone()
        return row is not None and row[0] > 0
