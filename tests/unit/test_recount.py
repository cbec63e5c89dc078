"""What comes in later is counted only where it belongs, and the cells are those of a full count."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_table
from data.journal.copy import Copy, arrow_schema
from data.journal.journal import Batch, Journal
from data.rights import command_line
from data.schema import TABLES
from metrics.cells.count import Counted, count
from metrics.cells.reconcile import cells_of, differences, reconcile
from metrics.cells.recount import recount
from metrics.cells.store import Store
from metrics.indicators.catalogue import Catalogue, load_catalogue
from metrics.scheme.scheme import Scheme, load_schemes

ACTOR = command_line()
AS_OF = date(2019, 8, 19)
LOADED = date(2026, 1, 1)
REGISTERS: dict[str, list[dict[str, Any]]] = {
    "station": [{"code": c, "name": c, "unit_group": "城区"} for c in ("S1", "S2")],
    "police_room": [{"code": f"R{c}", "name": c, "station": f"S{c}"} for c in "12"],
    "village": [
        {"code": f"V{n}", "name": n, "kind": "village", "station": f"S{s}", "room": f"R{s}",
         "households": 20, "population": 60}
        for n, s in (("1", 1), ("2", 1), ("3", 2))
    ],
    "officer": [{"code": f"O{n}", "role": "auxiliary"} for n in "123"],
    "assignment": [{"officer": f"O{n}", "village": f"V{n}"} for n in "123"],
}  # fmt: skip


def rows_of(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow_schema(TABLES[table]))


@pytest.fixture(scope="module")
def declared() -> tuple[Catalogue, tuple[Scheme, ...]]:
    catalogue = load_catalogue()
    return catalogue, load_schemes(catalogue)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make_store(tmp_path)
    return tmp_path


def make_store(folder: Path) -> None:
    for name, rows in REGISTERS.items():
        report = load_table(folder, rows_of(name, rows), TABLES[name], name, ACTOR, LOADED)
        assert report.rejected == 0
    for name, row in FIRST.items():
        append(folder, name, [{"id": "0", "village": "V1", "officer": "O1", **row}])


DAY = datetime(2019, 3, 1, 9)
FIRST: dict[str, dict[str, Any]] = {
    "visit": {"household": "H", "started_at": DAY, "ended_at": DAY + timedelta(minutes=9),
              "purpose": "x"},
    "return_visit": {"due_on": DAY.date(), "done_on": DAY.date()},
    "patrol": {"planned_on": DAY.date(), "started_at": DAY, "ended_at": DAY + timedelta(hours=2),
               "completed_at": DAY + timedelta(hours=2), "points_due": 4, "points_reached": 3},
    "dispute": {"received_at": DAY, "due_on": DAY.date(), "outcome": "resolved",
                "concluded_on": DAY.date(), "resolved_on": DAY.date()},
    "case": {"kind": "theft", "reported_at": DAY, "filed_on": DAY.date(), "cleared_on": DAY.date()},
    "hazard": {"found_on": DAY.date(), "due_on": DAY.date(), "closed_on": DAY.date()},
    "task": {"dispatched_at": DAY, "due_on": DAY.date(), "is_urgent": False},
    "survey_answer": {"asked_on": DAY.date(), "is_valid": True, "is_satisfied": True},
    "spot_check": {"checked_on": DAY.date(), "fields_sampled": 10, "fields_correct": 9},
    "merit": {"kind": "crime-stopped", "persons": 1, "happened_on": DAY.date()},
    "duty_day": {"day": DAY.date(), "kind": "due"},
}  # fmt: skip


def append(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    journal = Journal(folder)
    with journal.lock():
        journal.append([Batch(table, rows_of(table, rows), TABLES[table].names)], "test", ACTOR)


def cells(counted: Counted) -> list[tuple[Any, ...]]:
    return (
        counted.cursor()
        .execute(f"SELECT unit, officer, kind, day, measure, n FROM {counted.cells} ORDER BY ALL")
        .fetchall()
    )


def months(counted: Counted) -> list[tuple[Any, ...]]:
    query = f"SELECT unit, officer, kind, month, measure, n FROM {counted.months} ORDER BY ALL"
    return counted.cursor().execute(query).fetchall()


def sums_by_month(counted: Counted) -> list[tuple[Any, ...]]:
    return (
        counted.cursor()
        .execute(
            "SELECT unit, officer, kind, CAST(date_trunc('month', day) AS DATE), measure, sum(n)"
            f" FROM {counted.cells} GROUP BY ALL ORDER BY ALL"
        )
        .fetchall()
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A new record, a correction, a move to another unit, officer or day, or a deletion."""
    table = draw(st.sampled_from(sorted(FIRST)))
    rows = []
    for number in draw(st.sets(st.integers(0, 4), min_size=1, max_size=3)):
        shift = timedelta(days=draw(st.integers(-70, 100)))
        row = {
            name: value + shift if isinstance(value, date) else value
            for name, value in FIRST[table].items()
        }
        village = draw(st.sampled_from(["V1", "V2", "V3", None]))
        station = draw(st.sampled_from(["S1", None])) if village is None else None
        row |= {"id": str(number), "village": village, "station": station}
        row["officer"] = draw(st.sampled_from(["O1", "O2", "O3", None]))
        row["is_deleted"] = draw(st.booleans()) and draw(st.booleans())
        row["voided_on"] = draw(st.sampled_from([None, None, None, AS_OF]))
        if table == "duty_day":
            row["officer"] = row["officer"] or "O1"
            row["kind"] = draw(st.sampled_from(["due", "due", "leave"]))
        if table == "visit":
            row["household"] = draw(st.sampled_from(["H", "K"]))
        rows.append(row)
    return table, rows


