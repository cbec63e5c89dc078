"""The rows of a PostgreSQL source in our columns, and the check that they still fit them."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from data.channels.postgres_reading import PostgresSource, ReadRows, SourceChanged
from data.declared import DeclarationError
from data.intake.heads_mapping import COMMAND_LINE, Consent, map_by_name
from data.intake.mapping import IdForm, Mapped, map_source, not_deleted
from data.intake.reading.source import ROW, Refused, Source
from data.journal.copy import connect, fetch_arrow
from data.schema import Column, quoted

_WATERMARK_TYPES = {"int2", "int4", "int8", "timestamp", "timestamptz", "date"}


def numbered(source: PostgresSource, rows: pa.Table) -> pa.Table:
    """The rows with `_row`, which must be the same at each pull: a reject is known by it.

    A single whole number is its own row number; else it is a hash of the key (63 bits).
    """
    keys = [rows[name] for name in source.key]
    if len(keys) == 1 and pa.types.is_integer(keys[0].type):
        numbers = keys[0].cast(pa.int64())
    else:
        cursor = connect()
        cursor.register("keys", pa.table(keys, [f"k{n}" for n in range(len(keys))]))
        # No separator may make two different keys equal, so each part carries its length.
        parts = " || ".join(f"length(k{n}::VARCHAR) || ':' || k{n}" for n in range(len(keys)))
        query = f"SELECT CAST(md5_number_lower({parts}) >> 1 AS BIGINT) AS n FROM keys"
        numbers = fetch_arrow(cursor, query)["n"]
    if numbers.null_count or pc.count_distinct(numbers).as_py() < rows.num_rows:
        named = "、".join(source.key)
        raise SourceChanged(
            f"数据源“{source.name}”的键列“{named}”有空值或重复，本次未导入，请更正 key"
        )
    return rows.append_column(ROW, numbers)


def in_our_columns(source: PostgresSource, rows: Source) -> Mapped:
    """The mapped rows. A row that is at the source is not deleted, whatever the record was."""
    try:
        mapped = _mapped(source, rows)
    except (DeclarationError, Refused) as error:
        problem = f"数据源“{source.name}”已与配置不符，本次未导入：{error}"
        raise SourceChanged(problem) from None
    # What is rejected is kept without the columns that nothing uses, but with its key.
    mapped = replace(mapped, ignored=tuple(n for n in mapped.ignored if n not in source.key))
    return not_deleted(mapped)


def _mapped(source: PostgresSource, rows: Source) -> Mapped:
    mapping = source.mapping
    if mapping is None:
        return map_by_name(rows, source.table, Consent(without_units=True), COMMAND_LINE)
    has_id = "id" in mapping.columns or (mapping.id and mapping.id.columns)
    if not has_id and not source.table.identity:
        mapping = mapping.model_copy(update={"id": IdForm(columns=source.key)})
    return map_source(rows, mapping)


def check(source: PostgresSource, reading: ReadRows, earlier: tuple[str, ...]) -> tuple[str, ...]:
    """Our columns that the source has; SourceChanged if one is missing or is of another type.

    earlier   the columns that it had at the last pull
    """
    kind = reading.snapshot.columns[source.watermark] if source.watermark else "int8"
    if kind not in _WATERMARK_TYPES:
        problem = f"类型为 {kind}，应为整数、日期或时间，本次未导入，请核对来源表"
        raise SourceChanged(f"数据源“{source.name}”的“{source.watermark}”列{problem}")
    empty = reading.schema.append(pa.field(ROW, pa.int64())).empty_table()
    mapped = in_our_columns(source, Source(name=source.journal_name, digest="", rows=empty))
    for column in source.table.columns:
        is_needed = column.required and not column.default
        if column.name in mapped.provided:
            _check_type(source, column, mapped.rows.schema.field(column.name).type)
        elif is_needed or column.name in earlier:
            problem = f"缺少“{column.title}”（{column.name}）列，本次未导入，请核对来源表"
            raise SourceChanged(f"数据源“{source.name}”{problem}")
    return mapped.provided


def _check_type(source: PostgresSource, column: Column, type_: pa.DataType) -> None:
    types = pa.types
    is_text = types.is_string(type_) or types.is_large_string(type_) or types.is_null(type_)
    is_number = types.is_integer(type_) or types.is_floating(type_) or types.is_decimal(type_)
    fits = {
        "text": True,
        "date": types.is_date(type_) or types.is_timestamp(type_),
        "instant": types.is_date(type_) or types.is_timestamp(type_),
        "integer": is_number,
        "number": is_number,
        "boolean": types.is_boolean(type_) or types.is_integer(type_),
    }[column.type]
    if not fits and not is_text:
        problem = f"类型为 {type_}，与要求不符，本次未导入，请核对来源表"
        raise SourceChanged(f"数据源“{source.name}”的“{column.title}”（{column.name}）列{problem}")


def ids_of(source: PostgresSource, rows: pa.Table) -> pa.Table:
    """The record ids of the rows, as validation would write them."""
    mapped = in_our_columns(source, Source(name=source.journal_name, digest="", rows=rows))
    blanks = (
        "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(12288) || chr(65279)"
    )
    cursor = connect()
    cursor.register("mapped", mapped.rows)
    return fetch_arrow(
        cursor, f"SELECT trim(CAST({quoted('id')} AS VARCHAR), {blanks}) AS id FROM mapped"
    )
