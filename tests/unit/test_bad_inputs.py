"""Bad inputs: what each gets. A file is taken or refused whole; a row is a record or a reject.

A refusal is one Chinese sentence that names the file, and leaves the journal as it was. A reject
keeps file, row number, content and every reason, and its file's good rows come in.
"""

import csv
import io
import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from data.declared import DeclarationError
from data.intake.files import load_files
from data.intake.heads_mapping import Consent
from data.intake.loading import LoadReport, report_sentence
from data.intake.reading.source import Limits
from data.intake.rejects import open_rejects
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import Actor, NotPermitted

ACTOR = Actor("tester", "operator")
TODAY = date(2019, 8, 19)
REGISTERS = {
    "station": "code,name,unit_group\nS1,甲所,城区\nS2,乙所,乡镇\n",
    "police_room": "code,name,station\nR1,甲室,S1\nR2,乙室,S2\n",
    "village": (
        "code,name,kind,households,population,room,station\n"
        "V1,甲村,村,100,300,R1,S1\nV2,乙村,村,200,600,R1,S1\nV3,丙社区,社区,300,900,R2,S2\n"
    ),
    "officer": "code,role,station\nO1,驻村辅警,S1\nO2,驻村辅警,S1\nO3,社区民警,S2\n",
}
VISITS = (
    "id,village,officer,household,started_at\n1,V1,O1,H1,2019-08-01 09:00\n2,V2,O2,H2,2019-08-02\n"
)


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the registers only. Copied for each test."""
    base = tmp_path_factory.mktemp("registers")
    paths = [put(base, f"{name}.csv", text) for name, text in REGISTERS.items()]
    reports = load_files(base / "store", paths[::-1], ACTOR, today=TODAY)
    assert [(r.refused, r.rejected) for r in reports] == [("", 0)] * 4
    return base / "store"


@pytest.fixture
def store(registers: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(registers, tmp_path / "store"))


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load(store: Path, *paths: Path, **more: Any) -> list[LoadReport]:
    """Tables without a unit are taken: what that takes is tried in test_first_mile.py."""
    more = {"consent": Consent(without_units=True), **more}
    return load_files(store, paths, ACTOR, today=TODAY, **more)


def put_and_load(store: Path, name: str, content: bytes | str, **more: Any) -> LoadReport:
    (report,) = load(store, put(store.parent, name, content), **more)
    return report


def copy_of(store: Path) -> Copy:
    copy = Copy(Journal(store))
    copy.catch_up()
    return copy


def current(store: Path, table: str, columns: str = "id") -> list[Any]:
    rows = copy_of(store).cursor().execute(f'SELECT {columns} FROM record."{table}" ORDER BY id')
    return [row[0] if len(row) == 1 else row for row in rows.fetchall()]


def rejects(store: Path) -> list[dict[str, Any]]:
    return open_rejects(copy_of(store), ACTOR).to_pylist()


def state(store: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (store / "journal").iterdir() if p.name != ".lock"}


def outcome(report: LoadReport) -> tuple[int, int, int, int]:
    return report.added, report.corrected, report.unchanged, report.rejected


def workbook(rows: Sequence[Sequence[Any]], sheet: str = "走访") -> bytes:
    out = io.BytesIO()
    as_written = {"strings_to_formulas": False, "strings_to_urls": False}
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss", **as_written}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return out.getvalue()


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def as_csv(rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# --- files that are refused whole -------------------------------------------------------------

ROWS = list(csv.reader(io.StringIO(VISITS)))
BOOK = workbook(ROWS)
HANZI = "id,purpose,started_at\n1,已走访核实情况一切正常,2019-08-01\n2,无人在家改日再访,再访"
TABLE = pa.table({"id": ["1", "2"], "started_at": ["2019-08-01", "2019-08-02"]})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(90)
DOCX = archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})
BOMB = archive(**{"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(40 << 20)})
WIDE = pa.table({"id": pa.array([1.5], pa.float16()), "started_at": ["2019-08-01"]})

REFUSED = [
    (
        "undecodable-bytes",
        "visit.csv",
        VISITS.encode().replace(b"H1", b"\xff\xfe"),
        "认不出文字编码",
    ),
    (
        "one-damaged-byte",
        "visit.csv",
        HANZI.encode()[:-3] + b"\xff,\n",
        "第 3 行（第 100 字节）无法解读",
    ),
    ("cut-in-a-character", "visit.csv", HANZI.encode()[:-2], "utf-8 编码，第 3 行"),
    ("noise", "visit.csv", bytes(range(128, 256)) * 4, "编码"),
    ("truncated-csv", "visit.csv", VISITS + '3,V1,O1,"H', "引号没有成对"),
    ("truncated-xlsx", "visit.xlsx", BOOK[: len(BOOK) // 2], "已损坏或不完整"),
    ("truncated-parquet", "visit.parquet", parquet(TABLE)[:-40], "已损坏或不完整"),
    ("empty-file", "visit.csv", b"", "文件是空的"),
    ("mark-only", "visit.csv", b"\xef\xbb\xbf", "第 1 行应为列名"),
    ("blank-lines-only", "visit.csv", "\n\n\n", "第 1 行应为列名"),
    ("empty-sheet", "visit.xlsx", workbook([]), "“走访”是空的"),
    ("empty-parquet", "visit.parquet", parquet(TABLE.slice(0, 0)), "没有数据行"),
    ("header-only-csv", "visit.csv", "id,started_at\n", "没有数据行"),
    ("header-only-xlsx", "visit.xlsx", workbook(ROWS[:1]), "没有数据行"),
    ("encrypted-xlsx", "visit.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "已加密"),
    ("old-xls", "visit.xls", OLE + "Workbook".encode("utf-16-le"), "已损坏或不完整"),
    ("web-page-as-xls", "visit.xls", "<html><table><tr><td>id</td></tr></table>", "网页"),
    ("png-as-csv", "visit.csv", PNG, "图片"),
    ("png-as-xlsx", "visit.xlsx", PNG, "图片"),
    ("pdf-as-csv", "visit.csv", b"%PDF-1.7\n%\xe2\xe3", "PDF 文档"),
    ("pdf-as-xlsx", "visit.xlsx", b"%PDF-1.7\n%\xe2\xe3", "PDF 文档"),
    ("zip-as-csv", "visit.csv", archive(**{"a.csv": b"id\n1\n"}), "压缩包"),
    ("zip-as-xlsx", "visit.xlsx", archive(**{"a.csv": b"id\n1\n"}), "压缩包"),
    ("docx-as-xlsx", "visit.xlsx", DOCX, "Word 文档"),
    ("docx-as-csv", "visit.csv", DOCX, "Word 文档"),
    ("encrypted-parquet", "visit.parquet", b"PARE" + bytes(50), "已加密的 Parquet"),
    ("zip-bomb", "visit.xlsx", BOMB, "解压后达 40 MB"),
    (
        "same-column-twice",
        "visit.csv",
        "id,started_at,id\n1,2019-08-01,1\n",
        "“id”却在第 1、3 列重复",
    ),
    (
        "same-column-in-capitals",
        "visit.csv",
        "id,started_at,ID\n1,2019-08-01,1\n",
        "“ID”却在第 1、3 列",
    ),
    ("name-and-title", "visit.csv", "id,记录编号\n1,2\n", "“id”和“记录编号”都是“记录编号”列"),
    ("without-a-number", "visit.csv", "村,started_at\nV1,2019-08-01\n", "没有“记录编号”列"),
    ("our-own-row-number", "visit.csv", "id,_ROW\n1,1\n", "由系统使用"),
    ("no-known-column", "visit.csv", "foo,bar\n1,2\n", "没有一列是“走访”的列"),
    ("unknown-kind", "导出-0819.csv", "id,村\n1,V1\n", "看不出是哪张表，最像"),
    ("kind-that-is-ours", "reject.csv", "id,村\n1,V1\n", "看不出是哪张表，最像"),
    ("heads-of-nothing", "导出.csv", "甲,乙\n1,2\n", "没有一列是已知的列名"),
    ("nul-in-csv", "visit.csv", VISITS.replace("H2", "H\0"), "第 3 行却含空字符（NUL）"),
    ("nul-in-parquet", "visit.parquet", parquet(TABLE).replace(b"2019-08-02", b"2019-0\0-02"), ""),
    ("type-that-nobody-reads", "visit.parquet", parquet(WIDE), "内容无法处理"),
]


def is_one_sentence(text: str) -> bool:
    return bool(re.search("[一-龥]", text)) and "\n" not in text and "。" not in text


def assert_refused(store: Path, report: LoadReport, before: dict[str, bytes], *said: str) -> None:
    assert report.refused
    assert report.refused.startswith(f"{report.source}：")
    assert all(word in report.refused for word in said), report.refused
    assert is_one_sentence(report.refused)
    assert outcome(report) == (0, 0, 0, 0)
    assert report.position == 0
    assert state(store) == before
    assert current(store, "visit") == []
    assert rejects(store) == []


@pytest.mark.parametrize(
    ("name", "content", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_file_is_refused_whole(store: Path, name: str, content: bytes | str, said: str) -> None:
    before = state(store)
    report = put_and_load(store, name, content)
    assert report.source == name
    assert_refused(store, report, before, said)


@pytest.mark.parametrize(
    ("name", "content", "limits", "said"),
    [
        ("visit.csv", VISITS, Limits(max_bytes=50), "大小应不超过"),
        ("visit.xlsx", BOOK, Limits(max_bytes=50), "大小应不超过"),
        ("visit.csv", VISITS, Limits(max_rows=1), "超过上限 1 行"),
        ("visit.xlsx", BOOK, Limits(max_rows=1), "超过上限 1 行"),
        ("visit.parquet", parquet(TABLE), Limits(max_rows=1), "超过上限 1 行"),
        ("visit.csv", VISITS, Limits(max_columns=4), "超过上限 4 列"),
        ("visit.xlsx", BOOK, Limits(max_cells=14), "3 行 × 5 列"),
    ],
)
def test_a_file_over_a_limit(
    store: Path, name: str, content: bytes | str, limits: Limits, said: str
) -> None:
    before = state(store)
    assert_refused(store, put_and_load(store, name, content, limits=limits), before, said)


def test_a_file_that_is_not_there(store: Path) -> None:
    before = state(store)
    (report,) = load(store, store.parent / "visit-缺.csv")
    assert_refused(store, report, before, "没有这个文件")


def test_a_folder_without_tables(store: Path) -> None:
    folder = store.parent / "来件"
    folder.mkdir()
    put(folder, "说明.docx", DOCX)
    put(folder, ".visit.csv", VISITS)
    put(folder, "~$visit.xlsx", BOOK)
    before = state(store)
    (report,) = load(store, folder)
    assert_refused(store, report, before, "来件：文件夹中没有")


def test_a_pipe_is_not_waited_for(store: Path) -> None:
    os.mkfifo(store.parent / "visit.csv")
    before = state(store)
    (report,) = load(store, store.parent / "visit.csv")
    assert_refused(store, report, before, "应为普通文件")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(store: Path) -> None:
    path = put(store.parent, "visit.csv", VISITS)
    path.chmod(0)
    before = state(store)
    (report,) = load(store, path)
    path.chmod(stat.S_IRUSR)
    assert_refused(store, report, before, "无法读取")


def test_a_file_name_that_is_no_text(store: Path) -> None:
    name = os.fsdecode(b"\xff-visit.csv")
    before = state(store)
    report = put_and_load(store, name, "id,村\n1,V1\n")
    assert report.refused.encode()
    assert_refused(store, report, before, "\\udcff-visit.csv", "看不出是哪张表")


def test_a_kind_that_does_not_exist(store: Path) -> None:
    before = state(store)
    report = put_and_load(store, "visit.csv", VISITS, kind="visits")
    assert_refused(store, report, before, "没有数据表“visits”")


def test_a_role_that_may_not_load(store: Path) -> None:
    before = state(store)
    path = put(store.parent, "visit.csv", VISITS)
    with pytest.raises(NotPermitted, match="无权导入数据"):
        load_files(store, [path], Actor("w", "wall"), today=TODAY)
    assert state(store) == before


def test_one_bad_file_does_not_keep_out_the_others(store: Path) -> None:
    folder = store.parent / "来件"
    folder.mkdir()
    for number, (_, name, content, _) in enumerate(REFUSED):
        (folder / str(number)).mkdir()
        put(folder / str(number), name, content)
    put(folder, "visit.csv", VISITS)
    reports = load(store, folder)
    assert len(reports) == len(REFUSED) + 1
    assert [outcome(r) for r in reports if not r.refused] == [(2, 0, 0, 0)]
    assert current(store, "visit") == ["1", "2"]


# --- mapping files that are refused -----------------------------------------------------------

MAP = 'kind = "visit"\n[columns]\nid = "id"\nstarted_at = "started_at"\nhousehold = """{}"""\n'
HEADLESS = '[columns]\nid = "id"\n'


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (HEADLESS, "kind 缺少"),
        ('kind = "visits"\n' + HEADLESS, "kind 应为数据表名"),
        ('kind = "visit"\n', "columns 缺少"),
        ('kind = "visit"\nspeed = 1\n' + HEADLESS, "speed 不是可用的项"),
        ('kind = "visit"\n[source]\nheader = 3\n' + HEADLESS, "source.header 不是可用的项"),
        ('kind = "visit"\n[source]\nheader_row = "三"\n' + HEADLESS, "source.header_row 应为整数"),
        ('kind = "visit"\n[columns]\nnick = "id"\n', "columns.nick 不是 visit 的列"),
        ('kind = "visit"\n[id]\ncolumns = []\n' + HEADLESS, "id.columns 缺少"),
        ('kind = "visit"\n[id]\nmade_from = "luck"\n' + HEADLESS, "id.made_from 应为"),
        ('kind = "visit\n', "不是合法的 TOML"),
        (b'kind = "\xff"\n', "不是 UTF-8 编码"),
        (None, "没有这个文件"),
    ],
)
def test_a_wrong_mapping_loads_nothing(store: Path, mapping: str | bytes | None, said: str) -> None:
    before = state(store)
    form = store.parent / "走访.toml"
    if mapping is not None:
        put(store.parent, form.name, mapping)
    with pytest.raises(DeclarationError) as caught:
        put_and_load(store, "visit.csv", VISITS, mapping=form)
    assert str(caught.value).startswith("走访.toml：")
    assert said in str(caught.value)
    assert state(store) == before


FILE = __file__
EXPRESSIONS = [
    ("unknown-column", "hause", "用到的列“hause”文件中没有，现有：id、village、officer"),
    ("no-sql", "household ||", "不是合法的 SQL 表达式"),
    ("empty", "", "应为一个值"),
    ("two-values", "household, officer", "应为一个值"),
    ("all-columns", "*", "应为一个值"),
    ("one-row-becomes-two", "unnest([household, officer])", "把一行变成了多行"),
    ("unknown-function", "decrypt(household)", "不能执行"),
    ("fails-on-a-value", "CAST(household AS BIGINT)", "执行失败"),
    ("aggregate", "count(*)", "执行失败"),
    ("several-statements", "id) FROM source; DROP TABLE source; SELECT (1", "不能含多条语句"),
    ("read_csv", f"(SELECT count(*) FROM read_csv('{FILE}'))", "不能读取其他文件"),
    ("read_text", f"(SELECT content FROM read_text('{FILE}'))", "不能读取其他文件"),
    ("read_blob", f"(SELECT count(*) FROM read_blob('{FILE}'))", "不能读取其他文件"),
    ("glob", "(SELECT count(*) FROM glob('/*'))", "不能读取其他文件"),
    ("file-as-table", f"(SELECT count(*) FROM '{FILE}')", "household"),
    ("copy", f"COPY source TO '{FILE}.out'", "不是合法的 SQL 表达式"),
    ("copy-after", f"id) FROM source; COPY source TO '{FILE}.out'; SELECT (1", "不能含多条语句"),
    ("attach-after", "id) FROM source; ATTACH 'x.db' AS x; SELECT (1", "不能含多条语句"),
    ("install-after", "id) FROM source; INSTALL httpfs; SELECT (1", "不能含多条语句"),
    ("set-after", "id) FROM source; SET threads = 1; SELECT (1", "不能含多条语句"),
    ("variable-of-the-program", "(SELECT count(*) FROM given)", "不能执行"),
]


@pytest.mark.parametrize(
    ("expression", "said"), [e[1:] for e in EXPRESSIONS], ids=[e[0] for e in EXPRESSIONS]
)
def test_an_expression_that_is_refused(store: Path, expression: str, said: str) -> None:
    before = state(store)
    form = put(store.parent, "走访.toml", MAP.format(expression))
    report = put_and_load(store, "visit.csv", VISITS, mapping=form)
    assert report.refused.startswith("走访.toml：columns")
    assert said in report.refused
    assert is_one_sentence(report.refused)
    assert report.source == "visit.csv"
    assert state(store) == before
    assert not Path(f"{FILE}.out").exists()


@pytest.mark.parametrize(
    ("source", "name", "content", "said"),
    [
        ('encoding = "klingon"', "visit.csv", VISITS, "编码应为"),
        (
            'encoding = "gb18030"',
            "visit.csv",
            VISITS.replace("H1", "村𠮷"),
            "gb18030 编码，第 2 行",
        ),
        ('delimiter = ",,"', "visit.csv", VISITS, "分隔符应为一个半角字符"),
        ("header_row = 9", "visit.csv", VISITS, "第 9 行应为列名"),
        ("header_row = 0", "visit.csv", VISITS, "header_row 应不小于 1"),
        ("skip_rows = 2", "visit.csv", VISITS, "没有数据行"),
        ('sheet = "巡逻"', "visit.xlsx", BOOK, "没有工作表“巡逻”，现有走访"),
    ],
)
def test_a_reading_that_does_not_fit(
    store: Path, source: str, name: str, content: bytes | str, said: str
) -> None:
    before = state(store)
    mapping = f'kind = "visit"\n[source]\n{source}\n[columns]\nid = "id"\n'
    form = put(store.parent, "走访.toml", mapping)
    assert_refused(store, put_and_load(store, name, content, mapping=form), before, said)


# --- rows that are rejected -------------------------------------------------------------------

GOOD: dict[str, dict[str, str]] = {
    "visit": {
        "village": "V1",
        "officer": "O1",
        "household": "H1",
        "started_at": "2019-08-01 09:00",
        "ended_at": "2019-08-01 09:30",
        "purpose": "走访",
    },
    "patrol": {
        "village": "V2",
        "planned_on": "2019-08-01",
        "started_at": "2019-08-01 20:00",
        "ended_at": "2019-08-01 23:00",
        "completed_at": "2019-08-01 23:00",
        "points_due": "4",
        "points_reached": "3",
    },
    "case": {
        "village": "V1",
        "kind": "盗窃",
        "is_criminal": "是",
        "reported_at": "2019-08-01 09:00",
        "happened_at": "2019-07-31 22:00",
        "decided_on": "2019-08-02",
        "filed_on": "2019-08-02",
        "cleared_on": "2019-08-09",
        "withdrawn_on": "",
        "called_back_on": "2019-08-10",
    },
    "hazard": {
        "station": "S1",
        "found_on": "2019-08-01",
        "due_on": "2019-09-01",
        "closed_on": "2019-08-05",
        "rechecked_on": "2019-08-06",
        "reopened_on": "2019-08-07",
    },
    "dispute": {
        "village": "V3",
        "received_at": "2019-08-01 10:00",
        "first_handled_at": "2019-08-01 11:00",
        "due_on": "2019-08-31",
        "concluded_on": "2019-08-05",
        "outcome": "化解",
        "resolved_on": "2019-08-05",
        "called_back_on": "2019-08-06",
        "reopened_on": "2019-08-07",
    },
    "task": {
        "station": "S2",
        "dispatched_at": "2019-08-01 08:00",
        "is_urgent": "否",
        "signed_at": "2019-08-01 08:05",
        "feedback_at": "2019-08-01 18:00",
        "due_on": "2019-08-02",
        "done_on": "2019-08-01",
    },
    "survey_answer": {"asked_on": "2019-08-01", "is_valid": "是", "is_satisfied": "是"},
    "spot_check": {"checked_on": "2019-08-01", "fields_sampled": "5", "fields_correct": "5"},
    "merit": {"kind": "抓获嫌疑人", "persons": "2", "happened_on": "2019-08-01"},
    "duty_day": {"officer": "O1", "day": "2019-08-30", "kind": "应到"},
    "return_visit": {"household": "H1", "due_on": "2019-08-10", "done_on": "2019-08-09"},
}
LONG = "长" * 501
CARD, MOBILE = "110105194912310038", "13800138000"  # beside the card of the standard's example

# The table, what differs from its good row, and (indented) every reason.
ROWS_REJECTED = f"""
visit: id=
    缺少记录编号
