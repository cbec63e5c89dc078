"""Sums of cells: the one way from cells to numerators and denominators.

Periods are rows: this period, last year's, the one before and 24 months back are one query.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from metrics.catalogue import Count, Indicator
from metrics.count import UNUSABLE, Counted, unit_of
from metrics.scheme import Level
from metrics.units import belonging, registers_on
from metrics.views import tables_read

MATURING = "maturing"
BEGINNING = date(1, 1, 1)
Sums = dict[tuple[str, str, str], int]  # (unit, label, measure) -> n


@dataclass(frozen=True)
class Span:
    """Days over which a measure of an indicator is summed, under a label."""

    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Want:
    """One measure over one span: `ID.numerator`, with the label under which it is asked."""

    label: str
    measure: str
    starts_on: date
    ends_on: date
    cell: str = ""


def wants_of(indicator: Indicator, spans: Iterable[Span], as_of: date) -> list[Want]:
    """Which cells the indicator sums for each span: window, maturing and stock are settled here."""
    wants = []
    for span in spans:
        ends = min(span.ends_on, as_of)
        ripe = ends
        if indicator.matures_after:
            ripe = min(ends, date.fromordinal(as_of.toordinal() - indicator.matures_after))
        for part, rows in indicator.counts():
            name = f"{indicator.id}.{part}"
            wants.append(Want(span.label, name, _starts(indicator, part, rows, span), ripe, name))
        if ripe < ends:
            first = max(span.starts_on, date.fromordinal(ripe.toordinal() + 1))
            cell = f"{indicator.id}.denominator"
            wants.append(Want(span.label, f"{indicator.id}.{MATURING}", first, ends, cell))
        name = f"{indicator.id}.{UNUSABLE}"
        wants.append(Want(span.label, name, span.starts_on, ends, name))
    return wants


def _starts(indicator: Indicator, part: str, rows: Count, span: Span) -> date:
    if rows.stock:
        return BEGINNING
    if indicator.window == "year" and part == "numerator":
        return date(span.ends_on.year, 1, 1)
    return span.starts_on


def sums(
    counted: Counted,
    level: Level,
    belongs_on: date,
    indicators: Collection[Indicator],
    spans: Collection[Span],
    kind: str | None = None,
) -> Sums:
    """(unit, label, measure) -> n, for every unit of the level and 未知 (''); zeros are absent.

    belongs_on   the day whose belonging of villages to stations counts
    kind         only this kind, for indicators with a breakdown
    """
    found: Sums = {}
    plain = [indicator for indicator in indicators if not indicator.sql]
    wants = [want for i in plain for want in wants_of(i, spans, counted.as_of)]
    if wants:
        for unit, label, measure, n in _sum_cells(counted, level, belongs_on, wants, kind):
            found[unit, label, measure] = int(n)
    for indicator in indicators:
        if indicator.sql and indicator.id not in counted.absent:
            found |= _sum_query(counted, level, belongs_on, indicator, spans, kind)
    return found


def _sum_cells(
    counted: Counted, level: Level, day: date, wants: Collection[Want], kind: str | None
) -> list[tuple[str, str, str, int]]:
    cursor = counted.cursor()
    cursor.register("want", _wants_table(wants))
    only = "WHERE c.kind = $kind" if kind is not None else ""
    select = "SELECT coalesce({parent}, ''), w.label, w.measure, sum(c.n)"
    cells = (
        f"FROM {counted.cells} c JOIN want w"
        " ON c.measure = w.cell AND c.day BETWEEN w.starts_on AND w.ends_on"
    )
    if level == "officer":
        where = "AND" if only else "WHERE"
        query = (
            f"{select.format(parent='c.officer')} {cells} {only} {where} c.officer IS NOT NULL"
            f" GROUP BY ALL UNION ALL {select.format(parent='b.parent')} {cells} LEFT JOIN ("
            f"{belonging(level)}) b ON b.unit = c.unit AND greatest(c.day, w.posted_on)"
            f" BETWEEN b.valid_from AND b.valid_to {only} {where} c.officer IS NULL GROUP BY ALL"
        )
    elif level == "bureau":
        query = f"{select.format(parent=chr(39) + 'bureau' + chr(39))} {cells} {only} GROUP BY ALL"
    else:
        query = (
            f"{select.format(parent='b.parent')} {cells}"
            f" LEFT JOIN ({belonging(level)}) b ON b.unit = c.unit {only} GROUP BY ALL"
        )
    given = {"kind": kind} if kind is not None else {}
    return cursor.execute(f"{registers_on(counted, day)} {query}", given).fetchall()


def _wants_table(wants: Collection[Want]) -> pa.Table:
    """posted_on: for a stock, who is posted on the last day has it, whenever it began."""
    return pa.table(
        {
            "label": [w.label for w in wants],
            "measure": [w.measure for w in wants],
            "cell": [w.cell for w in wants],
            "starts_on": pa.array([w.starts_on for w in wants], pa.date32()),
            "ends_on": pa.array([w.ends_on for w in wants], pa.date32()),
            "posted_on": pa.array(
                [w.ends_on if w.starts_on == BEGINNING else BEGINNING for w in wants], pa.date32()
            ),
        }
    )


def _sum_query(
    counted: Counted,
    level: Level,
    day: date,
    indicator: Indicator,
    spans: Collection[Span],
    kind: str | None,
) -> Sums:
    """A measure that depends on the period: its own query over records and `periods`."""
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
    only = "WHERE f.kind = $kind" if kind is not None else ""
    rows = (
        counted.cursor()
        .execute(
            f"{head},\nperiods(label, starts_on, ends_on, as_of) AS (VALUES {periods}),\n"
            f"found AS (SELECT *, {unit} AS unit FROM ({query}))\n"
            f"SELECT coalesce({parent}, ''), f.label, sum(f.numerator), sum(f.denominator)"
            " FROM found f"
            f" LEFT JOIN ({belonging(level)}) b ON b.unit = f.unit{dated} {only} GROUP BY ALL",
            {"kind": kind} if kind is not None else {},
        )
        .fetchall()
    )
    found: Sums = {}
    for parent_code, label, numerator, denominator in rows:
        found[parent_code, label, f"{indicator.id}.numerator"] = int(numerator or 0)
        if denominator is not None:
            found[parent_code, label, f"{indicator.id}.denominator"] = int(denominator)
    return found
