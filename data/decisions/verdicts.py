"""核查结论: what persons found out about a flag, 属实 or 排除, with the reason.

排除 is said by one person and changes no record. 属实 voids the records behind the flag and so
moves a score: one person proposes it, another one confirms or returns it, and until then nothing is
touched. Every act is an entry of the log; with the confirming one the new versions of the records
are written. What goes further is a matter of the ledger. Logs in which one person alone said 属实
stay as they are: it stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, cast

from data.decisions.voiding import voided
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import Decision, Draft, Entry, NotNow, entries, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated, stated_if_any
from data.rights import Actor, require

KINDS = (LogKind.FLAG_PROPOSED, LogKind.FLAG_VERDICT, LogKind.FLAG_RETURNED)
Word = Literal["属实", "排除"]
State = Literal["待核", "属实待复核", "属实", "排除"]
WORDS: tuple[Word, Word] = ("属实", "排除")
WAITING: State = "属实待复核"


@dataclass(frozen=True)
class FlagSubject:
    """What the verdict is about. `title`: of the rule; `records`: table/id of those behind it."""

    flag: str
    rule: str
    title: str
    unit: str
    month: date
    records: Sequence[str]


@dataclass(frozen=True)
class Verdict:
    """What was said of a flag, as the log leaves it.

    number    of the last entry: what an entry of the ledger refers to as its evidence
    reason    of who proposed 属实 or said 排除
    records   those that 属实 was proposed for;   voided   those that it voided
    second    who confirmed or returned, with the remark; '' before, and in logs of one person
    """

    number: int
    flag: str
    rule: str
    unit: str
    month: date
    state: State
    reason: str
    records: tuple[str, ...]
    voided: tuple[str, ...]
    person: str
    at: datetime
    second: str = ""
    second_at: datetime | None = None
    remark: str = ""

    @property
    def by(self) -> str:
        """政治处-01 于 2019年8月19日"""
        return _by(self.person, self.at)

    @property
    def second_by(self) -> str:
        return _by(self.second, self.second_at) if self.second_at else ""


def verdicts(copy: Copy) -> dict[str, Verdict]:
    """Flag id -> what was said of it last."""
    return verdicts_of(entries(copy, *KINDS))


def verdicts_of(log: Iterable[Entry]) -> dict[str, Verdict]:
    """The same from the entries of a log."""
    by_flag: dict[str, Verdict] = {}
    for entry in log:
        if entry.kind in KINDS:
            by_flag[entry.subject] = _read(entry, by_flag.get(entry.subject))
    return by_flag


def may_confirm(verdict: Verdict, actor: Actor) -> bool:
    """Whether this person may confirm or return what was proposed."""
    is_open = verdict.state == WAITING
    return is_open and actor.may("confirm") and actor.code != verdict.person


def judge(
    journal: Journal, subject: FlagSubject, word: Word, reason: str, actor: Actor, at: datetime
) -> Verdict:
    """Say 排除, or propose 属实. Raises NotPermitted, or NotNow: said already, or no fit reason."""
    require(actor, "check")
    stated_reason = stated(reason, "理由")

    def decide(before: Sequence[Entry]) -> Decision:
        verdict = verdicts_of(before).get(subject.flag)
        if verdict and verdict.state == WAITING:
            raise NotNow(f"这条线索已由 {verdict.by}提出属实，待他人复核")
        _not_settled(verdict)
        if word == "属实":
            proposal = {"reason": stated_reason, "records": list(subject.records)}
            return Decision([_draft(LogKind.FLAG_PROPOSED, subject, proposal)])
        content = {"verdict": word, "reason": stated_reason, "voided": []}
        return Decision([_draft(LogKind.FLAG_VERDICT, subject, content)])

    (entry,) = write(journal, actor, at, decide)
    return _read(entry, None)


def settle(
    journal: Journal,
    copy: Copy,
    subject: FlagSubject,
    is_confirmed: bool,
    remark: str,
    actor: Actor,
    at: datetime,
) -> Verdict:
    """Confirm a proposed 属实, which voids the records, or return it; by another person.

    copy   of all tables of the records; it is caught up under the lock
    """
    require(actor, "confirm")
    state = stated_if_any if is_confirmed else stated
    stated_remark = state(remark, "复核意见")
    proposed: list[Verdict] = []

    def decide(before: Sequence[Entry]) -> Decision:
        proposal = verdicts_of(before).get(subject.flag)
        _not_settled(proposal)
        if proposal is None or proposal.state != WAITING:
            raise NotNow("这条线索没有待复核的结论")
        if proposal.person == actor.code:
            raise NotNow("不得复核本人提出的结论，请由他人办理")
        proposed.append(proposal)
        about = {"proposal": proposal.number, "proposer": proposal.person, "remark": stated_remark}
        if not is_confirmed:
            return Decision([_draft(LogKind.FLAG_RETURNED, subject, about)])
        if set(subject.records) != set(proposal.records):
            raise NotNow("这条线索其后的记录与提出时不同，请退回后重新提出")
        copy.catch_up()
        voiding = voided(copy, proposal.records, at.date(), f"核查属实：{subject.title}")
        content = {"verdict": "属实", "reason": proposal.reason, "voided": list(voiding.records)}
        return Decision([_draft(LogKind.FLAG_VERDICT, subject, content | about)], voiding.batches)

    (entry,) = write(journal, actor, at, decide)
    return _read(entry, proposed[0])


def _not_settled(verdict: Verdict | None) -> None:
    if verdict and verdict.state in WORDS:
        raise NotNow(f"这条线索已由 {verdict.second_by or verdict.by}判定为{verdict.state}")


def _draft(kind: LogKind, subject: FlagSubject, content: Mapping[str, object]) -> Draft:
    about = {"rule": subject.rule, "unit": subject.unit, "month": f"{subject.month:%Y-%m}"}
    return Draft(kind, subject.flag, {**about, **content})


def _read(entry: Entry, before: Verdict | None) -> Verdict:
    """The entry, on what was said before: the second person's adds to the proposal."""
    content = entry.content
    if before is not None and "proposal" in content:
        state: State = "属实" if entry.kind == LogKind.FLAG_VERDICT else "待核"
        return replace(
            before,
            number=entry.number,
            state=state,
            voided=_listed(content.get("voided")),
            second=entry.person,
            second_at=entry.at,
            remark=str(content["remark"]),
        )
    return Verdict(
        entry.number,
        entry.subject,
        str(content["rule"]),
        str(content["unit"]),
        date.fromisoformat(f"{content['month']}-01"),
        WAITING if entry.kind == LogKind.FLAG_PROPOSED else cast(State, content["verdict"]),
        str(content["reason"]),
        _listed(content.get("records")),
        _listed(content.get("voided")),
        entry.person,
        entry.at,
    )


def _listed(records: object) -> tuple[str, ...]:
    return tuple(str(record) for record in records) if isinstance(records, list) else ()


def _by(person: str, at: datetime) -> str:
    return f"{person} 于 {at.year}年{at.month}月{at.day}日"
