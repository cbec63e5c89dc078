"""考核通报 as DOCX by GB/T 9704-2012: the sentences of metrics, set as the standard says."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Pt

from metrics.assessment.receipt import receipt_of
from metrics.calendar.days import day_words
from metrics.documents.bulletin import Paragraph, Section, bulletin
from metrics.documents.material import Material
from metrics.figures import words
from metrics.figures.words import NONE
from metrics.wording import alerts
from metrics.wording.pending_words import effects_sentence
from metrics.wording.rank_words import interval_meaning
from pages.documents import paper, receipt_page, writing

NUMERALS = "一二三四五六七八九十"
MOST_OF_TITLE = 20  # characters of 22 pt in a line of 156 mm
ANNEX = "各派出所考核得分及名次"
ROW, SLACK = 18, 90  # pt
WIDTHS = (12, 30, 14, 17, 20, 20, 20, 23)  # mm, together the type area
HEADS = ("名次", "单位", "分组", "得分", "适用分值", "名次区间", "上期名次", "进退位")


@dataclass(frozen=True)
class Imprint:
    """What the bureau writes around the text; empty: by the register, or left out.

    issued_on   成文日期
    """

    issued_on: date
    issuer: str = ""
    recipients: str = "各派出所"
    copies: str = "局领导，局直各部门"
    number: str = ""
    red_header: bool = False
    template: Path | None = None


def bulletin_bytes(material: Material, imprint: Imprint) -> bytes:
    text = bulletin(material)
    document = paper.opened(imprint.template)
    issuer = imprint.issuer or material.bureau
    writing.describe(document, material, "".join(text.title))
    if imprint.red_header:
        _red_header(document, issuer, imprint.number)
    for line in writing.title_lines(text.title, MOST_OF_TITLE):
        writing.write(document, paper.TITLE, line)
    writing.write(document, paper.BODY)
    writing.write(document, paper.ADDRESSED, f"{imprint.recipients}：")
    writing.write(document, paper.BODY, text.opening)
    for place, section in enumerate(text.sections):
        _section(document, NUMERALS[place], section)
    writing.write(document, paper.BODY)
    receipt = receipt_of(material.stamp.standing)
    _name_annexes(document, receipt is not None)
    writing.sign(document, issuer, imprint.issued_on)
    writing.write(document, paper.BODY, f"（{text.note}）")
    used = _annex(document, material, "附件1" if receipt else "附件")
    if receipt is not None:
        _open_annex(document, "附件2", receipt_page.TITLE)
        receipt_page.write_receipt(document, receipt)
        used = receipt_page.HEIGHT
    _imprint(document, imprint, issuer, used)
    return writing.saved(document)


def _red_header(document: Any, issuer: str, number: str) -> None:
    """发文机关标志, 发文字号 and the red line below."""
    mark = writing.write(document, paper.TITLE)
    mark.paragraph_format.line_spacing = Pt(2 * paper.LINE)
    run = mark.add_run(writing.clean(f"{issuer}文件"))
    run.font.color.rgb, run.font.size = paper.RED, Pt(36)
    writing.write(document, paper.ADDRESSED)
    below = writing.write(document, paper.ADDRESSED, number, WD_ALIGN_PARAGRAPH.CENTER)
    writing.rule(below, "bottom", str(paper.RED), 12)
    writing.write(document, paper.ADDRESSED)


def _section(document: Any, numeral: str, section: Section) -> None:
    heading = writing.write(document, paper.FIRST_HEAD, f"{numeral}、{section.title}")
    heading.paragraph_format.keep_with_next = True
    place = 0
    for each in section.paragraphs:
        place += bool(each.heading)
        _paragraph(document, each, place)


def _paragraph(document: Any, each: Paragraph, place: int) -> None:
    """（一）标题。text, the heading in 楷体."""
    paragraph = writing.write(document, paper.BODY)
    if each.heading:
        numeral = NUMERALS[place - 1] if place <= 10 else f"十{NUMERALS[place - 11]}"
        paragraph.add_run(writing.clean(f"（{numeral}）{each.heading}。"), style=paper.SECOND_HEAD)
    paragraph.add_run(writing.clean(writing.tight(each.text)))


def _name_annexes(document: Any, has_receipt: bool) -> None:
    if not has_receipt:
        writing.write(document, paper.BODY, f"附件：{ANNEX}")
        return
    writing.write(document, paper.BODY, f"附件：1.{ANNEX}")
    second = writing.write(document, paper.BODY, f"2.{receipt_page.TITLE}")
    second.paragraph_format.left_indent = Pt(3 * paper.PITCH)  # below the first


def _annex(document: Any, material: Material, label: str) -> float:
    """On a page of its own; returns the height of table and note in pt."""
    _open_annex(document, label, ANNEX)
    rows = _rows(material)
    writing.write_table(document, HEADS, rows, WIDTHS, "cllrrccc", height=ROW)
    writing.write(document, paper.CELL, f"注：{interval_meaning()}", WD_ALIGN_PARAGRAPH.LEFT)
    late = effects_sentence(material.results.effects(material.period))
    writing.write(document, paper.CELL, f"　　{late}。", WD_ALIGN_PARAGRAPH.LEFT)
    return (len(rows) + 3) * ROW


def _open_annex(document: Any, label: str, title: str) -> None:
    first = writing.write(document, paper.ADDRESSED)
    first.paragraph_format.page_break_before = True
    first.add_run(label, style=paper.LABEL)
    writing.write(document, paper.TITLE, title)
    writing.write(document, paper.BODY)


def _rows(material: Material) -> list[list[str]]:
    """The bureau first, then the stations as 排名 shows them."""
    bureau = material.score().line
    rows = []
    for line in (bureau, *(x for lines in material.groups().values() for x in lines)):
        whole = line is bureau
        rows.append(
            [
                NONE if whole or line.rank is None else str(line.rank),
                "全局合计" if whole else line.name,
                "" if whole else line.group,
                words.points(line.score, line.score_digits),
                alerts.own_points(line),
                NONE if whole else alerts.place(line),
                NONE if whole or line.previous_rank is None else str(line.previous_rank),
                NONE if whole else words.movement(line.rank, line.previous_rank),
            ]
        )
    return rows


def _imprint(document: Any, imprint: Imprint, issuer: str, height: float) -> None:
    """版记 at the foot of the last type area: 抄送, 印发机关 and 印发日期 between lines.

    height   pt of what the last annex shows below its title
    """
    used = 6 * paper.LINE + height + SLACK
    room = writing.write(document, paper.COPIES)
    room.paragraph_format.space_before = Pt(max(0, paper.TYPE_HEIGHT - used))
    wide = paper.WIDTH - paper.LEFT - paper.RIGHT
    issued = f"{issuer}　　{day_words(imprint.issued_on)}印发"
    writing.write_imprint(document, f"抄送：{imprint.copies}。", issued, wide)
    last = document.add_paragraph()  # Word wants one after a table
    last.paragraph_format.line_spacing = Pt(1)
    last.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
