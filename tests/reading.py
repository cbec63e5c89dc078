"""`read_source` without a process of its own, so that a test may read a thousand files."""

from pathlib import Path

from data.intake.reading.read import read_contents
from data.intake.reading.source import AS_FOUND, DEFAULT_LIMITS, Limits, Reading, Refused, Source


def read_source(path: Path, reading: Reading = AS_FOUND, limits: Limits = DEFAULT_LIMITS) -> Source:
    try:
        facts, contents = read_contents(path, reading, limits)
    except Refused as problem:
        raise Refused(f"{path.name}：{problem}") from None
    return Source(name=path.name, **facts, **vars(contents))
