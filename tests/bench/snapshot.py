"""What a snapshot is worth: this checkout beside an older one, in turn, as ratios.

The older checkout, with its own `.venv`, is named by `--against` (or BENCH_AGAINST); without one
nothing is measured. Both read the same stores: an older program leaves a snapshot aside. The goals
are for wall time; CPU time stands beside it, since a busy machine moves it less. Both run from
compiled files, as installed programs do.
"""

import os
import resource
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from tests.bench.figure import Figure
from tests.bench.stores import COUNTY, DENSE, MONTH, demo, size, writable

OWN = Path(__file__).parents[2]
TIMES = int(os.environ.get("BENCH_TIMES", "5"))
FROZEN = ("2019-04", "2019-05", "2019-06", "2019-07")
MEASURE = ("measure", "A1-visit-coverage", "--by", "station", "--period", MONTH)
ASSESS = ("assess", "--by", "station", "--period", MONTH)


def run(place: Path) -> Iterator[Figure]:
    against = os.environ.get("BENCH_AGAINST")
    if not against:
        return
    older, place = Path(against), place.resolve()  # programs run from their own folders
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(place / "compiled")
    yield from _ratios("hongfeng --help", older, ("--help",), 1 / 3)
    yield from _commands(older, place, COUNTY, {MEASURE: 1 / 8, ASSESS: 1 / 8})
    yield from _correction(older, place, COUNTY)
    yield from _first_page(older, place / f"kept-{COUNTY}")
    stores = {each: ("verify", "--store", str(frozen_store(place, each))) for each in (OWN, older)}
    name = f"verify of {len(FROZEN)} frozen months"
    yield from _compared(name, older, lambda each: command(each, *stores[each]), 1 / 2)
    yield from _commands(older, place, DENSE, {MEASURE: 1 / 12, ASSESS: None})
    yield from _correction(older, place, DENSE)
    yield from _memory(older, place / f"kept-{DENSE}")


def _commands(
    older: Path, place: Path, density: int, goals: Mapping[Sequence[str], float | None]
) -> Iterator[Figure]:
    """Commands before there is a snapshot, and with it. goals: words -> most of the time before."""
    store = writable(demo(place, density), place / f"kept-{density}")
    for words in goals:
        name = f"{size(density)}: {words[0]} without a snapshot"
        yield from _ratios(name, older, (*words, "--store", str(store)), 1.05)
    began = perf_counter()
    command(OWN, "snapshot", "--store", str(store))
    yield Figure(f"{size(density)}: snapshot written", (perf_counter() - began) * 1000)
    for words, goal in goals.items():
        name = f"{size(density)}: {words[0]} with a snapshot"
        yield from _ratios(name, older, (*words, "--store", str(store)), goal)


def command(checkout: Path, *words: str) -> str:
    """What a command of a checkout prints."""
    return program(checkout, str(checkout / "cli.py"), *words)


def program(checkout: Path, *words: str) -> str:
    python = str(checkout / ".venv/bin/python")
    run = subprocess.run(
        [python, *words], cwd=checkout, stdout=subprocess.PIPE, text=True, check=True
    )
    return run.stdout


def _ratios(name: str, older: Path, words: Sequence[str], goal: float | None) -> Iterator[Figure]:
    yield from _compared(name, older, lambda checkout: command(checkout, *words), goal)


def _compared(
    name: str, older: Path, run_in: Callable[[Path], object], goal: float | None
) -> Iterator[Figure]:
    """Medians of runs in turn, so that a busy machine is busy for both."""
    taken: dict[Path, list[tuple[float, float]]] = {OWN: [], older: []}
    for _ in range(TIMES):
        for checkout, each in taken.items():
            began, spent = perf_counter(), _cpu_seconds()
            run_in(checkout)
            each.append((perf_counter() - began, _cpu_seconds() - spent))
    for at, what in enumerate(("", ", CPU time")):
        own, before = (statistics.median(pair[at] for pair in each) for each in taken.values())
        yield Figure(f"{name} ÷ before{what}", own / before, "×", None if what else goal)


