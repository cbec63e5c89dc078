"""Completeness, timeliness and consistency of the records, by station, table and source.

A source is what the journal names beside the part in which a record's latest version came in, with
the numbers of single files taken off, so that the exports of one system stand together.

  completeness  filled fields ÷ fields that the source has (beside id, village and what is optional)
  timeliness    entered within 72 hours ÷ records whose entry and event both are known
  consistency   records in which what belongs together agrees ÷ records

There is no test by first digits (Benford): a village's counts are far too small for one.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from data.schema import TABLES, quoted
from metrics.cells.count import Counted
from metrics.cells.units import UNKNOWN, UNKNOWN_NAME, parents, units
from metrics.indicators.views import first_date

ENTERED_WITHIN_HOURS = 72
_DECLARED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
EXPECTED: dict[str, list[str]] = {name: rules["expected"] for name, rules in _DECLARED.items()}


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
    agrees = _DECLARED[name].get("agrees", "CAST(NULL AS BOOLEAN)")
    happened = _DECLARED[name].get("happened", "CAST(NULL AS TIMESTAMP)")
    late = f"date_diff('second', {happened}, entered_at)"
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
