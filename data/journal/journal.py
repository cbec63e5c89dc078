"""The journal: the record of truth, a folder of immutable Parquet parts.

STORE/journal/00000007-case.parquet is part 7. A part is acknowledged when its file has been written
under a temporary name, flushed to disk, renamed, and the folder flushed. Parts are numbered
consecutively under a file lock; the journal position is the last number. A correction or a
deletion is a new version of a record in a later part; nothing is overwritten. Each part carries the
digest of all before it (data.journal.chain); what is no part is named, never read or counted.

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

from data.journal.chain import START, Head, breaks, missing, read_seal
from data.journal.disk_errors import disk_words
from data.journal.listing import (
    LOCK,
    Described,
    Listing,
    last_by_name,
    listed,
    settled,
    sorted_out,
)
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
LOOK_SECONDS = 3.0
MOST_PARTS = 99_999_999  # as many digits as a file's name has


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
        return self._end(listed(self.folder)).position

    def lying(self, until: int | None = None) -> dict[str, tuple[int, int]]:
        """Name of each file with parts up to a position -> its size and time of change."""
        size_and_time = {}
        for name in listed(self.folder).files:
            if until is None or (first_position(name) or 0) <= until:
                with suppress(FileNotFoundError):  # just merged into another
                    stat = (self.folder / name).stat()
                    size_and_time[name] = stat.st_size, stat.st_mtime_ns
        return size_and_time

    def files(self, after: int = 0) -> list[PartFile]:
        """All part files in force, in order of position; only those with parts after one.

        A compaction may replace a file between this and its reading: FileNotFoundError, ask again.
        """
        return sorted(self._described(after).in_force, key=lambda file: file.parts[0].position)

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
        """A sentence for each part that is missing, cannot be read or is not what was written, and
        for each file that is none."""
        while True:
            try:
                head = settled(self.folder).head  # before the parts: it may be behind, not ahead
                changed = [sentence for file in self.files() for sentence in self._changes(file)]
                broken = breaks(self.parts(), head, read_seal(self.folder))
                sentences = [*self.unreadable.values(), *self._missing(), *changed, *broken]
                return [*sentences, *self._strays()]
            except FileNotFoundError:
                continue  # a compaction has just replaced the file: look again

    # -- writing ----------------------------------------------------------------------------

    def lock(self, wait_seconds: float = 60) -> FileLock:
        """The writers' lock; enter it with `with`. Another writer waits, then is told."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"无法写入 {self.folder}：{disk_words(error)}") from error
        return _Lock(self.folder / LOCK, timeout=wait_seconds)

    def look_for_writers(self) -> None:
        """Raise JournalError if another one has been writing for longer than a page takes."""
        if (self.folder / LOCK).exists():
            with self.lock(LOOK_SECONDS):
                pass

    def append(self, batches: Iterable[Batch], source: str, actor: Actor) -> list[Part]:
        """Write each batch as one part and return the acknowledged parts. Hold `lock()`.

        A part that has its name is never taken back, since a reader may have seen it: if the
        disk fails between two of them, loading the same again adds what is missing.
        """
        from data.journal.part_rows import write_parts

        filled = [batch for batch in batches if batch.rows.num_rows]
        fate, new = "本次未导入", list[Part]()
        try:
            self._clear()
            head, last = self._begun() if filled else (None, Head(0, ""))
            for batch in filled:
                new.append(_part(last, batch, source, actor))
                last = last.after(new[-1])
            for part, batch in zip(new, filled, strict=True):
                write_parts(batch.rows.combine_chunks(), [part], self._temporary(part))
            for part in new:
                os.rename(self._temporary(part), self.folder / single_name(part))
                fate = "本次可能只导入了一部分，请重新导入同一内容，不会重复"
            if new:
                if head is not None:  # no flush of its own
                    os.rename(self.folder / head.name, self.folder / last.name)
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
            described = self._described()
            for file in described.superseded:  # left behind by a compaction that was killed
                file.path.unlink(missing_ok=True)
            return merge(described.in_force, at_least)
        except (OSError, Damaged):
            with suppress(OSError):
                self._clear()
            return 0

    # -- details ----------------------------------------------------------------------------

    def _end(self, listing: Listing) -> Head:
        """The last acknowledged part: as the head says, and what a killed writer added to it."""
        if listing.head is None:
            return Head(last_by_name(listing.files, lambda name: bool(self._sound(name))), "")
        end = listing.head
        beyond = [name for name, last in listing.files.items() if last > end.position]
        sound = [file for name in beyond if (file := self._sound(name))]
        parts = {part.position: part for file in sound for part in file.parts}
        while (part := parts.get(end.position + 1)) is not None:
            end = end.after(part)
        return end

    def _begun(self) -> tuple[Head | None, Head]:
        """The head as it lies, and where to go on from; an empty journal begins its chain."""
        listing = listed(self.folder)
        end = self._end(listing)
        if end.position >= MOST_PARTS:
            raise JournalError("日志的末端记录超出范围，未导入；请运行 hongfeng reconcile 查看")
        if end.position or end.digest:
            return listing.head, end
        first = Head(0, START)
        (self.folder / first.name).touch()
        return first, first

    def _described(self, after: int = 0) -> Described:
        """The files with parts after a position, by what they are."""
        described = None
        while described is None:
            listing = settled(self.folder)
            end = self._end(listing).position
            last_part = {name: last for name, last in listing.files.items() if after < last <= end}
            with suppress(FileNotFoundError):  # replaced meanwhile: list them again
                described = {name: self._describe(name) for name in last_part}
        for name in set(self._known) - set(listing.files):  # merged: 4 KB for each record taken
            self._known.pop(name, None)
        broken = {name: last_part[name] for name, file in described.items() if file is None}
        sorted_files = sorted_out([file for file in described.values() if file], broken)
        for name in broken.keys() - set(sorted_files.strays):
            self._unreadable(name)
        return sorted_files

    def _strays(self) -> list[str]:
        """A sentence for each file here that is no part of the journal."""
        listing = settled(self.folder)
        end = self._end(listing).position
        beyond = [name for name, last in listing.files.items() if last > end]
        names = [*listing.others, *beyond, *self._described().strays]
        return [f"日志目录中的 {name} 不是日志的一部分，未读取" for name in sorted(names)]

    def _sound(self, name: str) -> PartFile | None:
        with suppress(FileNotFoundError):  # just merged into another
            return self._describe(name)
        return None

    def _describe(self, name: str) -> PartFile | None:
        """What the file's footer says; None if it is damaged, or no part."""
        from data.journal.part_rows import describe

        known = self._known.get(name)
        if known is None:
            try:
                known = self._known[name] = describe(self.folder / name)
            except Damaged:
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
        numbers = {part.position for part in self.parts()}
        for name in self.unreadable:
            numbers.update(range(first_position(name) or 0, (last_position(name) or 0) + 1))
        return missing(numbers, end)

    def _temporary(self, part: Part) -> Path:
        return (self.folder / single_name(part)).with_suffix(".tmp")

    def _clear(self) -> None:
        """Remove what a writer left unfinished; only one writes at a time."""
        for path in self.folder.glob("*.tmp"):
            path.unlink(missing_ok=True)


def _part(last: Head, batch: Batch, source: str, actor: Actor) -> Part:
    from data.journal.part_rows import row_checksum

    return Part(
        last.position + 1,
        batch.table,
        batch.rows.num_rows,
        row_checksum(batch.rows.combine_chunks()),
        source,
        f"{actor.role}:{actor.code}",
        product_version(),
        datetime.now(SHANGHAI).isoformat(timespec="milliseconds"),
        batch.provided,
        last.digest,
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
