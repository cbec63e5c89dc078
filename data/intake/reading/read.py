"""Reading one source file into rows, before any validation. The kind is decided by content.

CSV: delimited.py. XLSX and ODS: workbook.py. XLS: old_workbook.py. Parquet: types as they are.
A file is taken as a whole or refused with one sentence; only single CSV rows may be broken.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from data.intake.reading.archive import WANTED
from data.intake.reading.delimited import from_csv
from data.intake.reading.old_workbook import from_xls
from data.intake.reading.sheet_xml import first_year
from data.intake.reading.source import (
    AS_FOUND,
    DEFAULT_LIMITS,
    MEBIBYTE,
    SPREADSHEETS,
    Contents,
    Kind,
    Limits,
    Reading,
    Refused,
    Source,
    check_names,
    legible,
    refuse_nul,
)
from data.intake.reading.workbook import from_ods, from_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
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
# Many systems export a web page under the name .xls.
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml)", re.I)


def read_source(path: Path, reading: Reading = AS_FOUND, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The rows of a file, or Refused."""
    try:
        is_wrong = reading.header_row is not None and reading.header_row < 1
        if is_wrong or reading.skip_rows < 0:
            raise Refused("header_row 应不小于 1、skip_rows 应不小于 0，请更正映射文件")
        data = read_bytes(path, limits)
        kind = kind_of(data)
        contents = READERS[kind](data, reading, limits)
        if not contents.rows.num_rows and not contents.broken.num_rows:
            raise Refused("只有列名，没有数据行，请核对是否导出完整")
    except Refused as problem:
        raise Refused(f"{legible(path.name, 255)}：{problem}") from None
    digest = hashlib.sha256(data).hexdigest()
    serials = first_year(data) if kind in SPREADSHEETS else None
    name = legible(path.name, 255)
    return Source(name=name, digest=digest, kind=kind, serials=serials, **vars(contents))


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
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("文件已加密，请取消密码后另存为 xlsx 再导入")
        return "xls"
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise Refused(WANTED + kind)
    if MARKUP.match(data):
        raise Refused(f"{WANTED}网页或 XML，请用 Excel 打开后另存为 xlsx")
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return "ods" if ODS in data[:200] else "xlsx"
    return "parquet" if data.startswith(b"PAR1") else "csv"


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
    return Contents(table.append_column("_row", numbers))


READERS: Mapping[Kind, Callable[[bytes, Reading, Limits], Contents]] = {
    "csv": from_csv,
    "xlsx": from_xlsx,
    "xls": from_xls,
    "ods": from_ods,
    "parquet": from_parquet,
}
