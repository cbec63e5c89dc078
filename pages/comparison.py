"""同比环比: better or worse than last year and than before, and is the change real?"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import cast

import streamlit as st

from metrics.catalogue import Indicator
from metrics.compare import Comparison
from metrics.compare_definitions import DEFINITIONS
from metrics.compare_readings import (
    cautions,
    headline,
    matrix_reading,
    picture_reading,
    units_reading,
)
from metrics.compare_spans import BASIS_NAMES, CHOSEN, SPAN_NAMES, Basis, code_of, spans_ending
from metrics.period import Period
from metrics.scheme import LEVELS, Level
from metrics.units import BUREAU
from pages import figures, frame
from pages.change_card import card_markup
from pages.change_chart import change_chart
from pages.change_matrix import matrix_markup
from pages.change_sheet import EVERYTHING, OF_UNITS, SHOWN, change_sheet
from pages.clickable import address, go_to, show_clickable
from pages.drawn import Drawn
from pages.indicator_set import KEY, indicator_set
from pages.table import Sheet, export_buttons, show_table
from pages.theme import palette

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "group")
ALL_UNITS = "all"


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    with st.container(key="controls"):
        places = st.columns([1.3, 2, 1.2, 1.2, 1.6, 1.2], vertical_alignment="bottom")
    with places[5]:
        frame.role_switch()
    with places[1]:
        period = frame.period_control(screen)
    with places[0]:
        scored = [scored.id for scored in figures.scheme_for(period).indicators]
        chosen = indicator_set(screen.counted.catalogue, scored)
    with places[2]:
        level = frame.level_control(OFFERED, screen, notice=head)
    with places[3]:
        group = frame.group_control(screen, period)
    with places[4]:
        scope = _scope(screen, level, group, period)
    matrix_place = st.container()
    focus = _focus_controls(chosen, period)
    asked = Asked(tuple(i.id for i in chosen), period, level, group, scope, *focus)
    figures.may_see(level, screen.actor)
    view = figures.kept(lambda now: _view(screen, asked), *asked.key(), screen.actor, palette())
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(view.headline)
    with matrix_place:
        _matrix(view)
    _details(view, asked)
    frame.foot(screen, period, DEFINITIONS)


@dataclass(frozen=True)
class Scope:
    """Whose figures the table shows: the bureau's, a group's or a unit's."""

    level: Level
    unit: str
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """What the controls say; `indicator`, `span` and `basis` are what is looked at below."""

    ids: tuple[str, ...]
    period: Period
    level: Level
    group: str
    scope: Scope
    indicator: str
    span: str
    basis: Basis

    def key(self) -> tuple[object, ...]:
        """Of plain values: this class is another one each time that the page runs."""
        scope = self.scope
        whose = (self.level, self.group, scope.level, scope.unit)
        return "comparison", self.ids, self.period, whose, self.indicator, self.span, self.basis

    def address(self, **other: str) -> str:
        """This view with something else chosen."""
        own = {
            KEY: ",".join(self.ids),
            "period": self.period.text,
            "level": self.level,
            "group": self.group,
            "unit": ALL_UNITS if self.scope.level != self.level else self.scope.unit,
            "indicator": self.indicator,
            "span": self.span,
            "basis": self.basis,
        }
        return address("comparison", **(own | other))


@dataclass(frozen=True)
class View:
    """What the page says and draws. `units`: as in the sheet of units."""

    headline: str
    matrix: str
    matrix_reading: str
    everything: Sheet
    cautions: str
    picture: Drawn
    beside: Sheet
    card: str
    units: Sequence[Comparison]
    units_reading: str
    units_sheet: Sheet


def _scope(screen: frame.Screen, level: Level, group: str, period: Period) -> Scope:
    """单位: all of the bureau or of the group, or one unit of the level."""
    listed = [
        unit
        for unit in figures.unit_list(level, period, screen.actor)
        if group in (frame.ALL_GROUPS, unit.group)
    ]
    whole = "全局" if group == frame.ALL_GROUPS else f"{group}合计"
    names = {ALL_UNITS: whole, **{unit.code: unit.name for unit in listed}}
    code = frame.choice("单位", list(names), "unit", ALL_UNITS, names, filter_mode="contains")
    if code != ALL_UNITS:
        return Scope(level, code, names[code])
    return Scope("bureau", BUREAU) if group == frame.ALL_GROUPS else Scope("group", group, group)


