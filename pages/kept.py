"""What was made once is kept for all sessions: bounded, and made once when several ask at once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 512


class Kept:
    """Results by key, the least recently asked for forgotten first.

    Unlike Streamlit's caches it does not walk through the arguments on every call (half of the time
    of a page was spent there): a key is a tuple of names, codes and frozen dataclasses.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, key: Hashable) -> bool:
        """Whether `get` would answer at once."""
        with self._lock:
            future = self._found.get(key)
        return future is not None and future.done()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result under a key. Who comes first makes it; the others wait for it."""
        with self._lock:
            future = self._found.get(key)
            is_first = future is None
            if future is None:
                future = self._found[key] = Future()
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            else:
                self._found.move_to_end(key)
        if is_first:
            self._make(key, future, make)
        result: T = future.result()
        return result

    def _make(self, key: Hashable, future: Future[Any], make: Callable[[], T]) -> None:
        """An error is told to all who wait, and forgotten: the next one tries again."""
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                self._found.pop(key, None)
            future.set_exception(error)
