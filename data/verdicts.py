"""核查结论: what a person found out about a flag, 属实 or 排除, with the reason.

A verdict is an entry of the log and is given once. 属实 voids the records behind the flag by new
versions in the same write; nothing else follows from it here: what goes further is a matter of the
ledger. 排除 changes no record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from data.copy import Copy
from data.journal import Journal
from data.log import Decision, Draft, Entry, NotNow, entries, write
from data.log_text import stated
from data.rights import Actor, require
from data.voiding import voided

KIND = "flag-verdict"
Word = Literal["属实", "排除"]
WORDS: tuple[Word, Word] = ("属实", "排除")


@dataclass(frozen=True)
class Subject:
    """What the verdict is about. `title`: of the rule; `records`: table/id of those behind it."""

    flag: str
    rule: str
    title: str
    unit: str
    month: date
    records: Sequence[str]


@dataclass(frozen=True)
class Verdict:
    """A verdict as it stands in the log.

    number   of the entry: what an entry of the ledger refers to as its evidence
    voided   the records that it voided
    """

    number: int
    flag: str
    rule: str
    unit: str
    month: date
    word: Word
    reason: str
    voided: tuple[str, ...]
    person: str
    at: datetime

    @property
    def by(self) -> str:
        """政治处-01 于 2019年8月19日"""
        return f"{self.person} 于 {self.at.year}年{self.at.month}月{self.at.day}日"


def verdicts(copy: Copy) -> dict[str, Verdict]:
    """Flag id -> its verdict."""
    return {entry.subject: _read(entry) for entry in entries(copy, KIND)}


def _read(entry: Entry) -> Verdict:
    said = entry.content
    listed = said["voided"]
    return Verdict(
        entry.number,
        entry.subject,
        str(said["rule"]),
        str(said["unit"]),
        date.fromisoformat(f"{said['month']}-01"),
        "属实" if said["verdict"] == "属实" else "排除",
        str(said["reason"]),
        tuple(str(record) for record in listed) if isinstance(listed, list) else (),
        entry.person,
        entry.at,
    )


def judge(
    journal: Journal,
    copy: Copy,
    subject: Subject,
    word: Word,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Verdict:
    """Give the verdict. Raises NotPermitted, or NotNow: given already, or no fit reason.

    copy   of all tables of the records; it is caught up under the lock
    """
    require(actor, "check")
    said = stated(reason, "理由")

    def decide(before: Sequence[Entry]) -> Decision:
        for entry in before:
            if entry.kind == KIND and entry.subject == subject.flag:
                known = _read(entry)
                raise NotNow(f"这条线索已由 {known.by}判定为{known.word}")
        copy.catch_up()
        wrong = subject.records if word == "属实" else ()
        made = voided(copy, wrong, at.date(), f"核查属实：{subject.title}")
        content = {
            "rule": subject.rule,
            "unit": subject.unit,
            "month": f"{subject.month:%Y-%m}",
            "verdict": word,
            "reason": said,
            "voided": list(made.records),
        }
        return Decision([Draft(KIND, subject.flag, content)], made.batches)

    (entry,) = write(journal, actor, at, decide)
    return _read(entry)
