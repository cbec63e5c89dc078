"""Completeness, timeliness and consistency of the records, by station, table and source.

A source is what the journal names beside the part in which a record's latest version came in, with
the numbers of single files taken off, so that the exports of one system stand together.

  completeness  filled fields ÷ fields that the source has (beside id, village and what is optional)
  timeliness    entered within 72 hours ÷ records whose entry and event both are known
  consistency   records in which what belongs together agrees ÷ records

There is no test by first digits (Benford): a village's counts are far too small for one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from data.schema import TABLES, quoted
from metrics.cells.count import Counted
from metrics.cells.units import UNKNOWN, UNKNOWN_NAME, parents, units
from metrics.indicators.views import first_date

ENTERED_WITHIN_HOURS = 72
# Fields that a complete record has: without them it says too little to be checked.
EXPECTED: dict[str, tuple[str, ...]] = {
    "visit": ("officer", "household", "started_at", "ended_at", "purpose", "note_digest"),
    "return_visit": ("officer", "household", "reason", "due_on"),
    "patrol": ("team", "planned_on"),
    "dispute": ("kind", "received_at", "due_on"),
    "case": ("kind", "reported_at", "happened_at"),
    "hazard": ("kind", "found_on", "due_on"),
    "task": ("officer", "source", "dispatched_at", "due_on"),
    "survey_answer": ("question", "is_valid"),
    "spot_check": ("record", "fields_sampled", "fields_correct"),
}
# When it happened, where an entry can be late.
HAPPENED: dict[str, str] = {
    "visit": "coalesce(ended_at, started_at)",
    "patrol": "coalesce(ended_at, started_at)",
    "dispute": "received_at",
    "case": "reported_at",
    "task": "dispatched_at",
}
AGREES: dict[str, str] = {
    "visit": "ended_at > started_at AND entered_at >= started_at",
    "return_visit": "done_on IS NULL OR officer IS NOT NULL",
    "patrol": "completed_at IS NULL OR (started_at IS NOT NULL AND ended_at <= completed_at)",
    "dispute": "(outcome = 'resolved') IS NOT DISTINCT FROM (resolved_on IS NOT NULL)",
    "case": "status IS NULL OR (status = 'cleared') = (cleared_on IS NOT NULL)",
    "hazard": "rechecked_on IS NULL OR closed_on IS NOT NULL",
    "task": "done_on IS NULL OR signed_at IS NULL OR done_on >= CAST(signed_at AS DATE)",
}


@dataclass(frozen=True)
class Share:
    """Of so many, so many."""

    good: int = 0
    all: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.good + other.good, self.all + other.all)

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.good, self.all) if self.all else None


@dataclass(frozen=True)
class Measured:
    """What was found on some records."""

    records: int = 0
    complete: Share = Share()
    timely: Share = Share()
    consistent: Share = Share()

    def __add__(self, other: "Measured") -> "Measured":
        sums = {name: getattr(self, name) + value for name, value in vars(other).items()}
        return Measured(**sums)


@dataclass(frozen=True)
class Quality:
    """The records of a station from one table and source; names, 未知 where there is none."""

    station: str
    table: str
    source: str
    measured: Measured


def data_quality(counted: Counted, first: date, last: date) -> list[Quality]:
    """What first appears in the days, by station, table and source, in that order."""
    day = min(last, counted.as_of)
    names = {unit.code: unit.name for unit in units(counted, "station", day)}
    belongs, parts = parents(counted, "station", day), counted.copy.journal.parts()
    sources = {part.position: source_of(part.source, part.table) for part in parts}
    sums: dict[tuple[str, str, str], Measured] = defaultdict(Measured)
    for table in EXPECTED:
        for unit, position, measured in _measured(counted, table, first, last):
            station = belongs.get(unit, UNKNOWN)
            sums[station, table, sources.get(position, "来源不详")] += measured
    place = {code: number for number, code in enumerate((*names, UNKNOWN))}
    tables = {table: number for number, table in enumerate(EXPECTED)}
    ordered = sorted(sums, key=lambda key: (place.get(key[0], len(place)), tables[key[1]], key[2]))
    return [
        Quality(names.get(key[0], UNKNOWN_NAME), TABLES[key[1]].title, key[2], sums[key])
        for key in ordered
    ]


def overall(qualities: Iterable[Quality]) -> Measured:
    """All of them together: sums, not a mean of shares."""
    return sum((quality.measured for quality in qualities), Measured())


def source_of(name: str, table: str = "") -> str:
    """“走访-2019-07.csv” and “走访-2019-08.csv” come from one source: 走访.csv. What the part says
    of its table is left out: it stands beside it."""
    name = name.removesuffix(f"-{table}") if table else name
    stem, dot, ending = name.rpartition(".")
    bare, kind = (stem, ending) if dot and ending.isalpha() else (name, "")
    short = re.sub(r"[-_ ()（）]*\d[-_\d ()（）]*$", "", bare) or bare
    return f"{short}.{kind}" if kind else short


def _measured(
    counted: Counted, name: str, first: date, last: date
) -> list[tuple[str, int, Measured]]:
    """(unit of a cell, part of the journal, what was found) of one table."""
    table, shapes = TABLES[name], counted.copy.shapes
    filled = ", ".join(f"count({quoted(column)})" for column in EXPECTED[name])
    agrees = AGREES.get(name, "CAST(NULL AS BOOLEAN)")
    late = f"date_diff('second', {HAPPENED[name]}, entered_at)" if name in HAPPENED else "NULL"
    rows = counted.cursor().execute(
        f"{counted.relations(name)} SELECT coalesce('v:' || village, 's:' || station, ''), _part,"
        f" _shape, count(*), count({late}),"
        f" count(*) FILTER ({late} <= 3600 * {ENTERED_WITHIN_HOURS}), count({agrees}),"
        f" count(*) FILTER ({agrees}), {filled} FROM {quoted(name)}"
        f" WHERE voided_on IS NULL AND {first_date(table)} BETWEEN $first AND $last GROUP BY ALL",
        {"first": first, "last": last},
    )
    measures = []
    for unit, part, shape, records, dated, timely, judged, agreeing, *counts in rows.fetchall():
        filled_counts = [
            n for c, n in zip(EXPECTED[name], counts, strict=True) if c in shapes[shape]
        ]
        complete = Share(sum(filled_counts), records * len(filled_counts))
        measured = Measured(records, complete, Share(timely, dated), Share(agreeing, judged))
        measures.append((unit, part, measured))
    return measures
