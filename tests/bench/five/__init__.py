"""Five indicators by village and month, computed by the product and by four other engines.

Every module has `opened(folder)`, a context that loads the exported tables and gives the function
that is timed, Months -> the engine's own kind of result, and `rows(result)`, which is not timed:
the result as (village, month, indicator, numerator, denominator), zeros left out or not.
A month is a whole number, months since January 1970, which every engine computes fast.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

COVERAGE, DAYS, POINTS, DISPUTES, TASKS = FIVE = (
    "A1-visit-coverage",
    "A2-days-in-village",
    "B2-patrol-points",
    "C1-disputes-on-time",
    "F1-tasks-signed",
)
Row = tuple[str, int, str, int, int]
Answer = dict[tuple[str, int, str], tuple[int, int]]


@dataclass(frozen=True)
class Months:
    """Whole months, from the first day of the first to the last day of the last."""

    first: date
    last: date

    @cached_property
    def each(self) -> list[tuple[int, date, date]]:
        """(number, first day, last day) of every month."""
        found, starts = [], self.first
        while starts <= self.last:
            after = (starts + timedelta(days=32)).replace(day=1)
            found.append((number(starts), starts, after - timedelta(days=1)))
            starts = after
        return found

    @property
    def since(self) -> date:
        """The first day that matters to a count since 1 January."""
        return self.first.replace(month=1, day=1)

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)


def number(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


class Engine(Protocol):
    """What a module of this folder has."""

    def opened(self, folder: Path) -> AbstractContextManager[Callable[[Months], Any]]: ...

    def rows(self, result: Any) -> Iterable[Row]: ...


def answer(rows: Iterable[Row], villages: frozenset[str]) -> Answer:
    """What is compared: every village and month in which something was counted."""
    return {
        (village, month, indicator): (int(above), int(below))
        for village, month, indicator, above, below in rows
        if village in villages and (above or below)
    }
