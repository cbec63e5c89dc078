"""Reading source files: every kind and encoding, every refusal, and row numbers that are right."""

import csv
import hashlib
import io
import os
import random
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.intake.reading.read import read_source
from data.intake.reading.source import Limits, Reading, Refused, Source

TEXT = "编号,村,备注\n001,永安村,已走访核实\n002,太平社区,无人在家\n"
TRADITIONAL = "編號,村,備註\n001,永安村,已經訪問\n002,太平社區,無人在家\n"
DIFFICULT = "甲编,\"“ \n;\t|'0。é€"
quick = settings(
    max_examples=40,
)


def put(folder: Path, content: bytes | str, name: str = "走访.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, reading: Reading = Reading(), limits: Limits = Limits()) -> str:  # noqa: B008
    """The message; it is one sentence, names the file and no folder."""
    with pytest.raises(Refused) as caught:
        read_source(path, reading, limits)
    message = str(caught.value)
    assert message.startswith(f"{path.name}：")
    assert "\n" not in message
    assert not message.endswith("。")
    assert str(path.parent) not in message
    return message


def values(source: Source) -> list[list[Any]]:
    return [list(row.values()) for row in source.rows.to_pylist()]


def workbook(sheets: dict[str, list[list[Any]]], **formats: str) -> bytes:
    """An XLSX of these sheets; None leaves a cell out."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        known = {key: book.add_format({"num_format": code}) for key, code in formats.items()}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write(sheet, at, column, cell, known)
    return out.getvalue()


def write(sheet: Any, at: int, column: int, cell: Any, known: dict[str, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(at, column, cell)
    elif isinstance(cell, tuple):
        sheet.write(at, column, cell[0], known[cell[1]])
    elif cell is not None:
        sheet.write(at, column, cell)


# Text: encodings


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", TEXT, "utf-8"),
        ("utf-8-sig", TEXT, "utf-8-sig"),
        ("gb18030", TEXT, "gb18030"),
        ("gbk", TEXT, "gb18030"),
        ("big5", TRADITIONAL, "big5"),
        ("gb18030", TRADITIONAL, "gb18030"),
        ("utf-16", TEXT, "utf-16"),
        ("utf-16-le", TEXT, "utf-16-le"),
        ("utf-16-be", TEXT, "utf-16-be"),
        ("utf-8", "code,name\n1,a\n2,b\n", "utf-8"),
        ("utf-16-be", "code,name\n1,a\n2,b\n", "utf-16-be"),
    ],
)
def test_encoding_is_detected(tmp_path: Path, encoding: str, text: str, found: str) -> None:
    source = read_source(put(tmp_path, text.encode(encoding)))
    assert source.encoding == found
    rows = list(csv.reader(io.StringIO(text)))
    assert source.rows.column_names == [*rows[0], "_row"]
    assert values(source) == [[*row, at] for at, row in enumerate(rows[1:], 2)]


@pytest.mark.parametrize("name", ["GBK", "gb2312", "GB18030", "936"])
def test_encoding_may_be_given_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    source = read_source(put(tmp_path, TEXT.encode("gb18030")), Reading(encoding=name))
    assert (source.encoding, source.rows["村"][0].as_py()) == ("gb18030", "永安村")


def test_utf16_given_without_mark_and_mark_given_as_utf8(tmp_path: Path) -> None:
    for encoding, named in (
        ("utf-16-be", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-8-sig", "utf8"),
    ):
        source = read_source(put(tmp_path, TEXT.encode(encoding)), Reading(encoding=named))
        assert source.rows.column_names[0] == "编号"


@pytest.mark.parametrize("name", ["base64", "rot13", "nonsense", "shift_jis", "idna", "a\0b"])
def test_unknown_encoding_is_refused_and_the_known_are_named(tmp_path: Path, name: str) -> None:
    message = refusal(put(tmp_path, TEXT), Reading(encoding=name))
    assert "utf-8、" in message
    assert "gb18030" in message


def test_undecodable_bytes_are_refused_with_line_and_byte(tmp_path: Path) -> None:
    broken = ("编号,村\n" + "1,永安村\n" * 20).encode().replace(b"1,", b"1,\xff", 2)
    path = put(tmp_path, broken)
    assert "utf-8 编码，第 2 行（第 14 字节）" in refusal(path)
    assert "第 2 行" in refusal(path, Reading(encoding="utf-8"))
    cut = put(tmp_path, TEXT.encode()[:-2])
    assert "第 3 行" in refusal(cut)
    gbk = put(tmp_path, TEXT.encode("gb18030").replace(b"002", b"\xff02"))
    assert "gb18030 编码，第 3 行" in refusal(gbk)
    odd = put(tmp_path, TEXT.encode("utf-16") + b"\x31")
    assert "utf-16 编码，第 4 行" in refusal(odd)


def test_error_in_a_large_file_is_found_across_pieces(tmp_path: Path) -> None:
    row = "1,永安村\n".encode()
    data = "编号,村\n".encode() + row * 200_000 + b"1,\xe4\xb8\n" + row * 5
    assert "第 200002 行" in refusal(put(tmp_path, data))
    good = put(tmp_path, data.replace(b"\xe4\xb8\n", "中\n".encode()))
    assert read_source(good).rows.num_rows == 200_006


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    latin = put(tmp_path, "code,name\n1,Müller Größe é è\n".encode("latin-1"))
    assert "认不出文字编码" in refusal(latin)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_nul_is_refused(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path, TEXT.replace("太平", "太\0平").encode(encoding))
    assert "第 3 行却含空字符" in refusal(path)


# Text: records


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_detected_outside_quotes(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["编号", '"村,社;区|\t"', "备注"]) + "\n" + delimiter.join("1甲2") + "\n"
    source = read_source(put(tmp_path, text))
    assert source.delimiter == delimiter
    assert values(source) == [["1", "甲", "2", 2]]


def test_delimiter_given(tmp_path: Path) -> None:
    source = read_source(put(tmp_path, "a,b;c\n1,2;3\n"), Reading(delimiter=","))
    assert values(source) == [["1", "2;3", 2]]
    for wrong in ("", "||", '"', "\n", "，"):
        assert "分隔符应为" in refusal(put(tmp_path, "a\n1\n"), Reading(delimiter=wrong))


def test_empty_is_null_and_quoted_empty_is_text(tmp_path: Path) -> None:
    source = read_source(put(tmp_path, 'a,b,c\n1,,""\nNULL,NA,nan\n'))
    assert values(source) == [["1", None, "", 2], ["NULL", "NA", "nan", 3]]
    assert source.rows.schema.types == [pa.string()] * 3 + [pa.int64()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_with_blank_broken_and_multiline_records(tmp_path: Path, end: str) -> None:
    records = ["a,b", "1,2", "", '"x\ny",3', "1,2,3", "", "4,5", ",", "9", '"p""q",6', "7,"]
    source = read_source(put(tmp_path, end.join(records)))
    rows = [["1", "2", 2], ["x\ny", "3", 4], ["4", "5", 7], ['p"q', "6", 10], ["7", None, 11]]
    assert values(source) == rows
    assert [list(row.values()) for row in source.broken.to_pylist()] == [
        [5, "1,2,3", "应有 2 列，实有 3 列"],
        [9, "9", "应有 2 列，实有 1 列"],
    ]


def test_one_column(tmp_path: Path) -> None:
    source = read_source(put(tmp_path, "编号\n1\n\n2\n3,4\n"))
    assert values(source) == [["1", 2], ["2", 4]]
    assert source.broken["_row"].to_pylist() == [5]


def test_header_further_down_and_rows_to_skip(tmp_path: Path) -> None:
    text = '"某所走访表\n（一季度）"\n\n编号 ,　村\n示例,示例,多\n示例,示例\n1,甲\n2\n'
    source = read_source(put(tmp_path, text), Reading(header_row=3, skip_rows=2))
    assert source.rows.column_names == ["编号", "村", "_row"]
    assert values(source) == [["1", "甲", 6]]
    assert source.broken["_row"].to_pylist() == [7]
    assert "第 30 行应为列名" in refusal(put(tmp_path, text), Reading(header_row=30))
    assert "header_row" in refusal(put(tmp_path, text), Reading(header_row=0))
    assert "skip_rows" in refusal(put(tmp_path, text), Reading(skip_rows=-1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', "第 3 行的引号没有成对"),
        ('a,b\n1,2\n"3,4\n5,6\n', "第 3 行的引号没有成对"),
        ('a\n1\n"3\n', "第 3 行的引号没有成对"),
        ('"a,b\n1,2\n', "第 1 行应为列名"),
        ('a,b\n1,"' + "x" * 3_000_000 + '"\n', "引号没有成对，或有一行超过 1 MB"),
        ("编号,村, 编号\n1,2,3\n", "“编号”却在第 1、3 列重复"),
        ("a,_row\n1,2\n", "“_row”"),
        ("a,b\n", "没有数据行"),
        ("a,b", "没有数据行"),
        ("a,b\n\n,\n", "没有数据行"),
        ("", "文件是空的"),
        ("\ufeff", "第 1 行应为列名"),
        ("<html><table><tr><td>1</td></tr></table>", "网页"),
        ('\ufeff <?xml version="1.0"?><a/>', "XML"),
    ],
)
def test_text_that_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(put(tmp_path, text))


def test_limits_of_text(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" + "1,2\n" * 9 + "3\n")
    assert read_source(path, limits=Limits(max_rows=10)).rows.num_rows == 9
    assert "超过上限 9 行" in refusal(path, limits=Limits(max_rows=9))
    assert "MB" in refusal(path, limits=Limits(max_bytes=10))
    assert "超过上限 1 列" in refusal(path, limits=Limits(max_columns=1))


def test_name_and_digest(tmp_path: Path) -> None:
    source = read_source(put(tmp_path, TEXT))
    assert source.name == "走访.csv"
    assert source.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (source.kind, source.sheets) == ("csv", ())


encodings = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5"]


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[str, str, str, list[list[Any]], list[int]]:
    """Encoding, delimiter, text; the good rows with their numbers and the broken numbers."""
    encoding = draw(st.sampled_from(encodings))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    letter = st.characters(codec=encoding, exclude_categories=["Cs"], exclude_characters="\0")
    word = st.text(letter | st.sampled_from(DIFFICULT), max_size=8)
    word = word.filter(lambda text: text.encode(encoding, "ignore").decode(encoding) == text)
    width = draw(st.integers(1, 4))
    records, good, broken = [delimiter.join(f"列{i}" for i in range(width))], [], []
    for number in range(2, 2 + draw(st.integers(1, 12))):
        size = draw(st.sampled_from([width, width, width, 0, width + 1]))
        row = draw(st.lists(st.none() | word, min_size=size, max_size=size))
        quoted = ("" if one is None else '"' + one.replace('"', '""') + '"' for one in row)
        records.append(delimiter.join(quoted))
        if size == width and any(row):
            good.append([*row, number])
        if size > width:
            broken.append(number)
    return encoding, delimiter, end.join(records), good, broken


@quick
@given(csv_files())
def test_any_csv_reads_back_the_same(tmp_path: Path, file: Any) -> None:
    encoding, delimiter, text, good, broken = file
    path = put(tmp_path, text.encode(encoding))
    reading = Reading(encoding=encoding, delimiter=delimiter)
    if not good and not broken:
        assert "没有数据行" in refusal(path, reading)
        return
    source = read_source(path, reading)
    assert values(source) == good
    assert source.broken["_row"].to_pylist() == broken


level_1 = {
    "gb18030": [
        bytes([a, b]).decode("gb18030") for a in range(0xB0, 0xD7) for b in range(161, 255)
    ],
    "big5": [bytes([a, b]).decode("big5") for a in range(0xA4, 0xC6) for b in range(161, 255)],
}


@quick
@given(data=st.data(), encoding=st.sampled_from(sorted(level_1)))
def test_frequent_characters_tell_the_encoding(
    tmp_path: Path, data: st.DataObject, encoding: str
) -> None:
    letters = data.draw(st.randoms(use_true_random=False)).choices(level_1[encoding], k=60)
    text = "编号,村\n" if encoding == "gb18030" else "編號,村\n"
    text += "".join(f"{at},{letter}\n" for at, letter in enumerate(letters))
    source = read_source(put(tmp_path, text.encode(encoding)))
    assert source.encoding == encoding
    assert source.rows["村"].to_pylist() == letters


def test_many_blocks_keep_their_numbers(tmp_path: Path) -> None:
    kinds = ['{0},"永安\n村"', "", "{0},1,2", "{0},甲"]
    pick = random.Random(1)
    records = ["编号,村", *(pick.choice(kinds).format(at) for at in range(2, 300_000))]
    source = read_source(put(tmp_path, "\n".join(records)))
    assert source.rows["编号"].to_pylist() == [str(at) for at in source.rows["_row"].to_pylist()]
    assert source.broken["content"].to_pylist() == [
        f"{at},1,2" for at in source.broken["_row"].to_pylist()
    ]
    assert source.rows.num_rows + source.broken.num_rows == sum(map(bool, records)) - 1


# XLSX


def test_cells_become_text(tmp_path: Path) -> None:
    cells = [
        ("001", "001"),
        (123, "123"),
        (123.5, "123.5"),
        (-0.25, "-0.25"),
        (1e15, "1000000000000000"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ((date(2019, 8, 1), "day"), "2019-08-01"),
        ((datetime(2019, 8, 1, 9, 30), "instant"), "2019-08-01 09:30:00"),
        ((datetime(2019, 8, 1), "instant"), "2019-08-01"),
        ((time(9, 30), "time"), "09:30:00"),
        ((timedelta(hours=36, minutes=5), "duration"), "36:05:00"),
        ("  两端 ", "  两端 "),
        ("甲\n乙", "甲\n乙"),
        (None, None),
    ]
    day_formats = {"day": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm"}
    content = workbook(
        {"走访": [["列", "  名 "], *([cell, "x"] for cell, _ in cells)]},
        **day_formats,
        duration="[h]:mm",
    )
    source = read_source(put(tmp_path, content, "走访.csv"))  # the extension says nothing
    assert source.rows.column_names == ["列", "名", "_row"]
    assert source.rows["列"].to_pylist() == [text for _, text in cells]
    assert source.rows.schema.types == [pa.string(), pa.string(), pa.int64()]
    assert (source.kind, source.sheets, source.broken.num_rows) == ("xlsx", ("走访",), 0)


def test_time_out_of_range_is_refused(tmp_path: Path) -> None:
    content = workbook({"表": [["a"], [(1e12, "hours")]]}, hours="[h]:mm")
    assert "日期或时间超出范围" in refusal(put(tmp_path, content))


def test_error_cells_are_null(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, "=#REF!", None, "#REF!")
        sheet.write_formula(1, 1, "=1+1", None, 2)
    source = read_source(put(tmp_path, out.getvalue()))
    assert values(source) == [[None, "2", 2]]
    assert source.faults.to_pylist() == [
        {"_row": 2, "column": "a", "reason": "单元格 A2 是错误值“#REF!”，请在原表改正"}
    ]


def test_row_numbers_are_those_of_excel(tmp_path: Path) -> None:
    rows = [
        [None],
        [None, "标题"],
        [],
        [None, "a", "b"],
        [None, "示例"],
        [],
        [None, "1"],
        [],
        [None, None, 2],
    ]
    path = put(tmp_path, workbook({"表": rows}))
    source = read_source(path, Reading(header_row=4, skip_rows=1))
    assert values(source) == [["1", None, 7], [None, "2", 9]]
    assert "第 1 行应为列名，实为空" in refusal(path, Reading(header_row=1))
    beside = put(tmp_path, workbook({"表": [["标题"], *rows[3:]]}))
    assert read_source(beside, Reading(header_row=2, skip_rows=1)).rows.equals(
        pa.table({"a": ["1", None], "b": [None, "2"], "_row": [5, 7]})
    )


def test_sheets(tmp_path: Path) -> None:
    rows = [["a"], ["1"]]
    path = put(
        tmp_path, workbook({"说明": [["x"], ["y"]], "走访": rows, "空": [], "只有列名": [["a"]]})
    )
    assert load_workbook(io.BytesIO(path.read_bytes())).sheetnames == [
        "说明",
        "走访",
        "空",
        "只有列名",
    ]
    assert read_source(path).sheets == ("走访", "只有列名")
    assert read_source(path, Reading(sheet="说明")).rows.column_names == ["x", "_row"]
    assert "没有工作表“巡逻”，现有说明、走访、空、只有列名" in refusal(path, Reading(sheet="巡逻"))
    assert "工作表“空”是空的" in refusal(path, Reading(sheet="空"))
    assert "没有数据行" in refusal(path, Reading(sheet="只有列名"))
    only = put(tmp_path, workbook({"说明": rows}))
    assert read_source(only).sheets == ("说明",)


def test_hidden_and_chart_sheets_are_not_the_first(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=表!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        book.add_worksheet("隐").hide()
        book.add_worksheet("表").write_column(0, 0, ["a", "1"])
        book.get_worksheet_by_name("表").activate()
    path = put(tmp_path, out.getvalue())
    assert read_source(path).sheets == ("表",)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["编号", "村", "编号 "], [1, 2, 3]], "“编号”却在第 1、3 列重复"),
        ([["a", "_row"], [1, 2]], "“_row”"),
        ([["a"], [], []], "没有数据行"),
        ([["a\0"], ["1"]], "空字符"),
        ([["a"], ["x\0y"]], "空字符"),
    ],
)
def test_sheet_that_is_refused(tmp_path: Path, rows: list[list[Any]], said: str) -> None:
    assert said in refusal(put(tmp_path, workbook({"表": rows})))


def test_a_column_that_nobody_reads_needs_no_name_of_its_own(tmp_path: Path) -> None:
    rows = [["编号", None, "备注", "备注", None], ["1", "x", "2", "3", None], [None] * 5, ["4"]]
    for name, content in (
        ("走访.xlsx", workbook({"表": rows})),
        ("走访.csv", "\n".join(",".join(cell or "" for cell in row) for row in rows) + ",,,,\n"),
    ):
        source = read_source(put(tmp_path, content, name))
        names = ["编号", "无列名（第 2 列）", "备注", "备注（第 4 列）", "_row"]
        assert source.rows.column_names == names
        assert values(source) == [["1", "x", "2", "3", 2], ["4", None, None, None, 4]]
        assert source.remarks == ("1 个空行",)


def test_limits_of_sheets(tmp_path: Path) -> None:
    path = put(tmp_path, workbook({"表": [["a", "b"], *([1, 2] for _ in range(9))]}))
    assert read_source(path, limits=Limits(max_rows=9, max_cells=20)).rows.num_rows == 9
    assert "超过上限 8 行" in refusal(path, limits=Limits(max_rows=8))
    assert "超过上限 1 列" in refusal(path, limits=Limits(max_columns=1))
    assert "10 行 × 2 列" in refusal(path, limits=Limits(max_cells=19))
    assert "解压后" in refusal(path, limits=Limits(max_unzipped_bytes=5_000))


def test_one_stray_cell_does_not_take_the_program_down(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "x")
    assert "1,048,576 行 × 16,384 列" in refusal(put(tmp_path, out.getvalue()))


def rezipped(content: bytes, change: Any) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return out.getvalue()


def test_zip_bomb_is_refused_by_declared_and_by_actual_size(tmp_path: Path) -> None:
    book = workbook({"表": [["a"], ["1"]]})
    bomb = rezipped(book, lambda name, part: part + b" " * (40 << 20) * name.startswith("xl/theme"))
    assert "解压后达" in refusal(put(tmp_path, bomb))
    declared = (40 << 20) + len(zipfile.ZipFile(io.BytesIO(book)).read("xl/theme/theme1.xml"))
    lie = bomb.replace(declared.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != bomb
    assert "解压后达" in refusal(put(tmp_path, lie))


def test_truncated_xlsx_is_refused_at_every_length(tmp_path: Path) -> None:
    book = workbook({"表": [["a"], ["1"]]})
    for length in range(4, len(book), 61):
        assert "已损坏或不完整" in refusal(put(tmp_path, book[:length]))


def test_damaged_xlsx_is_refused_or_read_but_never_crashes(tmp_path: Path) -> None:
    book = workbook({"表": [["a", "b"], *([f"甲{at}", at] for at in range(30))]})
    pick = random.Random(7)
    for _ in range(300):
        damaged = bytearray(book)
        for _ in range(pick.randint(1, 5)):
            damaged[pick.randrange(len(book))] = pick.randrange(256)
        parts = rezipped(book, lambda _, part: part[: pick.randint(len(part) // 2, len(part))])
        for content in (bytes(damaged), parts):
            with suppress(Refused):
                read_source(put(tmp_path, content))


cell_text = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"), max_size=8
)
cells = st.none() | cell_text | st.text(st.sampled_from(DIFFICULT), max_size=8)


@quick
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=10))
def test_any_xlsx_reads_back_the_same(tmp_path: Path, rows: list[list[str | None]]) -> None:
    path = put(tmp_path, workbook({"表": [["甲", "乙", "丙"], *rows]}))
    expected = [[*(one or None for one in row), at] for at, row in enumerate(rows, 2) if any(row)]
    if expected:
        assert values(read_source(path)) == expected
    else:
        assert "没有数据行" in refusal(path)


# Parquet


def parquet(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {"编号": ["001", None], "日期": [date(2019, 8, 1), None], "数": [1, 2], "是": [True, None]}
    )
    source = read_source(put(tmp_path, parquet(table)))
    assert source.rows.drop_columns("_row").equals(table)
    assert source.rows["_row"].to_pylist() == [1, 2]
    assert (source.kind, source.broken.num_rows) == ("parquet", 0)


def test_parquet_that_is_refused(tmp_path: Path) -> None:
    good = pa.table({"a": ["甲" * 50] * 500, "b": range(500)})
    content = parquet(good)
    for length in range(4, len(content), 97):
        assert "已损坏或不完整" in refusal(put(tmp_path, content[:length]))
    path = put(tmp_path, content)
    assert "超过上限 499 行" in refusal(path, limits=Limits(max_rows=499))
    assert "展开后" in refusal(path, limits=Limits(max_unzipped_bytes=1_000))
    for table, said in (
        (good.slice(0, 0), "没有数据行"),
        (good.rename_columns(["a", "a"]), "“a”却在第 1、2 列重复"),
        (good.rename_columns(["a", ""]), "第 2 列却没有列名"),
        (good.rename_columns(["a", "_row"]), "“_row”"),
        (pa.table({"a": ["x\0"]}), "空字符"),
    ):
        assert said in refusal(put(tmp_path, parquet(table)))
    damaged_name = parquet(pa.table({"甲列": [1]})).replace("甲列".encode(), b"\xb7" * 6)
    assert "已损坏" in refusal(put(tmp_path, damaged_name))
    invalid = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    assert "已损坏" in refusal(put(tmp_path, parquet(pa.table({"a": invalid}))))


# What is no table at all


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7\n", "PDF 文档"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"GIF89a", "图片"),
        (b"\x1f\x8b\x08", "压缩包"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"PARE" + b"x" * 20 + b"PARE", "已加密的 Parquet"),
        (OLE, "其他 Office 文档"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "已加密"),
        (zipped("a.csv"), "压缩包"),
        (zipped(), "压缩包"),
        (zipped("[Content_Types].xml", "word/document.xml"), "Word 文档"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿"),
        (zipped("mimetype", "content.xml"), "ODF 文档"),
        (zipped("xl/workbook.bin"), "xlsb"),
        (zipped("xl/workbook.xml"), "已损坏"),
        (random.Random(3).randbytes(5_000), ""),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = put(tmp_path, content, "走访.xlsx")
    assert said in refusal(path)
    assert refusal(path).startswith("走访.xlsx：")


def test_encrypted_zip_is_refused(tmp_path: Path) -> None:
    book = bytearray(workbook({"表": [["a"], ["1"]]}))
    for found in re.finditer(rb"PK\x01\x02", bytes(book)):
        book[found.start() + 8] |= 1
    assert "已加密" in refusal(put(tmp_path, bytes(book)))


def test_paths_that_are_no_readable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "文件夹"
    folder.mkdir()
    assert "文件夹" in refusal(folder)
    assert "没有这个文件" in refusal(tmp_path / "无.csv")
    os.mkfifo(tmp_path / "管道")
    assert "管道" in refusal(tmp_path / "管道")
    assert "无法读取" in refusal(tmp_path / ("长" * 200))
    path = put(tmp_path, TEXT)
    monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError()))
    assert "无法读取" in refusal(path)