visit: id= \u3000
    缺少记录编号
hazard: found_on=
    缺少发现日期
merit: kind=
    缺少类别
duty_day: officer=
    缺少民（辅）警工号
visit: started_at=
    开始时间和录入时间均缺
patrol: planned_on=, started_at=
    计划日期和开始时间均缺
visit: village=V9
    村（社区）编码“V9”未在登记册中
visit: village=v1
    村（社区）编码“v1”未在登记册中，相近的有 甲村（V1）
hazard: station=S9
    派出所编码“S9”未在登记册中
visit: officer=O9
    民（辅）警工号“O9”未在登记册中
case: cleared_on=2019-08-01
    破案日期早于立案日期
case: filed_on=
    有破案日期而无立案日期
case: withdrawn_on=2019-08-01
    撤案日期早于立案日期
case: happened_at=2019-08-01 09:01
    发案时间晚于接报时间
case: filed_on=2019-07-31, decided_on=2019-07-31
    立案日期早于接报日期；受立案决定早于接报
case: called_back_on=2019-08-01
    回访日期早于立案日期
hazard: closed_on=2019-07-31
    整改日期早于发现日期
hazard: rechecked_on=2019-08-04
    复查日期早于整改日期
hazard: due_on=2019-07-31
    整改期限早于发现日期
