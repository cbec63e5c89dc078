"""A store opened for reading: its serving copy, the catalogue, the schemes, and counts as of a day.

One per process (`opened`): pages, routes and channels share its copy of the records. `counted()`
tails the journal and counts anew when something came in.
"""

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from weakref import ref

from data.journal.copy import Copy
from data.journal.journal import SHANGHAI, Journal
from data.journal.snapshot import Snapshot
from data.refusal import Refusal
from metrics.cells.count import Counted, Hold, count
from metrics.cells.recount import recount
from metrics.cells.snapshot import (
    AnswersOf,
    is_checked,
    kept_counts,
    open_copy,
    rest_on_latest,
    write_snapshot,
)
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.log import Published, merged, published_schemes
from metrics.scheme.scheme import Scheme, load_scheme, load_schemes

KEPT = 4  # counts of as many as-of days are kept
OUTDATED = 3  # and at most as many that were replaced while a page was drawn that may sum them


class EmptyStore(RuntimeError, Refusal):
    """Nothing has been loaded yet; the message says what to do."""


class Store:
    """Reads one store folder. `indicators`: an extra folder; `scheme`: one file for all periods.

    is_trial   scores are those of that one file, not the results of the periods
    """

    def __init__(
        self, folder: Path, indicators: Path | None = None, scheme: Path | None = None
    ) -> None:
        self.folder = folder
        self.journal = Journal(folder)
        self.copy, self._snapshot = open_copy(self.journal)
        is_right = is_checked(self._snapshot) and indicators is None
        extra = [indicators] if indicators else []
        self.catalogue = load_catalogue(extra=extra, is_checked=is_right)
        self._is_usual, self.is_trial = indicators is None, scheme is not None
        self._declared = (
            (load_scheme(scheme, self.catalogue),)
            if scheme
            else load_schemes(self.catalogue, is_checked=is_right)
        )
        self._published: tuple[int, Published] = (0, Published())
        self._counted: OrderedDict[date, Counted] = OrderedDict()
        self._outdated: list[tuple[ref[Hold], Counted]] = []
        self._lock = threading.Lock()

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """Those of the files and those that the bureau published, by date in force."""
        return self._with(self._read_published())

    @property
    def scheme_problems(self) -> tuple[str, ...]:
        """A sentence for each published scheme that cannot be read any more."""
        return self._read_published().problems

    def schemes_in(self, copy: Copy) -> tuple[Scheme, ...]:
        """The same as another copy of the journal knows them."""
        return self._with(published_schemes(copy, self.catalogue))

    def _with(self, published: Published) -> tuple[Scheme, ...]:
        """One file for all periods stands alone."""
        is_alone = self.is_trial or not published.schemes
        return self._declared if is_alone else merged(self._declared, published.schemes)

    def _read_published(self) -> Published:
        """Read again only where the copy has grown."""
        read_at, known = self._published
        if read_at != (position := self.copy.position):
            known = published_schemes(self.copy, self.catalogue)
            self._published = position, known
        return known

    def as_of(self) -> date:
        """The last day that the store declares, else today in Shanghai."""
        self.copy.catch_up()
        return self.copy.observed_until() or datetime.now(SHANGHAI).date()

    def counted(self, as_of: date | None = None) -> Counted:
        """The records counted as of a day; an empty store raises EmptyStore."""
        with self._lock:
            position = self.copy.catch_up()
            if self.copy.is_empty():
                raise EmptyStore(
                    f"“{self.folder}”中还没有数据，请先导入，或用 hongfeng demo 生成模拟数据"
                )
            day = as_of or self.as_of()
            known = self._counted.get(day)
            if known is None or known.position != position or known.con is not self.copy.con:
                self._counted[day] = self._count(known, day)
                del known  # or it would be held from here
                self._tidy()
                while len(self._counted) > KEPT:
                    _, oldest = self._counted.popitem(last=False)
                    oldest.drop()
            self._counted.move_to_end(day)
            return self._counted[day]

    def _count(self, known: Counted | None, day: date) -> Counted:
        """What is known brought up to date where only a few units were touched, else anew."""
        schemes = self.schemes
        is_of_copy = known is not None and known.con is self.copy.con
        former = known if is_of_copy else self._kept(schemes, day)
        if former is not None and former.schemes == schemes:
            is_newest = former.position == self.copy.position
            if (updated := former if is_newest else recount(former)) is not None:
                return updated
        counted = count(self.copy, self.catalogue, schemes, day)
        if known is not None:
            self._outdated.append((ref(known.hold), replace(known, hold=Hold())))
        return counted

    def _kept(self, schemes: tuple[Scheme, ...], day: date) -> Counted | None:
        """What the snapshot has."""
        if self._snapshot is None or not self._is_usual:
            return None
        return kept_counts(self.copy, self._snapshot, self.catalogue, schemes, day)

    def renew(self) -> bool:
        """Go over to a newer snapshot, if there is one; memory then holds what came in since."""
        with self._lock:
            after = self._snapshot.position if self._snapshot else 0
            newer = rest_on_latest(self.copy, after)
            self._snapshot = newer or self._snapshot
        return newer is not None

    @property
    def has_snapshot(self) -> bool:
        """Whether the records and, as a rule, the cells are those of a snapshot."""
        return self._snapshot is not None

    def tail(self) -> int:
        """How many records came in since the snapshot."""
        after = self._snapshot.position if self._snapshot else 0
        return sum(part.rows for part in self.journal.parts(after))

    def tidy(self) -> None:
        """Drop the replaced cells that nobody holds any more.

        The demo city's take 50 MiB each. Three were kept whether or not somebody held them.
        """
        with self._lock:
            self._tidy()

    def _tidy(self) -> None:
        held = [(hold, cells) for hold, cells in self._outdated if hold() is not None][-OUTDATED:]
        kept = {cells.cells for _, cells in held}
        for _, cells in self._outdated:
            if cells.cells not in kept:
                cells.drop()
        self._outdated = held

    def keep(self, answers_of: AnswersOf | None = None) -> Snapshot | None:
        """Write a snapshot, for whoever opens the store next; of the usual definitions only."""
        if not self._is_usual or self.is_trial:
            return None
        return write_snapshot(self.folder, self.catalogue, self.schemes_in, answers_of)

    def data_time(self) -> datetime | None:
        """数据时间: the instant of the last acknowledged part of the journal."""
        snapshot = self._snapshot  # its note spares the part's footer, and Arrow with it
        if snapshot is not None and snapshot.position == self.journal.position():
            noted = snapshot.content["data_time"]
            return datetime.fromisoformat(noted) if noted else None
        return self.journal.data_time()


@cache
def opened(folder: Path) -> Store:
    """The store of this process."""
    return Store(folder)
