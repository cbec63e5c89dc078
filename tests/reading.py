"""Reading without a process of its own: a third of a second less for each of a thousand files."""

from pathlib import Path

from data.intake.reading.read import read_contents
from data.intake.reading.source import Limits, Reading, Source


def read_here(path: Path, name: str, reading: Reading, limits: Limits) -> Source:
    """In place of data.intake.reading.apart.read_apart."""
    facts, contents = read_contents(path, reading, limits)
    return Source(name=name, **facts, **vars(contents))
