"""Where the journal of this process's store stands: looked up once for all who ask.

A page that is open asks twice a second whether there is news. As long as the watch runs, the answer
comes from memory: it looks at the folder ten times a second, however many ask.
"""

import threading
from datetime import datetime
from functools import cache
from pathlib import Path

from data.journal.journal import SHANGHAI, Journal

LOOK_EVERY = 0.1  # seconds


class Watch:
    """The position of one journal. Before `run` and after it every question looks at the folder."""

    def __init__(self, store: Path) -> None:
        self._journal = Journal(store)
        self._position: int | None = None
        self._looking = threading.Lock()

    def position(self) -> int:
        position = self._position
        return self._journal.position() if position is None else position

    def look(self) -> None:
        """Look now: who has just written does not wait for the next look."""
        with self._looking:
            if self._position is not None:
                self._position = self._journal.position()

    def mark(self) -> str:
        """What figures are made of: the position, and the day, since a store may count to today."""
        return f"{self.position()}@{datetime.now(SHANGHAI):%Y%m%d}"

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set. A folder that cannot be read keeps the last position."""
        while not stop.wait(LOOK_EVERY):
            try:
                with self._looking:
                    self._position = self._journal.position()
            except OSError:
                continue
        self._position = None


@cache
def watch_of(store: Path) -> Watch:
    """The one watch of a store in this process."""
    return Watch(store)
