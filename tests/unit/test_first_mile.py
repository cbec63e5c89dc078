"""The first mile: an office's own spreadsheets go in as they are, and none is taken wrongly.

The outcomes of the cases stand in ../shared/cases/intake/README.md; the messy sheets are written
from records that are known (tests/messy_sheets.py), so that what was loaded can be told from them.
"""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo.city import build_city
from data.demo.registers import register_tables
from data.intake.files import load_files, load_table
from data.intake.heads_mapping import Consent
from data.intake.load_report import LoadReport, report_sentence
from data.intake.rejects import open_rejects
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import Actor
from data.schema import TABLES
from tests.conftest import shared
from tests.messy_sheets import Village, Written, written

ACTOR = Actor("clerk", "operator")
TODAY = date(2019, 8, 19)


@pytest.fixture(scope="session")
def city_registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the registers of the demo city and nothing else. Copied for each test."""
    store = tmp_path_factory.mktemp("first-mile") / "store"
    tables = register_tables(build_city(2019, 1), 2019)
    for name, table in TABLES.items():
        if name in tables:
            load_table(store, tables[name], table, name, ACTOR, TODAY)
    return store


@pytest.fixture
def city(city_registers: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(city_registers, tmp_path / "store"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    store = tmp_path / "small"
    load_files(store, [shared("cases/intake/small-registers")], ACTOR, today=TODAY)
    return store


def load(store: Path, name: str, mapping: str | None = None, **more: Any) -> LoadReport:
    path = shared(f"cases/intake/{name}")
    file = shared(f"cases/intake/{mapping}") if mapping else None
    (report,) = load_files(store, [path], ACTOR, None, file, today=TODAY, **more)
    return report


def copy_of(store: Path) -> Copy:
    copy = Copy(Journal(store))
    copy.catch_up()
    return copy


def rows_of(store: Path, table: str, columns: str) -> list[Any]:
    query = f'SELECT {columns} FROM record."{table}" ORDER BY id'
    return [
        row[0] if len(row) == 1 else row
        for row in copy_of(store).cursor().execute(query).fetchall()
    ]


def reasons(store: Path) -> dict[int, str]:
    return {
        row["row_number"]: row["reasons"] for row in open_rejects(copy_of(store), ACTOR).to_pylist()
    }


# --- the cases --------------------------------------------------------------------------------


@pytest.mark.apart
def test_a_ledger_of_disputes_with_title_rows_names_and_a_sum(city: Path) -> None:
    report = load(city, "dispute-ledger.xlsx")
    assert (report.added, report.rejected) == (4, 1)
    names = (
        copy_of(city)
        .cursor()
        .execute(
            "SELECT d.id, v.name, CAST(received_at AS DATE), outcome FROM record.dispute d"
            " JOIN record.village v ON v.code = d.village ORDER BY received_at"
        )
        .fetchall()
    )
    assert [row[1] for row in names] == ["枣林三村", "枣林二村", "枣林三村", "枣林三村"]
    assert [row[2] for row in names] == [date(2019, 7, day) for day in (5, 8, 10, 12)]
    assert [row[3] for row in names] == ["resolved", "resolved", "failed", "resolved"]
    (reason,) = reasons(city).values()
    assert "尚店村" in reason
    assert "尚店" in reason.split("”", 1)[1]  # it offers the likely ones
    told = report_sentence(report, "此处")
    assert "略去合计行 1 行（第 9 行）" in told
    assert "未读工作表：填表说明" in told


def test_own_heads_in_gb18030(city: Path) -> None:
    report = load(city, "hazard-own-heads-gb18030.csv")
    assert (report.added, report.rejected) == (2, 1)
    assert rows_of(city, "hazard", "id, closed_on") == [
        ("YH001", date(2019, 7, 10)),
        ("YH002", None),
    ]
    (reason,) = reasons(city).values()
    assert "7月5日" in reason


@pytest.mark.apart
@pytest.mark.parametrize(
    ("name", "table", "count", "words"),
    [
        ("hazard-title.xlsx", "hazard", 1, "以第 2 行为列名"),
        ("hazard-indented.xlsx", "hazard", 1, "以第 3 行为列名"),
        ("hazard-two-sheets.xlsx", "hazard", 3, "读入工作表：6月、7月"),
        ("case-old.xls", "case", 3, ""),
        ("hazard-18digit.csv", "hazard", 1, ""),
        ("case-dup.csv", "case", 1, "重复 1，拒收 0"),
    ],
)
def test_a_file_loads_as_it_is(city: Path, name: str, table: str, count: int, words: str) -> None:
    report = load(city, name)
    assert (report.added, report.rejected) == (count, 0)
    assert len(rows_of(city, table, "id")) == count
    assert words in report_sentence(report, "此处")


def test_a_village_by_its_name(city: Path) -> None:
    assert load(city, "hazard-names.xlsx").added == 1
    assert rows_of(city, "hazard", "village") == ["V134"]


def test_a_station_by_its_name_and_yes_in_four_ways(city: Path) -> None:
    assert load(city, "task-words-and-names.xlsx").added == 4
    assert rows_of(city, "task", "station, is_urgent") == [
        ("S11", True),
        ("S11", False),
        ("S11", True),
        ("S11", True),
    ]
    hours = rows_of(city, "task", "CAST(dispatched_at AS VARCHAR)")
    assert [hour[11:16] for hour in hours] == ["08:30"] * 4


def test_twenty_six_ways_to_write_an_instant(city: Path) -> None:
    report = load(city, "task-dates.csv")
    read = {int(id[1:]): on for id, on in rows_of(city, "task", "trim(id), dispatched_at")}
    must = {4, 6, 9, 10, *range(13, 22), 24, 25}
    never = {0, 1, 2, 3, 5, 11}
    assert must <= set(read)
    assert not never & set(read)
    assert report.added + report.rejected == 26
    days = {number: at.date() for number, at in read.items()}
    assert set(days.values()) <= {date(2019, 7, 5), date(2019, 7, 6), date(2019, 7, 11)}
    assert {n for n, day in days.items() if day == date(2019, 7, 6)} == {18}  # 24:00
    assert {n for n, day in days.items() if day == date(2019, 7, 11)} <= {12}  # 43657.5


def test_a_sum_is_no_patrol_team(city: Path) -> None:
    before = sum(n or 0 for n in rows_of(city, "patrol_team", "members"))
    report = load(city, "patrol_team-with-total.xlsx")
    assert (report.added, report.rejected) == (2, 0)
    assert sum(n or 0 for n in rows_of(city, "patrol_team", "members")) == before + 20


def test_twins_without_an_id(city: Path) -> None:
    report = load(city, "is_distinct.csv", "is_distinct.toml")
    assert (report.added, report.skipped) == (2, 1)


def test_a_cumulative_export_does_not_double(city: Path) -> None:
    assert load(city, "case-cumulative-1.csv", "cumulative.toml").added == 2
    second = load(city, "case-cumulative-2.csv", "cumulative.toml")
    assert (second.added, second.unchanged) == (1, 2)
    assert "无编号" in report_sentence(second, "此处")


def test_long_numbers_are_rejects_that_name_cause_and_remedy(small: Path) -> None:
    for name in ("merit-long-number-1.xlsx", "merit-long-number-2.xlsx"):
        assert load(small, name).rejected == 1
    assert rows_of(small, "merit", "id") == []
    (reason,) = set(reasons(small).values())
    assert reason.startswith("单元格 A2 的数字超过 15 位")
    assert "文本" in reason


def test_an_error_cell_is_named(small: Path) -> None:
    assert load(small, "hazard-error-cell.xlsx").rejected == 1
    assert reasons(small) == {2: "单元格 D2 是错误值“#N/A”，请在原表改正"}


def test_a_merged_village_holds_for_its_rows(small: Path) -> None:
    assert load(small, "hazard-merged.xlsx").added == 3
    assert rows_of(small, "hazard", "village") == ["V1", "V1", "V1"]


# --- what a person has to say -----------------------------------------------------------------


def put(store: Path, name: str, text: str) -> Path:
    path = store.parent / name
    path.write_text(text, "utf-8")
    return path


def test_records_without_a_unit_wait_for_a_yes(city: Path) -> None:
    path = put(city, "隐患.csv", "记录编号,哪里,发现日期\n1,枣林三村,2019-07-01\n")
    (refused,) = load_files(city, [path], ACTOR, today=TODAY)
    assert "没有一列是村（社区）或派出所" in refused.refused
    assert "哪里" in refused.refused
    (taken,) = load_files(city, [path], ACTOR, today=TODAY, consent=Consent(without_units=True))
    assert (taken.added, taken.ignored) == (1, ("哪里",))


def test_rows_without_a_number_wait_for_a_yes_and_do_not_double(city: Path) -> None:
    text = "村,发现日期\nV001,2019-07-01\nV001,2019-07-01\n"
    path = put(city, "隐患.csv", text)
    (refused,) = load_files(city, [path], ACTOR, today=TODAY)
    assert "没有“记录编号”列" in refused.refused
    yes = Consent(by_row=True)
    (first,) = load_files(city, [path], ACTOR, today=TODAY, consent=yes)
    longer = put(city, "隐患-8月.csv", text + "V002,2019-07-02\n")
    (second,) = load_files(city, [longer], ACTOR, today=TODAY, consent=yes)
    assert (first.added, second.added, second.came_before) == (2, 1, 2)


def test_a_filled_unit_is_never_unknown(city: Path) -> None:
    path = put(city, "隐患.csv", "记录编号,村,发现日期\n1,哪个村,2019-07-01\n2,,2019-07-01\n")
    (report,) = load_files(city, [path], ACTOR, today=TODAY)
    assert (report.added, report.rejected) == (1, 1)
    assert rows_of(city, "hazard", "id, village") == [("2", None)]


def test_a_column_of_names_is_left_out_and_told(city: Path) -> None:
    """The registers know people by their work numbers; a name is neither matched nor kept."""
    text = "记录编号,村,发现日期,责任民警\n1,V001,2019-07-01,张三\n2,哪个村,2019-07-02,李小四\n"
    (report,) = load_files(city, [put(city, "隐患.csv", text)], ACTOR, today=TODAY)
    assert (report.added, report.rejected) == (1, 1)
    assert "“责任民警”列是姓名，登记册只有工号，未读入" in report_sentence(report, "此处")
    assert rows_of(city, "hazard", "officer") == [None]
    assert "李小四" not in str(open_rejects(copy_of(city), ACTOR).to_pylist())
    mixed = text.replace("张三", "甲-001").replace("哪个村", "V002")
    (report,) = load_files(city, [put(city, "隐患-8月.csv", mixed)], ACTOR, today=TODAY)
    assert report.rejected == 2
    assert "民（辅）警工号“甲-001”" in reasons(city)[2]


def test_a_number_that_a_spreadsheet_rounded_in_a_text_file(city: Path) -> None:
    path = put(city, "隐患.csv", "记录编号,村,发现日期\n2.01908E+18,V001,2019-07-01\n")
    (report,) = load_files(city, [path], ACTOR, today=TODAY)
    assert report.rejected == 1
    assert "科学计数法" in reasons(city)[2]


# --- messy sheets -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def villages(city_registers: Path) -> list[Village]:
    rows = rows_of(city_registers, "village", "code, name, station")
    names = Counter(name for _, name, _ in rows)
    return [Village(code, name, station, names[name] == 1) for code, name, station in rows]


def loaded(registers: Path, file: Written, folder: Path) -> tuple[int, int]:
    """How many records went in; raises if one is not as it was written."""
    store = Path(shutil.copytree(registers, folder / "store"))
    path = folder / file.name
    path.write_bytes(file.content)
    (report,) = load_files(store, [path], ACTOR, today=TODAY)
    assert not report.refused, report.refused
    assert report.table == file.table
    names = list(file.records[0])
    columns = ", ".join(f'"{name}"' for name in names)
    there = {
        row[0]: dict(zip(names, row, strict=True)) for row in rows_of(store, file.table, columns)
    }
    truth = {record["id"]: record for record in file.records}
    assert set(there) <= set(truth)
    for id, record in there.items():
        assert record == truth[id]
    assert report.added + report.rejected == len(truth), report_sentence(report, "")
    assert all(reasons(store).values())
    return len(there), len(truth)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_row_of_a_messy_sheet_is_wrong(
    seed: int,
    city_registers: Path,
    villages: list[Village],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("messy")
    there, all_of_it = loaded(city_registers, written(seed, villages), folder)
    assert there >= 0.98 * all_of_it
    shutil.rmtree(folder)


@pytest.mark.soak
def test_of_six_hundred_messy_sheets_nearly_all_goes_in(
    city_registers: Path, villages: list[Village], tmp_path_factory: pytest.TempPathFactory
) -> None:
    there = total = 0
    for seed in range(600):
        folder = tmp_path_factory.mktemp("messy")
        one, all_of_it = loaded(city_registers, written(seed, villages), folder)
        there, total = there + one, total + all_of_it
        shutil.rmtree(folder)
    print(f"{there:,} of {total:,} rows went in")
    assert there >= 0.98 * total
