"""XLSX: one worksheet as rows, every cell as text (python-calamine)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from data.intake.reading.archive import DAMAGED, check_archive
from data.intake.reading.source import (
    Contents,
    Limits,
    Reading,
    Refused,
    check_names,
    legible,
    refuse_nul,
)

Cell = str | int | float | bool | date | time | datetime | timedelta
NOTES_SHEET = "说明"  # the second sheet of our own templates


def from_xlsx(data: bytes, reading: Reading, limits: Limits) -> Contents:
    name = choose_sheet(sheets_of(data, limits), reading.sheet)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            rows = sheet_rows(book.get_sheet_by_name(name), reading, limits)
    except CalamineError:
        raise Refused(DAMAGED) from None
    except OverflowError:
        raise Refused(f"工作表“{legible(name)}”中有日期或时间超出范围，请核对") from None
    refuse_nul(rows)
    return Contents(rows, sheet=name)


def sheets_of(data: bytes, limits: Limits) -> list[Any]:
    check_archive(data, limits)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    except CalamineError:
        raise Refused(DAMAGED) from None
    if not sheets:
        raise Refused("应有工作表，实为没有，请重新导出")
    return sheets


def choose_sheet(sheets: list[Any], wanted: str | None) -> str:
    """The sheet asked for, else the first one that a person sees and that is not 说明."""
    names = [str(sheet.name) for sheet in sheets]
    if wanted is not None and wanted not in names:
        raise Refused(
            f"没有工作表“{legible(wanted)}”，现有{legible('、'.join(names), 400)}，请更正"
        )
    seen = [
        str(sheet.name)
        for sheet in sheets
        if sheet.visible == SheetVisibleEnum.Visible and sheet.name != NOTES_SHEET
    ]
    return wanted if wanted is not None else (seen or names)[0]


def sheet_rows(sheet: CalamineSheet, reading: Reading, limits: Limits) -> pa.Table:
    if sheet.start is None:
        raise Refused(f"工作表“{legible(sheet.name)}”是空的，请核对或另选工作表")
    rows = enumerate(sheet.iter_rows(), 1)
    cells: list[Any] = next((one for number, one in rows if number == reading.header_row), [])
    names = [(text_of(cell) or "").strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refused(
            f"工作表“{legible(sheet.name)}”第 {reading.header_row} 行应为列名，实为空，请核对"
        )
    check_names(names, f"第 {reading.header_row} 行应为列名，", limits)
    schema = pa.schema([*((name, pa.string()) for name in names), ("_row", pa.int64())])
    batches, count = [], 0
    filled = filled_rows(rows, len(names), reading.last_head_row)
    while block := list(islice(filled, 20_000)):
        columns = zip(schema.types, zip(*block, strict=True), strict=True)
        batches.append(pa.record_batch([pa.array(c, type_) for type_, c in columns], schema))
        count += len(block)
        if count > limits.max_rows:
            raise Refused(f"数据行超过上限 {limits.max_rows:,} 行，请拆分后导入")
    return pa.Table.from_batches(batches, schema)


def filled_rows(
    rows: Iterator[tuple[int, Any]], width: int, after: int
) -> Iterator[list[str | int | None]]:
    """The cells as text and the row number, of the rows that hold anything."""
    for number, cells in rows:
        texts: list[str | int | None] = [TEXT_OF[type(cell)](cell) for cell in cells]
        if number <= after or not any(text is not None for text in texts):
            continue
        if any(text is not None for text in texts[width:]):
            raise Refused(f"第 {number} 行在没有列名的列中有内容，请补列名或删去")
        yield [*texts[:width], number]


def text_of(cell: Cell) -> str | None:
    return TEXT_OF[type(cell)](cell)


def number_text(value: float) -> str:
    """123, not 123.0; beyond 21 digits a float has no meaning as a code."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def duration_text(value: timedelta) -> str:
    """Hours beyond a day stay hours: 36:00:00."""
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


TEXT_OF: Mapping[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: number_text,
    date: date.isoformat,
    datetime: lambda value: value.isoformat(sep=" "),
    time: time.isoformat,
    timedelta: duration_text,
}