hazard: reopened_on=2019-08-04
    反弹日期早于整改日期
dispute: concluded_on=2019-07-31, resolved_on=2019-07-31
    办结日期早于受理日期；化解日期早于受理日期
dispute: first_handled_at=2019-08-01 09:59
    首次处理早于受理
dispute: due_on=2019-07-31
    应化解日期早于受理日期
dispute: reopened_on=2019-08-04
    复发日期早于化解日期
task: signed_at=2019-08-01 07:59
    签收早于派发
task: done_on=2019-07-31
    办结早于派发
patrol: ended_at=2019-08-01 19:59
    结束时间早于开始时间
hazard: found_on=2019-02-30
    发现日期“2019-02-30”是不存在的日期
hazard: found_on=2019年2月30日
    发现日期“2019年2月30日”是不存在的日期
hazard: found_on=2019-13-01
    发现日期“2019-13-01”是不存在的日期
visit: started_at=2019-08-01 25:00
    开始时间“2019-08-01 25:00”不是时间
hazard: found_on=05/07/2019
    发现日期“05/07/2019”可能是5月7日也可能是7月5日，请指明 日/月 或 月/日
hazard: found_on=31/06/2019
    发现日期“31/06/2019”是不存在的日期
hazard: found_on=2019-07-05 周六
    发现日期“2019-07-05 周六”与所写星期不符
