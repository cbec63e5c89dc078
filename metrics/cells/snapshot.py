"""What a snapshot holds: records, cells and months as of one day, at one position of the journal.

Its cells are those of any day that hides as much of the records: as a rule, of every day after the
last one on which anything happened. What came in since is counted as it is over cells in memory.
"""

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data.journal.copy import KEPT, Copy
from data.journal.journal import SHANGHAI, Journal
from data.journal.snapshot import ROOT, Snapshot, files_digest, latest, program_digest, write
from metrics.cells.count import FIRST_ON, Counted, count
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Scheme, peak_hours_sql

ANSWERS = "answer"
AnswersOf = Callable[[Counted], Mapping[str, str]]
_NUMBERS = itertools.count()  # several counts over the same kept cells grow apart


UNFIT = (duckdb.Error, KeyError, TypeError, ValueError)


def open_copy(journal: Journal) -> tuple[Copy, Snapshot | None]:
    """The records: over the newest snapshot that can be trusted, else empty, to be filled."""
    snapshot = latest(journal, program_digest())
    if snapshot is not None:
        with suppress(*UNFIT):
            return Copy.over(journal, snapshot), snapshot
    return Copy(journal), None


def rest_on_latest(copy: Copy, after: int = 0) -> Snapshot | None:
    """Put the copy over the newest snapshot that can be trusted; None if there is none after
    a position: then the copy is as it was."""
    snapshot = latest(copy.journal, program_digest(), after)
    if snapshot is not None:
        with suppress(*UNFIT):
            copy.rest_on(snapshot)
            return snapshot
    return None


@cache
def definitions_digest() -> str:
    """Of the files that are checked before use and do not change what is counted."""
    return files_digest(ROOT / "metrics" / "schemes") + files_digest(ROOT / "metrics" / "flags")


def is_checked(snapshot: Snapshot | None) -> bool:
    """Whether the product's own definitions were found right when the snapshot was written."""
    return snapshot is not None and snapshot.content.get("definitions") == definitions_digest()


def kept_counts(
    copy: Copy, snapshot: Snapshot, catalogue: Catalogue, schemes: Sequence[Scheme], as_of: date
) -> Counted | None:
    """The counts of the snapshot, at its position; None where it has others.

    copy   over the snapshot. What it has read since is for `recount`.
    """
    noted = snapshot.content["counts"]
    last_on = date.fromisoformat(snapshot.content["copy"]["last_on"])
    cut = as_of.isoformat() if last_on > as_of else None
    if (noted["cut"], noted["hours"]) != (cut, _hours(schemes)):
        return None
    counted = Counted(
        copy,
        copy.con,
        catalogue,
        tuple(schemes),
        as_of,
        f"kept_cell_{as_of:%Y%m%d}_{snapshot.position}_{next(_NUMBERS)}",
        snapshot.position,
        noted["absent"],
        as_of if cut else None,
        frozenset((table, shape) for table, shape in noted["shapes"]),
        f"{KEPT}.{noted['cells']}",
        memory={FIRST_ON: date.fromisoformat(noted["first_on"])},
    )
    for rows in (counted.cell_rows, counted.month_rows):
        rows.show(copy.cursor())
    return counted


def kept_answer(counted: Counted, name: str) -> str | None:
    """What the snapshot under the cells keeps under a name."""
    query = f"SELECT text FROM {KEPT}.{ANSWERS} WHERE name = ?"
    row = counted.con.cursor().execute(query, [name]).fetchone()
    return str(row[0]) if row else None


def write_snapshot(
    folder: Path, catalogue: Catalogue, schemes_in: Any, answers_of: AnswersOf | None = None
) -> Snapshot | None:
    """Keep what the store amounts to now; None if there is nothing to keep, or no way to do it.

    answers_of   gives what is to be kept beside the cells, as text by name
    """
    journal = Journal(folder)

    def fill(connection: duckdb.DuckDBPyConnection) -> tuple[int, Mapping[str, Any]]:
        copy = Copy(journal, con=connection)
        position = copy.catch_up()
        as_of = copy.observed_until() or datetime.now(SHANGHAI).date()
        counted = count(copy, catalogue, schemes_in(copy), as_of)
        counts = {
            "cells": counted.cells,
            "absent": dict(counted.absent),
            "cut": counted.cut and counted.cut.isoformat(),
            "hours": _hours(counted.schemes),
            "shapes": sorted(counted.shapes),
            "first_on": counted.first_on.isoformat(),
        }
        content = {"copy": copy.noted(), "counts": counts, "definitions": definitions_digest()}
        connection.execute(f"CREATE TABLE {ANSWERS} (name VARCHAR, text VARCHAR)")
        for answer in (answers_of(counted) if answers_of else {}).items():
            connection.execute(f"INSERT INTO {ANSWERS} VALUES (?, ?)", answer)
        written_at = journal.data_time(position)
        return position, content | {"data_time": written_at and written_at.isoformat()}

    return write(journal, program_digest(), fill) if journal.position() else None


def _hours(schemes: Sequence[Scheme]) -> str:
    """What of the schemes decides on counts."""
    return hashlib.sha256(peak_hours_sql(schemes).encode()).hexdigest()
