"""Tables: the same rows on the screen and in the CSV and XLSX that are taken along."""

from collections.abc import Sequence
from functools import partial
from typing import Literal, TypeVar

import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.column_types import ColumnConfig

from metrics.figures.words import NONE
from pages.documents.sheet import DIGITS, Column, Sheet, csv_bytes, digits_of
from pages.documents.workbook import sheet_bytes

Line = TypeVar("Line")
ALL_ROWS = 1_000_000
ROW = 35  # pixels, of a row of the grid
WINDOW = 15  # rows: the largest window in which a longer table scrolls


def show_table(sheet: Sheet, key: str, whole_up_to: int = 10, selects: bool = False) -> int | None:
    """Draw the table with its two export buttons; returns the position of the selected row.

    whole_up_to   as many rows are shown without scrolling; of a longer table, as many as fit a
                  window of this height, and ten where the window would be large
    """
    on_select: Literal["rerun", "ignore"] = "rerun" if selects else "ignore"
    uneven = _uneven(sheet)
    event = st.dataframe(
        _worded(sheet, uneven) if uneven else sheet.frame,
        key=key,
        hide_index=True,
        height=_height(len(sheet.rows), whole_up_to),
        column_config={c.key: _config(c, c.key in uneven) for c in sheet.columns},
        on_select=on_select,
        selection_mode="single-row",
        placeholder="—",
    )
    export_buttons(sheet, key)
    rows = [] if isinstance(event, DeltaGenerator) else event.selection.rows
    return rows[0] if rows else None


def choose_line(
    sheet: Sheet, lines: Sequence[Line], key: str, whole_up_to: int = 10
) -> Line | None:
    """Draw the table; returns the line whose row is selected. lines: what the rows are about."""
    place = show_table(sheet, key, whole_up_to, selects=True)
    return lines[place] if place is not None and place < len(lines) else None


def _height(rows: int, whole_up_to: int) -> int | Literal["auto", "content"]:
    if rows <= whole_up_to:
        return "content"
    # The half row at the lower edge says that there is more.
    return round(ROW * (whole_up_to + 1.5)) if whole_up_to <= WINDOW else "auto"


def _uneven(sheet: Sheet) -> list[str]:
    """Columns in which a number has other decimals than the column says."""
    return [
        column.key
        for column in sheet.columns
        if any(
            digits_of(row.get(column.key), column.kind) != DIGITS.get(column.kind, 0)
            for row in sheet.rows
        )
    ]


def _worded(sheet: Sheet, uneven: Sequence[str]) -> Styler:
    """The rows with words for those columns: a column of the grid has one form for its numbers."""
    worded = sheet.frame.style.format(na_rep=NONE)
    for column in sheet.columns:
        if column.key in uneven:
            own = [digits_of(row.get(column.key), column.kind) for row in sheet.rows]
            for digits in set(own):
                places = [place for place, each in enumerate(own) if each == digits]
                worded.format(f"{{:.{digits}f}}", (places, [column.key]), na_rep=NONE)
    return worded


def _config(column: Column, is_worded: bool) -> ColumnConfig:
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
        format=None if is_worded else f"%.{DIGITS[column.kind]}f",
    )


def export_buttons(sheet: Sheet, key: str) -> None:
    """CSV and XLSX of exactly the rows shown."""
    with st.container(horizontal=True):
        for ending, label, write in (
            ("xlsx", "导出 Excel", sheet_bytes),
            ("csv", "导出 CSV", csv_bytes),
        ):
            st.download_button(
                label,
                data=partial(write, sheet),
                file_name=f"{sheet.name}.{ending}",
                key=f"{key}-{ending}",
                on_click="ignore",
                type="tertiary",
            )
