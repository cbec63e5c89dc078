"""Workbooks (XLSX, ODS, XLS): the worksheets that hold one table as rows, every cell as text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from data.heads import columns_by_head, head_key
from data.intake.reading.archive import DAMAGED, check_archive
from data.intake.reading.footers import without_footers
from data.intake.reading.head_row import (
    SEARCHED,
    HeadRow,
    column_names,
    find_head_row,
    without_unnamed,
)
from data.intake.reading.sheet_xml import SheetFacts, cell_name, sheet_facts
from data.intake.reading.source import (
    FAULTS,
    SHEET_STEP,
    Contents,
    Limits,
    Reading,
    Refused,
    legible,
    refuse_nul,
)
from data.schema import LOADABLE, TABLES

Cell = str | int | float | bool | date | time | datetime | timedelta | None
NOTES_SHEET = "说明"  # the second sheet of our own templates
TOO_LONG = "的数字超过 15 位，表格软件只存前 15 位，原号已失真，请将该列设为文本后从原系统重新导出"
EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
BLOCK = 20_000


@dataclass(frozen=True)
class Grid:
    """One worksheet as it stands.

    rows     its rows from the first one of the sheet
    merged   ((first row, first column), (last row, last column)) from 0
    facts    what the cells do not tell
    """

    name: str
    rows: Iterator[Sequence[Any]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    facts: SheetFacts = field(default_factory=SheetFacts)


@dataclass(frozen=True)
class SheetTable:
    """The table of one worksheet: its head, its first rows and where the others come from."""

    grid: Grid
    head: HeadRow
    first: Sequence[tuple[int, Sequence[Any]]]


def from_xlsx(data: bytes, reading: Reading, limits: Limits) -> Contents:
    return from_zipped(data, reading, limits, sheet_facts)


def from_ods(data: bytes, reading: Reading, limits: Limits) -> Contents:
    return from_zipped(data, reading, limits, lambda data, sheet: SheetFacts())


def from_zipped(
    data: bytes, reading: Reading, limits: Limits, facts: Callable[[bytes, str], SheetFacts]
) -> Contents:
    check_archive(data, limits)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            visible = {s.name: s.visible == SheetVisibleEnum.Visible for s in sheets}

            def grid(name: str) -> Grid:
                sheet = book.get_sheet_by_name(name)
                return Grid(name, rows_of(sheet), sheet.merged_cell_ranges or (), facts(data, name))

            return contents_of(visible, grid, reading, limits)
    except CalamineError:
        raise Refused(DAMAGED) from None
    except OverflowError:
        raise Refused("工作表中有日期或时间超出范围，请核对") from None


def rows_of(sheet: Any) -> Iterator[Sequence[Any]]:
    """From the first row and column of the sheet; the reader leaves out blank columns before."""
    if sheet.start is None:
        return iter(())
    before: list[Any] = [None] * sheet.start[1]
    return (before + row for row in sheet.iter_rows()) if before else sheet.iter_rows()


def contents_of(
    visible: Mapping[str, bool], grid: Callable[[str], Grid], reading: Reading, limits: Limits
) -> Contents:
    """The sheets with the same heads as the one that looks most like a table of ours.

    visible   the names of the worksheets in order, and whether a person sees each
    """
    if not visible:
        raise Refused("应有工作表，实为没有，请重新导出")
    names = sheets_to_look_at(visible, reading.sheet)
    tables = [one for name in names if (one := sheet_table(grid(name), reading))]
    if not tables:
        where = f"工作表“{legible(names[0])}”"
        raise Refused(
            f"{where}是空的，请核对或另选工作表"
            if reading.header_row is None
            else f"{where}第 {reading.header_row} 行应为列名，实为空，请核对"
        )
    main = max(tables, key=lambda one: one.head.known)
    same = [one for one in tables if heads_agree(one.head, main.head, reading)]
    unread = [name for name in visible if name not in {one.grid.name for one in same}]
    parts = [read_table(one, at, reading, limits) for at, one in enumerate(same)]
    rows = pa.concat_tables([part.rows for part in parts], promote_options="default")
    if rows.num_rows > limits.max_rows:
        raise Refused(f"数据行超过上限 {limits.max_rows:,} 行，请拆分后导入")
    refuse_nul(rows)
    remarks = (
        [f"读入工作表：{legible('、'.join(one.grid.name for one in same), 200)}"]
        if (len(same) > 1)
        else []
    )
    for one, part in zip(same, parts, strict=True):
        where = f"“{legible(one.grid.name)}”" if len(same) > 1 else ""
        remarks += [f"{where}{remark}" for remark in part.remarks]
    if others := [name for name in unread if name != NOTES_SHEET]:
        remarks.append(f"未读工作表：{legible('、'.join(others), 200)}")
    return Contents(
        rows,
        faults=pa.concat_tables([part.faults for part in parts]),
        sheets=tuple(one.grid.name for one in same),
        title=f"{main.grid.name} {main.head.title}",
        remarks=tuple(remarks),
    )


def sheets_to_look_at(visible: Mapping[str, bool], wanted: str | None) -> list[str]:
    """The sheet asked for, else those that a person sees and that are not 说明."""
    if wanted is not None:
        if wanted not in visible:
            there = legible("、".join(visible), 400)
            raise Refused(f"没有工作表“{legible(wanted)}”，现有{there}，请更正")
        return [wanted]
    seen = [name for name, is_seen in visible.items() if is_seen and name != NOTES_SHEET]
    return seen or list(visible)[:1]


def sheet_table(grid: Grid, reading: Reading) -> SheetTable | None:
    """The head and the first rows of a sheet; None if it is empty."""
    numbered = enumerate(grid.rows, 1)
    many = max(SEARCHED + 2, (reading.header_row or 0) + 2)
    first = [(number, list(cells)) for number, cells in islice(numbered, many)]
    texts = [(number, [text_of(cell) for cell in cells]) for number, cells in first]
    spread_heads(texts, grid)
    head = find_head_row(texts, reading)
    if head is None or not head.names:
        return None
    rest = Grid(grid.name, (cells for _, cells in numbered), grid.merged, grid.facts)
    return SheetTable(rest, head, first)


def spread_heads(rows: list[tuple[int, list[str | None]]], grid: Grid) -> None:
    """A head merged over several columns holds for each of them."""
    for (top, left), (bottom, right) in grid.merged:
        if top == bottom and top < len(rows) and right > left:
            cells = rows[top][1]
            is_title = sum(1 for cell in cells if cell) == 1
            if left < len(cells) and not is_title:
                cells[left : right + 1] = [cells[left]] * len(cells[left : right + 1])


def heads_agree(head: HeadRow, other: HeadRow, reading: Reading) -> bool:
    """Whether two sheets hold the same table: the heads that mean something are the same."""
    return meaningful(head, reading) == meaningful(other, reading)


def meaningful(head: HeadRow, reading: Reading) -> set[str]:
    if reading.columns:
        return {name.lower() for name in head.names} & reading.columns
    tables = [TABLES[reading.table]] if reading.table else LOADABLE
    meant = max((columns_by_head(head.names, table) for table in tables), key=len)
    return set(meant.values()) or {head_key(name) for name in head.names if name}


@dataclass(frozen=True)
class SheetRows:
    rows: pa.Table
    faults: pa.Table
    remarks: list[str]


def read_table(table: SheetTable, at: int, reading: Reading, limits: Limits) -> SheetRows:
    """The data of one sheet; `at`: how many sheets of the file come before it."""
    head, grid = table.head, table.grid
    after = [(number, cells) for number, cells in table.first if number > head.last_row]
    start = table.first[-1][0] + 1
    numbered = [*after, *((n, c) for n, c in enumerate(grid.rows, start) if n > head.last_row)]
    fill_merged(numbered, grid)
    width = data_width(numbered, len(head.names))
    names = column_names(head, min(width, limits.max_columns), reading, limits)
    refuse_far_cells(numbered, width, limits)
    long_numbers = {
        (
            number,
            column,
        ): f"单元格 {cell_name(number, column)} 的数字超过 15 位，表格软件只存前 15 位，"
        "原号已失真，请将该列设为文本后从原系统重新导出"
        for number, cells in numbered
        for column in long_cells(cells)
    }
    faults = {**long_numbers, **grid.facts.faults}
    faulty = {number for number, _ in faults}
    rows, empty = text_rows(numbered, names, at * SHEET_STEP, faulty)
    rows, left = without_footers(without_unnamed(rows, head))
    last = numbered[-1][0] if numbered else 0
    hidden = [n for n in grid.facts.hidden if head.last_row < n <= last]
    remarks = [f"{len(empty):,} 个空行"] if empty else []
    remarks += [f"含隐藏的 {len(hidden):,} 行（已读入）"] if hidden else []
    heads = [f"以第 {row_words(head)} 行为列名"] if head.first_row > 1 else []
    remarks = [*heads, *left, *remarks]
    return SheetRows(rows, fault_rows(faults, names, at * SHEET_STEP), remarks)


def row_words(head: HeadRow) -> str:
    return (
        str(head.first_row)
        if head.first_row == head.last_row
        else (f"{head.first_row}–{head.last_row}")
    )


def fill_merged(rows: list[tuple[int, Sequence[Any]]], grid: Grid) -> None:
    """What is merged over several rows holds for each of them."""
    places = {number: at for at, (number, _) in enumerate(rows)}
    for (top, left), (bottom, _right) in grid.merged:
        at = places.get(top + 1)
        if at is None or bottom <= top or left >= len(rows[at][1]):
            continue
        value = rows[at][1][left]
        for number in range(top + 2, bottom + 2):
            if number in places:
                cells = list(rows[places[number]][1])
                if left < len(cells) and text_of(cells[left]) is None:
                    cells[left] = value
                    rows[places[number]] = number, cells


def data_width(rows: Sequence[tuple[int, Sequence[Any]]], named: int) -> int:
    """How many columns the data take: the last one that has a name or holds anything."""
    width = max((len(cells) for _, cells in rows), default=named)
    while width > named and all(
        len(cells) < width or text_of(cells[width - 1]) is None for _, cells in rows
    ):
        width -= 1
    return max(width, named)


def refuse_far_cells(rows: Sequence[tuple[int, Sequence[Any]]], width: int, limits: Limits) -> None:
    most = limits.max_columns
    if width > most:
        number = next(n for n, cells in rows if any(text_of(cell) for cell in cells[most:]))
        raise Refused(f"第 {number} 行在没有列名的列中有内容，请补列名或删去")


def long_cells(cells: Sequence[Any]) -> list[int]:
    """The columns, from 1, with a number of which the digits beyond the 15th are lost."""
    return [
        column
        for column, cell in enumerate(cells, 1)
        if type(cell) is float and (cell >= EXACT or cell <= -EXACT)
    ]


def text_rows(
    rows: Sequence[tuple[int, Sequence[Any]]], names: list[str], step: int, faulty: set[int]
) -> tuple[pa.Table, list[int]]:
    """The rows that hold anything, as text with `_row`; and the numbers of the empty ones.

    faulty   rows that hold something which is no value
    """
    schema = pa.schema([*((name, pa.string()) for name in names), ("_row", pa.int64())])
    batches, empty, width = [], [], len(names)
    for start in range(0, len(rows), BLOCK):
        block: list[list[str | int | None]] = []
        for number, cells in rows[start : start + BLOCK]:
            texts: list[str | int | None] = [TEXT_OF[type(cell)](cell) for cell in cells[:width]]
            if any(texts) or number in faulty:
                block.append([*texts, *[None] * (width - len(texts)), step + number])
            else:
                empty.append(number)
        columns = zip(schema.types, zip(*block, strict=True), strict=True) if block else ()
        if block:
            arrays = [pa.array(values, type_) for type_, values in columns]
            batches.append(pa.record_batch(arrays, schema))
    return pa.Table.from_batches(batches, schema), empty


def fault_rows(faults: Mapping[tuple[int, int], str], names: list[str], step: int) -> pa.Table:
    named = {place: why for place, why in faults.items() if 0 < place[1] <= len(names)}
    return pa.table(
        {
            "_row": pa.array([step + row for row, _ in named], pa.int64()),
            "column": pa.array([names[column - 1] for _, column in named], pa.string()),
            "reason": pa.array(list(named.values()), pa.string()),
        },
        FAULTS,
    )


def text_of(cell: Cell) -> str | None:
    return TEXT_OF[type(cell)](cell)


def number_text(value: float) -> str:
    """123, not 123.0; beyond 21 digits a float has no meaning as a code."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def duration_text(value: timedelta) -> str:
    """Hours beyond a day stay hours: 36:00:00."""
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


TEXT_OF: Mapping[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: number_text,
    date: date.isoformat,
    datetime: lambda value: value.isoformat(sep=" "),
    time: time.isoformat,
    timedelta: duration_text,
    type(None): lambda value: None,
}