hazard: found_on=7月5日
    发现日期“7月5日”没有年份
hazard: found_on=43678
    发现日期“43678”不是日期
hazard: found_on=2019111
    发现日期“2019111”不是日期
hazard: found_on=2019-08
    发现日期“2019-08”没有日
hazard: due_on=infinity
    整改期限“infinity”不是日期
visit: started_at=2019-08-01 01:00:00 Asia/Tokyo
    开始时间“2019-08-01 01:00:00 Asia/Tokyo”不是时间
hazard: found_on=2019-08-20, closed_on=, rechecked_on=, reopened_on=
    发现日期“2019-08-20”在未来
hazard: due_on=20190-09-01
    整改期限“20190-09-01”晚于 9999 年
case: happened_at=1989-12-31
    发案时间“1989-12-31”早于 1990 年
hazard: found_on=108/8/1
    发现日期“108/8/1”的年份不足四位
hazard: found_on=19-8-1
    发现日期“19-8-1”的年份不足四位
patrol: points_due=3.5
    应到必巡点数“3.5”不是整数
patrol: points_reached=-1
    实到必巡点数“-1”小于 0
patrol: points_due=四
    应到必巡点数“四”不是整数
merit: persons=若干
    人数“若干”不是整数
merit: persons=NaN
    人数“NaN”不是整数
