"""The row of controls of a page: in the same order everywhere, remembered in the address."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics.calendar.period import (
    Period,
    PeriodError,
    default_period,
    parse_period,
    recent_periods,
)
from metrics.cells.units import Unit
from metrics.indicators.catalogue import Indicator, catalogue_order
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording.unit_readings import name_of
from pages.parts import frame
from pages.parts.address_choice import Code, choice, choices, drop, open_choice

ALL_GROUPS = "全部"
ALL_KINDS = "all"
INDICATORS = "indicators"  # in the address: several at once
OFFERED_FIRST = (
    "clearance-theft-robbery-fraud",
    "filings-per-10000",
    "visits",
    "patrols",
    "disputes-resolved",
    "hazards-found",
    "A1-visit-coverage",
    "C1-disputes-on-time",
)
Asks = Callable[[Indicator], bool]


class ControlRow:
    """期间 first, then what else the page asks, in this order; 演示日期 and 演示身份 last.

    screen     of the page; it stops here where the actor may not see the page, or there is nothing
    head       where the page's headline stands: a link to what may not be seen is answered there
    widths     of the controls of the page; one that is not used stays empty
    is_dated   whether acts take place here, on a day
    """

    def __init__(self, page: str, *widths: float, is_dated: bool = False) -> None:
        self.screen, self.head = frame.open_screen(page), st.container()
        last = [1.4, 1.2] if is_dated else [1.2]
        with st.container(key="controls"):
            places = st.columns([*widths, *last], vertical_alignment="bottom")
        with places[-1]:
            frame.role_switch()
        if is_dated:
            with places[-2]:
                frame.day_switch(self.screen)
        self._places = iter(places[: len(widths)])

    def headline(
        self, period: Period, sentence: str, caution: str = "", *, is_score: bool = True
    ) -> None:
        """What the page says first, beside the marks of what it shows, and how it may mislead."""
        with self.head:
            frame.marks(self.screen, period, is_score)
            frame.headline(sentence)
            if caution:
                frame.reading(f"{caution}。")

    def place(self) -> DeltaGenerator:
        """Where the next control stands."""
        return next(self._places)

    def choice(
        self,
        label: str,
        names: Mapping[Code, str],
        key: str,
        default: Code,
        *,
        is_long: bool = False,
    ) -> Code:
        """A control of the page's own; see `address_choice.choice`."""
        with self.place():
            return choice(label, names, key, default, is_long=is_long)

    def period(self) -> Period:
        """期间: the recent ones to choose from; any other may be typed (2018-03, 2018-Q1 …)."""
        as_of = self.screen.counted.as_of
        names = {period.text: period.title for period in recent_periods(as_of)}
        default, words = default_period(as_of).text, "选择或输入期间"
        with self.place():
            text = open_choice("期间", names, "period", default, words)
            try:
                return parse_period(text, as_of)
            except PeriodError as error:
                st.error(str(error))
                st.stop()

    def level(self, levels: Sequence[Level], default: Level = "station") -> Level:
        """层级: those that the actor may see; a link to another one says who may."""
        actor = self.screen.actor
        allowed = {x: LEVELS[x] for x in levels if x != "officer" or actor.may("see-officers")}
        if st.query_params.get("level") == "officer" and "officer" not in allowed:
            self.head.warning(frame.lacks(actor, "see-officers"))
        return self.choice("层级", allowed, "level", default)

    def group(self, period: Period) -> str:
        """分组: 全部 or one of the groups of the period."""
        listed = self.screen.results.units("group", period)
        names = {name: name for name in (ALL_GROUPS, *(unit.code for unit in listed))}
        return self.choice("分组", names, "group", ALL_GROUPS)

    def unit(self, level: Level, period: Period) -> tuple[Unit, str]:
        """单位, by name, to be typed or chosen; the first one when the level has changed."""
        results = self.screen.results
        listed = {unit.code: unit for unit in results.units(level, period)}
        with self.place():
            if not listed:
                st.info(f"{period.title}没有登记的{LEVELS[level]}")
                st.stop()
            stations = self.screen.names("station", period)
            names = {code: name_of(unit, stations) for code, unit in listed.items()}
            code = choice("单位", names, "unit", next(iter(listed)), is_long=True)
        return listed[code], names[code]

    def indicator(
        self, period: Period, offers: Asks = lambda _: True, begins: Asks = lambda _: True
    ) -> Indicator:
        """指标: those that the page offers, scored ones first; the default is one that `begins`."""
        catalogue = self.screen.counted.catalogue
        offered = [i for i in catalogue_order(catalogue, _scored(self.screen, period)) if offers(i)]
        names = {indicator.id: indicator.title for indicator in offered}
        first = next(indicator.id for indicator in offered if begins(indicator))
        return catalogue[self.choice("指标", names, "indicator", first, is_long=True)]

    def indicators(self, period: Period) -> list[Indicator]:
        """指标: any set of them, in the order of choosing; the usual ones where none is chosen."""
        catalogue = self.screen.counted.catalogue
        names = {i.id: i.title for i in catalogue_order(catalogue, _scored(self.screen, period))}
        usual = [name for name in OFFERED_FIRST if name in names] or list(names)[:1]
        with self.place(), st.popover("选择指标", width="stretch"):
            chosen = choices(
                "指标",
                names,
                INDICATORS,
                usual,
                placeholder="选择要比较的指标",
                hint="可选任意几项；都不选时显示常用的几项",
            )
        return [catalogue[name] for name in chosen]


def _scored(screen: frame.Screen, period: Period) -> list[str]:
    return [scored.id for scored in screen.results.scheme(period).indicators]


def kind_choice(screen: frame.Screen, indicator: Indicator) -> tuple[str | None, Indicator]:
    """类别, where the indicator can be broken down; the indicator is then named after its kind."""
    kinds = screen.results.kinds(indicator)
    if not kinds:
        drop("kind")
        return None, indicator
    chosen = choice("类别", {ALL_KINDS: "全部", **kinds}, "kind", ALL_KINDS)
    if chosen == ALL_KINDS:
        return None, indicator
    title = f"{indicator.title}（{kinds[chosen]}）"
    return chosen, indicator.model_copy(update={"title": title})


def unit_names(screen: frame.Screen, level: Level, period: Period, group: str) -> dict[str, str]:
    """Code -> name of the units of a level and group."""
    listed = screen.results.units(level, period)
    return {u.code: u.name for u in listed if group in (ALL_GROUPS, u.group)}
