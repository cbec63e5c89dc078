"""What needs a person before a period goes on: missing data, rejects, units without a rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from data.journal.log import Entry
from data.journal.log_kinds import LogKind
from metrics.assessment.appeals import appeals
from metrics.assessment.result_files import Lines
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.figures import words
from metrics.integrity.flag import find_flags
from metrics.scoring.ledger import ledger, months_named

Where = Literal["intake", "ledger", "ranking", "checks", "indicator"]


@dataclass(frozen=True)
class Need:
    """One line of the work list. `where`: the page on which it is done."""

    sentence: str
    where: Where


def needs(
    store: Store, log: Sequence[Entry], period: str, lines: Lines, flags: int = 0
) -> list[Need]:
    """The open points of a period, most pressing first. `flags`: how many wait for a verdict."""
    listed = []
    waiting = [a for a in appeals(log, period) if a.outcome == "open"]
    moot = sum(1 for a in appeals(log, period) if a.outcome == "granted" and not a.objection.record)
    if moot:
        listed.append(Need(f"申诉成立 {moot} 件未指明更正记录，得分没有变化", "ledger"))
    if waiting:
        listed.append(Need(f"申诉 {len(waiting)} 件待复核", "ledger"))
    items = [i for i in ledger(log) if i.proposal.period == period and i.state == "proposed"]
    if items:
        listed.append(Need(f"台账 {len(items)} 条待批准", "ledger"))
    if flags:
        listed.append(Need(f"异常线索 {flags} 条待核或待复核", "checks"))
    (pending,) = store.copy.one("SELECT count(*) FROM record.pending WHERE NOT is_deleted")
    if pending:
        listed.append(Need(f"待核改动 {pending:,} 件，确认前按原记录计", "checks"))
    (rejects,) = store.copy.one("SELECT count(*) FROM record.reject WHERE NOT is_deleted")
    if rejects:
        listed.append(Need(f"拒收记录 {rejects:,} 条未处理，可能影响得分", "intake"))
    counted = store.counted()
    scored = {c.indicator for line in lines.get("bureau", ()) for c in line.contributions}
    for name in sorted(scored & counted.absent.keys()):
        listed.append(Need(f"“{counted.catalogue[name].title}”缺数据，全局不适用", "indicator"))
    for level, word in (("station", "派出所"), ("village", "村（社区）")):
        unranked = [line for line in lines.get(level, ()) if line.rank is None]
        if unranked:
            names = "、".join(line.name for line in unranked[:3])
            more = "等" if len(unranked) > 3 else ""
            listed.append(Need(f"{names}{more} {len(unranked)} 个{word}不参加排名", "ranking"))
    return listed


@dataclass(frozen=True)
class Unseen:
    """What was decided and does not stand in the last computation yet.

    voided    records voided by verdicts after the cut-off
    decided   entries of the ledger approved after the last run
    """

    voided: int = 0
    decided: int = 0


def unseen(now: Standing, log: Sequence[Entry]) -> Unseen:
    cut, months = now.step("cut"), months_named(now.period)
    if cut is None or not now.runs:
        return Unseen()
    late = [e for e in log if e.kind == LogKind.FLAG_VERDICT and e.number > cut.number]
    voided = [e.content["voided"] for e in late if e.content.get("month") in months]
    decided = [
        e
        for e in log
        if e.kind == LogKind.LEDGER_APPROVED
        and e.number > now.runs[-1].number
        and e.content.get("period") in months
    ]
    return Unseen(sum(len(cast(list[str], v)) for v in voided), len(decided))


def score_changes(before: Entry | None, after: Entry) -> list[tuple[str, str, str]]:
    """(level:unit, old score, new score) of the units whose score two runs give differently."""
    if before is None or before.kind != LogKind.PERIOD_RUN:
        return []
    old, new = (cast(dict[str, list[str]], run.content["scores"]) for run in (before, after))
    return [
        (key, _in_words(old[key][0]), _in_words(new[key][0]))
        for key in new
        if key in old and old[key][0] != new[key][0]
    ]


def _in_words(score: str | None) -> str:
    return "—" if score is None else words.points(Fraction(score))


def open_flags(counted: Counted, log: Sequence[Entry], period: Period) -> int:
    """How many flags of the period's months have no verdict."""
    judged = {entry.subject for entry in log if entry.kind == LogKind.FLAG_VERDICT}
    findings = find_flags(counted, period.starts_on, period.ends_on)
    return sum(1 for flag in findings.flags if flag.id not in judged)
