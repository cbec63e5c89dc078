"""The cities that tests read: made once, kept between runs, copied to where a run may use them.

A city is kept under the digest of what makes it, so that a change of the records, of the loader or
of a library makes it anew; and for one day, because the wall tells of data that are older. What is
kept is only ever copied from: a server that reads a store writes notes of its own beside the
records.
"""

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock

from data.demo import demo_tables
from data.demo.load import load_demo
from data.intake.files import load_table
from data.journal.journal import SHANGHAI
from data.rights import command_line
from data.schema import TABLES
from metrics.cells.store import Store

ROOT = Path(__file__).parent.parent
LIBRARIES = ("duckdb", "numpy", "pyarrow")
DIGEST = "digest"  # of the files kept, beside them
RECENT_FROM = datetime(2018, 6, 1)
TOWN = ("S01", "S02", "S08")  # two in the city and one outside, 43 of the 219 villages
LAST_DAY = date(2019, 8, 19)

Maker = Callable[[Path], None]


def kept_store(cache: Path, name: str, make: Maker) -> Path:
    """The store of this name, out of the cache; made there first where it is not or is damaged."""
    place = cache / f"{name}-{_origin()}"
    with FileLock(f"{place}.lock"):
        if not _is_whole(place):
            shutil.rmtree(place, ignore_errors=True)
            for older in cache.glob(f"{name}-*"):
                _forget(older)
            _make(place, make)
    return place / "store"


def shared_copy(store: Path, place: Path) -> Path:
    """A copy for all workers of one run, with a snapshot as any store has that was served once."""
    with FileLock(f"{place}.lock"):
        if not place.exists():
            copied = Path(tempfile.mkdtemp(dir=place.parent)) / "store"
            shutil.copytree(store, copied)
            Store(copied).keep()
            copied.rename(place)
    return place


def make_demo(store: Path) -> None:
    """The default demo city."""
    load_demo(store, command_line())


def make_recent(store: Path) -> None:
    """The last fifteen months of the demo city."""
    _load(store, {name: _recent(rows) for name, rows in demo_tables().items()})


def make_town(store: Path) -> None:
    """The same of three stations."""
    tables = demo_tables()
    villages = _having(tables["village"], "station", TOWN)["code"].to_pylist()
    officers = _having(tables["officer"], "station", TOWN)["code"].to_pylist()
    of_town = {"village": villages, "station": TOWN, "officer": officers}
    _load(store, {name: _of_town(name, _recent(rows), of_town) for name, rows in tables.items()})


def _of_town(name: str, rows: pa.Table, of_town: Mapping[str, Sequence[str]]) -> pa.Table:
    """By the first that is known of a row: what it is itself, its village, its station, ..."""
    if name in of_town:
        return _having(rows, "code", of_town[name])
    for column in ("village", "station", "officer"):
        if column in rows.column_names:
            is_known = pc.is_valid(rows[column])
            kept = pc.is_in(rows[column], pa.array(of_town[column]))
            rows = rows.filter(pc.or_(kept, pc.invert(is_known)))
    return rows


def _having(rows: pa.Table, column: str, values: Sequence[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows[column], pa.array(values)))


def _load(store: Path, tables: Mapping[str, pa.Table]) -> None:
    for name, rows in tables.items():
        report = load_table(store, rows, TABLES[name], f"模拟数据-{name}", command_line(), LAST_DAY)
        assert not report.rejected, name


def _recent(rows: pa.Table) -> pa.Table:
    return _entered_since(rows, RECENT_FROM)


def _entered_since(rows: pa.Table, start: datetime) -> pa.Table:
    if "entered_at" not in rows.column_names:
        return rows
    is_recent = pc.greater_equal(rows["entered_at"], start)
    return rows.filter(pc.fill_null(is_recent, True))


def _make(place: Path, make: Maker) -> None:
    making = Path(tempfile.mkdtemp(dir=place.parent))
    make(making / "store")
    (making / DIGEST).write_text(_digest(_files(making / "store")), "utf-8")
    making.rename(place)


def _is_whole(place: Path) -> bool:
    noted = place / DIGEST
    return noted.exists() and noted.read_text("utf-8") == _digest(_files(place / "store"))


def _forget(place: Path) -> None:
    """An older store of the same name; its lock stays, another run may hold it."""
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)


def _origin() -> str:
    """The digest of all that decides what a demo store holds, and of the day."""
    sources = (path for path in _files(ROOT / "data") if path.suffix in (".py", ".toml"))
    versions = [platform.python_version(), *(version(name) for name in LIBRARIES)]
    today = f"{datetime.now(SHANGHAI):%Y-%m-%d}"
    return hashlib.sha256(
        f"{_digest(sources)} {_digest([Path(__file__)])} {versions} {today}".encode()
    ).hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    return (Path(base) / name for base, _, names in os.walk(folder) for name in names)


def _digest(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
