"""The receipt of a frozen assessment on a page of its own: words, and the same as a QR code."""

import io
from typing import Any

import segno
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm

from metrics.assessment.receipt import Receipt
from pages.documents import paper, writing

TITLE = "定稿回执"
SIDE = 50  # mm of the code on paper
GROUP, GROUPS = 8, 4  # digits that stand together, and how many such in a line
HEIGHT = SIDE / 25.4 * 72 + 7 * paper.LINE  # pt: the code, and the lines below it
ADVICE = (
    "本回执请另行保存。核验时以所印校验码为准；数据目录中本期定稿的校验码与此不符的，即已被改动。"
)


def write_receipt(document: Any, receipt: Receipt) -> None:
    code = writing.write(document, paper.BODY, align=WD_ALIGN_PARAGRAPH.CENTER)
    code.paragraph_format.first_line_indent = Mm(0)
    code.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # or it would be cut off
    picture = code.add_run().add_picture(io.BytesIO(code_png(receipt)), width=Mm(SIDE))
    picture._inline.docPr.set("descr", f"{TITLE}二维码")
    for what, value in receipt.rows():
        if value == receipt.hash:
            writing.write(document, paper.ADDRESSED, f"{what}：")
            for line in hash_lines(value):
                writing.write(document, paper.ADDRESSED, line, WD_ALIGN_PARAGRAPH.CENTER)
        else:
            writing.write(document, paper.ADDRESSED, f"{what}：{value}")
    writing.write(document, paper.BODY, ADVICE)


def hash_lines(hash: str) -> list[str]:
    """In groups, so that it can be read off and typed; `read_receipt` minds no spaces."""
    groups = [hash[at : at + GROUP] for at in range(0, len(hash), GROUP)]
    return [" ".join(groups[at : at + GROUPS]) for at in range(0, len(groups), GROUPS)]


def code_png(receipt: Receipt) -> bytes:
    """The text of the receipt as a QR code, which still reads with a seventh of it worn off."""
    out = io.BytesIO()
    code = segno.make(receipt.text, error="m", encoding="utf-8", micro=False)
    code.save(out, kind="png", scale=6)
    return out.getvalue()
