"""What a weekly meeting decides, what became of it, and the notices of 政治处: entries of the log.

A decision names a responsible unit and a day, never a person. Nothing is overwritten: how far it
has come, and that a notice is taken down, are entries of their own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, cast

from data.journal.journal import Journal
from data.journal.log import Decision, Draft, Entry, NotNow, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated, stated_if_any
from data.rights import Actor, require

MOST_WORDS, MOST_REMARK, MOST_TITLE, MOST_NOTICE = 40, 20, 20, 120  # legible at eight metres
MOST_DAYS = 366
SETTLED_FOR = timedelta(days=14)  # so long what is settled is still told at the next meetings

State = Literal["open", "done", "dropped"]
STATES: dict[State, str] = {"open": "办理中", "done": "已办结", "dropped": "已撤销"}


@dataclass(frozen=True)
class Resolution:
    """One decision of a meeting with what became of it.

    about   the view that was looked at
    """

    id: str
    words: str
    unit: str
    due_on: date
    about: str
    decided_on: date
    state: State = "open"
    remark: str = ""
    reported_on: date | None = None

    def is_late(self, day: date) -> bool:
        return self.state == "open" and self.due_on < day


@dataclass(frozen=True)
class Notice:
    id: str
    title: str
    words: str
    until: date
    posted_on: date


@dataclass(frozen=True)
class Wanted:
    """What is to be decided: the words, who is responsible, until when, about which view."""

    words: str
    unit: str
    due_on: date
    about: str


def resolutions(log: Iterable[Entry]) -> tuple[Resolution, ...]:
    """All decisions in order, each as the last report leaves it."""
    by_id: dict[str, Resolution] = {}
    for entry in log:
        c = entry.content
        if entry.kind == LogKind.MEETING_DECISION:
            by_id[entry.id] = Resolution(
                *(entry.id, str(c["words"]), str(c["unit"])),
                *(date.fromisoformat(str(c["due_on"])), str(c["about"]), entry.at.date()),
            )
        elif entry.kind == LogKind.DECISION_STATE and entry.subject in by_id:
            by_id[entry.subject] = replace(
                by_id[entry.subject],
                state=cast(State, c["state"]),
                remark=str(c["remark"]),
                reported_on=entry.at.date(),
            )
    return tuple(by_id.values())


def for_meeting(log: Iterable[Entry], day: date) -> list[Resolution]:
    """What comes back at a meeting: late, open by their day, then what was settled lately."""
    every = resolutions(log)
    still_open = [r for r in every if r.state == "open"]
    settled = [r for r in every if r.reported_on and r.state != "open"]
    lately = [r for r in settled if (r.reported_on or day) >= day - SETTLED_FOR]
    return [*sorted(still_open, key=lambda r: r.due_on), *reversed(lately)]


def notices(log: Iterable[Entry], day: date) -> list[Notice]:
    """Those that hold on the day, the latest first."""
    by_id: dict[str, Notice] = {}
    for entry in log:
        c = entry.content
        if entry.kind == LogKind.NOTICE:
            by_id[entry.id] = Notice(
                *(entry.id, str(c["title"]), str(c["words"])),
                *(date.fromisoformat(str(c["until"])), entry.at.date()),
            )
        elif entry.kind == LogKind.NOTICE_TAKEN_DOWN:
            by_id.pop(entry.subject, None)
    return [notice for notice in reversed(by_id.values()) if notice.until >= day]


def decide(
    journal: Journal, actor: Actor, at: datetime, wanted: Wanted, units: Collection[str]
) -> None:
    """Write down a decision. units: the names that can be made responsible."""
    require(actor, "assess")
    words = stated(wanted.words, "决定事项", MOST_WORDS)
    if wanted.unit not in units:
        raise NotNow("请选择责任单位")
    _check_day(wanted.due_on, at, "完成期限")
    content = {"words": words, "unit": wanted.unit, "about": wanted.about}
    content |= {"due_on": wanted.due_on.isoformat()}
    draft = Draft(LogKind.MEETING_DECISION, wanted.unit, content)
    write(journal, actor, at, lambda _: Decision([draft]))


def report(
    journal: Journal, actor: Actor, at: datetime, id: str, state: State, remark: str
) -> None:
    """Say how far a decision has come; what is dropped needs a reason."""
    require(actor, "assess")
    explanation = (stated if state == "dropped" else stated_if_any)(remark, "说明", MOST_REMARK)

    def add(log: tuple[Entry, ...]) -> Decision:
        resolution = next((r for r in resolutions(log) if r.id == id), None)
        if resolution is None:
            raise NotNow(f"没有决定 {id}")
        if resolution.state != "open":
            raise NotNow(f"此项决定{STATES[resolution.state]}，不再变动")
        return Decision(
            [Draft(LogKind.DECISION_STATE, id, {"state": state, "remark": explanation})]
        )

    write(journal, actor, at, add)


def post(journal: Journal, actor: Actor, at: datetime, title: str, words: str, until: date) -> None:
    """Put up a notice until a day."""
    require(actor, "assess")
    _check_day(until, at, "展示期限")
    content = {
        "title": stated(title, "标题", MOST_TITLE),
        "words": stated(words, "内容", MOST_NOTICE),
        "until": until.isoformat(),
    }
    write(journal, actor, at, lambda _: Decision([Draft(LogKind.NOTICE, "notice", content)]))


def take_down(journal: Journal, actor: Actor, at: datetime, id: str) -> None:
    require(actor, "assess")

    def add(log: tuple[Entry, ...]) -> Decision:
        if id not in {notice.id for notice in notices(log, date.min)}:
            raise NotNow("此条通知已撤下")
        return Decision([Draft(LogKind.NOTICE_TAKEN_DOWN, id, {})])

    write(journal, actor, at, add)


def _check_day(day: date, at: datetime, what: str) -> None:
    if not at.date() <= day <= at.date() + timedelta(days=MOST_DAYS):
        raise NotNow(f"{what}应在今天至一年之内")
