"""The drop folder: files are loaded when they are complete, then moved, with a report beside them.

Every scan looks at everything: a missed event does not exist. Being killed at any moment is
harmless: until it is moved a file is loaded again, and the same file again adds nothing.
"""

import errno
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from data.config import FolderForm
from data.declared import DeclarationError
from data.intake.files import kind_of, load_file
from data.intake.heads_mapping import Advice
from data.intake.load_report import LoadReport, counts_sentence, left_aside
from data.intake.loading import Loader
from data.intake.mapping import Mapped, load_mapping
from data.intake.reading.source import Refused, Source, legible
from data.journal.disk_errors import disk_words
from data.rights import PROGRAM, Actor
from data.schema import TABLES, Table

MOST_LISTED = 100  # rejected rows in a report
FILED = ("done", "refused")  # at the top of the folder: what has been dealt with
NOT_YET = (".tmp", ".part", ".crdownload")
NEVER = {"thumbs.db", "desktop.ini"}  # what Windows puts into shared folders


@dataclass(frozen=True)
class Look:
    """What a file was at the first of the looks at which it was the same. `at`: seconds."""

    size: int
    changed_ns: int
    at: float


@dataclass
class Seen:
    """What earlier scans saw. Losing it costs one more look.

    loaded   files that are in but could not be moved: they are not read again
    """

    looks: dict[Path, Look] = field(default_factory=dict)
    loaded: dict[Path, tuple[Look, LoadReport]] = field(default_factory=dict)


