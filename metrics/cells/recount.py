"""Recounting: the cells after what came in since, only those of the touched units counted again.

The touched units are counted anew and held against their cells; only what differs is replaced. So a
move to another unit or day is a change of two cells, the same again changes nothing, and a table of
cells that lives for weeks does not fill with what was deleted.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

import duckdb

from data.journal.changes import TouchedUnits
from data.journal.log import entries_after
from data.schema import EVENTS, LOG, REGISTERS
from metrics.cells.count import FIRST_ON, Counted, Grown, cut_of, month_sums, shapes_of

EVENT_NAMES = {table.name for table in EVENTS}
REGISTER_NAMES = {table.name for table in REGISTERS}
KEYS = ("unit", "officer", "kind", "measure")
COLUMNS = "unit, officer, kind, day, measure, n"


def recount(counted: Counted) -> Counted | None:
    """The same cells brought up to date.

    None if it takes a full count: a register changed, another column became known, too much at
    once, or the as-of day begins to hide something.
    """
    copy = counted.copy
    position = copy.position
    changes = copy.changes_since(counted.position)
    is_cut_as_before = cut_of(copy, counted.as_of) == counted.cut
    if changes is None or shapes_of(copy) != counted.shapes or not is_cut_as_before:
        return None
    touched = [c for c in changes if c.table in EVENT_NAMES]
    if any(c.units is None for c in touched) or any(c.table in REGISTER_NAMES for c in changes):
        return None
    cursor = copy.cursor()
    first_days: dict[str, date] = {}
    cursor.execute("BEGIN")
    try:
        if _count_touched(counted, touched, cursor):
            first_days = _replace_differing(counted, cursor)
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.close()
    memory, earliest = dict(counted.memory), min(first_days.values(), default=date.max)
    if earliest <= cast(date, memory.get(FIRST_ON, date.min)):
        memory.pop(FIRST_ON)
    since: dict[str, date] = {}
    for change in changes:
        since[change.table] = min(change.since, since.get(change.table, date.max))
    new = entries_after(copy, counted.position) if LOG.name in since else ()
    acts = frozenset((entry.kind, entry.period) for entry in new)
    grown = Grown(counted.position, first_days, since, acts)
    return replace(counted, position=position, grown=grown, memory=memory)


def _count_touched(
    counted: Counted, touched: Sequence[TouchedUnits], cursor: duckdb.DuckDBPyConnection
) -> bool:
    """Fill `former` and `fresh` with the touched units' cells, as they are and counted again."""
    views, cells = counted.catalogue.views, counted.cell_rows
    cursor.execute(f"CREATE TEMP TABLE fresh AS SELECT * FROM {counted.cells} LIMIT 0")
    former = []
    for each in counted.passes:
        own = [c for c in touched if c.table in views.tables(each.of)]
        if own:
            only = each.only(own, counted.copy, views)
            cursor.execute(f"INSERT INTO fresh {counted.query(each, only)}")
            former.append(each.scope(only))
    if former:
        cells.open(cursor)
        # One scan for each scope: of several in one condition none would be looked up by its unit.
        rows = " UNION ALL ".join(cells.places(COLUMNS, scope) for scope in former)
        cursor.execute(f"CREATE TEMP TABLE former AS {rows}")
    return bool(former)


def _replace_differing(counted: Counted, cursor: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """Put the fresh cells in place of those that differ, and the same for their months.

    Gives the first differing day of each measure.
    """
    keys = ", ".join((*KEYS, "day"))
    cursor.execute(
        f"CREATE TEMP TABLE differing AS SELECT {keys}, CAST(sum(now) AS BIGINT) AS n FROM ("
        f" SELECT {keys}, n AS now, n AS more FROM fresh UNION ALL"
        f" SELECT {keys}, 0, -n FROM former) GROUP BY ALL HAVING sum(more) <> 0"
    )
    first_days = dict(
        cursor.execute("SELECT measure, min(day) FROM differing GROUP BY measure").fetchall()
    )
    if not first_days:
        return {}
    cells, months = counted.cell_rows, counted.month_rows
    same_day, same_month = _same("c", "d", "day"), _same("c", "d", "month")
    cells.remove(cursor, f"(SELECT * FROM former c SEMI JOIN differing d ON {same_day})")
    cursor.execute(
        f"INSERT INTO {cells.own} SELECT unit, officer, kind, day, measure, n"
        " FROM differing WHERE n <> 0"
    )
    cursor.execute(
        f"CREATE TEMP TABLE month_of AS SELECT DISTINCT {', '.join(KEYS)},"
        " date_trunc('month', day) AS month FROM differing"
    )
    months.open(cursor)
    former = months.places(", ".join((*KEYS, "month")), "unit IN (SELECT unit FROM month_of)")
    cursor.execute(
        f"CREATE TEMP TABLE former_months AS SELECT c.* FROM ({former}) c"
        f" SEMI JOIN month_of d ON {same_month}"
    )
    months.remove(cursor, "former_months")
    cursor.execute(
        f"INSERT INTO {months.own} SELECT c.* FROM ({month_sums('fresh')}) c"
        f" SEMI JOIN month_of d ON {same_month}"
    )
    return first_days


def _same(one: str, other: str, dated: str) -> str:
    """Equal keys; officer and kind may be null."""
    equal = [f"{one}.{name} = {other}.{name}" for name in ("unit", "measure", dated)]
    equal += [f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in ("officer", "kind")]
    return " AND ".join(equal)
