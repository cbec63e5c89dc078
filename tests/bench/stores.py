"""Demo stores for the parts of the bench: made once, never written to."""

import os
import shutil
from pathlib import Path

from data.demo.load import load_demo
from data.rights import command_line

ACTOR = command_line()
COUNTY, DENSE = (int(n) for n in os.environ.get("BENCH_DENSITIES", "1 26").split())
MONTH = "2019-07"  # the last whole month of the demo city
MONTHS = 36


def demo(place: Path, density: int = COUNTY) -> Path:
    """The demo city at a density: 1 is the county (0.52 M events), 26 makes 10.1 M events."""
    folder = place / f"demo-{density}"
    if not folder.exists():
        making = place / f"making-{density}"
        shutil.rmtree(making, ignore_errors=True)
        load_demo(making, ACTOR, density=density)
        making.rename(folder)
    return folder


def writable(store: Path, to: Path) -> Path:
    """A store of its own that shares the parts: they are never changed, only added to."""
    shutil.rmtree(to, ignore_errors=True)
    (to / "journal").mkdir(parents=True)
    for part in (store / "journal").glob("*.parquet"):
        os.link(part, to / "journal" / part.name)
    return to


def size(density: int) -> str:
    """How the figures name a store of a density."""
    events = {1: "0.52 M", 26: "10.1 M"}
    return events.get(density, f"density {density}")
