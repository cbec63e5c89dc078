"""指标: what does this number mean, and how does it run?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from metrics.analysis.compare_spans import CHOSEN
from metrics.analysis.funnel import funnel
from metrics.analysis.marks import mark_in_words, marks_of, signs_by_place
from metrics.analysis.monthly import YEAR, months, trend_reading
from metrics.analysis.unit_verdict import UnitVerdicts
from metrics.calendar.period import Period
from metrics.cells.units import BUREAU, UNKNOWN
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.wording import indicator_readings
from metrics.wording.definition import definition, two_windows, warning
from metrics.wording.verdict_words import funnel_reading
from pages.documents.sheet import Notes, Sheet
from pages.parts import frame
from pages.parts.block import Block, show_block
from pages.parts.clickable import address, go_to
from pages.parts.controls import ControlRow, kind_choice
from pages.parts.fairness.funnel_chart import funnel_chart
from pages.parts.indicator.explanation import explanation_panel
from pages.parts.indicator.trend_chart import trend_chart
from pages.parts.indicator.unit_table import unit_sheet
from pages.parts.markup import render
from pages.parts.table import choose_line, show_table
from pages.parts.theme import palette
from pages.parts.unit_dots import unit_dots

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
CROWDED: tuple[Level, ...] = ("village", "officer")
SHOWN_MONTHS = 24
MOST_ROWS = 40  # rows that are all shown; longer tables scroll


def draw() -> None:
    controls = ControlRow("indicator", 2, 2.2, 1.4, 1.4)
    screen, period = controls.screen, controls.period()
    indicator = controls.indicator(period)
    level = controls.level(OFFERED)
    with controls.place():
        kind, named = kind_choice(screen, indicator)
    view = screen.results.kept(
        lambda: _view(screen, named, level, period, kind),
        *("indicator-page", indicator.id, level, period, kind, screen.actor, palette()),
        screen.results.marks(),
    )
    controls.headline(period, view.headline, indicator.caution, is_score=False)
    if view.warning:
        st.warning(view.warning, icon=":material/gavel:")
    run, meaning = st.columns([3, 2], gap="large")
    with meaning:
        st.markdown("##### 这个数是什么")
        st.html(render("facts.html", facts=view.card, is_framed=True))
    with run:
        show_block(view.trend, "trend")
    explanation_panel(screen, indicator, period, kind)
    if view.units:
        show_block(view.units, "units")
    if view.sheet:
        _table(view.sheet, view.ordered, indicator, level, period)
    frame.foot(screen, period, view.card)


@dataclass(frozen=True)
class View:
    """What the page says and draws of one indicator; units and sheet are None where 不适用."""

    headline: str
    warning: str
    card: Notes
    trend: Block
    units: Block | None = None
    sheet: Sheet | None = None
    ordered: Sequence[Figure] = ()


def _view(
    screen: frame.Screen, indicator: Indicator, level: Level, period: Period, kind: str | None
) -> View:
    scored = screen.results.scheme(period).scored(indicator.id)
    whole = screen.results.figures((indicator.id,), "bureau", period, kind)[indicator.id][0]
    units = screen.results.figures((indicator.id,), level, period, kind)[indicator.id]
    spans = {CHOSEN: period}
    changes = screen.results.comparisons((indicator.id,), "bureau", spans, kind=kind)
    card = definition(screen.counted, indicator, scored, period, whole.maturing)
    bureau = screen.results.lines("bureau", period)[0]
    for c in bureau.contributions if kind is None else ():
        if c.indicator == indicator.id:
            card += two_windows(c, whole, indicator, period)
    view = View(
        indicator_readings.indicator_headline(
            indicator, whole, changes, units, scored, level, period
        ),
        warning(indicator, scored),
        card,
        _trend(screen, indicator, period, kind),
    )
    if whole.status == "not-applicable":
        return view
    ordered = indicator_readings.in_order(units, indicator, scored)
    of_units = screen.results.comparisons((indicator.id,), level, spans, kind=kind)
    verdicts = screen.results.unit_verdicts((indicator.id,), level, period, kind)[indicator.id]
    return replace(
        view,
        units=_by_unit(ordered, whole, verdicts, scored, level, period),
        sheet=unit_sheet(ordered, verdicts, of_units, scored, level, period, card),
        ordered=ordered,
    )


def _trend(screen: frame.Screen, indicator: Indicator, period: Period, kind: str | None) -> Block:
    points = screen.results.trends((indicator.id,), "bureau", period, SHOWN_MONTHS + YEAR, kind)[
        indicator.id, BUREAU
    ]
    line = months(indicator, points, screen.counted.schemes)
    has_values = any(month.value is not None for month in line)
    spans = [month.period for month in line]
    bureau = screen.results.units("bureau", period)[0]
    marks = [m for m in marks_of(screen.results.marks(), bureau) if signs_by_place([m], spans)]
    words = [trend_reading(indicator, line), *(mark_in_words(mark, bureau) for mark in marks)]
    chart = trend_chart(indicator, line, marks) if has_values else None
    return Block("全局近24个月", chart, "　".join(words))


def _by_unit(
    ordered: Sequence[Figure],
    whole: Figure,
    verdicts: UnitVerdicts,
    scored: Scored | None,
    level: Level,
    period: Period,
) -> Block:
    indicator = verdicts.indicator
    title, target = f"各{LEVELS[level]}", indicator_readings.target_value(scored, period)
    if indicator.kind == "proportion" and level in CROWDED:
        limits = funnel(ordered, verdicts, scored)
        picture = funnel_chart(indicator, limits, target) if limits else None
        return Block(title, picture, funnel_reading(indicator, limits, ordered, level))
    pictured = indicator_readings.charted(ordered)
    if not pictured:
        return Block(title, None, f"{title}本期都没有可计的数据。")
    sure = [is_comparable(figure, indicator, scored) for figure in pictured]
    reading = indicator_readings.units_of_indicator_reading(ordered, whole, verdicts, scored, level)
    reading += indicator_readings.charted_reading(ordered)
    return Block(title, unit_dots(indicator, pictured, sure, whole, target), reading)


def _table(
    sheet: Sheet, ordered: Sequence[Figure], indicator: Indicator, level: Level, period: Period
) -> None:
    key = f"units-{level}-{indicator.id}"
    if level == "group":
        show_table(sheet, key, MOST_ROWS)
        return
    frame.reading(f"点一行打开这个{LEVELS[level]}。")
    chosen = choose_line(sheet, ordered, key, MOST_ROWS)
    if chosen and chosen.unit != UNKNOWN:
        go_to(address("unit", level=level, unit=chosen.unit, period=period.text))


draw()
