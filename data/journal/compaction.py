"""Compaction: the rows of many parts of one table in one file, so that a start reads few files.

The merged file appears by a rename, flushed to disk; from then on it stands for the single files,
which readers leave aside, and they are removed. Whenever this breaks off, nothing is lost and
nothing is read twice: the next one clears up what is left.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pyarrow as pa

from data.journal.part_file import Damaged, PartFile, flush_folder, merged_name
from data.journal.part_rows import changed_parts, read_rows, write_parts

MOST_ROWS = 100_000  # a larger file is left as it is: nothing is gained, and writers wait


def merge(in_force: Iterable[PartFile], at_least: int) -> int:
    """Merge the small files of each table if there are enough; return how many. Hold the lock."""
    files = sorted(in_force, key=lambda file: file.parts[0].position)
    if sum(map(_is_small, files)) < at_least:
        return 0
    merged = 0
    for run in _runs(files):
        if len(run) > 1:
            _write(run)
            merged += len(run)
    return merged


def _runs(files: Iterable[PartFile]) -> Iterator[list[PartFile]]:
    """Neighbours of one table that may lie in one file: no other part of the table lies between.

    Only with the same columns, or the checksums would change. A damaged file stays as it is found.
    """
    tables: dict[str, list[PartFile]] = defaultdict(list)
    for file in files:
        tables[file.parts[0].table].append(file)
    for own in tables.values():
        for (_, fits), run in groupby(own, lambda file: (file.columns, _is_fit(file))):
            if fits:
                yield list(run)


def _is_small(file: PartFile) -> bool:
    return not file.is_merged and file.parts[0].rows <= MOST_ROWS


def _is_fit(file: PartFile) -> bool:
    try:
        return _is_small(file) and not changed_parts(file)
    except Damaged:
        return False


def _write(files: Sequence[PartFile]) -> None:
    """One file in place of several, once it has been read back and is right."""
    parts = tuple(part for file in files for part in file.parts)
    path = files[0].path.with_name(merged_name(parts))
    temporary = path.with_suffix(".tmp")
    write_parts(pa.concat_tables([read_rows(file) for file in files]), parts, temporary)
    if changed_parts(PartFile(temporary, parts, files[0].columns)):
        raise Damaged(temporary.name)
    os.rename(temporary, path)
    flush_folder(path.parent)
    for file in files:
        file.path.unlink(missing_ok=True)