@settings(max_examples=12)
@given(st.lists(changes(), min_size=1, max_size=8))
def test_recounting_equals_counting(
    tmp_path_factory: pytest.TempPathFactory,
    declared: tuple[Catalogue, tuple[Scheme, ...]],
    sequence: list[tuple[str, list[dict[str, Any]]]],
) -> None:
    folder = tmp_path_factory.mktemp("recount")
    make_store(folder)
    copy = Copy(Journal(folder))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    for table, rows in sequence:
        append(folder, table, rows)
        copy.catch_up()
        updated = recount(counted)
        assert updated is not None
        counted = updated
    fresh = Copy(Journal(folder))
    fresh.catch_up()
    full = count(fresh, *declared, AS_OF)
    assert cells(counted) == cells(full)
    assert months(counted) == months(full) == sums_by_month(full)


def test_a_household_is_counted_once_when_another_one_touches_its_unit(
    store: Path, declared: tuple[Catalogue, tuple[Scheme, ...]]
) -> None:
    """H was first visited in V1; K's correction has the station counted again, where H was too."""
    copy = Copy(Journal(store))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    visit = FIRST["visit"] | {"started_at": datetime(2019, 6, 9, 9)}
    visit |= {"ended_at": datetime(2019, 6, 9, 10), "station": "S1"}
    moved = visit | {"id": "4", "household": "K", "village": "V2", "voided_on": AS_OF}
    for rows in (
        [visit | {"id": "1", "household": "H"}, visit | {"id": "3", "household": "K"}],
        [moved | {"station": None}],
    ):
        append(store, "visit", rows)
        copy.catch_up()
        updated = recount(counted)
        assert updated is not None
        counted = updated
    fresh = Copy(Journal(store))
    fresh.catch_up()
    assert cells(counted) == cells(count(fresh, *declared, AS_OF))


def test_a_visit_that_moves_between_years_and_units(
    store: Path, declared: tuple[Catalogue, tuple[Scheme, ...]]
) -> None:
    """Of the households visited only the years that a correction names are counted again."""
    chance = random.Random(7)
    days = [(2017, 12, 31), (2018, 1, 1), (2018, 6, 1), (2018, 12, 31), (2019, 1, 1), (2019, 3, 1)]
    copy = Copy(Journal(store))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    for step in range(40):
        began = datetime(*chance.choice(days), chance.randrange(24))
        village = chance.choice(["V1", "V2", "V3", None])
        visit = FIRST["visit"] | {
            "id": str(chance.randrange(6)),
            "household": chance.choice("HK"),
            "started_at": began,
            "ended_at": began + timedelta(minutes=chance.choice([-9, 9, 9, 9])),
            "village": village,
            "station": chance.choice(["S1", None]) if village is None else None,
            "is_deleted": chance.random() < 0.1,
        }
        append(store, "visit", [visit])
        copy.catch_up()
        updated = recount(counted)
        assert updated is not None
        counted = updated
        if step % 8 == 7:
            fresh = Copy(Journal(store))
            fresh.catch_up()
            full = count(fresh, *declared, AS_OF)
            assert (cells(counted), months(counted)) == (cells(full), months(full))


def test_what_does_not_change_a_cell_leaves_the_table_as_it_is(
    store: Path, declared: tuple[Catalogue, tuple[Scheme, ...]]
) -> None:
    copy = Copy(Journal(store))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    places = f"SELECT rowid FROM {counted.cells}"
    before = counted.cursor().execute(places).fetchall()
    append(store, "visit", [{"id": "0", "village": "V1", "officer": "O1", **FIRST["visit"]}])
    copy.catch_up()
    assert recount(counted) is not None
    assert counted.cursor().execute(places).fetchall() == before