@dataclass
class Scan:
    """What one scan did. `waiting_since`: the clock when the oldest waiting file was first seen."""

    reports: list[LoadReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    waiting_since: float | None = None


def scan(form: FolderForm, loader: Loader, seen: Seen, at: datetime, clock: float) -> Scan:
    """Look at every file, load the complete ones (registers first), move them.

    clock   seconds that only grow (time.monotonic)
    A JournalError ends the scan: the files wait where they are.
    """
    if not form.path.is_dir():
        raise Refused(f"投放文件夹“{form.path}”不存在或无法访问，请核对")
    done = Scan()
    paths = sorted(_files(form.path))
    seen.looks = {path: _look(path, seen.looks.get(path), clock) for path in paths}
    seen.loaded = {path: loaded for path, loaded in seen.loaded.items() if path in seen.looks}
    mappings = mappings_of(form)
    for path in sorted(paths, key=lambda path: _order(path, form, mappings)):
        look = seen.looks[path]
        is_settled = clock - look.at >= form.settle_seconds
        if not is_settled or is_open_for_writing(path):
            done.waiting_since = min(look.at, done.waiting_since or look.at)
            continue
        _take(path, form, loader, seen, mappings, at, done)
    return done


def _files(root: Path) -> Iterator[Path]:
    """The files that may be for us; links are not followed, they could lead anywhere."""
    for folder, inside, names in os.walk(root):
        at_top = Path(folder) == root
        inside[:] = [n for n in inside if n[0] not in ".~" and not (at_top and n in FILED)]
        for name in names:
            path = Path(folder, name)
            if _is_ours(name) and not path.is_symlink() and path.is_file():
                yield path


def _is_ours(name: str) -> bool:
    lowered = name.lower()
    return name[0] not in ".~" and lowered not in NEVER and not lowered.endswith(NOT_YET)


def _look(path: Path, before: Look | None, clock: float) -> Look:
    """The earlier look, if the file is still the same; else a new one."""
    try:
        status = path.stat()
    except OSError:  # gone since it was listed: the next scan will not see it
        return Look(-1, 0, clock)
    if before and (before.size, before.changed_ns) == (status.st_size, status.st_mtime_ns):
        return before
    return Look(status.st_size, status.st_mtime_ns, clock)


def _is_same(path: Path, look: Look) -> bool:
    return _look(path, look, look.at + 1) is look


def _take(
    path: Path,
    form: FolderForm,
    loader: Loader,
    seen: Seen,
    mappings: dict[str, Path],
    at: datetime,
    done: Scan,
) -> None:
    """Load and move one complete file; what hinders us is told and tried again."""
    look, name = seen.looks[path], legible(path.name, 100)
    look_before, report = seen.loaded.get(path, (None, None))
    try:
        if report is None or look_before != look:
            report = _load(path, form, loader, mappings, at)
            done.reports.append(report)
        if not _is_same(path, look) or is_open_for_writing(path):
            return  # it grew while it was read: what came is in, the rest follows
        seen.loaded[path] = (look, report)
        file_away(path, form.path, report, at)
        seen.loaded.pop(path)
    except DeclarationError as error:  # a mapping file of ours is wrong: the data must not suffer
        done.problems.append(f"{name} 等待：{error}")
    except OSError as error:
        done.problems.append(f"{name} 无法读取或移动：{disk_words(error)}，将再试")


ADVICE = Advice(
    "文件名请以表名开头",
    "请补上该列，或在“数据接入”页导入",
    "请补上该列，或在“数据接入”页导入",
)


def _load(
    path: Path, form: FolderForm, loader: Loader, mappings: dict[str, Path], at: datetime
) -> LoadReport:
    mapping_file = mapping_for(path, mappings)
    mapping = load_mapping(mapping_file) if mapping_file else None
    with path.open("rb"):  # told apart from a wrong file: not readable yet
        pass
    kind = mapping.kind if mapping else kind_of(path) or form.kind
    actor = Actor(f"folder-{form.name}", PROGRAM)

    def load(source: Source, mapped: Mapped, table: Table) -> LoadReport:
        return loader.load(source, mapped, table, actor, at.date())

    return load_file(path, kind, mapping, load, ADVICE)


# -- which file is what -----------------------------------------------------------------------


def mappings_of(form: FolderForm) -> dict[str, Path]:
    """Beginning of a file name, in small letters -> mapping file."""
    files = sorted(form.mappings.glob("*.toml")) if form.mappings else []
    return {path.stem.lower(): path for path in files}


def mapping_for(path: Path, mappings: dict[str, Path]) -> Path | None:
    """The mapping with the longest name that the file name begins with."""
    fitting = [name for name in mappings if path.name.lower().startswith(name)]
    return mappings[max(fitting, key=len)] if fitting else None


def _order(path: Path, form: FolderForm, mappings: dict[str, Path]) -> int:
    """Registers before records, as far as the name tells: a village before its visits."""
    kind = None if mapping_for(path, mappings) else kind_of(path) or form.kind
    return list(TABLES).index(kind) if kind else len(TABLES)


def is_open_for_writing(path: Path) -> bool:
    """True if a process of this machine (also its SMB server) has the file open for writing.

    A read lease is only granted while nobody writes. Where leases do not exist (a mounted share,
    a file of another user) the answer is False, and only the settling time protects. A file that
    cannot be opened at all is told by the one who reads it.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # A writer who comes in this instant makes the kernel send a signal: SIGIO would end the
        # process, SIGURG is ignored unless somebody asked for it.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        with suppress(OSError):
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)


# -- where it goes --------------------------------------------------------------------------


def file_away(path: Path, root: Path, report: LoadReport, at: datetime) -> Path:
    """Move a file to ROOT/done/YYYY-MM or ROOT/refused, keeping its sub-folder; nothing is
    overwritten. The report is written first: a file that has moved has one."""
    place = root / "refused" if report.refused else root / "done" / f"{at:%Y-%m}"
    target = _free(place / path.relative_to(root))
    target.parent.mkdir(parents=True, exist_ok=True)
    report_path = target.with_name(f"{target.name}.report.txt")
    temporary = report_path.with_name(f".{report_path.name}.tmp")
    temporary.write_text(text_of(report, at), "utf-8")
    temporary.replace(report_path)
    path.rename(target)
    return target


def _free(path: Path) -> Path:
    """The path, or the first of NAME-2, NAME-3 … at which nothing lies."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(name for name in names if not name.exists())


def text_of(report: LoadReport, at: datetime) -> str:
    """The report as a person reads it: the counts and the first rejected rows, or the refusal."""
    lines = [f"文件：{report.source}", f"时间：{at:%Y-%m-%d %H:%M:%S}"]
    if report.refused:
        return "\n".join([*lines, f"结果：未导入。{report.refused}", ""])
    lines += [
        f"数据表：{TABLES[report.table].title}",
        f"结果：{counts_sentence(report)}",
        *left_aside(report),
        *_rejected(report),
        "",
    ]
    return "\n".join(lines)


def _rejected(report: LoadReport) -> list[str]:
    if not report.rejected or report.fates is None:
        return []
    first = report.fates.rejected.slice(0, MOST_LISTED).to_pydict()
    reasons_by_row = zip(first["row_number"], first["reasons"], strict=True)
    lines = [f"  第 {row} 行：{reasons}" for row, reasons in reasons_by_row]
    more = report.rejected - MOST_LISTED
    heading = "拒收的行及原因" + (f"（前 {MOST_LISTED} 行，另有 {more:,} 行）" if more > 0 else "")
    return [f"{heading}：", *lines]
