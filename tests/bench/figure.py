"""One line of a bench."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """goal is the most that is accepted, or the least with `at_least`; None: only noted."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
