"""The zip file that an XLSX is: refused if it is no XLSX, damaged, or grows beyond measure."""

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from data.intake.reading.source import LONGEST_TEXT, MEBIBYTE, Limits, Refused

WANTED = "应为 CSV、XLSX 或 Parquet 表格，实为"
ARCHIVES: Mapping[str, str] = {
    "xl/workbook.bin": "xlsb 表格，请另存为 xlsx",
    "word/": "Word 文档，请将表格另存为 xlsx",
    "ppt/": "演示文稿，请将表格另存为 xlsx",
    "content.xml": "ODF 文档，请另存为 xlsx",
    "": "压缩包，请解压后再导入",
}
SHEET_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
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
    struct.error,
)
MOST_PARTS = 10_000
LONGEST_SIGN = 10  # bytes that one character can take in XML: &#x10FFFF;
SIGN = re.compile(rb"&[^;&]{1,10};")
# The texts of cells that may be too long, ended or not.
LONG_TEXT = re.compile(rb"<(?:[\w.-]+:)?[tv](?:\s[^<>]*)?>([^<]{%d,})" % (LONGEST_TEXT + 1))
POSITION = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")  # of a cell or of a row


def check_archive(data: bytes, limits: Limits) -> None:
    """Refuse a zip that is no XLSX, is encrypted, damaged, or grows beyond measure."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if not is_open_document_sheet(archive):
                refuse_other_archive([part.filename for part in parts])
            if len(parts) > MOST_PARTS:
                raise Refused(f"含 {len(parts):,} 个部件，不是正常的表格，请重新导出")
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("文件已加密，请取消密码后再导入")
            refuse_bomb(sum(part.file_size for part in parts), len(data), limits)
            unzip_all(archive, len(data), limits)
    except Refused:
        raise
    except ARCHIVE_ERRORS:
        raise Refused(DAMAGED) from None


def is_open_document_sheet(archive: zipfile.ZipFile) -> bool:
    if "mimetype" not in archive.namelist():
        return False
    with archive.open("mimetype") as stream:
        return stream.read(100).strip() == SHEET_TYPE


def refuse_other_archive(names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    for start, kind in ARCHIVES.items():
        if not start or any(name.startswith(start) for name in names):
            raise Refused(WANTED + kind)


def refuse_bomb(unzipped: int, zipped: int, limits: Limits) -> None:
    """Small files may repeat themselves as they like."""
    is_bomb = unzipped > max(limits.max_ratio * zipped, 16 * MEBIBYTE)
    if is_bomb or unzipped > limits.max_unzipped_bytes:
        raise Refused(f"解压后达 {unzipped / MEBIBYTE:,.0f} MB，超过上限，请拆分或重新导出")


def unzip_all(archive: zipfile.ZipFile, zipped: int, limits: Limits) -> None:
    """Unzip once without keeping anything: sizes, checksums, and what the reader would build.

    Every part is measured: any of them may be the one that the workbook calls its sheet.
    """
    unzipped = 0
    for part in archive.infolist():
        part.file_size = limits.max_unzipped_bytes + 1  # read on where the declared size is a lie
        extent, tail, text = [0, 0], b"", b""
        with archive.open(part) as stream:
            while piece := stream.read(MEBIBYTE):
                unzipped += len(piece)
                refuse_bomb(unzipped, zipped, limits)
                extent = widened(extent, tail + piece)
                tail, text = piece[-64:], open_text(text + piece)
        if extent[0] * extent[1] > limits.max_cells:
            size = f"{extent[0]:,} 行 × {extent[1]:,} 列"
            raise Refused(f"工作表范围达 {size}，超过上限，请删去多余的行列后另存")


def open_text(xml: bytes) -> bytes:
    """The end of a piece of XML from its last tag on, as far as a cell's text may go on after it.
    Refused is a text that no cell of Excel can hold, before anything is built of it."""
    for run in LONG_TEXT.findall(xml):
        if len(SIGN.sub(b"x", run).decode("utf-8", "replace")) > LONGEST_TEXT:
            raise Refused(f"有单元格超过 {LONGEST_TEXT:,} 字，不是正常的表格，请核对")
    start = xml.rfind(b"<")
    is_short = len(xml) - start <= LONGEST_SIGN * LONGEST_TEXT + 1000
    return xml[start:] if start >= 0 and is_short else b""


def widened(extent: list[int], piece: bytes) -> list[int]:
    """The last row and column named in a piece of XML. One stray cell far out would make the
    reader set up billions of cells and take the whole program down."""
    positions = POSITION.findall(piece)
    rows = max(map(int, {row for _, row in positions}), default=0)
    columns = max(map(column_number, {letters for letters, _ in positions}), default=0)
    return [max(extent[0], rows), max(extent[1], columns)]


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number
