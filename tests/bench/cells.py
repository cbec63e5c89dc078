"""From cells: assessments and scores of one and of many months, and the memory that it takes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures.measure import measure_all
from metrics.scoring.rank import assess
from metrics.scoring.score_trend import score_months
from tests.bench.figure import Figure, median_ms, taken_ms
from tests.bench.stores import ACTOR, COUNTY, DENSE, MONTH, MONTHS, demo, size

Found = list[tuple[str, float, str, float | None]]
SCORES = f"scores of all villages, {MONTHS} months, from cells"


def run(place: Path) -> Iterator[Figure]:
    for density in (COUNTY, DENSE):
        store = demo(place, density)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            for name, value, unit, goal in pool.submit(measured, store).result():
                yield Figure(f"{size(density)}: {name}", value, unit, goal)


def measured(store: Path) -> Found:
    """In a process that opens the store, counts and computes, and does nothing else."""
    opened = Store(store)
    found: Found = [("opened and counted", taken_ms(opened.counted), "ms", None)]
    counted = opened.counted()
    month = parse_period(MONTH, counted.as_of)
    every = list(counted.catalogue)
    runs: dict[str, Callable[[], object]] = {
        f"all indicators by {level}": partial(measure_all, counted, every, level, month, ACTOR)
        for level in ("station", "village")
    } | {
        f"assessment by {level}": partial(assess, counted, level, month, ACTOR)
        for level in ("station", "village")
    }
    for name, compute in runs.items():
        found.append((f"{name}, one month, from cells", median_ms(compute), "ms", None))
    taken = median_ms(lambda: score_months(counted, "village", month, ACTOR, MONTHS), 3)
    found.append((SCORES, taken, "ms", 150))
    found.append(("peak memory", _peak_memory(), "GB", 3))
    return found


def _peak_memory() -> float:
    """Gigabytes of this process alone: getrusage would begin with those of its parent."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024**2
