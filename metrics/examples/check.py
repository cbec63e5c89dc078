"""Definitions examined as their author would: does each load, hold its example, notice errors?

What the tests ask of our own catalogue, for the definitions of whoever writes some.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from data.declared import DeclarationError
from metrics.calendar.period import PeriodError
from metrics.examples.indicator_examples import differences, example_copy
from metrics.examples.mutations import is_equivalent, mutations
from metrics.indicators.catalogue import (
    HERE,
    Catalogue,
    Indicator,
    check_documented,
    definition_files,
    empty_copy,
    load_indicator,
)
from metrics.indicators.views import load_views


class Outcome(StrEnum):
    """What became of a definition; the value is what a person reads."""

    GOOD = "通过"
    WRONG_EXAMPLE = "示例不符"
    WEAK_EXAMPLE = "示例太弱"
    BROKEN = "定义有误"


@dataclass(frozen=True)
class Examined:
    """One file: its outcome, and a sentence for each thing that is wrong."""

    file: str
    title: str
    outcome: Outcome
    problems: tuple[str, ...] = ()


def examine(folder: Path) -> Iterator[Examined]:
    """Each definition of the folder, in order of name; DeclarationError where there are none."""
    views, scratch = load_views(HERE / "views"), empty_copy()
    for path in definition_files(folder):
        try:
            indicator, query = load_indicator(path, views, scratch)
            check_documented(indicator)
        except DeclarationError as error:
            yield Examined(path.name, "", Outcome.BROKEN, (_problem(error, path.name),))
            continue
        queries = {indicator.id: query} if query else {}
        yield examine_one(Catalogue({indicator.id: indicator}, views, queries), indicator)


def examine_one(catalogue: Catalogue, indicator: Indicator) -> Examined:
    """A definition that could be loaded."""

    def outcome(kind: Outcome, *problems: str) -> Examined:
        return Examined(indicator.file, indicator.title, kind, problems)

    try:
        wrong = differences(catalogue, indicator, example_copy(indicator))
        if wrong:
            return outcome(Outcome.WRONG_EXAMPLE, *wrong)
        weak = unnoticed(catalogue, indicator)
    except DeclarationError as error:
        return outcome(Outcome.BROKEN, _problem(error, indicator.file))
    except PeriodError as error:
        return outcome(Outcome.BROKEN, f"example.period {error}")
    except duckdb.Error as error:
        return outcome(Outcome.BROKEN, f"不能执行：{str(error).splitlines()[0]}")
    if weak:
        return outcome(Outcome.WEAK_EXAMPLE, *(f"看不出“{done}”" for done in weak))
    return outcome(Outcome.GOOD)


def _problem(error: DeclarationError, file: str) -> str:
    """Key, wanted, got; the file too where it is another one (the query of the definition)."""
    return str(error).removeprefix(f"{file}：")


def unnoticed(catalogue: Catalogue, indicator: Indicator) -> list[str]:
    """The small errors that the example cannot tell from the definition."""
    records = example_copy(indicator)

    def is_noticed(changed: Catalogue) -> bool:
        try:
            return bool(differences(changed, changed[indicator.id], records))
        except duckdb.Error:
            return True

    return [
        done
        for done, changed in mutations(catalogue, indicator)
        if not is_equivalent(indicator, done) and not is_noticed(changed)
    ]
