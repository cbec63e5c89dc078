"""指标: what does this number mean, and how does it run?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from metrics.analysis.funnel import funnel, funnel_reading
from metrics.analysis.marks import mark_in_words, marks_of, signs_by_place
from metrics.analysis.monthly import YEAR, months, trend_reading
from metrics.calendar.period import Period
from metrics.cells.units import BUREAU, UNKNOWN
from metrics.figures.comparability import is_comparable
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.wording.definition import definition, warning
from metrics.wording.indicator_readings import (
    drawn,
    drawn_reading,
    in_order,
    indicator_headline,
    target_value,
    units_reading,
)
from pages.parts import figures, frame
from pages.parts.controls import control_row, indicator_control, kind_control
from pages.parts.drawn import Drawn
from pages.parts.fairness.funnel_chart import funnel_chart
from pages.parts.indicator.trend_chart import trend_chart
from pages.parts.indicator.unit_table import unit_sheet
from pages.parts.markup import render
from pages.parts.table import Sheet, show_table
from pages.parts.theme import palette
from pages.parts.unit_dots import unit_dots

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
CROWDED: tuple[Level, ...] = ("village", "officer")
SHOWN_MONTHS = 24
MOST_ROWS = 40  # rows that are all shown; longer tables scroll


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    places = control_row(2.2, 2, 1.4, 1.4)
    with places[1]:
        period = frame.period_control(screen)
    with places[0]:
        indicator = indicator_control(screen, period)
    with places[2]:
        level = frame.level_control(OFFERED, screen, notice=head)
    with places[3]:
        kind, named = kind_control(indicator)
    figures.may_see(level, screen.actor)
    view = figures.kept(
        lambda now: _view(screen, named, level, period, kind),
        *("indicator-page", indicator.id, level, period, kind, screen.actor, palette()),
        figures.marks(),
        reach=figures.of_sums([indicator.id], period),
    )
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(view.headline)
        if indicator.caution:
            frame.reading(f"{indicator.caution}。")
    if view.warning:
        st.warning(view.warning, icon=":material/gavel:")
    run, meaning = st.columns([3, 2], gap="large")
    with meaning:
        st.markdown("##### 这个数是什么")
        st.html(render("facts.html", facts=view.card, is_framed=True))
    with run:
        st.markdown("##### 全局近24个月")
        view.trend.show("trend")
    if view.units:
        st.markdown(f"##### 各{LEVELS[level]}")
        view.units.show("units")
    if view.sheet:
        _table(indicator, view, level, period)
    frame.foot(screen, period, view.card)


@dataclass(frozen=True)
class View:
    """What the page says and draws of one indicator; units and sheet are None where 不适用."""

    headline: str
    warning: str
    card: Sequence[tuple[str, str]]
    trend: Drawn
    units: Drawn | None = None
    sheet: Sheet | None = None
    ordered: Sequence[Figure] = ()


def _view(
    screen: frame.Screen, indicator: Indicator, level: Level, period: Period, kind: str | None
) -> View:
    scored = figures.scheme_for(period).scored(indicator.id)
    actor = screen.actor
    whole = figures.figures((indicator.id,), "bureau", period, actor, kind)[indicator.id][0]
    units = figures.figures((indicator.id,), level, period, actor, kind)[indicator.id]
    card = definition(screen.counted, indicator, scored, period, whole.maturing)
    view = View(
        indicator_headline(indicator, whole, units, scored, level, period),
        warning(indicator, scored),
        card,
        _trend(screen, indicator, period, kind),
    )
    if whole.status == "not-applicable":
        return view
    ordered = in_order(units, indicator, scored)
    return replace(
        view,
        units=_by_unit(indicator, ordered, whole, scored, level, period),
        sheet=unit_sheet(indicator, ordered, scored, level, period, card),
        ordered=ordered,
    )


def _trend(screen: frame.Screen, indicator: Indicator, period: Period, kind: str | None) -> Drawn:
    points = figures.trends(
        (indicator.id,), "bureau", period, screen.actor, SHOWN_MONTHS + YEAR, kind
    )[indicator.id, BUREAU]
    found = months(indicator, points, screen.counted.schemes)
    is_known = any(month.value is not None for month in found)
    spans = [month.period for month in found]
    bureau = figures.unit_list("bureau", period, screen.actor)[0]
    marks = [m for m in marks_of(figures.marks(), bureau) if signs_by_place([m], spans)]
    said = [trend_reading(indicator, found), *(mark_in_words(mark, bureau) for mark in marks)]
    chart = trend_chart(indicator, found, marks) if is_known else None
    return Drawn(chart, "　".join(said))


def _by_unit(
    indicator: Indicator,
    ordered: Sequence[Figure],
    whole: Figure,
    scored: Scored | None,
    level: Level,
    period: Period,
) -> Drawn:
    target = target_value(scored, period)
    if indicator.kind == "proportion" and level in CROWDED:
        found = funnel(ordered, indicator, scored)
        return Drawn(
            funnel_chart(indicator, found, target) if found else None,
            funnel_reading(indicator, found, ordered, level),
        )
    shown = drawn(ordered)
    if not shown:
        return Drawn(None, f"各{LEVELS[level]}本期都没有可计的数据。")
    sure = [is_comparable(figure, indicator, scored) for figure in shown]
    said = units_reading(indicator, ordered, whole, scored, level) + drawn_reading(ordered)
    return Drawn(unit_dots(indicator, shown, sure, whole, target), said)


def _table(indicator: Indicator, view: View, level: Level, period: Period) -> None:
    opens = level != "group"
    if opens:
        frame.reading(f"点一行打开这个{LEVELS[level]}。")
    ordered = view.ordered
    height: Literal["auto", "content"] = "content" if len(ordered) <= MOST_ROWS else "auto"
    selected = show_table(view.sheet, f"units-{level}-{indicator.id}", height, selects=opens)
    if selected is None or selected >= len(ordered) or ordered[selected].unit == UNKNOWN:
        return
    st.switch_page(
        "pages/unit.py",
        query_params={"level": level, "unit": ordered[selected].unit, "period": period.text},
    )


draw()
