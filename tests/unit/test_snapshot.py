"""A snapshot is a shortcut: with it and without it, every answer is the same."""

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_table
from data.journal.copy import Copy
from data.journal.journal import Journal, JournalError
from data.journal.snapshot import folder_of, latest, program_digest
from data.schema import TABLES
from metrics.cells.count import Counted, count
from metrics.cells.reconcile import reconcile
from metrics.cells.recount import recount
from metrics.cells.snapshot import kept_counts, rest_on_latest, write_snapshot
from metrics.cells.store import Store
from metrics.indicators.catalogue import Catalogue, load_catalogue
from metrics.scheme.scheme import Scheme, load_schemes
from tests.kills import Tell, killed_at, moments
from tests.unit.test_recount import (
    ACTOR,
    AS_OF,
    FIRST,
    LOADED,
    append,
    cells,
    changes,
    make_store,
    months,
    rows_of,
)

Declared = tuple[Catalogue, tuple[Scheme, ...]]


@pytest.fixture(scope="module")
def declared() -> Declared:
    catalogue = load_catalogue()
    return catalogue, load_schemes(catalogue)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make_store(tmp_path)
    return tmp_path


def keep(folder: Path, declared: Declared) -> Path:
    catalogue, schemes = declared
    written = write_snapshot(folder, catalogue, lambda _: schemes)
    assert written is not None
    return written.path


def is_trusted(folder: Path) -> bool:
    return latest(Journal(folder), program_digest()) is not None


def in_full(folder: Path, declared: Declared, as_of: date = AS_OF) -> Counted:
    """Counted from the parts, as if there had never been a snapshot."""
    copy = Copy(Journal(folder))
    copy.catch_up()
    return count(copy, *declared, as_of)


def by_snapshot(folder: Path, declared: Declared, as_of: date = AS_OF) -> Counted | None:
    """What the snapshot has, with what came in since; None where it must be counted in full."""
    copy = Copy(Journal(folder))
    snapshot = rest_on_latest(copy)
    assert snapshot is not None
    kept = kept_counts(copy, snapshot, *declared, as_of)
    return kept and recount(kept)


def records(counted: Counted) -> dict[str, list[tuple[Any, ...]]]:
    """All current records by table. Numbers of shapes may differ from process to process."""
    shapes = counted.copy.shapes
    found = {}
    for name, table in TABLES.items():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        query = f'SELECT {columns}, _part, _shape FROM record."{name}" ORDER BY ALL'
        rows = counted.cursor().execute(query).fetchall()
        found[name] = [(*row[:-1], tuple(sorted(shapes[row[-1]]))) for row in rows]
    return found


def assert_same(mine: Counted, full: Counted) -> None:
    assert cells(mine) == cells(full)
    assert months(mine) == months(full)
    assert mine.first_on == full.first_on
    assert (dict(mine.absent), mine.cut) == (dict(full.absent), full.cut)
    assert records(mine) == records(full)


@settings(max_examples=12)
@given(
    st.lists(changes(), max_size=3),
    st.lists(changes(), max_size=6),
    st.booleans(),
    st.sampled_from([AS_OF, AS_OF + timedelta(days=40), AS_OF - timedelta(days=90)]),
)
def test_random_tails_give_the_cells_of_a_full_count(
    tmp_path_factory: pytest.TempPathFactory,
    declared: Declared,
    before: list[tuple[str, list[dict[str, Any]]]],
    after: list[tuple[str, list[dict[str, Any]]]],
    is_compacted: bool,
    as_of: date,
) -> None:
    folder = tmp_path_factory.mktemp("tail")
    make_store(folder)
    for table, rows in before:
        append(folder, table, rows)
    keep(folder, declared)
    copy = Copy(Journal(folder))
    snapshot = rest_on_latest(copy)
    assert snapshot is not None
    grown = kept_counts(copy, snapshot, *declared, as_of)
    for table, rows in after:
        append(folder, table, rows)
        copy.catch_up()
        grown = grown and recount(grown)
    if is_compacted:
        journal = Journal(folder)
        with journal.lock():
            journal.compact(at_least=2)
    full = in_full(folder, declared, as_of)
    at_once = by_snapshot(folder, declared, as_of)
    for mine in (grown, at_once):
        if mine is not None:
            assert_same(mine, full)
    other = count(copy, *declared, as_of)  # another day is counted from the kept records
    assert cells(other) == cells(full)
    assert records(other) == records(full)


def test_nothing_is_copied_as_long_as_nothing_came_in(store: Path, declared: Declared) -> None:
    keep(store, declared)
    mine = by_snapshot(store, declared)
    assert mine is not None
    tables = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'memory'"
    assert mine.cursor().execute(tables).fetchone() == (0,)
    assert_same(mine, in_full(store, declared))


