"""Reading one source file into rows, before any validation. The kind is decided by content.

CSV: encoding.py. XLSX: python-calamine, every cell as text. Parquet: types as they are.
A file is taken as a whole or refused with one sentence; only single CSV rows may be broken.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from struct import error as StructError  # noqa: N812
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from data.encoding import Refused, decode, find_header, read_records, shown

__all__ = ["Limits", "Reading", "Refused", "Source", "read_source", "sheet_names"]

Kind = Literal["csv", "xlsx", "parquet"]
Cell = str | int | float | bool | date | time | datetime | timedelta

MEBIBYTE = 2**20
WANTED = "应为 CSV、XLSX 或 Parquet 表格，实为"
NOTES_SHEET = "说明"  # the second sheet of our own templates
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES: Mapping[bytes, str] = {
    b"%PDF": "PDF 文档，请导出为表格",
    b"\x89PNG": "图片，请导出为表格",
    b"\xff\xd8\xff": "图片，请导出为表格",
    b"GIF8": "图片，请导出为表格",
    b"II*\0": "图片，请导出为表格",
    b"MM\0*": "图片，请导出为表格",
    b"{\\rtf": "RTF 文档，请另存为 xlsx",
    b"Rar!": "压缩包，请解压后再导入",
    b"7z\xbc\xaf": "压缩包，请解压后再导入",
    b"\x1f\x8b": "压缩包，请解压后再导入",
    b"PARE": "已加密的 Parquet，请解密后再导入",
}
ARCHIVES: Mapping[str, str] = {
    "xl/workbook.bin": "xlsb 表格，请另存为 xlsx",
    "word/": "Word 文档，请将表格另存为 xlsx",
    "ppt/": "演示文稿，请将表格另存为 xlsx",
    "content.xml": "ODF 文档，请另存为 xlsx",
    "": "压缩包，请解压后再导入",
}
# Many systems export a web page under the name .xls.
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml)", re.I)
DAMAGED = "Excel 文件已损坏或不完整，请重新导出"
# Whatever a damaged archive makes zipfile raise.
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    StructError,
)
POSITION = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")  # of a cell or of a row


@dataclass(frozen=True)
class Limits:
    """What one file may take. `max_cells`: of a sheet's whole rectangle, empty cells included."""

    max_bytes: int = 512 * MEBIBYTE
    max_rows: int = 20_000_000
    max_columns: int = 1_000
    max_cells: int = 50_000_000
    max_unzipped_bytes: int = 2048 * MEBIBYTE
    max_ratio: int = 200


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Reading:
    """How to read, where the file does not say it.

    header_row  the row of the column names, from 1 (not for Parquet)
    skip_rows   rows after the header that are not data (not for Parquet)
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    skip_rows: int = 0
    sheet: str | None = None

    @property
    def last_head_row(self) -> int:
        return self.header_row + self.skip_rows


AS_FOUND = Reading()


@dataclass(frozen=True)
class Contents:
    """What a file holds.

    rows    its columns, and `_row`: the row number as a person sees it, header counted (in
            Parquet, which has no header row, from 1)
    broken  CSV records with a wrong number of fields: `_row`, `content` as it stands, `reason`
    """

    rows: pa.Table
    broken: pa.Table
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source(Contents):
    """The contents of one file, its name without folder and the SHA-256 of its bytes.

    kind: none if the rows did not come from a file.
    """

    name: str
    digest: str
    kind: Kind | None = None


NOTHING_BROKEN = pa.schema(
    [("_row", pa.int64()), ("content", pa.string()), ("reason", pa.string())]
).empty_table()


def read_source(path: Path, reading: Reading = AS_FOUND, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The rows of a file, or Refused."""
    try:
        if reading.header_row < 1 or reading.skip_rows < 0:
            raise Refused("header_row 应不小于 1、skip_rows 应不小于 0，请更正映射文件")
        data = read_bytes(path, limits)
        kind = kind_of(data)
        contents = READERS[kind](data, reading, limits)
        if not contents.rows.num_rows and not contents.broken.num_rows:
            raise Refused("只有列名，没有数据行，请核对是否导出完整")
    except Refused as problem:
        raise Refused(f"{shown(path.name, 255)}：{problem}") from None
    digest = hashlib.sha256(data).hexdigest()
    return Source(name=shown(path.name, 255), digest=digest, kind=kind, **vars(contents))


