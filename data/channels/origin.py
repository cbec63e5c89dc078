"""Where a source came from, which mapping file reads it, and how that file is replaced."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data.channels.folder import mapping_for, mappings_of
from data.config import Config
from data.declared import DeclarationError
from data.intake.mapping import IdForm, Mapping, load_mapping
from data.journal.journal import SHANGHAI, Journal
from data.rights import PROGRAM, Actor, require
from data.schema import TABLES

_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


class MappingChanged(RuntimeError):
    """The mapping file is no longer the one that was seen; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Origin:
    """The channel of a source; without one, nothing here is known of it.

    file     the mapping file in force
    folder   the folder of mapping files into which a new one can be put
    key      the key columns of a database source
    """

    channel: str = ""
    file: Path | None = None
    folder: Path | None = None
    key: tuple[str, ...] = ()

    def mapping(self, kind: str) -> Mapping | None:
        """The mapping in force for this table; a wrong file raises DeclarationError."""
        mapping = load_mapping(self.file) if self.file else None
        if mapping is None or mapping.kind != kind:
            return None
        has_id = "id" in mapping.columns or mapping.id is not None
        if has_id or not self.key or TABLES[kind].identity:
            return mapping
        return mapping.model_copy(update={"id": IdForm(columns=self.key)})


def origin_of(source: str, config: Config, journal: Journal) -> Origin:
    """By the name that the journal gives a source. A folder is known by who loaded the file."""
    for table in config.postgres:
        if source == f"postgres:{table.name}":
            return Origin(table.name, table.mapping, None, table.key)
    loaded_by = {part.actor for part in journal.parts() if part.source == source}
    for folder in config.folder:
        if f"{PROGRAM}:folder-{folder.name}" in loaded_by:
            file = mapping_for(Path(source), mappings_of(folder))
            return Origin(folder.name, file, folder.mappings)
    return Origin()


def beginning_of(source: str) -> str:
    """What the names of files like this one begin with: up to the first digit or separator."""
    beginning = re.match(r"[^\d\s_\-.（(]+", source)
    return beginning.group() if beginning else Path(source).stem


def place_for(origin: Origin, source: str, beginning: str) -> Path:
    """The file for a corrected mapping: the one in force, or a new one named by a beginning."""
    if origin.file:
        return origin.file
    if origin.folder is None:
        raise DeclarationError("映射文件", "", "该来源没有配置映射文件，请下载后交管理员")
    name = beginning.strip()
    if not name or name[0] in ".~" or _UNSAFE.search(name) or len(name) > 80:
        raise DeclarationError("映射文件", "适用于", "应为文件名的开头，不能含 / \\ : * ? 等符号")
    if not source.lower().startswith(name.lower()):
        raise DeclarationError("映射文件", "适用于", f"“{source}”不以“{name}”开头，请更正")
    return origin.folder / f"{name}.toml"


def content_of(path: Path | None) -> bytes | None:
    """The file as it stands, to be told later whether it changed; none if there is none."""
    try:
        return path.read_bytes() if path else None
    except FileNotFoundError:
        return None


def save_mapping(path: Path, text: str, seen: bytes | None, actor: Actor) -> Path | None:
    """Put a mapping file in place of the one that was seen; return where that one is kept now.

    A reader sees the old or the new file, whole. Raises MappingChanged if another person was
    quicker, OSError if the folder cannot be written; then nothing has changed.
    """
    require(actor, "load")
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=5):
            if content_of(path) != seen:
                raise MappingChanged(f"映射文件“{path.name}”刚刚已由他人更改，请重新核对")
            return _replace(path, text, seen)
    except Timeout:
        raise MappingChanged(f"映射文件“{path.name}”正由他人保存，请稍后再试") from None


def _replace(path: Path, text: str, seen: bytes | None) -> Path | None:
    temporary = path.with_name(f".{path.name}.tmp")
    _write(temporary, text.encode())
    try:
        load_mapping(temporary)
    except DeclarationError:
        temporary.unlink()
        raise
    old = None
    if seen is not None:
        stamp = f"{datetime.now(SHANGHAI):%Y%m%d-%H%M%S-%f}"
        old = path.with_name(f"{path.name}.{stamp}.old")
        _write(old, seen)
    temporary.replace(path)
    return old


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
