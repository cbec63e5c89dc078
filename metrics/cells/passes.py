"""The queries of counting: the catalogue as one GROUP BY per (source, date, dimensions).

Each pass makes several counts with one conditional sum per count, and yields rows of cells:
(unit, officer, kind, day, measure, n). The unit of a cell is the most precise one known: village,
else station, else '' (未知). A stock (the register as it stands) is counted as +n on its first day
and -n after its last.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from data.journal.changes import TouchedUnits
from data.journal.copy import Copy
from data.schema import quoted
from metrics.indicators.absence import unfit_shapes
from metrics.indicators.catalogue import Catalogue, Count
from metrics.indicators.record_part import LINKED_BY, Only, YearOf, among, years_of
from metrics.indicators.views import BASE, Views, first_date

UNUSABLE = "unusable"


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

    def only(self, changes: Sequence[TouchedUnits], copy: Copy, views: Views) -> Only:
        """The part of the records that must be counted again: by officer where cells are theirs."""
        year_of = self._year_of(changes, views)
        years = frozenset(year for change in changes for year in change.years)
        if self.key.own:
            officers = frozenset(officer for change in changes for officer in change.officers)
            return Only(officers=officers, year_of=year_of, years=years)
        units = {unit for change in changes for unit in change.units or ()}
        is_linked = views.is_linked(self.of)
        if is_linked:
            for change in changes:
                units |= _linked_units(copy, change, year_of)
        return Only(units=frozenset(units), is_linked=is_linked, year_of=year_of, years=years)

    def _year_of(self, changes: Sequence[TouchedUnits], views: Views) -> YearOf | None:
        """By which day only the years are counted again that the touched records name."""
        year_of = views.year_of(self.of)
        if year_of is None or self.key.dated_by != year_of.day:
            return None
        return year_of if {change.table for change in changes} <= year_of.columns.keys() else None

    def scope(self, only: Only) -> str:
        """The condition on cells: those that this pass makes of that part of the records."""
        measures = ", ".join(f"'{name}'" for name, _, _ in self.counts)
        if only.officers is not None:
            part = among("officer", only.officers)
        else:
            part = among("unit", {cell_unit(*pair) for pair in only.units or ()})
        if only.year_of is not None:
            part += f" AND {years_of('day', only.years)}"
        return f"({part} AND measure IN ({measures}))"

    def sql(self, relations: str, columns: Collection[str], only: Only | None = None) -> str:
        """relations: the WITH clause that defines the source; columns: those of the source."""
        key = self.key
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
            f"{relations},\n"
            f"counted AS (SELECT {unit_of(self.of, columns)} AS unit, {officer} AS officer,"
            f" {kind} AS kind, {day} AS day,\n  {sums}\nFROM {source}\n"
            f"WHERE {day} IS NOT NULL GROUP BY 1, 2, 3, 4)\n"
            f"SELECT unit, officer, kind, day, measure, n FROM"
            f" (UNPIVOT counted ON {names} INTO NAME measure VALUE n) WHERE n <> 0{cut}"
        )


def passes_of(copy: Copy, catalogue: Catalogue, absent: Collection[str]) -> tuple[Pass, ...]:
    """One query per source, date and dimensions, for all that is not absent."""
    counts: dict[_Key, list[tuple[str, Count, frozenset[int]]]] = defaultdict(list)
    views = catalogue.views
    for indicator in catalogue:
        if indicator.id in absent:
            continue
        lacking: dict[str, frozenset[int]] = {}
        for part, rows in indicator.counts():
            unfit = unfit_shapes(copy, catalogue, indicator, rows.of)
            key = _Key(rows.of, rows.dated_by or "", indicator.own, indicator.breakdown)
            counts[key].append((f"{indicator.id}.{part}", rows, unfit))
            table = views.shaped_by(rows.of)
            if unfit and table:
                lacking[table] = unfit
        for table, unfit in lacking.items():
            first = first_date(BASE[table])
            fit = frozenset(copy.shapes) - unfit
            count_of = Count(of=table, dated_by=first)
            counts[_Key(table, first, False, None)].append(
                (f"{indicator.id}.{UNUSABLE}", count_of, fit)
            )
    return tuple(Pass(key, tuple(of_key)) for key, of_key in counts.items())


def _linked_units(
    copy: Copy, change: TouchedUnits, year_of: YearOf | None
) -> set[tuple[str | None, str | None]]:
    """The units that have records of the same household: its first visit may move to them."""
    link = LINKED_BY.get(change.table)
    if link is None:
        return set()
    query = f"SELECT DISTINCT village, station FROM record.{quoted(change.table)} WHERE "
    within = year_of.condition(change.table, change.years) if year_of else "true"
    query += f"{within} AND {among(link, change.households - {None})}"
    pairs = copy.cursor().execute(query).fetchall()
    return {(village, station) for village, station in pairs}


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
