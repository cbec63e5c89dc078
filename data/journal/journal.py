"""The journal: the record of truth, a folder of immutable Parquet parts.

STORE/journal/00000007-case.parquet is part 7. A part is acknowledged when its file has been written
under a temporary name, flushed to disk, renamed, and the folder flushed. Parts are numbered
consecutively under a file lock; the journal position is the last number. A correction or a
deletion is a new version of a record in a later part; nothing is overwritten.

Many small parts of one table are merged into one file (data.journal.compaction), in which every row
keeps its part number. Checksums are over the rows of a part, so they outlive that.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from data.journal.disk_errors import disk_words
from data.journal.part_file import (
    Damaged,
    Part,
    PartFile,
    first_position,
    flush_folder,
    last_position,
    single_name,
)
from data.refusal import Refusal
from data.rights import Actor

if TYPE_CHECKING:  # what reads and writes rows loads Arrow; the names of the parts need it not
    import pyarrow as pa

SHANGHAI = ZoneInfo("Asia/Shanghai")


class JournalError(RuntimeError, Refusal):
    """The journal cannot be read or written; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Batch:
    """Rows of one table to append, and which columns the source provided."""

    table: str
    rows: "pa.Table"
    provided: tuple[str, ...]


def product_version() -> str:
    try:
        return version("hongfeng")
    except PackageNotFoundError:
        return "0"


