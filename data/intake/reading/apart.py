"""Reading in a process of its own, with an end of memory and of time.

A file from outside may make a reader take all memory, run for hours or break down. What happens
then happens to a process that does nothing else, and is one sentence here.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.intake.reading.rows_file import nameless, table_in
from data.intake.reading.source import MEBIBYTE, Contents, Limits, Reading, Refused, Source

ROOT = Path(__file__).parents[3]
TABLES = tuple(field.name for field in fields(Contents) if field.type is pa.Table)
KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_ALL")
SETTINGS = {  # one thread and one heap: memory is for the file; no secret of ours is handed on
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def read_apart(path: Path, name: str, reading: Reading, limits: Limits) -> Source:
    """The rows of a file, or Refused."""
    with ExitStack() as open_files:
        files = {table: open_files.enter_context(nameless()) for table in TABLES}
        task = {
            "path": os.fspath(path.absolute()),
            "reading": asdict(reading),
            "limits": asdict(limits),
            "files": {table: file.fileno() for table, file in files.items()},
        }
        answer = _answer(_run(task, limits), limits)
        try:
            tables = {table: table_in(file) for table, file in files.items()}
            return Source(name=name, **tables, **_with_tuples(answer))
        except (pa.ArrowException, OSError, ValueError, TypeError):
            raise Refused(_died(limits)) from None


def _run(task: dict[str, Any], limits: Limits) -> bytes:
    """What the reader answers; nothing if it died."""
    command = [sys.executable, "-m", "data.intake.reading.reader"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={name: os.environ[name] for name in KEPT if name in os.environ} | SETTINGS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=tuple(task["files"].values()),
    )
    try:
        answer, _ = process.communicate(
            json.dumps(task, default=sorted).encode(), limits.max_seconds
        )
        return answer if process.returncode == 0 else b""
    except subprocess.TimeoutExpired:
        raise Refused(f"读取超过 {limits.max_seconds:,} 秒仍未完成，已中止，请拆分后导入") from None
    finally:
        process.kill()
        process.communicate()


def _answer(answer: bytes, limits: Limits) -> dict[str, Any]:
    content: dict[str, Any] = {}
    with suppress(ValueError):
        content = json.loads(answer)
    if not content:
        raise Refused(_died(limits))
    if "refused" in content:
        raise Refused(str(content["refused"]))
    return content


def _died(limits: Limits) -> str:
    most = f"{limits.max_memory_bytes // MEBIBYTE:,} MB"
    return f"展开后所需内存超过上限（{most}）或内容异常，读取已中止，请拆分，或另存为 CSV 后再导入"


def _with_tuples(value: Any) -> Any:
    """JSON has no tuples: what was one is a list."""
    if isinstance(value, dict):
        return {key: _with_tuples(one) for key, one in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value
