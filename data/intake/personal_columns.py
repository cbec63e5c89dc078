"""Which columns of a table may hold a number of a person: only these are searched and masked."""

from collections.abc import Sequence

import duckdb

from data.personal import may_hold_personal_sql
from data.schema import quoted


def may_hold_personal(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> set[str]:
    """The columns with a value that deserves a look. relation: a table or view of `con`."""
    if not columns:
        return set()
    looks = (may_hold_personal_sql(f"CAST({quoted(name)} AS VARCHAR)") for name in columns)
    any_of = ", ".join(f"bool_or({look})" for look in looks)
    (row,) = con.execute(f"SELECT {any_of} FROM {relation}").fetchall()
    return {name for name, may_hold in zip(columns, row, strict=True) if may_hold}
