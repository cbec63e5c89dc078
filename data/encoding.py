"""A text file: from bytes to UTF-8, from UTF-8 to the fields of its records.

Decoding is strict: a character that cannot be read is a reason to refuse, never a “?”.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

STEP = 1 << 20  # bytes at a time; also the longest record, so a stray quote is soon noticed
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
DELIMITERS = (",", "\t", ";", "|")
# Two-byte characters except symbols, and those of level 1 (the frequent ones), per encoding.
HANZI = {
    "gb18030": rb"[\x81-\xa0\xaa-\xfe][\x40-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9]",
    "big5": rb"[\xa4-\xf9][\x40-\x7e\xa1-\xfe]",
}
SYMBOL = {"gb18030": rb"[\xa1-\xa9][\x40-\xfe]", "big5": rb"[\xa1-\xa3][\x40-\xfe]"}
FREQUENT = {"gb18030": rb"[\xb0-\xd7][\xa1-\xfe]", "big5": rb"[\xa4-\xc6][\x40-\xfe]"}
ORDINARY = re.compile("[\t\r\n -~\u2000-\u206f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Refused(ValueError):  # noqa: N818  (an outcome, not a fault of the program)
    """The whole file cannot be taken; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Header:
    """The record of the column names: what it says, where the data begin, what separates."""

    names: list[str]
    row: int
    ends_at: int
    delimiter: str


def shown(text: str, most: int = 60) -> str:
    """A word from outside, fit to stand in one line of a message."""
    visible = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text[: most + 1])
    return visible if len(visible) <= most else visible[: most - 1] + "…"


def decode(data: bytes, encoding: str | None = None) -> tuple[bytearray, str]:
    """The text as UTF-8 without a byte order mark, and the encoding it came in."""
    name = known(encoding) if encoding else detect(data)
    if name == "utf-16" and data[:2] not in MARKS:
        name = detect_utf16(data) or "utf-16-le"
    text = transcode(data, name)
    if text.startswith(codecs.BOM_UTF8):
        del text[:3]
    if (at := text.find(0)) >= 0:
        line = text.count(b"\n", 0, at) + 1
        raise Refused(f"应为文本，第 {line} 行却含空字符（NUL），请从原系统重新导出")
    return text, name


def known(encoding: str) -> str:
    """Our name of an encoding that a mapping file gives."""
    try:
        return ENCODINGS[codecs.lookup(encoding).name]
    except (LookupError, ValueError):
        choices = "、".join(ENCODINGS)
        raise Refused(f"编码应为 {choices} 之一，实为“{shown(encoding)}”，请更正") from None


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
    found = re.search(rb"[\x80-\xff]", data)
    sample = data[found.start() :][:STEP] if found else b""
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


def find_header(text: bytearray, delimiter: str | None, row: int) -> Header:
    """The header record; a delimiter that is not given is the one that yields most names."""
    if delimiter is not None and not re.fullmatch("[\t !#-~]", delimiter):
        raise Refused(f"分隔符应为一个半角字符（引号除外），实为“{shown(delimiter)}”，请更正")
    candidates = (delimiter,) if delimiter else DELIMITERS
    found = [header for one in candidates if (header := header_by(text, one, row))]
    if not found:
        raise Refused(f"第 {row} 行应为列名，文件却没有这一行或其中引号没有成对，请核对")
    return max(found, key=lambda header: len(header.names))


def header_by(text: bytearray, delimiter: str, row: int) -> Header | None:
    ends = list(islice(record_ends(text, delimiter), row))
    if len(ends) < row:
        return None
    record = text[([0, *ends])[-2] : ends[-1]].decode()
    reader = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter)
    try:
        names = [name.strip() for name in next(reader)]
    except csv.Error:
        raise Refused(f"第 {row} 行应为列名，却有一格超过 10 万字，请核对") from None
    return Header(names or [""], row, ends[-1], delimiter)


