"""Part files: a Parquet file with the rows of one part of the journal, or of several merged ones.

00000007-case.parquet is part 7. c00000001-00000400-case.parquet holds the parts of `case` from 1 to
400; every row there keeps its part number. How they are read and written: data.journal.part_rows.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_NAME = re.compile(r"(?:c([0-9]{8})-)?([0-9]{8})-([a-z_]+)\.parquet")


class Damaged(ValueError):
    """The file is not what was once written."""


@dataclass(frozen=True)
class Part:
    """What is known of one part besides its rows.

    provided   the columns that the source had; the others are null because nobody knows them
    checksum   sha256 over the rows (see `row_checksum`)
    previous   digest of all parts before (data.journal.chain); '' where there was no chain
    """

    position: int
    table: str
    rows: int
    checksum: str
    source: str
    actor: str
    loader: str
    written_at: str
    provided: tuple[str, ...]
    previous: str = ""


@dataclass(frozen=True)
class PartFile:
    """A file and the parts in it, in order of position. `columns`: names and types of its rows."""

    path: Path
    parts: tuple[Part, ...]
    columns: tuple[str, ...]

    @property
    def is_merged(self) -> bool:
        return self.path.name.startswith("c")

    @cached_property
    def positions(self) -> frozenset[int]:
        return frozenset(part.position for part in self.parts)


def last_position(name: str) -> int | None:
    """The last part in a file of this name; None for any other file."""
    found = _NAME.fullmatch(name)
    return int(found[2]) if found else None


def first_position(name: str) -> int | None:
    """The first part in a file of this name; None for any other file."""
    found = _NAME.fullmatch(name)
    return int(found[1] or found[2]) if found else None


def single_name(part: Part) -> str:
    return f"{part.position:08d}-{part.table}.parquet"


def merged_name(parts: Sequence[Part]) -> str:
    return f"c{parts[0].position:08d}-{single_name(parts[-1])}"


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