@pytest.mark.parametrize("table", ["village", "station", "bureau"])
def test_a_register_takes_a_full_count(
    store: Path, declared: tuple[Catalogue, tuple[Scheme, ...]], table: str
) -> None:
    copy = Copy(Journal(store))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    row = {"id": "x@2019-01-01", "code": "x", "name": "x", "valid_from": date(2019, 1, 1)}
    append(store, table, [row])
    copy.catch_up()
    assert recount(counted) is None


def test_a_column_that_becomes_known_takes_a_full_count(
    store: Path, declared: tuple[Catalogue, tuple[Scheme, ...]]
) -> None:
    copy = Copy(Journal(store))
    copy.catch_up()
    counted = count(copy, *declared, AS_OF)
    journal = Journal(store)
    row = {"id": "9", "village": "V1", "filed_on": date(2019, 5, 1)}
    with journal.lock():
        journal.append([Batch("case", rows_of("case", [row]), ("id", "filed_on"))], "t", ACTOR)
    copy.catch_up()
    assert recount(counted) is None


@pytest.fixture
def nothing_new(store: Path, declared: Any) -> Counted:
    copy = Copy(Journal(store))
    copy.catch_up()
    return count(copy, *declared, AS_OF)


def test_nothing_new_changes_nothing(nothing_new: Counted) -> None:
    before = cells(nothing_new)
    updated = recount(nothing_new)
    assert updated is not None
    assert cells(updated) == before


def test_reconcile_finds_nothing_and_then_a_changed_cell(store: Path) -> None:
    append(store, "case", [{"id": "7", "village": "V2", "filed_on": date(2019, 5, 1)}])
    opened = Store(store)
    assert reconcile(opened) == []
    counted = opened.counted(AS_OF)
    other = count(opened.copy, opened.catalogue, opened.schemes, AS_OF)
    counted.cursor().execute(
        f"UPDATE {counted.cells} SET n = n + 1 WHERE measure = 'visits.numerator'"
    )
    fresh = Copy(Journal(store))
    fresh.catch_up()
    full = cells_of(count(fresh, opened.catalogue, opened.schemes, AS_OF))
    assert other.cells == counted.cells
    (sentence,) = differences(counted, full)
    assert sentence == "不一致：visits.numerator，单位 v:V1，2019-03-01：逐条更新为 2，重算为 1"


def test_what_comes_in_while_reconciling_is_no_difference(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Store(store)
    damaged = opened.journal.damaged

    def meanwhile() -> list[str]:
        append(store, "visit", [{"id": "9", "village": "V2", "household": "K", "purpose": "x"}])
        append(store, "visit", [{"id": "0", "village": "V2", "is_deleted": True}])
        return damaged()

    monkeypatch.setattr(opened.journal, "damaged", meanwhile)
    assert reconcile(opened) == []


def test_large_parts_and_an_unreadable_end_are_reconciled_too(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.cells.reconcile.LARGE", 1)
    append(store, "case", [{"id": n, "village": "V1", "filed_on": AS_OF} for n in "78"])
    append(store, "merit", [{"id": n, "village": "V1", "happened_on": AS_OF} for n in "78"])
    assert reconcile(Store(store)) == []
    last = Journal(store).files()[-1].path
    last.write_bytes(last.read_bytes()[:-5])
    assert reconcile(Store(store)) == [f"日志分片 {last.name} 已损坏，其余数据照常使用"]


def test_replaced_cells_are_dropped_when_nobody_holds_them(store: Path) -> None:
    reader = Store(store)

    def replaced() -> Counted:
        """Counted anew, since a register changed."""
        station = {"code": f"S{reader.copy.position}", "name": "新", "unit_group": "城区"}
        rows = rows_of("station", [station])
        assert load_table(store, rows, TABLES["station"], "新", ACTOR, LOADED).added == 1
        return reader.counted(AS_OF)

    held = reader.counted(AS_OF)
    now = [replaced().cells for _ in range(2)][-1]
    assert _cells(reader) == {held.cells, now}  # those between were held by nobody
    assert held.cursor().execute(f"SELECT sum(n) FROM {held.cells}").fetchone()
    del held
    reader.tidy()
    assert _cells(reader) == {now}
    several = [replaced() for _ in range(6)]
    assert _cells(reader) == {counted.cells for counted in several[-4:]}  # of those held, three


def _cells(store: Store) -> set[str]:
    found = store.copy.cursor().execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {n for (n,) in found if n.startswith("cell_") and not n.endswith("_month")}
