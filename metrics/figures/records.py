"""The records behind a figure: each number can be followed to its rows."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pyarrow as pa
from sqlglot import exp, parse_one

from data.journal.copy import fetch_arrow
from data.rights import Actor, require
from data.schema import Column, quoted
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.spans import Span, wants_of
from metrics.cells.units import BUREAU, belonging, registers_on
from metrics.indicators.absence import unfit_shapes
from metrics.indicators.catalogue import Count, Indicator, Part
from metrics.indicators.views import BASE
from metrics.scheme.scheme import Level

MOST_ROWS = 5_000
HIDDEN = {"is_deleted", "_part", "_shape", "note_digest", "_sign", "_day"}


@dataclass(frozen=True)
class Records:
    """The rows that were counted, at most MOST_ROWS of `total`, and their Chinese titles.

    amount   what all the rows give together: the numerator or denominator itself
    """

    rows: pa.Table
    total: int
    titles: dict[str, str]
    amount: int = 0


@dataclass(frozen=True)
class Condition:
    """One condition on a row, as SQL.

    about   `where`: one of the definition; `source`: its source has the columns that are needed
    days    first and last, of what is about days
    """

    about: Literal["period", "stock", "ripe", "where", "source"]
    sql: str
    days: tuple[date, date] = (date.min, date.max)


def records_behind(
    counted: Counted,
    indicator: Indicator,
    part: Part,
    level: Level,
    unit: str,
    span: Span,
    actor: Actor,
    kind: str | None = None,
) -> Records:
    """The rows of the numerator or denominator of a unit over a span, latest first."""
    require(actor, "see-records")
    if level == "officer":
        require(actor, "see-officers")
    counts = dict(indicator.counts())
    if indicator.sql or part not in counts:
        return Records(pa.table({}), 0, {})
    rows = counts[part]
    columns = counted.catalogue.views.columns(rows.of)
    head, source = registers_on(counted, span.ends_on, rows.of), quoted(rows.of)
    dated = day_of(rows)
    conditions = counted_where(counted, indicator, part, level, unit, span)
    parameters = None
    if kind is not None and indicator.breakdown:
        conditions.append(f"CAST({quoted(indicator.breakdown)} AS VARCHAR) = $kind")
        parameters = {"kind": kind}
    hidden = HIDDEN if actor.may("see-officers") else HIDDEN | {"officer"}
    selected = ", ".join(quoted(c) for c in columns if c not in hidden)
    where = " AND ".join(conditions)
    counted_rows = fetch_arrow(
        counted.cursor(),
        f"{head} SELECT {selected}, count(*) OVER () AS _total,"
        f" CAST(sum({rows.sum or 1}) OVER () AS BIGINT) AS _amount FROM {source} WHERE {where}"
        f" ORDER BY {dated} DESC, {quoted('id' if 'id' in columns else columns[0])}"
        f" LIMIT {MOST_ROWS}",
        parameters,
    )
    (first,) = counted_rows.slice(0, 1).to_pylist() or [{"_total": 0, "_amount": 0}]
    listed = without_empty(counted_rows.drop_columns(["_total", "_amount"]))
    return Records(listed, first["_total"], titles_of(counted, rows.of), first["_amount"] or 0)


def conditions_of(
    counted: Counted, indicator: Indicator, part: Part, rows: Count, span: Span
) -> list[Condition]:
    """The conditions under which a row counts, as in metrics.cells.count and metrics.cells.sums."""
    wants = wants_of(indicator, [span], counted.as_of)
    want = next(w for w in wants if w.measure.endswith(f".{part}"))
    ends_on = min(span.ends_on, counted.as_of)
    day = f"CAST({rows.dated_by} AS DATE)"
    if rows.dated_by:
        within = f"{day} BETWEEN DATE '{want.starts_on}' AND DATE '{ends_on}'"
        conditions = [Condition("period", within, (want.starts_on, ends_on))]
    else:
        last = "coalesce(valid_to, DATE '9999-12-31')"
        standing = f"DATE '{want.ends_on}' BETWEEN valid_from AND {last}"
        conditions = [Condition("stock", standing, (want.ends_on, want.ends_on))]
    if indicator.matures_after and rows.dated_by:
        conditions.append(Condition("ripe", f"{day} <= DATE '{want.ends_on}'"))
    conditions += [Condition("where", each) for each in conjuncts(rows.where)]
    if unfit := unfit_shapes(counted.copy, counted.catalogue, indicator, rows.of):
        listed = ", ".join(map(str, sorted(unfit)))
        conditions.append(Condition("source", f"_shape NOT IN ({listed})"))
    return conditions


def conjuncts(condition: str | None) -> list[str]:
    """The parts of a condition that are joined by AND, as SQL; none without a condition."""
    if not condition:
        return []
    tree = parse_one(condition, dialect="duckdb").unnest()
    parts = tree.flatten() if isinstance(tree, exp.And) else [tree]
    bound = (exp.paren(part) if isinstance(part, exp.Or) else part for part in parts)
    return [part.sql(dialect="duckdb") for part in bound]


def counted_where(
    counted: Counted, indicator: Indicator, part: Part, level: Level, unit: str, span: Span
) -> list[str]:
    """What a row fulfils that counts in a part of a unit's figure, beside `registers_on`."""
    rows = dict(indicator.counts())[part]
    cell_unit = unit_of(rows.of, counted.catalogue.views.columns(rows.of))
    return [
        *(condition.sql for condition in conditions_of(counted, indicator, part, rows, span)),
        *_of_unit(indicator, level, unit, cell_unit, day_of(rows)),
    ]


