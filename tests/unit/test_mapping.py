"""Mapping files: foreign columns, dates, words and encodings become records without code."""

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from data.intake.files import load_files
from data.intake.loading import LoadReport
from data.intake.mapping import load_mapping
from data.intake.mapping_sql import forbidden
from data.intake.rejects import open_rejects
from data.journal.copy import Copy, connect
from data.journal.journal import Journal
from data.rights import Actor

ACTOR = Actor("tester", "operator")
TODAY = date(2019, 8, 19)


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load(folder: Path, mapping: str, name: str, content: bytes | str) -> LoadReport:
    """Load one file by a mapping into the store of the folder; it is not refused."""
    paths = [put(folder, name, content)]
    form = put(folder, "来源.toml", mapping)
    (report,) = load_files(folder / "store", paths, ACTOR, mapping=form, today=TODAY)
    assert report.refused == ""
    return report


def outcome(report: LoadReport) -> tuple[int, int, int, int, int]:
    return report.added, report.corrected, report.unchanged, report.rejected, report.skipped


def records(folder: Path, table: str, columns: str) -> list[tuple[Any, ...]]:
    copy = Copy(Journal(folder / "store"))
    copy.catch_up()
    query = f'SELECT {columns} FROM record."{table}" ORDER BY id'
    return [tuple(row) for row in copy.cursor().execute(query).fetchall()]


def reasons(folder: Path) -> list[str]:
    copy = Copy(Journal(folder / "store"))
    copy.catch_up()
    return [str(row["reasons"]) for row in open_rejects(copy, ACTOR).to_pylist()]


def hazards(found_on: str, more: str = "") -> str:
    return f'kind = "hazard"\n{more}[columns]\nid = "编号"\nfound_on = """{found_on}"""\n'


# --- values -----------------------------------------------------------------------------------

REPUBLIC = (
    "make_date(CAST(split_part(日期, '/', 1) AS INT) + 1911,"
    " CAST(split_part(日期, '/', 2) AS INT), CAST(split_part(日期, '/', 3) AS INT))"
)


def test_years_of_the_republic(tmp_path: Path) -> None:
    content = "编号,日期\n1,108/8/1\n2,108/02/28\n3,79/12/31\n"
    assert outcome(load(tmp_path, hazards(REPUBLIC), "a.csv", content)) == (3, 0, 0, 0, 0)
    assert records(tmp_path, "hazard", "found_on") == [
        (date(2019, 8, 1),),
        (date(2019, 2, 28),),
        (date(1990, 12, 31),),
    ]


def test_a_day_that_the_calendar_of_the_republic_does_not_have(tmp_path: Path) -> None:
    careful = f"TRY({REPUBLIC})"
    content = "编号,日期\n1,108/8/1\n2,108/2/29\n"
    assert outcome(load(tmp_path, hazards(careful), "a.csv", content)) == (1, 0, 0, 1, 0)
    assert reasons(tmp_path) == ["缺少发现日期"]


def test_years_of_two_digits(tmp_path: Path) -> None:
    content = "编号,日期\n1,19-08-01\n2,90-01-02\n3,19-02-30\n"
    mapping = hazards("TRY_STRPTIME(日期, '%y-%m-%d')")
    assert outcome(load(tmp_path, mapping, "a.csv", content)) == (2, 0, 0, 1, 0)
    assert records(tmp_path, "hazard", "found_on") == [(date(2019, 8, 1),), (date(1990, 1, 2),)]


CASES = """
kind = "case"
[columns]
id = "案号"
kind = "CASE 案由 WHEN '入室盗窃' THEN '盗窃' WHEN '电信诈骗' THEN 'fraud' ELSE 案由 END"
is_criminal = "性质 = 'X'"
filed_on = "立案"
cleared_on = "CASE WHEN 状态 = '破' THEN 结案 END"
status = "CASE 状态 WHEN '破' THEN '已破' WHEN '侦' THEN 'open' ELSE 状态 END"
"""


