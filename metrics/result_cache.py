"""What was made once is kept for all sessions: bounded, and made once when several ask at once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 400  # readers of four pages over six periods ask for 350 in turn


@dataclass(frozen=True)
class Reach:
    """What a result is made from besides registers.

    indicators   their sums up to a day;   tables   the records themselves
    dated        the records of these tables that name a day up to that day
    """

    indicators: frozenset[str]
    until: date
    tables: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()


class Kept:
    """Results by key, the least recently asked for forgotten first.

    Unlike Streamlit's caches it does not walk through the arguments on every call (half of the time
    of a page was spent there): a key is a tuple of names, codes and frozen dataclasses.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, tuple[Future[Any], Reach | None]] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, key: Hashable) -> bool:
        """Whether `get` would answer at once."""
        with self._lock:
            known = self._found.get(key)
        return known is not None and known[0].done()

    def get(self, key: Hashable, make: Callable[[], T], reach: Reach | None = None) -> T:
        """The result under a key. Who comes first makes it; the others wait for it."""
        with self._lock:
            known = self._found.get(key)
            if known is None:
                future: Future[Any] = Future()
                self._found[key] = future, reach
                if len(self._found) > self._most:
                    self._found.popitem(last=False)
            else:
                future = known[0]
                self._found.move_to_end(key)
        if known is None:
            self._make(key, future, make)
        result: T = future.result()
        return result

    def heir(self, stays: Callable[[Reach], bool]) -> "Kept":
        """A new one with those results whose reach says that they still hold."""
        heir = Kept(self._most)
        with self._lock:
            for key, (future, reach) in self._found.items():
                if reach is not None and future.done() and stays(reach):
                    heir._found[key] = future, reach
        return heir

    def _make(self, key: Hashable, future: Future[Any], make: Callable[[], T]) -> None:
        """An error is told to all who wait, and forgotten: the next one tries again."""
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                self._found.pop(key, None)
            future.set_exception(error)
