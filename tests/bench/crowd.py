"""Many readers at once, in a process of its own: `python -m tests.bench.crowd PLAN`.

PLAN is JSON (see `Plan`). The crowd opens its pages and prints `open`, stays idle, prints `start`,
reads, prints `done` and then its result as JSON: who measures the server looks at these moments.
"""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench.reader import Reader

VIEWS = (
    ("", ""),
    ("", ""),
    ("ranking", ""),
    ("ranking", "level=village"),
    ("unit", "level=station&unit=S08"),
    ("unit", "level=station&unit=S13"),
    ("indicator", ""),
    ("indicator", "indicator=C1-disputes-on-time"),
    ("indicator", "level=village"),
    ("intake", ""),
)
CHANGED = ("期间", "期间", "期间", "分组", "层级")  # what a reader changes, the period most often
MOST = {"期间": 6, "层级": 3}
SEED = 2019


@dataclass(frozen=True)
class Plan:
    """How many read where and how long. think: mean seconds between an answer and the next act."""

    addresses: Sequence[str]
    readers: int
    seconds: float
    idle: float = 5.0
    think: float = 3.0


@dataclass
class Result:
    """waits: seconds of every act of a reader; news: of every rerun because something came in."""

    waits: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)
    kib: float = 0.0


async def opened(plan: Plan) -> list[Reader]:
    """The readers, each with its view; the first ones make what the others find."""
    readers = []
    for i in range(plan.readers):
        page, query = VIEWS[i % len(VIEWS)]
        reader = Reader(plan.addresses[i % len(plan.addresses)], page, query)
        await reader.open()
        reader.follow()
        readers.append(reader)
    return readers


async def act(reader: Reader, chance: random.Random) -> float:
    """Change a control, or look again where there is none."""
    label = chance.choice([name for name in CHANGED if name in reader.controls] or [""])
    if not label:
        return await reader.rerun()
    return await reader.choose(label, chance.choice(choices(reader, label)))


def choices(reader: Reader, label: str) -> Sequence[str]:
    """What readers choose from: the newest periods, the upper levels."""
    options = reader.controls[label].options if label in reader.controls else ()
    return options[: MOST.get(label)]


async def read(reader: Reader, plan: Plan, chance: random.Random, until: float) -> list[float]:
    waits = []
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await asyncio.sleep(chance.expovariate(1 / plan.think) if plan.think else 0)
        waits.append(await act(reader, chance))
    return waits


async def warm(readers: Sequence[Reader]) -> None:
    """Each view once: what is measured is reading, not the first look at a period."""
    for reader in readers[: len(VIEWS)]:
        for level in choices(reader, "层级") or [""]:
            if level:
                await reader.choose("层级", level)
            for period in choices(reader, "期间"):
                await reader.choose("期间", period)


async def crowd(plan: Plan) -> Result:
    readers = await opened(plan)
    await warm(readers)
    print("open", flush=True)
    await asyncio.sleep(plan.idle)
    print("start", flush=True)
    for reader in readers:
        reader.news.clear()
    until = asyncio.get_running_loop().time() + plan.seconds
    chances = [random.Random(SEED + i) for i in range(len(readers))]
    found = await asyncio.gather(
        *(read(r, plan, chance, until) for r, chance in zip(readers, chances, strict=True))
    )
    print("done", flush=True)
    waits = [wait for one in found for wait in one]
    for reader in readers:
        await reader.close()
    received = sum(reader.received for reader in readers)
    runs = sum(reader.runs for reader in readers)
    return Result(waits, [n for r in readers for n in r.news], received / runs / 1024)


class Crowd:
    """The crowd's process, seen from outside."""

    def __init__(self, plan: Plan) -> None:
        command = [sys.executable, "-m", "tests.bench.crowd", json.dumps(asdict(plan))]
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if line != word:
            raise RuntimeError(f"the crowd said {line!r} instead of {word!r}")

    def result(self) -> Result:
        assert self.process.stdout is not None
        found = Result(**json.loads(self.process.stdout.readline()))
        self.process.wait(30)
        return found


def main() -> None:
    plan = Plan(**json.loads(sys.argv[1]))
    print(json.dumps(asdict(asyncio.run(crowd(plan)))), flush=True)


if __name__ == "__main__":
    main()
