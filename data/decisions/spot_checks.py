"""抽查: the draw in the log, and the results as records of the journal.

A draw is an entry of the log with its seed, month and journal position, so that anyone can repeat
it (metrics.integrity.spot_sample). A result is a `spot_check` record that goes through the intake
like any other; a record that failed may be voided, as by a verdict, with an entry of the log that
says why.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from data.decisions.voiding import Voided, voided
from data.intake.held_back import Sent, hold_back
from data.intake.loading import Loader, load_record
from data.intake.reading.source import Refused
from data.journal.copy import Copy
from data.journal.journal import Batch, Journal
from data.journal.log import Decision, Draft, Entry, NotNow, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated
from data.rights import Actor, require
from data.schema import PENDING, TABLES

# Results are written by who checks, not by who loads files.
SPOT_CHECK = replace(TABLES["spot_check"], right="check")


@dataclass(frozen=True)
class Sample:
    """A draw as it stands in the log. `records`: (table/id, village, random or flagged)."""

    number: int
    month: date
    seed: int
    position: int
    records: tuple[tuple[str, str, str], ...]
    person: str
    at: datetime


@dataclass(frozen=True)
class Result:
    """What the check of one record (table/id) found."""

    record: str
    village: str
    checked_on: date
    sampled: int
    correct: int

    @property
    def id(self) -> str:
        """One result for each record and day: the same entered again is a correction."""
        text = f"{self.record}|{self.checked_on}"
        return f"cc-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def has_failed(self) -> bool:
        return self.correct < self.sampled


def samples_of(draws: Iterable[Entry]) -> tuple[Sample, ...]:
    """The draws from their entries, oldest first."""
    return tuple(_read(entry) for entry in draws)


def _read(entry: Entry) -> Sample:
    content = entry.content
    listed = content["records"] if isinstance(content["records"], list) else []
    return Sample(
        entry.number,
        date.fromisoformat(f"{content['month']}-01"),
        int(str(content["seed"])),
        int(str(content["position"])),
        tuple((str(record), str(village), str(why)) for record, village, why in listed),
        entry.person,
        entry.at,
    )


def log_sample(
    journal: Journal,
    month: date,
    seed: int,
    position: int,
    records: Sequence[tuple[str, str, str]],
    actor: Actor,
    at: datetime,
) -> Sample:
    """Write a draw down. A month is drawn once: another draw would let one choose."""
    require(actor, "check")
    if not records:
        raise Refused("当月没有可抽查的记录")

    def decide(before: Sequence[Entry]) -> Decision:
        for entry in before:
            if entry.kind == LogKind.SPOT_SAMPLE and entry.subject == f"{month:%Y-%m}":
                raise NotNow(f"{month.year}年{month.month}月已由 {entry.person} 抽取，不再重抽")
        content = {
            "month": f"{month:%Y-%m}",
            "seed": seed,
            "position": position,
            "records": [list(record) for record in records],
        }
        return Decision([Draft(LogKind.SPOT_SAMPLE, f"{month:%Y-%m}", content)])

    (entry,) = write(journal, actor, at, decide)
    return _read(entry)


def enter_result(loader: Loader, result: Result, actor: Actor, at: datetime) -> None:
    """Write what a check found. Raises Refused if the intake would not take it."""
    values = {
        "id": result.id,
        "village": result.village,
        "record": result.record.partition("/")[2],
        "checked_on": result.checked_on,
        "fields_sampled": result.sampled,
        "fields_correct": result.correct,
        "entered_at": at.replace(tzinfo=None, microsecond=0),
    }
    load_record(loader, SPOT_CHECK, values, actor, at.date())


def void_failed(
    journal: Journal, copy: Copy, result: Result, reason: str, actor: Actor, at: datetime
) -> bool:
    """Void the record that a check found wrong; with its entry in the log, in one write.

    False: it failed a duty, so that voiding it would lift a score: that waits for another person.
    """
    require(actor, "check")
    stated_reason = stated(reason, "作废理由")
    if not result.has_failed:
        raise NotNow("抽查各项均准确，不作废")

    def decide(before: Sequence[Entry]) -> Decision:
        copy.catch_up()
        voiding = voided(copy, [result.record], at.date(), f"抽查不实：{stated_reason}")
        if not voiding.records:
            raise NotNow("这条记录已经作废或删除")
        batches, waits = _held_back(copy, voiding, Sent("抽查", actor, at.date()))
        voided_now = [] if waits else list(voiding.records)
        content = {"check": result.id, "reason": stated_reason, "voided": voided_now}
        return Decision([Draft(LogKind.SPOT_VOID, result.record, content)], batches)

    (entry,) = write(journal, actor, at, decide)
    return bool(entry.content["voided"])


def _held_back(copy: Copy, voiding: Voided, by: Sent) -> tuple[Sequence[Batch], bool]:
    """What to write of the voiding of one record, and whether it waits."""
    (batch,) = voiding.batches
    held = hold_back(copy, TABLES[batch.table], batch.rows, batch.rows, batch.provided, by)
    waiting = [Batch(PENDING.name, held.rows, PENDING.names)]
    return (waiting, True) if held.ids else (voiding.batches, False)
