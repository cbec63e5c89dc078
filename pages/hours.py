"""警力与时段: do the patrols walk when things happen, and what could be moved?"""

from dataclasses import dataclass

import streamlit as st

from metrics.analysis.hour_findings import HourFigure, hour_figure, station_weeks
from metrics.analysis.hours import SUBJECTS, WeekHours
from metrics.analysis.mismatch import slot_codes
from metrics.calendar.period import Period
from metrics.wording import hour_readings
from metrics.wording.definitions import definitions
from pages.documents.sheet import Sheet, sheet_of
from pages.parts import frame
from pages.parts.block import Block, show_block
from pages.parts.controls import ControlRow
from pages.parts.hours.hour_grid import change_markup, strips_markup, week_markup
from pages.parts.hours.hour_sheets import BANDS, changes_sheet, hours_sheet
from pages.parts.hours.hour_stations import COLUMNS, stations_markup

ALL = "all"


def draw() -> None:
    controls = ControlRow("hours", 2, 1.6, 1.5, 1.5)
    screen, period = controls.screen, controls.period()
    stations = {ALL: "全局", **screen.names("station", period)}
    station = controls.unit_choice("派出所", stations, "station", ALL)
    subjects = {code: subject.title for code, subject in SUBJECTS.items()}
    what = controls.choice("对象", subjects, "what", "case")
    slot = controls.choice("时段", {ALL: "全部时段", **slot_codes()}, "slot", ALL)
    view = screen.results.kept(
        lambda: _view(screen, period, station, what, slot),
        *("hours-page", period, station, what, slot, screen.actor),
    )
    controls.headline(period, view.headline, is_score=False)
    _show(view)
    frame.foot(screen, period, definitions("hours"))


@dataclass(frozen=True)
class View:
    headline: str
    week: Block
    chosen: str
    stations: Block
    hours: Block
    change: Block


def _show(view: View) -> None:
    left, right = st.columns([4, 3], gap="medium")
    with left:
        show_block(view.week, "week")
        if view.chosen:
            st.info(view.chosen, icon=":material/schedule:")
    with right:
        show_block(view.stations, "stations")
    show_block(view.change, "change")
    show_block(view.hours, "hours")


def _view(screen: frame.Screen, period: Period, station: str, what: str, slot: str) -> View:
    week = screen.results.week(period)
    stations = screen.results.units("station", period)
    names = screen.names("station", period)
    only = None if station == ALL else station
    figure = hour_figure(week, what, period, names.get(station, screen.bureau), only)
    query = {"period": period.text, "station": station, "what": what, "slot": slot}
    name = f"{figure.name}-{figure.subject.title}-{period.text}"
    notes = screen.notes(period, ("对象", figure.subject.title), *definitions("hours"))
    lines = station_weeks(week, what, stations, None if slot == ALL else slot)
    bands = sheet_of(f"时段对照-{name}", BANDS, figure.week.slots, notes)
    return View(
        hour_readings.hour_headline(figure),
        _week(figure, week, query, slot, bands),
        ""
        if slot == ALL
        else hour_readings.slot_reading(figure, slot, screen.names("village", period)),
        Block(
            "各派出所",
            stations_markup(lines, query, station),
            hour_readings.hours_by_station_reading(lines, None if slot == ALL else slot),
            sheet_of(f"各所时段-{figure.subject.title}-{period.text}", COLUMNS, lines, notes),
        ),
        Block(
            "逐小时",
            strips_markup(figure, slot, hour_readings.hourly_reading(figure)),
            hour_readings.hourly_reading(figure),
            hours_sheet(figure, name, notes),
        ),
        Block(
            "调整建议（总时长不变）",
            change_markup(figure.suggestion) if figure.suggestion else "",
            hour_readings.suggestion_reading(figure),
            changes_sheet(figure, name, notes),
        ),
    )


def _week(
    figure: HourFigure, week: WeekHours, query: dict[str, str], slot: str, sheet: Sheet
) -> Block:
    title = f"{figure.name}：{figure.subject.verb}与巡逻的时段对照"
    has_any = figure.week.events or figure.week.seconds
    markup = week_markup(figure, query, slot) if has_any else ""
    return Block(title, markup, hour_readings.week_reading(figure, week), sheet)


draw()
