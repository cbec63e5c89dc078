"""The days and instants of a whole table: every text read once, however often it stands there."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from data.intake.reading.source import Serials
from data.intake.understanding.instants import (
    KINDS,
    Kind,
    Order,
    order_of,
    plain,
    reading,
)
from data.schema import Column, Table, quoted

_UNUSUAL = (
    "CREATE TEMP TABLE unusual"
    " (of_column VARCHAR, as_written VARCHAR, as_read TIMESTAMP, why_not VARCHAR)"
)


@dataclass(frozen=True)
class InstantColumns:
    """How the columns of a table `raw` are read.

    unusual   names of those that hold texts which `plain` does not read: these, what they mean and
              why they mean nothing stand in the table `unusual`
    orders    day and month of a column, where it is settled
    """

    unusual: frozenset[str]
    orders: Mapping[str, Order]

    def value(self, column: Column) -> str:
        """SQL of the value of a column, over `raw` and the joins."""
        at_once = quoted(_plain_name(column.name))
        if column.name in self.unusual:
            at_once = f"coalesce({at_once}, {_alias(column.name)}.as_read)"
        return f"CAST({at_once} AS DATE)" if column.type == "date" else at_once

    def problem(self, column: Column) -> str:
        """SQL of why a text of the column is not read, as it follows the quoted text."""
        return f"{_alias(column.name)}.why_not" if column.name in self.unusual else "''"

    def joins(self, raw: str) -> str:
        """raw: the name of the table `raw` in the query."""
        return " ".join(
            f" LEFT JOIN unusual {_alias(name)} ON {_alias(name)}.of_column = '{name}'"
            f" AND {_alias(name)}.as_written = {raw}.{quoted(name)}"
            for name in sorted(self.unusual)
        )


def plain_columns(table: Table) -> str:
    """SQL of the columns that `raw` has besides its texts, each after a comma."""
    return "".join(
        f", {plain(quoted(c.name))} AS {quoted(_plain_name(c.name))}" for c in _instants(table)
    )


def read_unusual(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    orders: Mapping[str, Order],
    serials: Serials | None,
) -> InstantColumns:
    """Make the table `unusual` of the texts in `raw` that `plain` does not read.

    orders   what a person has said of a column; another one may settle its order itself
    """
    columns = {column.name: column for column in _instants(table)}
    con.execute(_UNUSUAL)
    for name in columns:
        con.execute(
            f"INSERT INTO unusual (of_column, as_written) SELECT DISTINCT '{name}', {quoted(name)}"
            f" FROM raw WHERE {quoted(name)} IS NOT NULL AND {quoted(_plain_name(name))} IS NULL"
        )
    names = [name for (name,) in con.execute("SELECT DISTINCT of_column FROM unusual").fetchall()]
    orders = {**_settled(con), **{n: o for n, o in orders.items() if n in names}}
    alike: dict[tuple[Kind, Order | None], list[str]] = {}
    for name in names:
        kind: Kind = "date" if columns[name].type == "date" else "instant"
        alike.setdefault((kind, orders.get(name)), []).append(name)
    for (kind, order), group in alike.items():
        con.execute(
            "UPDATE unusual SET as_read = r.both.value, why_not = r.both.problem FROM"
            f" (SELECT DISTINCT as_written AS text, {reading('as_written', kind, order, serials)}"
            " AS both FROM unusual WHERE list_contains($group, of_column)) r"
            " WHERE as_written = r.text AND list_contains($group, of_column)",
            {"group": group},
        )
    return InstantColumns(frozenset(names), orders)


def _settled(con: duckdb.DuckDBPyConnection) -> dict[str, Order]:
    """The order of each column that its own texts settle: every day of it is in such a form."""
    texts = f"SELECT of_column, {order_of('as_written')} FROM unusual GROUP BY of_column"
    orders = dict(con.execute(texts).fetchall())
    settled = {n: order for n, order in orders.items() if order not in (None, "ambiguous")}
    return {name: order for name, order in settled.items() if not _has_plain(con, name)}


def _has_plain(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    (row,) = con.execute(f"SELECT count({quoted(_plain_name(name))}) > 0 FROM raw").fetchall()
    return bool(row[0])


def _instants(table: Table) -> list[Column]:
    return [column for column in table.columns if column.type in KINDS]


def _plain_name(name: str) -> str:
    return f"{name} at once"


def _alias(name: str) -> str:
    return quoted(f"{name} unusual")
