"""The acts of a period: each asks the table whether it may be done, and writes one entry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from data.journal.chain import digests
from data.journal.log import Decision, Draft, Entry, NotNow, entries, write
from data.journal.log_text import stated
from data.rights import Actor, require
from metrics.assessment.acts import Act
from metrics.assessment.appeals import corrected_version
from metrics.assessment.archive import FIRST, name_of, open_frozen, write_frozen
from metrics.assessment.compute import Progress, silent, whole_bureau
from metrics.assessment.cutoff import cut_counts
from metrics.assessment.open_points import needs, open_flags
from metrics.assessment.result_files import Lines, differences
from metrics.assessment.transitions import TRANSITIONS, Case, open_revision
from metrics.calendar.period import Period, parse_period
from metrics.calendar.standing import FREEZING, Cut, Standing, Version, standing
from metrics.calendar.working_days import WorkingDays
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.scheme.scheme import Scheme, scheme_of
from metrics.scoring.ledger import ledger

NOTHING: Mapping[str, object] = {}


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

    def case(self, text: str) -> Case:
        """A period as an act of this person finds it."""
        period, log = parse_period(text, self.store.as_of()), self.log()
        now = standing(log, period.text)
        return Case(now, log, period, self.at.date(), self.days, self.actor.code)


def perform(
    desk: Desk,
    act: Act,
    text: str,
    remark: str = "",
    records: Sequence[tuple[str, str]] = (),
    progress: Progress = silent,
) -> None:
    """Do one act of the table. `remark`: of 初核 and of a correction, which names `records`."""
    acts: dict[Act, Callable[[], object]] = {
        "cut": lambda: cut_off(desk, text),
        "run": lambda: run(desk, text, progress),
        "recut": lambda: cut_again(desk, text, progress),
        "check": lambda: check(desk, text, remark),
        "publish": lambda: publish(desk, text),
        "hear": lambda: hear(desk, text),
        "freeze": lambda: freeze(desk, text, progress),
        "announce": lambda: announce(desk, text),
        "correct": lambda: propose_revision(desk, text, remark, records),
        "revise": lambda: revise(desk, text, progress),
    }
    acts[act]()


def cut_off(desk: Desk, text: str) -> None:
    """数据截止: from here on later records do not count. Until publication it may be repeated."""
    case = _permitted(desk, "cut", text)
    position = desk.store.copy.catch_up()
    scheme = scheme_of(desk.store.counted().schemes, case.period.ends_on)
    content = {
        "position": position,
        "as_of": desk.store.as_of().isoformat(),
        "scheme": scheme.title,
        "scheme_in_force_from": scheme.in_force_from.isoformat(),
    }
    _write(desk, case, "cut", content)


def cut_again(desk: Desk, text: str, progress: Progress = silent) -> Entry:
    """A later cut-off and the computation from it, in one."""
    _permitted(desk, "recut", text)
    cut_off(desk, text)
    return run(desk, text, progress)


def run(desk: Desk, text: str, progress: Progress = silent) -> Entry:
    """一键考核: compute the whole bureau at every level, and note what it came to."""
    case = _permitted(desk, "run", text)
    lines = computed(desk, case.standing, progress)
    scores = {
        f"{level}:{line.unit}": [None if line.score is None else str(line.score), line.rank]
        for level, listed in lines.items()
        for line in listed
    }
    log = desk.log()
    period, counted = counts_of(desk.store, case.standing)
    waiting = open_flags(counted, log, period)
    open_needs = [need.sentence for need in needs(desk.store, log, text, lines, waiting)]
    return _write(desk, case, "run", {"scores": scores, "needs": open_needs})


def computed(desk: Desk, now: Standing, progress: Progress = silent, quick: bool = False) -> Lines:
    """The results of a period as its cut-off, its appeals and its ledger have them now."""
    period, counted = counts_of(desk.store, now)
    items = ledger(desk.log())
    return whole_bureau(
        counted, period, desk.actor, items, is_simulated=not quick, progress=progress
    )


def counts_of(store: Store, now: Standing) -> tuple[Period, Counted]:
    """The period and the counts of its cut-off."""
    cut = now.needed_cut
    schemes = store.counted().schemes
    counted = cut_counts(store, schemes, cut, now.admitted)
    return parse_period(now.period, cut.as_of), counted


def check(desk: Desk, text: str, remark: str) -> None:
    """初核: somebody has looked at what needs a person, and says so."""
    case = _permitted(desk, "check", text)
    _write(desk, case, "check", {"remark": stated(remark, "初核意见")})


def publish(desk: Desk, text: str) -> None:
    """公示: the stations see the result, the days for objections begin."""
    _write(desk, _permitted(desk, "publish", text), "publish")


def hear(desk: Desk, text: str) -> None:
    """转入申诉复核, once the days of the notice are over."""
    _write(desk, _permitted(desk, "hear", text), "hear")


def freeze(desk: Desk, text: str, progress: Progress = silent) -> Entry:
    """定稿: write the assessment, then let the log name its hash."""
    return _freeze(desk, _permitted(desk, "freeze", text), "freeze", {}, progress)


def announce(desk: Desk, text: str) -> None:
    """通报: the result has been made known."""
    _write(desk, _permitted(desk, "announce", text), "announce")


def propose_revision(
    desk: Desk, text: str, reason: str, records: Sequence[tuple[str, str]]
) -> Entry:
    """更正 of a frozen result: why, and which corrected records (table, id) it admits."""
    case = _permitted(desk, "correct", text)
    reason = stated(reason, "更正理由")
    journal, cut = desk.store.journal, case.standing.cut
    versions = [corrected_version(journal, table, id, cut) for table, id in records]
    if not versions:
        raise NotNow("请指明据以更正的记录")
    content = {"reason": reason, "versions": [vars(version) for version in versions]}
    return _write(desk, case, "correct", content)


def revise(desk: Desk, text: str, progress: Progress = silent) -> Entry:
    """Approve the last proposal of a revision: a new assessment stands beside the old one."""
    case = _permitted(desk, "revise", text)
    proposal = open_revision(case.log, case.standing)
    assert proposal is not None  # a guard of the table
    content = {name: proposal.content[name] for name in ("reason", "versions")}
    return _freeze(desk, case, "revise", content, progress)


# -- details ----------------------------------------------------------------------------------


def _permitted(desk: Desk, act: Act, text: str) -> Case:
    """The period, if the act may be done by this person and now."""
    require(desk.actor, TRANSITIONS[act].right)
    case = desk.case(text)
    TRANSITIONS[act].check(case)
    return case


def _write(desk: Desk, case: Case, act: Act, content: Mapping[str, object] = NOTHING) -> Entry:
    """The entry of the act, unless somebody acted between the looking and the writing."""
    period = case.period.text

    def decide(log: tuple[Entry, ...]) -> Decision:
        if standing(log, period).last != case.standing.last:
            raise NotNow("刚有他人办理了本期事项，请刷新后再办")
        return Decision([Draft(TRANSITIONS[act].writes, period, {"period": period, **content})])

    (entry,) = write(desk.store.journal, desk.actor, desk.at, decide)
    return entry


def _freeze(
    desk: Desk, case: Case, act: Act, content: Mapping[str, object], progress: Progress
) -> Entry:
    log, now, store = case.log, case.standing, desk.store
    versions = cast(list[dict[str, Any]], content.get("versions", []))
    admitted = [*now.admitted, *(Version(v["table"], v["id"], v["position"]) for v in versions)]
    cut = now.needed_cut
    schemes = schemes_until(store.counted().schemes, now.period, cut)
    counted = cut_counts(store, schemes, cut, admitted)
    period = parse_period(now.period, cut.as_of)
    lines = whole_bureau(counted, period, desk.actor, ledger(log), progress=progress)
    name, previous = name_of(now.period, len(now.frozen) + 1), last_hash(log)
    chain = digests(store.journal.parts()).get(cut.position, "")
    frozen = write_frozen(store.folder, name, lines, schemes, cut, chain, admitted, log, previous)
    if now.frozen:
        before = open_frozen(store.folder, str(now.frozen[-1].content["folder"]))
        content = {**content, "differences": differences(before.lines, lines)}
    named = {"period": now.period, "folder": frozen.folder.name, "hash": frozen.hash, **content}

    def decide(log_now: tuple[Entry, ...]) -> Decision:
        if len(log_now) != len(log):
            raise NotNow("刚有他人办理了事项，请重新定稿")
        return Decision([Draft(TRANSITIONS[act].writes, now.period, named)])

    (entry,) = write(store.journal, desk.actor, desk.at, decide)
    return entry


def schemes_until(schemes: Sequence[Scheme], text: str, cut: Cut) -> tuple[Scheme, ...]:
    """Those that were in force by the end of the period; the first one always."""
    end = parse_period(text, cut.as_of).ends_on
    return tuple(s for s in schemes if s is schemes[0] or s.in_force_from <= end)


def last_hash(log: Sequence[Entry]) -> str:
    """The hash of the assessment that was frozen last."""
    frozen = [e for e in log if e.kind in FREEZING]
    return str(frozen[-1].content["hash"]) if frozen else FIRST
