"""Results that a snapshot keeps beside the cells that they were made from.

The simulation of the ranks is most of what a ranking costs. What was worked out when the snapshot
was written is taken over as long as everything is as it was then: the journal's position, the
as-of day, and whatever makes a score of cells. Else it is worked out again.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import duckdb
from pydantic import TypeAdapter

from data.journal.snapshot import ROOT, files_digest
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.reads import Reads, note, noting
from metrics.cells.snapshot import definitions_digest, kept_answer
from metrics.scheme.level import Level
from metrics.scoring.rank import Assessment

LEVELS_KEPT: Sequence[Level] = ("bureau", "group", "station", "village")
SOURCES = (
    "",
    "assessment",
    "calendar",
    "figures",
    "scheme",
    "scoring",
    "statistics",
)  # folders of metrics


@dataclass(frozen=True)
class _Ranking:
    """Lines, and what was read for them."""

    lines: list[Assessment]
    reads: Reads


_FORM = TypeAdapter(_Ranking)


def name_of(counted: Counted, level: Level, period: Period) -> str:
    """Under which a ranking is kept; whatever it depends on stands in it."""
    return f"{_program()} {counted.position} {counted.as_of} {period} {level}"


def ranking_text(make: Callable[[], list[Assessment]]) -> str:
    """The lines and what `make` reads, exact to the last digit."""
    with noting() as reads:
        lines = make()
    return _FORM.dump_json(_Ranking(lines, reads)).decode()


def kept_ranking(counted: Counted, level: Level, period: Period) -> list[Assessment] | None:
    """The lines, if the snapshot under the cells has them; what they were made from is noted."""
    if not counted.kept or level not in LEVELS_KEPT:
        return None
    with suppress(duckdb.Error, ValueError):
        text = kept_answer(counted, name_of(counted, level, period))
        if text is not None:
            ranking = _FORM.validate_json(text)
            note(ranking.reads)
            return ranking.lines
    return None


@cache
def _program() -> str:
    """sha256 of what makes scores of cells; cells and records have `program_digest`."""
    digest = hashlib.sha256(f"{version('numpy')} {definitions_digest()}".encode())
    for folder in SOURCES:
        digest.update(files_digest(ROOT / "metrics" / folder).encode())
    return digest.hexdigest()
