"""Counting: records -> cells (unit, officer, kind, day, measure, n).

One pass over the records, all the measures (see metrics/cells/passes.py). Cells are small, integer
and additive, so any period, level, comparison or trend is a sum over them. Their sums by month are
kept beside them. Cells of one unit lie together, so that what is asked of a unit reads only its
own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import duckdb

from data.journal.copy import Copy
from data.journal.log import Entry, entries
from data.journal.overlay import Rows
from metrics.cells.passes import Pass, passes_of
from metrics.cells.reads import ANY, Reads, note_log, note_records
from metrics.indicators.absence import absence
from metrics.indicators.catalogue import Catalogue
from metrics.indicators.record_part import Only
from metrics.indicators.views import BASE
from metrics.scheme.scheme import Scheme, peak_hours_sql

CELL = "unit VARCHAR, officer VARCHAR, kind VARCHAR, {} DATE, measure VARCHAR, n BIGINT"
FIRST_ON, PASSES, LOG = "first_on", "passes", "log"


@dataclass(frozen=True)
class Grown:
    """What a recount changed.

    position     of the counts before
    first_days   measure -> the first day whose cells differ
    tables       those of which records came in -> the first day that one of these names
    log          (kind, period) of the entries of the log that came in
    """

    position: int
    first_days: Mapping[str, date]
    tables: Mapping[str, date] = field(default_factory=dict)
    log: frozenset[tuple[str, str]] = frozenset()

    def leaves(self, reads: Reads) -> bool:
        """Whether all that was read is as before."""
        return not (
            reads.is_everything
            or _is_reached(reads.records, self.tables.items())
            or _is_reached(
                reads.sums, ((m.rpartition(".")[0], d) for m, d in self.first_days.items())
            )
            or any(
                kind in (ANY, new_kind) and period in (ANY, new_period)
                for kind, period in reads.log
                for new_kind, new_period in self.log
            )
        )


def _is_reached(until: Mapping[str, date], changed: Iterable[tuple[str, date]]) -> bool:
    """Whether anything changed on a day up to the one until which it was read."""
    return any(name in until and day <= until[name] for name, day in changed)


class Hold:
    """All counts over the same cells share one: when it is gone, nobody can sum them."""


@dataclass(frozen=True)
class Counted:
    """The records of a copy, counted as of a day: what every figure is made from.

    con        where the cells lie: the copy may have moved on to a newer snapshot
    cells      name of the table of cells
    position   journal position up to which was counted
    absent     indicator id -> why it is 不适用 everywhere in this store
    cut        the as-of day if it hides something that is known, else None
    shapes     (table, shape) of the rows that were counted
    kept       name of the table of a snapshot under the cells, '' where they lie in memory
    grown      how they differ from the cells before, None where all was counted anew
    memory     what was found out that a recount mostly leaves as it is: what the registers say (as
               they change, all is counted anew), and `first_on`
    """

    copy: Copy
    con: duckdb.DuckDBPyConnection = field(compare=False, repr=False)
    catalogue: Catalogue
    schemes: tuple[Scheme, ...]
    as_of: date
    cells: str
    position: int
    absent: Mapping[str, str]
    cut: date | None
    shapes: frozenset[tuple[str, int]]
    kept: str = ""
    grown: Grown | None = None
    memory: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    hold: Hold = field(default_factory=Hold, compare=False, repr=False)

    @property
    def months(self) -> str:
        """Name of the table of the cells' sums by calendar month, dated by its first day."""
        return f"{self.cells}_month"

    @property
    def cell_rows(self) -> Rows:
        return Rows(self.cells, self.kept)

    @property
    def month_rows(self) -> Rows:
        return Rows(self.months, self.kept and f"{self.kept}_month")

    @property
    def passes(self) -> tuple[Pass, ...]:
        """The queries that make the cells."""
        if PASSES not in self.memory:
            self.memory[PASSES] = passes_of(self.copy, self.catalogue, self.absent)
        return cast(tuple[Pass, ...], self.memory[PASSES])

    @property
    def key(self) -> str:
        """What a cached figure is cached under: cells of the same name change with the position."""
        return f"{self.cells}@{self.position}"

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """For a query whose reads are noted: by `relations`, or by metrics.cells.reads."""
        return self.con.cursor()

    def relations(self, *names: str, only: Only | None = None) -> str:
        """The WITH clause that defines the relations as of the day; their records are noted."""
        views = self.catalogue.views
        note_records(table for name in names for table in views.tables(name))
        return views.with_clause(names, self.cut, peak_hours_sql(self.schemes), only)

    def log(self, *kinds: str, periods: Sequence[str] = ()) -> tuple[Entry, ...]:
        """What people decided, in order: entries of these kinds and about these periods, all of
        them where none are named."""
        note_log(kinds, periods)
        position, every = cast(tuple[int, tuple[Entry, ...]], self.memory.get(LOG, (-1, ())))
        if position != self.copy.position:
            position, every = self.copy.position, entries(self.copy)
            self.memory[LOG] = position, every
        return tuple(
            entry
            for entry in every
            if (not kinds or entry.kind in kinds) and (not periods or entry.period in periods)
        )

    def query(self, each: Pass, only: Only | None = None) -> str:
        """The rows of cells of a pass, of all records or of a part of them."""
        columns = self.catalogue.views.columns(each.of)
        return each.sql(self.relations(each.of, only=only), columns, only)

    def drop(self) -> None:
        """Forget the cells. Who still holds them cannot sum any more."""
        for rows in (self.cell_rows, self.month_rows):
            rows.drop(self.cursor())

    @property
    def first_on(self) -> date:
        """The first day on which the store knows of an event; before it nothing is known."""
        if FIRST_ON not in self.memory:
            self.memory[FIRST_ON] = self._first_on()
        return cast(date, self.memory[FIRST_ON])

    def _first_on(self) -> date:
        counts = [(f"{i.id}.{part}", rows) for i in self.catalogue for part, rows in i.counts()]
        stocks = ", ".join(f"'{measure}'" for measure, rows in counts if rows.stock) or "''"
        events = f"n > 0 AND measure NOT IN ({stocks})"
        query = (
            f"SELECT min(day) FROM {self.cells} WHERE day > DATE '1990-01-01' AND {events}"
            f" AND day <= (SELECT last_day(min(month)) FROM {self.months}"
            f" WHERE month > DATE '1990-01-01' AND {events})"
        )
        row = self.cursor().execute(query).fetchone()
        return row[0] if row and isinstance(row[0], date) else date.min


