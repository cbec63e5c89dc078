"""Runs the channels in threads: a step, a pause, a step; after an error a growing pause.

One process at a time runs a channel (a file lock); another one waits and takes over.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import duckdb
from filelock import FileLock, Timeout

from data.channels.folder import Seen, scan
from data.channels.postgres_channel import PostgresChannel
from data.channels.postgres_comparison import MassDeletion
from data.channels.postgres_reading import SourceChanged, Unreachable
from data.channels.state import ChannelState, ChannelStep, now, update_state
from data.config import Config, FolderForm
from data.declared import DeclarationError
from data.intake.loading import Loader
from data.intake.reading.source import Refused, legible
from data.journal.copy import Copy
from data.journal.disk_errors import disk_words
from data.journal.journal import Journal, JournalError
from data.rights import NotPermitted

LONGEST_PAUSE = 60.0
STOP_WITHIN = 2.0  # seconds; a load that takes longer is left behind, which is harmless
SENTENCES = (  # their message is a sentence
    Refused,
    DeclarationError,
    JournalError,
    NotPermitted,
    MassDeletion,
    SourceChanged,
    Unreachable,
)


class Channel(Protocol):
    """What the runner asks of a channel. A step that raises is tried again later."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def every_seconds(self) -> float: ...
    def step(self) -> ChannelStep: ...


class FolderChannel:
    """A drop folder as a channel: each step is one full scan."""

    kind = "folder"

    def __init__(self, form: FolderForm, loader: Loader) -> None:
        self.form, self.loader, self.seen = form, loader, Seen()
        self.name, self.every_seconds = form.name, form.every_seconds

    def step(self) -> ChannelStep:
        clock = time.monotonic()
        done = scan(self.form, self.loader, self.seen, now(), clock)
        refused = [report.refused for report in done.reports if report.refused]
        return ChannelStep(
            sum(report.added + report.corrected + report.unchanged for report in done.reports),
            sum(report.rejected for report in done.reports),
            (done.problems or [""])[0],
            (refused or [""])[0],
            round(clock - done.waiting_since, 3) if done.waiting_since is not None else 0.0,
        )


def run_channels(
    config: Config, store: Path, stop: threading.Event, copy: Copy | None = None
) -> None:
    """Run all configured channels until `stop` is set; return within two seconds of it.

    copy   of all tables, if the process already keeps one
    """
    if not config.folder and not config.postgres:
        return
    journal = Journal(store)
    loader = Loader(journal, copy or Copy(journal), tells_each_row=True)
    channels: list[Channel] = [FolderChannel(form, loader) for form in config.folder]
    channels += [PostgresChannel(form, loader, store) for form in config.postgres]
    run_all(channels, store, stop)


def run_all(channels: Sequence[Channel], store: Path, stop: threading.Event) -> None:
    threads = [
        threading.Thread(target=_run, args=(channel, store, stop), name=channel.name, daemon=True)
        for channel in channels
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_WITHIN
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _run(channel: Channel, store: Path, stop: threading.Event) -> None:
    """Wait until no other process runs this channel, then step until the end."""
    lock = FileLock(store / "channels" / f".{channel.name}.running")
    failures = 0
    while not stop.is_set():
        try:
            (store / "channels").mkdir(parents=True, exist_ok=True)
            with lock.acquire(timeout=0):
                _steps(channel, store, stop)
        except Timeout:
            stop.wait(1)
        except OSError:  # the store cannot be written: there is no place to say so either
            failures += 1
            stop.wait(_pause(failures))


def _steps(channel: Channel, store: Path, stop: threading.Event) -> None:
    failures = 0
    while not stop.is_set():
        change, is_well = _step(channel)
        failures = 0 if is_well else failures + 1
        _note(store, channel.name, channel.kind, change)
        stop.wait(channel.every_seconds if is_well else _pause(failures))
    _note(store, channel.name, channel.kind, lambda state: replace(state, state="停止"))


def _pause(failures: int) -> float:
    """1, 2, 4 … 60 seconds."""
    return float(min(LONGEST_PAUSE, 2 ** (min(failures, 10) - 1)))


Change = Callable[[ChannelState], ChannelState]


def _step(channel: Channel) -> tuple[Change, bool]:
    """One step: how the state changes by it, and whether it went well."""
    try:
        done = channel.step()
    except Exception as error:  # whatever it was: the channel must go on and say what hinders it
        sentence = _sentence(error)
        return (lambda state: state.failed(sentence)), False
    at = now()

    def change(state: ChannelState) -> ChannelState:
        worked = replace(
            state.worked(done.accepted, done.rejected, at), lag_seconds=done.lag_seconds
        )
        if done.watermark is not None:
            worked = replace(worked, watermark=done.watermark)
        if done.refused:
            worked = replace(worked, last_error=done.refused)
        return worked.failed(done.problem) if done.problem else worked

    return change, True


def _sentence(error: Exception) -> str:
    if isinstance(error, SENTENCES):
        return str(error)
    if isinstance(error, OSError):
        return f"无法读写{f'“{error.filename}”' if error.filename else ''}：{disk_words(error)}"
    kind = "数据库" if isinstance(error, duckdb.Error) else "程序"
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"{kind}内部错误，将再试：{legible(first, 120)}"


def _note(store: Path, name: str, kind: str, change: Change) -> None:
    """Write the state; a state that cannot be written must not stop the intake."""
    try:
        update_state(store, name, lambda state: change(replace(state, kind=kind)))
    except (OSError, Timeout):
        return