@pytest.mark.parametrize("table", ["visit", "case", "merit"])
def test_a_correction_a_move_and_a_deletion(store: Path, declared: Declared, table: str) -> None:
    keep(store, declared)
    row = {"id": "0", "officer": "O1", **FIRST[table]}
    for changed in ({"village": "V3"}, {"village": "V1"}, {"village": "V1", "is_deleted": True}):
        append(store, table, [row | changed])
        mine = by_snapshot(store, declared)
        assert mine is not None
        assert_same(mine, in_full(store, declared))


def test_a_register_is_counted_in_full_over_the_kept_records(
    store: Path, declared: Declared
) -> None:
    keep(store, declared)
    rows = rows_of("station", [{"code": "S9", "name": "新", "unit_group": "城区"}])
    assert load_table(store, rows, TABLES["station"], "新", ACTOR, LOADED).added == 1
    assert by_snapshot(store, declared) is None
    assert_same(Store(store).counted(AS_OF), in_full(store, declared))


def test_a_table_that_was_empty_is_filled(store: Path, declared: Declared) -> None:
    keep(store, declared)
    append(store, "annotation", [{"id": n, "title": n, "is_deleted": False} for n in "ab"])
    append(store, "annotation", [{"id": "b", "title": "c", "is_deleted": True}])
    mine = by_snapshot(store, declared)
    assert mine is not None
    assert_same(mine, in_full(store, declared))


# -- what is not trusted -----------------------------------------------------------------------


def test_a_flipped_byte_is_noticed_wherever_it_lies(store: Path, declared: Declared) -> None:
    data = keep(store, declared)
    about = data.with_suffix(".json")
    chance = random.Random(3)
    for path in (data, about):
        whole = path.read_bytes()
        places = [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(20))]
        for place in places:
            flipped = bytearray(whole)
            flipped[place] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            assert not is_trusted(store), (path.suffix, place)
        path.write_bytes(whole[:-1])
        assert not is_trusted(store)
        path.write_bytes(whole)
        assert is_trusted(store)


def test_what_cannot_be_opened_is_left_aside(store: Path, declared: Declared) -> None:
    """Its checksum is right, and yet it is no database, or says nothing of its tables."""
    data = keep(store, declared)
    about = data.with_suffix(".json")
    noted = json.loads(about.read_text("utf-8").partition("\n")[2])
    data.write_bytes(b"no database")
    _note(about, noted | {"checksum": sha256(b"no database").hexdigest()})
    assert is_trusted(store)
    assert rest_on_latest(Copy(Journal(store))) is None
    assert_same(Store(store).counted(AS_OF), in_full(store, declared))
    _note(about, noted | {"content": {}})
    assert rest_on_latest(Copy(Journal(store))) is None


def _note(about: Path, noted: dict[str, Any]) -> None:
    text = json.dumps(noted)
    about.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", "utf-8")


@pytest.mark.parametrize("change", [{"key": "of an older schema"}, {"position": 99}])
def test_another_program_or_position(
    store: Path, declared: Declared, change: dict[str, Any]
) -> None:
    about = keep(store, declared).with_suffix(".json")
    noted = json.loads(about.read_text("utf-8").partition("\n")[2])
    _note(about, noted)
    assert is_trusted(store)
    _note(about, noted | change)
    assert not is_trusted(store)


