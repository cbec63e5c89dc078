"""What the XML of an XLSX's worksheet tells that the reader of its cells does not: error values,
formulas that were never computed, hidden rows. By byte patterns, since a sheet may be large."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from data.intake.reading.source import MEBIBYTE, Serials

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TYPE_ERROR = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt=["']e["'][^>]*>(.*?)</(?:\w+:)?c>""", re.S)
_UNCOMPUTED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*</(?:\w+:)?c>"""
)
_HIDDEN = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["'][^>]*>""")
_POSITION = re.compile(rb"""\br=["']([A-Z]{1,3})?([0-9]{1,7})["']""")
_FROM_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")


@dataclass(frozen=True)
class SheetFacts:
    """faults: (row, column) from 1 -> what is wrong; hidden: rows that a person does not see."""

    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


def first_year(data: bytes) -> Serials:
    """The year from which a workbook counts its days: some old ones begin with 1904."""
    if not zipfile.is_zipfile(BytesIO(data)):
        return 1900
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.lower() == WORKBOOK]
        text = archive.open(parts[0]).read(MEBIBYTE) if parts else b""
    return 1904 if _FROM_1904.search(text) else 1900


def sheet_facts(data: bytes, sheet: str) -> SheetFacts:
    """Of one worksheet of an XLSX; nothing if its part cannot be told."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        part = _part_of(archive, sheet)
        xml = archive.read(part) if part else b""
    faults = {
        place: f"单元格 {cell_name(*place)} 是错误值“{_error(match)}”，请在原表改正"
        for match in _TYPE_ERROR.finditer(xml)
        if (place := _place(match.group(0)))
    }
    if b"<f" in xml or b":f" in xml:
        faults |= {
            place: f"单元格 {cell_name(*place)} 的公式没有算出的值，请用 Excel 打开、保存后再导入"
            for match in _UNCOMPUTED.finditer(xml)
            if (place := _place(match.group(0)))
        }
    hidden = {place[0] for match in _HIDDEN.finditer(xml) if (place := _place(match.group(0)))}
    return SheetFacts(faults, frozenset(hidden))


def cell_name(row: int, column: int) -> str:
    """(2, 4) is D2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _error(match: re.Match[bytes]) -> str:
    value = _VALUE.search(match.group(1))
    return value.group(1).decode("utf-8", "replace")[:20] if value else "#"


def _place(tag: bytes) -> tuple[int, int] | None:
    """Row and column that the opening tag names (a row names no column: 0)."""
    position = _POSITION.search(tag[: tag.find(b">") + 1])
    if position is None:
        return None
    column = 0
    for letter in position.group(1) or b"":
        column = column * 26 + letter - 64
    return int(position.group(2)), column


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The path of a worksheet's part, by the workbook and its relations."""
    try:
        book = ElementTree.fromstring(archive.read(WORKBOOK))
        relations = ElementTree.fromstring(archive.read(RELATIONS))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            id = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(id, "")
            path = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
            return path if path in archive.namelist() else None
    return None
