"""The nightly reconciling: in a process of its own, which gives way to whoever works.

Its memory is given back when it ends, and if memory runs short it is the first to go.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from data.channels.state import now
from data.journal.journal import Journal
from data.journal.reconciliation import Reconciliation, read_reconciliation, write_reconciliation

PROGRAM = Path(__file__).parents[2] / "cli.py"
LOOK_EVERY = 20.0  # seconds
LOWEST = 19


def reconcile_nightly(
    at: str,
    store: Path,
    stop: threading.Event,
    clock: Callable[[], datetime] = now,
    look_every: float = LOOK_EVERY,
) -> None:
    """Reconcile every day at a time (03:30; empty: never) until `stop` is set.

    Of several processes that serve a store one does it. What fell due before this process started
    is not made up for: it would come in the middle of the day.
    """
    if not at:
        return
    handled = _last_due(clock(), at)
    while not stop.wait(look_every):
        due = _last_due(clock(), at)
        if due > handled:
            handled = due
            with suppress(OSError, Timeout):  # a store that cannot be written; another one does it
                _take_turn(store, due, stop)


def _last_due(at: datetime, time: str) -> datetime:
    hour, minute = map(int, time.split(":"))
    today = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= at else today - timedelta(days=1)


def _take_turn(store: Path, due: datetime, stop: threading.Event) -> None:
    if not Journal(store).position():
        return
    with FileLock(store / ".reconcile.running").acquire(timeout=0):
        last = read_reconciliation(store)
        if last is None or last.at < due:
            _reconcile_apart(store, stop)


def _reconcile_apart(store: Path, stop: threading.Event) -> None:
    """Run `hongfeng reconcile`, which notes what it finds; note here only that it broke off."""
    began = now()
    code = run_apart(["reconcile"], store, stop)
    last = read_reconciliation(store)
    if code is not None and (last is None or last.at < began):
        sentence = f"核对程序中途退出（代码 {code}），请运行 hongfeng reconcile 查看"
        write_reconciliation(store, Reconciliation(began.isoformat(), problem=sentence))


def run_apart(words: list[str], store: Path, stop: threading.Event) -> int | None:
    """Run a command on the store in a process of its own; its exit status, None if stopped."""
    command = [sys.executable, str(PROGRAM), *words, "--store", str(store.resolve())]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as child:
        _give_way(child.pid)
        while child.poll() is None:
            if stop.wait(0.5):
                child.terminate()
                return None
    return child.returncode


def _give_way(process: int) -> None:
    """On one core, at the lowest priority: the pages keep the others. Where a system knows it."""
    with suppress(OSError, AttributeError):
        os.sched_setaffinity(process, {max(os.sched_getaffinity(0))})
        os.setpriority(os.PRIO_PROCESS, process, LOWEST)
        Path(f"/proc/{process}/oom_score_adj").write_text("1000")
