"""Parquet: the columns as they are, batch by batch. Only single values can be records' fields."""

from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from data.intake.reading.rows_file import RowsFile
from data.intake.reading.source import (
    LONGEST_TEXT,
    MEBIBYTE,
    Contents,
    Limits,
    Reading,
    Refused,
    check_names,
    legible,
    refuse_nul,
)

BATCH_ROWS, BATCH_BYTES = 1 << 14, 32 * MEBIBYTE
TOO_LARGE = "展开后超过大小上限，请拆分后导入"
PREFIX_ROWS = 256  # where a text may be the one before it, said in a byte
SINGLE = (
    pa.types.is_primitive,  # numbers, dates, times, booleans
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_null,
)
TEXT = (pa.types.is_string, pa.types.is_large_string)


def from_parquet(file: BinaryIO, reading: Reading, limits: Limits) -> Contents:
    kept = RowsFile()
    try:
        opened = pyarrow.parquet.ParquetFile(file)
        schema = opened.schema_arrow
        check_names(schema.names, "各列应有列名，", limits)
        if opened.metadata.num_rows > limits.max_rows:
            raise Refused(f"数据行超过上限 {limits.max_rows:,} 行，请拆分后导入")
        texts = {field.name for field in schema if is_text(refuse_nested(field))}
        by_prefix = texts & columns_by_prefix(opened.metadata)
        opened = pyarrow.parquet.ParquetFile(file, read_dictionary=sorted(texts - by_prefix))
        most = PREFIX_ROWS if by_prefix else batch_rows(opened.metadata)
        size = 0
        kept.write(numbered(plain(opened.schema_arrow.empty_table()), 0))
        for batch in opened.iter_batches(most, use_threads=False):
            rows = plain(pa.Table.from_batches([batch]))
            rows.validate(full=True)
            size += rows.nbytes
            if size > limits.max_unzipped_bytes:
                raise Refused(TOO_LARGE)
            refuse_nul(rows)
            keep(kept, numbered(rows, kept.count))
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Refused("Parquet 文件已损坏或不完整，请重新导出") from None
    return Contents(kept.table())


def keep(kept: RowsFile, rows: pa.Table) -> None:
    """A file of rows has an end, too: what does not fit is too large, not damaged."""
    try:
        kept.write(rows)
    except OSError:
        raise Refused(TOO_LARGE) from None


def refuse_nested(field: pa.Field) -> pa.DataType:
    """The type of the field's values; a list, a structure or bytes have no place in a record."""
    type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if any(is_single(type_) for is_single in SINGLE):
        return type_
    raise Refused(f"“{legible(field.name)}”列应为单个值，实为嵌套或二进制的值，请展开后再导出")


def is_text(type_: pa.DataType) -> bool:
    return any(is_one(type_) for is_one in TEXT)


def columns_by_prefix(metadata: pyarrow.parquet.FileMetaData) -> set[str]:
    """The columns whose texts are written as what differs from the one before: they cannot be read
    as a dictionary."""
    groups = (metadata.row_group(at) for at in range(metadata.num_row_groups))
    chunks = [group.column(at) for group in groups for at in range(group.num_columns)]
    return {one.path_in_schema for one in chunks if any("DELTA" in e for e in one.encodings)}


def batch_rows(metadata: pyarrow.parquet.FileMetaData) -> int:
    """Rows at a time, so that a batch stays small: fewer where a row takes much room."""
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    widest = max((g.total_byte_size / max(1, g.num_rows) for g in groups), default=0)
    return max(1, min(BATCH_ROWS, int(BATCH_BYTES / max(1, widest))))


def plain(rows: pa.Table) -> pa.Table:
    """Every value written out. A dictionary can say one long text a million times, so its texts
    are measured before."""
    columns = []
    for field, column in zip(rows.schema, rows.columns, strict=True):
        if pa.types.is_dictionary(field.type):
            for chunk in column.chunks:
                refuse_long(field.name, chunk.dictionary)
            columns.append(column.cast(field.type.value_type))
        else:
            refuse_long(field.name, column)
            columns.append(column)
    return pa.table(columns, rows.column_names)


def refuse_long(name: str, texts: pa.Array | pa.ChunkedArray) -> None:
    if not is_text(texts.type) or (pc.max(pc.binary_length(texts)).as_py() or 0) <= LONGEST_TEXT:
        return
    longest = pc.max(pc.utf8_length(texts)).as_py()
    if longest > LONGEST_TEXT:
        size = f"应不超过 {LONGEST_TEXT:,} 字，实有 {longest:,} 字"
        raise Refused(f"“{legible(name)}”列的值{size}，请核对")


def numbered(rows: pa.Table, before: int) -> pa.Table:
    numbers = np.arange(before + 1, before + 1 + rows.num_rows)
    return rows.append_column("_row", pa.array(numbers, pa.int64()))
