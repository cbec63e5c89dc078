"""The records behind one indicator of a unit: numerator and denominator, fetched when asked for."""

from collections.abc import Mapping, Sequence

import streamlit as st

from metrics.calendar.period import Period
from metrics.figures.record_words import Value, rows_in_words, title_in_words
from metrics.figures.records import Records
from metrics.indicators.catalogue import Indicator, Part
from metrics.scoring.score import Contribution
from metrics.wording.unit_readings import part_label, records_reading
from pages.documents.sheet import Column, Kind, Sheet
from pages.parts import frame
from pages.parts.clickable import page_link
from pages.parts.table import show_table


def records_panel(screen: frame.Screen, c: Contribution, name: str, period: Period) -> None:
    """Below the table, for the row that was chosen."""
    indicator = screen.counted.catalogue[c.indicator]
    with st.container(border=True):
        title, beside = st.columns([5, 1], vertical_alignment="center")
        title.markdown(f"##### {c.title}：{c.unit_name}的记录")
        query = {"indicator": c.indicator, "period": period.text}
        with beside:
            page_link("indicator", "看这项指标", ":material/query_stats:", **query)
        frame.reading(indicator.definition)
        if who_may := frame.lacks(screen.actor, "see-records"):
            st.warning(who_may)
        else:
            _parts(screen, indicator, c, period)


def _parts(screen: frame.Screen, indicator: Indicator, c: Contribution, period: Period) -> None:
    counts = dict(indicator.counts())
    if not counts:
        st.info("本指标按期间另行计算，不能逐条列出")
        return
    records_by_part = {
        part: screen.results.records(indicator, part, c.level, c.unit, c.span, period)
        for part in counts
    }
    amounts = {"numerator": c.numerator, "denominator": c.denominator}
    labels = [
        part_label(part, amounts[part], records.total) for part, records in records_by_part.items()
    ]
    tabs = st.tabs(labels, on_change="rerun", key=f"records-of-{c.indicator}-{c.unit}")
    for tab, (part, records) in zip(tabs, records_by_part.items(), strict=True):
        if tab.open:
            with tab:
                _list(screen, indicator, part, records, c)


def _list(
    screen: frame.Screen, indicator: Indicator, part: Part, records: Records, c: Contribution
) -> None:
    relation = dict(indicator.counts())[part].of
    rows = rows_in_words(screen.counted, records, relation)
    frame.reading(records_reading(len(rows), records.total))
    if not rows:
        return
    columns = [
        Column(key, title_in_words(screen.counted, records, relation, key), _kind(rows, key))
        for key in rows[0]
    ]
    word = "分子" if part == "numerator" else "分母"
    notes = [
        ("指标", indicator.title),
        ("定义", indicator.definition),
        ("单位", c.unit_name),
        ("起止", f"{c.span.starts_on} 至 {c.span.ends_on}"),
        ("条数", records_reading(len(rows), records.total)),
    ]
    sheet = Sheet(f"{c.unit_name}{indicator.title}{word}记录", columns, rows, notes)
    show_table(sheet, key=f"records-{part}", whole_up_to=9)


def _kind(rows: Sequence[Mapping[str, Value]], key: str) -> Kind:
    values = [row[key] for row in rows if row[key] is not None]
    return "whole" if values and all(isinstance(value, int) for value in values) else "text"
