"""申诉: a station or officer objects to one indicator; somebody who did not score reviews it.

Where the answer is a corrected record, the appeal names it; granting admits the version that stands
in the journal then, and nothing else that came in after the cut-off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, cast

from data.decisions.pending_versions import pending_versions
from data.entered_text import cleaned, unfit
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import Decision, Draft, Entry, NotNow, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated
from data.rights import Actor, require
from data.schema import EVENTS, PENDING, quoted
from metrics.calendar.standing import Cut, Deadlines, Standing, Version, deadlines, standing
from metrics.calendar.working_days import WorkingDays
from metrics.scheme.scheme import Level, Scheme

Outcome = Literal["open", "granted", "refused"]
OUTCOMES: Mapping[Outcome, str] = {"open": "待复核", "granted": "成立", "refused": "不成立"}
TABLES = {table.name: table.title for table in EVENTS}


@dataclass(frozen=True)
class Objection:
    """What is objected to. `table`, `record`: the corrected record, where there is one."""

    period: str
    level: Level
    unit: str
    indicator: str
    reason: str
    table: str = ""
    record: str = ""


@dataclass(frozen=True)
class Appeal:
    """An objection with its outcome. `before`, `after`: score and rank as shown then."""

    id: str
    objection: Objection
    outcome: Outcome
    appellant: str
    filed_at: datetime
    reviewer: str = ""
    reviewed_at: datetime | None = None
    remark: str = ""
    before: str = ""
    after: str = ""


def appeals(entries: Sequence[Entry], period: str | None = None) -> tuple[Appeal, ...]:
    """All appeals in order, or those of one period."""
    reviews = {e.subject: e for e in entries if e.kind == LogKind.APPEAL_REVIEWED}
    filed = (_appeal(e, reviews.get(e.id)) for e in entries if e.kind == LogKind.APPEAL_FILED)
    return tuple(a for a in filed if period in (None, a.objection.period))


def _appeal(entry: Entry, review: Entry | None) -> Appeal:
    c = entry.content
    names = ("unit", "indicator", "reason", "table", "record")
    objection = Objection(
        str(c["period"]), cast(Level, c["level"]), *(str(c[name]) for name in names)
    )
    if review is None:
        return Appeal(entry.id, objection, "open", entry.person, entry.at)
    return Appeal(
        entry.id,
        objection,
        cast(Outcome, review.content["outcome"]),
        *(entry.person, entry.at, review.person, review.at),
        *(str(review.content.get(name, "")) for name in ("remark", "before", "after")),
    )


def deadlines_of(now: Standing, days: WorkingDays) -> Deadlines | None:
    """None until the period is published."""
    published = now.step("published")
    return deadlines(published.at.date(), days) if published else None


def file_appeal(
    journal: Journal,
    scheme: Scheme,
    objection: Objection,
    days: WorkingDays,
    actor: Actor,
    at: datetime,
) -> Entry:
    """Object to one indicator of one unit; after the deadline it is too late."""
    require(actor, "appeal")
    if not objection.unit:
        raise NotNow("请选择单位")
    objection = _in_words(objection)
    if scheme.scored(objection.indicator) is None:
        raise NotNow(f"方案中没有指标“{objection.indicator}”")
    if bool(objection.table) != bool(objection.record) or (
        objection.table and objection.table not in TABLES
    ):
        raise NotNow("更正记录须同时写明数据表和记录编号")

    def decide(entries: tuple[Entry, ...]) -> Decision:
        now = standing(entries, objection.period)
        now.require("published", "hearing")
        _in_time(now, days, at.date())
        for appeal in appeals(entries, objection.period):
            o = appeal.objection
            same = (o.level, o.unit, o.indicator)
            is_open = appeal.outcome == "open"
            if is_open and same == (objection.level, objection.unit, objection.indicator):
                raise NotNow(f"该单位该指标已有申诉（{appeal.id}），待复核")
        return Decision([Draft(LogKind.APPEAL_FILED, objection.unit, vars(objection))])

    (entry,) = write(journal, actor, at, decide)
    return entry


def _in_words(objection: Objection) -> Objection:
    """With its texts as the one rule wants them; the number of a record may look like a phone's."""
    reason, unit = stated(objection.reason, "申诉理由"), stated(objection.unit, "单位编码")
    record = cleaned(objection.record)
    if problem := unfit(record, "记录编号"):
        raise NotNow(problem)
    return replace(objection, reason=reason, unit=unit, record=record)


