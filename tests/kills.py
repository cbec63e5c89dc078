"""One driver for kill -9: a process works, acknowledges, and dies at a random moment.

A fork server has imported everything beforehand, so that a start takes milliseconds.
"""

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["__main__", "tests.kills", "tests.unit.test_kills", "cli"])

# A process begins with what its parent runs; a page that a test has run put itself in that place.
_MAIN = sys.modules["__main__"]

Tell = Callable[[int], None]
Work = Callable[..., None]  # work(tell, *arguments): calls tell(number) for what is acknowledged
QUIET = 120.0  # seconds without a word after which a test gives up
READY = -1  # its first word: it is about to begin


class Victim:
    """A process that works until it is killed."""

    def __init__(self, work: Work, *arguments: Any) -> None:
        self._pipe, theirs = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_run, args=(theirs, work, arguments), daemon=True)
        with patch.dict(sys.modules, {"__main__": _MAIN}):
            self._process.start()
        theirs.close()

    def told(self) -> int:
        """The next number that it tells; EOFError if it ended."""
        assert self._pipe.poll(QUIET), "it says nothing"
        return int(self._pipe.recv())

    def kill(self) -> list[int]:
        """SIGKILL; what it had still told. Its last word may be cut off."""
        self._process.kill()
        self._process.join()
        numbers = []
        try:
            while self._pipe.poll(0):
                numbers.append(int(self._pipe.recv()))
        except (EOFError, OSError):
            pass
        self._pipe.close()
        assert self._process.exitcode == -9, "it ended by itself"
        return numbers


@contextmanager
def victim(work: Work, *arguments: Any) -> Iterator[Victim]:
    """A working process; killed at the end also when the test fails."""
    one = Victim(work, *arguments)
    try:
        yield one
    finally:
        if one._process.is_alive():
            one._process.kill()
            one._process.join()


@dataclass(frozen=True)
class Moment:
    """When to kill: after so many acknowledgements, and so many seconds more."""

    words: int
    seconds: float


def moments(kills: int, longest: float, seed: int = 1) -> Iterator[Moment]:
    """Random ones. `longest`: about how long one piece of work takes, in seconds."""
    chance = random.Random(seed)
    for _ in range(kills):
        yield Moment(chance.choice([0, 0, 1, 2]), chance.uniform(0, longest))


def killed_at(moment: Moment, work: Work, *arguments: Any) -> list[int]:
    """Let it work until then, kill it, and return what it acknowledged before it died."""
    with victim(work, *arguments) as one:
        assert one.told() == READY
        numbers = [one.told() for _ in range(moment.words)]
        time.sleep(moment.seconds)
        return numbers + one.kill()


def _run(pipe: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    pipe.send(READY)
    work(pipe.send, *arguments)


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
