"""`make bench`: how long the steps of the path take, on the demo city. Figures, not tests.

Each figure is the median of a few runs in this process; results go to var/bench.json.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from data.copy import Copy, arrow_schema
from data.demo.load import load_demo
from data.journal import Batch, Journal
from data.rights import command_line
from data.schema import TABLES
from metrics.catalogue import load_catalogue
from metrics.count import count
from metrics.measure import measure_all
from metrics.period import parse_period
from metrics.rank import assess
from metrics.scheme import load_schemes
from metrics.store import Store
from tests.bench.live import live, p50_p95
from tests.bench.loads import load_rates

ACTOR = command_line()


def median_ms(run: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def figures(folder: Path) -> list[dict[str, object]]:
    """name, value, unit, goal (None where no goal was set), met."""
    found: list[dict[str, object]] = []

    def note(name: str, value: float, goal: float | None = None, unit: str = "ms") -> None:
        met = None if goal is None else value <= goal
        row = {"name": name, "value": round(value, 1), "unit": unit, "goal": goal, "met": met}
        found.append(row)

    note("demo city made and loaded", median_ms(lambda: load_demo(folder, ACTOR), 1), 20_000)
    catalogue = load_catalogue()
    note("catalogue loaded and checked", median_ms(load_catalogue, 3))
    schemes = load_schemes(catalogue)
    note("serving copy built", median_ms(lambda: Copy(Journal(folder)).catch_up(), 3))
    store = Store(folder)
    counted = store.counted()
    day = counted.as_of
    note("cells from raw", median_ms(lambda: count(counted.copy, catalogue, schemes, day), 3))
    july = parse_period("2019-07", day)
    every = list(catalogue)
    for level in ("station", "village"):
        note(
            f"all indicators by {level}, one month",
            median_ms(lambda level=level: measure_all(counted, every, level, july, ACTOR)),
        )
        note(
            f"assessment by {level}, one month",
            median_ms(lambda level=level: assess(counted, level, july, ACTOR)),
        )
    note("one corrected record: its cells", _correction(folder, store), 100)
    with tempfile.TemporaryDirectory() as place:
        for form, rate in load_rates(Path(place)).items():
            note(f"load, {form}", rate, unit="rows/s")
    with tempfile.TemporaryDirectory() as place:
        for channel, values in live(folder, Path(place)).items():
            for name, value in zip(("p50", "p95"), p50_p95(values), strict=True):
                goal = None if name == "p50" else {"http": 2_000, "folder": 5_000}[channel]
                note(f"record to open page, {channel}, {name}", value, goal)
    return found


def _correction(folder: Path, store: Store) -> float:
    """One corrected visit of a past year, from the acknowledged part to the new cells."""
    visit = TABLES["visit"]
    query = f"SELECT {', '.join(visit.names)} FROM record.visit WHERE id = 'V-0150000'"
    (row,) = store.copy.cursor().sql(query).to_arrow_table().to_pylist()
    taken = []
    for minute in range(1, 10):
        row["ended_at"] = row["started_at"] + timedelta(minutes=minute)
        journal = Journal(folder)
        with journal.lock():
            rows = pa.Table.from_pylist([row], arrow_schema(visit))
            journal.append([Batch("visit", rows, visit.names)], "bench", ACTOR)
        start = time.perf_counter()
        store.counted()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = figures(Path(folder))
    out = Path("var")
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    grid = Table("figure", "value", "unit", "goal", "met")
    for row in found:
        goal, met = row["goal"], row["met"]
        grid.add_row(
            str(row["name"]),
            f"{row['value']:,}",
            str(row["unit"]),
            "" if goal is None else f"{goal:,}",
            "" if met is None else str(met),
        )
    Console().print(grid)


main()
