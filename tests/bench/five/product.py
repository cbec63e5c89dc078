"""The product itself, over a catalogue that holds only the five."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.copy import Copy
from data.journal import Journal
from metrics.catalogue import Catalogue, load_catalogue
from metrics.count import Counted, count
from metrics.scheme import load_schemes
from metrics.sums import Span, Sums, sums
from tests.bench.five import FIVE, Months, Row


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], Sums]]:
    """From raw: every cell is counted anew, then summed over the months."""
    counting = _counting(folder)
    yield lambda months: _summed(counting(), months)


@contextmanager
def opened_counted(folder: Path) -> Iterator[Callable[[Months], Sums]]:
    """From cells: only the sums."""
    counted = _counting(folder)()
    yield lambda months: _summed(counted, months)


def rows(result: Sums) -> Iterable[Row]:
    found: dict[tuple[str, int, str], dict[str, int]] = {}
    for (village, label, measure), n in result.items():
        indicator, _, part = measure.rpartition(".")
        found.setdefault((village, int(label), indicator), {})[part] = n
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


def _summed(counted: Counted, months: Months) -> Sums:
    spans = [Span(str(number), first, last) for number, first, last in months.each]
    return sums(counted, "village", months.last, list(counted.catalogue), spans)
