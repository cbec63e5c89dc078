"""The chain: each part carries the digest of the one before, so that none can go unnoticed.

The digest of a part is over all that its description says, the checksum of its rows among it, and
over the digest before. What no later part remembers, the end, stands in the name of an empty file
beside the parts, the head: `head-00000057-<digest>`. A writer renames it after its parts, flushed
with them; after a kill it may be behind, never ahead. So a tail that is gone is missed, and the
next part goes on from the head: what was lost or rewritten there stays named for good.

Parts of before the chain (0.3 and older) carry nothing. Sealing notes their digests as they are
found in `seal.json`; from the next part on the chain holds.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from data.journal.part_file import Part, flush_folder

START = "0" * 64  # what the first part takes for the digest before it
SEAL = "seal.json"
_HEAD = re.compile(r"head-([0-9]{8})-([0-9a-f]{64})")


@dataclass(frozen=True)
class Head:
    """The last part, and the digest of all parts up to it; '' where there is no chain."""

    position: int
    digest: str

    @property
    def name(self) -> str:
        return f"head-{self.position:08d}-{self.digest}"

    def after(self, part: Part) -> "Head":
        return Head(part.position, digest_of(part, self.digest) if self.digest else "")


@dataclass(frozen=True)
class Seal:
    """What was found when a store of before the chain was carried over.

    digests   position -> digest, of every part that could be read
    sealings  who sealed up to which position, and when; several where a head was lost later
    """

    digests: Mapping[int, str] = field(default_factory=dict)
    sealings: tuple[tuple[int, str, str], ...] = ()

    @property
    def position(self) -> int:
        return self.sealings[-1][0] if self.sealings else 0


def head_in(names: Iterable[str]) -> Head | None:
    """The furthest head among the names of files."""
    matches = (_HEAD.fullmatch(name) for name in names if name.startswith("head-"))
    heads = (Head(int(match[1]), match[2]) for match in matches if match)
    return max(heads, key=lambda head: head.position, default=None)


def digest_of(part: Part, before: str) -> str:
    """sha256 over what the part says of itself and the digest before it: its own, if it has one."""
    fields = asdict(part) | {"previous": part.previous or before}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digests(parts: Iterable[Part]) -> dict[int, str]:
    """Position -> digest of the journal up to it, of parts in order."""
    return {part.position: digest for part, _, digest in _walk(parts, {})}


def _walk(parts: Iterable[Part], sealed: Mapping[int, str]) -> Iterator[tuple[Part, str, str]]:
    """Each part, the digest before it ('' where the part before is not there), and its own."""
    digest, position = START, 0
    for part in parts:
        is_next = part.position == position + 1
        before = digest if is_next else sealed.get(part.position - 1, "")
        digest, position = digest_of(part, before or digest), part.position
        yield part, before, digest
        digest = sealed.get(position, digest)


def breaks(parts: Sequence[Part], head: Head | None, seal: Seal) -> list[str]:
    """A sentence for each place where the parts, in order, are not those that the chain knows."""
    if head is None and not seal.sealings and not any(part.previous for part in parts):
        return []  # there is no chain: `chain_sentence` says so
    sentences, loose = [], list[int]()
    for part, before, digest in _walk(parts, seal.digests):
        number = part.position
        if part.previous and before and part.previous != before:
            sentences.append(f"日志第 {number} 部分与第 {number - 1} 部分不相衔接，其一已被改写")
        if not part.previous and number not in seal.digests:
            loose.append(number)
        if seal.digests.get(number, digest) != digest:
            sentences.append(f"日志第 {number} 部分与封存时不符")
        if head is not None and head.position == number and head.digest != digest:
            sentences.append(f"日志第 {number} 部分与末端记录不符，已被改写")
    sentences += [f"日志{words}未纳入校验链条" for words in _ranges(loose)]
    if head is None:
        sentences.append("日志的末端记录缺失，末尾是否完整无从核对；查明后请运行 hongfeng seal")
    return sentences


def missing(numbers: Iterable[int], position: int) -> list[str]:
    """A sentence for each run of parts up to a position that are not among the numbers."""
    present = [number for number in sorted(set(numbers)) if number <= position]
    gaps = zip([0, *present], [*present, position + 1], strict=True)
    return [f"日志缺少{_run(a + 1, b - 1)}" for a, b in gaps if b - a > 1]


def chain_sentence(parts: Sequence[Part], head: Head | None, seal: Seal) -> str:
    """From which position on the chain holds; '' where `breaks` has told that it does not."""
    if head is None:
        is_new = not seal.sealings and not any(part.previous for part in parts)
        words = "日志未建立链条，末尾缺失和整段改写尚不能发现；请运行 hongfeng seal"
        return words if is_new else ""
    if not seal.sealings:
        return "日志链条自第 1 部分起"
    sealed = "、".join(f"至第 {number} 部分于 {at}" for number, at, _ in seal.sealings)
    return f"日志链条自第 {seal.position + 1} 部分起，此前各部分已封存（{sealed}）"


def read_seal(folder: Path) -> Seal:
    """Empty if there is none. One that cannot be read counts as none: its parts are then named."""
    try:
        content = json.loads((folder / SEAL).read_text("utf-8"))
        digest_at = {int(position): str(digest) for position, digest in content["digests"].items()}
        sealings = tuple((int(n), str(at), str(by)) for n, at, by in content["sealings"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Seal()
    return Seal(digest_at, sealings)


def write_seal(folder: Path, parts: Sequence[Part], end: int, at: datetime, by: str) -> None:
    """Note the digests of the parts as they are, and set a head that lacks or lies behind. Hold
    the writers' lock.

    What an earlier seal says of a part stays: it is not sealed anew.
    """
    earlier = read_seal(folder)
    present = {part.position: digest for part, _, digest in _walk(parts, earlier.digests)}
    sealed = {**present, **earlier.digests}
    sealings = [*earlier.sealings, (end, f"{at:%Y-%m-%d %H:%M}", by)]
    text = json.dumps({"sealings": sealings, "digests": sealed}, ensure_ascii=False, indent=0)
    temporary = folder / f"{SEAL}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, folder / SEAL)
    earlier_head = head_in(os.listdir(folder))
    if earlier_head is None or earlier_head.position < end:
        head = Head(end, sealed[max(sealed)] if sealed else START)
        (folder / head.name).touch()
        if earlier_head is not None:
            (folder / earlier_head.name).unlink()
    flush_folder(folder)


def _ranges(numbers: Sequence[int]) -> list[str]:
    """第 1 至 3 部分, for each run of consecutive numbers."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [_run(first, last) for first, last in runs]


def _run(first: int, last: int) -> str:
    return f"第 {first} 部分" if first == last else f"第 {first} 至 {last} 部分"
