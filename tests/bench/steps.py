"""The steps of the path on the county's demo city: made, loaded, counted."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from data.demo.load import load_demo
from data.journal.copy import Copy
from data.journal.journal import Journal
from metrics.indicators.catalogue import load_catalogue
from tests.bench.figure import Figure, median_ms, taken_ms
from tests.bench.stores import ACTOR


def run(place: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        store = Path(folder)
        making = taken_ms(lambda: load_demo(store, ACTOR))
        yield Figure("demo city made and loaded", making, "ms", 20_000)
        copying = median_ms(lambda: Copy(Journal(store)).catch_up(), 3)
        yield Figure("serving copy built", copying)
    yield Figure("catalogue loaded and checked", median_ms(load_catalogue, 3))
