"""What lies in the folder of a journal, by name: files of parts, the head, and what is neither."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from data.journal.chain import SEAL, Head, head_in
from data.journal.part_file import Part, PartFile, first_position, last_position

LOCK = ".lock"


@dataclass(frozen=True)
class Listing:
    """files: name of a part file -> the last part in it; others: no file of a journal's writer."""

    files: Mapping[str, int]
    head: Head | None
    others: tuple[str, ...]


@dataclass(frozen=True)
class Described:
    """Part files by what they are.

    superseded   singles for which a merged file stands; its parts are the same
    strays       names of those that only look like a part: the part itself lies elsewhere
    """

    in_force: tuple[PartFile, ...]
    superseded: tuple[PartFile, ...]
    strays: tuple[str, ...]


def listed(folder: Path) -> Listing:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        names = []
    files = {name: last for name in names if (last := last_position(name)) is not None}
    head = head_in(names)
    own = {LOCK, SEAL, head.name if head else ""}
    others = (n for n in names if n not in files and n not in own and not n.endswith(".tmp"))
    return Listing(files, head, tuple(others))


def settled(folder: Path) -> Listing:
    """A listing while a compaction switches files may lack both the old ones and the new one;
    two equal ones in a row do not."""
    listing = listed(folder)
    while listing != (listing := listed(folder)):
        pass
    return listing


def last_by_name(files: Mapping[str, int], is_sound: Callable[[str], bool]) -> int:
    """The last part of a journal without a head: numbers are consecutive, so a file that stands
    alone is looked at before its number counts."""
    spans = [(first_position(name) or last, last) for name, last in files.items()]
    for name, last in sorted(files.items(), key=lambda item: item[1], reverse=True):
        is_consecutive = last == 1 or any(a <= last - 1 <= b for a, b in spans if b < last)
        if is_consecutive or is_sound(name):
            return last
    return 0


def sorted_out(sound: list[PartFile], broken: Mapping[str, int]) -> Described:
    """Which of the files of sound descriptions are in force, and which names are strays.

    broken   name -> last part, of files whose description cannot be read
    """
    in_force: list[PartFile] = []
    superseded: list[PartFile] = []
    strays: list[str] = []
    held: dict[int, Part] = {}
    for file in sorted(sound, key=lambda file: (-len(file.parts), not file.is_merged, file.path)):
        if all(held.get(part.position) == part for part in file.parts):
            superseded.append(file)
        elif held.keys() & file.positions:
            strays.append(file.path.name)
        else:
            in_force.append(file)
            held |= {part.position: part for part in file.parts}
    strays += [name for name, last in broken.items() if last in held]
    return Described(tuple(in_force), tuple(superseded), tuple(strays))
