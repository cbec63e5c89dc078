"""数据核查: can the records be trusted; what looks odd, what is checked, what is complete."""

from collections.abc import Mapping

import streamlit as st

from data.rights import NotPermitted, require
from metrics import flag_words
from metrics.data_quality import data_quality
from metrics.flag_rules import load_rules
from metrics.period import Period
from metrics.quality_words import QUALITY_DEFINITIONS, coverage_headline, quality_headline
from metrics.spot_sample import coverage
from pages import figures, frame
from pages.flag_list import show_flags
from pages.flag_panel import show_flag
from pages.quality_panel import show_quality
from pages.spot_panel import show_spot_checks

ALL = "全部"
PARTS: Mapping[str, str] = {"flags": "异常线索", "spot": "抽查", "quality": "数据质量"}


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
    head: st.delta_generator.DeltaGenerator,
    places: list[st.delta_generator.DeltaGenerator],
) -> list[tuple[str, str]]:
    with places[2]:
        station = _station(screen, period)
    if part == "flags":
        return _draw_flags(screen, period, station, head, places)
    first, last = period.starts_on, period.ends_on
    if part == "spot":
        covered = figures.kept(lambda now: coverage(now, first, last), "coverage", first, last)
        with head:
            frame.headline(coverage_headline(period.title, covered))
        show_spot_checks(screen, period, station, covered, lambda: frame.acting_at(screen))
        return [
            (
                "抽查",
                "每村（社区）每月至少 5 条：从当月记录中随机抽取，另加有线索的记录。随机种子、"
                "当时的数据位置和抽到的编号都记入办理日志，谁都可以照此重抽核对；每月只抽一次。",
            )
        ]
    found = figures.kept(lambda now: data_quality(now, first, last), "quality", first, last)
    with head:
        frame.headline(quality_headline(period.title, found))
    show_quality(screen, period, station, found)
    return QUALITY_DEFINITIONS


def _draw_flags(
    screen: frame.Screen,
    period: Period,
    station: str,
    head: st.delta_generator.DeltaGenerator,
    places: list[st.delta_generator.DeltaGenerator],
) -> list[tuple[str, str]]:
    rules = load_rules()
    with places[3]:
        titles = {ALL: ALL, **{rule.id: rule.title for rule in rules.values()}}
        rule = frame.choice("规则", list(titles), "rule", ALL, titles)
    with places[4]:
        state = frame.choice("结论", [ALL, *flag_words.STATES], "state", ALL, {})
    flags = figures.flags(period, screen.actor)
    known = figures.known_verdicts()
    with head:
        frame.headline(flag_words.headline(period.title, flags, known))
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
        (each.title, f"{flag_words.rule_in_words(each, each.thresholds)}。{each.source}。")
        for each in rules.values()
    ]


def _station(screen: frame.Screen, period: Period) -> str:
    names = {u.code: u.name for u in figures.unit_list("station", period, screen.actor)}
    return frame.choice("派出所", [ALL, *names], "station", ALL, names)


draw()
