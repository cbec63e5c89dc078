"""Sums of cells: the one way from cells to numerators and denominators.

Periods are rows: this period, last year's, the one before and 24 months back are one query. Whole
calendar months are summed from the months that are kept beside the cells, the days before and
after them from the cells.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from data.journal.copy import fetch_arrow
from metrics.calendar.days import month_end
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.reads import note_sums
from metrics.cells.spans import BEGINNING, Span, Want, days_asked, wants_of, whole_months
from metrics.cells.units import UNKNOWN, belonging, parents, registers_on
from metrics.indicators.catalogue import Indicator
from metrics.indicators.record_part import among
from metrics.indicators.views import tables_read
from metrics.scheme.scheme import Level

if TYPE_CHECKING:
    import pyarrow as pa

MANY = 500  # wants; fewer go without Arrow and what `register` imports with it (pandas: 0.4 s)
Sums = dict[tuple[str, str, str], int]  # (unit, label, measure) -> n
Kinds = str | tuple[str, ...] | None  # one, several together, or all


def sums(
    counted: Counted,
    level: Level,
    belongs_on: date,
    indicators: Collection[Indicator],
    spans: Collection[Span],
    kind: Kinds = None,
) -> Sums:
    """(unit, label, measure) -> n, for every unit of the level and 未知 (''); zeros are absent.

    belongs_on   the day whose belonging of villages to stations counts
    kind         only this kind or these, for indicators with a breakdown
    """
    return sums_each(counted, level, belongs_on, [(i, spans) for i in indicators], kind)


def sums_each(
    counted: Counted,
    level: Level,
    belongs_on: date,
    asked: Collection[tuple[Indicator, Collection[Span]]],
    kind: Kinds = None,
) -> Sums:
    """The same in one query where each indicator has spans of its own."""
    found: Sums = {}
    as_of = counted.as_of
    wants = [want for i, spans in asked if not i.sql for want in wants_of(i, spans, as_of)]
    cursor, query, values = _summing(counted, level, belongs_on, wants, kind)
    for unit, number, n in cursor.execute(query, values).fetchall():
        found[unit, wants[number].label, wants[number].measure] = n
    for indicator, spans in asked:
        if indicator.sql and indicator.id not in counted.absent:
            rows = _query_rows(counted, level, belongs_on, indicator, spans)
            for of_kind in (sums for name, sums in rows.items() if _is_asked(name, kind)):
                for key, n in of_kind.items():
                    found[key] = found.get(key, 0) + n
    return found


def _is_asked(name: str | None, kind: Kinds) -> bool:
    return kind is None or name == kind or (isinstance(kind, tuple) and name in kind)


def sums_by_kind(
    counted: Counted,
    level: Level,
    belongs_on: date,
    indicators: Collection[Indicator],
    spans: Collection[Span],
) -> dict[str, Sums]:
    """Kind ('' where none is told) -> the same sums, of all kinds in one query."""
    found: dict[str, Sums] = {}
    wants = [w for i in indicators if not i.sql for w in wants_of(i, spans, counted.as_of)]
    cursor = counted.cursor()
    _put_wants(cursor, wants, is_monthly=True)
    query = (
        "SELECT coalesce(b.parent, ''), want, coalesce(kind, ''), CAST(sum(n) AS BIGINT)"
        f" FROM ({_cell_sums(counted, wants, '', more=', c.kind')}) s"
        f" LEFT JOIN ({belonging(level)}) b USING (unit) GROUP BY ALL"
    )
    cursor.execute(f"{registers_on(counted, belongs_on)} {query}")
    for unit, number, kind, n in cursor.fetchall():
        found.setdefault(kind, {})[unit, wants[number].label, wants[number].measure] = n
    for indicator in indicators:
        if indicator.sql and indicator.id not in counted.absent:
            rows = _query_rows(counted, level, belongs_on, indicator, spans)
            for kind, of_kind in rows.items():
                found.setdefault(kind or "", {}).update(of_kind)
    return found


def sum_cells(
    counted: Counted,
    level: Level,
    belongs_on: date,
    wants: Sequence[Want],
    kind: Kinds = None,
) -> "pa.Table":
    """unit (string), want (place in `wants`, int32), n (int64); sums of nothing are absent."""
    return fetch_arrow(*_summing(counted, level, belongs_on, wants, kind))


def _summing(
    counted: Counted, level: Level, belongs_on: date, wants: Sequence[Want], kind: Kinds
) -> tuple[duckdb.DuckDBPyConnection, str, dict[str, str]]:
    """The cursor, the query and its parameters."""
    cursor = counted.cursor()
    # Who has a village may change within a month.
    _put_wants(cursor, wants, is_monthly=level != "officer")
    kinds = (kind,) if isinstance(kind, str) else kind or ()
    values = {f"kind_{place}": name for place, name in enumerate(kinds)}
    only = f" AND c.kind IN ({', '.join(f'${name}' for name in values)})" if values else ""
    if level == "officer":
        query = _sums_of_officers(counted, only)
    else:
        parent = "'bureau'" if level == "bureau" else "coalesce(b.parent, '')"
        join = "" if level == "bureau" else f" LEFT JOIN ({belonging(level)}) b USING (unit)"
        query = (
            f"SELECT {parent} AS unit, want, CAST(sum(n) AS BIGINT) AS n"
            f" FROM ({_cell_sums(counted, wants, only)}) s{join} GROUP BY ALL"
        )
    return cursor, f"{registers_on(counted, belongs_on)} {query}", values


def sums_of_levels(
    counted: Counted,
    day: date,
    needed: Mapping[Level, Collection[str]],
    asked: Collection[tuple[Indicator, Collection[Span]]],
) -> dict[Level, Sums]:
    """Level -> the sums of these units of it (more may come), in one query for all levels."""
    found: dict[Level, Sums] = {level: {} for level in needed}
    as_of = counted.as_of
    wants = [want for i, spans in asked if not i.sql for want in wants_of(i, spans, as_of)]
    own = {level: parents(counted, level, day) for level in needed if level != "officer"}
    is_all = any("*" in belongs for belongs in own.values())
    members = {u for level, belongs in own.items() for u in belongs if belongs[u] in needed[level]}
    cursor, query = _summing_cells(counted, wants, None if is_all else members)
    for unit, number, n in cursor.execute(query).fetchall():
        label, measure = wants[number].label, wants[number].measure
        for level, belongs in own.items():
            key = belongs.get(unit, belongs.get("*", UNKNOWN)), label, measure
            found[level][key] = found[level].get(key, 0) + n
    for each in needed:
        rest = [(i, spans) for i, spans in asked if i.sql or each not in own]
        if rest:
            found[each] |= sums_each(counted, each, day, rest)
    return found


def cell_sums(
    counted: Counted, wants: Sequence[Want], units: Collection[str] | None = None
) -> "pa.Table":
    """The same by the unit of the cells (`v:` village, `s:` station, '' 未知).

    A unit may come twice. units: only these.
    """
    return fetch_arrow(*_summing_cells(counted, wants, units))


def _summing_cells(
    counted: Counted, wants: Sequence[Want], units: Collection[str] | None
) -> tuple[duckdb.DuckDBPyConnection, str]:
    cursor = counted.cursor()
    _put_wants(cursor, wants, is_monthly=True)
    only = "" if units is None else f" AND {among('c.unit', units)}"
    return cursor, _cell_sums(counted, wants, only)


def _cell_sums(counted: Counted, wants: Collection[Want], only: str, more: str = "") -> str:
    """SELECT of whole months and of the days around them; more: columns to group by."""
    columns = f"c.unit, w.want{more}, CAST(sum(c.n) AS BIGINT) AS n"
    return (
        f"SELECT {columns} FROM {counted.months} c JOIN want w"
        " ON c.measure = w.cell AND c.month BETWEEN w.first_month AND w.last_month"
        f"{only} GROUP BY ALL UNION ALL"
        f" SELECT {columns} FROM {counted.cells} c JOIN want w"
        f" ON c.measure = w.cell AND {_in_days('c.day')}{only}"
        f" WHERE {days_asked(wants)} GROUP BY ALL"
    )


def _sums_of_officers(counted: Counted, only: str) -> str:
    """An officer's own cells, and those of the villages that are theirs on each day."""
    cells = (
        f"FROM {counted.cells} c JOIN want w"
        f" ON c.measure = w.cell AND c.day BETWEEN w.starts_on AND w.ends_on{only}"
    )
    return (
        f"SELECT unit, want, CAST(sum(n) AS BIGINT) AS n FROM ("
        f"SELECT c.officer AS unit, w.want, c.n {cells} WHERE c.officer IS NOT NULL UNION ALL"
        f" SELECT coalesce(b.parent, ''), w.want, c.n {cells} LEFT JOIN ({belonging('officer')}) b"
        " ON b.unit = c.unit AND greatest(c.day, w.posted_on) BETWEEN b.valid_from AND b.valid_to"
        " WHERE c.officer IS NULL) GROUP BY ALL"
    )


