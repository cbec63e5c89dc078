"""档案 of a village, an officer or a station: two pages as DOCX; those of a level as one ZIP."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from data.entered_text import printable
from metrics.cells.units import Unit, units
from metrics.documents.dossier import Dossier, NoDossier, dossier, dossiers
from metrics.documents.material import Material
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.score_breakdown import BreakdownStep
from pages.documents import paper
from pages.documents.writing import describe, saved, write, write_table

Progress = Callable[[str, int, int], None]  # what was done, how many, of how many
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')

WIDE = 174  # mm between the margins
SMALL = 9.5
YEAR_WIDTHS = (38, 50, 34, 28, 24)
ACCOUNT_WIDTHS = (30, 14, 14, 38, 12, 12, 30, 24)
LOST_WIDTHS = (32, 24, 32, 86)
LEDGER_WIDTHS = (22, 24, 18, 60, 50)
LEDGER_HEADS = ("月份", "类别", "分值", "事由", "依据")


def dossier_bytes(material: Material, unit: Unit, template: Path | None = None) -> bytes:
    content = dossier(material, unit)
    document = Document(io.BytesIO(_base(template)))
    describe(document, material, content.title)
    write(document, paper.TITLE, content.title)
    _text(document, f"{content.headline}。")
    _head(document, "一、基本情况")
    _facts(document, content.facts)
    _head(document, "二、本年工作")
    _table(document, content.year, YEAR_WIDTHS, "lrrrr")
    _head(document, "三、近12个月得分和名次")
    _months(document, content)
    _text(document, content.months_reading)
    _head(document, "四、得分从哪里失").paragraph_format.page_break_before = True
    _text(document, content.losses_reading)
    _steps(document, content.steps)
    if content.lost:
        _text(document, "失分最多的两项中未达标的记录：")
        _table(document, content.lost, LOST_WIDTHS, "llll", size=8)
    _head(document, "五、各项指标与同组比较")
    _table(document, content.account, ACCOUNT_WIDTHS, "lrrrrrcl", size=8)
    _text(document, content.account_reading)
    _head(document, "六、本年台账")
    if content.ledger:
        _table(document, (LEDGER_HEADS, *content.ledger), LEDGER_WIDTHS, "llrll")
    else:
        _text(document, "没有已批准的加分、减分、否决或免考核事项。")
    _text(document, f"（{material.foot}；占比、百分点逐项四舍五入）")
    return saved(document)


@cache
def _base(template: Path | None) -> bytes:
    """The template with its styles: made once for many dossiers."""
    document = paper.opened(template)
    if template is None:
        section = document.sections[0]
        section.left_margin = section.right_margin = Mm((paper.WIDTH - WIDE) / 2)
        section.top_margin, section.bottom_margin = Mm(22), Mm(20)
        paper.without_grid(section)
        section.header_distance, section.footer_distance = Mm(12), Mm(10)
    return saved(document)


def _head(document: Any, text: str) -> Any:
    paragraph = write(document, paper.FIRST_HEAD, text)
    form = paragraph.paragraph_format
    form.first_line_indent, form.keep_with_next = Pt(0), True
    form.space_before, form.line_spacing = Pt(4), Pt(20)
    for run in paragraph.runs:
        run.font.size = Pt(12)
    return paragraph


def _text(document: Any, text: str) -> None:
    paragraph = write(document, paper.BODY, text, WD_ALIGN_PARAGRAPH.LEFT)
    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing = Pt(0), Pt(16)
    for run in paragraph.runs:
        run.font.size = Pt(10.5)


def _table(
    document: Any,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    aligns: str,
    size: float = SMALL,
) -> None:
    write_table(document, rows[0], rows[1:], widths, aligns, size)


def _facts(document: Any, facts: Sequence[tuple[str, str]]) -> None:
    """Two facts in a row."""
    pairs = zip_longest(facts[::2], facts[1::2], fillvalue=("", ""))
    rows = [(*one, *other) for one, other in pairs]
    write_table(document, (), rows, (32, 55, 32, 55), "llll", SMALL)


def _months(document: Any, content: Dossier) -> None:
    if not content.months:
        return
    heads = (
        "月份",
        *(f"{p.period.starts_on:%y}.{p.period.starts_on.month}" for p in content.months),
    )
    scores = ("得分", *(words.points(p.score) for p in content.months))
    ranks = ("名次", *(words.plain(p.rank) for p in content.months))
    each = (WIDE - 18) / len(content.months)
    widths = (18, *[each] * len(content.months))
    write_table(document, heads, [scores, ranks], widths, "l" + "c" * len(content.months), 8.5)


def _steps(document: Any, steps: Sequence[BreakdownStep]) -> None:
    """From full marks to the score, in two columns."""
    if not steps:
        return
    half = -(-len(steps) // 2)
    cells = [_step(step) for step in steps]
    blank = ("", "", "")
    rows = [(*a, *b) for a, b in zip_longest(cells[:half], cells[half:], fillvalue=blank)]
    heads = ("项目", "增减（分）", "余（分）") * 2
    write_table(document, heads, rows, (43, 22, 22) * 2, "lrrlrr", 9)


def _step(step: BreakdownStep) -> tuple[str, str, str]:
    change = words.signed(-step.lost, 2) if step.lost else words.NONE
    return step.label, change, words.points(step.after)


def dossiers_zip(
    material: Material,
    level: Level,
    progress: Progress = lambda name, done, total: None,
    template: Path | None = None,
) -> bytes:
    """A folder for each station; a list names the units that took no part and have none."""
    listed = dossiers(material, level)
    stations = {s.code: s.name for s in units(material.counted, "station", material.period.ends_on)}
    out, missing = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # a DOCX is packed already
        for done, unit in enumerate(listed, 1):
            try:
                content = dossier_bytes(material, unit, template)
            except NoDossier as reason:
                missing.append(str(reason))
            else:
                folder = "" if level == "station" else stations.get(unit.station, "未分所")
                packed.writestr(_path(folder, unit), content)
            progress(unit.name, done, len(listed))
        if missing:
            packed.writestr("没有档案的单位.txt", "\n".join(missing))
    return out.getvalue()


def _path(folder: str, unit: Unit) -> str:
    name = _UNSAFE.sub("-", f"{unit.code}-{unit.name}" if unit.name != unit.code else unit.code)
    path = f"{_UNSAFE.sub('-', folder)}/{name}.docx" if folder else f"{name}.docx"
    return printable(path)