def record_ends(text: bytearray, delimiter: str) -> Iterator[int]:
    """Where each record ends, by Arrow's grammar: a quote counts only where a field begins."""
    mark = re.escape(delimiter.encode())
    rest = rb"[^%b\r\n]*+" % mark
    field = rb'(?:"[^"]*+(?:""[^"]*+)*+"%b|(?!")%b)' % (rest, rest)
    record = re.compile(rb"%b(?:%b%b)*+(?:\r\n|\r|\n|\Z)" % (field, mark, field))
    end = 0
    while end < len(text) and (found := record.match(text, end)):
        end = found.end()
        yield end


def read_records(text: bytearray, header: Header, max_rows: int) -> tuple[pa.Table, pa.Table]:
    """The rows after the header with `_row`, and those with a wrong number of fields.

    A last record of our own shows whether the file ends inside a quote, which would swallow it.
    """
    end_mark = "\x04" + header.delimiter * len(header.names)
    text += b"\n" + end_mark.encode() + b"\n"
    bad: list[Any] = []
    batches, kept, count = [], [], 0
    for batch in open_records(text, header, bad):
        full = np.flatnonzero(is_full(batch))
        kept.append(full + count)
        batches.append(batch if len(full) == batch.num_rows else batch.take(pa.array(full)))
        count += batch.num_rows
        if sum(map(len, kept)) + len(bad) > max_rows + 1:
            raise Refused(f"数据行超过上限 {max_rows:,} 行，请拆分后导入")
    if not bad or bad[-1].text != end_mark or bad[-1].number != count + len(bad):
        last = header.row + count + len(bad)
        raise Refused(f"第 {last} 行的引号没有成对，文件可能不完整，请核对")
    rows = pa.Table.from_batches(batches, pa.schema([(n, pa.string()) for n in header.names]))
    numbers = record_numbers(np.concatenate([np.zeros(0, int), *kept]), bad) + header.row
    return rows.append_column("_row", pa.array(numbers, pa.int64())), broken_rows(bad[:-1], header)


def open_records(text: bytearray, header: Header, bad: list[Any]) -> Iterator[pa.RecordBatch]:
    """Batches of text columns. Blank lines stay, as empty rows, so that records can be counted."""

    def set_aside(row: Any) -> str:
        bad.append(row)
        return "skip"

    count = 0
    try:
        for batch in pyarrow.csv.open_csv(
            pa.BufferReader(pa.py_buffer(text).slice(header.ends_at)),
            pyarrow.csv.ReadOptions(use_threads=False, column_names=header.names, block_size=STEP),
            pyarrow.csv.ParseOptions(
                delimiter=header.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in header.names},
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
            ),
        ):
            count += batch.num_rows
            yield batch
    except pa.ArrowInvalid:
        after = header.row + count + len(bad)
        raise Refused(f"第 {after} 行之后引号没有成对，或有一行超过 1 MB，请核对") from None


def is_full(batch: pa.RecordBatch) -> Any:
    """Per row: does any field hold something."""
    full = np.zeros(batch.num_rows, bool)
    for column in batch.columns:
        full |= pc.fill_null(pc.not_equal(column, ""), False).to_numpy(zero_copy_only=False)
    return full


def record_numbers(good: Any, bad: list[Any]) -> Any:
    """The record number (from 1) of the nth good row (from 0): one more per bad row before it."""
    good_before = np.array([row.number - at - 1 for at, row in enumerate(bad)], int)
    return good + 1 + np.searchsorted(good_before, good, side="right")


def broken_rows(bad: list[Any], header: Header) -> pa.Table:
    wanted = len(header.names)
    return pa.table(
        {
            "_row": pa.array([header.row + row.number for row in bad], pa.int64()),
            "content": pa.array([row.text for row in bad], pa.string()),
            "reason": pa.array(
                [f"应有 {wanted} 列，实有 {row.actual_columns} 列" for row in bad], pa.string()
            ),
        }
    )
