"""`make bench`: figures, not tests. `python -m tests.bench [PART ...]` runs parts by name.

A part is a module with `run(place)`, which gives figures one by one; `place` is a folder that all
parts share, so that the demo stores are made once. A part that fails is reported, the others go on.
The figures go to var/bench.json and, as a table, to var/bench.md; parts that were not run keep the
figures that they had. `--readme` puts the table into README.md and docs/bench.md.
"""

import argparse
import json
import os
import tempfile
import traceback
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from tests.bench.figure import markdown, put_into, quoted

PARTS = {  # name -> module of tests.bench
    "steps": "steps",
    "load": "loads",
    "large-load": "large_load",
    "engines": "engines",
    "scan": "scan",
    "cells": "cells",
    "corrections": "corrections",
    "what-if": "what_if",
    "documents": "documents",
    "acts": "acts",
    "startup": "startup",
    "snapshot": "snapshot",
    "live": "live",
    "sessions": "sessions",
}
OUT = Path("var")
Row = dict[str, object]


def main() -> int:
    given = _arguments()
    results = OUT / "bench.json"
    if given.readme:
        rows = json.loads(results.read_text("utf-8"))
        put_into(Path("README.md"), quoted(rows))
        put_into(Path("docs/bench.md"), rows)
        return 0
    OUT.mkdir(exist_ok=True)
    failed = []
    with ExitStack() as stack:
        place = given.place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place.mkdir(parents=True, exist_ok=True)
        for name in given.parts or PARTS:
            rows, is_complete = _figures(name, place)
            failed += [] if is_complete else [name]
            _keep(results, name, rows)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--place", type=Path, help="a folder that keeps the demo stores")
    parser.add_argument(
        "--readme", action="store_true", help="only put the tables into the documents"
    )
    parser.add_argument("--against", help="an older checkout that `snapshot` measures beside this")
    given = parser.parse_args()
    if given.against:
        os.environ["BENCH_AGAINST"] = str(Path(given.against).resolve())
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; parts: {', '.join(PARTS)}")
    return given


def _figures(name: str, place: Path) -> tuple[list[Row], bool]:
    """The rows of a part, each printed when it is there, and whether the part came to its end."""
    rows: list[Row] = []
    load = f"{os.getloadavg()[0]:.1f}"
    print(f"{name} (load of the machine at the start: {load})")
    try:
        for figure in import_module(f"tests.bench.{PARTS[name]}").run(place):
            row = {"part": name, **figure.row()}
            _show(row)
            rows.append(row)
    except Exception:
        traceback.print_exc()
        return rows, False
    return rows, True


def _show(row: Row) -> None:
    goal = "" if row["goal"] is None else f"{row['goal']} {'met' if row['met'] else 'NOT MET'}"
    print(f"{row['name']:<66} {row['value']:>10,} {row['unit']:<7} {goal}", flush=True)


def _keep(results: Path, part: str, rows: list[Row]) -> None:
    """Put the rows of a part in place of those that it had, in order of the parts."""
    known: list[Row] = json.loads(results.read_text("utf-8")) if results.exists() else []
    kept = [row for row in known if row.get("part") not in (part, None)] + rows
    order = list(PARTS)
    kept.sort(key=lambda row: order.index(str(row["part"])) if row["part"] in order else len(order))
    results.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    (results.parent / "bench.md").write_text(markdown(kept), "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