def test_the_snapshot_of_another_store(
    store: Path, declared: Declared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    make_store(other)
    append(other, "case", [{"id": "9", "village": "V2", "filed_on": date(2019, 5, 1)}])
    append(store, "case", [{"id": "9", "village": "V3", "filed_on": date(2019, 5, 1)}])
    keep(other, declared)
    shutil.copytree(folder_of(Journal(other)), folder_of(Journal(store)))
    assert not is_trusted(store)
    assert_same(Store(store).counted(AS_OF), in_full(store, declared))


def test_a_copied_store_keeps_its_snapshot(
    store: Path, declared: Declared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keep(store, declared)
    copied = tmp_path_factory.mktemp("copied") / "store"
    shutil.copytree(store, copied, copy_function=shutil.copyfile)
    assert is_trusted(copied)


def test_a_part_that_is_damaged_later_is_missed_as_without_a_snapshot(
    store: Path, declared: Declared
) -> None:
    keep(store, declared)
    part = next((store / "journal").glob("*-case.parquet"))
    whole = part.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 5] ^= 255
    part.write_bytes(flipped)
    assert not is_trusted(store)
    reader = Store(store)
    assert_same(reader.counted(AS_OF), in_full(store, declared))
    assert reader.journal.unreadable
    assert reader.keep() is None  # a snapshot would outlive the damage
    part.unlink()
    assert not is_trusted(store)


def test_foreign_indicators_and_peak_hours_are_counted_anew(
    store: Path, declared: Declared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keep(store, declared)
    catalogue, schemes = declared
    folder = tmp_path_factory.mktemp("indicators")
    source = Path(__file__).parents[2] / "metrics" / "indicators" / "reports-filed.toml"
    (folder / "foreign.toml").write_text(source.read_text("utf-8"), "utf-8")
    foreign = Store(store, folder).counted(AS_OF)
    assert {"foreign.numerator"} <= {row[4] for row in cells(foreign)}
    assert foreign.kept == ""
    copy = Copy(Journal(store))
    snapshot = rest_on_latest(copy)
    assert snapshot is not None
    assert kept_counts(copy, snapshot, catalogue, (), AS_OF) is None
    assert kept_counts(copy, snapshot, catalogue, schemes, AS_OF) is not None


def test_a_store_that_cannot_be_written_is_read_without(store: Path, declared: Declared) -> None:
    (store / "snapshots").write_text("a file where the folder should be", "utf-8")
    catalogue, schemes = declared
    assert write_snapshot(store, catalogue, lambda _: schemes) is None
    assert_same(Store(store).counted(AS_OF), in_full(store, declared))


def test_there_is_nothing_to_keep_of_an_empty_store(tmp_path: Path, declared: Declared) -> None:
    catalogue, schemes = declared
    assert write_snapshot(tmp_path, catalogue, lambda _: schemes) is None
    assert not (tmp_path / "snapshots").exists()


# -- several at once ---------------------------------------------------------------------------


def test_a_running_store_goes_over_to_a_newer_snapshot(store: Path, declared: Declared) -> None:
    reader = Store(store)
    before = reader.counted(AS_OF)
    assert before.kept == ""
    copy = reader.copy
    assert not reader.renew()
    assert reader.keep() is not None
    append(store, "case", [{"id": "7", "village": "V2", "filed_on": date(2019, 5, 1)}])
    assert reader.renew()
    after = reader.counted(AS_OF)
    assert after.kept
    assert reader.copy is copy  # channels hold it
    assert_same(after, in_full(store, declared))
    assert len(cells(before)) < len(cells(after))  # who still holds the former counts can sum them
    assert not reader.renew()
    assert reconcile(reader) == []


def test_readers_and_writers_at_once(store: Path, declared: Declared) -> None:
    """Two stores and a loader, while snapshots are written again and again."""
    stop, wrong = threading.Event(), list[str]()

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                while not stop.is_set():
                    work()
            except Exception as error:  # told to the test
                wrong.append(repr(error))

        return run

    readers = [Store(store), Store(store)]

    def read(reader: Store) -> None:
        reader.renew()
        cells(reader.counted(AS_OF))

    catalogue, schemes = declared
    works: Iterator[Callable[[], None]] = iter(
        [
            lambda: read(readers[0]),
            lambda: read(readers[1]),
            lambda: write_snapshot(store, catalogue, lambda _: schemes) and None,
        ]
    )
    threads = [threading.Thread(target=guarded(work)) for work in works]
    for thread in threads:
        thread.start()
    for number in range(12):
        append(store, "case", [{"id": f"n{number % 5}", "village": "V2", "filed_on": AS_OF}])
        stop.wait(0.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    full = in_full(store, declared)
    for reader in readers:
        assert_same(reader.counted(AS_OF), full)


# -- kill -9 -----------------------------------------------------------------------------------


def write_again_and_again(tell: Tell, store: Path) -> None:
    catalogue = load_catalogue()
    schemes = load_schemes(catalogue)
    number = 0
    while True:
        append(store, "case", [{"id": str(number), "village": "V2", "filed_on": AS_OF}])
        assert write_snapshot(store, catalogue, lambda _: schemes) is not None
        tell(number := number + 1)


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.soak)])
def test_the_writer_of_a_snapshot_is_killed(store: Path, declared: Declared, kills: int) -> None:
    for moment in moments(kills, 1.5):
        killed_at(moment, write_again_and_again, store)
        copy = Copy(Journal(store))
        snapshot = rest_on_latest(copy)  # the one before, or the new one: whole in any case
        full = in_full(store, declared)
        if snapshot is not None:
            kept = kept_counts(copy, snapshot, *declared, AS_OF)
            mine = kept and recount(kept)
            assert mine is not None
            assert_same(mine, full)
        with suppress(JournalError):
            journal = Journal(store)
            with journal.lock():
                journal.append([], "clears what a killed loader left", ACTOR)
    keep(store, declared)
    left = {path.name.rpartition(".")[2] for path in folder_of(Journal(store)).iterdir()}
    assert left == {"duckdb", "json", "lock"}  # nothing half done
