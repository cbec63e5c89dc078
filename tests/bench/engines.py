"""The product beside pandas, polars, SQLite and PostgreSQL, on the same records and figures.

Each engine runs alone, in a process of its own, over the same exported tables; what it finds must
equal what the product finds, or it is an error and no time. Loading is timed apart.
"""

import importlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

from metrics.calendar.period import months_back, parse_period
from metrics.cells.store import Store
from metrics.cells.units import units
from tests.bench.figure import Figure, median_ms
from tests.bench.five import Answer, Months, answer
from tests.bench.five.export import events, export
from tests.bench.stores import COUNTY, DENSE, MONTH, MONTHS, demo, size

RAW, CELLS = "product from raw", "product from cells"
ENGINES = {  # name -> module of tests.bench.five, the context that it opens
    RAW: ("product", "opened"),
    CELLS: ("product", "opened_counted"),
    "pandas": ("with_pandas", "opened"),
    "polars": ("with_polars", "opened"),
    "SQLite": ("with_sqlite", "opened"),
    "PostgreSQL": ("with_postgres", "opened"),
}
SLOWER = {"pandas": 1, "polars": 1, "SQLite": 12, "PostgreSQL": 12}  # at least, than the product


@dataclass(frozen=True)
class Outcome:
    """What one engine took, in milliseconds, and what it found, by the number of months."""

    load: float
    taken: dict[int, float]
    found: dict[int, Answer]


class Wrong(Exception):
    """Engines that failed, or found other figures than the product."""


def run(place: Path) -> Iterator[Figure]:
    errors: list[str] = []
    for density in (COUNTY, DENSE):
        tables, label = place / f"five-{density}", size(density)
        yield from compared(demo(place, density), tables, label, errors)
    if errors:
        raise Wrong("; ".join(errors))


def compared(store: Path, tables: Path, label: str, errors: list[str]) -> Iterator[Figure]:
    """Times of every engine, and how many times longer than the product the others take."""
    asked, villages, counted_events = prepared(store, tables)
    yield Figure(f"{label}: events", counted_events, "")
    outcomes: dict[str, Outcome] = {}
    for name in ENGINES:
        try:
            outcome = alone(name, store, tables, asked, villages)
        except Exception as error:
            errors.append(f"{label}, {name}: {type(error).__name__}: {error}")
            continue
        if wrong := differences(outcome.found, outcomes.get(RAW, outcome).found):
            errors.append(f"{label}, {name}: {wrong}")
            continue
        outcomes[name] = outcome
        yield Figure(f"{label}: five indicators, {name}, loading", outcome.load)
        for months, taken in outcome.taken.items():
            yield Figure(f"{label}: five indicators, {name}, {_months(months)}", taken)
    yield from _ratios(label, outcomes)


def _months(number: int) -> str:
    return "one month" if number == 1 else f"{number} months"


def _ratios(label: str, outcomes: dict[str, Outcome]) -> Iterator[Figure]:
    for product in (RAW, CELLS):
        for name, least in SLOWER.items():
            if product in outcomes and name in outcomes:
                for months, taken in outcomes[name].taken.items():
                    times = taken / outcomes[product].taken[months]
                    what = f"{label}: {name} ÷ {product}, {_months(months)}"
                    yield Figure(what, times, "×", least, "≥")


def prepared(store: Path, tables: Path) -> tuple[dict[int, Months], frozenset[str], int]:
    """The exported tables, the months that are asked for, and the villages of the register."""
    counted = Store(store).counted()
    if not (tables / "village.parquet").exists():
        export(counted, tables)
    last = parse_period(MONTH, counted.as_of)
    villages = frozenset(unit.code for unit in units(counted, "village", last.ends_on))
    asked = {n: Months(months_back(last, n)[0].starts_on, last.ends_on) for n in (1, MONTHS)}
    return asked, villages, events(counted)


def alone(
    name: str, store: Path, tables: Path, asked: dict[int, Months], villages: frozenset[str]
) -> Outcome:
    """One engine in a process of its own, so that none lives with the memory of another."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(timed, name, store, tables, asked, villages).result()


def timed(
    name: str,
    store: Path,
    tables: Path,
    asked: dict[int, Months],
    villages: frozenset[str],
    times: int = 5,
) -> Outcome:
    """What an engine finds, and the median time of some runs (0: it is only asked once)."""
    module_name, opening = ENGINES[name]
    module = importlib.import_module(f"tests.bench.five.{module_name}")
    start = perf_counter()
    opened: AbstractContextManager[Any] = getattr(module, opening)(
        store if module_name == "product" else tables
    )
    with opened as compute:
        load = (perf_counter() - start) * 1000
        found = {n: answer(module.rows(compute(m)), villages) for n, m in asked.items()}
        taken = {}
        if times:
            taken = {n: median_ms(partial(compute, m), times) for n, m in asked.items()}
    return Outcome(load, taken, found)


def differences(found: dict[int, Answer], wanted: dict[int, Answer]) -> str:
    """How many counts differ, with one of them; nothing if all are equal."""
    for months, own in wanted.items():
        other = found[months]
        if wrong := [key for key in own.keys() | other.keys() if own.get(key) != other.get(key)]:
            key = min(wrong)
            return f"{len(wrong)} counts, {key}: {other.get(key)}, wanted {own.get(key)}"
    return ""
