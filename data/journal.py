"""The journal: the record of truth, a folder of immutable Parquet parts.

STORE/journal/00000007-case.parquet is part 7. A part is acknowledged when its file has been written
under a temporary name, flushed to disk, renamed, and the folder flushed. Parts are numbered
consecutively under a file lock; the journal position is the last number. A correction or a
deletion is a new version of a record in a later part; nothing is overwritten.

Compaction writes the rows of many parts of one table into one file in which every row keeps its
part number, then switches MANIFEST.json by rename. Checksums are over the rows of a part, so they
outlive compaction.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from data.rights import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
PART = "_part"
_META = b"hongfeng"


class JournalError(RuntimeError):
    """The journal cannot be read or written; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Part:
    """What is known of one part besides its rows.

    provided   the columns that the source had; the others are null because nobody knows them
    checksum   sha256 over the rows (see `row_checksum`)
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


@dataclass(frozen=True)
class PartFile:
    """A Parquet file with one part, or with the rows of several compacted ones."""

    path: Path
    parts: tuple[Part, ...]
    is_compacted: bool


@dataclass(frozen=True)
class Batch:
    """Rows of one table to append, and which columns the source provided."""

    table: str
    rows: pa.Table
    provided: tuple[str, ...]


class _Merged(TypedDict):
    """One line of the manifest: a compacted file, its last position, the files it stands for."""

    file: str
    end: int
    replaces: list[str]


def product_version() -> str:
    try:
        return version("hongfeng")
    except PackageNotFoundError:
        return "0"


def row_checksum(rows: pa.Table) -> str:
    """sha256 of the rows as text: independent of file layout and compression."""
    digest = hashlib.sha256()
    sink = pa.PythonFile(_HashSink(digest), mode="w")
    pa_csv.write_csv(rows, sink)
    return digest.hexdigest()


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


class Journal:
    """Reads and appends the parts of one store."""

    def __init__(self, store: Path) -> None:
        self.folder = store / "journal"
        self.unreadable: dict[str, str] = {}
        self._known: dict[str, PartFile] = {}

    # -- reading ----------------------------------------------------------------------------

    def position(self) -> int:
        """The number of the last acknowledged part; 0 for an empty journal."""
        numbers = [number for number, _ in self._names()]
        return max(numbers, default=self._manifest_end())

    def files(self) -> list[PartFile]:
        """All part files in force, in order of position.

        A compaction may replace a file between this and its reading: FileNotFoundError, ask again.
        """
        while True:
            try:
                return self._files()
            except FileNotFoundError:
                continue  # replaced while the footers were read: list them again

    def _files(self) -> list[PartFile]:
        names, manifest = self._names(), self._manifest()
        while manifest != (manifest := self._manifest()) or names != (names := self._names()):
            pass  # a compaction is switching files: look again until nothing moves
        covered = {name for entry in manifest for name in entry["replaces"]}
        every = [entry["file"] for entry in manifest] + [n for _, n in names if n not in covered]
        files = [file for name in every if (file := self._describe(self.folder / name))]
        return sorted(files, key=lambda file: file.parts[0].position)

    def parts(self, after: int = 0) -> list[Part]:
        every = (part for file in self.files() for part in file.parts)
        return sorted((p for p in every if p.position > after), key=lambda p: p.position)

    def data_time(self) -> datetime | None:
        """The instant (Asia/Shanghai) of the last acknowledged part."""
        last = self.parts(self.position() - 1)
        return datetime.fromisoformat(last[-1].written_at) if last else None

    def read(self, file: PartFile) -> pa.Table:
        """The rows of a part file with the column `_part`; a damaged file raises JournalError."""
        return pa.concat_tables(self.pieces(file))

    def pieces(self, file: PartFile, most_rows: int = 1_000_000) -> Iterator[pa.Table]:
        """The same piece by piece. Damage may show only after some pieces have been given."""
        try:
            found = pq.ParquetFile(file.path)
            empty = found.schema_arrow.empty_table()
            yield _with_part(empty, file)
            for batch in found.iter_batches(batch_size=most_rows):
                yield _with_part(pa.Table.from_batches([batch]), file)
        except FileNotFoundError:
            raise
        except (pa.ArrowInvalid, OSError) as error:
            self.unreadable[file.path.name] = f"日志分片 {file.path.name} 已损坏，其余数据照常使用"
            raise JournalError(self.unreadable[file.path.name]) from error

    def damaged(self) -> list[str]:
        """A sentence for each part whose file cannot be read or whose rows were changed."""
        found = []
        for file in self.files():
            try:
                rows = self.read(file)
            except JournalError:
                continue
            found += [
                f"日志第 {part.position} 部分（{file.path.name}）内容与校验码不符"
                for part in file.parts
                if row_checksum(_rows_of(rows, part.position)) != part.checksum
            ]
        return [*self.unreadable.values(), *found]

    # -- writing ----------------------------------------------------------------------------

    def lock(self, wait_seconds: float = 60) -> FileLock:
        """The writers' lock; enter it with `with`. Another writer waits, then is told."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"无法写入 {self.folder}：{error.strerror}") from error
        return _Lock(self.folder / ".lock", timeout=wait_seconds)

    def append(self, batches: Iterable[Batch], source: str, actor: Actor) -> list[Part]:
        """Write each batch as one part and return the acknowledged parts. Hold `lock()`."""
        filled = [batch for batch in batches if batch.rows.num_rows]
        start = self.position()
        written = []
        try:
            for number, batch in enumerate(filled, start + 1):
                written.append(self._write(number, batch, source, actor))
            for _, temporary, path in written:
                os.rename(temporary, path)
            _flush_folder(self.folder)
        except OSError as error:
            for _, temporary, _ in written:
                temporary.unlink(missing_ok=True)
            raise JournalError(f"写入日志失败：{error.strerror or error}，本次未导入") from error
        return [part for part, _, _ in written]

    def compact(self, at_least: int = 400) -> int:
        """Merge the single parts of each table into one file once there are `at_least` of them.

        Returns the number of files that were merged. Hold `lock()`.
        """
        singles: dict[str, list[PartFile]] = defaultdict(list)
        for file in self.files():
            if not file.is_compacted:
                singles[file.parts[0].table].append(file)
        if sum(map(len, singles.values())) < at_least:
            return 0
        manifest, merged = self._manifest(), 0
        for table, files in singles.items():
            if len(files) > 1:
                manifest.append(self._merge(table, files))
                merged += len(files)
        _replace(self.folder / "MANIFEST.json", json.dumps(manifest, indent=1).encode())
        for entry in manifest:
            for name in entry["replaces"]:
                (self.folder / name).unlink(missing_ok=True)
        return merged

    # -- details ----------------------------------------------------------------------------

    def _names(self) -> list[tuple[int, str]]:
        with suppress(FileNotFoundError):
            return sorted(
                (int(name[:8]), name)
                for name in os.listdir(self.folder)
                if name.endswith(".parquet") and name[:8].isdigit()
            )
        return []

    def _manifest(self) -> list[_Merged]:
        with suppress(FileNotFoundError):
            merged: list[_Merged] = json.loads((self.folder / "MANIFEST.json").read_bytes())
            return merged
        return []

    def _manifest_end(self) -> int:
        return max((entry["end"] for entry in self._manifest()), default=0)

    def _describe(self, path: Path) -> PartFile | None:
        """What the file's footer says; None (and a sentence in `unreadable`) if it is damaged."""
        if path.name not in self._known:
            try:
                meta = json.loads((pq.read_schema(path).metadata or {})[_META])
                parts = tuple(Part(**{**p, "provided": tuple(p["provided"])}) for p in meta)
            except FileNotFoundError:
                raise
            except (pa.ArrowInvalid, KeyError, TypeError, ValueError, OSError):
                self.unreadable[path.name] = f"日志分片 {path.name} 已损坏，其余数据照常使用"
                return None
            self._known[path.name] = PartFile(path, parts, path.name.startswith("c"))
            self.unreadable.pop(path.name, None)
        return self._known[path.name]

    def _write(
        self, number: int, batch: Batch, source: str, actor: Actor
    ) -> tuple[Part, Path, Path]:
        rows = batch.rows.combine_chunks()
        part = Part(
            number,
            batch.table,
            rows.num_rows,
            row_checksum(rows),
            source,
            f"{actor.role}:{actor.code}",
            product_version(),
            datetime.now(SHANGHAI).isoformat(timespec="milliseconds"),
            batch.provided,
        )
        path = self.folder / f"{number:08d}-{batch.table}.parquet"
        temporary = path.with_suffix(".tmp")
        _write_parquet(rows, [part], temporary)
        return part, temporary, path

    def _merge(self, table: str, files: Sequence[PartFile]) -> _Merged:
        rows = pa.concat_tables([self.read(file) for file in files], promote_options="default")
        parts = [part for file in files for part in file.parts]
        path = self.folder / f"c{parts[0].position:08d}-{parts[-1].position:08d}-{table}.parquet"
        temporary = path.with_suffix(".tmp")
        _write_parquet(rows, parts, temporary)
        os.rename(temporary, path)
        _flush_folder(self.folder)
        names = [file.path.name for file in files]
        return {"file": path.name, "end": parts[-1].position, "replaces": names}


class _Lock(FileLock):
    """The file lock, with a Chinese sentence when another writer does not give way."""

    def __enter__(self) -> "_Lock":
        try:
            self.acquire()
        except Timeout:
            raise JournalError("另一个程序正在写入，请稍后再试") from None
        except OSError as error:
            raise JournalError(f"无法写入 {self.lock_file}：{error.strerror}") from error
        return self


def _with_part(rows: pa.Table, file: PartFile) -> pa.Table:
    if PART in rows.column_names:
        return rows
    position = pa.array([file.parts[0].position] * rows.num_rows, pa.int64())
    return rows.append_column(PART, position)


def _rows_of(rows: pa.Table, position: int) -> pa.Table:
    return rows.filter(pc.equal(rows[PART], position)).drop_columns([PART]).combine_chunks()


def _write_parquet(rows: pa.Table, parts: Sequence[Part], path: Path) -> None:
    meta = json.dumps([asdict(part) for part in parts], ensure_ascii=False).encode()
    with path.open("wb") as file:
        pq.write_table(rows.replace_schema_metadata({_META: meta}), file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
