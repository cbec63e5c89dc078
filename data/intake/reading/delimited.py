"""CSV: from UTF-8 text to the fields of its records (pyarrow.csv), every field as text.

Only here may single rows be broken: those with a wrong number of fields.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from mmap import ACCESS_READ, mmap
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.intake.reading.encoding import decode
from data.intake.reading.footers import NOTE, without_footers
from data.intake.reading.head_row import (
    SEARCHED,
    HeadRow,
    column_names,
    find_head_row,
    without_unnamed,
)
from data.intake.reading.rows_file import RowsFile, nameless
from data.intake.reading.source import Contents, Limits, Reading, Refused, legible

STEP = 1 << 20  # bytes at a time; also the longest record, so a stray quote is soon noticed
MOST_BROKEN = 100_000

Text = bytes | mmap  # UTF-8
DELIMITERS = (",", "\t", ";", "|")
SEPARATOR = re.compile(rb'"?sep=(.)"?\r?\n', re.I)  # the first line of what Excel writes for itself


@dataclass(frozen=True)
class Header:
    """The record of the column names: what it says, where the data begin, what separates.

    row   of the last record of the head, from 1
    """

    names: list[str]
    head: HeadRow
    ends_at: int
    delimiter: str

    @property
    def row(self) -> int:
        return self.head.last_row


def from_csv(file: BinaryIO, reading: Reading, limits: Limits) -> Contents:
    with nameless() as decoded:
        encoding = decode(file, reading.encoding, decoded)
        header = find_header(mapped(decoded), reading, limits)
        rows, broken, empty = read_records(decoded, header, limits.max_rows)
    rows, remarks = without_footers(without_unnamed(rows, header.head))
    broken, notes = without_notes(broken)
    remarks = [*remarks, *notes, *([f"{empty:,} 个空行"] if empty else [])]
    if header.row > 1:
        first, last = header.head.first_row, header.head.last_row - reading.skip_rows
        remarks.insert(0, f"以第 {first if first == last else f'{first}–{last}'} 行为列名")
    return Contents(
        rows,
        broken,
        encoding=encoding,
        delimiter=header.delimiter,
        title=header.head.title,
        remarks=tuple(remarks),
    )


def mapped(file: BinaryIO) -> Text:
    """What stands in a file, without taking it into memory."""
    file.flush()
    return mmap(file.fileno(), 0, access=ACCESS_READ) if file.tell() else b""


def find_header(text: Text, reading: Reading, limits: Limits) -> Header:
    """The head; a delimiter that is not given is the one that yields most known names, or most."""
    delimiter, first = reading.delimiter, 1
    if delimiter is not None and not re.fullmatch("[\t !#-~]", delimiter):
        raise Refused(f"分隔符应为一个半角字符（引号除外），实为“{legible(delimiter)}”，请更正")
    if delimiter is None and (first_line := SEPARATOR.match(text)):
        delimiter, first = first_line.group(1).decode(), 2
    candidates = (delimiter,) if delimiter else DELIMITERS
    headers = [header for one in candidates if (header := header_by(text, one, reading, first))]
    if not headers:
        raise Refused(
            f"第 {reading.header_row or 1} 行应为列名，文件却没有这一行或其中引号没有成对，请核对"
        )
    best = max(headers, key=lambda header: (header.head.known, len(header.names)))
    names = column_names(best.head, len(best.names), reading, limits)
    return replace(best, names=names)


def header_by(text: Text, delimiter: str, reading: Reading, first: int) -> Header | None:
    many = max(SEARCHED + 2, (reading.header_row or 0) + reading.skip_rows + 2)
    ends = [0, *islice(record_ends(text, delimiter), many)]
    rows = [
        (number, _fields(text[start:end].decode(), delimiter, number))
        for number, (start, end) in enumerate(pairwise(ends), 1)
    ]
    head = find_head_row([row for row in rows if row[0] >= first], reading)
    if head is None or head.last_row >= len(ends):
        return None
    width = len(rows[head.last_row - reading.skip_rows - 1][1])
    names = [*head.names, *[""] * (width - len(head.names))]
    return Header(names, head, ends[head.last_row], delimiter)


def _fields(record: str, delimiter: str, row: int) -> list[str]:
    reader = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter)
    try:
        return [name.strip() for name in next(reader, [])]
    except csv.Error:
        if row == 1:
            raise Refused("第 1 行应为列名，却有一格超过 10 万字，请核对") from None
        return []  # no row of heads; what it is the reader of the records tells


def without_notes(broken: pa.Table) -> tuple[pa.Table, list[str]]:
    """Records with too few fields that are lines under the table: 填报人：…"""
    is_note = pc.match_substring_regex(broken["content"], NOTE)
    numbers = broken["_row"].filter(is_note).to_pylist()
    if not numbers:
        return broken, []
    shown = "、".join(map(str, numbers[:5]))
    remark = f"略去表尾注释 {len(numbers):,} 行（第 {shown} 行{'等' if len(numbers) > 5 else ''}）"
    return broken.filter(pc.invert(is_note)), [remark]


def record_ends(text: Text, delimiter: str) -> Iterator[int]:
    """Where each record ends, by Arrow's grammar: a quote counts only where a field begins.

    A record that is longer than Arrow takes ends the search before its fields are counted; a file
    that begins with one is refused.
    """
    mark = re.escape(delimiter.encode())
    rest = rb"[^%b\r\n]*+" % mark
    field = rb'(?:"[^"]*+(?:""[^"]*+)*+"%b|(?!")%b)' % (rest, rest)
    record = re.compile(rb"%b(?:%b%b)*+(?:\r\n|\r|\n|\Z)" % (field, mark, field))
    end = 0
    while end < len(text) and (match := record.match(text, end, end + STEP)):
        is_cut = match.end() == end + STEP < len(text)
        if is_cut and not end:
            raise Refused("第 1 行长达 1 MB 以上，列数过多或没有换行，请核对")
        if is_cut:
            return
        end = match.end()
        yield end


def read_records(text: BinaryIO, header: Header, max_rows: int) -> tuple[pa.Table, pa.Table, int]:
    """The rows after the header with `_row`, those with a wrong number of fields, and how many
    are empty.

    A last record of our own shows whether the file ends inside a quote, which would swallow it.
    """
    end_mark = "\x04" + header.delimiter * len(header.names)
    text.seek(0, io.SEEK_END)
    text.write(b"\n" + end_mark.encode() + b"\n")
    bad: list[Any] = []
    count, passed, end, kept = 0, 0, 0, RowsFile()
    schema = pa.schema([*((name, pa.string()) for name in header.names), ("_row", pa.int64())])
    kept.write(schema.empty_table())
    for batch in open_records(text, header, bad):
        full = np.flatnonzero(is_full(batch))
        rows = batch if len(full) == batch.num_rows else batch.take(pa.array(full))
        numbers = pa.array(record_numbers(full + count, bad, passed) + header.row, pa.int64())
        kept.write(pa.Table.from_arrays([*rows.columns, numbers], schema=schema))
        end = count + int(full[-1]) + 1 if len(full) else end
        count += batch.num_rows
        while passed < len(bad) and bad[passed].number - passed - 1 <= count:
            passed += 1
        refuse_many(kept.count + len(bad) - 1, len(bad) - 1, max_rows)
    if not bad or bad[-1].text != end_mark or bad[-1].number != count + len(bad):
        last = header.row + count + len(bad)
        raise Refused(f"第 {last} 行的引号没有成对，文件可能不完整，请核对")
    return kept.table(), broken_rows(bad[:-1], header), end - kept.count


def refuse_many(rows: int, broken: int, max_rows: int) -> None:
    if rows > max_rows:
        raise Refused(f"数据行超过上限 {max_rows:,} 行，请拆分后导入")
    if broken > MOST_BROKEN:  # each would be a row that somebody has to look at
        raise Refused(f"超过 {MOST_BROKEN:,} 行的列数与列名不符，请核对分隔符，或重新导出")


def open_records(text: BinaryIO, header: Header, bad: list[Any]) -> Iterator[pa.RecordBatch]:
    """Batches of text columns. Blank lines stay, as empty rows, so that records can be counted."""

    def set_aside(row: Any) -> str:
        bad.append(row)
        return "skip"

    text.seek(header.ends_at)
    count = 0
    try:
        for batch in pyarrow.csv.open_csv(
            pa.PythonFile(text, mode="r"),
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


def record_numbers(good: Any, bad: list[Any], passed: int) -> Any:
    """The record number (from 1) of the nth good row (from 0): one more per bad row before it.

    passed   how many of the bad rows stand before all of these
    """
    later = enumerate(bad[passed:], passed)
    good_before = np.array([row.number - at - 1 for at, row in later], int)
    return good + 1 + passed + np.searchsorted(good_before, good, side="right")


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
