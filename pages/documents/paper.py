"""The page of GB/T 9704-2012 and its styles: the template that documents start from.

A bureau may bring its own: what it lacks of the styles is added, what it has stays as it is.
Type area 156 × 225 mm: 28 characters a line (pitch 15.79 pt), 22 lines of exactly 28 pt.

The grid says so, and the styles keep to it by themselves: LibreOffice gives two cells to a
character that is wider than a cell (16 in 15.79 pt), so no style snaps to it. Its lines are 28 pt,
its characters closer by a quarter of a point, and the justified line has the grid's pitch again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle

T = TypeVar("T")

WIDTH, HEIGHT = 210, 297
TOP, LEFT, RIGHT, BOTTOM = 37, 28, 26, 35  # mm
LINE, SIZE, CHARACTERS = 28, 16, 28  # pt, pt, a line
CLOSER = -5  # twentieths of a point between characters: 28 of them in a line
PITCH = (WIDTH - LEFT - RIGHT) / 25.4 * 72 / CHARACTERS  # pt of one character in the grid
TYPE_HEIGHT = (HEIGHT - TOP - BOTTOM) / 25.4 * 72  # pt
FOOTER = 25.5  # mm from the paper's edge: the dash stands 7 mm below the type area

SONG, FANGSONG, KAI, HEI = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"
PLAIN_SONG, DIGITS = "宋体", "Times New Roman"
FALLBACKS = {  # what stands in where a font is missing, as Word and LibreOffice read it
    SONG: "华文中宋",
    FANGSONG: "仿宋",
    KAI: "楷体",
    HEI: "SimHei",
    PLAIN_SONG: "SimSun",
}
TITLE, BODY, FIRST_HEAD, SECOND_HEAD = "公文标题", "公文正文", "公文一级标题", "公文二级标题"
ADDRESSED, CLOSING, COPIES, CELL, MARK = "公文主送", "公文落款", "公文版记", "公文表格", "公文页眉"
LABEL = "公文附件标识"
RED = RGBColor(0xE6, 0x00, 0x12)


@dataclass(frozen=True)
class Look:
    """One paragraph style. `indent`: of the first line, in characters."""

    name: str
    font: str
    size: float
    indent: int = 0
    align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY
    line: float | None = LINE


LOOKS = (
    Look(TITLE, SONG, 22, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look(BODY, FANGSONG, SIZE, indent=2),
    Look(FIRST_HEAD, HEI, SIZE, indent=2),
    Look(ADDRESSED, FANGSONG, SIZE),
    Look(CLOSING, FANGSONG, SIZE, align=WD_ALIGN_PARAGRAPH.RIGHT),
    Look(COPIES, FANGSONG, 14, align=WD_ALIGN_PARAGRAPH.LEFT),
    Look(CELL, FANGSONG, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=18),
    Look(MARK, FANGSONG, 9, align=WD_ALIGN_PARAGRAPH.RIGHT, line=None),
)


def opened(template: Path | None) -> Any:
    """The bureau's template, or the page of the standard; with all the styles."""
    document = read_template(template, "DOCX", Document) if template else _blank()
    names = {style.name for style in document.styles}
    for look in LOOKS:
        if look.name not in names:
            _add(document, look)
    for name, font in ((SECOND_HEAD, KAI), (LABEL, HEI)):
        if name not in names:
            set_font(document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER), font, SIZE)
    return document


def _blank() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDTH), Mm(HEIGHT)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance, section.header_distance = Mm(FOOTER), Mm(15)
    _set_grid(section)
    normal = document.styles["Normal"]
    set_font(normal, FANGSONG, SIZE)
    normal.paragraph_format.space_after = Pt(0)
    _set_language(normal)
    _set_fallbacks(document)
    _number_pages(document)
    return document


def _set_grid(section: Any) -> None:
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(LINE * 20))
    grid.set(qn("w:charSpace"), str(round((PITCH - SIZE) * 4096)))


def without_grid(section: Any) -> None:
    """For pages that are no official paper and need not keep its lines."""
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)


def _add(document: Any, look: Look) -> None:
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    set_font(style, look.font, look.size)
    form = style.paragraph_format
    form.alignment = look.align
    form.widow_control = False  # 22 lines on each page
    form.space_before = form.space_after = Pt(0)
    if look.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    spacing = form.element.get_or_add_pPr().get_or_add_spacing()
    spacing.addprevious(_valued("w:snapToGrid", 0))
    if look.size == SIZE:
        style.element.rPr.find(qn("w:sz")).addprevious(_valued("w:spacing", CLOSER))
    if look.indent:
        form.first_line_indent = Pt(look.indent * PITCH)
        form.element.get_or_add_pPr().ind.set(qn("w:firstLineChars"), str(look.indent * 100))


def _valued(tag: str, value: int) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:val"), str(value))
    return element


def set_font(style: CharacterStyle, name: str, size: float) -> None:
    """Chinese in `name`, letters and digits in Times New Roman; quotes and dashes are Chinese."""
    style.font.size, style.font.name = Pt(size), DIGITS
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def _set_language(style: CharacterStyle) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")  # of letters and digits: numbers are not broken
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)


def _set_fallbacks(document: Any) -> None:
    """The font table names what may stand in for each font."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts xmlns:w="{word}">{fonts}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = text.encode()


def _number_pages(document: Any) -> None:
    """— 1 — in 4号 half-width Song, outside the type area: right on odd pages, left on even."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align, indent in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right_indent"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left_indent"),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.first_line_indent = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(14)
        setattr(form, indent, Pt(14))
        for text in ("— ", None, " —"):
            _page_run(paragraph, text)


def _page_run(paragraph: Any, text: str | None) -> None:
    """A run of text, or of the page's number."""
    run = paragraph.add_run(text or "")
    run.font.size, run.font.name = Pt(14), PLAIN_SONG
    run._r.rPr.rFonts.set(qn("w:eastAsia"), PLAIN_SONG)
    if text is None:
        for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
            if kind:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), kind)
            else:
                part = OxmlElement("w:instrText")
                part.text = words
            run._r.append(part)


class BadTemplate(ValueError):
    """The message says what is wrong with which file."""


def read_template(path: Path, wanted: str, opened: Callable[[str], T]) -> T:
    """The opened file; raises BadTemplate for what is missing or of another kind."""
    if not path.is_file():
        raise BadTemplate(f"没有模板“{path}”，请核对 hongfeng.toml 的 [documents] 或 --template")
    try:
        return opened(str(path))
    except Exception as error:  # the libraries raise what they stumble over
        raise BadTemplate(f"模板“{path}”应为 {wanted} 文件，无法打开") from error
