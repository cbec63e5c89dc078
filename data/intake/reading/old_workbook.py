"""XLS and WPS ET (BIFF): the worksheets of the old format (xlrd: tells error values, hidden rows
and merged cells, which the reader of the new format does not)."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code

from data.intake.reading.archive import DAMAGED
from data.intake.reading.sheet_xml import SheetFacts, cell_name
from data.intake.reading.source import Contents, Limits, Reading, Refused
from data.intake.reading.workbook import Grid, contents_of

WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))


def from_xls(data: bytes, reading: Reading, limits: Limits) -> Contents:
    if not any(name in data for name in WORKBOOKS):
        raise Refused("应为表格，实为其他 Office 文档，请将表格另存为 xlsx")
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silence())
        visible = {sheet.name: sheet.visibility == 0 for sheet in book.sheets()}
        return contents_of(visible, lambda name: _grid(book, name), reading, limits)
    except Refused:
        raise
    except Exception:  # a damaged file makes it raise anything
        raise Refused(DAMAGED) from None


class _Silence:
    def write(self, text: str) -> None:
        """The library tells its warnings to whoever listens."""


def _grid(book: Any, name: str) -> Grid:
    sheet = book.sheet_by_name(name)
    faults = {
        (row + 1, column + 1): f"单元格 {cell_name(row + 1, column + 1)} 是错误值"
        f"“{error_text_from_code.get(sheet.cell_value(row, column), '#')}”，请在原表改正"
        for row in range(sheet.nrows)
        for column, kind in enumerate(sheet.row_types(row))
        if kind == xlrd.XL_CELL_ERROR
    }
    hidden = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden}
    merged = [
        ((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells
    ]
    return Grid(name, _rows(book, sheet), merged, SheetFacts(faults, frozenset(hidden)))


def _rows(book: Any, sheet: Any) -> Iterator[list[Any]]:
    for row in range(sheet.nrows):
        yield [_value(book, cell) for cell in sheet.row(row)]


def _value(book: Any, cell: Any) -> Any:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype != xlrd.XL_CELL_DATE:
        return cell.value
    try:
        instant = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
    except (ValueError, OverflowError):
        return cell.value
    if 0 <= cell.value < 1:
        return time(instant.hour, instant.minute, instant.second)
    return (
        instant.date()
        if float(cell.value).is_integer()
        else (instant + timedelta(seconds=0.5)).replace(microsecond=0)
    )
