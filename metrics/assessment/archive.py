"""A frozen assessment on disk: one folder with all that it was made from, under one hash.

STORE/assessments/2019-07-r1-0a1b2c3d/ (the end is of its hash) holds the results, the schemes, the
indicators and views, and manifest.json: the journal position, the digest of all parts up to it and
admitted versions, the log up to which the ledger counts, the versions of code and engine, the
sha256 of every file, and the hash of the assessment before.
The hash of the manifest stands in the log; nothing in the folder is ever changed.
"""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import duckdb
import numpy

from data.journal.journal import product_version
from data.journal.log import Entry, canonical
from data.journal.part_file import flush_folder
from metrics.assessment.result_files import Lines, read_lines, write_lines
from metrics.calendar.standing import Cut, Version
from metrics.indicators.catalogue import HERE as METRICS
from metrics.indicators.catalogue import Catalogue, load_catalogue
from metrics.scheme.scheme import Scheme, load_schemes
from metrics.scheme.text import text_of

FOLDER, MANIFEST = "assessments", "manifest.json"
FIRST = "0" * 64  # the hash before the first assessment


@dataclass(frozen=True)
class Frozen:
    """One frozen assessment. `content`: what manifest.json says."""

    folder: Path
    content: Mapping[str, object]

    @property
    def hash(self) -> str:
        return hash_of(self.content)

    @property
    def previous(self) -> str:
        return str(self.content["previous"])

    @property
    def cut(self) -> Cut:
        as_of = date.fromisoformat(str(self.content["as_of"]))
        return Cut(int(str(self.content["position"])), as_of)

    @property
    def admitted(self) -> tuple[Version, ...]:
        named = cast(list[dict[str, Any]], self.content["admitted"])
        return tuple(Version(v["table"], v["id"], v["position"]) for v in named)

    @property
    def log_number(self) -> int:
        """The last entry of the log that the ledger was read up to."""
        return int(str(self.content["log_number"]))

    @property
    def chain(self) -> str:
        """Digest of all parts up to the position; '' in assessments of before 0.4."""
        return str(self.content.get("chain", ""))

    @property
    def log_hash(self) -> str:
        """The hash of that entry of the log."""
        return str(self.content["log_hash"])

    @cached_property
    def lines(self) -> Lines:
        return read_lines(self.folder)

    def catalogue(self) -> Catalogue:
        """Its own copy of the indicators and views."""
        folder, views = self.folder / "indicators", self.folder / "views"
        return load_catalogue(folder, views=views, is_archived=True)

    def schemes(self, catalogue: Catalogue) -> tuple[Scheme, ...]:
        return load_schemes(catalogue, self.folder / "schemes")

    def changed_files(self) -> list[str]:
        """Names of the files that are missing or not what they were."""
        digests = cast(dict[str, str], self.content["files"])
        return [name for name, digest in digests.items() if _digest(self.folder / name) != digest]


def name_of(period: str, revision: int) -> str:
    return f"{period}-r{revision}"


def folders(store: Path) -> list[str]:
    """Names of the folders that lie there; those that begin with a dot are in the making."""
    place = store / FOLDER
    names = [path.name for path in place.iterdir()] if place.is_dir() else []
    return sorted(name for name in names if not name.startswith("."))


def open_frozen(store: Path, name: str) -> Frozen:
    """Read a manifest; raises OSError or ValueError if it is not there or no JSON object."""
    folder = store / FOLDER / name
    content = json.loads((folder / MANIFEST).read_text("utf-8"))
    if not isinstance(content, dict):
        raise ValueError("no object")
    return Frozen(folder, content)


def hash_of(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def write_frozen(
    store: Path,
    name: str,
    lines: Lines,
    schemes: Sequence[Scheme],
    cut: Cut,
    chain: str,
    admitted: Sequence[Version],
    log: Sequence[Entry],
    previous: str,
) -> Frozen:
    """Write the folder, flushed and renamed. Nothing counts before the log names its hash: what an
    interrupted attempt leaves is never read, and of two at once neither touches the other's."""
    making = store / FOLDER / f".{uuid4().hex}"
    making.mkdir(parents=True)
    write_lines(making, lines)
    _copy_definitions(making, schemes)
    files = {str(p.relative_to(making)): _digest(p) for p in sorted(making.rglob("*.*"))}
    content: dict[str, object] = {
        "name": name,
        "as_of": cut.as_of.isoformat(),
        "position": cut.position,
        "chain": chain,
        "admitted": [asdict(version) for version in admitted],
        "log_number": log[-1].number if log else 0,
        "log_hash": log[-1].hash if log else FIRST,
        "versions": {
            "hongfeng": product_version(),
            "duckdb": duckdb.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
        "files": files,
        "previous": previous,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    (making / MANIFEST).write_text(text, "utf-8")
    for path in making.rglob("*.*"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    place = store / FOLDER / f"{name}-{hash_of(content)[:8]}"
    if place.exists():
        shutil.rmtree(making)
    else:
        os.rename(making, place)
    flush_folder(place.parent)
    return Frozen(place, content)


def _copy_definitions(folder: Path, schemes: Sequence[Scheme]) -> None:
    shutil.copytree(METRICS / "indicators", folder / "indicators")
    shutil.copytree(METRICS / "views", folder / "views")
    (folder / "schemes").mkdir()
    for number, scheme in enumerate(schemes, 1):
        (folder / "schemes" / f"{number:02d}.toml").write_text(text_of(scheme), "utf-8")


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