def _focus_controls(chosen: Sequence[Indicator], period: Period) -> tuple[str, str, Basis]:
    """细看: which indicator, which span, against what. A click in the table chooses the same."""
    spans = spans_ending(period)
    titles = {code: f"{SPAN_NAMES[code]}（{span.title}）" for code, span in spans.items()}
    names = {indicator.id: indicator.title for indicator in chosen}
    with st.container(key="focus"):
        places = st.columns([2, 2.6, 1.2, 2.7], vertical_alignment="bottom")
    with places[0]:
        indicator = frame.choice("细看指标", list(names), "indicator", chosen[0].id, names)
    with places[1]:
        own = code_of(period, spans) or CHOSEN
        span = frame.choice("时段", list(spans), "span", own, titles)
    with places[2]:
        basis = frame.choice("对比", list(BASIS_NAMES), "basis", "last_year", BASIS_NAMES)
    return indicator, span, cast(Basis, basis)


def _view(screen: frame.Screen, asked: Asked) -> View:
    found = figures.comparisons(
        asked.ids, asked.scope.level, asked.period, screen.actor, asked.scope.unit
    )
    beside = [c for c in found if (c.pair.code, c.pair.basis) == (asked.span, asked.basis)]
    focus = next(c for c in beside if c.indicator.id == asked.indicator)
    units = _units(screen, asked, focus.now.period)
    where = asked.scope.name
    notes = [*frame.notes(screen, asked.period), *DEFINITIONS]
    name = f"同比环比-{where or '全局'}-{asked.period.text}"
    spans = spans_ending(asked.period)
    return View(
        headline(focus, beside, where),
        matrix_markup(
            found, spans, focus, lambda i, s, b: asked.address(indicator=i, span=s, basis=b)
        ),
        matrix_reading(found),
        change_sheet(name, EVERYTHING, found, notes),
        _cautions(found),
        Drawn(change_chart(beside), picture_reading(beside)),
        change_sheet(f"{name}-{SPAN_NAMES[asked.span]}", SHOWN, beside, notes),
        card_markup(focus),
        units,
        units_reading(units, asked.level),
        change_sheet(f"{focus.indicator.title}-各{LEVELS[asked.level]}", OF_UNITS, units, notes),
    )


def _units(screen: frame.Screen, asked: Asked, span: Period) -> list[Comparison]:
    every = figures.unit_comparisons(asked.indicator, asked.level, span, screen.actor)
    return [
        c
        for c in every
        if c.pair.basis == asked.basis and asked.group in (frame.ALL_GROUPS, c.unit.group)
    ]


def _cautions(found: Sequence[Comparison]) -> str:
    lines = "".join(
        f"<li><b>{escape(c.where)}</b>：{escape(c.said)}。</li>"
        for c in cautions(found, SPAN_NAMES)
    )
    return f'<ul class="hf-reading" aria-label="比较时请注意">{lines}</ul>' if lines else ""


def _matrix(view: View) -> None:
    show_clickable(view.matrix, key="matrix")
    frame.reading(view.matrix_reading)
    export_buttons(view.everything, "matrix")
    if view.cautions:
        st.markdown("##### 比较时请注意")
        st.html(view.cautions)
    st.markdown("##### 细看")


def _details(view: View, asked: Asked) -> None:
    picture, card = st.columns([3, 2], gap="large")
    with picture:
        st.markdown(f"##### 各项变化（{BASIS_NAMES[asked.basis]}）")
        view.picture.show("changes")
    with card:
        st.markdown("##### 数量与比率")
        st.html(view.card)
    show_table(view.beside, "beside", "content")
    st.markdown(f"##### 各{LEVELS[asked.level]}")
    frame.reading(f"{view.units_reading}点一行，全页只看这个单位。")
    chosen = show_table(view.units_sheet, f"units-{asked.scope.unit}", selects=True)
    if chosen is None or chosen >= len(view.units):
        return
    code = view.units[chosen].unit.code
    if code and code != asked.scope.unit:
        go_to(asked.address(unit=code))


draw()