survey_answer: is_valid=也许
    是否有效“也许”不是“是”或“否”
task: is_urgent=也许
    是否紧急“也许”不是“是”或“否”
survey_answer: is_satisfied=一般
    是否满意“一般”不是“是”或“否”
dispute: outcome=和解
    办结结果“和解”不在可选值（化解、未化解、移送）内
survey_answer: is_satisfied=
    有效答卷缺“是否满意”
patrol: points_reached=5
    实到点数多于应到点数
spot_check: fields_correct=6
    准确项数多于抽查项数
visit: purpose={LONG}
    走访事由超过 500 字
visit: purpose=访{CARD}
    走访事由疑似身份证号或手机号，不得录入
visit: id={CARD}
    记录编号疑似身份证号或手机号，不得录入
visit: household=11010519491231002x
    户号疑似身份证号或手机号，不得录入
hazard: found_on={CARD}
    发现日期“〔号码已遮盖〕”不是日期
visit: purpose=电话{MOBILE}，在家
    走访事由疑似身份证号或手机号，不得录入
visit: purpose=138 0013-8000
    走访事由疑似身份证号或手机号，不得录入
visit: village={MOBILE}
    村（社区）编码“〔号码已遮盖〕”未在登记册中；村（社区）编码疑似身份证号或手机号，不得录入
visit: purpose={MOBILE} {MOBILE} {MOBILE}
    走访事由疑似身份证号或手机号，不得录入
patrol: village=V9, planned_on=1889-1-1, ended_at=2019-8-1, completed_at=昨天, points_reached=-2
    村（社区）编码“V9”未在登记册中
    计划日期“1889-1-1”早于 1990 年
    结束时间早于开始时间
    完成时间“昨天”不是时间
    实到必巡点数“-2”小于 0
