"""The log of what people decide: one hash chain over the rows of the journal's table `log`.

Every act of the assessment (a step of a period, an entry of the ledger and its approval, an appeal,
a verdict on a flag, a scheme that is published) is one entry. Entries are numbered 1, 2, 3 … and
each carries the hash of the one before, so that none can be changed, taken out or slipped in
without being noticed. What a state amounts to is found by reading the entries in order; nothing
else is stored, and nothing is overwritten.

Who writes looks first: `write` shows all entries under the writers' lock, so that of two persons
who act at the same moment one wins and the other is told.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from data.journal.copy import Copy, arrow_schema
from data.journal.journal import SHANGHAI, Batch, Journal
from data.journal.log_kinds import LogKind
from data.rights import Actor
from data.schema import LOG

START = "0" * 64  # what the first entry takes for the hash before it


class NotNow(ValueError):
    """The act is not possible as things stand; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Entry:
    """One act. `at`: Asia/Shanghai wall-clock time; `content`: what JSON can hold."""

    number: int
    kind: str
    subject: str
    content: Mapping[str, object]
    person: str
    role: str
    at: datetime
    previous: str
    hash: str

    @property
    def id(self) -> str:
        return entry_id(self.number)

    @property
    def period(self) -> str:
        """The period that it is about: the one it names, else its subject."""
        return str(self.content.get("period", self.subject))


@dataclass(frozen=True)
class Draft:
    """An entry to be written: what it is about, and what it says."""

    kind: LogKind
    subject: str
    content: Mapping[str, object]


@dataclass(frozen=True)
class Decision:
    """What an act writes: entries of the log, and with them new versions of records."""

    drafts: Sequence[Draft]
    batches: Sequence[Batch] = field(default=())


Decide = Callable[[tuple[Entry, ...]], Decision]


def moment(day: date | None = None) -> datetime:
    """When an act takes place: now; or on a day that was chosen, which has no clock."""
    if day is not None:
        return datetime.combine(day, time.min)
    return datetime.now(SHANGHAI).replace(tzinfo=None)


def moment_words(at: datetime) -> str:
    """2019-08-19 09:30, or the day alone where the act has no time of day."""
    return f"{at:%Y-%m-%d}" if at.time() == time.min else f"{at:%Y-%m-%d %H:%M}"


def entries(copy: Copy, *kinds: str, subject: str | None = None) -> tuple[Entry, ...]:
    """The entries in order; only those of some kinds, or of one subject."""
    rows = copy.cursor().execute(
        "SELECT number, kind, subject, content, person, role, acted_at, previous, hash"
        " FROM record.log WHERE (len($kinds) = 0 OR list_contains($kinds, kind))"
        " AND ($subject IS NULL OR subject = $subject) ORDER BY number",
        {"kinds": [str(kind) for kind in kinds], "subject": subject},
    )
    return tuple(Entry(n, k, s, json.loads(c), *rest) for n, k, s, c, *rest in rows.fetchall())


def write(journal: Journal, actor: Actor, at: datetime, decide: Decide) -> tuple[Entry, ...]:
    """Let `decide` see all entries and append what it answers, all under the writers' lock.

    `decide` raises NotNow if the act is not possible any more; then nothing is written.
    """
    with journal.lock():
        copy = Copy(journal, {LOG.name})
        copy.catch_up()
        before = entries(copy)
        decision = decide(before)
        new = _chained(before, decision.drafts, actor, at)
        journal.append([*decision.batches, _batch(new)], LOG.title, actor)
        journal.compact()
    return new


def entries_after(copy: Copy, position: int) -> tuple[Entry, ...]:
    """The entries that came in after a position of the journal."""
    rows = copy.cursor().execute("SELECT number FROM record.log WHERE _part > ?", [position])
    new = {number for (number,) in rows.fetchall()}
    return tuple(entry for entry in entries(copy) if entry.number in new)


def broken_links(log: Collection[Entry]) -> list[str]:
    """A sentence for each entry that is not what was once written, or that is missing."""
    sentences, previous, expected = [], START, 1
    for entry in log:
        if entry.number != expected:
            sentences.append(f"办理日志缺少第 {expected} 条")
        if entry.previous != previous and entry.number == expected:
            sentences.append(f"办理日志第 {entry.number} 条与前一条不相衔接")
        if entry.hash != digest_of(entry):
            sentences.append(f"办理日志第 {entry.number} 条内容与校验码不符")
        previous, expected = entry.hash, entry.number + 1
    return sentences


def entry_id(number: int) -> str:
    return f"log-{number:08d}"


def digest_of(entry: Entry) -> str:
    """sha256 over everything that the entry says and the hash before it."""
    fields = [entry.number, entry.kind, entry.subject, canonical(entry.content), entry.person]
    fields += [entry.role, entry.at.isoformat(timespec="seconds"), entry.previous]
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON in one form only: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _chained(
    before: Sequence[Entry], drafts: Sequence[Draft], actor: Actor, at: datetime
) -> tuple[Entry, ...]:
    previous = before[-1].hash if before else START
    last = before[-1].number if before else 0
    stamped, new = at.replace(tzinfo=None, microsecond=0), list[Entry]()
    for number, draft in enumerate(drafts, last + 1):
        content = json.loads(canonical(draft.content))
        bare = (
            number,
            draft.kind,
            draft.subject,
            content,
            actor.code,
            actor.role,
            stamped,
            previous,
        )
        previous = digest_of(Entry(*bare, hash=""))
        new.append(Entry(*bare, hash=previous))
    return tuple(new)


def _batch(new: Sequence[Entry]) -> Batch:
    import pyarrow as pa

    rows = [
        {
            "id": entry.id,
            "number": entry.number,
            "kind": entry.kind,
            "subject": entry.subject,
            "content": canonical(entry.content),
            "person": entry.person,
            "role": entry.role,
            "acted_at": entry.at,
            "previous": entry.previous,
            "hash": entry.hash,
        }
        for entry in new
    ]
    return Batch(LOG.name, pa.Table.from_pylist(rows, schema=arrow_schema(LOG)), LOG.names)
