"""Schemes that the bureau decides upon: drafted, proposed, and published by a second person.

Each step is an entry of the log (data/journal/log.py). A draft's full text is kept each time it is
saved; what is published is the text of the draft as it was proposed. A scheme comes in force on the
first day of a month that has not begun, so that no past or running month changes its scheme.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from data.declared import DeclarationError
from data.entered_text import cleaned
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import Decision, Draft, Entry, NotNow, entries, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated, stated_if_any
from data.rights import Actor, require
from metrics.calendar.days import months_before
from metrics.calendar.period import parse_period
from metrics.calendar.standing import STEP
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.entered import text_problems
from metrics.scheme.scheme import Scheme, read_scheme
from metrics.scheme.text import text_of

MOST_LETTERS = 40
State = Literal["drafted", "proposed", "published", "declined"]
STATES: dict[str, State] = {
    LogKind.SCHEME_DRAFTED: "drafted",
    LogKind.SCHEME_PROPOSED: "proposed",
    LogKind.SCHEME_PUBLISHED: "published",
    LogKind.SCHEME_DECLINED: "declined",
}


@dataclass(frozen=True)
class Drafted:
    """A draft as it stands.

    saved, last     its last saving, and the last entry about it
    in_force_from   of the proposal or of what was published
    """

    name: str
    text: str
    note: str
    saved: Entry
    last: Entry
    in_force_from: date | None = None

    @property
    def state(self) -> State:
        return STATES[self.last.kind]

    @property
    def editor(self) -> str:
        return self.saved.person


@dataclass(frozen=True)
class SchemeDesk:
    """Where schemes are decided upon. `as_of`: the last day of which the store knows."""

    journal: Journal
    catalogue: Catalogue
    as_of: date

    def earliest(self, at: datetime, log: Iterable[Entry]) -> date:
        """The first day on which a scheme that is decided upon now may come in force.

        log   the log: a period that is under way or frozen keeps its scheme, whatever the day is
        """
        last = max(at.date(), self.as_of, *_assessed_until(log))
        return months_before(last.replace(day=1), -1)


@dataclass(frozen=True)
class Published:
    """What the log says is in force, by date; a sentence for each that cannot be read any more."""

    schemes: tuple[Scheme, ...] = ()
    problems: tuple[str, ...] = ()


def drafts(log: Iterable[Entry]) -> dict[str, Drafted]:
    """Name -> the draft as the entries leave it; a new saving takes a proposal back."""
    by_name: dict[str, Drafted] = {}
    for entry in log:
        content, name = entry.content, entry.subject
        if entry.kind == LogKind.SCHEME_DRAFTED:
            by_name[name] = Drafted(name, str(content["text"]), str(content["note"]), entry, entry)
        elif entry.kind in STATES and name in by_name:
            day = content.get("in_force_from")
            since = date.fromisoformat(str(day)) if day else None
            by_name[name] = replace(by_name[name], last=entry, in_force_from=since)
    return by_name


def published_schemes(copy: Copy, catalogue: Catalogue) -> Published:
    """The published schemes; one that cannot be read any more is named and left out."""
    schemes, problems = list[Scheme](), list[str]()
    for entry in entries(copy, LogKind.SCHEME_PUBLISHED):
        try:
            schemes.append(_scheme_of(entry, catalogue))
        except (DeclarationError, KeyError, ValueError) as error:
            problems.append(
                f"已发布的考核方案“{entry.subject}”（{entry.id}）读不出来，未采用：{error}"
            )
    schemes.sort(key=lambda scheme: scheme.in_force_from)
    return Published(tuple(schemes), tuple(problems))


def merged(declared: Sequence[Scheme], published: Sequence[Scheme]) -> tuple[Scheme, ...]:
    """Files and published ones by date in force; of the same date the published one stands."""
    return tuple(sorted([*declared, *published], key=lambda scheme: scheme.in_force_from))


def save_draft(
    desk: SchemeDesk,
    actor: Actor,
    at: datetime,
    name: str,
    scheme: Scheme,
    note: str,
    seen: int = 0,
) -> None:
    """Keep a draft. `seen`: number of the last entry about it that the editor has seen."""
    require(actor, "edit-scheme")
    if not cleaned(name):
        raise NotNow(f"草案名称应为 1 至 {MOST_LETTERS} 个字")
    name, text = stated(name, "草案名称", MOST_LETTERS), text_of(scheme)
    note = stated_if_any(note, "修改说明")
    if unfit := text_problems(scheme):
        raise NotNow("；".join(unfit))
    read_scheme(text, name, desk.catalogue)

    def decide(log: tuple[Entry, ...]) -> Decision:
        draft = drafts(log).get(name)
        if draft and draft.last.number != seen:
            raise NotNow(f"草案“{name}”已由{draft.last.person}改动，请重新打开后再改")
        return Decision([Draft(LogKind.SCHEME_DRAFTED, name, {"text": text, "note": note})])

    write(desk.journal, actor, at, decide)


def propose(desk: SchemeDesk, actor: Actor, at: datetime, name: str, in_force_from: date) -> None:
    """Ask a second person to publish the draft as it stands, in force from a day on."""
    require(actor, "edit-scheme")

    def decide(log: tuple[Entry, ...]) -> Decision:
        _check_day(desk.earliest(at, log), in_force_from)
        draft = _draft_named(log, name)
        if draft.state in ("proposed", "published"):
            raise NotNow(f"草案“{name}”已{_state_word(draft)}，不能再次提出")
        read_scheme(draft.text, name, desk.catalogue)
        content: dict[str, object] = {
            "digest": digest_of(draft.text),
            "in_force_from": in_force_from.isoformat(),
        }
        content |= {"saved": draft.saved.number}
        return Decision([Draft(LogKind.SCHEME_PROPOSED, name, content)])

    write(desk.journal, actor, at, decide)


def publish(desk: SchemeDesk, actor: Actor, at: datetime, name: str, proposal: int) -> None:
    """Put a proposal in force from its day on; by another than who proposed or last edited it."""
    require(actor, "publish-scheme")

    def decide(log: tuple[Entry, ...]) -> Decision:
        draft, day = _proposed(log, name, proposal, actor)
        _check_day(desk.earliest(at, log), day)
        if draft.last.content.get("digest") != digest_of(draft.text):
            raise NotNow(f"草案“{name}”与提出时不一致，请重新提出")
        read_scheme(draft.text, name, desk.catalogue)
        content = {"text": draft.text, "digest": digest_of(draft.text), "proposal": proposal}
        content |= {"in_force_from": day.isoformat(), "proposer": draft.last.person}
        return Decision([Draft(LogKind.SCHEME_PUBLISHED, name, content)])

    write(desk.journal, actor, at, decide)


def decline(
    desk: SchemeDesk, actor: Actor, at: datetime, name: str, proposal: int, why: str
) -> None:
    """Send a proposal back with a reason; by another than who proposed or last edited it."""
    require(actor, "publish-scheme")
    if not cleaned(why):
        raise NotNow("退回应写明理由")
    why = stated(why, "退回理由")

    def decide(log: tuple[Entry, ...]) -> Decision:
        _proposed(log, name, proposal, actor)
        content = {"why": why, "proposal": proposal}
        return Decision([Draft(LogKind.SCHEME_DECLINED, name, content)])

    write(desk.journal, actor, at, decide)


def may_decide(draft: Drafted, actor: Actor) -> bool:
    """Whether this person may publish or decline the proposal."""
    persons = {draft.last.person, draft.editor}
    is_open = draft.state == "proposed"
    return is_open and actor.may("publish-scheme") and actor.code not in persons


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- details ----------------------------------------------------------------------------------


def _scheme_of(entry: Entry, catalogue: Catalogue) -> Scheme:
    """The published scheme, under a name of its own and with who decided upon it."""
    content = entry.content
    scheme = read_scheme(str(content["text"]), f"{entry.subject}（{entry.id}）", catalogue)
    return scheme.model_copy(
        update={
            "in_force_from": date.fromisoformat(str(content["in_force_from"])),
            "approved_by": f"{content['proposer']} 提出，{entry.person} 于 {entry.at.date()} 批准",
        }
    )


def _draft_named(log: tuple[Entry, ...], name: str) -> Drafted:
    draft = drafts(log).get(name)
    if draft is None:
        raise NotNow(f"没有草案“{name}”")
    return draft


def _proposed(
    log: tuple[Entry, ...], name: str, proposal: int, actor: Actor
) -> tuple[Drafted, date]:
    """The draft, if this very proposal is open and another person decides."""
    draft = _draft_named(log, name)
    if draft.state != "proposed" or draft.last.number != proposal or not draft.in_force_from:
        raise NotNow(f"草案“{name}”已{_state_word(draft)}，请按最新情况办理")
    if actor.code in (draft.last.person, draft.editor):
        raise NotNow("提出或修改方案的人不能批准或退回自己的方案，请由另一人办理")
    return draft, draft.in_force_from


def _state_word(draft: Drafted) -> str:
    words = {"drafted": "改动", "proposed": "提出", "published": "发布", "declined": "退回"}
    return f"由{draft.last.person}{words[draft.state]}"


def _assessed_until(log: Iterable[Entry]) -> Iterator[date]:
    """The last days of the periods whose assessment has begun."""
    for entry in log:
        if entry.kind.startswith(STEP):
            text = str(entry.content.get("period", entry.subject))
            yield parse_period(text, date.max).whole_ends_on


def _check_day(earliest: date, day: date) -> None:
    if day < earliest:
        raise NotNow(f"施行日期不得早于 {earliest}：已过去和正在进行的月份仍按原方案")
    if day.day != 1:
        first = months_before(day.replace(day=1), -1)
        raise NotNow(f"施行日期应为某月 1 日（如 {first}），以免一个月内换方案")
