"""A text file: from bytes to UTF-8, whatever it was written in.

Decoding is strict: a character that cannot be read is a reason to refuse, never a “?”.
"""

import codecs
import re

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


def decode(data: bytes, encoding: str | None = None) -> tuple[bytearray, str]:
    """The text as UTF-8 without a byte order mark, and the encoding it came in."""
    name = encoding_named(encoding) if encoding else detect(data)
    if name == "utf-16" and data[:2] not in MARKS:
        name = detect_utf16(data) or "utf-16-le"
    text = transcode(data, name)
    if text.startswith(codecs.BOM_UTF8):
        del text[:3]
    if (at := text.find(0)) >= 0:
        line = text.count(b"\n", 0, at) + 1
        raise Refused(f"应为文本，第 {line} 行却含空字符（NUL），请从原系统重新导出")
    return text, name


def encoding_named(encoding: str) -> str:
    """Our name of an encoding that a mapping file gives."""
    try:
        return ENCODINGS[codecs.lookup(encoding).name]
    except (LookupError, ValueError):
        choices = "、".join(ENCODINGS)
        raise Refused(f"编码应为 {choices} 之一，实为“{legible(encoding)}”，请更正") from None


def transcode(data: bytes, encoding: str) -> bytearray:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    text = bytearray()
    try:
        for start in range(0, len(data), STEP):
            text += decoder.decode(data[start : start + STEP]).encode()
        text += decoder.decode(b"", True).encode()
    except UnicodeError:
        raise Refused(undecodable(data, encoding)) from None
    return text


def undecodable(data: bytes, encoding: str) -> str:
    """Where the text stops being readable, by byte and line (both from 1)."""
    at = first_error(data, encoding)
    line = data[:at].decode(encoding, "replace").count("\n") + 1
    return f"应为 {encoding} 编码，第 {line} 行（第 {at + 1} 字节）无法解读，请另存为 UTF-8"


def first_error(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def detect(data: bytes) -> str:
    """The encoding by byte order mark, by NULs (UTF-16), by strict UTF-8, by frequency."""
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return name
    if 0 in data and (wide := detect_utf16(data)):
        return wide
    error = first_error(data, "utf-8")
    if error == len(data) or is_damaged_utf8(data, error):
        return "utf-8"
    return detect_hanzi(data)


def detect_utf16(data: bytes) -> str | None:
    """The byte order in which line ends stand and nearly all characters are ordinary ones."""
    for name in ("utf-16-le", "utf-16-be"):
        text = data[:STEP].decode(name, "replace")
        ordinary = len(ORDINARY.findall(text))
        if re.search("[\r\n]", text) and "\0" not in text and ordinary >= 0.9 * len(text):
            return name
    return None


def is_damaged_utf8(data: bytes, at: int) -> bool:
    """UTF-8 with a few broken bytes: else it would pass as GB18030, full of wrong characters."""
    text = data[max(0, at - STEP) : at + STEP].decode("utf-8", "replace")
    good = len(re.findall("[\u0800-\ufffc]", text))
    return good > 10 * text.count("\ufffd")


def detect_hanzi(data: bytes) -> str:
    """GB18030 or Big5: the one that decodes and gives the larger share of frequent characters."""
    beyond_ascii = re.search(rb"[\x80-\xff]", data)
    sample = data[beyond_ascii.start() :][:STEP] if beyond_ascii else b""
    shares = {name: frequent_share(sample, name) for name in HANZI}
    readable = [name for name in HANZI if first_error(sample, name) >= len(sample) - 3]
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
