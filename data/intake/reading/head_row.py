"""Which row of a table holds the column names: titles, blanks and notes may stand above it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from data.heads import column_of, columns_by_head
from data.intake.reading.source import Limits, Reading, check_names
from data.schema import LOADABLE, TABLES, Table

SEARCHED = 30  # rows from the first one
UNNAMED = "无列名（第 {} 列）"

Texts = Sequence[str | None]  # the cells of one row, trimmed; None or "" where there is nothing


@dataclass(frozen=True)
class HeadRow:
    """names: of each column, "" where it has none; title: what stands above; rows from 1.

    known   how many of the names are known, or asked for by the mapping
    """

    names: tuple[str, ...]
    first_row: int
    last_row: int
    title: str
    known: int


def find_head_row(rows: Sequence[tuple[int, Texts]], reading: Reading) -> HeadRow | None:
    """The row, or two rows joined, in which most cells are heads; else the first that may be one.

    rows   the first ones of the table with their numbers
    """
    if reading.header_row is not None:
        row = next((row for row in rows if row[0] == reading.header_row), None)
        return _head(rows, [row], _known(row[1], reading), reading) if row else None
    best: HeadRow | None = None
    for at, (number, cells) in enumerate(rows[:SEARCHED]):
        single = _head(rows, [(number, cells)], _known(cells, reading), reading)
        candidates = [single]
        if at + 1 < len(rows) and single.known:
            below = rows[at + 1]
            known = _known(joined(cells, below[1]), reading)
            if known > max(single.known, _known(below[1], reading)):
                candidates.append(_head(rows, [(number, cells), below], known, reading))
        for one in candidates:
            if one.known > (best.known if best else 0):
                best = one
    return best or _likely(rows, reading)


def _head(
    rows: Sequence[tuple[int, Texts]],
    chosen: Sequence[tuple[int, Texts]],
    known: int,
    reading: Reading,
) -> HeadRow:
    names = chosen[0][1] if len(chosen) == 1 else joined(chosen[0][1], chosen[1][1])
    trimmed = [(name or "").strip() for name in names]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    first, last = chosen[0][0], chosen[-1][0] + reading.skip_rows
    title = " ".join(cell for n, cells in rows if n < first for cell in cells if cell)
    return HeadRow(tuple(trimmed), first, last, title[:200], known)


def _likely(rows: Sequence[tuple[int, Texts]], reading: Reading) -> HeadRow | None:
    """Without a known head: the first row that holds anything."""
    chosen = [(n, cells) for n, cells in rows[:SEARCHED] if any(cells)][:1]
    return _head(rows, chosen, 0, reading) if chosen else None


def joined(upper: Texts, lower: Texts) -> list[str]:
    """The names over two rows: 时间 above 受理 is 受理时间, 发现 above 日期 is 发现日期.

    An upper cell without a lower one stands alone; one that is merged holds for all below it.
    """
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [_joined(above, below) for above, below in pairs]


def _joined(above: str, below: str) -> str:
    if not above or not below or above == below:
        return below or above
    orders = (below, above + below, below + above)
    return next((name for name in orders if _is_known(name)), above + below)


def _padded(cells: Texts, width: int) -> list[str]:
    return [(cell or "").strip() for cell in cells] + [""] * (width - len(cells))


def _is_known(name: str) -> bool:
    return any(column_of(name, table) for table in TABLES.values())


def _known(cells: Iterable[str | None], reading: Reading) -> int:
    """How many heads a row holds: of the table that fits best, or of those the mapping reads."""
    names = [cell.strip() for cell in cells if cell and cell.strip() and len(cell) <= 60]
    read = sum(name.lower() in reading.columns for name in set(names))
    tables: Iterable[Table] = LOADABLE
    if reading.table:
        tables = (TABLES[reading.table],)
    elif not any(_is_known(name) for name in names):
        return read
    return max(read, *(len(columns_by_head(names, table)) for table in tables), 0)


def column_names(head: HeadRow, width: int, reading: Reading, limits: Limits) -> list[str]:
    """A name for each of `width` columns. What nobody would read may lack a name or have that of
    another column; a head that means something to us may not stand there twice."""
    if len(head.names) > limits.max_columns:  # before each is looked at
        check_names(list(head.names), _where(head, reading), limits)
    names: list[str] = []
    lowered: set[str] = set()
    for at, name in enumerate([*head.names, *[""] * (width - len(head.names))], 1):
        is_read = name.lower() in reading.columns or _is_known(name)
        if name.lower() in lowered and not is_read:
            name = f"{name}（第 {at} 列）"
        names.append(name or UNNAMED.format(at))
        lowered.add(name.lower())
    check_names(names, _where(head, reading), limits)
    return names


def _where(head: HeadRow, reading: Reading) -> str:
    return f"第 {head.last_row - reading.skip_rows} 行应为列名，"


def without_unnamed(rows: pa.Table, head: HeadRow) -> pa.Table:
    """Without the columns that have neither a name nor anything in them."""
    empty = [
        name
        for at, name in enumerate(rows.column_names[:-1])
        if (at >= len(head.names) or not head.names[at]) and rows[name].null_count == rows.num_rows
    ]
    return rows.drop_columns(empty) if empty else rows
