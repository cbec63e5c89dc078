"""Import templates: an empty XLSX per record table that says itself what goes where.

The same description of the columns serves the sheet 说明 and the documentation.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from data.schema import TABLES, Column, Table

HEADINGS = ("列名", "字段", "类型", "必填", "可选值", "说明")
TYPE_TITLES = {
    "text": "文本",
    "date": "日期，如 2019-08-01",
    "instant": "日期时间，如 2019-08-01 09:30:00",
    "integer": "整数",
    "number": "数值",
    "boolean": "是/否",
}
FORMATS = {
    "text": "@",  # keeps the zeros in front of a code
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "integer": "0",
    "number": "General",
    "boolean": "@",
}
YES_NO = ("是", "否")
NOTES_SHEET = "说明"
LAST_ROW = 1_048_575
REQUIRED_COLOUR, OPTIONAL_COLOUR = "#F4B183", "#D9E2F3"
FILLED_BY_NOBODY = {"is_deleted", "voided_on", "voided_reason"}
# One fixed time in the file's properties: the same table always gives the same bytes.
MADE_AT = datetime(2019, 1, 1)


def filled_columns(table: Table) -> tuple[Column, ...]:
    """The columns that a person fills; the id of a register is made by the program."""
    by_program = FILLED_BY_NOBODY | ({"id"} if table.is_register else set())
    return tuple(column for column in table.columns if column.name not in by_program)


def describe(table: Table) -> list[tuple[str, ...]]:
    """One row per column of the table, under HEADINGS."""
    return [
        (
            column.title,
            column.name,
            TYPE_TITLES[column.type],
            "必填" if column.required else "",
            choices_text(column),
            "；".join(text for text in (note_text(column), words_text(column)) if text),
        )
        for column in table.columns
    ]


def choice_words(column: Column) -> tuple[str, ...]:
    return YES_NO if column.type == "boolean" else tuple(column.choices.values())


def choices_text(column: Column) -> str:
    words = "、".join(choice_words(column))
    return f"{words}（可另填）" if words and column.is_open else words


def words_text(column: Column) -> str:
    """What else is understood for each choice; it stands in the sheet 说明, not over the column."""
    titles = {"true": YES_NO[0], "false": YES_NO[1], **column.choices}
    return "；".join(
        f"“{titles[code]}”也可写{'、'.join(words)}" for code, words in column.words.items()
    )


def note_text(column: Column) -> str:
    """The note of the schema, and what its other facts mean for the one who fills it in."""
    parts = [column.note]
    if column.refers_to:
        parts.append(f"须已登记在“{TABLES[column.refers_to].title}”中")
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{column.minimum:g} 至 {column.maximum:g}")
    elif column.minimum is not None:
        parts.append(f"不小于 {column.minimum:g}")
    elif column.maximum is not None:
        parts.append(f"不大于 {column.maximum:g}")
    if column.default is not None:
        parts.append(f"不填按“{default_word(column)}”")
    return "；".join(part for part in parts if part)


def default_word(column: Column) -> str:
    """The default as a person would enter it."""
    default = str(column.default)
    return {"true": "是", "false": "否"}.get(default, column.choices.get(default, default))


def write_template(table: Table, out: BinaryIO | Path) -> None:
    """Write the template of a table: one sheet to fill in, and the sheet 说明."""
    target = str(out) if isinstance(out, Path) else out
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": f"{table.title}导入模板", "created": MADE_AT})
        write_form(book, table)
        write_notes(book, table)


def write_form(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(table.title)
    for at, column in enumerate(filled_columns(table)):
        sheet.set_column(at, at, width_of(column), book.add_format(cell_format(column)))
        sheet.write_string(0, at, column.title, book.add_format(title_format(column)))
        sheet.write_comment(0, at, comment_text(column), {"x_scale": 2, "y_scale": 1.5})
        offer_choices(sheet, at, column)
    sheet.freeze_panes(1, 0)


def width_of(column: Column) -> int:
    """In half-width characters: a Chinese one takes two."""
    return max(2 * len(column.title) + 2, 20 if column.type == "instant" else 12)


def cell_format(column: Column) -> dict[str, Any]:
    return {"num_format": FORMATS[column.type]}


def title_format(column: Column) -> dict[str, Any]:
    colour = REQUIRED_COLOUR if column.required else OPTIONAL_COLOUR
    return {"bold": True, "border": 1, "bg_color": colour, "num_format": "@"}


def comment_text(column: Column) -> str:
    """What one must know while filling in the column."""
    lines = [
        f"{column.title}（{column.name}）{'必填' if column.required else '选填'}",
        f"类型：{TYPE_TITLES[column.type]}",
        f"可选值：{choices_text(column)}" if choice_words(column) else "",
        note_text(column),
    ]
    return "\n".join(line for line in lines if line)


def offer_choices(sheet: Any, at: int, column: Column) -> None:
    """A drop-down; of open choices it is an offer, any other word may be typed."""
    words = choice_words(column)
    if not words:
        return
    rule = {
        "validate": "list",
        "source": list(words),
        "show_error": not column.is_open,
        "error_title": column.title[:32],
        "error_message": f"“{column.title}”只能填：{choices_text(column)}"[:255],
    }
    sheet.data_validation(1, at, LAST_ROW, at, rule)


def write_notes(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    heading = book.add_format({"bold": True, "border": 1, "bg_color": OPTIONAL_COLOUR})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for at, width in enumerate((18, 18, 34, 6, 44, 60)):
        sheet.set_column(at, at, width, wrapped)
    sheet.write_row(0, 0, HEADINGS, heading)
    rows = described_for_filling(table)
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row):
            sheet.write_string(number, at, text, wrapped)
    for number, text in enumerate(remarks(table), len(rows) + 2):
        sheet.write_string(number, 0, text, book.add_format({"num_format": "@"}))
    sheet.freeze_panes(1, 0)


def described_for_filling(table: Table) -> Sequence[tuple[str, ...]]:
    """The description of the columns that stand in the form."""
    names = {column.name for column in filled_columns(table)}
    return [row for row in describe(table) if row[1] in names]


def remarks(table: Table) -> list[str]:
    """What holds for whole rows."""
    rules = [f"拒收条件：{rule.reason}" for rule in table.rules]
    general = "从第 2 行起填写，一行一条；橙色列必填；列的次序可以调换，列名不要改动"
    return [general, *([table.note] if table.note else []), *rules]
