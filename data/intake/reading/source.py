"""What reading a file takes and gives: limits, the way to read, the rows, the refusal."""

from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["csv", "xlsx", "xls", "ods", "parquet"]
Serials = Literal[1900, 1904]  # the year from which a spreadsheet counts its days
SPREADSHEETS: frozenset[str] = frozenset(("xlsx", "xls", "ods"))
MEBIBYTE = 2**20
ROW = "_row"  # the column with the row number
SHEET_STEP = 10_000_000  # row n of the k-th further sheet has `_row` k * SHEET_STEP + n
LONGEST_TEXT = 32_767  # characters that a cell can hold in Excel


class Refused(ValueError):
    """The whole file cannot be taken; the message is one Chinese sentence. Not a fault of ours."""


@dataclass(frozen=True)
class Limits:
    """What one file may take.

    max_cells          of a sheet's whole rectangle, empty cells included
    max_memory_bytes   of the process that reads it, all told
    max_seconds        that it may take
    """

    max_bytes: int = 512 * MEBIBYTE
    max_rows: int = 20_000_000
    max_columns: int = 1_000
    max_cells: int = 50_000_000
    max_unzipped_bytes: int = 2048 * MEBIBYTE
    max_ratio: int = 200
    max_memory_bytes: int = 800 * MEBIBYTE
    max_seconds: int = 300


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Reading:
    """How to read, where the file does not say it.

    header_row  the row of the column names, from 1; None: it is looked for (not for Parquet)
    skip_rows   rows after the header that are not data (not for Parquet)
    sheet       the only worksheet to read; None: those that hold the same table
    table       the name of the table that the rows are for, if it is known
    columns     columns that a mapping reads, in small letters: they tell the row of the heads
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    skip_rows: int = 0
    sheet: str | None = None
    table: str | None = None
    columns: frozenset[str] = frozenset()


AS_FOUND = Reading()
BROKEN = pa.schema([("_row", pa.int64()), ("content", pa.string()), ("reason", pa.string())])
FAULTS = pa.schema([("_row", pa.int64()), ("column", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Contents:
    """What a file holds. It comes from another process: what is no table must be what JSON can
    hold, with tuples for lists.

    rows    its columns, and `_row`: the row number as a person sees it, header counted (in
            Parquet, which has no header row, from 1)
    broken  CSV records with a wrong number of fields: `_row`, `content` as it stands, `reason`
    faults  cells whose value is not what the sheet shows: `_row`, `column`, `reason`
    sheets  the worksheets that were read, in order; `_row` tells which one (SHEET_STEP)
    title   what stands above the column names
    remarks what was chosen and what was left out, a few words each
    """

    rows: pa.Table
    broken: pa.Table = field(default_factory=BROKEN.empty_table)
    encoding: str | None = None
    delimiter: str | None = None
    faults: pa.Table = field(default_factory=FAULTS.empty_table)
    sheets: tuple[str, ...] = ()
    title: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source(Contents):
    """The contents of one file, its name without folder and the SHA-256 of its bytes.

    kind      none if the rows did not come from a file
    serials   of a spreadsheet, in which a day may stand as a number
    heads     the names of the columns that are read, if these are not those of `rows`
    """

    name: str
    digest: str
    kind: Kind | None = None
    serials: Serials | None = None
    heads: tuple[str, ...] = ()


def legible(text: str, most: int = 60) -> str:
    """A word from outside, fit to stand in one line of a message."""
    visible = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text[: most + 1])
    return visible if len(visible) <= most else visible[: most - 1] + "…"


def check_names(names: list[str], where: str, limits: Limits) -> None:
    """Column names must be there, differ, and leave `_row` to us.

    SQL does not tell capitals from small letters, so neither may a file.
    """
    lowered = [name.lower() for name in names]
    if len(names) > limits.max_columns:
        raise Refused(f"{where}却有 {len(names):,} 列，超过上限 {limits.max_columns:,} 列，请核对")
    for at, name in enumerate(names, 1):
        if not name:
            raise Refused(f"{where}第 {at} 列却没有列名，请补上")
        if "\0" in name:
            raise Refused(f"{where}第 {at} 列的列名却含空字符（NUL），请改名")
        first = lowered.index(name.lower()) + 1
        if first < at:
            raise Refused(f"{where}“{legible(name)}”却在第 {first}、{at} 列重复，请改名")
        if name.lower() == "_row":
            raise Refused(f"{where}第 {at} 列却名为“_row”，此名由系统使用，请改名")


def refuse_nul(table: pa.Table) -> None:
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if is_text and pc.any(pc.match_substring(column, "\0")).as_py():
            raise Refused(f"“{legible(name)}”列应为文本，却含空字符（NUL），请从原系统重新导出")
