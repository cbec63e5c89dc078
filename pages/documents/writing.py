"""Putting words on the page of `paper`: paragraphs, tables, what a document says of itself."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from data.entered_text import printable
from metrics.calendar.days import day_words
from metrics.documents.material import Material
from metrics.wording.state import SIMULATED
from pages.documents import paper

_BESIDE_NUMBER = re.compile(r"(?<=[\d%A-Za-z]) (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) (?=[\d+−A-Za-z])")
ALIGNS = {"l": "left", "c": "center", "r": "right"}


def tight(text: str) -> str:
    """As an official paper sets it: no space between a number and its unit."""
    return _BESIDE_NUMBER.sub("", text)


def clean(text: str) -> str:
    """Without what no paper may hold: for texts from before intake refused it."""
    return printable(text)


def write(document: Any, style: str, text: str = "", align: Any = None) -> Any:
    paragraph = document.add_paragraph(clean(tight(text)), style=style)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def saved(document: Any) -> bytes:
    """A DOCX or PPTX as it is written to a file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def title_lines(pieces: Sequence[str], most: int) -> list[str]:
    """The pieces on as few lines as there must be, these of lengths as even as can be."""
    best: list[str] | None = None
    for breaks in range(1 << (len(pieces) - 1)):
        lines = [pieces[0]]
        for at, piece in enumerate(pieces[1:]):
            if breaks >> at & 1:
                lines.append(piece)
            else:
                lines[-1] += piece
        key = _roughness(lines, most)
        if best is None or key < _roughness(best, most):
            best = lines
    return best or []


def _roughness(lines: Sequence[str], most: int) -> tuple[int, int, int]:
    longest, shortest = max(map(len, lines)), min(map(len, lines))
    return max(0, longest - most), len(lines), longest - shortest


def describe(document: Any, material: Material, title: str) -> None:
    """Properties of the file, and 模拟数据 and 暂定 outside the type area of each page."""
    properties = document.core_properties
    texts = map(clean, (title, material.bureau, material.foot))
    properties.title, properties.author, properties.comments = texts
    properties.last_modified_by, properties.created = properties.author, material.made_at
    marks = [material.stamp.state, SIMULATED if material.stamp.is_simulated else ""]
    text = "　".join(mark for mark in marks if mark)
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.style = document.styles[paper.MARK]
        if not paragraph.text:  # a template's own stays
            paragraph.text = text


def write_table(
    document: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    aligns: str,
    size: float = 12,
    height: float = 0,
) -> None:
    """A ruled table; widths in mm; aligns: l, c or r for each column; height of a row in pt, 0:
    as high as its words."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="444444"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    body = _row(heads, widths, "c" * len(heads), size, height, is_head=True) if heads else ""
    body += "".join(_row(row, widths, aligns, size, height) for row in rows)
    _insert(
        document,
        f'<w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar>',
        sum(map(_twips, widths)),
        f"<w:tblGrid>{grid}</w:tblGrid>{body}",
        paper.CELL,
    )


def _insert(document: Any, properties: str, wide: int, inner: str, style: str) -> None:
    named = document.styles[style].style_id
    document._body._body._insert_tbl(
        parse_xml(
            f"<w:tbl {nsdecls('w')}><w:tblPr>"
            f'<w:tblW w:w="{wide}" w:type="dxa"/>{properties}</w:tblPr>'
            f"{inner.replace('STYLE', named)}</w:tbl>"
        )
    )


def write_imprint(document: Any, copies: str, issued: str, wide: float) -> None:
    """Two lines between rules: thick outside, thin between."""
    width = _twips(wide)
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    rows = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="STYLE"/><w:ind w:left="280" w:right="280"/><w:jc w:val="{align}"/>'
        f'</w:pPr><w:r><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r></w:p></w:tc>'
        "</w:tr>"
        for text, align in ((copies, "left"), (issued, "right"))
    )
    properties = (
        f'<w:jc w:val="center"/><w:tblBorders>{rules}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    )
    grid = f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
    _insert(document, properties, width, f"{grid}{rows}", paper.COPIES)


def _row(
    cells: Sequence[str],
    widths: Sequence[float],
    aligns: str,
    size: float,
    height: float,
    is_head: bool = False,
) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    if height:
        head = f'<w:trHeight w:val="{round(height * 20)}" w:hRule="exact"/>{head}'
    inner = "".join(
        _cell(text, width, ALIGNS[align], size, is_head)
        for text, width, align in zip(cells, widths, aligns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{inner}</w:tr>"


def _cell(text: str, width: float, align: str, size: float, is_head: bool) -> str:
    font = f'<w:rFonts w:eastAsia="{paper.HEI}" w:hint="eastAsia"/>' if is_head else ""
    line = round(size * 1.5 * 20)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/><w:vAlign w:val="center"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="STYLE"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="{line}" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{font}<w:sz w:val="{round(size * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r></w:p></w:tc>'
    )


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)


def rule(paragraph: Any, side: str, colour: str = "000000", size: int = 8) -> None:
    """A line above or below a paragraph; size in eighths of a point."""
    borders = paragraph._p.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        paragraph._p.pPr.insert_element_before(
            borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def sign(document: Any, issuer: str, on: date) -> None:
    """落款: the date four characters from the right, the issuer centred over it."""
    day = day_words(on)
    wide = sum(0.5 if c.isdigit() else 1 for c in day)
    write(document, paper.BODY)
    for text, indent in ((issuer, 4 + (wide - len(issuer)) / 2), (day, 4)):
        paragraph = write(document, paper.CLOSING, text, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(max(2, indent) * paper.PITCH)
