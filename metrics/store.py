"""A store opened for reading: its serving copy, the catalogue, the schemes, and counts as of a day.

One per process (`opened`): pages, routes and channels share its copy of the records. `counted()`
tails the journal and counts anew when something came in.
"""

import threading
from collections import OrderedDict, deque
from datetime import date, datetime
from functools import cache
from pathlib import Path

from data.copy import Copy
from data.journal import SHANGHAI, Journal
from metrics.catalogue import load_catalogue
from metrics.count import Counted, count
from metrics.recount import recount
from metrics.scheme import load_scheme, load_schemes

KEPT = 4  # counts of as many as-of days are kept
OUTDATED = 3  # and as many that were replaced: a page that is being drawn may still sum them


class EmptyStore(RuntimeError):
    """Nothing has been loaded yet; the message says what to do."""


class Store:
    """Reads one store folder. `indicators`: an extra folder; `scheme`: one file for all periods."""

    def __init__(
        self, folder: Path, indicators: Path | None = None, scheme: Path | None = None
    ) -> None:
        self.folder = folder
        self.journal = Journal(folder)
        self.copy = Copy(self.journal)
        self.catalogue = load_catalogue(extra=[indicators] if indicators else [])
        self.schemes = load_schemes(self.catalogue)
        if scheme:
            self.schemes = (load_scheme(scheme, self.catalogue),)
        self._counted: OrderedDict[date, Counted] = OrderedDict()
        self._outdated: deque[Counted] = deque()
        self._lock = threading.Lock()

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
            if known is None or known.position != position:
                self._counted[day] = self._count(known, day)
                while len(self._counted) > KEPT:
                    _, oldest = self._counted.popitem(last=False)
                    oldest.drop()
            self._counted.move_to_end(day)
            return self._counted[day]

    def _count(self, known: Counted | None, day: date) -> Counted:
        """What is known brought up to date where only a few units were touched, else anew."""
        if known is not None and (updated := recount(known)) is not None:
            return updated
        counted = count(self.copy, self.catalogue, self.schemes, day)
        if known is not None:
            self._outdated.append(known)
            while len(self._outdated) > OUTDATED:
                self._outdated.popleft().drop()
        return counted

    def data_time(self) -> datetime | None:
        """数据时间: the instant of the last acknowledged part of the journal."""
        return self.journal.data_time()


@cache
def opened(folder: Path) -> Store:
    """The store of this process."""
    return Store(folder)
