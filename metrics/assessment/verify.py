"""Verifying: is a frozen assessment what it was, and does the journal as it stood still give it?"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.journal.copy import Copy
from data.journal.journal import Journal, JournalError
from data.journal.log import Entry, broken_links, entries
from data.rights import Actor
from data.schema import LOG
from metrics.assessment.archive import FIRST, Frozen, open_frozen
from metrics.assessment.compute import ledger_until, whole_bureau
from metrics.assessment.cutoff import counted_at
from metrics.assessment.result_files import differences
from metrics.assessment.steps import Desk
from metrics.calendar.period import parse_period
from metrics.calendar.standing import FREEZING


@dataclass(frozen=True)
class Verified:
    """One frozen assessment; `found` is empty where it agrees (一致)."""

    period: str
    folder: str
    hash: str
    found: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.found


def verify(journal: Journal, actor: Actor, period: str | None = None) -> list[Verified]:
    """Check the log, the journal and every frozen assessment, or those of one period."""
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    log = entries(copy)
    common = [*broken_links(log), *journal.damaged()]
    previous, found = FIRST, []
    for entry in log:
        if entry.kind not in FREEZING:
            continue
        if period in (None, entry.subject):
            told = [*common, *_verify(journal, log, entry, previous, actor)]
            found.append(
                Verified(
                    entry.subject,
                    str(entry.content["folder"]),
                    str(entry.content["hash"]),
                    tuple(dict.fromkeys(told)),
                )
            )
        previous = str(entry.content["hash"])
    return found


def _verify(
    journal: Journal, log: Sequence[Entry], entry: Entry, previous: str, actor: Actor
) -> list[str]:
    name = str(entry.content["folder"])
    try:
        frozen = open_frozen(journal.folder.parent, name)
    except (OSError, ValueError):
        return [f"定稿 {name} 的清单缺失或不能读取"]
    found = [f"定稿 {name} 的文件 {file} 缺失或被改动" for file in frozen.changed_files()]
    if frozen.hash != entry.content["hash"]:
        found.append(f"定稿 {name} 的清单被改动，与办理日志所记校验码不符")
    if frozen.previous != previous:
        found.append(f"定稿 {name} 与前一份定稿不相衔接")
    if found:
        return found
    try:
        return _recomputed(journal, log, entry, frozen, actor)
    except (JournalError, LookupError, OSError, ValueError) as error:
        return [f"定稿 {name} 不能重算：{error}"]


def _recomputed(
    journal: Journal, log: Sequence[Entry], entry: Entry, frozen: Frozen, actor: Actor
) -> list[str]:
    """Compute all of it again with the assessment's own definitions, from the journal as it was."""
    catalogue = frozen.catalogue()
    schemes = frozen.schemes(catalogue)
    counted = counted_at(journal, catalogue, schemes, frozen.cut, frozen.admitted)
    period = parse_period(entry.subject, frozen.cut.as_of)
    items = ledger_until(log, frozen.log_number)
    again = whole_bureau(counted, period, actor, items, is_simulated=False)
    return differences(frozen.lines, again)


def late_differences(desk: Desk, period: str) -> list[str]:
    """How the result would differ if the records of today were counted: the frozen one stays."""
    found = desk.standing(period)
    entry = found.frozen[-1]
    frozen = open_frozen(desk.store.folder, str(entry.content["folder"]))
    counted = desk.store.counted()
    items = ledger_until(desk.log(), frozen.log_number)
    when = parse_period(period, counted.as_of)
    now = whole_bureau(counted, when, desk.actor, items, is_simulated=False)
    return differences(frozen.lines, now)