class Journal:
    """Reads and appends the parts of one store.

    unreadable   file name -> a sentence, of each damaged file that was met: the rest is served
    """

    def __init__(self, store: Path) -> None:
        self.folder = store / "journal"
        self.unreadable: dict[str, str] = {}
        self._known: dict[str, PartFile] = {}

    # -- reading ----------------------------------------------------------------------------

    def position(self) -> int:
        """The number of the last acknowledged part; 0 for an empty journal."""
        return max(self._names().values(), default=0)

    def lying(self, until: int | None = None) -> dict[str, tuple[int, int]]:
        """Name of each file with parts up to a position -> its size and time of change."""
        found = {}
        for name in self._names():
            if until is None or (first_position(name) or 0) <= until:
                with suppress(FileNotFoundError):  # just merged into another
                    stat = (self.folder / name).stat()
                    found[name] = stat.st_size, stat.st_mtime_ns
        return found

    def files(self, after: int = 0) -> list[PartFile]:
        """All part files in force, in order of position; only those with parts after one.

        A compaction may replace a file between this and its reading: FileNotFoundError, ask again.
        """
        in_force, _ = self._described(after)
        return sorted(in_force, key=lambda file: file.parts[0].position)

    def parts(self, after: int = 0) -> list[Part]:
        every = (part for file in self.files(after) for part in file.parts)
        return sorted((p for p in every if p.position > after), key=lambda p: p.position)

    def data_time(self, position: int | None = None) -> datetime | None:
        """The instant (Asia/Shanghai) of the last acknowledged part, or of the one of a number."""
        number = self.position() if position is None else position
        last = [part for part in self.parts(number - 1) if position in (None, part.position)]
        return datetime.fromisoformat(last[-1].written_at) if last else None

    def read(self, file: PartFile) -> "pa.Table":
        """The rows of a part file with the column `_part`; a damaged file raises JournalError."""
        import pyarrow as pa

        return pa.concat_tables(self.pieces(file))

    def pieces(self, file: PartFile, most_rows: int = 1_000_000) -> "Iterator[pa.Table]":
        """The same piece by piece. Damage may show only after some pieces have been given."""
        from data.journal.part_rows import read_pieces

        try:
            yield from read_pieces(file, most_rows)
        except Damaged as error:
            raise JournalError(self._unreadable(file.path.name)) from error

    def damaged(self) -> list[str]:
        """A sentence for each part that is missing, cannot be read or whose rows were changed."""
        while True:
            try:
                found = [sentence for file in self.files() for sentence in self._changes(file)]
                return [*self.unreadable.values(), *self._missing(), *found]
            except FileNotFoundError:
                continue  # a compaction has just replaced the file: look again

    # -- writing ----------------------------------------------------------------------------

    def lock(self, wait_seconds: float = 60) -> FileLock:
        """The writers' lock; enter it with `with`. Another writer waits, then is told."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"无法写入 {self.folder}：{disk_words(error)}") from error
        return _Lock(self.folder / ".lock", timeout=wait_seconds)

    def append(self, batches: Iterable[Batch], source: str, actor: Actor) -> list[Part]:
        """Write each batch as one part and return the acknowledged parts. Hold `lock()`.

        A part that has its name is never taken back, since a reader may have seen it: if the
        disk fails between two of them, loading the same again adds what is missing.
        """
        from data.journal.part_rows import write_parts

        filled = [batch for batch in batches if batch.rows.num_rows]
        new = [_part(n, b, source, actor) for n, b in enumerate(filled, self.position() + 1)]
        fate = "本次未导入"
        try:
            self._clear()
            for part, batch in zip(new, filled, strict=True):
                write_parts(batch.rows.combine_chunks(), [part], self._temporary(part))
            for part in new:
                os.rename(self._temporary(part), self.folder / single_name(part))
                fate = "本次可能只导入了一部分，请重新导入同一内容，不会重复"
            if new:
                flush_folder(self.folder)
        except OSError as error:
            with suppress(OSError):
                self._clear()
            raise JournalError(f"写入日志失败：{disk_words(error)}；{fate}") from error
        return new

    def compact(self, at_least: int = 400) -> int:
        """Merge small single parts of the same table once there are `at_least` of them.

        Returns how many were merged. Hold `lock()`. A disk that does not allow it is no loss: the
        parts stay as they are.
        """
        from data.journal.compaction import merge

        try:
            in_force, superseded = self._described()
            for file in superseded:  # left behind by a compaction that was killed
                file.path.unlink(missing_ok=True)
            return merge(in_force, at_least)
        except (OSError, Damaged):
            with suppress(OSError):
                self._clear()
            return 0

    # -- details ----------------------------------------------------------------------------

    def _names(self) -> dict[str, int]:
        """File name -> the last part in it."""
        try:
            listed = os.listdir(self.folder)
        except FileNotFoundError:
            return {}
        return {name: end for name in listed if (end := last_position(name)) is not None}

    def _settled_names(self) -> dict[str, int]:
        """A listing while a compaction switches files may lack both the old ones and the new one;
        two equal ones in a row do not."""
        names = self._names()
        while names != (names := self._names()):
            pass
        return names

    def _described(self, after: int = 0) -> tuple[list[PartFile], list[PartFile]]:
        """The files in force, and those for which a merged one stands."""
        found = None
        while found is None:
            names = self._settled_names()
            with suppress(FileNotFoundError):  # replaced meanwhile: list them again
                asked = [name for name, last in names.items() if last > after]
                found = [f for name in asked if (f := self._describe(name))]
        for name in set(self._known) - set(names):  # merged into others: 4 KB for each record taken
            self._known.pop(name, None)
        in_force: list[PartFile] = []
        superseded: list[PartFile] = []
        taken: set[int] = set()
        for file in sorted(found, key=lambda file: (len(file.parts), file.is_merged), reverse=True):
            (superseded if file.positions <= taken else in_force).append(file)
            taken |= file.positions
        return in_force, superseded

    def _describe(self, name: str) -> PartFile | None:
        """What the file's footer says; None (and a sentence in `unreadable`) if it is damaged."""
        from data.journal.part_rows import describe

        known = self._known.get(name)
        if known is None:
            try:
                known = self._known[name] = describe(self.folder / name)
            except Damaged:
                self._unreadable(name)
                return None
            self.unreadable.pop(name, None)
        return known

    def _unreadable(self, name: str) -> str:
        self.unreadable[name] = f"日志分片 {name} 已损坏，其余数据照常使用"
        return self.unreadable[name]

    def _changes(self, file: PartFile) -> list[str]:
        from data.journal.part_rows import changed_parts

        try:
            changed = changed_parts(file)
        except Damaged:
            self._unreadable(file.path.name)
            return []
        where = file.path.name
        return [f"日志第 {part.position} 部分（{where}）内容与校验码不符" for part in changed]

    def _missing(self) -> list[str]:
        """Numbers without a file. (A damaged file is named already, whatever it held.)"""
        end = self.position()
        damaged = {last_position(name) for name in self.unreadable}
        known = {part.position for part in self.parts()} | damaged
        is_merged_damaged = any(name.startswith("c") for name in self.unreadable)
        missing = [] if is_merged_damaged else [n for n in range(1, end + 1) if n not in known]
        return [f"日志缺少第 {number} 部分" for number in missing]

    def _temporary(self, part: Part) -> Path:
        return (self.folder / single_name(part)).with_suffix(".tmp")

    def _clear(self) -> None:
        """Remove what a writer left unfinished; only one writes at a time."""
        for path in self.folder.glob("*.tmp"):
            path.unlink(missing_ok=True)


def _part(number: int, batch: Batch, source: str, actor: Actor) -> Part:
    from data.journal.part_rows import row_checksum

    return Part(
        number,
        batch.table,
        batch.rows.num_rows,
        row_checksum(batch.rows.combine_chunks()),
        source,
        f"{actor.role}:{actor.code}",
        product_version(),
        datetime.now(SHANGHAI).isoformat(timespec="milliseconds"),
        batch.provided,
    )


class _Lock(FileLock):
    """The file lock, with a Chinese sentence when another writer does not give way."""

    def __enter__(self) -> "_Lock":
        try:
            self.acquire()
        except Timeout:
            raise JournalError("另一个程序正在写入，请稍后再试") from None
        except OSError as error:
            raise JournalError(f"无法写入 {self.lock_file}：{disk_words(error)}") from error
        return self
