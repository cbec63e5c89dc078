"""`make bench`: how long the steps of the path take, on the demo city. Figures, not tests.

Each figure is the median of a few runs in this process; results go to var/bench.json.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.copy import Copy
from data.demo.load import load_demo
from data.journal import Journal
from data.rights import command_line
from metrics.catalogue import load_catalogue
from metrics.count import count
from metrics.measure import measure_all
from metrics.period import parse_period
from metrics.rank import assess
from metrics.scheme import load_schemes
from metrics.store import Store

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

    def note(name: str, value: float, goal: float | None = None) -> None:
        met = None if goal is None else value <= goal
        found.append(
            {"name": name, "value": round(value, 1), "unit": "ms", "goal": goal, "met": met}
        )

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
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = figures(Path(folder))
    out = Path("var")
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    grid = Table("figure", "ms", "goal", "met")
    for row in found:
        goal, met = row["goal"], row["met"]
        grid.add_row(
            str(row["name"]),
            f"{row['value']:,}",
            "" if goal is None else f"{goal:,}",
            "" if met is None else str(met),
        )
    Console().print(grid)


main()
