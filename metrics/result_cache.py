"""Results that were made are kept for all who ask: bounded, and made once when several ask at once.

While one is made it is noted what it reads (`metrics.cells.reads`), so that it is known by itself
whether it still holds after the next record.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from metrics.cells.reads import Reads, note, noting

T = TypeVar("T")
MOST = 400  # readers of four pages over six periods ask for 350 in turn
Made = Future[tuple[Any, Reads]]


class ResultCache:
    """Results by key, the least recently asked for forgotten first.

    Unlike Streamlit's caches it does not walk through the arguments on every call (half of the time
    of a page was spent there): a key is a tuple of names, codes and frozen dataclasses.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, key: Hashable) -> bool:
        """Whether `get` would answer at once."""
        with self._lock:
            made = self._made.get(key)
        return made is not None and made.done()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result under a key. Who comes first makes it; the others wait for it."""
        with self._lock:
            made = self._made.get(key)
            is_first = made is None
            if made is None:
                made = self._made[key] = Future()
                if len(self._made) > self._most:
                    self._made.popitem(last=False)
            else:
                self._made.move_to_end(key)
        if is_first:
            self._make(key, made, make)
        result, reads = made.result()
        if not is_first:
            note(reads)
        return cast(T, result)

    def heir(self, holds: Callable[[Reads], bool]) -> "ResultCache":
        """A new one with those results of which it is said that they still hold."""
        heir = ResultCache(self._most)
        with self._lock:
            for key, made in self._made.items():
                if made.done() and holds(made.result()[1]):
                    heir._made[key] = made
        return heir

    def _make(self, key: Hashable, made: Made, make: Callable[[], T]) -> None:
        """An error is told to all who wait, and forgotten: the next one tries again."""
        try:
            with noting() as reads:
                result = make()
            made.set_result((result, reads))
        except BaseException as error:
            with self._lock:
                self._made.pop(key, None)
            made.set_exception(error)
