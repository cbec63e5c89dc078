"""Replaying the journal from zero gives the same cells, byte for byte, as a process that grew."""

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_table
from data.journal.copy import Copy, fetch_arrow
from data.journal.journal import Journal
from data.schema import TABLES, quoted
from metrics.cells.count import Counted
from metrics.cells.reconcile import reconcile
from metrics.cells.store import Store
from tests.unit.test_recount import ACTOR, AS_OF, LOADED, append, changes, make_store, rows_of

ROOT = Path(__file__).parents[2]
VILLAGE = {"kind": "village", "households": 20, "population": 60}


def exported(counted: Counted) -> bytes:
    """Every column of every cell, in one order, as a file."""
    query = (
        "SELECT unit, officer, kind, day, measure, sum(n)::BIGINT AS n"
        f" FROM {counted.cells} GROUP BY ALL ORDER BY ALL"
    )
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(fetch_arrow(counted.cursor(), query), sink)
    return bytes(sink.getvalue().to_pybytes())


FRESH = """
import sys
from datetime import date
from pathlib import Path
from metrics.cells.store import Store
from tests.unit.test_replay import exported
sys.stdout.buffer.write(exported(Store(Path(sys.argv[1])).counted(date.fromisoformat(sys.argv[2]))))
"""


def of_a_fresh_process(store: Path, as_of: date) -> bytes:
    command = [sys.executable, "-c", FRESH, str(store), as_of.isoformat()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return done.stdout


@st.composite
def move_of_a_village(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A village goes to another station from a day on, or is split off, or closes."""
    day = date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 200)))
    code, station = draw(st.sampled_from(["V1", "V2", "V4"])), draw(st.sampled_from("12"))
    row = VILLAGE | {"code": code, "name": code, "station": f"S{station}", "room": f"R{station}"}
    return "village", [row | {"valid_from": day, "is_deleted": draw(st.integers(0, 9)) == 0}]


def taken_in(store: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """Registers by a load, which gives them their ids; records as any channel appends them."""
    if table == "village":
        load_table(store, rows_of(table, rows), TABLES[table], "moved", ACTOR, LOADED)
    else:
        append(store, table, rows)


STEPS = st.lists(st.one_of(changes(), changes(), move_of_a_village()), min_size=1, max_size=8)


Steps = list[tuple[str, list[dict[str, Any]]]]


@settings(max_examples=3)
@given(STEPS)
def test_reconcile_finds_nothing_whatever_came_in(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    check_a_sequence(tmp_path_factory.mktemp("reconcile"), steps)


@pytest.mark.soak
@settings(max_examples=40)
@given(STEPS)
def test_reconcile_finds_nothing_for_long(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    check_a_sequence(tmp_path_factory.mktemp("reconcile"), steps)


def check_a_sequence(folder: Path, steps: Steps) -> None:
    """Inserts, corrections, moves and deletions, of records and of villages; compacted between."""
    make_store(folder)
    grown = Store(folder)
    grown.counted(AS_OF)
    for number, (table, rows) in enumerate(steps):
        taken_in(folder, table, rows)
        grown.counted(AS_OF)
        if number == 3:
            compact(folder)
    assert reconcile(Store(folder), replayed=len(steps)) == []
    assert exported(grown.counted(AS_OF)) == exported(Store(folder).counted(AS_OF))


def compact(store: Path) -> None:
    journal = Journal(store)
    with journal.lock():
        journal.compact(at_least=2)


@settings(max_examples=2)
@given(STEPS)
def test_a_fresh_process_has_the_same_cells_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    make_store(folder)
    grown = Store(folder)
    for table, rows in steps:
        taken_in(folder, table, rows)
        grown.counted(AS_OF)
    assert exported(grown.counted(AS_OF)) == of_a_fresh_process(folder, AS_OF)


def test_the_demo_city_that_grew_is_the_demo_city_replayed(
    demo_store: Path, tmp_path: Path
) -> None:
    """Moved, voided and deleted records, counted by a process that had counted them before."""
    folder = tmp_path / "store"
    shutil.copytree(demo_store, folder)
    grown = Store(folder)
    as_of = grown.counted().as_of
    for table in ("visit", "patrol", "case", "duty_day"):
        rows = fetch_arrow(
            grown.copy.cursor(),
            f"SELECT * EXCLUDE (_part, _shape) FROM record.{quoted(table)} ORDER BY id LIMIT 9",
        ).to_pylist()
        for number, row in enumerate(rows):
            row |= [{"village": "V100"}, {"is_deleted": True}, {"voided_on": as_of}][number % 3]
        append(folder, table, rows)
        grown.counted(as_of)
    assert exported(grown.counted(as_of)) == of_a_fresh_process(folder, as_of)


def test_an_earlier_state_can_be_replayed(tmp_path: Path) -> None:
    """The cells as they were at a position are still those, whatever came later."""
    make_store(tmp_path)
    before, end = exported(Store(tmp_path).counted(AS_OF)), Journal(tmp_path).position()
    append(tmp_path, "visit", [{"id": "0", "village": "V2", "is_deleted": True}])
    compact(tmp_path)
    assert exported(Store(tmp_path).counted(AS_OF)) != before
    assert exported(at_position(tmp_path, end)) == before


def at_position(store: Path, position: int) -> Counted:
    from metrics.cells.count import count

    opened, copy = Store(store), Copy(Journal(store))
    copy.catch_up(position)
    return count(copy, opened.catalogue, opened.schemes, AS_OF)
