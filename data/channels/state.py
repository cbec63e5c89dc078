"""What each channel says of itself: one small JSON file per channel, read by any process.

The file is replaced by a rename, so a reader sees the old or the new one. It is not flushed to
disk: after a power cut an older or an empty file costs nothing, since every load is idempotent.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from filelock import FileLock
from pydantic import AfterValidator, TypeAdapter

from data.journal.journal import SHANGHAI

RATE_WINDOW = timedelta(hours=1)
Condition = Literal["运行", "停止", "告警"]


def _with_zone(stamp: str | None) -> str | None:
    if stamp and datetime.fromisoformat(stamp).tzinfo is None:
        raise ValueError("no zone")
    return stamp


Stamp = Annotated[str | None, AfterValidator(_with_zone)]


def now() -> datetime:
    return datetime.now(SHANGHAI)


@dataclass(frozen=True)
class ChannelStep:
    """What one step of a channel did.

    problem   a sentence: something hinders the channel although it goes on (an alarm)
    refused   a sentence: something that was sent could not be taken (no alarm)
    """

    accepted: int = 0
    rejected: int = 0
    problem: str = ""
    refused: str = ""
    lag_seconds: float | None = 0.0
    watermark: dict[str, Any] | None = None


@dataclass(frozen=True)
class ChannelState:
    """The state of one channel.

    kind             http, folder or postgres
    last_ok_at       when it last worked without an error, last_record_at: last took a record
    by_minute        records of the last hour by minute (UTC); since: when the counting began
    records_today    accepted on `day` (also unchanged ones); *_total: since the file was made
    lag_seconds      how long the oldest thing that is not yet in has been waiting
    last_error       one Chinese sentence, until a record comes in again; empty if all is well
    watermark        how far the channel has read its source, in its own words
    """

    name: str
    kind: str = ""
    state: Condition = "停止"
    last_ok_at: Stamp = None
    last_record_at: Stamp = None
    day: str = ""
    records_today: int = 0
    rejected_today: int = 0
    records_total: int = 0
    rejected_total: int = 0
    since: Stamp = None
    by_minute: dict[str, int] = field(default_factory=dict)
    lag_seconds: float | None = None
    last_error: str = ""
    watermark: dict[str, Any] = field(default_factory=dict)

    def worked(self, accepted: int, rejected: int, at: datetime) -> "ChannelState":
        """After a step without an error; the counts of the day begin anew at midnight."""
        day, stamp = at.date().isoformat(), at.isoformat(timespec="milliseconds")
        is_same = day == self.day
        return replace(
            self,
            state="运行",
            last_error="" if accepted or self.state == "告警" else self.last_error,
            last_ok_at=stamp,
            last_record_at=stamp if accepted else self.last_record_at,
            day=day,
            records_today=(self.records_today if is_same else 0) + accepted,
            rejected_today=(self.rejected_today if is_same else 0) + rejected,
            records_total=self.records_total + accepted,
            rejected_total=self.rejected_total + rejected,
            since=self.since or stamp,
            by_minute=_counted(self.by_minute, accepted, at),
        )

    def failed(self, sentence: str) -> "ChannelState":
        return replace(self, state="告警", last_error=sentence)

    def recent(self, at: datetime) -> tuple[int, timedelta] | None:
        """Records of the last hour, or of as much of it as was counted; None before that."""
        if self.since is None:
            return None
        counted = at - datetime.fromisoformat(self.since)
        span = min(RATE_WINDOW, max(timedelta(0), counted))
        return sum(_counted(self.by_minute, 0, at).values()), span

    def age_seconds(self, at: datetime) -> float | None:
        """Seconds since the last record; None if there has been none."""
        if self.last_record_at is None:
            return None
        return max(
            0.0, round((at - datetime.fromisoformat(self.last_record_at)).total_seconds(), 3)
        )


_FORM = TypeAdapter(ChannelState)  # a field of a later version is left aside


def _minute(at: datetime) -> str:
    """UTC, so that minutes sort as text and no clock is set back."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def _counted(by_minute: Mapping[str, int], accepted: int, at: datetime) -> dict[str, int]:
    """With what was accepted now, without what lies more than an hour back."""
    oldest, minute = _minute(at - RATE_WINDOW), _minute(at)
    kept = {key: count for key, count in by_minute.items() if oldest < key <= minute}
    return kept | ({minute: kept.get(minute, 0) + accepted} if accepted else {})


def read_states(store: Path) -> list[ChannelState]:
    """The states of all channels, by name."""
    folder = store / "channels"
    if not folder.is_dir():
        return []
    states = (read_state(store, path.stem) for path in sorted(folder.glob("*.json")))
    return [_as_of(state, now().date().isoformat()) for state in states]


def read_state(store: Path, name: str) -> ChannelState:
    """The state of one channel; a new one if there is none, an alarm if the file is damaged."""
    try:
        content = (store / "channels" / f"{name}.json").read_bytes()
        return replace(_FORM.validate_json(content, strict=True), name=name)
    except FileNotFoundError:
        return ChannelState(name)
    except (OSError, ValueError):
        return ChannelState(name, state="告警", last_error="渠道状态文件已损坏，将重新记录")


def write_state(store: Path, state: ChannelState) -> None:
    """Put the state in place of the earlier one."""
    folder = store / "channels"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{state.name}.json"
    temporary = folder / f".{state.name}.{os.getpid()}.tmp"
    content = json.dumps(asdict(state), ensure_ascii=False, indent=1)
    temporary.write_text(content, "utf-8")
    temporary.replace(path)


def update_state(
    store: Path, name: str, change: Callable[[ChannelState], ChannelState]
) -> ChannelState:
    """Read, change and write under a lock: several processes may serve the same channel."""
    folder = store / "channels"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f".{name}.lock", timeout=10):
        changed = change(read_state(store, name))
        write_state(store, changed)
    return changed


def _as_of(state: ChannelState, today: str) -> ChannelState:
    """What was counted on an earlier day is not today's."""
    if state.day == today:
        return state
    return replace(state, day=today, records_today=0, rejected_today=0)
