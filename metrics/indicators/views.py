"""Views over the records, and the records as they stood on a day (as-of).

A view is one SELECT in metrics/views/NAME.sql over record tables, registers, other views and
`peak_hour` (the peak hours of the schemes in force). Every query that counts or lists records is
prefixed by the WITH clause made here, so that "as of D" has one meaning:
  rows first dated after D are absent, later dates and instants are null.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from data.declared import DeclarationError
from data.journal.copy import connect
from data.schema import EVENTS, REGISTERS, SQL_TYPES, Table, quoted
from metrics.indicators.record_part import LINKED_BY, Only, YearOf

if TYPE_CHECKING:  # sqlglot is loaded by what looks into a query, which a checked one needs not
    from sqlglot import exp

BASE = {table.name: table for table in (*REGISTERS, *EVENTS)}
PEAK_HOUR = "peak_hour"
SHAPE = "_shape"

NO_PEAK_HOUR = (
    "SELECT DATE '1900-01-01' AS valid_from, CAST(NULL AS DATE) AS valid_to,"
    " 0 AS starts_minute, 0 AS ends_minute WHERE false"
)


@dataclass(frozen=True)
class Views:
    """The declared views by name, as SQL."""

    sql: Mapping[str, str]

    @property
    def relations(self) -> tuple[str, ...]:
        return (*BASE, *self.sql)

    def named(self, relation: str) -> str:
        return quoted(relation)

    @cached_property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        con = connect()
        con.execute("CREATE SCHEMA record")
        for table in BASE.values():
            columns = ", ".join(f"{quoted(c.name)} {SQL_TYPES[c.type]}" for c in table.columns)
            con.execute(f"CREATE TABLE record.{quoted(table.name)} ({columns}, _shape SMALLINT)")
        found = {name: table.names for name, table in BASE.items()}
        for name in self.sql:
            query = f"DESCRIBE {self.with_clause([name])} SELECT * FROM {quoted(name)}"
            try:
                found[name] = tuple(str(row[0]) for row in con.execute(query).fetchall())
            except duckdb.Error as error:
                raise DeclarationError(
                    f"{name}.sql", "", f"不能执行：{str(error).splitlines()[0]}"
                ) from None
        return found

    def columns(self, relation: str) -> tuple[str, ...]:
        return self._columns[relation]

    def used(self, relation: str) -> list[str]:
        """The relations that a view reads, itself last, each after what it reads."""
        order: list[str] = []

        def visit(name: str) -> None:
            if name in self.sql:
                for inner in sorted(tables_read(self.sql[name])):
                    visit(inner)
            if name not in order and (name in BASE or name in self.sql or name == PEAK_HOUR):
                order.append(name)

        visit(relation)
        return order

    def tables(self, relation: str) -> list[str]:
        """The record tables and registers that a relation reads, by way of other views too."""
        return [name for name in self.used(relation) if name in BASE]

    def is_linked(self, relation: str) -> bool:
        """Whether a row of the view depends on all records of the same thing, by a window."""
        if relation not in self._linked:
            from sqlglot import exp, parse_one

            trees = [
                parse_one(self.sql[n], dialect="duckdb")
                for n in self.used(relation)
                if n in self.sql
            ]
            windows = (window for tree in trees for window in tree.find_all(exp.Window))
            keys = (key for window in windows for key in window.args.get("partition_by") or ())
            columns = {column.name for key in keys for column in key.find_all(exp.Column)}
            self._linked[relation] = not columns.isdisjoint(LINKED_BY.values())
        return self._linked[relation]

    @cached_property
    def _linked(self) -> dict[str, bool]:
        return {}

    def year_of(self, relation: str) -> YearOf | None:
        """By whose year a part of the view can be made from a part of the records."""
        return YearOf.declared_in(self.sql.get(relation, ""))

    def shaped_by(self, relation: str) -> str | None:
        """The base table whose `_shape` the rows of the relation carry."""
        if relation in BASE:
            return relation
        if relation not in self._shaped_by:
            from sqlglot import exp, parse_one

            tree = parse_one(self.sql[relation], dialect="duckdb")
            tables = (column.table for column in tree.find_all(exp.Column) if column.name == SHAPE)
            shaped = (self.shaped_by(t) for t in tables if t in BASE or t in self.sql)
            self._shaped_by[relation] = next(shaped, None)
        return self._shaped_by[relation]

    @cached_property
    def _shaped_by(self) -> dict[str, str | None]:
        return {}

    def needs(self, relation: str, columns: Iterable[str]) -> dict[str, frozenset[str]]:
        """Base table -> its columns without which these columns of the relation mean nothing.

        A column of a view that is not asked for needs nothing; what decides on its rows does.
        """
        asked = frozenset(columns)
        if relation in BASE:
            return {relation: asked - BASE[relation].dispensable - {SHAPE}}
        if (relation, asked) not in self._needs:
            read = columns_read(self._pruned(relation, asked))
            self._needs[relation, asked] = {
                table: frozenset(read.get(table, ())) - BASE[table].dispensable - {SHAPE}
                for table in self.tables(relation)
            }
        return self._needs[relation, asked]

    @cached_property
    def _needs(self) -> dict[tuple[str, frozenset[str]], dict[str, frozenset[str]]]:
        return {}

    def _pruned(self, relation: str, columns: Collection[str]) -> "exp.Expr":
        """The columns of a view, written out down to the base tables, nothing else selected."""
        from sqlglot import parse_one
        from sqlglot.optimizer.pushdown_projections import pushdown_projections
        from sqlglot.optimizer.qualify import qualify

        inner = [name for name in self.used(relation) if name in self.sql]
        views = ", ".join(f"{quoted(name)} AS ({self.sql[name]}\n)" for name in inner)
        asked = ", ".join(quoted(name) for name in sorted(columns)) or "1 AS one"
        tree = parse_one(f"WITH {views} SELECT {asked} FROM {quoted(relation)}", dialect="duckdb")
        tables = {
            t.name: {c.name: SQL_TYPES[c.type] for c in t.columns} | {SHAPE: "SMALLINT"}
            for t in BASE.values()
        }
        hours = dict.fromkeys(("valid_from", "valid_to"), "DATE")
        hours |= dict.fromkeys(("starts_minute", "ends_minute"), "INTEGER")
        schema: dict[str, object] = {**tables, PEAK_HOUR: hours}
        return pushdown_projections(qualify(tree, schema=schema, dialect="duckdb"))

    def with_clause(
        self,
        relations: Iterable[str],
        as_of: date | None = None,
        peak_hours: str = NO_PEAK_HOUR,
        only: Only | None = None,
    ) -> str:
        """`WITH ...` that defines the relations as of a day (None: with all that is known).

        only   a part of the records; a view's rows of a unit (or officer) must depend on the
               records of that unit (or officer), and on those linked to them, alone
        """
        order: list[str] = []
        for relation in relations:
            order += [name for name in self.used(relation) if name not in order]
        parts = []
        for name in order:
            if name == PEAK_HOUR:
                query = peak_hours
            elif name in self.sql:
                query = self.sql[name]
            else:
                query = records_as_of(BASE[name], as_of, only)
            parts.append(f"{quoted(name)} AS ({query}\n)")
        return "WITH " + ",\n".join(parts)


def load_views(folder: Path, is_checked: bool = False) -> Views:
    """is_checked: these very files were found right before, by this program."""
    from_files = _read_views(folder)
    return from_files if is_checked else _checked(from_files)


def _read_views(folder: Path) -> Views:
    paths = sorted(folder.glob("*.sql"))
    return Views({path.stem: path.read_text("utf-8").strip().rstrip(";") for path in paths})


def _checked(views: Views) -> Views:
    from sqlglot.errors import SqlglotError

    for name in views.sql:
        missing = {"village", "station"} - set(views.columns(name))
        if missing:
            raise DeclarationError(f"{name}.sql", "", f"必须给出列 {'、'.join(sorted(missing))}")
        year_of = views.year_of(name)
        if year_of is not None and not _is_there(year_of, views.columns(name)):
            raise DeclarationError(f"{name}.sql", "", "By calendar year 所指的列不存在")
        try:
            views.needs(name, views.columns(name))
        except SqlglotError as error:
            problem = str(error).splitlines()[0]
            raise DeclarationError(f"{name}.sql", "", f"无法分析：{problem}") from None
    return views


def _is_there(year_of: YearOf, columns: Collection[str]) -> bool:
    tables = ((BASE.get(table), column) for table, column in year_of.columns.items())
    are_there = all(table is not None and column in table.names for table, column in tables)
    return are_there and year_of.day in columns


def records_as_of(table: Table, as_of: date | None, only: Only | None = None) -> str:
    """The undeleted rows of a table as they were known on a day, as one SELECT."""
    part = f" AND {only.condition(table)}" if only else ""
    source = f"FROM record.{quoted(table.name)} WHERE is_deleted IS NOT TRUE{part}"
    if table.is_register:
        return _register_as_of(table, as_of)
    if as_of is None:
        return f"SELECT * {source}"
    day = f"DATE '{as_of}'"
    cut = {
        c.name: _cut(c.name, day)
        for c in table.columns
        if c.type in ("date", "instant") and not c.is_plan
    }
    for column in table.columns:
        if column.follows:
            unsettled = " OR ".join(f"CAST({quoted(n)} AS DATE) > {day}" for n in column.follows)
            cut[column.name] = f"CASE WHEN {unsettled} THEN NULL ELSE {quoted(column.name)} END"
    replaced = ", ".join(f"{value} AS {quoted(name)}" for name, value in cut.items())
    return f"SELECT * REPLACE ({replaced}) {source} AND {first_date(table)} <= {day}"


def first_date(table: Table) -> str:
    """The day on which a row first appears: the earliest of its dates."""
    dates = [f"CAST({quoted(column.name)} AS DATE)" for column in table.dates]
    entered = ["CAST(entered_at AS DATE)"] if "entered_at" in table.names else []
    return f"coalesce(least({', '.join(dates)}), {', '.join(entered)})" if entered else dates[0]


def _register_as_of(table: Table, as_of: date | None) -> str:
    """A register row ends, at the latest, the day before the next row of the same thing begins."""
    key = ", ".join(quoted(name) for name in table.identity if name != "valid_from")
    ends = (
        "least(coalesce(valid_to, DATE '9999-12-31'), coalesce(CAST(lead(valid_from) OVER"
        f" (PARTITION BY {key} ORDER BY valid_from) - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'))"
    )
    known = f" AND valid_from <= DATE '{as_of}'" if as_of else ""
    return (
        f"SELECT * REPLACE (NULLIF({ends}, DATE '9999-12-31') AS valid_to)"
        f" FROM record.{quoted(table.name)} WHERE is_deleted IS NOT TRUE{known}"
    )


def _cut(name: str, day: str) -> str:
    return f"CASE WHEN CAST({quoted(name)} AS DATE) <= {day} THEN {quoted(name)} END"


def declared_needs(needs: Iterable[str], tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """Table -> the declared needs that are its columns: `a`, `a|b` (one of them), `table.a`."""
    needed: dict[str, set[str]] = {}
    for table in tables:
        for need in needs:
            owner, _, choice = need.rpartition(".")
            if owner in ("", table) and set(choice.split("|")) <= set(BASE[table].names):
                needed.setdefault(table, set()).add(choice)
    return {table: frozenset(choices) for table, choices in needed.items()}


@cache
def tables_read(query: str) -> frozenset[str]:
    """The tables and views that a query reads."""
    from sqlglot import exp, parse_one

    tree = parse_one(query, dialect="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table)) - named


def columns_read(query: "str | exp.Expr") -> dict[str, set[str]]:
    """Relation -> its columns that the query reads."""
    from sqlglot import exp, parse_one
    from sqlglot.optimizer.scope import traverse_scope

    read: dict[str, set[str]] = {}
    tree = parse_one(query, dialect="duckdb") if isinstance(query, str) else query
    for scope in traverse_scope(tree):
        tables = {
            alias: source.name
            for alias, source in scope.sources.items()
            if isinstance(source, exp.Table)
        }
        for column in scope.columns:
            if column.table:
                if column.table in tables:
                    read.setdefault(tables[column.table], set()).add(column.name)
            elif len(tables) == 1:
                read.setdefault(next(iter(tables.values())), set()).add(column.name)
    return read