def sheet_names(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """The worksheets of an XLSX file in their order; none for CSV and Parquet."""
    try:
        data = read_bytes(path, limits)
        return [sheet.name for sheet in sheets_of(data, limits)] if kind_of(data) == "xlsx" else []
    except Refused as problem:
        raise Refused(f"{shown(path.name, 255)}：{problem}") from None


def read_bytes(path: Path, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise Refused("应为文件，实为文件夹，请给出其中的文件")
        if not path.exists():
            raise Refused("没有这个文件，请核对路径")
        if not path.is_file():
            raise Refused("应为普通文件，实为设备或管道，请另存为文件")
        size = path.stat().st_size
        if size > limits.max_bytes:
            most = limits.max_bytes / MEBIBYTE
            raise Refused(f"大小应不超过 {most:,.0f} MB，实为 {size / MEBIBYTE:,.0f} MB，请拆分")
        return path.read_bytes()
    except OSError:
        raise Refused("无法读取，请核对文件是否可读、是否被占用") from None


def kind_of(data: bytes) -> Kind:
    """The kind by the first bytes; an extension says nothing."""
    if not data:
        raise Refused("文件是空的，请核对是否导出完整")
    if data.startswith(OLE):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        advice = "文件已加密，请取消密码后" if is_encrypted else "实为旧版 Excel 或 Office 文档，请"
        raise Refused(f"{advice}另存为 xlsx 再导入")
    for signature, found in SIGNATURES.items():
        if data.startswith(signature):
            raise Refused(WANTED + found)
    if MARKUP.match(data):
        raise Refused(f"{WANTED}网页或 XML，请用 Excel 打开后另存为 xlsx")
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return "xlsx"
    return "parquet" if data.startswith(b"PAR1") else "csv"


def check_names(names: list[str], where: str, limits: Limits) -> None:
    """Column names must be there, differ, and leave `_row` to us."""
    if len(names) > limits.max_columns:
        raise Refused(f"{where}却有 {len(names)} 列，超过上限 {limits.max_columns} 列，请核对")
    for at, name in enumerate(names, 1):
        if not name:
            raise Refused(f"{where}第 {at} 列却没有列名，请补上")
        if "\0" in name:
            raise Refused(f"{where}第 {at} 列的列名却含空字符（NUL），请改名")
        if name in names[: at - 1]:
            raise Refused(
                f"{where}“{shown(name)}”却在第 {names.index(name) + 1}、{at} 列重复，请改名"
            )
        if name == "_row":
            raise Refused(f"{where}第 {at} 列却名为“_row”，此名由系统使用，请改名")


def from_csv(data: bytes, reading: Reading, limits: Limits) -> Contents:
    text, encoding = decode(data, reading.encoding)
    header = find_header(text, reading.delimiter, reading.header_row)
    check_names(header.names, f"第 {header.row} 行应为列名，", limits)
    tables = read_records(text, header, limits.max_rows)
    if reading.skip_rows:
        is_data = pc.field("_row") > reading.last_head_row
        tables = tables[0].filter(is_data), tables[1].filter(is_data)
    return Contents(*tables, encoding=encoding, delimiter=header.delimiter)


def from_parquet(data: bytes, reading: Reading, limits: Limits) -> Contents:
    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(data))
        check_names(file.schema_arrow.names, "各列应有列名，", limits)
        if file.metadata.num_rows > limits.max_rows:
            raise Refused(f"数据行超过上限 {limits.max_rows:,} 行，请拆分后导入")
        batches, size = [], 0
        for batch in file.iter_batches(1 << 14):
            batches.append(batch)
            size += batch.nbytes
            if size > limits.max_unzipped_bytes:
                raise Refused("展开后超过大小上限，请拆分后导入")
        table = pa.Table.from_batches(batches, file.schema_arrow)
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Refused("Parquet 文件已损坏或不完整，请重新导出") from None
    refuse_nul(table)
    numbers = pa.array(np.arange(1, table.num_rows + 1))
    return Contents(table.append_column("_row", numbers), NOTHING_BROKEN)


def refuse_nul(table: pa.Table) -> None:
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if is_text and pc.any(pc.match_substring(column, "\0")).as_py():
            raise Refused(f"“{shown(name)}”列应为文本，却含空字符（NUL），请从原系统重新导出")


def from_xlsx(data: bytes, reading: Reading, limits: Limits) -> Contents:
    name = choose_sheet(sheets_of(data, limits), reading.sheet)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            rows = sheet_rows(book.get_sheet_by_name(name), reading, limits)
    except CalamineError:
        raise Refused(DAMAGED) from None
    except OverflowError:
        raise Refused(f"工作表“{shown(name)}”中有日期或时间超出范围，请核对") from None
    refuse_nul(rows)
    return Contents(rows, NOTHING_BROKEN, sheet=name)


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
        raise Refused(f"没有工作表“{shown(wanted)}”，现有{shown('、'.join(names), 400)}，请更正")
    seen = [
        str(sheet.name)
        for sheet in sheets
        if sheet.visible == SheetVisibleEnum.Visible and sheet.name != NOTES_SHEET
    ]
    return wanted if wanted is not None else (seen or names)[0]


def sheet_rows(sheet: CalamineSheet, reading: Reading, limits: Limits) -> pa.Table:
    if sheet.start is None:
        raise Refused(f"工作表“{shown(sheet.name)}”是空的，请核对或另选工作表")
    rows = enumerate(sheet.iter_rows(), 1)
    cells: list[Any] = next((one for number, one in rows if number == reading.header_row), [])
    names = [(text_of(cell) or "").strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refused(
            f"工作表“{shown(sheet.name)}”第 {reading.header_row} 行应为列名，实为空，请核对"
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


def check_archive(data: bytes, limits: Limits) -> None:
    """Refuse a zip that is no XLSX, is encrypted, damaged, or grows beyond measure."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            refuse_other_archive([part.filename for part in parts])
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("文件已加密，请取消密码后再导入")
            refuse_bomb(sum(part.file_size for part in parts), len(data), limits)
            unzip_all(archive, len(data), limits)
    except Refused:
        raise
    except ARCHIVE_ERRORS:
        raise Refused(DAMAGED) from None


def refuse_other_archive(names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    for start, found in ARCHIVES.items():
        if not start or any(name.startswith(start) for name in names):
            raise Refused(WANTED + found)


def refuse_bomb(unzipped: int, zipped: int, limits: Limits) -> None:
    """Small files may repeat themselves as they like."""
    is_bomb = unzipped > max(limits.max_ratio * zipped, 16 * MEBIBYTE)
    if is_bomb or unzipped > limits.max_unzipped_bytes:
        raise Refused(f"解压后达 {unzipped / MEBIBYTE:,.0f} MB，超过上限，请拆分或重新导出")


def unzip_all(archive: zipfile.ZipFile, zipped: int, limits: Limits) -> None:
    """Unzip once without keeping anything: sizes, checksums and the extent of the sheets."""
    unzipped = 0
    for part in archive.infolist():
        part.file_size = limits.max_unzipped_bytes + 1  # read on where the declared size is a lie
        extent, tail = [0, 0], b""
        with archive.open(part) as stream:
            while piece := stream.read(MEBIBYTE):
                unzipped += len(piece)
                refuse_bomb(unzipped, zipped, limits)
                if part.filename.endswith(".xml"):
                    extent = widened(extent, tail + piece)
                    tail = piece[-64:]
        if extent[0] * extent[1] > limits.max_cells:
            size = f"{extent[0]:,} 行 × {extent[1]:,} 列"
            raise Refused(f"工作表范围达 {size}，超过上限，请删去多余的行列后另存")


def widened(extent: list[int], piece: bytes) -> list[int]:
    """The last row and column named in a piece of XML. One stray cell far out would make the
    reader set up billions of cells and take the whole program down."""
    found = POSITION.findall(piece)
    rows = max(map(int, {row for _, row in found}), default=0)
    columns = max(map(column_number, {letters for letters, _ in found}), default=0)
    return [max(extent[0], rows), max(extent[1], columns)]


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


READERS: Mapping[Kind, Callable[[bytes, Reading, Limits], Contents]] = {
    "csv": from_csv,
    "xlsx": from_xlsx,
    "parquet": from_parquet,
}
