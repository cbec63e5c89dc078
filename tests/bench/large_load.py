"""A load of 4.5 million rows from one Parquet: rows per second and peak memory, then once more.

`python -m tests.bench.large_load PLACE [CHECKOUT]` measures another checkout on the same file.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.demo import demo_tables
from data.intake.files import load_table
from data.schema import TABLES
from tests.bench.figure import Figure
from tests.bench.stores import ACTOR

ROWS = 4_500_000
REGISTERS = ("station", "police_room", "village", "officer")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class LargeLoad:
    """seconds and megabytes of the process that loaded, and the sentence that it said."""

    seconds: float
    megabytes: float
    sentence: str

    @property
    def added(self) -> int:
        match = re.search(r"新增 ([\d,]+)", self.sentence)
        return int(match.group(1).replace(",", "")) if match else -1


def run(place: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        first, second = large_loads(Path(folder))
    assert (first.added, second.added) == (ROWS, 0), (first, second)
    yield Figure("load, 4.5 M rows of Parquet", ROWS / first.seconds, "rows/s")
    yield Figure("load, 4.5 M rows of Parquet, peak memory", first.megabytes, "MB", 1_200)
    yield Figure("the same once more, peak memory", second.megabytes, "MB", 1_200)


def large_loads(place: Path, checkout: Path = ROOT) -> list[LargeLoad]:
    """The same file twice into a store that has the registers."""
    file = place / "visit.parquet"
    if not file.exists():
        write_visits(file)
    with tempfile.TemporaryDirectory(dir=place) as store:
        write_registers(Path(store))
        return [loaded(checkout, Path(store), file) for _ in range(2)]


def write_visits(file: Path) -> None:
    """The visits of the demo city again and again, with ids of their own."""
    visits = demo_tables()["visit"]
    with pq.ParquetWriter(file, visits.schema) as writer:
        for turn, start in enumerate(range(0, ROWS, visits.num_rows)):
            rows = visits.slice(0, min(visits.num_rows, ROWS - start))
            ids = pc.binary_join_element_wise(rows["id"], chr(ord("a") + turn), "-")
            writer.write_table(rows.set_column(rows.column_names.index("id"), "id", ids))


def write_registers(store: Path) -> None:
    tables = demo_tables()
    until = tables["bureau"]["observed_until"][0].as_py()
    for register in REGISTERS:
        rows: pa.Table = tables[register]
        load_table(store, rows, TABLES[register], register, ACTOR, until)


def loaded(checkout: Path, store: Path, file: Path) -> LargeLoad:
    python = checkout / ".venv" / "bin" / "python"
    started = time.perf_counter()
    process = subprocess.Popen(
        [python, "cli.py", "load", "--store", store, file],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    sentence = process.stdout.read().strip()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    print(f"{seconds:.1f} s, cpu {usage.ru_utime + usage.ru_stime:.1f} s", file=sys.stderr)
    return LargeLoad(seconds, usage.ru_maxrss / 1024, sentence)


if __name__ == "__main__":
    for one in large_loads(Path(sys.argv[1]), *map(Path, sys.argv[2:])):
        print(one)
