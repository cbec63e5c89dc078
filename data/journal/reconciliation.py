"""What the last reconciling found: one small JSON file in the store, read by any process."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "reconcile.json"


@dataclass(frozen=True)
class Reconciliation:
    """The outcome of one reconciling.

    began_at      instant with its zone
    differences   how many there were; `first`: the first one, a sentence
    problem       a sentence: why it could not be finished
    """

    began_at: str
    position: int = 0
    differences: int = 0
    first: str = ""
    problem: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.began_at)


def read_reconciliation(store: Path) -> Reconciliation | None:
    """The last one; None if there was none, or if the file is damaged: the next one mends it."""
    try:
        last = Reconciliation(**json.loads((store / FILE).read_bytes()))
        is_sound = last.at.tzinfo is not None and type(last.differences) is int
    except (OSError, ValueError, TypeError):
        return None
    return last if is_sound else None


def write_reconciliation(store: Path, last: Reconciliation) -> None:
    """Put it in place of the earlier one."""
    temporary = store / f".{FILE}.{os.getpid()}.tmp"
    temporary.write_text(json.dumps(asdict(last), ensure_ascii=False, indent=1), "utf-8")
    temporary.replace(store / FILE)


def reconciliation_sentence(last: Reconciliation | None) -> str:
    """上次核对 08-19 03:30，一致"""
    if last is None:
        return "尚未核对"
    when = f"上次核对 {last.at:%m-%d %H:%M}"
    if last.problem:
        return f"{when}，未能完成：{last.problem}"
    if last.differences:
        return f"{when}，发现 {last.differences:,} 处不一致，首处：{last.first}"
    return f"{when}，一致"