"""


def rejected_rows() -> Iterator[Any]:
    for entry in re.split(r"\n(?=\w)", ROWS_REJECTED.strip("\n")):
        head, *reasons = entry.split("\n")
        table, changes = head.split(": ", 1)
        pairs = (pair.split("=", 1) for pair in changes.split(", "))
        told = [reason for line in reasons for reason in line.strip().split("；")]
        yield pytest.param(table, dict(pairs), told, id=head[:60])


@pytest.mark.parametrize(("table", "changes", "reasons"), list(rejected_rows()))
def test_a_row_is_rejected_with_every_reason(
    store: Path, table: str, changes: dict[str, str], reasons: list[str]
) -> None:
    bad = {"id": "坏", **GOOD[table], **changes}
    rows = [{"id": "甲", **GOOD[table]}, bad, {"id": "乙", **GOOD[table]}]
    report = put_and_load(store, f"{table}-八月.csv", as_csv(rows))
    assert outcome(report) == (2, 0, 0, 1)
    assert current(store, table) == ["乙", "甲"]
    (reject,) = rejects(store)
    assert (reject["kind"], reject["source"], reject["row_number"]) == (table, report.source, 3)
    assert sorted(reject["reasons"].split("；")) == sorted(reasons)
    content = json.loads(reject["content"])
    assert list(content) == list(bad)
    expected = {key: masked(value) or None for key, value in bad.items()}
    assert content == expected


def masked(text: str) -> str:
    number = r"(?<![0-9A-Za-z])(\d{17}[\dXx]|1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![0-9A-Za-z])"
    return re.sub(number, "〔号码已遮盖〕", text)


def test_no_number_of_a_person_stands_anywhere_in_the_store(store: Path) -> None:
    row = {"id": "1", "started_at": MOBILE, "village": CARD, "purpose": f"{CARD};{MOBILE};{MOBILE}"}
    text = as_csv([row]) + f"2,2019-08-01,V1,a,{MOBILE},{CARD},{MOBILE}\n"
    assert put_and_load(store, "visit.csv", text).rejected == 2
    told = json.dumps(rejects(store), default=str)
    assert CARD not in told
    assert MOBILE not in told
    for file in Journal(store).files():
        content = str(Journal(store).read(file).to_pylist())
        assert CARD not in content
        assert MOBILE not in content


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"longitude": "200"}, "经度“200”大于 180"),
        ({"latitude": "-91"}, "纬度“-91”小于 -90"),
        ({"longitude": "东经113"}, "经度“东经113”不是数值"),
        ({"longitude": "nan"}, "经度“nan”大于 180"),
        ({"households": "-1"}, "登记户数“-1”小于 0"),
        ({"households": "1,200"}, "登记户数“1,200”不是整数"),
        ({"code": ""}, "缺少编码"),
        ({"kind": "镇"}, "类别“镇”不在可选值（村、社区）内"),
        ({"station": "S9"}, "派出所编码“S9”未在登记册中"),
        ({"room": "R9"}, "警务室编码“R9”未在登记册中"),
        ({"valid_from": "2019-01-02", "valid_to": "2019-01-01"}, "停用日期早于启用日期"),
        ({"valid_from": "早先"}, "启用日期“早先”不是日期"),
    ],
)
def test_a_row_of_a_register_is_rejected(store: Path, changes: dict[str, str], reason: str) -> None:
    good = {"code": "V4", "name": "丁村", "kind": "村", "station": "S1", "longitude": "113.5"}
    report = put_and_load(store, "village.csv", as_csv([good, {**good, "code": "V5", **changes}]))
    assert outcome(report) == (1, 0, 0, 1)
    assert [(r["row_number"], r["reasons"]) for r in rejects(store)] == [(3, reason)]
    assert "V4" in current(store, "village", "code")


def test_the_same_id_twice_with_equal_content_counts_once(store: Path) -> None:
    row = {"id": "1", **GOOD["visit"]}
    same = {**row, "started_at": "2019/8/1 9:00"}  # written otherwise, but equal
    report = put_and_load(store, "visit.csv", as_csv([row, {**row, "id": "2"}, same]))
    assert (outcome(report), report.repeated) == ((2, 0, 0, 0), 1)
    assert rejects(store) == []
    assert "重复 1，拒收 0" in report_sentence(report, "此处")


def test_the_same_id_with_other_content_is_rejected_in_every_row(store: Path) -> None:
    row = {"id": "1", **GOOD["visit"]}
    rows = [row, {**row, "id": "2"}, {**row, "household": "H9"}, {**row, "purpose": "回访"}]
    report = put_and_load(store, "visit.csv", as_csv(rows))
    assert outcome(report) == (1, 0, 0, 3)
    assert current(store, "visit") == ["2"]
    assert {r["row_number"]: r["reasons"] for r in rejects(store)} == {
        2: "同一编号有多行且内容不一，无法判断以哪行为准",
        4: "编号与第 2 行重复",
        5: "编号与第 2 行重复",
    }


def test_too_many_and_too_few_fields(store: Path) -> None:
    text = VISITS + "3,V1,O1,H3\n4,V1,O1,H4,2019-08-04,多,余\n5,V1,O1,H5,2019-08-05\n"
    report = put_and_load(store, "visit.csv", text)
    assert outcome(report) == (3, 0, 0, 2)
    assert report.rows == 5
    assert current(store, "visit") == ["1", "2", "5"]
    found = {r["row_number"]: (r["content"], r["reasons"]) for r in rejects(store)}
    assert found == {
        4: ("3,V1,O1,H3", "应有 5 列，实有 4 列"),
        5: ("4,V1,O1,H4,2019-08-04,多,余", "应有 5 列，实有 7 列"),
    }


def test_a_file_whose_last_row_was_cut_off_loses_only_that_row(store: Path) -> None:
    assert outcome(put_and_load(store, "visit.csv", VISITS[:-14])) == (1, 0, 0, 1)
    assert [r["reasons"] for r in rejects(store)] == ["应有 5 列，实有 4 列"]


def test_rows_of_sheets_and_parquet_are_rejected_alike(store: Path) -> None:
    rows = [*ROWS, ["3", "V9", "O1", "H3", "2019-02-30"]]
    reasons = "村（社区）编码“V9”未在登记册中；开始时间“2019-02-30”是不存在的日期"
    assert outcome(put_and_load(store, "visit.xlsx", workbook(rows))) == (2, 0, 0, 1)
    table = pa.Table.from_pylist([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
    assert outcome(put_and_load(store, "visit.parquet", parquet(table))) == (0, 0, 2, 1)
    found = {(r["source"], r["row_number"], r["reasons"]) for r in rejects(store)}
    assert found == {("visit.xlsx", 4, reasons), ("visit.parquet", 3, reasons)}


def test_a_reject_keeps_what_was_read_and_nothing_that_nobody_asked_for(store: Path) -> None:
    """A column that is not ours may name a resident; it cannot be the reason either."""
    text = 'id,"姓名""甲""",a b,village\n1,x,y,V9\n'
    assert put_and_load(store, "visit.csv", text).rejected == 1
    (reject,) = rejects(store)
    assert json.loads(reject["content"]) == {"id": "1", "village": "V9"}


