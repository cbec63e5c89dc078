"""Counting: records -> cells (unit, officer, kind, day, measure, n).

The catalogue is compiled to one GROUP BY per (source, date expression, extra dimensions) with one
conditional sum per count: one pass, all the measures. Cells are small, integer and additive, so any
period, level, comparison or trend is a sum over them. The unit of a cell is the most precise one
known: village, else station, else '' (未知).

A stock (the register as it stands) is counted as +n on its first day and -n after its last, so that
the stock on a day is the sum of the cells up to it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import duckdb

from data.copy import Change, Copy
from data.schema import EVENTS, REGISTERS, quoted
from metrics.absence import absence, unfit_shapes
from metrics.catalogue import Catalogue, Count
from metrics.scheme import Scheme, peak_hours_sql
from metrics.views import BASE, LINKED_BY, Only, among, first_date

UNUSABLE = "unusable"
EVENT_NAMES = {table.name for table in EVENTS}
REGISTER_NAMES = {table.name for table in REGISTERS}


@dataclass(frozen=True)
class Counted:
    """The records of a copy, counted as of a day: what every figure is made from.

    cells      name of the table of cells
    position   journal position up to which was counted
    absent     indicator id -> why it is 不适用 everywhere in this store
    cut        the as-of day if it hides something that is known, else None
    shapes     (table, shape) of the rows that were counted
    """

    copy: Copy
    catalogue: Catalogue
    schemes: tuple[Scheme, ...]
    as_of: date
    cells: str
    position: int
    absent: Mapping[str, str]
    cut: date | None
    shapes: frozenset[tuple[str, int]]

    @property
    def key(self) -> str:
        """What a cached figure is cached under: cells of the same name change with the position."""
        return f"{self.cells}@{self.position}"

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.copy.cursor()

    def relations(self, *names: str, only: Only | None = None) -> str:
        """The WITH clause that defines the relations as of the day."""
        hours = peak_hours_sql(self.schemes)
        return self.catalogue.views.with_clause(names, self.cut, hours, only)

    @cached_property
    def first_on(self) -> date:
        """The first day on which the store knows of an event; before it nothing is known."""
        counts = [(f"{i.id}.{part}", rows) for i in self.catalogue for part, rows in i.counts()]
        stocks = ", ".join(f"'{measure}'" for measure, rows in counts if rows.stock) or "''"
        row = self.copy.one(
            f"SELECT min(day) FROM {self.cells} WHERE day > DATE '1990-01-01' AND n > 0"
            f" AND measure NOT IN ({stocks})"
        )
        return row[0] if row and isinstance(row[0], date) else date.min


def count(copy: Copy, catalogue: Catalogue, schemes: Sequence[Scheme], as_of: date) -> Counted:
    """Count all the measures of the catalogue over all records, as of a day."""
    position = copy.position
    what = (tuple(catalogue.indicators), peak_hours_sql(schemes))
    name = f"cell_{as_of:%Y%m%d}_{position}_{abs(hash(what)):x}"
    absent = {i.id: why for i in catalogue if (why := absence(copy, catalogue, i))}
    shapes = _shapes(copy)
    cut = as_of if copy.last_on > as_of else None
    counted = Counted(copy, catalogue, tuple(schemes), as_of, name, position, absent, cut, shapes)
    cursor = copy.cursor()
    cursor.execute(
        f"CREATE OR REPLACE TABLE {name}"
        " (unit VARCHAR, officer VARCHAR, kind VARCHAR, day DATE, measure VARCHAR, n BIGINT)"
    )
    for each in passes_of(counted):
        cursor.execute(f"INSERT INTO {name} {each.sql(counted)}")
    return counted


def recount(counted: Counted) -> Counted | None:
    """The same cells after what came in since, only those of the touched units counted again.

    A recount of a unit is idempotent, so a move to another unit or day is only a change of two.
    None if it takes a full count: a register changed, another column became known, too much at
    once, or the as-of day begins to hide something.
    """
    copy = counted.copy
    position = copy.position
    changes = copy.changes_since(counted.position)
    cut = counted.as_of if copy.last_on > counted.as_of else None
    if changes is None or _shapes(copy) != counted.shapes or cut != counted.cut:
        return None
    touched = [c for c in changes if c.table in EVENT_NAMES]
    if any(c.units is None for c in touched) or any(c.table in REGISTER_NAMES for c in changes):
        return None
    cursor = copy.cursor()
    cursor.execute("BEGIN")
    try:
        for each in passes_of(counted):
            own = [c for c in touched if c.table in counted.catalogue.views.tables(each.of)]
            if own:
                cursor.execute(each.deletion(counted, only := each.only(own, copy)))
                cursor.execute(f"INSERT INTO {counted.cells} {each.sql(counted, only)}")
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    return replace(counted, position=position)


def _shapes(copy: Copy) -> frozenset[tuple[str, int]]:
    return frozenset((t, shape) for t, shapes in copy.shapes_with_rows.items() for shape in shapes)


def passes_of(counted: Counted) -> list["Pass"]:
    """One query per source, date and dimensions; each yields rows of cells."""
    counts: dict[_Key, list[tuple[str, Count, frozenset[int]]]] = defaultdict(list)
    views = counted.catalogue.views
    for indicator in counted.catalogue:
        if indicator.id in counted.absent:
            continue
        lacking: dict[str, frozenset[int]] = {}
        for part, rows in indicator.counts():
            unfit = unfit_shapes(counted.copy, counted.catalogue, indicator, rows.of)
            key = _Key(rows.of, rows.dated_by or "", indicator.own, indicator.breakdown)
            counts[key].append((f"{indicator.id}.{part}", rows, unfit))
            table = views.shaped_by(rows.of)
            if unfit and table:
                lacking[table] = unfit
        for table, unfit in lacking.items():
            first = first_date(BASE[table])
            fit = frozenset(counted.copy.shapes) - unfit
            count_of = Count(of=table, dated_by=first)
            counts[_Key(table, first, False, None)].append(
                (f"{indicator.id}.{UNUSABLE}", count_of, fit)
            )
    return [Pass(key, tuple(of_key)) for key, of_key in counts.items()]


@dataclass(frozen=True)
class _Key:
    of: str
    dated_by: str
    own: bool
    breakdown: str | None


@dataclass(frozen=True)
class Pass:
    """The counts that one query makes, with the shapes of rows that each must leave out."""

    key: _Key
    counts: tuple[tuple[str, Count, frozenset[int]], ...]

    @property
    def of(self) -> str:
        return self.key.of

    def only(self, changes: Sequence[Change], copy: Copy) -> Only:
        """The part of the records that must be counted again: by officer where cells are theirs."""
        if self.key.own:
            return Only(officers=frozenset(o for c in changes for o in c.officers))
        units = {unit for change in changes for unit in change.units or ()}
        if self.of not in BASE:
            for change in changes:
                units |= _linked_units(copy, change)
        return Only(units=frozenset(units))

    def deletion(self, counted: Counted, only: Only) -> str:
        measures = ", ".join(f"'{name}'" for name, _, _ in self.counts)
        if only.officers is not None:
            part = among("officer", only.officers)
        else:
            part = among("unit", {cell_unit(*pair) for pair in only.units or ()})
        return f"DELETE FROM {counted.cells} WHERE {part} AND measure IN ({measures})"

    def sql(self, counted: Counted, only: Only | None = None) -> str:
        key, columns = self.key, counted.catalogue.views.columns(self.of)
        nothing = "CAST(NULL AS VARCHAR)"
        officer = quoted("officer") if key.own else nothing
        kind = f"CAST({quoted(key.breakdown)} AS VARCHAR)" if key.breakdown else nothing
        sums = ",\n  ".join(
            f"CAST(SUM({_amount(rows, unfit)}) AS BIGINT) AS {quoted(name)}"
            for name, rows, unfit in self.counts
        )
        source = quoted(self.of) if key.dated_by else _stock_changes(self.of)
        day = f"CAST({key.dated_by} AS DATE)" if key.dated_by else "_day"
        names = ", ".join(quoted(name) for name, _, _ in self.counts)
        cut = ""
        if only is not None and only.units is not None:
            cut = " AND " + among("unit", {cell_unit(*pair) for pair in only.units})
        return (
            f"{counted.relations(self.of, only=only)},\n"
            f"counted AS (SELECT {unit_of(self.of, columns)} AS unit, {officer} AS officer,"
            f" {kind} AS kind, {day} AS day,\n  {sums}\nFROM {source}\n"
            f"WHERE {day} IS NOT NULL GROUP BY 1, 2, 3, 4)\n"
            f"SELECT unit, officer, kind, day, measure, n FROM"
            f" (UNPIVOT counted ON {names} INTO NAME measure VALUE n) WHERE n <> 0{cut}"
        )


def _linked_units(copy: Copy, change: Change) -> set[tuple[str | None, str | None]]:
    """The units that have records of the same household: its first visit may move to them."""
    link = LINKED_BY.get(change.table)
    if link is None:
        return set()
    query = f"SELECT DISTINCT village, station FROM record.{quoted(change.table)} WHERE "
    found = copy.cursor().execute(query + among(link, change.households - {None})).fetchall()
    return {(village, station) for village, station in found}


def _amount(rows: Count, unfit: Collection[int]) -> str:
    sign = "_sign * " if rows.stock else ""
    amount = f"{sign}coalesce({rows.sum}, 0)" if rows.sum else f"{sign}1"
    conditions = [f"({rows.where})"] if rows.where else []
    if unfit:
        conditions.append(f"_shape NOT IN ({', '.join(map(str, sorted(unfit)))})")
    if not conditions:
        return amount
    return f"CASE WHEN {' AND '.join(conditions)} THEN {amount} ELSE 0 END"


def _stock_changes(relation: str) -> str:
    name = quoted(relation)
    return (
        f"(SELECT *, valid_from AS _day, 1 AS _sign FROM {name} UNION ALL"
        f" SELECT *, valid_to + 1 AS _day, -1 AS _sign FROM {name} WHERE valid_to IS NOT NULL)"
    )


def cell_unit(village: str | None, station: str | None) -> str:
    """`unit_of` for one record."""
    if village is not None:
        return f"v:{village}"
    return "" if station is None else f"s:{station}"


def unit_of(relation: str, columns: Collection[str]) -> str:
    """The most precise unit of a row, as SQL: 'v:' village, else 's:' station, else ''."""
    if relation in ("village", "station"):
        return f"'{relation[0]}:' || code"
    known = [f"'{name[0]}:' || {name}" for name in ("village", "station") if name in columns]
    return f"coalesce({', '.join(known)}, '')" if known else "''"
