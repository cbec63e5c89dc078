"""台账: bonus, deduction, veto and exemption, each proposed by one person and approved by another.

Entries are never changed: a decision is a second entry. 原始分 + 加分 − 减分 = 最终分.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, cast

from data.journal.journal import Journal
from data.journal.log import Decision, Draft, Entry, NotNow, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated, stated_if_any
from data.rights import Actor, require
from metrics.calendar.period import MONTHS, Period, months_back, parse_period
from metrics.calendar.standing import State as PeriodState
from metrics.calendar.standing import standing
from metrics.scheme.scheme import Level, Scheme

Kind = Literal["bonus", "deduction", "veto", "exemption"]
KINDS: Mapping[Kind, str] = {
    "bonus": "加分",
    "deduction": "减分",
    "veto": "一票否决",
    "exemption": "免考核",
}
LEDGER = (LogKind.LEDGER_PROPOSED, LogKind.LEDGER_APPROVED, LogKind.LEDGER_DECLINED)
State = Literal["proposed", "approved", "declined"]
LEDGER_STATES: Mapping[State, str] = {
    "proposed": "待批",
    "approved": "已批准",
    "declined": "未批准",
}
OPEN: Sequence[PeriodState] = ("provisional", "cut", "checked", "published", "hearing")
MOST_EVIDENCE = 60


@dataclass(frozen=True)
class Proposal:
    """What is proposed.

    points      more than 0 for a bonus and a deduction, 0 otherwise
    reason      code of the scheme's ledger reasons
    evidence    reference of the document that proves it
    event       number of the event: one event counts once
    indicator   what an exemption leaves out
    """

    period: str
    level: Level
    unit: str
    kind: Kind
    points: Fraction
    reason: str
    evidence: str
    event: str
    indicator: str = ""


@dataclass(frozen=True)
class Item:
    """One entry of the ledger with what became of it."""

    id: str
    proposal: Proposal
    state: State
    proposer: str
    decider: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Adjustment:
    """What the approved entries do to one unit in a period. Points are exact."""

    bonus: Fraction = Fraction(0)
    deduction: Fraction = Fraction(0)
    is_vetoed: bool = False
    exempt: Mapping[str, str] = field(default_factory=dict)

    @property
    def net(self) -> Fraction:
        return self.bonus - self.deduction


def ledger(entries: Sequence[Entry]) -> tuple[Item, ...]:
    """All entries of the ledger in order, each with its decision."""
    settled = (LogKind.LEDGER_APPROVED, LogKind.LEDGER_DECLINED)
    decided = {e.subject: e for e in entries if e.kind in settled}
    return tuple(_item(e, decided.get(e.id)) for e in entries if e.kind == LogKind.LEDGER_PROPOSED)


def _item(entry: Entry, decision: Entry | None) -> Item:
    c = entry.content
    proposal = Proposal(
        str(c["period"]),
        cast(Level, c["level"]),
        str(c["unit"]),
        cast(Kind, c["kind"]),
        Fraction(str(c["points"])),
        *(str(c[name]) for name in ("reason", "evidence", "event", "indicator")),
    )
    if decision is None:
        return Item(entry.id, proposal, "proposed", entry.person)
    state: State = "approved" if decision.kind == LogKind.LEDGER_APPROVED else "declined"
    remark = str(decision.content.get("remark", ""))
    return Item(*(entry.id, proposal, state, entry.person, decision.person, remark))


def months_of(period: Period) -> list[str]:
    """The months whose entries count in a period: itself, or all of a whole quarter or year."""
    if period.kind == "month":
        return [period.text]
    if period.kind not in MONTHS or period.is_part:
        return []
    return [month.text for month in months_back(period, MONTHS[period.kind])]


def months_named(text: str) -> list[str]:
    """The months of a period by its text."""
    return months_of(parse_period(text, date.max.replace(year=2999)))


def adjustments(items: Sequence[Item], level: Level, period: Period) -> dict[str, Adjustment]:
    """Unit -> what the approved entries amount to.

    A quarter or year takes the mean over its months of bonus and deduction; a veto in one of them
    is a veto; an exemption counts if it holds in all of them.
    """
    months = months_of(period)
    by_unit: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        p = item.proposal
        if item.state == "approved" and p.level == level and p.period in months:
            by_unit[p.unit].append(item)
    return {unit: _sum(own, len(months)) for unit, own in by_unit.items()}


def _sum(items: Sequence[Item], months: int) -> Adjustment:
    points = {kind: Fraction(0) for kind in KINDS}
    exempt: dict[str, set[str]] = defaultdict(set)
    for item in items:
        points[item.proposal.kind] += item.proposal.points
        if item.proposal.kind == "exemption":
            exempt[item.proposal.indicator].add(item.proposal.period)
    reasons = {i.proposal.indicator: i.proposal.reason for i in items}
    return Adjustment(
        points["bonus"] / months,
        points["deduction"] / months,
        any(item.proposal.kind == "veto" for item in items),
        {name: reasons[name] for name, held in exempt.items() if len(held) == months},
    )


def propose(
    journal: Journal, scheme: Scheme, proposal: Proposal, actor: Actor, at: datetime
) -> Item:
    """Write a proposal; raises NotNow with what is missing or against the rules."""
    require(actor, "adjust")
    checked = _checked(scheme, proposal)

    def decide(entries: tuple[Entry, ...]) -> Decision:
        standing(entries, checked.period).require(*OPEN)
        alive = [item for item in ledger(entries) if item.state != "declined"]
        _counts_once(checked, alive)
        _within_cap(scheme, checked, alive)
        content = {**vars(checked), "points": str(checked.points)}
        return Decision([Draft(LogKind.LEDGER_PROPOSED, checked.unit, content)])

    (entry,) = write(journal, actor, at, decide)
    return _item(entry, None)


def settle(
    journal: Journal, id: str, is_approved: bool, remark: str, actor: Actor, at: datetime
) -> None:
    """Approve or decline a proposal: not one's own, not twice, not after the freezing."""
    require(actor, "approve")
    reason = stated_if_any(remark, "意见") if is_approved else stated(remark, "不予批准的理由")

    def decide(entries: tuple[Entry, ...]) -> Decision:
        item = next((item for item in ledger(entries) if item.id == id), None)
        if item is None:
            raise NotNow(f"台账中没有 {id}")
        if item.state != "proposed":
            raise NotNow(f"此条已由{item.decider}办理：{LEDGER_STATES[item.state]}")
        if item.proposer == actor.code:
            raise NotNow("不得批准本人提出的事项，请由他人办理")
        period = item.proposal.period
        standing(entries, period).require(*OPEN)
        kind = LogKind.LEDGER_APPROVED if is_approved else LogKind.LEDGER_DECLINED
        return Decision([Draft(kind, id, {"period": period, "remark": reason})])

    write(journal, actor, at, decide)


