"""What a result was made from, noted while it is made, so that nobody has to declare it.

Whoever reads cells, records or the log notes it here (`metrics.cells.sums`, `Counted.relations`,
`Counted.log`). What was read while a kept result was made decides whether it still holds after the
next record (`metrics.cells.count.Grown.leaves`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

ANY = ""  # of the log: entries of every kind, or about every period


@dataclass
class Reads:
    """sums           indicator id -> the last day whose cells were summed
    records        table -> records that name a day up to this one were read (date.max: all)
    log            (kind, period) of the entries that were read; ANY for every one
    is_everything  it holds for this position of the journal only
    """

    sums: dict[str, date] = field(default_factory=dict)
    records: dict[str, date] = field(default_factory=dict)
    log: set[tuple[str, str]] = field(default_factory=set)
    is_everything: bool = False

    def absorb(self, other: "Reads") -> None:
        """What is made from a result is made from what that was made from."""
        _extend(self.sums, other.sums.items())
        _extend(self.records, other.records.items())
        self.log |= other.log
        self.is_everything |= other.is_everything


_NOTED: ContextVar[Reads | None] = ContextVar("reads", default=None)


@contextmanager
def noting() -> Iterator[Reads]:
    """What is read inside; it is part of what is read around it, too."""
    around, reads = _NOTED.get(), Reads()
    token = _NOTED.set(reads)
    try:
        yield reads
    finally:
        _NOTED.reset(token)
        if around is not None:
            around.absorb(reads)


@contextmanager
def unnoted() -> Iterator[None]:
    """For what cannot change any more (the records of a cut-off), or is noted more exactly."""
    token = _NOTED.set(None)
    try:
        yield
    finally:
        _NOTED.reset(token)


def begin_run() -> None:
    """From here on the reads of this run of a page are noted; it has a context of its own."""
    _NOTED.set(Reads())


def read_so_far() -> Reads:
    """What was noted so far; everything, where nothing is noted."""
    reads = Reads(is_everything=True)
    if (noted := _NOTED.get()) is not None:
        reads = Reads()
        reads.absorb(noted)
    return reads


def note(reads: Reads) -> None:
    """These were read: by a result that is asked for once more, or that others are made from."""
    if (noted := _NOTED.get()) is not None:
        noted.absorb(reads)


def note_sums(sums: Iterable[tuple[str, date]]) -> None:
    """(indicator id, last day) of cells that are summed."""
    if (noted := _NOTED.get()) is not None:
        _extend(noted.sums, sums)


def note_records(tables: Iterable[str], until: date = date.max) -> None:
    """The records of these tables, or those of them that name a day up to `until`."""
    if (noted := _NOTED.get()) is not None:
        _extend(noted.records, ((table, until) for table in tables))


def note_log(kinds: Iterable[str], periods: Iterable[str]) -> None:
    """Entries of the log by kind and period; none named: every one."""
    if (noted := _NOTED.get()) is not None:
        noted.log |= {(k, p) for k in tuple(kinds) or (ANY,) for p in tuple(periods) or (ANY,)}


def note_everything() -> None:
    """Where the journal stands."""
    if (noted := _NOTED.get()) is not None:
        noted.is_everything = True


def _extend(days: dict[str, date], more: Iterable[tuple[str, date]]) -> None:
    for name, day in more:
        days[name] = max(day, days.get(name, date.min))
