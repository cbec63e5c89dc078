"""数据核查: can the records be trusted; what looks odd, what is checked, what is complete."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.rights import NotPermitted, require
from metrics.calendar.period import Period
from metrics.flags.rules import load_rules
from metrics.wording import flag_words
from metrics.wording.quality_words import QUALITY_DEFINITIONS, quality_headline
from metrics.wording.spot_words import spot_headline
from pages.parts import frame
from pages.parts.checks.flag_list import show_flags
from pages.parts.checks.flag_panel import show_flag
from pages.parts.checks.quality_panel import show_quality
from pages.parts.checks.spot_panel import show_spot_checks

ALL = "全部"
PARTS: Mapping[str, str] = {"flags": "异常线索", "spot": "抽查", "quality": "数据质量"}
Definitions = list[tuple[str, str]]


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    with st.container(key="controls"):
        places = st.columns([1.5, 1.2, 1.4, 1.5, 1, 1.3], vertical_alignment="bottom")
    with places[5]:
        frame.role_switch()
    with places[0]:
        period = frame.period_control(screen)
    with places[1]:
        part = frame.choice("内容", list(PARTS), "part", "flags", PARTS)
    with head:
        frame.marks(screen, period, is_score=False)
    definitions = QUALITY_DEFINITIONS
    try:
        require(screen.actor, "see-records")
    except NotPermitted as error:
        with head:
            frame.headline("数据核查：线索、抽查与数据质量")
        st.warning(str(error))
    else:
        definitions = _draw_part(screen, period, part, head, places)
    frame.foot(screen, period, definitions)


def _draw_part(
    screen: frame.Screen,
    period: Period,
    part: str,
    head: DeltaGenerator,
    places: list[DeltaGenerator],
) -> Definitions:
    names = {u.code: u.name for u in screen.results.units("station", period)}
    own = screen.actor.unit
    with places[2]:
        station = _own_station(own, names) if own else _station(names)
    if part == "flags":
        definitions = _draw_flags(screen, period, station, head, places)
    elif part == "spot":
        definitions = _draw_spot(screen, period, station, head)
    else:
        definitions = _draw_quality(screen, period, names.get(station, ALL), head)
    if own:
        with head:
            frame.reading(f"只列本所（{names.get(own, own)}）")
    return definitions


def _station(names: Mapping[str, str]) -> str:
    return frame.choice("派出所", [ALL, *names], "station", ALL, names)


def _own_station(own: str, names: Mapping[str, str]) -> str:
    """Who speaks for a station sees that station, whatever the address says."""
    st.selectbox("派出所", [names.get(own, own)], disabled=True, key="own-station")
    return own


def _draw_spot(
    screen: frame.Screen, period: Period, station: str, head: DeltaGenerator
) -> Definitions:
    month = period.ends_on.replace(day=1)
    covered = [
        line for line in screen.results.spot_coverage(period) if station in (ALL, line.station)
    ]
    drawn = screen.results.sample(month)
    if drawn is not None:
        sample, every = drawn
        drawn = sample, [row for row in every if station in (ALL, row.station)]
    with head:
        rows = drawn[1] if drawn else None
        frame.headline(spot_headline(month, rows, period.title, covered))
    show_spot_checks(screen, period, month, drawn, covered, lambda: frame.acting_at(screen))
    return [
        (
            "抽查",
            "每村（社区）每月至少 5 条：从当月记录中随机抽取，另加有线索的记录。抽样编号由系统随机"
            "产生，与当时的数据版本和抽到的记录一并记入办理日志，谁都可以照此重抽核对；每月只抽一次。",
        )
    ]


def _draw_quality(
    screen: frame.Screen, period: Period, name: str, head: DeltaGenerator
) -> Definitions:
    found = [
        quality for quality in screen.results.quality(period) if name in (ALL, quality.station)
    ]
    with head:
        frame.headline(quality_headline(period.title, found))
    show_quality(screen, period, found)
    return QUALITY_DEFINITIONS


def _draw_flags(
    screen: frame.Screen,
    period: Period,
    station: str,
    head: DeltaGenerator,
    places: list[DeltaGenerator],
) -> Definitions:
    rules = load_rules().values()
    seen = [r for r in rules if r.unit != "officer" or screen.actor.may("see-officers")]
    with places[3]:
        titles = {ALL: ALL, **{rule.id: rule.title for rule in seen}}
        rule = frame.choice("规则", list(titles), "rule", ALL, titles)
    with places[4]:
        state = frame.choice("结论", [ALL, *flag_words.STATES], "state", ALL, {})
    flags = screen.results.flags(period)
    known = screen.results.verdicts()
    with head:
        frame.headline(flag_words.flags_headline(period.title, flags, known))
    opened = next((f for f in flags if f.id == st.query_params.get("flag")), None)
    if opened is not None:
        show_flag(screen, opened, known.get(opened.id), lambda: frame.acting_at(screen))
    chosen = [
        flag
        for flag in flags
        if station in (ALL, flag.unit.station)
        and rule in (ALL, flag.rule.id)
        and state in (ALL, flag_words.state_of(flag, known))
    ]
    show_flags(screen, period, chosen, known, opened)
    return [
        (each.title, f"{flag_words.rule_in_words(each.thresholds)}。{each.source}。")
        for each in rules
    ]


draw()