def _checked(scheme: Scheme, proposal: Proposal) -> Proposal:
    """The proposal with its words trimmed; raises NotNow if it does not fit the scheme."""
    reason = scheme.ledger.reason(proposal.reason)
    if reason is None or reason.kind != proposal.kind:
        raise NotNow(f"方案中没有这一{KINDS[proposal.kind]}事由：{proposal.reason or '未填'}")
    if not proposal.unit:
        raise NotNow("请选择单位")
    unit = stated(proposal.unit, "单位编码")
    evidence = stated(proposal.evidence, "依据文号", MOST_EVIDENCE)
    event = stated(proposal.event, "事项编号", MOST_EVIDENCE)
    if proposal.kind in ("bonus", "deduction") and not 0 < proposal.points <= reason.points:
        most = float(reason.points)
        raise NotNow(f"“{reason.title}”每次应大于 0 分、不超过 {most:g} 分")
    if proposal.kind in ("veto", "exemption") and proposal.points:
        raise NotNow(f"{KINDS[proposal.kind]}不填分值")
    if (proposal.kind == "exemption") != bool(proposal.indicator):
        raise NotNow("免考核须指明一项指标，其余事项不填指标")
    if proposal.indicator and scheme.scored(proposal.indicator) is None:
        raise NotNow(f"方案中没有指标“{proposal.indicator}”")
    if not re.fullmatch("[0-9]{4}-[0-9]{2}", proposal.period):
        raise NotNow("台账按月登记，季度、年度取各月平均")
    return replace(proposal, unit=unit, evidence=evidence, event=event)


def _counts_once(new: Proposal, alive: Sequence[Item]) -> None:
    """An event gives or takes points once in the whole bureau; a veto or an exemption (a flood
    reaches many) once for each unit, month and indicator."""
    for item in alive:
        p = item.proposal
        is_same = _what(p) == _what(new)
        if p.event == new.event and (p.points or new.points or is_same):
            raise NotNow(
                f"事项“{new.event}”已在{item.proposal.period}台账登记（{item.id}），一事只计一次"
            )


def _within_cap(scheme: Scheme, new: Proposal, alive: Sequence[Item]) -> None:
    rules = scheme.ledger
    cap = {"bonus": rules.bonus_cap, "deduction": rules.deduction_cap}.get(new.kind)
    if cap is None:
        return
    own = (item.proposal for item in alive if _what(item.proposal) == _what(new))
    taken = sum((p.points for p in own), Fraction(0))
    if taken + new.points > cap:
        raise NotNow(
            f"{KINDS[new.kind]}每期累计不超过 {float(cap):g} 分，已登记 {float(taken):g} 分"
        )


def _what(p: Proposal) -> tuple[str, ...]:
    return p.period, p.level, p.unit, p.kind, p.indicator
