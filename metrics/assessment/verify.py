"""Verifying: is a frozen assessment what it was, and does the journal as it stood still give it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.journal.chain import digests
from data.journal.copy import Copy
from data.journal.journal import Journal, JournalError
from data.journal.log import Entry, broken_links, entries
from data.rights import Actor
from data.schema import LOG
from metrics.assessment.archive import FIRST, FOLDER, Frozen, folders, open_frozen
from metrics.assessment.compute import Progress, ledger_until, silent, whole_bureau
from metrics.assessment.replay import Replay
from metrics.assessment.result_files import differences, is_as_written
from metrics.assessment.steps import Desk
from metrics.calendar.period import parse_period
from metrics.calendar.standing import FREEZING


@dataclass(frozen=True)
class Verified:
    """One frozen assessment; `problems` is empty where it agrees (一致)."""

    period: str
    folder: str
    hash: str
    problems: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.problems


def verify(
    journal: Journal, actor: Actor, period: str | None = None, progress: Progress = silent
) -> list[Verified]:
    """Check the log, the journal and every frozen assessment, or those of one period.

    progress   the period that begins, how many are done, how many there are
    """
    log = log_of(journal)
    frozen = [entry for entry in log if entry.kind in FREEZING]
    progress("日志", 0, len(frozen) + 1)
    common = common_problems(journal, log)
    chain = digests(journal.parts())
    previous = dict(zip((e.id for e in frozen), [FIRST, *map(_hash, frozen)], strict=False))
    mine = [entry for entry in frozen if period in (None, entry.subject)]
    problems: dict[str, list[str]] = {}
    replay = Replay(journal)
    for entry in sorted(mine, key=lambda entry: _position(journal, entry)):
        progress(entry.subject, len(problems) + 1, len(mine) + 1)
        problems[entry.id] = _verify(replay, log, chain, entry, previous[entry.id], actor)
    progress("", len(mine) + 1, len(mine) + 1)
    return [
        Verified(
            entry.subject,
            str(entry.content["folder"]),
            _hash(entry),
            tuple(dict.fromkeys([*common, *problems[entry.id]])),
        )
        for entry in mine
    ]


def common_problems(journal: Journal, log: Sequence[Entry]) -> list[str]:
    """What is wrong with the log, the journal, or what lies beside the frozen assessments."""
    named = {str(entry.content["folder"]) for entry in log if entry.kind in FREEZING}
    unnamed = [name for name in folders(journal.folder.parent) if name not in named]
    sentences = [f"{FOLDER} 中的 {name} 未见于办理日志，不是定稿" for name in unnamed]
    return [*broken_links(log), *journal.damaged(), *sentences]


def log_of(journal: Journal) -> tuple[Entry, ...]:
    """All entries of the log."""
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    return entries(copy)


def _hash(entry: Entry) -> str:
    return str(entry.content["hash"])


def _position(journal: Journal, entry: Entry) -> int:
    """Of the cut-off; the records are replayed in this order. 0 if the manifest is unreadable."""
    try:
        return open_frozen(journal.folder.parent, str(entry.content["folder"])).cut.position
    except (LookupError, OSError, TypeError, ValueError):
        return 0


def _verify(
    replay: Replay,
    log: Sequence[Entry],
    chain: Mapping[int, str],
    entry: Entry,
    previous: str,
    actor: Actor,
) -> list[str]:
    name = str(entry.content["folder"])
    try:
        frozen = open_frozen(replay.journal.folder.parent, name)
    except (OSError, ValueError):
        return [f"定稿 {name} 的清单缺失或不能读取"]
    sentences = [f"定稿 {name} 的文件 {file} 缺失或被改动" for file in frozen.changed_files()]
    if frozen.hash != entry.content["hash"]:
        sentences.append(f"定稿 {name} 的清单被改动，与办理日志所记校验码不符")
    if frozen.previous != previous:
        sentences.append(f"定稿 {name} 与前一份定稿不相衔接")
    if sentences:
        return sentences
    sentences = _grounds(log, chain, frozen)
    try:
        return sentences + _recomputed(replay, log, entry, frozen, actor)
    except (JournalError, LookupError, OSError, ValueError) as error:
        return [*sentences, f"定稿 {name} 不能重算：{error}"]


def _grounds(log: Sequence[Entry], chain: Mapping[int, str], frozen: Frozen) -> list[str]:
    """Whether the journal and the log up to what it was made from are still those."""
    name, position, number = frozen.folder.name, frozen.cut.position, frozen.log_number
    sentences = []
    if frozen.chain and frozen.chain != chain.get(position):
        sentences.append(f"日志第 1 至 {position} 部分与定稿 {name} 所记校验码不符")
    if number and frozen.log_hash not in [entry.hash for entry in log if entry.number == number]:
        sentences.append(f"办理日志第 {number} 条与定稿 {name} 所记校验码不符")
    return sentences


def _recomputed(
    replay: Replay, log: Sequence[Entry], entry: Entry, frozen: Frozen, actor: Actor
) -> list[str]:
    """Compute all of it again with the assessment's own definitions, from the journal as it was."""
    counted = replay.counted(frozen)
    period = parse_period(entry.subject, frozen.cut.as_of)
    items = ledger_until(log, frozen.log_number)
    again = whole_bureau(counted, period, actor, items, is_simulated=False)
    return [] if is_as_written(frozen.folder, again) else differences(frozen.lines, again)


def late_differences(desk: Desk, period: str) -> list[str]:
    """How the result would differ if the records of today were counted: the frozen one stays."""
    standing_now = desk.standing(period)
    entry = standing_now.frozen[-1]
    frozen = open_frozen(desk.store.folder, str(entry.content["folder"]))
    counted = desk.store.counted()
    items = ledger_until(desk.log(), frozen.log_number)
    when = parse_period(period, counted.as_of)
    now = whole_bureau(counted, when, desk.actor, items, is_simulated=False)
    return differences(frozen.lines, now)
