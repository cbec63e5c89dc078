"""The receipt of a frozen assessment: what a paper, or a file kept elsewhere, remembers of it.

Who may write the store can redo all of it, so that everything agrees again. What was printed or
kept apart cannot be redone with it: the hash covers the results, the definitions, the log and the
digest of every part of the journal up to the cut-off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.journal.log import Entry
from metrics.assessment.archive import name_of
from metrics.calendar.standing import FREEZING, Standing, standing

HASH = 64  # hexadecimal digits
TITLE = "红枫定稿回执"
_FORM = re.compile(
    TITLE + r"\s+期间\s*(\S+)\s+第\s*(\d+)\s*版\s+日志位置\s*(\d+)\s+校验码\s*([0-9a-f\s]+)"
)


@dataclass(frozen=True)
class Receipt:
    """One frozen assessment: its period, which version of it, the journal position, its hash."""

    period: str
    revision: int
    position: int
    hash: str

    @property
    def text(self) -> str:
        """As it stands in a file and in the QR code; `read_receipt` reads it."""
        return "\n".join([TITLE, *(f"{what} {value}" for what, value in self.rows())])

    @property
    def name(self) -> str:
        """2019-07-r1, as its folder begins."""
        return name_of(self.period, self.revision)

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("期间", f"{self.period} 第 {self.revision} 版"),
            ("日志位置", str(self.position)),
            ("校验码", self.hash),
        ]


def receipt_of(now: Standing, revision: int = 0) -> Receipt | None:
    """Of a version, or of the last one of a period; None before 定稿."""
    place = (revision or len(now.frozen)) - 1
    if not 0 <= place < len(now.frozen):
        return None
    hash = str(now.frozen[place].content["hash"])
    return Receipt(now.period, place + 1, now.needed_cut.position, hash)


def read_receipt(text: str) -> Receipt | str:
    """A receipt, or a hash alone as somebody typed it; raises ValueError."""
    typed = "".join(text.lower().split())
    if re.fullmatch(f"[0-9a-f]{{{HASH}}}", typed):
        return typed
    match = _FORM.search(text.lower())
    hash = "".join(match[4].split()) if match else ""
    if match is None or len(hash) != HASH:
        raise ValueError(f"不是定稿回执，也不是 {HASH} 位校验码")
    return Receipt(match[1].upper(), int(match[2]), int(match[3]), hash)


def contradictions(receipt: Receipt | str, log: Sequence[Entry]) -> list[str]:
    """A sentence for each thing in which the store's log is not what the receipt remembers."""
    frozen = [entry for entry in log if entry.kind in FREEZING]
    if isinstance(receipt, str):
        is_there = receipt in [entry.content["hash"] for entry in frozen]
        return (
            [] if is_there else [f"没有校验码为 {receipt} 的定稿：定稿已被整体改写，或回执属他处"]
        )
    name = f"{receipt.period} 第 {receipt.revision} 版"
    now = receipt_of(standing(log, receipt.period), receipt.revision)
    if now is None:
        return [f"回执所记的定稿 {name}不在数据目录中：已被整体改写，或回执属他处"]
    sentences = []
    if now.hash != receipt.hash:
        sentences.append(
            f"定稿 {name}的校验码现为 {now.hash}，回执为 {receipt.hash}：定稿已被整体改写"
        )
    if now.position != receipt.position:
        sentences.append(f"定稿 {name}的日志位置现为 {now.position}，回执为 {receipt.position}")
    return sentences