def test_words_and_booleans(tmp_path: Path) -> None:
    content = (
        "案号,案由,性质,立案,状态,结案,备注\n"
        "1,入室盗窃,X,2019-08-01,破,2019-08-09,甲\n"
        "2,电信诈骗,Z,2019-08-02,侦,,乙\n"
        "3,放火,,2019-08-03,延期,2019-08-04,丙\n"
    )
    report = load(tmp_path, CASES, "a.csv", content)
    assert outcome(report) == (3, 0, 0, 0, 0)
    assert report.ignored == ("备注",)
    found = records(tmp_path, "case", "kind, is_criminal, cleared_on, status")
    assert found == [
        ("theft", True, date(2019, 8, 9), "cleared"),
        ("fraud", False, None, "open"),
        ("放火", None, None, "延期"),  # open lists take other words
    ]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("是 否", [True, False]),
        ("1 0", [True, False]),
        ("Y n", [True, False]),
        ("有 无", [True, False]),
    ],
)
def test_booleans_in_their_usual_words(tmp_path: Path, words: str, kept: list[bool]) -> None:
    yes, no = words.split()
    mapping = 'kind = "case"\n[columns]\nid = "号"\nfiled_on = "日"\nis_criminal = "刑"\n'
    content = f"号,日,刑\n1,2019-08-01,{yes}\n2,2019-08-01,{no}\n"
    assert load(tmp_path, mapping, "a.csv", content).added == 2
    assert [row[0] for row in records(tmp_path, "case", "is_criminal")] == kept


def test_ignored_columns_are_those_that_nothing_names(tmp_path: Path) -> None:
    """A column whose name is part of another's is not used for that reason."""
    mapping = hazards("\"发现日期\" || ''", "[source]\nrows = \"地区 = '甲'\"\n")
    content = "编号,发现日期,日期,地区,区\n1,2019-08-01,x,甲,y\n"
    assert load(tmp_path, mapping, "a.csv", content).ignored == ("区", "日期")


# --- rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_header_on_a_later_row_and_rows_to_skip(tmp_path: Path, form: str) -> None:
    rows = [["八月隐患台账", ""], ["制表：甲所", ""], ["编号", "日期"], ["（必填）", "（必填）"]]
    rows += [["1", "2019-08-01"], ["2", "2019-08-32"]]
    mapping = hazards("日期", "[source]\nheader_row = 3\nskip_rows = 1\n")
    content = "\n".join(",".join(row) for row in rows) if form == "csv" else workbook(台账=rows)
    assert outcome(load(tmp_path, mapping, f"a.{form}", content)) == (1, 0, 0, 1, 0)
    copy = Copy(Journal(tmp_path / "store"))
    copy.catch_up()
    assert [row["row_number"] for row in open_rejects(copy, ACTOR).to_pylist()] == [6]


