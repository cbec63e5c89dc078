"""拒收: the open rejects; the chosen one opens below, to be looked at and corrected."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from data.intake.reject_words import advice, fields_of, reject_rows, rejects_reading
from data.rights import Actor
from pages.documents.sheet import Column, Notes, Sheet
from pages.parts import action_feedback, frame
from pages.parts.intake.retry_panel import retry_panel
from pages.parts.intake.row_form import RETRY
from pages.parts.markup import render
from pages.parts.table import show_table

COLUMNS = (
    Column("source", "文件"),
    Column("table", "数据表"),
    Column("row_number", "行号", "whole", width=80),
    Column("reasons", "拒收原因", width=560),
    Column("time", "时间"),
)
FIELDS = (Column("name", "项目"), Column("value", "内容"))


def rejects_panel(actor: Actor, rejects: pa.Table, kind: str | None, notes: Notes) -> None:
    """The list, of one table if asked. `rejects` come from data.intake.rejects.open_rejects."""
    rows = reject_rows(rejects, kind)
    frame.reading(rejects_reading(rows, rejects.num_rows))
    action_feedback.tell(RETRY)
    if not rows:
        return
    sheet = Sheet("拒收记录", COLUMNS, rows, notes)
    opened = _opened_id(sheet)
    row = next((row for row in rows if row["id"] == opened), None)
    if row is not None:
        _opened(actor, row)
    elif (
        opened is not None and not action_feedback.is_told(RETRY) and not _is_open(opened, rejects)
    ):
        frame.reading("选中的一行已销号")


def _is_open(id: str, rejects: pa.Table) -> bool:
    return bool(pc.any(pc.equal(rejects["id"], id)).as_py())


def _opened_id(sheet: Sheet) -> str | None:
    """The reject that the person opened: it stays open when others come or go.

    A selection is a place in the list. With other rows the list is another one, without one.
    """
    ids = [str(row["id"]) for row in sheet.rows]
    listed = hashlib.sha256("".join(ids).encode()).hexdigest()[:12]
    chosen = show_table(sheet, f"rejects-{listed}", whole_up_to=7, selects=True)
    before = st.session_state.get("_opened")
    if chosen is not None and chosen < len(ids):
        st.session_state["_opened"] = ids[chosen], listed
        if before is None or before[0] != ids[chosen]:
            action_feedback.forget(RETRY)
    elif before is not None and before[1] == listed:
        st.session_state.pop("_opened")  # the same list: the person closed it
    elif before is not None:
        st.session_state["_opened"] = before[0], ""
    opened = st.session_state.get("_opened")
    return opened[0] if opened else None


def _opened(actor: Actor, row: Mapping[str, Any]) -> None:
    with st.container(border=True):
        st.markdown(f"**{row['table']}　第 {row['row_number']} 行**")
        left, right = st.columns([3, 2], gap="medium")
        with left:
            pairs = [{"name": n, "value": v} for n, v in fields_of(row["content"], row["kind"])]
            name = f"拒收-{row['table']}-第{row['row_number']}行"
            notes = [("文件", row["source"]), ("拒收原因", row["reasons"])]
            show_table(Sheet(name, FIELDS, pairs, notes), key="reject-fields")
        with right:
            st.html(render("intake/advice.html", advice=advice(row["reasons"])))
        retry_panel(actor, row["id"])
