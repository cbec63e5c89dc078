"""Counting: records -> cells (unit, officer, kind, day, measure, n).

The catalogue is compiled to one GROUP BY per (source, date expression, extra dimensions) with one
conditional sum per count: one pass, all the measures. Cells are small, integer and additive, so any
period, level, comparison or trend is a sum over them. The unit of a cell is the most precise one
known: village, else station, else '' (未知).

A stock (the register as it stands) is counted as +n on its first day and -n after its last, so that
the stock on a day is the sum of the cells up to it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb

from data.copy import Copy
from data.schema import quoted
from metrics.absence import absence, unfit_shapes
from metrics.catalogue import Catalogue, Count
from metrics.scheme import Scheme, peak_hours_sql
from metrics.views import BASE, first_date

UNUSABLE = "unusable"


@dataclass(frozen=True)
class Counted:
    """The records of a copy, counted as of a day: what every figure is made from.

    cells      name of the table of cells
    position   journal position up to which was counted
    absent     indicator id -> why it is 不适用 everywhere in this store
    cut        the as-of day if it hides something that is known, else None
    """

    copy: Copy
    catalogue: Catalogue
    schemes: tuple[Scheme, ...]
    as_of: date
    cells: str
    position: int
    absent: Mapping[str, str]
    cut: date | None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.copy.cursor()

    def relations(self, *names: str) -> str:
        """The WITH clause that defines the relations as of the day."""
        return self.catalogue.views.with_clause(names, self.cut, peak_hours_sql(self.schemes))

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
    cut = as_of if _last_date(copy) > as_of else None
    counted = Counted(copy, catalogue, tuple(schemes), as_of, name, position, absent, cut)
    cursor = copy.cursor()
    cursor.execute(
        f"CREATE OR REPLACE TABLE {name}"
        " (unit VARCHAR, officer VARCHAR, kind VARCHAR, day DATE, measure VARCHAR, n BIGINT)"
    )
    for query in compile_counts(counted):
        cursor.execute(f"INSERT INTO {name} {query}")
    return counted


def compile_counts(counted: Counted) -> Iterator[str]:
    """One query per source, date and dimensions; each yields rows of cells."""
    passes: dict[_Pass, list[tuple[str, Count, frozenset[int]]]] = defaultdict(list)
    for indicator in counted.catalogue:
        if indicator.id in counted.absent:
            continue
        lacking: dict[str, frozenset[int]] = {}
        for part, rows in indicator.counts():
            unfit = unfit_shapes(counted.copy, counted.catalogue, indicator, rows.of)
            key = _Pass(rows.of, rows.dated_by or "", indicator.own, indicator.breakdown)
            passes[key].append((f"{indicator.id}.{part}", rows, unfit))
            table = counted.catalogue.views.shaped_by(rows.of)
            if unfit and table:
                lacking[table] = unfit
        for table, unfit in lacking.items():
            first = first_date(BASE[table])
            fit = frozenset(counted.copy.shapes) - unfit
            key = _Pass(table, first, False, None)
            count_of = Count(of=table, dated_by=first)
            passes[key].append((f"{indicator.id}.{UNUSABLE}", count_of, fit))
    for key, counts in passes.items():
        yield _pass_sql(counted, key, counts)


@dataclass(frozen=True)
class _Pass:
    of: str
    dated_by: str
    own: bool
    breakdown: str | None


def _pass_sql(
    counted: Counted, key: _Pass, counts: Sequence[tuple[str, Count, frozenset[int]]]
) -> str:
    columns = counted.catalogue.views.columns(key.of)
    officer = quoted("officer") if key.own else "CAST(NULL AS VARCHAR)"
    kind = f"CAST({quoted(key.breakdown)} AS VARCHAR)" if key.breakdown else "CAST(NULL AS VARCHAR)"
    sums = ",\n  ".join(
        f"CAST(SUM({_amount(rows, unfit)}) AS BIGINT) AS {quoted(name)}"
        for name, rows, unfit in counts
    )
    source = quoted(key.of) if key.dated_by else _stock_changes(key.of)
    day = f"CAST({key.dated_by} AS DATE)" if key.dated_by else "_day"
    names = ", ".join(quoted(name) for name, _, _ in counts)
    return (
        f"{counted.relations(key.of)},\n"
        f"counted AS (SELECT {unit_of(key.of, columns)} AS unit, {officer} AS officer,"
        f" {kind} AS kind, {day} AS day,\n  {sums}\nFROM {source}\n"
        f"WHERE {day} IS NOT NULL GROUP BY 1, 2, 3, 4)\n"
        f"SELECT unit, officer, kind, day, measure, n FROM"
        f" (UNPIVOT counted ON {names} INTO NAME measure VALUE n) WHERE n <> 0"
    )


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


def unit_of(relation: str, columns: Collection[str]) -> str:
    """The most precise unit of a row, as SQL: 'v:' village, else 's:' station, else ''."""
    if relation in ("village", "station"):
        return f"'{relation[0]}:' || code"
    known = [f"'{name[0]}:' || {name}" for name in ("village", "station") if name in columns]
    return f"coalesce({', '.join(known)}, '')" if known else "''"


def _last_date(copy: Copy) -> date:
    """The last date of anything that happened, over all record tables."""
    dates = [
        f"SELECT max(CAST({quoted(column.name)} AS DATE)) AS day FROM record.{quoted(table.name)}"
        for table in BASE.values()
        for column in table.dates
        if not table.is_register and not (column.is_plan and column.name != "day")
    ]
    row = copy.one(f"SELECT max(day) FROM ({' UNION ALL '.join(dates)})")
    return row[0] if row and isinstance(row[0], date) else date.min
