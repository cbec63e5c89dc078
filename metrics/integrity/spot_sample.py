"""Whom the spot checks of a month fall on: random records of every village, and flagged ones.

The draw is a keyed order: records are sorted by md5(seed|record) and the first ones of each village
are taken. It hangs on nothing but the seed and the records, so whoever has both can repeat it; the
log keeps seed, month and journal position (data.decisions.spot_checks).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from data.decisions.spot_checks import Sample
from data.rights import Actor
from data.schema import TABLES
from metrics.calendar.days import month_end
from metrics.cells.count import Counted
from metrics.cells.units import Unit, units
from metrics.indicators.views import first_date
from metrics.integrity.flag import Flag

SAMPLED = ("visit", "patrol", "task", "dispute", "hazard")
PER_UNIT = 5
FLAGGED_PER_UNIT = 5
Why = Literal["random", "flagged"]
WHY_WORDS: dict[Why, str] = {"random": "随机", "flagged": "线索"}


@dataclass(frozen=True)
class SampledRecord:
    """A record to be checked: table/id, its village, and by which part of the draw."""

    record: str
    village: str
    why: Why


@dataclass(frozen=True)
class ToCheck:
    """A drawn record and what its check found so far: fields sampled and correct, or nothing yet.

    village   its name; `station`: the code of its station
    """

    record: str
    table: str
    id: str
    village_code: str
    village: str
    station: str
    why: str
    sampled: int | None
    correct: int | None


@dataclass(frozen=True)
class SpotCoverage:
    """Of one station: its villages, how many were checked enough, and the checks themselves."""

    station: str
    name: str
    villages: int
    covered: int
    checks: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.covered, self.villages) if self.villages else None


def draw_sample(
    counted: Counted, month: date, seed: int, flags: Iterable[Flag], per_unit: int = PER_UNIT
) -> tuple[SampledRecord, ...]:
    """At least `per_unit` random records of each village and month (all, where there are fewer),
    and beside them up to FLAGGED_PER_UNIT of those behind its flags."""
    behind = sorted({e.key for f in flags if f.month == month.replace(day=1) for e in f.evidence})
    rows = counted.cursor().execute(
        f"{counted.relations(*SAMPLED)}, every AS ({_records(month)}),"
        " drawn AS (SELECT *, row_number() OVER (PARTITION BY village ORDER BY sign, record)"
        " <= $per_unit AS is_random FROM every),"
        " besides AS (SELECT *, row_number() OVER (PARTITION BY village ORDER BY sign, record)"
        " AS place FROM drawn WHERE NOT is_random AND list_contains($behind, record))"
        " SELECT record, village, 'random' FROM drawn WHERE is_random UNION ALL"
        " SELECT record, village, 'flagged' FROM besides WHERE place <= $flagged"
        " ORDER BY 2, 3 DESC, 1",
        {"seed": str(seed), "per_unit": per_unit, "behind": behind, "flagged": FLAGGED_PER_UNIT},
    )
    return tuple(SampledRecord(*row) for row in rows.fetchall())


def _records(month: date) -> str:
    """Every record of the month with a village, by the day on which it first appears."""
    first, last = month.replace(day=1), month_end(month)
    return " UNION ALL ".join(
        f"SELECT '{name}/' || id AS record, village, md5($seed || '|{name}/' || id) AS sign"
        f' FROM "{name}" WHERE village IS NOT NULL AND voided_on IS NULL'
        f" AND {first_date(TABLES[name])} BETWEEN DATE '{first}' AND DATE '{last}'"
        for name in SAMPLED
    )


def to_check(counted: Counted, sample: Sample) -> list[ToCheck]:
    """The records of a draw in its order, with the results that were entered since."""
    rows = counted.cursor().execute(
        f"{counted.relations('spot_check')} SELECT record, village, fields_sampled, fields_correct"
        " FROM spot_check WHERE voided_on IS NULL AND record IS NOT NULL"
        " AND _part > $position ORDER BY checked_on, entered_at",
        {"position": sample.position},
    )
    results = {(record, village): (n, good) for record, village, n, good in rows.fetchall()}
    villages = {unit.code: unit for unit in units(counted, "village", month_end(sample.month))}
    checks = []
    for record, village, why in sample.records:
        table, _, name = record.partition("/")
        unit = villages.get(village) or Unit(village, village, "village")
        title, reason = TABLES[table].title, WHY_WORDS["flagged" if why == "flagged" else "random"]
        entered = results.get((name, village), (None, None))
        checks.append(
            ToCheck(record, title, name, village, unit.name, unit.station, reason, *entered)
        )
    return checks


def shown_to(rows: Sequence[ToCheck], actor: Actor) -> list[ToCheck]:
    """Who speaks for a station is not told beforehand which of its records will be checked."""
    return [row for row in rows if not actor.unit or row.sampled is not None]


def coverage(
    counted: Counted, first: date, last: date, per_unit: int = PER_UNIT
) -> list[SpotCoverage]:
    """By station: how many of its villages were checked at least `per_unit` times in the days."""
    rows = counted.cursor().execute(
        f"{counted.relations('spot_check')} SELECT village, count(*) FROM spot_check"
        " WHERE voided_on IS NULL AND village IS NOT NULL AND checked_on BETWEEN $first AND $last"
        " GROUP BY village",
        {"first": first, "last": last},
    )
    checks = dict(rows.fetchall())
    day = min(last, counted.as_of)
    villages = units(counted, "village", day)
    stations = []
    for station in units(counted, "station", day):
        own = [checks.get(v.code, 0) for v in villages if v.station == station.code]
        enough = sum(n >= per_unit for n in own)
        stations.append(SpotCoverage(station.code, station.name, len(own), enough, sum(own)))
    return stations