def _in_time(now: Standing, days: WorkingDays, on: date) -> None:
    last = deadlines_of(now, days)
    if last and on > last.appeal:
        raise NotNow(f"申诉期已于{last.appeal:%Y-%m-%d}届满，不再受理")


def review_appeal(
    journal: Journal,
    id: str,
    is_granted: bool,
    remark: str,
    actor: Actor,
    at: datetime,
    effect: tuple[str, str] = ("", ""),
) -> Entry:
    """Decide an appeal: not one's own, and not who scored the period.

    effect   score and rank of the unit before and after, as words
    """
    require(actor, "review")
    opinion = stated(remark, "复核意见")

    def decide(entries: tuple[Entry, ...]) -> Decision:
        appeal = _open_appeal(entries, id)
        now = standing(entries, appeal.objection.period)
        now.require("published", "hearing")
        _not_involved(appeal, now, actor)
        content: dict[str, object] = {
            "period": appeal.objection.period,
            "outcome": "granted" if is_granted else "refused",
            "remark": opinion,
            "before": effect[0],
            "after": effect[1],
        }
        if is_granted and appeal.objection.record:
            o = appeal.objection
            content["versions"] = [vars(corrected_version(journal, o.table, o.record, now.cut))]
        return Decision([Draft(LogKind.APPEAL_REVIEWED, id, content)])

    (entry,) = write(journal, actor, at, decide)
    return entry


def _open_appeal(entries: Sequence[Entry], id: str) -> Appeal:
    appeal = next((a for a in appeals(entries) if a.id == id), None)
    if appeal is None:
        raise NotNow(f"没有申诉 {id}")
    if appeal.outcome != "open":
        raise NotNow(f"此申诉已由{appeal.reviewer}复核：{OUTCOMES[appeal.outcome]}")
    return appeal


def _not_involved(appeal: Appeal, now: Standing, actor: Actor) -> None:
    scored = {run.person for run in now.runs}
    scored |= {step.person for step in now.steps if step.kind == LogKind.PERIOD_CHECKED}
    if actor.code == appeal.appellant:
        raise NotNow("不得复核本人提出的申诉，请由他人复核")
    if actor.code in scored:
        raise NotNow("本期由本人计分或初核，不得复核申诉，请由他人复核")


def corrected_version(journal: Journal, table: str, id: str, cut: Cut | None) -> Version:
    """The version of a record as the journal has it now; it must be later than the cut-off."""
    if table not in TABLES:
        raise NotNow(f"没有数据表“{table}”")
    copy = Copy(journal, {table, PENDING.name})
    copy.catch_up()
    row = copy.one(f"SELECT _part FROM record.{quoted(table)} WHERE id = ?", id)
    name = f"{TABLES[table]}“{id}”"
    if not row:
        raise NotNow(f"没有{name}这条记录")
    position = int(str(row[0]))
    if any(version.id == f"{table}/{id}" for version in pending_versions(copy)):
        raise NotNow(f"{name}的更正待核，请先由报送人以外的人在数据核查中确认")
    if cut is not None and position <= cut.position:
        raise NotNow(f"{name}在数据截止后没有更正，请先由数据管理更正后再认定")
    return Version(table, id, position)


@dataclass(frozen=True)
class AppealCounts:
    """Statistics of appeals; `days` is the mean from filing to review, None if none is reviewed."""

    filed: int
    granted: int
    refused: int
    open: int
    days: float | None
    by_indicator: Mapping[str, int]


def appeal_counts(every: Sequence[Appeal]) -> AppealCounts:
    outcomes = [appeal.outcome for appeal in every]
    spans = [(a.reviewed_at.date() - a.filed_at.date()).days for a in every if a.reviewed_at]
    names = [appeal.objection.indicator for appeal in every]
    return AppealCounts(
        len(every),
        outcomes.count("granted"),
        outcomes.count("refused"),
        outcomes.count("open"),
        sum(spans) / len(spans) if spans else None,
        {name: names.count(name) for name in sorted(set(names))},
    )
