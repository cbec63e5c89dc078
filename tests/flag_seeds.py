"""How well the rules tell made-up records from honest ones: many seeds of the demo city.

`python -m tests.flag_seeds` measures ten seeds and writes the table into docs/flags.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from data.demo import demo_tables
from data.demo.falsified import MONTHS, officer_code, pick
from data.demo.falsified_columns import Tables, visits_of
from data.demo.stories import BURST_VILLAGE
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.schema import TABLES
from metrics.cells.count import Counted, count
from metrics.cells.store import load_catalogue
from metrics.flags.rules import load_rules
from metrics.indicators.catalogue import Catalogue
from metrics.indicators.views import Views
from metrics.integrity.flag import Flag, find_flags
from metrics.scheme.scheme import HERE as SCHEMES
from metrics.scheme.scheme import load_scheme
from tests.documentation import write_flags

TEN = (2019, 1, 2, 3, 4, 5, 6, 7, 8, 9)
FIRST, LAST = date(2016, 1, 1), date(2019, 8, 19)
PER = 200


def village_code(index: int) -> str:
    return f"V{index + 1:03d}"


@dataclass(frozen=True)
class Falsification:
    """Planted: the rule of metrics/flags that should find it, village or officer, and months."""

    rule: str
    unit: str
    months: tuple[date, ...]


@dataclass(frozen=True)
class Tally:
    """Of one rule: planted and found unit-months; honest ones flagged and looked at."""

    rule: str
    planted: int
    found: int
    false: int
    honest: int

    @property
    def rate(self) -> float:
        """False flags in 200 honest unit-months."""
        return PER * self.false / self.honest

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.rule,
            self.planted + other.planted,
            self.found + other.found,
            self.false + other.false,
            self.honest + other.honest,
        )


def falsifications(tables: Tables) -> tuple[Falsification, ...]:
    """What is planted in these tables of the demo city (before or after the planting)."""
    picked, leave_month = pick(tables, visits_of(tables))
    return (
        Falsification("overlapping-visits", officer_code(picked["overlap"]), MONTHS),
        Falsification("impossible-travel", officer_code(picked["travel"]), MONTHS),
        Falsification("copied-notes", f"V{picked['copied'] + 1:03d}", MONTHS),
        Falsification("active-on-leave", officer_code(picked["leave"]), (leave_month,)),
        Falsification("same-day-closing", f"V{picked['closing'] + 1:03d}", MONTHS),
        Falsification("short-visits", f"V{picked['short'] + 1:03d}", MONTHS),
        Falsification("late-entries", f"V{picked['late'] + 1:03d}", MONTHS),
        Falsification("round-times", f"V{picked['rounded'] + 1:03d}", MONTHS),
        Falsification("same-length", f"V{picked['alike'] + 1:03d}", MONTHS),
        Falsification("month-end-entries", BURST_VILLAGE, MONTHS),
    )


def tally_of(seed: int) -> list[Tally]:
    """All months of one demo city, at the default thresholds."""
    tables = demo_tables(seed)
    planted = falsifications(tables)
    seen = find_flags(counted_of(tables), FIRST, LAST)
    made_up = {key for each in planted for key in _unit_months(each)}
    return [
        _tally(rule, planted, seen.flags, seen.examined[rule], made_up) for rule in load_rules()
    ]


def _tally(
    rule: str,
    planted: Sequence[Falsification],
    flags: Iterable[Flag],
    examined: int,
    made_up: set[tuple[str, date]],
) -> Tally:
    """What is flagged in a made-up unit-month by another rule too is neither found nor false."""
    wanted = {key for each in planted if each.rule == rule for key in _unit_months(each)}
    got = {(_number(flag.unit.code), flag.month) for flag in flags if flag.rule.id == rule}
    return Tally(rule, len(wanted), len(wanted & got), len(got - made_up), examined - len(made_up))


def _unit_months(planted: Falsification) -> list[tuple[str, date]]:
    return [(_number(planted.unit), month) for month in planted.months]


def _number(unit: str) -> str:
    """A village and its officer are one when it comes to who is honest: V042, 辅警-0042."""
    return unit.removeprefix("V").removeprefix("辅警-0")


def counted_of(tables: dict[str, pa.Table]) -> Counted:
    """The tables as if they had been loaded, without indicators."""
    copy = Copy(Journal(Path("nowhere")))
    for name, rows in tables.items():
        shape = copy.shape_of(TABLES[name].names)
        numbers = [1] * rows.num_rows, [shape] * rows.num_rows
        rows = rows.append_column("_part", pa.array(numbers[0], pa.int64()))
        rows = rows.append_column("_shape", pa.array(numbers[1], pa.int16()))
        copy.merge(TABLES[name], rows, 1)
    scheme = load_scheme(SCHEMES / "2016.toml", load_catalogue())
    return count(copy, Catalogue({}, Views({})), (scheme,), LAST)


def tallies(seeds: Iterable[int]) -> list[Tally]:
    """The sums over the seeds, by rule."""
    sums: dict[str, Tally] = {}
    for seed in seeds:
        for tally in tally_of(seed):
            sums[tally.rule] = sums[tally.rule] + tally if tally.rule in sums else tally
    return list(sums.values())


def lines_of(found: Iterable[Tally]) -> list[str]:
    rules = load_rules()
    lines = ["| 规则 | 植入 | 查出 | 诚实单位月 | 误报 | 每 200 单位月误报 |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for t in found:
        planted = str(t.planted or "未植入")
        cells = [rules[t.rule].title, planted, str(t.found), f"{t.honest:,}", str(t.false)]
        lines.append(f"| {' | '.join(cells)} | {t.rate:.2f} |")
    return lines


if __name__ == "__main__":
    measured = lines_of(tallies(TEN))
    print("\n".join(measured))
    write_flags(measured)
