"""The snapshot: what a journal amounts to at one of its positions, in a DuckDB file of its own.

STORE/snapshots/00000057-0123456789ab.duckdb is never changed once it has its name: it is written
beside, flushed to disk and renamed, and any number of processes read it at once. Beside it lies
a `.json` that says what it was made from. A snapshot is only a shortcut: one of another program,
store or schema, or one that is not byte for byte what was written, is left aside.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
from filelock import FileLock, Timeout

from data.journal.journal import Journal, JournalError
from data.journal.part_file import PartFile, flush_folder

FOLDER = "snapshots"
KEPT = 2  # the newest one, and the one before it, which a reader may be about to open
TICK = 0.05  # seconds: a change after this has another time of change, on every usual disk
MEMORY = "1GB"  # of the writer
ROOT = Path(__file__).parents[2]

Stat = list[int]


@dataclass(frozen=True)
class Snapshot:
    """position: of the journal; content: what its writer noted of it, plain JSON."""

    path: Path
    position: int
    content: Mapping[str, Any] = field(repr=False)


def latest(journal: Journal, key: str, after: int = 0) -> Snapshot | None:
    """The newest snapshot that can be trusted, of a position after one.

    key   of the program that reads: see `program_digest`
    """
    with suppress(OSError):
        names = sorted(folder_of(journal) / name for name in os.listdir(folder_of(journal)))
        for about in reversed([path for path in names if path.suffix == ".json"]):
            if (snapshot := _opened(journal, about, key, after)) is not None:
                return snapshot
    return None


def folder_of(journal: Journal) -> Path:
    return journal.folder.parent / FOLDER


def _opened(journal: Journal, about: Path, key: str, after: int) -> Snapshot | None:
    """The snapshot if it is this program's, whole, and made from this journal."""
    try:
        checksum, _, text = about.read_text("utf-8").partition("\n")
        if hashlib.sha256(text.encode()).hexdigest() != checksum:
            return None
        noted = json.loads(text)
        path = about.with_suffix(".duckdb")
        is_fit = noted["key"] == key and after < noted["position"] <= journal.position()
        if not is_fit or not (_is_whole(path, noted) and _is_of(journal, noted)):
            return None
        return Snapshot(path, noted["position"], noted["content"])
    except (OSError, ValueError, KeyError, TypeError, JournalError):
        return None


def _is_whole(path: Path, noted: Mapping[str, Any]) -> bool:
    """As it lay when it was written, or with the same content: hashing takes a second for 400 MB.

    (What rots on a disk without a change of the file DuckDB finds: each block has a checksum.)
    """
    return bool(_stat(path) == noted["stat"] or _checksum(path) == noted["checksum"])


def _is_of(journal: Journal, noted: Mapping[str, Any]) -> bool:
    """Whether the journal's parts are those that the snapshot was made from.

    As a rule their files lie as they lay. Files that do not (merged, copied) are read through.
    """
    now, then = journal.lying(), {name: tuple(stat) for name, stat in noted["files"].items()}
    if then.items() <= now.items():
        return True
    position, files = noted["position"], journal.files()
    if journal.unreadable or parts_digest(files, position) != noted["parts"]:
        return False
    for file in files:
        is_asked = file.parts[0].position <= position
        if is_asked and now.get(file.path.name) != then.get(file.path.name, ()):
            for _ in journal.pieces(file):  # raises JournalError where it is damaged
                pass
    return True


def parts_digest(files: Iterable[PartFile], until: int) -> str:
    """sha256 over what the parts up to a position are: number, table, columns, rows, checksum."""
    parts = sorted(
        (part.position, part.table, part.provided, part.rows, part.checksum)
        for file in files
        for part in file.parts
        if part.position <= until
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def program_digest() -> str:
    """sha256 over what makes records of parts and cells of records: code, schema, definitions."""
    digest = hashlib.sha256(f"{duckdb.__version__}".encode())
    for folder in ("data", "data/journal", "metrics/cells", "metrics/indicators", "metrics/views"):
        digest.update(files_digest(ROOT / folder).encode())
    digest.update(files_digest(ROOT / "metrics" / "scheme").encode())
    return digest.hexdigest()


def files_digest(folder: Path) -> str:
    """sha256 over names and bytes of the files in a folder (not below it)."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".py", ".toml", ".sql"):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


Fill = Callable[[duckdb.DuckDBPyConnection], tuple[int, Mapping[str, Any]]]


def write(journal: Journal, key: str, fill: Fill) -> Snapshot | None:
    """Write one and take it in use. None if somebody else is at it, or if the disk refuses.

    fill   puts the tables into an empty database; gives the position and what to note
    Nothing is kept of a journal of which a part is damaged: it would outlive the damage.
    """
    try:
        folder_of(journal).mkdir(exist_ok=True)
        with FileLock(folder_of(journal) / ".lock").acquire(timeout=0):
            return _write(journal, key, fill)
    except (OSError, Timeout):
        return None


def _write(journal: Journal, key: str, fill: Fill) -> Snapshot | None:
    with _beside(folder_of(journal)) as path:
        connection = duckdb.connect(str(path), config={"autoload_known_extensions": "false"})
        try:
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET enable_external_access = false")
            position, content = fill(connection)
            connection.execute("CHECKPOINT")
        finally:
            connection.close()
        files = journal.lying(until=position)
        parts = parts_digest(journal.files(), position)
        if journal.unreadable or not position:
            return None
        name = folder_of(journal) / f"{position:08d}-{key[:12]}.duckdb"
        checksum = _checksum(path)
        _flush(path)
        path.rename(name)
    noted = {"key": key, "position": position, "parts": parts, "files": files}
    noted |= {"checksum": checksum, "stat": _stat(name), "content": content}
    time.sleep(TICK)
    _note(name.with_suffix(".json"), json.dumps(noted, ensure_ascii=False, default=str))
    _prune(folder_of(journal), name)
    return Snapshot(name, position, content)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A place for a file in the making; what others left there when they were killed goes first."""
    for left in folder.glob("*.making*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    path = folder / f"{uuid4().hex}.making"
    try:
        yield path
    finally:
        for left in folder.glob(f"{path.name}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _note(path: Path, text: str) -> None:
    making = path.with_suffix(".making")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    making.write_text(f"{checksum}\n{text}", "utf-8")
    _flush(making)
    making.rename(path)
    flush_folder(path.parent)


def _prune(folder: Path, newest: Path) -> None:
    """Keep the last ones of this program; those of others are of no use to anybody here."""
    own = sorted(folder.glob(f"*-{newest.stem.partition('-')[2]}.duckdb"))[-KEPT:]
    for path in {*folder.glob("*.duckdb"), *folder.glob("*.json")}:
        if path.with_suffix(".duckdb") not in own:
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _stat(path: Path) -> Stat:
    """What changes when somebody writes into a file: its time of change cannot be set."""
    now = path.stat()
    return [now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino]


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
