"""Carrying a store of before the chain over: its parts are sealed as they are found."""

from datetime import datetime

from data.journal.chain import chain_sentence, read_seal, write_seal
from data.journal.disk_errors import disk_words
from data.journal.journal import SHANGHAI, Journal, JournalError
from data.journal.listing import settled
from data.rights import Actor


def chain_state(journal: Journal) -> str:
    """From which position on the chain holds, as a sentence; '' where it is broken."""
    folder = journal.folder
    head = settled(folder).head
    return chain_sentence(journal.parts(), head, read_seal(folder))


def seal(journal: Journal, actor: Actor) -> str:
    """Note the digest of every part and set the head; what was done, as a sentence.

    Raises JournalError where there is nothing to seal.
    """
    with journal.lock():
        end, parts, head = journal.position(), journal.parts(), settled(journal.folder).head
        earlier = read_seal(journal.folder)
        if not end:
            raise JournalError("数据目录中还没有数据；首次导入时自动建立链条")
        loose = [p for p in parts if not p.previous and p.position not in earlier.digests]
        if head is not None and not loose:
            raise JournalError(f"{chain_sentence(parts, head, earlier)}，无需再建")
        try:
            by = f"{actor.role}:{actor.code}"
            write_seal(journal.folder, parts, end, datetime.now(SHANGHAI), by)
        except OSError as error:
            raise JournalError(f"无法写入 {journal.folder}：{disk_words(error)}") from error
    return (
        f"已逐一记下第 1 至 {end:,} 部分的校验码（{len(parts):,} 个）；"
        f"自第 {end + 1:,} 部分起，每一部分都带有此前全部内容的校验码"
    )
