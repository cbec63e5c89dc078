"""指标: what does this number mean, and how does it run?"""

import html
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from metrics.catalogue import Indicator
from metrics.choices import catalogue_order, kinds_of
from metrics.definition import definition, warning
from metrics.funnel import funnel, funnel_reading
from metrics.indicator_readings import (
    drawn,
    drawn_reading,
    in_order,
    indicator_headline,
    is_comparable,
    target_value,
    units_reading,
)
from metrics.measure import Figure
from metrics.monthly import YEAR, months, trend_reading
from metrics.period import Period
from metrics.scheme import LEVELS, Level, Scored
from metrics.units import BUREAU, UNKNOWN
from pages import figures, frame
from pages.funnel_chart import funnel_chart
from pages.table import show_table
from pages.theme import show_chart
from pages.trend_chart import trend_chart
from pages.unit_dots import unit_dots
from pages.unit_table import unit_sheet

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
CROWDED: tuple[Level, ...] = ("village", "officer")
ALL_KINDS = "all"
SHOWN_MONTHS = 24
MOST_ROWS = 40  # rows that are all shown; longer tables scroll
CARD = """
<style>
.hf-card { display: grid; grid-template-columns: max-content 1fr; gap: .3rem .9rem;
  background: var(--hf-panel); border-radius: 6px; padding: .8rem 1rem; line-height: 1.6; }
.hf-card dt { color: var(--hf-quiet); white-space: nowrap; }
.hf-card dd { margin: 0; }
</style>
"""


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    with st.container(key="controls"):
        places = st.columns([2.2, 2, 1.4, 1.4, 1.2], vertical_alignment="bottom")
    with places[4]:
        frame.role_switch()
    with places[1]:
        period = frame.period_control(screen)
    with places[0]:
        indicator = _indicator_control(screen, period)
    with places[2]:
        level = frame.level_control(OFFERED, screen, notice=head)
    with places[3]:
        kind = _kind_control(screen, indicator)
    scored = figures.scheme_for(period).scored(indicator.id)
    actor = screen.actor
    whole = figures.figures((indicator.id,), "bureau", period, actor, kind)[indicator.id][0]
    units = figures.figures((indicator.id,), level, period, actor, kind)[indicator.id]
    kind_word = kinds_of(screen.counted, indicator).get(kind or "", "")
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(
            indicator_headline(indicator, whole, units, scored, level, period, kind_word)
        )
        if indicator.caution:
            frame.reading(f"{indicator.caution}。")
    if said := warning(indicator, scored):
        st.warning(said, icon=":material/gavel:")
    card = definition(screen.counted, indicator, scored, period, whole.maturing)
    run, meaning = st.columns([3, 2], gap="large")
    with meaning:
        st.markdown("##### 这个数是什么")
        _card(card)
    with run:
        _trend(screen, indicator, period, kind)
    if whole.status != "not-applicable":
        ordered = in_order(units, indicator, scored)
        _by_unit(indicator, ordered, whole, scored, level, period)
        _table(indicator, ordered, scored, level, period, card)
    frame.foot(screen, period, card)


def _indicator_control(screen: frame.Screen, period: Period) -> Indicator:
    """指标: the scored ones first, then whatever else lies in the catalogue."""
    scored = [scored.id for scored in figures.scheme_for(period).indicators]
    offered = catalogue_order(screen.counted.catalogue, scored)
    names = {indicator.id: indicator.title for indicator in offered}
    chosen = frame.choice(
        "指标", list(names), "indicator", offered[0].id, names, filter_mode="contains"
    )
    return screen.counted.catalogue[chosen]


def _kind_control(screen: frame.Screen, indicator: Indicator) -> str | None:
    """类别, where the indicator can be broken down."""
    kinds = kinds_of(screen.counted, indicator)
    if not kinds:
        if "kind" in st.query_params:
            del st.query_params["kind"]
        return None
    chosen = frame.choice(
        "类别", [ALL_KINDS, *kinds], "kind", ALL_KINDS, {ALL_KINDS: "全部", **kinds}
    )
    return None if chosen == ALL_KINDS else chosen


def _card(lines: Sequence[tuple[str, str]]) -> None:
    rows = "".join(
        f"<dt>{html.escape(title)}</dt><dd>{html.escape(text)}</dd>" for title, text in lines
    )
    st.html(f'{CARD}<dl class="hf-card">{rows}</dl>')


def _trend(screen: frame.Screen, indicator: Indicator, period: Period, kind: str | None) -> None:
    st.markdown("##### 全局近24个月")
    points = figures.trends(
        (indicator.id,), "bureau", period, screen.actor, SHOWN_MONTHS + YEAR, kind
    )[indicator.id, BUREAU]
    found = months(indicator, points, screen.counted.schemes)
    if any(month.value is not None for month in found):
        show_chart(trend_chart(indicator, found), key="trend")
    frame.reading(trend_reading(indicator, found))


def _by_unit(
    indicator: Indicator,
    ordered: Sequence[Figure],
    whole: Figure,
    scored: Scored | None,
    level: Level,
    period: Period,
) -> None:
    st.markdown(f"##### 各{LEVELS[level]}")
    target = target_value(scored, period)
    if indicator.kind == "proportion" and level in CROWDED:
        found = funnel(ordered, indicator, scored)
        if found:
            show_chart(funnel_chart(indicator, found, target), key="funnel")
        frame.reading(funnel_reading(indicator, found, ordered, level))
        return
    shown = drawn(ordered)
    if not shown:
        frame.reading(f"各{LEVELS[level]}本期都没有可计的数据。")
        return
    sure = [is_comparable(figure, indicator, scored) for figure in shown]
    show_chart(unit_dots(indicator, shown, sure, whole, target), key="units")
    said = units_reading(indicator, ordered, whole, scored, level) + drawn_reading(ordered)
    frame.reading(said)


def _table(
    indicator: Indicator,
    ordered: Sequence[Figure],
    scored: Scored | None,
    level: Level,
    period: Period,
    card: Sequence[tuple[str, str]],
) -> None:
    sheet = unit_sheet(indicator, ordered, scored, level, period, card)
    opens = level != "group"
    if opens:
        frame.reading(f"点一行打开这个{LEVELS[level]}。")
    height: Literal["auto", "content"] = "content" if len(ordered) <= MOST_ROWS else "auto"
    selected = show_table(sheet, f"units-{level}-{indicator.id}", height, selects=opens)
    if selected is None or selected >= len(ordered) or ordered[selected].unit == UNKNOWN:
        return
    st.switch_page(
        "pages/unit.py",
        query_params={"level": level, "unit": ordered[selected].unit, "period": period.text},
    )


draw()