def _in_days(day: str) -> str:
    """The days of a want that lie in no whole month of it."""
    return (
        f"{day} BETWEEN w.starts_on AND w.ends_on"
        f" AND (w.first_month IS NULL OR {day} < w.first_month OR {day} > w.last_day)"
    )


def _put_wants(
    cursor: duckdb.DuckDBPyConnection, wants: Collection[Want], is_monthly: bool
) -> None:
    """The relation `want` of a cursor; the cells that it names are noted as read.

    posted_on: for a stock, who is posted on the last day has it, whenever it began.
    first_month, last_month, last_day: the whole months of the want; null if it has none."""
    note_sums((w.cell.rpartition(".")[0], w.ends_on) for w in wants)
    months = [whole_months(w.starts_on, w.ends_on) if is_monthly else None for w in wants]
    days = {
        "starts_on": [w.starts_on for w in wants],
        "ends_on": [w.ends_on for w in wants],
        "posted_on": [w.ends_on if w.starts_on == BEGINNING else BEGINNING for w in wants],
        "first_month": [m and m[0] for m in months],
        "last_month": [m and m[1] for m in months],
        "last_day": [m and month_end(m[1]) for m in months],
    }
    cells = [w.cell for w in wants]
    if len(wants) > MANY:
        import pyarrow as pa

        dates = {name: pa.array(values, pa.date32()) for name, values in days.items()}
        numbers = pa.array(range(len(wants)), pa.int32())
        cursor.register("want", pa.table({"want": numbers, "cell": cells, **dates}))
        return
    dated = ", ".join(f"unnest(${name})::DATE AS {name}" for name in days)
    cursor.execute(
        "CREATE TEMP TABLE want AS SELECT unnest($want)::INTEGER AS want,"
        f" unnest($cell)::VARCHAR AS cell, {dated}",
        {"want": list(range(len(wants))), "cell": cells, **days},
    )


