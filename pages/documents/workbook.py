"""XLSX: first sheet period, filters and definitions; then the rows, numbers as numbers."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from metrics.figures.words import NONE, harmless
from pages.documents.colours import LIGHT
from pages.documents.sheet import Column, Notes, Sheet, digits_of, exported, number

NOTES, DATA = "说明", "数据"
HEAD = {"bg_color": LIGHT.panel, "border": 1, "text_wrap": True, "valign": "vcenter"}
A4 = 9  # as Excel counts papers
MOST_OF_NAME = 31  # characters in the name of an Excel sheet
MOST_WIDE = 44  # of a column, in digits
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


@dataclass(frozen=True)
class Chart:
    """A native chart beside the rows: one series for each key, over the first column's names.

    rows   how many rows it shows, from the row `first` on
    """

    kind: Literal["column", "line"]
    title: str
    names: str
    keys: Sequence[str]
    first: int = 0
    rows: int | None = None


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook. `title`: a merged row above the heads, none if empty."""

    name: str
    sheet: Sheet
    title: str = ""
    charts: Sequence[Chart] = ()


def sheet_bytes(sheet: Sheet) -> bytes:
    """The export of one table."""
    return book_bytes([("表名", sheet.name), *sheet.notes], [Page(DATA, sheet)])


def book_bytes(notes: Notes, pages: Sequence[Page]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, **HEAD})
    _write_notes(book, notes, bold)
    for page in pages:
        _write_page(book, page, bold)
    book.close()
    return out.getvalue()


def _write_notes(book: Any, notes: Notes, bold: Any) -> None:
    page = book.add_worksheet(NOTES)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 80)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    for line, (title, note) in enumerate(notes):
        page.write_string(line, 0, harmless(title), bold)
        page.write_string(line, 1, harmless(note), wrapped)


def _write_page(book: Any, page: Page, bold: Any) -> None:
    name = page.name.translate(FORBIDDEN)[:MOST_OF_NAME]
    place, columns = book.add_worksheet(name), exported(page.sheet)
    head = _write_title(book, place, page.title, len(columns))
    place.set_row(head, 32)
    for at, column in enumerate(columns):
        place.set_column(at, at, _width(column, page.sheet))
        place.write_string(head, at, harmless(column.title), bold)
        _write_column(book, place, page.sheet, column, head + 1, at)
    place.freeze_panes(head + 1, 1)
    if page.sheet.rows:
        place.autofilter(head, 0, head + len(page.sheet.rows), len(columns) - 1)
    place.set_landscape()
    place.set_paper(A4)
    place.fit_to_pages(1, 0)
    place.repeat_rows(head)
    below = head + len(page.sheet.rows) + 2
    for chart in page.charts:
        place.insert_chart(below, 0, _chart(book, name, page.sheet, chart, head + 1))
        below += 22


def _write_title(book: Any, place: Any, title: str, wide: int) -> int:
    """The row of the heads: below the merged title, if there is one."""
    if not title:
        return 0
    form = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    place.set_row(0, 28)
    place.merge_range(0, 0, 0, max(1, wide - 1), harmless(title), form)
    return 1


def _width(column: Column, sheet: Sheet) -> int:
    """Wide enough for the head in one or two lines, and for words up to a limit."""
    if column.kind != "text":
        return max(10, min(2 * len(column.title) + 2, 14))
    longest = max((len(str(row.get(column.key) or "")) for row in sheet.rows), default=0)
    return max(10, min(2 * len(column.title) + 2, 20), min(2 * longest + 2, MOST_WIDE))


def _write_column(book: Any, place: Any, sheet: Sheet, column: Column, first: int, at: int) -> None:
    cells = [row.get(column.key) for row in sheet.rows]
    decimals = {digits_of(value, column.kind) for value in cells}
    forms = {digits: book.add_format({"num_format": _number_format(digits)}) for digits in decimals}
    for line, value in enumerate(cells, first):
        if column.kind == "text":
            place.write_string(line, at, harmless(str(value or "")))
        elif (number_shown := number(value, column.kind)) is not None:
            place.write_number(line, at, number_shown, forms[digits_of(value, column.kind)])
        else:
            place.write_string(line, at, NONE)


def _number_format(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _chart(book: Any, name: str, sheet: Sheet, chart: Chart, first: int) -> Any:
    keys = [column.key for column in exported(sheet)]
    start = first + chart.first
    end = start + (len(sheet.rows) - chart.first if chart.rows is None else chart.rows) - 1
    native = book.add_chart({"type": chart.kind})
    names = keys.index(chart.names)
    colours = (LIGHT.data, LIGHT.context, LIGHT.accent)
    for key, colour in zip(chart.keys, colours, strict=False):
        at = keys.index(key)
        native.add_series(
            {
                "name": [name, first - 1, at],
                "categories": [name, start, names, end, names],
                "values": [name, start, at, end, at],
                "fill": {"color": colour},
                "line": {"color": colour},
                "data_labels": {"value": len(chart.keys) == 1},
            }
        )
    native.set_title({"name": chart.title, "name_font": {"size": 12}})
    native.set_size({"width": 900, "height": 420})
    if len(chart.keys) == 1:
        native.set_legend({"none": True})
    if chart.kind == "column":
        native.set_y_axis({"min": 0})
    return native
