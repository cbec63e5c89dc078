"""CSV: from UTF-8 text to the fields of its records (pyarrow.csv), every field as text.

Only here may single rows be broken: those with a wrong number of fields.
"""

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

from data.intake.reading.encoding import decode
from data.intake.reading.source import Contents, Limits, Reading, Refused, check_names, legible

STEP = 1 << 20  # bytes at a time; also the longest record, so a stray quote is soon noticed

DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Header:
    """The record of the column names: what it says, where the data begin, what separates."""

    names: list[str]
    row: int
    ends_at: int
    delimiter: str


def from_csv(data: bytes, reading: Reading, limits: Limits) -> Contents:
    text, encoding = decode(data, reading.encoding)
    header = find_header(text, reading.delimiter, reading.header_row)
    check_names(header.names, f"第 {header.row} 行应为列名，", limits)
    tables = read_records(text, header, limits.max_rows)
    if reading.skip_rows:
        is_data = pc.field("_row") > reading.last_head_row
        tables = tables[0].filter(is_data), tables[1].filter(is_data)
    return Contents(*tables, encoding=encoding, delimiter=header.delimiter)


def find_header(text: bytearray, delimiter: str | None, row: int) -> Header:
    """The header record; a delimiter that is not given is the one that yields most names."""
    if delimiter is not None and not re.fullmatch("[\t !#-~]", delimiter):
        raise Refused(f"分隔符应为一个半角字符（引号除外），实为“{legible(delimiter)}”，请更正")
    candidates = (delimiter,) if delimiter else DELIMITERS
    headers = [header for one in candidates if (header := header_by(text, one, row))]
    if not headers:
        raise Refused(f"第 {row} 行应为列名，文件却没有这一行或其中引号没有成对，请核对")
    return max(headers, key=lambda header: len(header.names))


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
    while end < len(text) and (match := record.match(text, end)):
        end = match.end()
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
