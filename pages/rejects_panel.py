"""拒收: the open rejects; the chosen one opens below with its content, reasons and remedies."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pyarrow as pa
import streamlit as st

from data.reject_words import advice, fields_of, reject_rows, rejects_reading
from pages import frame
from pages.table import Column, Sheet, show_table

COLUMNS = (
    Column("source", "文件"),
    Column("table", "数据表"),
    Column("row_number", "行号", "whole", width=80),
    Column("reasons", "拒收原因", width=560),
    Column("time", "时间"),
)
FIELDS = (Column("name", "项目"), Column("value", "内容"))
STYLE = """
<style>
.hf-advice { margin: 0; padding: 0; list-style: none; line-height: 1.6; }
.hf-advice li { border-left: 3px solid var(--hf-accent); padding: 1px 0 1px 10px;
  margin: 0 0 8px; }
.hf-advice span { display: block; color: var(--hf-quiet); }
</style>
"""


def rejects_panel(rejects: pa.Table, kind: str | None, notes: Sequence[tuple[str, str]]) -> None:
    """The list, of one table if asked. `rejects` come from data.rejects.open_rejects."""
    rows = reject_rows(rejects, kind)
    frame.reading(rejects_reading(rows, rejects.num_rows))
    if not rows:
        return
    sheet = Sheet("拒收记录", COLUMNS, rows, notes)
    height = 268 if len(rows) > 7 else "auto"
    chosen = show_table(sheet, f"rejects-{kind}", height, selects=True)
    if chosen is not None and chosen < len(rows):
        _opened(rows[chosen])


def _opened(row: Mapping[str, Any]) -> None:
    with st.container(border=True):
        st.markdown(f"**{row['table']}　第 {row['row_number']} 行**")
        left, right = st.columns([3, 2], gap="medium")
        with left:
            pairs = [{"name": n, "value": v} for n, v in fields_of(row["content"], row["kind"])]
            name = f"拒收-{row['table']}-第{row['row_number']}行"
            notes = [("文件", row["source"]), ("拒收原因", row["reasons"])]
            show_table(Sheet(name, FIELDS, pairs, notes), key="reject-fields")
        with right:
            show_advice(row["reasons"])


def show_advice(reasons: str) -> None:
    """Each reason with what to do about it."""
    lines = "".join(
        f"<li>{escape(one.reason)}<span>{escape(one.remedy)}</span></li>" for one in advice(reasons)
    )
    st.html(f'{STYLE}<ul class="hf-advice">{lines}</ul>')
