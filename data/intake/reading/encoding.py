"""A text file: from bytes to UTF-8, whatever it was written in.

Decoding is strict: a character that cannot be read is a reason to refuse, never a “?”.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from data.intake.reading.source import Refused, legible

STEP = 1 << 20  # bytes at a time
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "gb18030": "gb18030",
    "gbk": "gb18030",  # GB18030 contains both of its forerunners
    "gb2312": "gb18030",
    "big5": "big5",
    "cp950": "cp950",
    "big5hkscs": "big5hkscs",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Two-byte characters except symbols, and those of level 1 (the frequent ones), per encoding.
HANZI = {
    "gb18030": rb"[\x81-\xa0\xaa-\xfe][\x40-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9]",
    "big5": rb"[\xa4-\xf9][\x40-\x7e\xa1-\xfe]",
}
SYMBOL = {"gb18030": rb"[\xa1-\xa9][\x40-\xfe]", "big5": rb"[\xa1-\xa3][\x40-\xfe]"}
FREQUENT = {"gb18030": rb"[\xb0-\xd7][\xa1-\xfe]", "big5": rb"[\xa4-\xc6][\x40-\xfe]"}
ORDINARY = re.compile("[\t\r\n -~\u2000-\u206f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode(file: BinaryIO, encoding: str | None, text: BinaryIO) -> str:
    """Write the text as UTF-8 without a byte order mark; the encoding that it came in."""
    name = encoding_named(encoding) if encoding else detect(file)
    if name == "utf-16" and part(file, 0, 2) not in MARKS:
        name = detect_utf16(part(file, 0, STEP)) or "utf-16-le"
    transcode(file, name, text)
    return name


def part(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(max(0, start))
    return file.read(end - max(0, start))


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The whole file; at the end an empty piece, by which a decoder knows it."""
    file.seek(0)
    while piece := file.read(STEP):
        yield piece
    yield b""


def encoding_named(encoding: str) -> str:
    """Our name of an encoding that a mapping file gives."""
    try:
        return ENCODINGS[codecs.lookup(encoding).name]
    except (LookupError, ValueError):
        choices = "、".join(ENCODINGS)
        raise Refused(f"编码应为 {choices} 之一，实为“{legible(encoding)}”，请更正") from None


def transcode(file: BinaryIO, encoding: str, text: BinaryIO) -> None:
    codec = encoding
    if encoding == "utf-16":  # the mark says it once, at the beginning
        codec = "utf-16-be" if part(file, 0, 2) == b"\xfe\xff" else "utf-16-le"
    decoder = codecs.getincrementaldecoder(codec)("strict")
    start, line, is_begun = 0, 1, False
    for piece in pieces(file):
        rest = decoder.getstate()[0]
        try:
            decoded = decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:
            line += (rest + piece)[: error.start].decode(codec, "replace").count("\n")
            at = start - len(rest) + error.start
            raise Refused(undecodable(encoding, line, at)) from None
        if not is_begun and decoded:
            decoded, is_begun = decoded.removeprefix("\ufeff"), True
        if (nul := decoded.find("\0")) >= 0:
            line += decoded.count("\n", 0, nul)
            raise Refused(f"应为文本，第 {line} 行却含空字符（NUL），请从原系统重新导出")
        text.write(decoded.encode())
        start, line = start + len(piece), line + decoded.count("\n")


def undecodable(encoding: str, line: int, at: int) -> str:
    """Where the text stops being readable: line (from 1) and byte (from 0)."""
    return f"应为 {encoding} 编码，第 {line} 行（第 {at + 1} 字节）无法解读，请另存为 UTF-8"


def first_error(chunks: Iterable[bytes], encoding: str) -> int | None:
    """The first byte (from 0) that cannot be read."""
    decoder, start = codecs.getincrementaldecoder(encoding)("strict"), 0
    for piece in chunks:
        rest = decoder.getstate()[0]
        try:
            decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:
            return start - len(rest) + error.start
        start += len(piece)
    return None


def detect(file: BinaryIO) -> str:
    """The encoding by byte order mark, by NULs (UTF-16), by strict UTF-8, by frequency."""
    head = part(file, 0, STEP)
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name
    if 0 in head and (wide := detect_utf16(head)):
        return wide
    error = first_error(pieces(file), "utf-8")
    if error is None or is_damaged_utf8(part(file, error - STEP, error + STEP)):
        return "utf-8"
    return detect_hanzi(beyond_ascii(file))


def detect_utf16(head: bytes) -> str | None:
    """The byte order in which line ends stand and nearly all characters are ordinary ones."""
    for name in ("utf-16-le", "utf-16-be"):
        text = head.decode(name, "replace")
        ordinary = len(ORDINARY.findall(text))
        if re.search("[\r\n]", text) and "\0" not in text and ordinary >= 0.9 * len(text):
            return name
    return None


def is_damaged_utf8(around: bytes) -> bool:
    """UTF-8 with a few broken bytes: else it would pass as GB18030, full of wrong characters."""
    text = around.decode("utf-8", "replace")
    good = len(re.findall("[\u0800-\ufffc]", text))
    return good > 10 * text.count("\ufffd")


def beyond_ascii(file: BinaryIO) -> bytes:
    """A sample that begins with the first byte that is not ASCII."""
    start = 0
    for piece in pieces(file):
        if odd := re.search(rb"[\x80-\xff]", piece):
            start += odd.start()
            break
        start += len(piece)
    return part(file, start, start + STEP)


def detect_hanzi(sample: bytes) -> str:
    """GB18030 or Big5: the one that decodes and gives the larger share of frequent characters."""
    shares = {name: frequent_share(sample, name) for name in HANZI}
    errors = {name: first_error([sample], name) for name in HANZI}
    readable = [name for name, at in errors.items() if at is None or at >= len(sample) - 3]
    best = max(readable or HANZI, key=lambda name: shares[name])
    if shares[best] < 0.5:
        raise Refused("认不出文字编码，请另存为 UTF-8，或在映射文件中写明 encoding")
    return best


def frequent_share(sample: bytes, encoding: str) -> float:
    """The share of level 1 among the characters other than symbols (0 if there are none)."""
    characters = re.findall(SYMBOL[encoding] + b"|(" + HANZI[encoding] + b")", sample)
    hanzi = [character for character in characters if character]
    frequent = re.compile(FREQUENT[encoding])
    return sum(1 for one in hanzi if frequent.fullmatch(one)) / max(1, len(hanzi))
