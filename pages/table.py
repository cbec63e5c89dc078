"""Tables: the same rows on the screen and in the CSV and XLSX that are taken along.

Numbers are rounded once, here, from the exact value; the screen, the CSV and the XLSX show the
rounded number, with its unit in the header.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

import pandas as pd
import streamlit as st
import xlsxwriter

from metrics.words import harmless, rounded

Kind = Literal["text", "whole", "one", "two", "percent", "trend"]
DIGITS: Mapping[str, int] = {"whole": 0, "one": 1, "two": 2, "percent": 1}
Cell = str | int | float | Fraction | None | list[float | None]
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Column:
    """One column. kind: text; numbers with 0, 1 or 2 digits; percent (of a fraction); trend."""

    key: str
    title: str
    kind: Kind = "text"
    help: str = ""
    width: int | None = None


@dataclass(frozen=True)
class Sheet:
    """Rows to show and to take along. notes: period, filters, definitions (first XLSX sheet)."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[tuple[str, str]] = ()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows as shown: rounded numbers, columns by key."""
        return pd.DataFrame(
            {
                column.key: [
                    row.get(column.key)
                    if column.kind in ("text", "trend")
                    else number(row.get(column.key), column.kind)
                    for row in self.rows
                ]
                for column in self.columns
            }
        )


def number(value: Cell, kind: Kind) -> float | int | None:
    """The rounded number that is shown: 0.318 as percent -> 31.8."""
    if value is None or isinstance(value, str | list):
        return None
    exact = Fraction(value) * (100 if kind == "percent" else 1)
    shown = rounded(exact, DIGITS[kind])
    return int(shown) if DIGITS[kind] == 0 else float(shown)


def show_table(
    sheet: Sheet, key: str, height: int | Literal["auto", "content"] = "auto", selects: bool = False
) -> int | None:
    """Draw the table with its two export buttons; returns the position of the selected row."""
    shown = st.dataframe(
        sheet.frame,
        key=key,
        hide_index=True,
        height=height,
        column_config={column.key: _config(column) for column in sheet.columns},
        on_select="rerun" if selects else "ignore",
        selection_mode="single-row",
        placeholder="—",
    )
    export_buttons(sheet, key)
    if selects and shown.selection.rows:
        return int(shown.selection.rows[0])
    return None


def _config(column: Column) -> object:
    kinds = st.column_config
    if column.kind == "text":
        return kinds.TextColumn(column.title, help=column.help or None, width=column.width)
    if column.kind == "trend":
        return kinds.LineChartColumn(
            column.title, help=column.help or None, width=column.width, color="blue"
        )
    return kinds.NumberColumn(
        column.title,
        help=column.help or None,
        width=column.width,
        format=f"%.{DIGITS[column.kind]}f",
    )


def export_buttons(sheet: Sheet, key: str) -> None:
    """CSV and XLSX of exactly the rows shown."""
    with st.container(horizontal=True):
        for ending, label, write in (
            ("xlsx", "导出 Excel", xlsx_bytes),
            ("csv", "导出 CSV", csv_bytes),
        ):
            st.download_button(
                label,
                data=_writer(write, sheet),
                file_name=f"{sheet.name}.{ending}",
                key=f"{key}-{ending}",
                on_click="ignore",
                type="tertiary",
            )


def _writer(write: Callable[[Sheet], bytes], sheet: Sheet) -> Callable[[], bytes]:
    return lambda: write(sheet)


def exported(sheet: Sheet) -> list[Column]:
    """A sparkline is a picture of other numbers and is not exported."""
    return [column for column in sheet.columns if column.kind != "trend"]


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with a mark, so that Excel reads the Chinese; formulas are made harmless text."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = exported(sheet)
    writer.writerow(harmless(column.title) for column in columns)
    for row in sheet.rows:
        writer.writerow(
            harmless(str(row.get(c.key) or ""))
            if c.kind == "text"
            else number(row.get(c.key), c.kind)
            for c in columns
        )
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """First sheet: period, filters, definitions; second: the rows, numbers as numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#F2EEE6", "border": 1, "text_wrap": True})
    notes = book.add_worksheet("说明")
    notes.set_column(0, 0, 18)
    notes.set_column(1, 1, 80, book.add_format({"text_wrap": True}))
    for line, (title, note) in enumerate((("表名", sheet.name), *sheet.notes)):
        notes.write_string(line, 0, title, bold)
        notes.write_string(line, 1, note)
    page = book.add_worksheet("数据")
    for place, column in enumerate(exported(sheet)):
        digits = DIGITS.get(column.kind, 0)
        form = book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")})
        page.set_column(place, place, max(10, 2 * len(column.title) + 2))
        page.write_string(0, place, column.title, bold)
        for line, row in enumerate(sheet.rows, 1):
            value = row.get(column.key)
            if column.kind == "text":
                page.write_string(line, place, str(value or ""))
            elif (shown := number(value, column.kind)) is not None:
                page.write_number(line, place, shown, form)
            else:
                page.write_string(line, place, "—")
    page.freeze_panes(1, 1)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(exported(sheet)) - 1)
    book.close()
    return out.getvalue()