def _query_rows(
    counted: Counted, level: Level, day: date, indicator: Indicator, spans: Collection[Span]
) -> dict[str | None, Sums]:
    """Kind -> a measure that depends on the period: its own query over records and `periods`."""
    query = counted.catalogue.queries[indicator.id]
    relations = [name for name in tables_read(query) if name in counted.catalogue.views.relations]
    periods = ", ".join(
        f"('{s.label}', DATE '{s.starts_on}', DATE '{min(s.ends_on, counted.as_of)}',"
        f" DATE '{counted.as_of}')"
        for s in spans
    )
    head = registers_on(counted, day, *relations)
    unit = unit_of("", ("village", "station"))
    parent = "'bureau'" if level == "bureau" else "b.parent"
    dated = " AND f.day BETWEEN b.valid_from AND b.valid_to" if level == "officer" else ""
    kind_of = "f.kind" if indicator.breakdown else "NULL"
    rows = (
        counted.cursor()
        .execute(
            f"{head},\nperiods(label, starts_on, ends_on, as_of) AS (VALUES {periods}),\n"
            f"found AS (SELECT *, {unit} AS unit FROM ({query}))\n"
            f"SELECT coalesce({parent}, ''), f.label, {kind_of}, sum(f.numerator),"
            " sum(f.denominator) FROM found f"
            f" LEFT JOIN ({belonging(level)}) b ON b.unit = f.unit{dated} GROUP BY ALL"
        )
        .fetchall()
    )
    found: dict[str | None, Sums] = {}
    for parent_code, label, kind, numerator, denominator in rows:
        of_kind = found.setdefault(kind, {})
        of_kind[parent_code, label, f"{indicator.id}.numerator"] = int(numerator or 0)
        if denominator is not None:
            of_kind[parent_code, label, f"{indicator.id}.denominator"] = int(denominator)
    return found
