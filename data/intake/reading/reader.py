"""The process that reads one file: `python -m data.intake.reading.reader`, started by apart.py.

In: a task as JSON. Out: what the file holds as JSON, and its rows in two files that are open
already. It may die at any moment, so nothing but these is in its hands.
"""

import json
import resource
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any


def main() -> None:
    task: dict[str, Any] = json.load(sys.stdin)
    most = task["limits"]
    bound(resource.RLIMIT_DATA, most["max_memory_bytes"])
    bound(resource.RLIMIT_FSIZE, max(most["max_unzipped_bytes"], 64 << 20))
    bound(resource.RLIMIT_CPU, most["max_seconds"])
    bound(resource.RLIMIT_CORE, 0)
    sys.stdout.write(json.dumps(answer(task)))


class WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def bound(what: int, most: int) -> None:
    """Never above what this process may have already."""
    _, highest = resource.getrlimit(what)
    least = most if highest == resource.RLIM_INFINITY else min(most, highest)
    resource.setrlimit(what, (least, least))


def answer(task: dict[str, Any]) -> dict[str, Any]:
    # Only now: what is imported takes its memory within the bounds. Arrow would load pandas, which
    # costs more than all the rest, only to see that no frame is in hand.
    sys.meta_path.insert(0, WithoutPandas())
    from data.intake.reading.read import read_contents, unreadable
    from data.intake.reading.rows_file import RowsFile
    from data.intake.reading.source import Limits, Reading, Refused

    try:
        reading = Reading(**task["reading"] | {"columns": frozenset(task["reading"]["columns"])})
        limits = Limits(**task["limits"])
        facts, contents = read_contents(Path(task["path"]), reading, limits)
        rest = dict(vars(contents))
        for table, number in task["files"].items():
            with open(number, "wb", closefd=False) as file:
                rows = RowsFile(file)
                rows.write(rest.pop(table))
                rows.close()
    except Refused as problem:
        return {"refused": str(problem)}
    except OSError as problem:
        return {"refused": unreadable(problem)}
    return {**facts, **rest}


if __name__ == "__main__":
    main()
