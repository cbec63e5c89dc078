"""One corrected old visit, from the acknowledged part to the village's new score."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.journal.copy import arrow_schema, fetch_arrow
from data.journal.journal import Batch, Journal
from data.schema import TABLES
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.scheme.scheme import scheme_of
from metrics.scoring.score import score_units
from tests.bench.figure import Figure, percentile, taken_ms
from tests.bench.stores import ACTOR, COUNTY, DENSE, demo, size, writable

RECORDS = 40
VISIT = TABLES["visit"]


def run(place: Path) -> Iterator[Figure]:
    for density in (COUNTY, DENSE):
        store = Store(writable(demo(place, density), place / f"corrected-{density}"))
        store.counted()
        taken = [corrected(store, row) for row in _old_visits(store)]
        cells, scores = ([pair[i] for pair in taken] for i in (0, 1))
        for reached, times in (("its cells", cells), ("the new score", scores)):
            for name, share in (("p50", 0.5), ("p95", 0.95)):
                what = f"{size(density)}: a corrected old record to {reached}, {name}"
                goal = 100 if (reached, name) == ("the new score", "p50") else None
                yield Figure(what, percentile(times, share), "ms", goal)


def corrected(store: Store, row: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds to its cells and to the score of its month: a visit that ends too early."""
    row["ended_at"] = row["started_at"] - timedelta(minutes=1)
    journal = Journal(store.folder)
    with journal.lock():
        rows = pa.Table.from_pylist([row], arrow_schema(VISIT))
        journal.append([Batch("visit", rows, VISIT.names)], "bench", ACTOR)
    cells = taken_ms(store.counted)
    return cells, cells + taken_ms(lambda: _score(store, row["village"], row["started_at"]))


def _score(store: Store, village: str, day: datetime) -> Fraction | None:
    """The village's score in the month of the day."""
    counted = store.counted()
    period = parse_period(f"{day:%Y-%m}", counted.as_of)
    scheme = scheme_of(counted.schemes, period.ends_on)
    (found,) = score_units(counted, scheme, "village", period, only=[village])
    return found.score


def _old_visits(store: Store) -> list[dict[str, Any]]:
    """Visits of other villages and months, more than a year old."""
    columns = ", ".join(VISIT.names)
    query = (
        f"SELECT {columns} FROM record.visit WHERE village IS NOT NULL AND started_at <"
        f" (SELECT max(started_at) FROM record.visit) - INTERVAL 1 YEAR"
        f" AND ended_at > started_at AND voided_on IS NULL"
        f" ORDER BY hash(id) LIMIT {RECORDS}"
    )
    return fetch_arrow(store.copy.cursor(), query).to_pylist()