def _cpu_seconds() -> float:
    """Of all programs that were started and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


CORRECTION = """
import sys
from pathlib import Path
try:
    from metrics.cells.store import Store
except ImportError:  # as it lay before
    from metrics.store import Store
from tests.bench.corrections import _old_visits, corrected
from tests.bench.figure import percentile
store = Store(Path(sys.argv[1]))
store.counted()
print(percentile([corrected(store, row)[1] for row in _old_visits(store)], 0.5))
"""


def _correction(older: Path, place: Path, density: int) -> Iterator[Figure]:
    """On a store of its own for each checkout, ours over a snapshot."""
    taken = {}
    for checkout in (OWN, older):
        store = writable(demo(place, density), place / "to-correct")
        if checkout == OWN:
            command(OWN, "snapshot", "--store", str(store))
        taken[checkout] = float(program(checkout, "-c", CORRECTION, str(store)).split()[-1])
    name = f"{size(density)}: a corrected old record to the new score, over a snapshot, p50"
    yield Figure(name, taken[OWN])
    goal = 0.6 if density == DENSE else None
    yield Figure(f"{name} ÷ before", taken[OWN] / taken[older], "×", goal)


FIRST_PAGE = """
import sys
from pathlib import Path
from tests.bench.startup import first_page
try:
    from tests.chromium import chromium
except ImportError:  # as it lay before
    from tests.browser import chromium
with chromium() as browser:
    print(first_page(Path(sys.argv[1]), browser))
"""


def _first_page(older: Path, store: Path) -> Iterator[Figure]:
    taken: dict[Path, list[float]] = {OWN: [], older: []}
    for _ in range(TIMES):
        for checkout, each in taken.items():
            each.append(float(program(checkout, "-c", FIRST_PAGE, str(store)).split()[-1]))
    own, before = (statistics.median(each) for each in taken.values())
    yield Figure("server start to the first page ÷ before", own / before, "×", 1 / 2)


MEMORY = """
import sys, time
from pathlib import Path
from tests.bench.process import rss_mib
try:
    from tests.chromium import served
except ImportError:  # as it lay before
    from tests.browser import served
with served(Path(sys.argv[1])) as server:
    time.sleep(60)  # it has warmed up
    print(rss_mib(server.pid) / 1024)
"""


def _memory(older: Path, store: Path) -> Iterator[Figure]:
    for name, checkout, goal in (("", OWN, 0.8), (" before", older, None)):
        gigabytes = float(program(checkout, "-c", MEMORY, str(store)).split()[-1])
        yield Figure(f"{size(DENSE)}: resident memory of the server{name}", gigabytes, "GB", goal)


FREEZING = """
import sys
from pathlib import Path
from metrics.assessment.steps import check, cut_off, freeze, hear, publish, run
try:
    from metrics.cells.store import Store
except ImportError:  # as it lay before
    from metrics.store import Store
from tests.assessing import FIRST, LEADER, desk
store = Store(Path(sys.argv[1]))
for month in sys.argv[2:]:
    cut_off(desk(store, FIRST), month)
    run(desk(store, FIRST), month)
    check(desk(store, FIRST), month, "已核对")
    publish(desk(store, FIRST), month)
    hear(desk(store, FIRST, 4), month)
    freeze(desk(store, LEADER, 9), month)
"""


def frozen_store(place: Path, checkout: Path) -> Path:
    """The county with its last four whole months frozen by a checkout, in its own form."""
    folder = place / ("frozen" if checkout == OWN else "frozen-before")
    if not folder.exists():
        making = writable(demo(place), place / "freezing")
        program(checkout, "-c", FREEZING, str(making), *FROZEN)
        making.rename(folder)
    return folder
