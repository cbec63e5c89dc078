"""数据质量: completeness, timeliness and consistency, by station and by table and source."""

from collections.abc import Sequence

import streamlit as st

from metrics.calendar.period import Period
from metrics.integrity.data_quality import Measured, Quality
from metrics.wording.definitions import definitions
from metrics.wording.quality_words import summed
from pages.documents.sheet import Column, Row, Sheet
from pages.parts import frame
from pages.parts.table import ALL_ROWS, show_table

FIGURES = (
    Column("records", "记录（条）", "whole"),
    Column("complete", "完整率（%）", "percent"),
    Column("timely", "及时率（%）", "percent"),
    Column("consistent", "一致率（%）", "percent"),
)


def show_quality(screen: frame.Screen, period: Period, qualities: Sequence[Quality]) -> None:
    if not qualities:
        frame.reading("按所选条件没有记录")
        return
    notes = screen.notes(period, *definitions("quality"))
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("按派出所", anchor=False)
        rows = [_row(m, name=name) for name, m in summed(qualities, lambda q: q.station)]
        columns = [Column("name", "派出所"), *FIGURES]
        sheet = Sheet(f"数据质量按派出所-{period.text}", columns, rows, notes)
        show_table(sheet, key="quality-station", whole_up_to=ALL_ROWS)
    with right:
        st.subheader("按数据表和来源", anchor=False)
        parts = summed(qualities, lambda q: f"{q.table}|{q.source}")
        named = [(*key.partition("|"), measured) for key, measured in parts]
        rows = [_row(m, name=name, source=source) for name, _, source, m in named]
        columns = [Column("name", "数据表"), Column("source", "来源"), *FIGURES]
        sheet = Sheet(f"数据质量按来源-{period.text}", columns, rows, notes)
        show_table(sheet, key="quality-source", whole_up_to=ALL_ROWS)


def _row(measured: Measured, **names: str) -> Row:
    return {
        **names,
        "records": measured.records,
        "complete": measured.complete.share,
        "timely": measured.timely.share,
        "consistent": measured.consistent.share,
    }