def count(copy: Copy, catalogue: Catalogue, schemes: Sequence[Scheme], as_of: date) -> Counted:
    """Count all the measures of the catalogue over all records, as of a day."""
    position = copy.position
    what = (tuple(catalogue.indicators), peak_hours_sql(schemes))
    name = f"cell_{as_of:%Y%m%d}_{position}_{abs(hash(what)):x}"
    absent = {i.id: why for i in catalogue if (why := absence(copy, catalogue, i))}
    cut, shapes = cut_of(copy, as_of), shapes_of(copy)
    known = (as_of, name, position, absent, cut, shapes)
    counted = Counted(copy, copy.con, catalogue, tuple(schemes), *known)
    cursor = copy.cursor()
    cursor.execute(f"CREATE OR REPLACE TABLE {name} ({CELL.format('day')})")
    for each in counted.passes:
        cursor.execute(f"INSERT INTO {name} {counted.query(each)} ORDER BY unit")
    cursor.execute(f"CREATE OR REPLACE TABLE {counted.months} ({CELL.format('month')})")
    cursor.execute(f"INSERT INTO {counted.months} {month_sums(name)} ORDER BY unit")
    return counted


def month_sums(cells: str) -> str:
    """SELECT of the cells' sums by calendar month, dated by its first day."""
    return (
        "SELECT unit, officer, kind, CAST(date_trunc('month', day) AS DATE) AS month, measure,"
        f" CAST(sum(n) AS BIGINT) AS n FROM {cells} GROUP BY ALL"
    )


def shapes_of(copy: Copy) -> frozenset[tuple[str, int]]:
    """Of what is counted: the first reject or mark of a store changes no figure."""
    return frozenset(
        (t, shape) for t, shapes in copy.shapes_with_rows.items() if t in BASE for shape in shapes
    )


def cut_of(copy: Copy, as_of: date) -> date | None:
    """The as-of day if it hides something that is known."""
    return as_of if copy.last_on > as_of else None