def workbook(**sheets: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return out.getvalue()


def test_the_sheet_that_is_named(tmp_path: Path) -> None:
    head = ["编号", "日期"]
    book = workbook(一月=[head, ["1", "2019-01-01"]], 二月=[head, ["2", "2019-02-01"]])
    assert load(tmp_path, hazards("日期", '[source]\nsheet = "二月"\n'), "a.xlsx", book).added == 1
    assert records(tmp_path, "hazard", "id") == [("2",)]


def test_rows_that_a_condition_leaves_out_are_counted(tmp_path: Path) -> None:
    mapping = hazards("日期", "[source]\nrows = \"状态 <> '草稿'\"\n")
    content = (
        "编号,日期,状态\n1,2019-08-01,报\n2,,草稿\n3,2019-08-03,\n4,2019-08-04,报\n5,坏,草稿\n"
    )
    # A row whose condition is unknown (empty 状态) is not taken.
    assert outcome(load(tmp_path, mapping, "a.csv", content)) == (2, 0, 0, 0, 3)
    assert records(tmp_path, "hazard", "id") == [("1",), ("4",)]


def test_equal_rows_fold_into_one(tmp_path: Path) -> None:
    rows = "1,2019-08-01,刀\n1,2019-08-01,棍\n2,2019-08-02,刀\n2,2019-08-03,刀\n"
    content = "编号,日期,物品\n" + rows
    twice = load(tmp_path, hazards("日期"), "a.csv", content)
    assert outcome(twice) == (1, 0, 0, 2, 0)
    assert twice.repeated == 1  # the third is no reject: 1 says the same twice
    folded = load(tmp_path, hazards("日期", "[source]\nis_distinct = true\n"), "a.csv", content)
    assert outcome(folded) == (0, 0, 1, 2, 1)  # 2 still says two things
    assert records(tmp_path, "hazard", "id") == [("1",)]


# --- ids --------------------------------------------------------------------------------------


def test_id_from_two_columns(tmp_path: Path) -> None:
    mapping = 'kind = "hazard"\n[id]\ncolumns = ["所", "序号"]\n[columns]\nfound_on = "日期"\n'
    content = "所,序号,日期\nS1,11,2019-08-01\nS11,1,2019-08-02\nS2,,2019-08-03\nS2,1,2019-08-04\n"
    report = load(tmp_path, mapping, "a.csv", content)
    assert outcome(report) == (3, 0, 0, 1, 0)
    assert reasons(tmp_path) == ["缺少记录编号"]
    assert len({row[0] for row in records(tmp_path, "hazard", "id")}) == 3
    changed = content.replace("2019-08-04", "2019-08-05")
    assert outcome(load(tmp_path, mapping, "b.csv", changed))[:3] == (0, 1, 2)


@pytest.mark.parametrize("columns", ['["编号"]', '["没有"]', '["编号", "没有"]'])
def test_id_columns_must_be_there(tmp_path: Path, columns: str) -> None:
    form = f'kind = "hazard"\n[id]\ncolumns = {columns}\n[columns]\nfound_on = "日期"\n'
    paths = [put(tmp_path, "a.csv", "编号,日期\n1,2019-08-01\n")]
    mapping = put(tmp_path, "来源.toml", form)
    (report,) = load_files(tmp_path / "store", paths, ACTOR, mapping=mapping, today=TODAY)
    if "没有" in columns:
        assert report.refused == "来源.toml：id.columns 用到的列“没有”文件中没有，现有：编号、日期"
    else:
        assert report.added == 1


def test_id_from_file_and_row(tmp_path: Path) -> None:
    mapping = 'kind = "hazard"\n[id]\nmade_from = "file and row"\n[columns]\nfound_on = "日期"\n'
    content = "日期\n2019-08-01\n2019-08-01\n坏\n"
    assert outcome(load(tmp_path, mapping, "a.csv", content)) == (2, 0, 0, 1, 0)
    assert outcome(load(tmp_path, mapping, "b.csv", content)) == (0, 0, 2, 1, 0)
    assert Journal(tmp_path / "store").position() == 2
    other = load(tmp_path, mapping, "c.csv", content + "2019-08-02\n")
    assert outcome(other) == (1, 0, 2, 1, 0)  # a list that has grown: what was there is known
    assert other.came_before == 2
    third = load(tmp_path, mapping, "d.csv", "日期\n" + "2019-08-01\n" * 3)
    assert outcome(third) == (1, 0, 2, 0, 0)  # two alike are there, the third is an event more


# --- forms ------------------------------------------------------------------------------------

SIMPLIFIED = "编号,日期,类别\n1,2019-08-01,消防隐患\n2,2019-08-02,道路坑洼\n"
TRADITIONAL = "編號,日期,類別\n1,2019-08-01,消防隱患\n2,2019-08-02,道路坑窪\n"


@pytest.mark.parametrize(
    ("encoding", "named", "text"),
    [
        ("gb18030", "gb18030", SIMPLIFIED),
        ("gb18030", "gbk", SIMPLIFIED.replace("消防隐患", "㐂𠮷隐患")),
        ("big5", "big5", TRADITIONAL),
        ("utf-16", "utf-16", SIMPLIFIED),
        ("utf-16-be", "utf-16-be", SIMPLIFIED),
        ("utf-8", "utf-8", SIMPLIFIED),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, named: str, text: str) -> None:
    head = text.split("\n")[0].split(",")
    mapping = (
        f'kind = "hazard"\n[source]\nencoding = "{named}"\n'
        f'[columns]\nid = "{head[0]}"\nfound_on = "{head[1]}"\nkind = "{head[2]}"\n'
    )
    assert load(tmp_path, mapping, "a.csv", text.encode(encoding)).added == 2
    kinds = [line.split(",")[2] for line in text.split("\n")[1:3]]
    assert [row[0] for row in records(tmp_path, "hazard", "kind")] == kinds


def test_delimiter(tmp_path: Path) -> None:
    mapping = hazards("日期", '[source]\ndelimiter = "|"\n')
    assert load(tmp_path, mapping, "a.txt", "编号|日期|a,b\n1|2019-08-01|,\n").added == 1


def test_native_types_of_parquet(tmp_path: Path) -> None:
    at = datetime(2019, 8, 1, 1)
    table = pa.table(
        {
            "no": pa.array([1, 2], pa.int32()),
            "at": pa.array([at, None], pa.timestamp("ns", "UTC")),
            "day": pa.array([date(2019, 8, 1), date(2019, 8, 2)], pa.date32()),
            "due": pa.array([4, None], pa.uint8()),
            "reached": pa.array([Decimal("3.00"), None], pa.decimal128(5, 2)),
            "team": pa.array(["甲", "乙"]).dictionary_encode(),
            "gone": pa.array([False, True]),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    mapping = """
kind = "patrol"
[source]
rows = "day >= DATE '2019-01-01'"
[columns]
id = "'P' || no"
started_at = '"at"'
planned_on = "day"
points_due = "due + 1"
points_reached = "reached"
team = "team"
is_deleted = "gone"
"""
    assert outcome(load(tmp_path, mapping, "a.parquet", out.getvalue())) == (2, 0, 0, 0, 0)
    columns = "id, started_at, planned_on, points_due, points_reached, team, is_deleted"
    assert records(tmp_path, "patrol", columns) == [
        ("P1", datetime(2019, 8, 1, 9), date(2019, 8, 1), 5, 3, "甲", False),
        ("P2", None, date(2019, 8, 2), None, None, "乙", True),
    ]


def test_the_same_records_by_two_mappings_are_the_same(tmp_path: Path) -> None:
    plain = load(tmp_path, hazards("日期"), "a.csv", "编号,日期\n1,2019-08-01\n")
    other = load(tmp_path, hazards(REPUBLIC), "b.csv", "编号,日期\n1,108/8/1\n")
    assert (plain.added, other.added, other.unchanged) == (1, 0, 1)


# --- what a mapping may reach -----------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "(SELECT max(content) FROM read_text('{file}'))",
        "(SELECT max(content) FROM read_blob('{file}'))",
        "(SELECT count(*) FROM read_csv('{file}'))",
        "(SELECT count(*) FROM read_json('{file}'))",
        "(SELECT count(*) FROM read_parquet('{file}'))",
        "(SELECT count(*) FROM '{file}')",
        "(SELECT max(file) FROM glob('/*'))",
        "(SELECT count(*) FROM given)",
        "(SELECT count(*) FROM rows)",
        "getenv('HOME')",
    ],
)
@pytest.mark.parametrize("place", ["columns", "rows"])
def test_a_mapping_reads_nothing_but_its_source(
    tmp_path: Path, expression: str, place: str
) -> None:
    content = "编号,日期\n1,2019-08-01\n"
    paths = [put(tmp_path, "a.csv", content)]
    reaching = expression.format(file=put(tmp_path, "secret.csv", "密\n"))
    more = f'[source]\nrows = """{reaching} IS NOT NULL"""\n' if place == "rows" else ""
    form = put(tmp_path, "来源.toml", hazards("日期" if more else reaching, more))
    (report,) = load_files(tmp_path / "store", paths, ACTOR, mapping=form, today=TODAY)
    key = "source.rows" if more else "columns.found_on"
    assert report.refused.startswith(f"来源.toml：{key} ")
    assert "密" not in report.refused
    assert Journal(tmp_path / "store").position() == 0


def test_a_mapping_says_what_it_is(tmp_path: Path) -> None:
    mapping = load_mapping(put(tmp_path, "来源.toml", hazards("日期", "[source]\nskip_rows = 2\n")))
    assert (mapping.name, mapping.table.title) == ("来源.toml", "隐患")
    assert mapping.reading.skip_rows == 2


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("current_setting('threads')", "current_setting"),
        ("(SELECT value FROM duckdb_settings() LIMIT 1)", "duckdb_settings"),
        ("(SELECT count(*) FROM information_schema.tables)", "tables"),
        ("getvariable('x')", "getvariable"),
        ("repeat('x', 900000000)", "repeat"),
        ("lpad('x', 900000000, '0')", "lpad"),
    ],
)
def test_an_expression_sees_and_fills_nothing(expression: str, word: str) -> None:
    con = connect()
    con.execute("CREATE TABLE source AS SELECT '1' AS code")
    assert forbidden(con, f"SELECT ({expression}) FROM source") == word
    assert forbidden(con, "SELECT (lpad(code, 6, '0') || today()) FROM source") == ""
