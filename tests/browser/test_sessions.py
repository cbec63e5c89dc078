"""Sessions on a real server: memory stays flat, and an open page stays right for a day."""

import asyncio
import os
import random
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.schema import EVENTS
from metrics.cells.reconcile import reconcile
from metrics.cells.store import Store
from tests.bench.poster import post
from tests.bench.process import rss_mib
from tests.bench.reader import Reader
from tests.bench.sessions import rerun_often
from tests.chromium import Server, served

TOKEN = "soak-token-soak-token"
VIEWS = (
    ("", "period=2019-08"),
    ("", "period=2019-07"),
    ("ranking", "period=2019-08"),
    ("indicator", "indicator=A4-valid-visits&period=2019-01-01..2019-08-19"),
    ("indicator", "indicator=suspects-caught&period=2019-01-01..2019-08-19"),
    ("unit", "level=station&unit=S08&period=2019-08"),
)
DAYS_OF_THE_DEMO = 1327  # 1 January 2016 to 19 August 2019


@pytest.fixture
def store(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _own(demo_store, tmp_path, monkeypatch)


@pytest.fixture
def recent(recent_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _own(recent_store, tmp_path, monkeypatch)


def _own(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HONGFENG_TOKEN", TOKEN)
    return Path(shutil.copytree(city, tmp_path / "store"))


def test_some_hundred_reruns_leak_nothing_large(recent: Path) -> None:
    with served(recent) as server:
        asyncio.run(rerun_often(server, 200))  # figures are kept and caches filled
        first, last, _ = asyncio.run(rerun_often(server, 400))
    assert last < first + 60


@pytest.mark.soak
def test_ten_thousand_reruns_leave_memory_flat(store: Path) -> None:
    with served(store) as server:
        first, last, rate = asyncio.run(rerun_often(server, 10_000))
    print(f"memory {first:.0f} -> {last:.0f} MiB, {rate:.1f} reruns/s")
    assert last < first * 1.05


def test_an_open_page_shows_what_a_new_server_shows(recent: Path) -> None:
    _live_through_a_day(recent, share=0.0)  # one record of each table


@pytest.mark.soak
def test_two_days_of_intake_leave_memory_flat_and_the_cells_right(store: Path) -> None:
    """Caches fill on the first day; the second adds nothing to it, whatever else comes in."""
    sizes = _live_through_a_day(store, share=2.0)
    quarters = [statistics.median(part) for part in _parts(sizes, 8)]
    print("memory by quarter of two days, MiB:", [round(size) for size in quarters])
    assert max(quarters[4:]) < max(quarters[:4]) + 10


def _parts(sizes: list[float], count: int) -> Iterator[list[float]]:
    step = len(sizes) // count
    return (sizes[i * step : (i + 1) * step] for i in range(count))


def _live_through_a_day(store: Path, share: float) -> list[float]:
    """Records of every table, at the rate of a county's day, while pages are open and follow."""
    records = list(_records(store, share))
    with served(store) as server:
        sizes = asyncio.run(_follow(server, records))
        seen = asyncio.run(_shown(server))
    with served(store) as server:
        assert asyncio.run(_shown(server)) == seen
    assert reconcile(Store(store)) == []
    return sizes


def _records(store: Path, share: float) -> Iterator[tuple[str, dict[str, str]]]:
    """(table, record): as many of each table as come in on a day, under new ids, in any order."""
    chance = random.Random(2019)
    cursor = Store(store).counted().cursor()
    found = []
    for table in EVENTS:
        names = ", ".join(f'"{name}"' for name in table.names if name != "is_deleted")
        query = f"SELECT {names} FROM record.{table.name} WHERE voided_on IS NULL ORDER BY id"
        if "voided_on" not in table.names:
            query = query.replace(" WHERE voided_on IS NULL", "")
        rows = cursor.sql(query).to_arrow_table()
        amount = max(1, round(rows.num_rows / DAYS_OF_THE_DEMO * share))
        newest = rows.slice(rows.num_rows - min(rows.num_rows, 40 * amount))
        for place in chance.sample(range(newest.num_rows), min(amount, newest.num_rows)):
            row = _as_text(newest.slice(place, 1))
            found.append((table.name, row | {"id": f"{row['id']}-again"}))
    chance.shuffle(found)
    return iter(found)


def _as_text(row: pa.Table) -> dict[str, str]:
    text = {
        name: pc.cast(row[name], pa.string())[0].as_py()
        for name in row.column_names
        if row[name][0].as_py() is not None
    }
    return {name: str(value) for name, value in text.items()}


async def _follow(server: Server, records: list[tuple[str, dict[str, str]]]) -> list[float]:
    readers = [Reader(server.address, page, query) for page, query in VIEWS]
    for reader in readers:
        await reader.open()
        reader.follow()
    sizes = []
    for table, row in records:
        await asyncio.to_thread(post, server.address, os.environ["HONGFENG_TOKEN"], table, row)
        sizes.append(rss_mib(server.pid))
    for reader in readers:
        await reader.caught_up()
        await reader.close()
    return sizes


async def _shown(server: Server) -> list[tuple[str, dict[tuple[int, ...], str]]]:
    """What the pages say and draw, besides the time."""
    found = []
    for page, query in VIEWS:
        reader = Reader(server.address, page, query)
        await reader.open()
        found.append((page, dict(reader.html)))
        await reader.close()
    return found
