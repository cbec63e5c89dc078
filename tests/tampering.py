"""What somebody who may write the folder of a store could do to it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.journal.part_rows import row_checksum

META = b"hongfeng"
Meta = list[dict[str, Any]]


def part_files(store: Path) -> list[Path]:
    return sorted((store / "journal").glob("*.parquet"))


def part(store: Path, number: int) -> Path:
    """The file of a single part."""
    (path,) = (store / "journal").glob(f"{number:08d}-*.parquet")
    return path


def head(store: Path) -> Path:
    (path,) = (store / "journal").glob("head-*")
    return path


def described(path: Path) -> Meta:
    return list(json.loads((pq.read_schema(path).metadata or {})[META]))


def write(path: Path, rows: pa.Table, meta: Meta) -> None:
    """A sound file: rows and description agree, and so do the checksums."""
    for each in meta:
        own = rows
        if "_part" in rows.column_names:
            own = rows.filter(pa.compute.equal(rows["_part"], each["position"]))
            own = own.drop_columns(["_part"])
        own = own.combine_chunks().replace_schema_metadata(None)
        each |= {"rows": own.num_rows, "checksum": row_checksum(own)}
    text = json.dumps(meta, ensure_ascii=False).encode()
    pq.write_table(rows.replace_schema_metadata({META: text}), path)


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Other rows in a part, with a checksum that is right for them."""
    meta, rows = described(path), pq.read_table(path)
    write(path, change(rows), meta)


def swap(one: Path, other: Path) -> None:
    """The rows of two parts of a table in each other's place, checksums right."""
    first, second = pq.read_table(one), pq.read_table(other)
    metas = described(one), described(other)
    write(one, second, metas[0])
    write(other, first, metas[1])


def digest(fields: dict[str, Any], before: str) -> str:
    """The digest of a part as the documentation has it."""
    text = json.dumps(
        {**fields, "previous": before}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def rechain(store: Path) -> None:
    """All parts linked anew, as they are now, and the head with them: what an insider can do."""
    before = "0" * 64
    for path in part_files(store):
        (meta,), rows = described(path), pq.read_table(path)
        meta["previous"] = before
        write(path, rows, [meta])
        before = digest(meta, before)
    old = head(store)
    old.rename(old.with_name(f"{old.name[:13]}-{before}"))


def without_chain(store: Path) -> None:
    """The store as version 0.3 would have written it."""
    for path in part_files(store):
        meta, rows = described(path), pq.read_table(path)
        for each in meta:
            del each["previous"]
        write(path, rows, meta)
    head(store).unlink()
