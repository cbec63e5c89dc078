"""The rows of part files: read, written and checked, as Arrow tables.

A file says in its footer which parts it holds, and its pages carry checksums, so a damaged one is
noticed when it is read.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from data.journal.part_file import Damaged, Part, PartFile, merged_name, single_name

PART = "_part"
_META = b"hongfeng"
# Whatever a damaged file makes the reader raise.
DAMAGE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError)


def describe(path: Path) -> PartFile:
    """What the footer says; raises Damaged, or FileNotFoundError."""
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
        meta = json.loads((schema.metadata or {})[_META])
        parts = tuple(Part(**{**part, "provided": tuple(part["provided"])}) for part in meta)
        columns = tuple(f"{field.name} {field.type}" for field in schema if field.name != PART)
        is_whole = rows == sum(part.rows for part in parts)
        is_named = path.name in (single_name(parts[0]), merged_name(parts))
        is_known = all(set(part.provided) <= set(schema.names) for part in parts)
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise Damaged(path.name) from error
    if not (is_whole and is_named and is_known):
        raise Damaged(path.name)
    return PartFile(path, parts, columns)


def read_pieces(file: PartFile, most_rows: int = 65_536) -> Iterator[pa.Table]:
    """The rows with the column `_part`, at first none; raises Damaged, or FileNotFoundError.

    No checksum protects the footer, so the rows of each part are counted: it is known how many.
    """
    counts: Counter[int] = Counter()
    try:
        with pq.ParquetFile(file.path, page_checksum_verification=True) as opened:
            yield _numbered(opened.schema_arrow.empty_table(), file)
            for batch in opened.iter_batches(most_rows):
                rows = _numbered(pa.Table.from_batches([batch]), file)
                for found in pc.value_counts(rows[PART]).to_pylist():
                    counts[found["values"]] += found["counts"]
                yield rows
        if counts != {part.position: part.rows for part in file.parts}:
            raise Damaged(file.path.name)
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise Damaged(file.path.name) from error


def read_rows(file: PartFile) -> pa.Table:
    return pa.concat_tables(read_pieces(file))


def changed_parts(file: PartFile) -> list[Part]:
    """The parts whose rows no longer have their checksum; read in pieces, to take little memory."""
    digests = {part.position: _RowDigest() for part in file.parts}
    for rows in read_pieces(file):
        for position in pc.unique(rows[PART]).to_pylist():
            if position not in digests:
                raise Damaged(file.path.name)
            digests[position].add(rows_of(rows, position))
    return [part for part in file.parts if digests[part.position].hex() != part.checksum]


def write_parts(rows: pa.Table, parts: Sequence[Part], path: Path) -> None:
    """Write and flush to disk. Not yet acknowledged: that takes the rename."""
    meta = json.dumps([asdict(part) for part in parts], ensure_ascii=False).encode()
    with path.open("wb") as file:
        pq.write_table(
            rows.replace_schema_metadata({_META: meta}),
            file,
            compression="zstd",
            write_page_checksum=True,
        )
        file.flush()
        os.fsync(file.fileno())


def rows_of(rows: pa.Table, position: int) -> pa.Table:
    """The rows of one part, as they were appended."""
    return rows.filter(pc.equal(rows[PART], position)).drop_columns([PART]).combine_chunks()


def row_checksum(rows: pa.Table) -> str:
    """sha256 of the rows as text: independent of file layout and compression."""
    digest = _RowDigest()
    digest.add(rows)
    return digest.hex()


class _RowDigest:
    """sha256 over the rows as CSV, taken piece by piece."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._writer: pa_csv.CSVWriter | None = None

    def add(self, rows: pa.Table) -> None:
        plain = rows.replace_schema_metadata(None)
        if self._writer is None:
            sink = pa.PythonFile(_HashSink(self._digest), mode="w")
            self._writer = pa_csv.CSVWriter(sink, plain.schema)
        self._writer.write_table(plain)

    def hex(self) -> str:
        if self._writer is not None:
            self._writer.close()
        return self._digest.hexdigest()


class _HashSink:
    """A write-only file that only hashes."""

    closed = False

    def __init__(self, digest: "hashlib._Hash") -> None:
        self.digest = digest

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...


def _numbered(rows: pa.Table, file: PartFile) -> pa.Table:
    if PART in rows.column_names:
        return rows
    position = pa.array([file.parts[0].position] * rows.num_rows, pa.int64())
    return rows.append_column(PART, position)
