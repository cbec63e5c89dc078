"""The records behind one indicator of a unit: what lost points first, fetched when asked for."""

import streamlit as st

from metrics.calendar.period import Period
from metrics.figures.outcomes import OUTCOMES, Outcome
from metrics.indicators.catalogue import Indicator
from metrics.scoring.score import Contribution
from metrics.wording.points_account import points_reading
from metrics.wording.unit_readings import outcome_label, part_label, records_reading
from pages.documents.record_sheet import outcome_sheet, part_sheet
from pages.documents.sheet import Sheet
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
        frame.reading(f"{indicator.definition}。{points_reading(indicator, c)}")
        if who_may := frame.lacks(screen.actor, "see-records"):
            st.warning(who_may)
        elif not _outcomes(screen, indicator, c, period):
            _parts(screen, indicator, c, period)


def _outcomes(screen: frame.Screen, indicator: Indicator, c: Contribution, period: Period) -> bool:
    """未达标, 达标, 全部; False where the records of the figure cannot be told apart so."""
    of = indicator, c.level, c.unit, c.span, period
    first: Outcome = "missed"
    missed = screen.results.outcomes(*of, only=first)
    if missed is None:
        return False
    counts = {"missed": missed.missed, "met": missed.met, None: missed.missed + missed.met}
    labels = [outcome_label(word, counts[only]) for only, word in OUTCOMES.items()]
    tabs = st.tabs(labels, on_change="rerun", key=_key(c))
    scored = screen.results.scheme(period).scored(c.indicator)
    for tab, only in zip(tabs, OUTCOMES, strict=True):
        if tab.open:
            listed = missed if only == first else screen.results.outcomes(*of, only=only)
            assert listed is not None
            with tab:
                sheet = outcome_sheet(screen.counted, indicator, c, listed, only, scored)
                _list(sheet, listed.records.total, OUTCOMES[only])
    return True


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
    tabs = st.tabs(labels, on_change="rerun", key=_key(c))
    for tab, (part, records) in zip(tabs, records_by_part.items(), strict=True):
        if tab.open:
            with tab:
                sheet = part_sheet(screen.counted, indicator, c, part, records)
                _list(sheet, records.total, part)


def _list(sheet: Sheet, total: int, key: str) -> None:
    frame.reading(records_reading(len(sheet.rows), total))
    if sheet.rows:
        show_table(sheet, key=f"records-{key}", whole_up_to=9)


def _key(c: Contribution) -> str:
    return f"records-of-{c.indicator}-{c.unit}"
