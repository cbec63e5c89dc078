"""数据核查: can the records be trusted; what looks odd, what is checked, what is complete."""

from collections.abc import Mapping, Sequence

import streamlit as st

from metrics.calendar.period import Period
from metrics.flags.rules import load_rules
from metrics.wording import flag_words
from metrics.wording.definitions import definitions
from metrics.wording.pending_words import pending_headline
from metrics.wording.quality_words import quality_headline
from metrics.wording.spot_words import spot_headline
from pages.parts import frame
from pages.parts.checks.flag_list import show_flags
from pages.parts.checks.flag_panel import show_flag
from pages.parts.checks.pending_panel import show_pending
from pages.parts.checks.quality_panel import show_quality
from pages.parts.checks.spot_panel import show_spot_checks
from pages.parts.controls import ControlRow

ALL = "全部"
PARTS: Mapping[str, str] = {
    "flags": "异常线索", "pending": "待核改动", "spot": "抽查", "quality": "数据质量",
}  # fmt: skip
Definitions = Sequence[tuple[str, str]]


def draw() -> None:
    controls = ControlRow("checks", 1.5, 1.2, 1.4, 1.5, 1)
    screen, period = controls.screen, controls.period()
    part = controls.choice("内容", PARTS, "part", "flags")
    names = screen.names("station", period)
    own = screen.actor.unit
    station = _station(controls, own, names)
    if part == "flags":
        definitions = _draw_flags(controls, period, station)
    elif part == "pending":
        definitions = _draw_pending(controls, period, station)
    elif part == "spot":
        definitions = _draw_spot(controls, period, station)
    else:
        definitions = _draw_quality(controls, period, names.get(station, ALL))
    if own:
        with controls.head:
            frame.reading(f"只列本所（{names.get(own, own)}）")
    frame.foot(screen, period, definitions)


def _station(controls: ControlRow, own: str, names: Mapping[str, str]) -> str:
    """派出所; who speaks for a station sees that station, whatever the address says."""
    if not own:
        return controls.unit_choice("派出所", {ALL: ALL, **names}, "station", ALL)
    with controls.place():
        st.selectbox("派出所", [names.get(own, own)], disabled=True, key="own-station")
    return own


def _draw_pending(controls: ControlRow, period: Period, station: str) -> Definitions:
    screen = controls.screen
    waiting = [w for w in screen.results.pending() if station in (ALL, w.station)]
    changes = screen.results.stakes(waiting, period)
    controls.headline(period, pending_headline(waiting, changes, period.title), is_score=False)
    show_pending(screen, period, waiting, changes, lambda: frame.acting_at(screen))
    return definitions("pending")


def _draw_spot(controls: ControlRow, period: Period, station: str) -> Definitions:
    screen = controls.screen
    month = period.ends_on.replace(day=1)
    covered = [
        line for line in screen.results.spot_coverage(period) if station in (ALL, line.station)
    ]
    sample_of_month = screen.results.sample(month)
    rows = None
    if sample_of_month is not None:
        sample, every = sample_of_month
        rows = [row for row in every if station in (ALL, row.station)]
        sample_of_month = sample, rows
    sentence = spot_headline(month, rows, period.title, covered)
    controls.headline(period, sentence, is_score=False)
    show_spot_checks(
        screen, period, month, sample_of_month, covered, lambda: frame.acting_at(screen)
    )
    return definitions("spot")


def _draw_quality(controls: ControlRow, period: Period, name: str) -> Definitions:
    screen = controls.screen
    qualities = [q for q in screen.results.quality(period) if name in (ALL, q.station)]
    controls.headline(period, quality_headline(period.title, qualities), is_score=False)
    show_quality(screen, period, qualities)
    return definitions("quality")


def _draw_flags(controls: ControlRow, period: Period, station: str) -> Definitions:
    screen, rules = controls.screen, load_rules().values()
    seen = [r for r in rules if r.unit != "officer" or screen.actor.may("see-officers")]
    titles = {ALL: ALL, **{rule.id: rule.title for rule in seen}}
    rule = controls.choice("规则", titles, "rule", ALL)
    states = {state: state for state in (ALL, *flag_words.STATES)}
    state = controls.choice("结论", states, "state", ALL)
    flags = screen.results.flags(period)
    verdicts = screen.results.verdicts()
    sentence = flag_words.flags_headline(period.title, flags, verdicts)
    controls.headline(period, sentence, is_score=False)
    opened = next((f for f in flags if f.id == st.query_params.get("flag")), None)
    if opened is not None:
        show_flag(screen, opened, verdicts.get(opened.id), lambda: frame.acting_at(screen))
    chosen = [
        flag
        for flag in flags
        if station in (ALL, flag.unit.station)
        and rule in (ALL, flag.rule.id)
        and state in (ALL, flag_words.state_of(flag, verdicts))
    ]
    show_flags(screen, period, chosen, verdicts, opened)
    if unexamined := screen.results.unexamined(period):
        frame.reading(f"{'；'.join(unexamined)}。")
    return [
        (each.title, f"{flag_words.rule_in_words(each.thresholds)}。{each.source}。")
        for each in rules
    ]


draw()