def day_of(rows: Count) -> str:
    """The day of a row, as SQL; of a register's the first of its time."""
    return f"CAST({rows.dated_by or 'valid_from'} AS DATE)"


def _of_unit(
    indicator: Indicator, level: Level, unit: str, cell_unit: str, dated: str
) -> list[str]:
    code = unit.replace("'", "''")
    if level == "bureau" or unit == BUREAU:
        return []
    if level == "officer" and indicator.own:
        return [f"officer = '{code}'"]
    if level == "officer":
        return [
            f"EXISTS (SELECT 1 FROM ({belonging(level)}) b WHERE b.parent = '{code}'"
            f" AND b.unit = {cell_unit} AND {dated} BETWEEN b.valid_from AND b.valid_to)"
        ]
    if not unit:
        return [
            f"{cell_unit} NOT IN (SELECT unit FROM ({belonging(level)}) b"
            " WHERE coalesce(b.parent, '') <> '')"
        ]
    return [f"{cell_unit} IN (SELECT unit FROM ({belonging(level)}) b WHERE b.parent = '{code}')"]


def columns_of(counted: Counted, relation: str) -> dict[str, Column]:
    """Column name -> its declaration, also for a view by way of the tables that it reads."""
    tables = [*reversed(counted.catalogue.views.used(relation)), relation]
    return {column.name: column for name in tables if name in BASE for column in BASE[name].columns}


def titles_of(counted: Counted, relation: str) -> dict[str, str]:
    """Column -> Chinese title, from the schema of the tables that a view reads."""
    declared = columns_of(counted, relation).values()
    return COLUMN_TITLES | {column.name: column.title for column in declared}


COLUMN_TITLES = {
    "visited_on": "走访日期",
    "households": "户数",
    "is_active": "是否有有效工作记录",
    "started_on": "日期",
    "minutes": "巡逻分钟",
    "peak_minutes": "重点时段分钟",
    "is_cleared": "是否已破",
    "is_theft_robbery_fraud": "是否盗抢骗",
}


def without_empty(rows: pa.Table) -> pa.Table:
    """Columns in which nothing stands are left out."""
    kept = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    return rows.select(kept)