# --- rows that look bad and are kept ----------------------------------------------------------


KEPT = {
    "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
    "+86,-1;@SUM(A1)": "+86,-1;@SUM(A1)",
    "𠮷野家🚓㐂": "𠮷野家🚓㐂",
    "\u3000 走访\u3000走访 \t\u00a0\ufeff": "走访\u3000走访",
    "第一行\n第二行": "第一行 第二行",  # of one line: what is harmless is cleaned
    "'; DROP TABLE visit; --": "'; DROP TABLE visit; --",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "NULL": "NULL",
    "长" * 500: "长" * 500,
    "编号20190801123456789": "编号20190801123456789",
}


def test_text_is_kept_as_it_is(store: Path) -> None:
    rows = [{"id": f"{at}", **GOOD["visit"], "purpose": text} for at, text in enumerate(KEPT)]
    assert outcome(put_and_load(store, "visit.csv", as_csv(rows))) == (len(KEPT), 0, 0, 0)
    assert current(store, "visit", "purpose") == list(KEPT.values())
    sheet = workbook([list(rows[0]), *(list(row.values()) for row in rows)])
    assert outcome(put_and_load(store, "visit.xlsx", sheet)) == (0, 0, len(KEPT), 0)


TIMES = {
    "2019-08-01T01:00:00Z": "09:00",
    "2019-08-01T01:00Z": "09:00",
    "2019-08-01t01:00:00z": "09:00",
    "2019-08-01 01:00:00 UTC": "09:00",
    "2019-08-01T01:00:00.000+00:00": "09:00",
    "2019-08-01T09:00:00+08:00": "09:00",
    "2019-08-01T09:00:00+0800": "09:00",
    "2019-07-31 20:00:00-05": "09:00",
    "2019-08-01 09:00:00": "09:00",
    "2019/8/1 9:00": "09:00",
    "2019.8.1 9:00": "09:00",
    "2019年8月1日 9:00": "09:00",
    "2019年8月1日 9时00分": "09:00",
    "20190801090000": "09:00",
    "20190801": "00:00",
    "2019年8月1日": "00:00",
    "2019-08-01": "00:00",
}


def test_a_time_in_any_of_its_forms(store: Path) -> None:
    rows = [{"id": written, "started_at": written} for written in TIMES]
    assert outcome(put_and_load(store, "visit.csv", as_csv(rows))) == (len(TIMES), 0, 0, 0)
    found = dict(current(store, "visit", "id, strftime(started_at, '%Y-%m-%d %H:%M')"))
    assert found == {written: f"2019-08-01 {at}" for written, at in TIMES.items()}


def test_codes_are_trimmed_and_today_is_not_the_future(store: Path) -> None:
    row = {"id": " 1 ", "village": "V1\u3000", "found_on": "2019-08-19", "due_on": "2020-01-01"}
    assert outcome(put_and_load(store, "hazard.csv", as_csv([row]))) == (1, 0, 0, 0)
    assert current(store, "hazard", "id, village") == [("1", "V1")]


# --- mending ----------------------------------------------------------------------------------


