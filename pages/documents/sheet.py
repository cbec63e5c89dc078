"""Sheets: rows to show, to take along as CSV and XLSX, and to put into documents; no screen code.

Numbers are rounded once, here, from the exact value; the screen, the CSV and the XLSX show the
rounded number, with its unit in the header. A Decimal is rounded already and keeps its decimals.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from metrics.figures.words import exact, harmless, rounded
from metrics.indicators.catalogue import Indicator

Kind = Literal["text", "whole", "one", "two", "percent", "trend"]
DIGITS: Mapping[str, int] = {"whole": 0, "one": 1, "two": 2, "percent": 1}
Cell = str | int | float | Fraction | Decimal | None | list[float | None]
Row = Mapping[str, Cell]
Notes = Sequence[tuple[str, str]]  # what a table says of itself: heading and sentence


@dataclass(frozen=True)
class Column:
    """One column.

    kind   text; numbers with 0, 1 or 2 digits; percent (of a fraction); trend
    of     what makes its cell of what a row is about, or the names that lead there, as `unit.name`
           (a missing part: no cell); without it, the key
    """

    key: str
    title: str
    kind: Kind = "text"
    of: Callable[[Any], Cell] | str = ""
    help: str = ""
    width: int | None = None

    def cell(self, line: Any) -> Cell:
        if callable(self.of):
            return self.of(line)
        for name in (self.of or self.key).split("."):
            line = None if line is None else getattr(line, name)
        cell: Cell = line
        return cell


@dataclass(frozen=True)
class Sheet:
    """Rows to show and to take along.

    notes   period, filters, definitions (first XLSX sheet)
    stamp   what each row of a CSV says too, which has no page for notes
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Notes = ()
    stamp: Notes = ()

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


def stamped(sheet: Sheet, stamp: Notes) -> Sheet:
    """The sheet with rows that say themselves what they are: a CSV has no page for its notes."""
    more = [Column(f"stamp-{i}", title) for i, (title, _) in enumerate(stamp)]
    words = {column.key: word for column, (_, word) in zip(more, stamp, strict=True)}
    rows = [{**row, **words} for row in sheet.rows]
    return replace(sheet, columns=[*sheet.columns, *more], rows=rows)


def kind_of(indicator: Indicator) -> Kind:
    """How the values of an indicator are shown."""
    is_share = indicator.kind in ("proportion", "ratio")
    return "percent" if is_share else "whole" if indicator.kind == "count" else "two"


def number(value: Cell, kind: Kind) -> float | int | None:
    """The rounded number that is shown: 0.318 as percent -> 31.8."""
    if value is None or isinstance(value, str | list):
        return None
    if isinstance(value, Decimal):
        return float(value)
    scaled = exact(value) * (100 if kind == "percent" else 1)
    return (float if DIGITS[kind] else int)(rounded(scaled, DIGITS[kind]))


def digits_of(value: Cell, kind: Kind) -> int:
    """The decimals with which a cell is shown: those of its column, a score's own."""
    if isinstance(value, Decimal):
        return len(str(value).partition(".")[2])
    return DIGITS.get(kind, 0)


def row_of(columns: Sequence[Column], line: object) -> dict[str, Cell]:
    """The cells of one row, by key. line: what the row is about."""
    return {column.key: column.cell(line) for column in columns}


def sheet_of(
    name: str, columns: Sequence[Column], lines: Iterable[object], notes: Notes = ()
) -> Sheet:
    """A row for each line."""
    return Sheet(name, columns, [row_of(columns, line) for line in lines], notes)


def exported(sheet: Sheet) -> list[Column]:
    """A sparkline is a picture of other numbers and is not exported."""
    return [column for column in sheet.columns if column.kind != "trend"]


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with a mark, so that Excel reads the Chinese; formulas are made harmless text."""
    out = io.StringIO()
    writer = csv.writer(out)
    sheet = stamped(sheet, sheet.stamp)
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
