"""What the documents of a month cost, from counted records to the finished file."""

from collections.abc import Iterator
from pathlib import Path

from data.config import DocumentsForm
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.documents.material import Material
from metrics.results import Results
from pages.documents.build import Wish, make
from tests.bench.figure import Figure, median_ms, taken_ms
from tests.bench.stores import ACTOR, MONTH, demo


def run(place: Path) -> Iterator[Figure]:
    store = Store(demo(place))
    counted = store.counted()
    month = parse_period(MONTH, counted.as_of)

    def made(wish: Wish) -> bytes:
        """Nothing is kept from one to the next."""
        return make(Material(Results(store, counted, ACTOR), month), wish, DocumentsForm())

    for name, wish, goal in (
        ("周例会 as PPTX, 14 slides", Wish("weekly"), 5_000),
        ("考核通报 as DOCX", Wish("bulletin"), 3_000),
        ("workbook of the stations as XLSX", Wish("table"), None),
        ("dossier of one village as DOCX", Wish("dossier", "village", "V080"), None),
    ):
        yield Figure(f"documents: {name}", median_ms(lambda w=wish: made(w), 5), "ms", goal)
    batch = taken_ms(lambda: made(Wish("dossier", "village"))) / 1000
    yield Figure("documents: dossiers of all 219 villages as ZIP", batch, "s", 60)
