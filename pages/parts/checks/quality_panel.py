"""数据质量: completeness, timeliness and consistency, by station and by table and source."""

from collections.abc import Sequence

import streamlit as st

from metrics.calendar.period import Period
from metrics.integrity.data_quality import Quality
from metrics.wording.definitions import definitions
from metrics.wording.quality_words import summed
from pages.documents.sheet import Column, sheet_of
from pages.parts import frame
from pages.parts.table import ALL_ROWS, show_table

FIGURES = (
    Column("records", "记录（条）", "whole", lambda line: line[1].records),
    Column("complete", "完整率（%）", "percent", lambda line: line[1].complete.share),
    Column("timely", "及时率（%）", "percent", lambda line: line[1].timely.share),
    Column("consistent", "一致率（%）", "percent", lambda line: line[1].consistent.share),
)
NAME = Column("name", "派出所", of=lambda line: line[0])
TABLE = Column("name", "数据表", of=lambda line: line[0].partition("|")[0])
SOURCE = Column("source", "来源", of=lambda line: line[0].partition("|")[2])


def show_quality(screen: frame.Screen, period: Period, qualities: Sequence[Quality]) -> None:
    if not qualities:
        frame.reading("按所选条件没有记录")
        return
    notes = screen.notes(period, *definitions("quality"))
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("按派出所", anchor=False)
        by_station = summed(qualities, lambda q: q.station)
        sheet = sheet_of(f"数据质量按派出所-{period.text}", (NAME, *FIGURES), by_station, notes)
        show_table(sheet, key="quality-station", whole_up_to=ALL_ROWS)
    with right:
        st.subheader("按数据表和来源", anchor=False)
        by_source = summed(qualities, lambda q: f"{q.table}|{q.source}")
        columns = (TABLE, SOURCE, *FIGURES)
        sheet = sheet_of(f"数据质量按来源-{period.text}", columns, by_source, notes)
        show_table(sheet, key="quality-source", whole_up_to=ALL_ROWS)
