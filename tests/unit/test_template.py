"""Templates: what stands in them, and that a filled one reads back as what was filled in."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import load_workbook

from data.intake.reading.read import read_source
from data.intake.reading.source import Refused
from data.intake.template import HEADINGS, YES_NO, describe, filled_columns, write_template
from data.schema import TABLES, Column, Table

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


def template(table: Table) -> Any:
    out = io.BytesIO()
    write_template(table, out)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def drop_downs(sheet: Any) -> dict[int, Any]:
    """Per column number: the drop-down that covers its data rows."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        area = next(iter(rule.sqref.ranges))
        assert (area.min_row, area.max_row, rule.type) == (2, 1_048_576, "list")
        found[area.min_col] = rule
    return found


def column_titled(sheet: Any, title: str) -> int:
    return [cell.value for cell in sheet[1]].index(title) + 1


@every_table
def test_form_has_every_filled_column_in_order(table: Table) -> None:
    book = template(table)
    assert book.sheetnames == [table.title, "说明"]
    form = book[table.title]
    assert [cell.value for cell in form[1]] == [column.title for column in filled_columns(table)]
    assert form.max_row == 1
    assert form.freeze_panes == "A2"


@every_table
def test_required_columns_are_filled_in(table: Table) -> None:
    required = {column.name for column in table.columns if column.required}
    assert required <= {column.name for column in filled_columns(table)}


def test_columns_that_nobody_fills_are_left_out() -> None:
    visit = [column.name for column in filled_columns(TABLES["visit"])]
    assert visit[0] == "id"
    assert not {"is_deleted", "voided_on", "voided_reason"} & set(visit)
    assert "id" not in [column.name for column in filled_columns(TABLES["village"])]


@every_table
def test_titles_are_bold_coloured_if_required_and_explained(table: Table) -> None:
    form = template(table)[table.title]
    colours: dict[bool, set[str]] = {True: set(), False: set()}
    for cell, column in zip(form[1], filled_columns(table), strict=True):
        assert cell.font.b
        colours[column.required].add(cell.fill.fgColor.rgb)
        note = cell.comment.text
        assert f"{column.title}（{column.name}）" in note
        assert ("必填" in note) == column.required
        assert column.note in note
        assert all(word in note for word in column.choices.values())
    assert not colours[True] & colours[False]
    assert max(len(colours[True]), len(colours[False])) == 1


@every_table
def test_drop_downs_offer_the_chinese_words(table: Table) -> None:
    form = template(table)[table.title]
    found = drop_downs(form)
    for at, column in enumerate(filled_columns(table), 1):
        words = YES_NO if column.type == "boolean" else tuple(column.choices.values())
        assert (at in found) == bool(words)
        if words:
            assert found[at].formula1 == f'"{",".join(words)}"'
            assert bool(found[at].showErrorMessage) != column.is_open


@every_table
def test_columns_carry_the_format_of_their_type(table: Table) -> None:
    wanted = {
        "text": "@",
        "date": "yyyy-mm-dd",
        "instant": "yyyy-mm-dd hh:mm:ss",
        "integer": "0",
        "number": "General",
        "boolean": "@",
    }
    form = template(table)[table.title]
    for at, column in enumerate(filled_columns(table), 1):
        letter = openpyxl.utils.get_column_letter(at)
        assert form.column_dimensions[letter].number_format == wanted[column.type]


@every_table
def test_notes_describe_the_columns_of_the_form(table: Table) -> None:
    notes = template(table)["说明"]
    rows = [tuple(cell or "" for cell in row) for row in notes.iter_rows(values_only=True)]
    names = {column.name for column in filled_columns(table)}
    described = [row for row in describe(table) if row[1] in names]
    assert rows[0] == HEADINGS
    assert rows[1 : len(described) + 1] == described
    below = "\n".join(row[0] for row in rows[len(described) + 1 :])
    assert all(rule.reason in below for rule in table.rules)
    assert table.note in below


@every_table
def test_description_is_complete_and_one_line_per_column(table: Table) -> None:
    rows = describe(table)
    assert [row[1] for row in rows] == list(table.names)
    assert all(len(row) == len(HEADINGS) for row in rows)
    assert not any("\n" in text or "|" in text for row in rows for text in row)


@pytest.mark.parametrize(
    ("column", "row"),
    [
        (
            Column("kind", "类别", choices={"a": "甲", "b": "乙"}, required=True, default="b"),
            ("类别", "kind", "文本", "必填", "甲、乙", "不填按“乙”"),
        ),
        (
            Column("kind", "类别", choices={"a": "甲"}, is_open=True, note="从严"),
            ("类别", "kind", "文本", "", "甲（可另填）", "从严"),
        ),
        (
            Column("is_it", "是否", "boolean", default="false"),
            ("是否", "is_it", "是/否", "", "是、否", "不填按“否”"),
        ),
        (
            Column("latitude", "纬度", "number", minimum=-90, maximum=90),
            ("纬度", "latitude", "数值", "", "", "-90 至 90"),
        ),
        (
            Column("n", "数", "integer", minimum=0, refers_to="village"),
            ("数", "n", "整数", "", "", "须已登记在“村（社区）”中；不小于 0"),
        ),
        (
            Column("n", "数", "number", maximum=1),
            ("数", "n", "数值", "", "", "不大于 1"),
        ),
    ],
)
def test_description_of_one_column(column: Column, row: tuple[str, ...]) -> None:
    assert describe(Table("t", "表", (column,))) == [row]


@every_table
def test_empty_template_is_refused_as_having_no_rows(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(table, path)
    assert load_workbook(path).sheetnames == [table.title, "说明"]
    with pytest.raises(Refused, match=r"模板\.xlsx：只有列名，没有数据行"):
        read_source(path)


def test_filled_template_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "案件.xlsx"
    write_template(TABLES["case"], path)
    book = openpyxl.load_workbook(path)
    form = book["案件"]
    filled = {
        "记录编号": ("A001", "A001"),
        "村（社区）编码": ("00123", "00123"),
        "类别": ("盗窃", "盗窃"),
        "是否刑事": ("是", "是"),
        "接报时间": (datetime(2019, 8, 1, 9, 30), "2019-08-01 09:30:00"),
        "立案日期": (date(2019, 8, 2), "2019-08-02"),
    }
    for title, (value, _) in filled.items():
        form.cell(2, column_titled(form, title), value)
    book.save(path)
    source = read_source(path)
    row = source.rows.to_pylist()[0]
    assert row.pop("_row") == 2
    assert {title: text for title, text in row.items() if text is not None} == {
        title: text for title, (_, text) in filled.items()
    }
    assert source.sheets == ("案件",)


def test_same_table_gives_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_template(TABLES["visit"], first)
    write_template(TABLES["visit"], second)
    assert first.getvalue() == second.getvalue()


@every_table
def test_what_excel_demands_of_names_and_lists(table: Table) -> None:
    """31 characters for a sheet, 255 for a list; else Excel repairs the file and drops them."""
    assert len(table.title) <= 31
    assert not set(table.title) & set("[]:*?/\\")
    for column in filled_columns(table):
        assert len(",".join(column.choices.values())) <= 255
        assert not any("," in word for word in column.choices.values())
