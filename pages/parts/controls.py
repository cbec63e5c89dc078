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
from pages.parts.address_choice import (
    Code,
    choice,
    choices,
    drop,
    linked,
    open_choice,
    remembered,
)

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
        self._is_answered = False  # a link to what may not be seen: the page has said so

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

    def level(
        self, levels: Sequence[Level], default: Level = "station", period: Period | None = None
    ) -> Level:
        """层级: those that the actor may see; a link to another one says who may.

        period   where a unit of the level is chosen next: a link to a unit that names no level
                 opens at the unit's own
        """
        actor = self.screen.actor
        allowed = {x: LEVELS[x] for x in levels if x != "officer" or actor.may("see-officers")}
        if st.query_params.get("level") == "officer" and "officer" not in allowed:
            self.head.warning(frame.lacks(actor, "see-officers"))
            self._is_answered = True
        if period and (own := self._level_of_link(allowed, default, period)):
            drop("level")  # what the link has there names none
            st.session_state["level"] = own
        return self.choice("层级", allowed, "level", default)

    def _level_of_link(
        self, allowed: Mapping[Level, str], default: Level, period: Period
    ) -> Level | None:
        """Where the unit of a link is registered, the level of last time first; None as well where
        the link names a level."""
        unit = linked("unit")
        if not unit or st.query_params.get("level", "") in {*allowed, *allowed.values()}:
            return None
        last = remembered("level", default)
        levels = sorted(allowed, key=lambda level: level != last)
        return next((x for x in levels if names_unit(unit, self._unit_names(x, period))), None)

    def _unit_names(self, level: Level, period: Period) -> dict[str, str]:
        stations = self.screen.names("station", period)
        return {u.code: name_of(u, stations) for u in self.screen.results.units(level, period)}

    def group(self, period: Period) -> str:
        """分组: 全部 or one of the groups of the period."""
        listed = self.screen.results.units("group", period)
        names = {name: name for name in (ALL_GROUPS, *(unit.code for unit in listed))}
        return self.choice("分组", names, "group", ALL_GROUPS)

    def unit(self, level: Level, period: Period) -> tuple[Unit, str]:
        """单位, by name, to be typed or chosen; the first one when the level has changed."""
        results = self.screen.results
        listed = {unit.code: unit for unit in results.units(level, period)}
        if not listed:
            with self.place():
                st.info(f"{period.title}没有登记的{LEVELS[level]}")
                st.stop()
        names = self._unit_names(level, period)
        code = self.unit_choice("单位", names, "unit", next(iter(listed)))
        return listed[code], names[code]

    def unit_choice(
        self,
        label: str,
        names: Mapping[str, str],
        key: str,
        default: str,
        registered: Mapping[str, str] | None = None,
    ) -> str:
        """A choice of units: a link to one that is not registered shows nobody else's figures.

        names        code -> name of those that are offered, with what stands for all of them
        registered   all that there are, where only some are offered
        """
        unit = linked(key)
        with self.place():
            if unit and not any(names_unit(unit, known) for known in (names, registered or {})):
                self._refuse(unit, label, names, key)
            return choice(label, names, key, default, is_long=True)

    def _refuse(self, unit: str, label: str, names: Mapping[str, str], key: str) -> None:
        """Nothing is chosen, and the page ends here, until somebody chooses."""
        chosen = st.selectbox(
            label, list(names), None, names.__getitem__, key=f"{key}-instead",
            filter_mode="contains", placeholder="请选择",
        )  # fmt: skip
        if chosen:
            st.query_params[key] = chosen
            st.rerun()
        if not self._is_answered:
            with self.head:
                frame.headline(f"链接中的单位“{unit}”不存在或不在可查看范围，请另选")
        st.stop()

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


def names_unit(text: str, names: Mapping[str, str]) -> bool:
    """Whether a link gives the code or the name of one of these units."""
    return text in names or text in names.values()


def unit_names(screen: frame.Screen, level: Level, period: Period, group: str) -> dict[str, str]:
    """Code -> name of the units of a level and group."""
    listed = screen.results.units(level, period)
    return {u.code: u.name for u in listed if group in (ALL_GROUPS, u.group)}
