"""Reading one source file into rows, before any validation. The kind is decided by content.

CSV: delimited.py. XLSX and ODS: workbook.py. XLS: old_workbook.py. Parquet: parquet.py.
A file is taken as a whole or refused with one sentence; only single CSV rows may be broken.
Whatever a file does to its reader, it does it in a process of its own (apart.py).
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from data.intake.reading.apart import read_apart
from data.intake.reading.archive import WANTED
from data.intake.reading.delimited import from_csv
from data.intake.reading.encoding import pieces
from data.intake.reading.old_workbook import from_xls
from data.intake.reading.parquet import from_parquet
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
    Serials,
    Source,
    legible,
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
    """The rows of a file, or Refused. They lie in a file of their own, not in memory."""
    name = legible(path.name, 255)
    try:
        return read_apart(path, name, reading, limits)
    except Refused as problem:
        raise Refused(f"{name}：{problem}") from None


def read_contents(path: Path, reading: Reading, limits: Limits) -> tuple[dict[str, Any], Contents]:
    """Read a file in this process: what Source tells besides the contents, and these."""
    is_wrong = reading.header_row is not None and reading.header_row < 1
    if is_wrong or reading.skip_rows < 0:
        raise Refused("header_row 应不小于 1、skip_rows 应不小于 0，请更正映射文件")
    try:
        with open_file(path, limits) as file:
            before = os.fstat(file.fileno())
            kind = kind_of(first_bytes(file))
            contents = READERS[kind](file, reading, limits)
            facts = {"digest": digest_of(file), "kind": kind, "serials": serials_of(file, kind)}
            after = os.fstat(file.fileno())
    except OSError as error:
        raise Refused(unreadable(error)) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refused("读取期间文件有变化，请等文件写完后再导入")
    if not contents.rows.num_rows and not contents.broken.num_rows:
        raise Refused("只有列名，没有数据行，请核对是否导出完整")
    return facts, contents


def open_file(path: Path, limits: Limits) -> BinaryIO:
    """The file, opened. A pipe would never end: it is not even opened."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise Refused("没有这个文件，请核对路径") from None
    if stat.S_ISDIR(status.st_mode):
        raise Refused("应为文件，实为文件夹，请给出其中的文件")
    if not stat.S_ISREG(status.st_mode):
        raise Refused("应为普通文件，实为设备或管道，请另存为文件")
    if status.st_size > limits.max_bytes:
        most, size = limits.max_bytes / MEBIBYTE, status.st_size / MEBIBYTE
        raise Refused(f"大小应不超过 {most:,.0f} MB，实为 {size:,.0f} MB，请拆分")
    return path.open("rb")


def digest_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def serials_of(file: BinaryIO, kind: Kind) -> Serials | None:
    """What a day that stands as a number counts from; none outside spreadsheets."""
    file.seek(0)
    return first_year(file.read()) if kind in SPREADSHEETS else None


def unreadable(error: OSError) -> str:
    if error.errno == errno.EFBIG:
        return "展开后超过大小上限，请拆分后导入"
    if error.errno == errno.ENOSPC:
        return "临时文件夹空间不足，无法展开，请清理磁盘后再试"
    return "无法读取，请核对文件是否可读、是否被占用"


def first_bytes(file: BinaryIO) -> bytes:
    """As much as is needed to tell the kind: all of an old Office document."""
    head = file.read(4096)
    data = head + file.read() if head.startswith(OLE) else head
    file.seek(0)
    return data


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


Reader = Callable[[BinaryIO, Reading, Limits], Contents]


def _workbook(read: Callable[[bytes, Reading, Limits], Contents]) -> Reader:
    return lambda file, reading, limits: read(file.read(), reading, limits)


READERS: Mapping[Kind, Reader] = {
    "csv": from_csv,
    "xlsx": _workbook(from_xlsx),
    "xls": _workbook(from_xls),
    "ods": _workbook(from_ods),
    "parquet": from_parquet,
}
