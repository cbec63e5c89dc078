"""怎么算的: how many records each condition leaves, and the SQL; made only when it is opened."""

import streamlit as st

from metrics.calendar.period import Period
from metrics.figures.explain import CountExplained
from metrics.figures.words import plain
from metrics.indicators.catalogue import Indicator
from pages.documents.sheet import Column, Sheet, sheet_of
from pages.parts import frame
from pages.parts.linked_table import linked_table
from pages.parts.markup import render

OPEN = "explanation-open"
COLUMNS = (Column("words", "条件（自上而下逐项筛选）"), Column("count", "余下", "whole"))


def explanation_panel(
    screen: frame.Screen, indicator: Indicator, period: Period, kind: str | None
) -> None:
    """Of the whole bureau, over the period and kind of the page."""
    panel = st.expander("怎么算的", icon=":material/calculate:", key=OPEN, on_change="rerun")
    if not panel.open:
        return
    explanation = screen.results.explanation(indicator, period, kind)
    with panel:
        if explanation.note:
            frame.reading(f"{explanation.note}。")
            return
        places = st.columns(len(explanation.counts), gap="large")
        for place, count in zip(places, explanation.counts, strict=True):
            place.markdown(f"**{count.title} {plain(count.amount)}**")
            place.html(linked_table(_sheet(indicator, count)))
        st.html(render("indicator/explanation.html"))
        for count in explanation.counts:
            frame.reading(f"{count.title}的查询语句：")
            st.code(count.sql, language="sql")


def _sheet(indicator: Indicator, count: CountExplained) -> Sheet:
    return sheet_of(f"{indicator.title}{count.title}", COLUMNS, count.steps)
