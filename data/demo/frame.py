"""From plain columns to tables with exactly the columns and types that data.schema declares."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.arrays import Mask, Real, Times, Whole
from data.journal.copy import arrow_schema
from data.schema import TABLES

Values: TypeAlias = (
    pa.Array | Whole | Real | Mask | Times | Sequence[str | None] | Sequence[date | None]
)
Columns: TypeAlias = Mapping[str, Values]


def as_table(name: str, columns: Columns) -> pa.Table:
    """The table `name` of the schema. A column that is not given is empty (is_deleted: false)."""
    schema = arrow_schema(TABLES[name])
    if unknown := set(columns) - set(schema.names):
        raise KeyError(f"{name}: columns {sorted(unknown)} are not in data.schema")
    rows = len(next(iter(columns.values())))
    arrays = [as_array(field.type, columns.get(field.name), rows) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def as_array(kind: pa.DataType, values: Values | None, rows: int) -> pa.Array:
    if values is None:
        return pa.repeat(pa.scalar(False), rows) if kind == pa.bool_() else pa.nulls(rows, kind)
    if isinstance(values, np.ndarray) and pa.types.is_temporal(kind):
        values = values.astype("M8[D]" if pa.types.is_date(kind) else "M8[us]")
    if isinstance(values, pa.Array):
        return values.cast(kind)
    return pa.array(values, kind)


def numbered(prefix: str, numbers: Whole, width: int = 7) -> pa.Array:
    """'V-0000001' and so on, for the given numbers."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def record_ids(prefix: str, rows: int) -> pa.Array:
    return numbered(f"{prefix}-", np.arange(1, rows + 1))


def words(names: Sequence[str], index: Whole, where: Mask | None = None) -> pa.Array:
    """names[index], empty where the mask does not hold."""
    missing = None if where is None else ~where
    return pa.array(names, pa.string()).take(pa.array(index, mask=missing))


def masked(values: Whole | Real | Mask, where: Mask) -> pa.Array:
    """The values where the mask holds, else empty."""
    return pa.array(values, mask=~where)


def keep(texts: pa.Array, where: Mask) -> pa.Array:
    """The texts where the mask holds, else empty."""
    return texts.take(pa.array(np.arange(len(texts)), mask=~where))


def register_ids(parts: Sequence[Values], valid_from: Values) -> pa.Array:
    """The key columns joined by '|', then '@' and the first day."""
    keys = [part if isinstance(part, pa.Array) else pa.array(part, pa.string()) for part in parts]
    key = pc.binary_join_element_wise(
        *(pc.fill_null(part.cast(pa.string()), "") for part in keys), "|"
    )
    first = pa.array(valid_from, pa.date32()).cast(pa.string())
    return pc.binary_join_element_wise(key, first, "@")


def as_register(name: str, columns: Columns) -> pa.Table:
    """A register with its ids; without valid_from every row holds from the first day."""
    rows = len(next(iter(columns.values())))
    entries = dict(columns)
    entries.setdefault("valid_from", [date(2016, 1, 1)] * rows)
    keys = [entries[key] for key in TABLES[name].identity if key != "valid_from"]
    return as_table(name, {"id": register_ids(keys, entries["valid_from"]), **entries})
