"""The example of an indicator: records in, expected counts out.

An example is documentation and test at once. Its records stand in pipe tables, one per record table
or register; a column whose name begins with `#` is a remark. An empty cell, and a column that does
not stand in the table, is null or the default of data.schema. Without further notice a record lies
in village V1 of station S1, and a register entry holds from 2000-01-01 on. The peak hours are
19:00-23:00 in 2019, others before and after.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from data.declared import DeclarationError
from data.journal.copy import Copy, arrow_schema
from data.journal.journal import Journal
from data.schema import Column, Table
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import count
from metrics.cells.spans import MATURING, Span
from metrics.cells.sums import sums
from metrics.cells.units import BUREAU
from metrics.indicators.catalogue import Catalogue, Example, Indicator
from metrics.indicators.views import BASE
from metrics.scheme.scheme import Grade, Scheme, Scored

REMARK = "#"
SETTLED_DAYS = 200  # without an as-of day of its own, an example is looked at so much later
Row = Mapping[str, object]

_REGISTERS = {
    "station": "code | name | unit_group\nS1 | 一所 | 城区",
    "police_room": "code | name | station\nR1 | 一室 | S1",
    "village": "households\n10",
}
_VILLAGE = {"name": "一村", "kind": "village", "room": "R1", "station": "S1"}
_LONG_AGO = "2000-01-01"
_PARSE: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "date": date.fromisoformat,
    "instant": datetime.fromisoformat,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False, "是": True, "否": False}.__getitem__,
}


def differences(catalogue: Catalogue, indicator: Indicator, records: Copy) -> list[str]:
    """What the example expects and these records do not give, as sentences; empty if it holds.

    records   a copy of the example's own (see example_copy)
    """
    example = indicator.example
    period = example_period(example)
    only = Catalogue({indicator.id: indicator}, catalogue.views, catalogue.queries)
    as_of = example.as_of or period.ends_on + timedelta(SETTLED_DAYS)
    counted = count(records, only, SCHEMES, as_of)
    if indicator.id in counted.absent:
        return [f"{indicator.id} 的示例不适用：{counted.absent[indicator.id]}"]
    span = Span("example", period.starts_on, period.ends_on)
    counts = sums(counted, "bureau", period.ends_on, [indicator], [span])
    wrong = []
    for part in ("numerator", "denominator", MATURING):
        wanted = getattr(example, part)
        got = counts.get((BUREAU, span.label, f"{indicator.id}.{part}"), 0)
        if wanted is not None and got != wanted:
            wrong.append(f"{indicator.id} 的示例：{part} 应为 {wanted}，实为 {got}")
    return wrong


def example_period(example: Example) -> Period:
    """The period of an example, cut to its as-of day."""
    return parse_period(example.period, example.as_of or date.max)


def example_copy(indicator: Indicator) -> Copy:
    """The records of the example, with the default registers, in a store of their own."""
    return copy_of(example_records(indicator))


def copy_of(records: Mapping[str, Sequence[Row]]) -> Copy:
    """A store of its own with these rows."""
    copy = Copy(Journal(Path("nowhere")))
    for table, rows in records.items():
        shape = copy.shape_of(BASE[table].names)
        arrow = pa.Table.from_pylist(
            [{**row, "_part": 1, "_shape": shape} for row in rows],
            arrow_schema(BASE[table]).append(_PART).append(_SHAPE),
        )
        copy.merge(BASE[table], arrow, 1)
    return copy


_PART, _SHAPE = pa.field("_part", pa.int64()), pa.field("_shape", pa.int16())


def example_records(indicator: Indicator) -> dict[str, list[Row]]:
    return records_of(indicator.file, indicator.example.records)


def records_of(file: str, tables: Mapping[str, str]) -> dict[str, list[Row]]:
    """Table -> rows, the default registers included where the example has none of its own."""
    read = {}
    for table, text in {**_REGISTERS, **tables}.items():
        key = f"example.records.{table}"
        if table not in BASE:
            raise DeclarationError(file, key, "不是记录表或登记表")
        try:
            read[table] = read_table(BASE[table], text)
        except ValueError as error:
            raise DeclarationError(file, key, str(error)) from None
    return read


def read_table(table: Table, text: str) -> list[Row]:
    """The rows of a pipe table; ValueError with one sentence if it cannot be read."""
    filled = [line for line in text.splitlines() if line.strip()]
    if not filled:
        raise ValueError("没有表头")
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in filled]
    unknown = [name for name in header if name not in table.names and not name.startswith(REMARK)]
    if unknown:
        raise ValueError(f"没有列“{'、'.join(unknown)}”")
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(f"第 {number} 行应有 {len(header)} 格，实为 {len(row)} 格")
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    return [_row(table, number, row) for number, row in enumerate(cells, 1)]


def _row(table: Table, number: int, cells: Mapping[str, str]) -> Row:
    assumed = _assumed(table, number, "station" in cells)
    return {
        column.name: _value(column, number, cells.get(column.name, assumed.get(column.name, "")))
        for column in table.columns
    }


def _assumed(table: Table, number: int, has_station: bool) -> Mapping[str, str]:
    """What a row says in the columns that the example does not have."""
    name = f"{table.name}{number}"
    if table.name == "village":
        return {"id": name, **_VILLAGE, "code": f"V{number}", "valid_from": _LONG_AGO}
    if table.is_register:
        return {"id": name, "code": name, "valid_from": _LONG_AGO}
    return {"id": name} if has_station else {"id": name, "village": "V1"}


def _value(column: Column, number: int, cell: str) -> object:
    text = cell or column.default or ""
    if not text:
        return None
    codes = {word: code for code, word in column.choices.items()}
    try:
        return _PARSE[column.type](codes.get(text, text))
    except (KeyError, ValueError):
        raise ValueError(f"第 {number} 行“{column.name}”不能是“{cell}”") from None


def _scheme(in_force_from: date, first: time, last: time) -> Scheme:
    return Scheme(
        file="example",
        title="示例",
        in_force_from=in_force_from,
        approved_by="",
        source="",
        peak_hours=((first, last),),
        periods={},
        grades=(Grade(name="合格", at_least=Fraction(0)),),
        indicators=(Scored(id="-", weight=Fraction(100), rule="linear", target=Fraction(1)),),
    )


SCHEMES = (
    _scheme(date(2000, 1, 1), time(6), time(7)),
    _scheme(date(2019, 1, 1), time(19), time(23)),
    _scheme(date(2020, 1, 1), time(6), time(7)),
)
