"""What a command prints: rows as a table, JSON or CSV; a bar while it works; its exit status."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrics.wording.state import Stamp

DONE, NOTHING, WITH_REJECTS = 0, 1, 3
MOST_TOLD = 20  # differences on one screen


def print_rows(
    form: str, rows: list[dict[str, Any]], titles: dict[str, str], narrow: Sequence[str] = ()
) -> None:
    """Rows as a JSON list, as CSV, or as a table (of the `narrow` columns)."""
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=_plain))
    elif form == "csv":
        out = io.StringIO()
        flat = [{k: v for k, v in row.items() if not isinstance(v, list)} for row in rows]
        if flat:
            writer = csv.DictWriter(out, list(flat[0]))
            writer.writeheader()
            writer.writerows({k: _cell(v) for k, v in row.items()} for row in flat)
        print(out.getvalue(), end="")
    else:
        _print_grid(rows, titles, narrow)


def print_answer(
    form: str, rows: list[dict[str, Any]], stamp: "Stamp", narrow: Sequence[str]
) -> None:
    """Rows that say in every form what they are: state, hash, data time, scheme."""
    columns = {
        "period": stamp.period.text,
        "state": stamp.state,
        "revision": stamp.revision,
        "hash": stamp.hash,
        "data_time": stamp.data_time,
        "scheme": stamp.scheme.title,
    }
    if form == "table":
        hash = f"校验码 {stamp.hash}" if stamp.hash else "定稿前可能变动"
        state = f"{stamp.state}（第 {stamp.revision} 版）" if stamp.revision else stamp.state
        print(f"{stamp.period.title}　{state}　{hash}")
        print(f"数据时间 {stamp.data_time}　方案 {stamp.scheme_in_words}")
    print_rows(form, [row | columns for row in rows], {}, narrow)


def write_file(out: Path, content: bytes, is_forced: bool) -> int:
    """Whole or not at all."""
    if out.exists() and not is_forced:
        return told_kept(out)
    making = out.with_name(f".{out.name}.tmp")
    making.write_bytes(content)
    making.replace(out)
    print(f"已写出“{out}”")
    return DONE


def told_kept(out: Path) -> int:
    print(f"文件“{out}”已存在，未覆盖；请用 --out 另指文件，或加 --force", file=sys.stderr)
    return NOTHING


def _print_grid(rows: list[dict[str, Any]], titles: dict[str, str], narrow: Sequence[str]) -> None:
    if not rows:
        print("没有记录")
        return
    from rich.console import Console
    from rich.table import Table as Grid

    names = list(narrow) or list(rows[0])
    grid = Grid()
    for name in names:
        is_number = isinstance(rows[0].get(name), int | float | Fraction | Decimal)
        grid.add_column(titles.get(name, name), justify="right" if is_number else "left")
    for row in rows:
        grid.add_row(*(_short(row.get(name)) for name in names))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(grid)


def _short(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | Fraction):
        from metrics.figures.words import plain

        return plain(value, 4).rstrip("0").rstrip(".")
    return str(value)


def _cell(value: Any) -> Any:
    """A value for CSV."""
    from metrics.figures.words import harmless

    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return "、".join(value)
    return harmless(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction | Decimal) else str(value)


@contextmanager
def progress_bar(title: str = "") -> Iterator[Callable[[str, int, int], None]]:
    """A bar for who looks on; yields what moves it: what is done, how many, of how many."""
    from rich.console import Console
    from rich.progress import Progress

    is_seen = sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=not is_seen) as bars:
        bar = bars.add_task(title, total=None, visible=bool(title))
        last = "完成" if title else ""
        yield lambda name, done, total: bars.update(
            bar, description=name or last, completed=done, total=total, visible=True
        )
