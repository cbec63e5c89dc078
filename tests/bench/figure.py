"""A figure with its goal, and the tables that are made of figures."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

BEGINS, ENDS = "<!-- bench begins -->", "<!-- bench ends -->"

# What README.md quotes; docs/bench.md has all.
QUOTED = """
0.52 M: measure with a snapshot
serve to the first page drawn, median
record to open page, HTTP, p95
load, csv
10.1 M: all measures counted from raw
10.1 M: polars ÷ product from cells, 36 months
0.52 M: a corrected old record to the new score, p50
what-if: a slider *
25 readers, 1 process, p95
memory after 10,000 reruns
""".strip().splitlines()


@dataclass(frozen=True)
class Figure:
    """One measured number.

    goal    what it is compared with, None where no goal was set
    holds   "≤": the goal is a ceiling, "≥": a floor
    """

    name: str
    value: float
    unit: str = "ms"
    goal: float | None = None
    holds: Literal["≤", "≥"] = "≤"

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.holds == "≤" else self.value >= self.goal

    def row(self) -> dict[str, object]:
        goal = None if self.goal is None else f"{self.holds} {shown(self.goal)}"
        value = float(f"{self.value:.6g}")
        return {
            "name": self.name, "value": value, "unit": self.unit, "goal": goal, "met": self.is_met
        }  # fmt: skip


def shown(value: float) -> str:
    """Three digits that matter: 0.0123, 1.23, 12.3, 1,235."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def markdown(rows: Iterable[Mapping[str, object]]) -> str:
    """The rows of bench.json as a Markdown table."""
    lines = ["| figure | value | goal | met |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        value = f"{shown(float(str(row['value'])))} {row['unit']}".strip()
        met = {True: "yes", False: "no", None: ""}[row["met"]]  # type: ignore[index]
        lines.append(f"| {row['name']} | {value} | {row['goal'] or ''} | {met} |")
    return "\n".join(lines) + "\n"


def put_into(document: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Replace what stands between the two markers of a document by the table of the rows."""
    text = document.read_text("utf-8")
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"{document} needs the lines {BEGINS} and {ENDS}")
    document.write_text(f"{before}{begins}\n{markdown(rows)}{ends}{after}", "utf-8")


def quoted(rows: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The rows that README.md shows."""
    return [row for row in rows if any(fnmatch(str(row["name"]), like) for like in QUOTED)]


def taken_ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def median_ms(run: Callable[[], object], times: int = 5, seconds: float = 30) -> float:
    """The median of some runs after one that warms up; of fewer if they are long."""
    run()
    taken: list[float] = []
    while len(taken) < times and sum(taken) < seconds * 1000:
        taken.append(taken_ms(run))
    return statistics.median(taken)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
