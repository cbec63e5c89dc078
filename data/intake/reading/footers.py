"""Rows of a table that are no records: sums, notes at the foot, heads repeated on each page."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from data.heads import RUNNING_NUMBERS, head_key
from data.intake.reading.source import ROW, SHEET_STEP

# The first filled cell of a row of sums: 合计, 枣林镇小计, 总 计：, 7月合计（起）
SUM = (
    r"^\s*\S{0,8}?(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计)"
    r"\s*([（(][^（）()]{0,6}[）)])?\s*[:：]?\s*\d*\s*\S{0,2}\s*$"
)
# A line under the table: 填报人：…　审核人：…, 注：…, 以上数据截至…
NOTE = (
    r"^\s*[（(]?(注|备注|说明|附注|填报|填表|制表|审核|复核|审批|负责|领导|单位|联系|报送|报表|签字"
    r"|签名|盖章|统计|经办|数据来源|日期|时间|以上)[^:：]{0,12}([:：]|$)"
)
FEW = 2  # cells that such a line fills at most, in a table with more columns


def without_footers(rows: pa.Table) -> tuple[pa.Table, list[str]]:
    """The rows that may be records, and what was left out, in words with row numbers."""
    names = [name for name in rows.column_names if name != ROW]
    if not names or not rows.num_rows:
        return rows, []
    first = pc.coalesce(*(rows[name] for name in names))
    after = [name for name in names if head_key(name) not in RUNNING_NUMBERS]
    second = pc.coalesce(*(rows[name] for name in after)) if after else first
    is_sum = pc.or_(_matches(first, SUM), _matches(second, SUM))
    is_note = pc.and_(_matches(first, NOTE), _is_sparse(rows, names))
    is_head = _is_head(rows, names)
    remarks = [
        words
        for mask, title in ((is_sum, "合计行"), (is_note, "表尾注释"), (is_head, "重复的表头"))
        if (words := _told(rows, mask, title))
    ]
    left = pc.or_(is_sum, pc.or_(is_note, is_head))
    return (rows.filter(pc.invert(left)), remarks) if remarks else (rows, [])


def _matches(texts: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def _is_sparse(rows: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    """Rows that fill few cells of a table with more columns."""
    filled = pa.chunked_array([pa.array([0] * rows.num_rows, pa.int64())])
    for name in names:
        filled = pc.add(filled, pc.cast(pc.is_valid(rows[name]), pa.int64()))
    return pc.less_equal(filled, FEW if len(names) > FEW else 0)


def _is_head(rows: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    """Rows that repeat the names of the first columns."""
    first, *others = names[:3]
    is_head = pc.fill_null(pc.equal(rows[first], first), False)
    for name in others:
        is_head = pc.and_(is_head, pc.fill_null(pc.equal(rows[name], name), False))
    return is_head if others else pc.and_(is_head, pa.scalar(False))


def _told(rows: pa.Table, mask: pa.ChunkedArray, title: str) -> str:
    numbers = rows[ROW].filter(mask)
    if not len(numbers):
        return ""
    shown = "、".join(str(number % SHEET_STEP) for number in numbers[:5].to_pylist())
    more = "等" if len(numbers) > 5 else ""
    return f"略去{title} {len(numbers):,} 行（第 {shown} 行{more}）"
