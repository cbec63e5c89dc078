"""The steps of a period: each checks right, state and deadline, and writes one entry of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from data.journal.log import Decision, Draft, Entry, NotNow, entries, write
from data.journal.log_text import stated
from data.rights import Actor, Right, require
from metrics.assessment.appeals import appeals, corrected_version, deadlines_of
from metrics.assessment.archive import FIRST, name_of, open_frozen, write_frozen
from metrics.assessment.compute import Told, silent, whole_bureau
from metrics.assessment.cutoff import CUT_COUNTS
from metrics.assessment.open_points import needs, open_flags, unseen
from metrics.assessment.result_files import Lines, differences
from metrics.calendar.period import Period, parse_period
from metrics.calendar.standing import (
    REVISION,
    RUN,
    STEP,
    Cut,
    Standing,
    State,
    Version,
    standing,
)
from metrics.calendar.working_days import WorkingDays
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.scheme.scheme import Scheme, scheme_of
from metrics.scoring.ledger import ledger

REVISION_PROPOSED = "revision-proposed"
KINDS = ("month", "quarter", "half", "year")


@dataclass(frozen=True)
class Desk:
    """Where an act takes place: the store, the calendar, who acts and when."""

    store: Store
    actor: Actor
    at: datetime
    days: WorkingDays = field(default_factory=WorkingDays)

    def log(self) -> tuple[Entry, ...]:
        """All entries as they stand now."""
        self.store.copy.catch_up()
        return entries(self.store.copy)

    def standing(self, period: str) -> Standing:
        return standing(self.log(), period)


def cut_off(desk: Desk, text: str) -> None:
    """数据截止: from here on later records do not count. Until publication it may be repeated."""
    require(desk.actor, "assess")
    as_of = desk.store.as_of()
    period = parse_period(text, as_of)
    if period.kind not in KINDS:
        raise NotNow("只有月、季度、半年和年度可以办理考核")
    if period.is_part:
        raise NotNow(f"{period.title}尚未结束，不能截止")
    position = desk.store.copy.catch_up()
    scheme = scheme_of(desk.store.counted().schemes, period.ends_on)
    content = {
        "position": position,
        "as_of": as_of.isoformat(),
        "scheme": scheme.title,
        "scheme_in_force_from": scheme.in_force_from.isoformat(),
    }
    _step(desk, period.text, "cut", "assess", ("provisional", "cut", "checked"), content)


def run(desk: Desk, text: str, told: Told = silent) -> Entry:
    """一键考核: compute the whole bureau at every level, and note what it came to."""
    require(desk.actor, "assess")
    found = desk.standing(text)
    found.require("cut", "checked", "published", "hearing")
    lines = computed(desk, found, told)
    scores = {
        f"{level}:{line.unit}": [None if line.score is None else str(line.score), line.rank]
        for level, listed in lines.items()
        for line in listed
    }
    log = desk.log()
    period, counted = counts_of(desk.store, found)
    waiting = open_flags(counted, log, period)
    open_needs = [need.sentence for need in needs(desk.store, log, text, lines, waiting)]
    content = {"period": text, "scores": scores, "needs": open_needs}
    return _write(desk, found, Draft(RUN, text, content))


def computed(desk: Desk, found: Standing, told: Told = silent, quick: bool = False) -> Lines:
    """The results of a period as its cut-off, its appeals and its ledger have them now."""
    period, counted = counts_of(desk.store, found)
    items = ledger(desk.log())
    return whole_bureau(counted, period, desk.actor, items, is_simulated=not quick, told=told)


def counts_of(store: Store, found: Standing) -> tuple[Period, Counted]:
    """The period and the counts of its cut-off."""
    cut = found.needed_cut
    schemes = store.counted().schemes
    counted = CUT_COUNTS.get(store.journal, store.catalogue, schemes, cut, found.admitted)
    return parse_period(found.period, cut.as_of), counted


def check(desk: Desk, text: str, remark: str) -> None:
    """初核: somebody has looked at what needs a person, and says so."""
    require(desk.actor, "assess")
    said = stated(remark, "初核意见")
    found = desk.standing(text)
    found.require("cut")
    if not found.runs:
        raise NotNow("尚未一键考核，不能初核")
    late = unseen(found, desk.log())
    if late.voided or late.decided:
        raise NotNow("有作废的记录或新批准的加减分尚未计入，请先重新计算")
    _step(desk, text, "checked", "assess", ("cut",), {"remark": said}, found)


def publish(desk: Desk, text: str) -> None:
    """公示: the stations see the result, the days for objections begin."""
    _step(desk, text, "published", "assess", ("checked",), {})


def hear(desk: Desk, text: str) -> None:
    """转入申诉复核, once the days of the notice are over."""
    require(desk.actor, "assess")
    found = desk.standing(text)
    found.require("published")
    last = deadlines_of(found, desk.days)
    if last and desk.at.date() <= last.notice:
        raise NotNow(f"公示期至{last.notice:%Y-%m-%d}，期满后方可转入申诉复核")
    _step(desk, text, "hearing", "assess", ("published",), {}, found)


def freeze(desk: Desk, text: str, told: Told = silent) -> Entry:
    """定稿: write the assessment, then let the log name its hash."""
    require(desk.actor, "freeze")
    found = desk.standing(text)
    found.require("hearing")
    _not_by_the_same(desk, found)
    _nothing_open(desk, found)
    return _freeze(desk, found, 1, STEP + "frozen", {}, told)


def announce(desk: Desk, text: str) -> None:
    """通报: the result has been made known."""
    _step(desk, text, "announced", "assess", ("frozen",), {})


def propose_revision(
    desk: Desk, text: str, reason: str, records: Sequence[tuple[str, str]]
) -> Entry:
    """更正 of a frozen result: why, and which corrected records (table, id) it admits."""
    require(desk.actor, "assess")
    said = stated(reason, "更正理由")
    found = desk.standing(text)
    found.require("frozen", "announced")
    journal = desk.store.journal
    versions = [corrected_version(journal, table, id, found.cut) for table, id in records]
    if not versions:
        raise NotNow("请指明据以更正的记录")
    content = {"period": text, "reason": said, "versions": [vars(v) for v in versions]}
    return _write(desk, found, Draft(REVISION_PROPOSED, text, content))


def revise(desk: Desk, text: str, told: Told = silent) -> Entry:
    """Approve the last proposal of a revision: a new assessment stands beside the old one."""
    require(desk.actor, "freeze")
    found = desk.standing(text)
    found.require("frozen", "announced")
    proposed = open_revision(desk.log(), found)
    if proposed is None:
        raise NotNow("没有待批的更正")
    if proposed.person == desk.actor.code:
        raise NotNow("不得批准本人提出的更正，请由他人办理")
    more = {"reason": proposed.content["reason"], "versions": proposed.content["versions"]}
    return _freeze(desk, found, len(found.frozen) + 1, REVISION, more, told)


def open_revision(log: Sequence[Entry], found: Standing) -> Entry | None:
    """The proposal that no revision has answered yet."""
    proposals = [e for e in log if e.kind == REVISION_PROPOSED and e.subject == found.period]
    last = found.frozen[-1].number if found.frozen else 0
    return next((p for p in reversed(proposals) if p.number > last), None)


# -- details ----------------------------------------------------------------------------------


def _step(
    desk: Desk,
    text: str,
    state: State,
    right: Right,
    before: tuple[State, ...],
    content: Mapping[str, object],
    seen: Standing | None = None,
) -> None:
    require(desk.actor, right)

    def decide(log: tuple[Entry, ...]) -> Decision:
        found = standing(log, text)
        _unmoved(found, seen)
        found.require(*before)
        return Decision([Draft(STEP + state, text, {"period": text, **content})])

    write(desk.store.journal, desk.actor, desk.at, decide)


def _write(desk: Desk, seen: Standing, draft: Draft) -> Entry:
    def decide(log: tuple[Entry, ...]) -> Decision:
        _unmoved(standing(log, seen.period), seen)
        return Decision([draft])

    (entry,) = write(desk.store.journal, desk.actor, desk.at, decide)
    return entry


def _unmoved(found: Standing, seen: Standing | None) -> None:
    """Nobody acted between the looking and the writing."""
    if seen is not None and found.last != seen.last:
        raise NotNow("刚有他人办理了本期事项，请刷新后再办")


def _not_by_the_same(desk: Desk, found: Standing) -> None:
    checked = found.step("checked")
    if checked is not None and checked.person == desk.actor.code:
        raise NotNow("不得签发本人初核的考核，请由他人签发")


def _nothing_open(desk: Desk, found: Standing) -> None:
    """Deadlines are over and everything is decided."""
    log = desk.log()
    waiting = [a for a in appeals(log, found.period) if a.outcome == "open"]
    if waiting:
        raise NotNow(f"尚有 {len(waiting)} 件申诉未复核，不能定稿")
    items = [i for i in ledger(log) if i.proposal.period == found.period and i.state == "proposed"]
    if items:
        raise NotNow(f"台账尚有 {len(items)} 条待批，不能定稿")
    last = deadlines_of(found, desk.days)
    if last and desk.at.date() <= last.appeal:
        raise NotNow(f"申诉期至{last.appeal:%Y-%m-%d}，期满后方可定稿")


def _freeze(
    desk: Desk,
    found: Standing,
    revision: int,
    kind: str,
    more: Mapping[str, object],
    told: Told,
) -> Entry:
    log, admitted = desk.log(), list(found.admitted)
    named = cast(list[dict[str, Any]], more.get("versions", []))
    admitted += [Version(v["table"], v["id"], v["position"]) for v in named]
    store, cut = desk.store, found.needed_cut
    schemes = schemes_until(store.counted().schemes, found.period, cut)
    counted = CUT_COUNTS.get(store.journal, store.catalogue, schemes, cut, admitted)
    period = parse_period(found.period, cut.as_of)
    lines = whole_bureau(counted, period, desk.actor, ledger(log), told=told)
    name, previous = name_of(found.period, revision), last_hash(log)
    frozen = write_frozen(store.folder, name, lines, schemes, cut, admitted, log, previous)
    if kind == REVISION:
        before = open_frozen(store.folder, str(found.frozen[-1].content["folder"]))
        more = {**more, "differences": differences(before.lines, lines)}
    content = {"period": found.period, "folder": frozen.folder.name, "hash": frozen.hash, **more}

    def decide(now: tuple[Entry, ...]) -> Decision:
        if len(now) != len(log):
            raise NotNow("刚有他人办理了事项，请重新定稿")
        return Decision([Draft(kind, found.period, content)])

    (entry,) = write(store.journal, desk.actor, desk.at, decide)
    return entry


def schemes_until(schemes: Sequence[Scheme], text: str, cut: Cut) -> tuple[Scheme, ...]:
    """Those that were in force by the end of the period; the first one always."""
    end = parse_period(text, cut.as_of).ends_on
    return tuple(s for s in schemes if s is schemes[0] or s.in_force_from <= end)


def last_hash(log: Sequence[Entry]) -> str:
    """The hash of the assessment that was frozen last."""
    frozen = [e for e in log if e.kind in (STEP + "frozen", REVISION)]
    return str(frozen[-1].content["hash"]) if frozen else FIRST
