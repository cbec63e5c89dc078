"""The product itself, over a catalogue that holds only the five."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from data.journal.copy import Copy
from data.journal.journal import Journal
from metrics.cells.count import Counted, count
from metrics.cells.spans import Span, Want, wants_of
from metrics.cells.sums import sum_cells
from metrics.indicators.catalogue import Catalogue, load_catalogue
from metrics.scheme.scheme import load_schemes
from tests.bench.five import FIVE, Months, Row

Found = tuple[
    list[Want], pa.Table
]  # what was asked, and the sums (see metrics.cells.sums.sum_cells)


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], Found]]:
    """From raw: every cell is counted anew, then summed over the months."""
    counting = _counting(folder)
    yield lambda months: _summed(counting(), months)


@contextmanager
def opened_counted(folder: Path) -> Iterator[Callable[[Months], Found]]:
    """From cells: only the sums."""
    counted = _counting(folder)()
    yield lambda months: _summed(counted, months)


def rows(result: Found) -> Iterable[Row]:
    wants, table = result
    found: dict[tuple[str, int, str], dict[str, int]] = {}
    for village, number, n in zip(*(column.to_pylist() for column in table.columns), strict=True):
        indicator, _, part = wants[number].measure.rpartition(".")
        found.setdefault((village, int(wants[number].label), indicator), {})[part] = n
    for key, parts in found.items():
        yield (*key, parts.get("numerator", 0), parts.get("denominator", 0))


def _counting(store: Path) -> Callable[[], Counted]:
    copy = Copy(Journal(store))
    copy.catch_up()
    every = load_catalogue()
    schemes = load_schemes(every)
    five = Catalogue({name: every[name] for name in FIVE}, every.views)
    day = copy.observed_until() or copy.last_on
    return lambda: count(copy, five, schemes, day)


def _summed(counted: Counted, months: Months) -> Found:
    spans = [Span(str(number), first, last) for number, first, last in months.each]
    wants = [want for i in counted.catalogue for want in wants_of(i, spans, counted.as_of)]
    return wants, sum_cells(counted, "village", months.last, wants)