def test_rejects_close_when_the_register_is_completed(store: Path) -> None:
    path = put(store.parent, "visit.csv", VISITS + "3,V9,O1,H3,2019-08-03\n4,V9,O9,H4,2019-08-04\n")
    (first,) = load(store, path)
    assert outcome(first) == (2, 0, 0, 2)
    village = "code,name,kind,station\nV9,戊村,村,S1\n"
    assert outcome(put_and_load(store, "village.csv", village)) == (1, 0, 0, 0)
    (second,) = load(store, path)
    assert outcome(second) == (1, 0, 2, 1)
    assert current(store, "visit") == ["1", "2", "3"]
    assert [(r["row_number"], r["reasons"]) for r in rejects(store)] == [
        (5, "民（辅）警工号“O9”未在登记册中")
    ]
    assert put_and_load(store, "officer.csv", "code,role\nO9,其他\n").added == 1
    assert outcome(load(store, path)[0]) == (1, 0, 3, 0)
    assert rejects(store) == []
    everything = [r for f in Journal(store).files() for r in Journal(store).read(f).to_pylist()]
    assert sum("O9" in str(r.get("reasons")) for r in everything) >= 2  # closed, not erased


def test_the_same_content_adds_nothing_under_any_name_or_form(store: Path) -> None:
    text = VISITS + "3,V9,O1,H3,2019-08-03\n"
    assert outcome(put_and_load(store, "visit.csv", text)) == (2, 0, 0, 1)
    before, open_before = state(store), rejects(store)
    for name in ("visit.csv", "visit-又一份.csv", "走访.txt"):
        assert outcome(put_and_load(store, name, text)) == (0, 0, 2, 1)
        assert state(store) == before
    assert rejects(store) == open_before
    for name, content in same_in_other_forms().items():
        report = put_and_load(store, name, content)
        assert outcome(report) == (0, 0, 2, 0), name
        assert report.position == 0
    assert state(store) == before


def same_in_other_forms() -> dict[str, bytes]:
    times = [datetime(2019, 8, 1, 9), datetime(2019, 8, 2)]
    typed = [[int(row[0]), *row[1:4], at] for row, at in zip(ROWS[1:], times, strict=True)]
    columns = [list(column) for column in zip(*typed, strict=True)]
    table = pa.table(dict(zip(ROWS[0], columns, strict=True)))
    titles = ["记录编号", "村（社区）编码", "民（辅）警工号", "户号", "开始时间"]
    return {
        "visit.xlsx": workbook([ROWS[0], *typed]),
        "visit-text.xlsx": workbook(ROWS),
        "visit.parquet": parquet(table),
        "visit-gb.csv": VISITS.encode("gb18030"),
        "visit-16.csv": VISITS.encode("utf-16"),
        "visit.tsv": VISITS.replace(",", "\t").encode(),
        "走访.xlsx": workbook([titles, *typed]),
        "visit-reversed.csv": "\n".join([",".join(r) for r in [ROWS[0], *ROWS[:0:-1]]]).encode(),
    }


def test_a_corrected_file_gives_a_new_version_and_the_older_stays(store: Path) -> None:
    assert outcome(put_and_load(store, "visit.csv", VISITS)) == (2, 0, 0, 0)
    report = put_and_load(store, "visit.csv", VISITS.replace("H2", "H7"))
    assert outcome(report) == (0, 1, 1, 0)
    assert current(store, "visit", "id, household") == [("1", "H1"), ("2", "H7")]
    journal = Journal(store)
    versions = [
        (row["_part"], row["household"])
        for file in journal.files()
        for row in journal.read(file).to_pylist()
        if file.parts[0].table == "visit" and row["id"] == "2"
    ]
    assert [household for _, household in sorted(versions)] == ["H2", "H7"]
    assert sorted(versions)[1][0] == report.position


def test_a_correction_without_a_column_keeps_what_is_known(store: Path) -> None:
    put_and_load(store, "visit.csv", VISITS)
    report = put_and_load(store, "visit-2.csv", "id,purpose,started_at\n2,回访,2019-08-02\n")
    assert outcome(report) == (0, 1, 0, 0)
    assert current(store, "visit", "household, purpose") == [("H1", None), ("H2", "回访")]


def test_a_deletion_is_a_version(store: Path) -> None:
    """Of a visit with nothing amiss; an incomplete one would wait for a second person."""
    whole = VISITS.replace("started_at", "started_at,ended_at,purpose")
    whole = whole.replace("08-02", "08-02 10:00,2019-08-02 10:20,走访")
    whole = whole.replace("08-01 09:00", "08-01 09:00,2019-08-01 09:20,走访")
    put_and_load(store, "visit.csv", whole)
    gone = whole.replace("purpose", "purpose,is_deleted").replace("10:20,走访", "10:20,走访,是")
    gone = gone.replace("09:20,走访", "09:20,走访,否")
    assert outcome(put_and_load(store, "visit-2.csv", gone)) == (0, 1, 1, 0)
    assert current(store, "visit", "id, is_deleted") == [("1", False), ("2", True)]


def test_a_corrected_file_closes_the_rejects_of_the_old_one(store: Path) -> None:
    """The record came in after all: nobody has to look at the old row any more."""
    wrong = (
        "id,village,kind,persons,happened_on\n"
        "M1,V1,抓获嫌疑人,1,2019-02-30\nM2,V9,抓获嫌疑人,1,2019-08-01\n"
    )
    assert put_and_load(store, "merit.csv", wrong).rejected == 2
    right = wrong.replace("2019-02-30", "2019-02-28")
    assert outcome(put_and_load(store, "merit-2.csv", right)) == (1, 0, 0, 1)
    assert {(r["source"], r["row_number"]) for r in rejects(store)} == {
        ("merit.csv", 3),
        ("merit-2.csv", 3),
    }
