"""平安地图: where does it happen, and which villages stand apart?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from data.boundaries import read_boundaries
from data.declared import DeclarationError
from metrics.choices import catalogue_order
from metrics.hours import SUBJECTS, chosen, week_hours
from metrics.map_readings import (
    HOT_DEFINITIONS,
    INDICATOR_DEFINITIONS,
    first,
    hot_headline,
    hot_reading,
    indicator_map_headline,
    indicator_map_reading,
)
from metrics.mismatch import slot_codes
from metrics.period import Period
from metrics.village_layers import HOT, Layer, Shade, hot_layer, in_slot, indicator_layer
from metrics.village_shapes import Land, land, villages_on
from pages import figures, frame
from pages.clickable import address, go_to
from pages.drawn import Picture
from pages.map_chart import map_markup
from pages.routes import config
from pages.table import Column, Row, Sheet, show_table

ALL = "all"
FIRST = ("A1-visit-coverage", "visits", "patrols")  # coverage of visits and patrols
COLUMNS = (
    Column("name", "村（社区）", width=110),
    Column("station", "派出所", width=100),
    Column("shown", "数值", width=70),
    Column("said", "判断"),
)


def draw() -> None:
    screen = frame.open_screen()
    figures.may_see("village", screen.actor)
    head = st.container()
    with st.container(key="controls"):
        places = st.columns([2, 2, 1.5, 1.5, 1.2], vertical_alignment="bottom")
    with places[4]:
        frame.role_switch()
    with places[0]:
        period = frame.period_control(screen)
    with places[1]:
        layer = _layer_control(screen, period)
    stations = _stations(screen, period)
    with places[2]:
        names = {ALL: "全局", **stations}
        station = frame.choice("派出所", list(names), "station", ALL, names)
    with places[3]:
        slot = _slot_control(layer)
    asked = Asked(period, layer, station, slot)
    view = figures.kept(
        lambda now: _view(screen, asked), "village-map", asked, _stamp(), screen.actor
    )
    with head:
        frame.marks(screen, period, is_score=False)
        frame.headline(view.headline)
        if view.warning:
            st.warning(view.warning, icon=":material/map:")
    _show(view, period)
    frame.foot(screen, period, view.definitions)


@dataclass(frozen=True)
class Asked:
    """What the controls say. station, slot: a code or ALL."""

    period: Period
    layer: str
    station: str
    slot: str

    @property
    def only_station(self) -> str | None:
        return None if self.station == ALL else self.station


@dataclass(frozen=True)
class View:
    """What the page says and draws. ordered: the shades in the order of the table."""

    headline: str
    warning: str
    picture: Picture
    sheet: Sheet | None
    ordered: Sequence[Shade]
    definitions: Sequence[tuple[str, str]]


def _show(view: View, period: Period) -> None:
    drawn, listed = st.columns([3, 2], gap="large")
    with drawn:
        view.picture.show("map")
    if view.sheet is None:
        return
    with listed:
        st.markdown("##### 各村（社区）")
        frame.reading("按需要关注的先后排列；点一行打开这个村（社区）。")
        height: Literal["auto"] | int = 560 if len(view.ordered) > 14 else "auto"
        row = show_table(view.sheet, key="villages", height=height, selects=True)
    if row is not None and row < len(view.ordered):
        unit = view.ordered[row].village.code
        go_to(address("unit", level="village", unit=unit, period=period.text))


def _layer_control(screen: frame.Screen, period: Period) -> str:
    """图层: hot spots first, then visits and patrols, then whatever else is in the catalogue."""
    catalogue = screen.counted.catalogue
    scored = [scored.id for scored in figures.scheme_for(period).indicators]
    order = [i.id for i in catalogue_order(catalogue, scored)]
    ids = [i for i in FIRST if i in order] + [i for i in order if i not in FIRST]
    hot = {HOT + key: f"热点：{s.title}" for key, s in SUBJECTS.items() if key != "both"}
    names = hot | {i: catalogue[i].title for i in ids}
    return frame.choice("图层", list(names), "layer", f"{HOT}case", names, filter_mode="contains")


def _slot_control(layer: str) -> str:
    """时段, for hot spots only: an indicator knows days, not hours."""
    if not layer.startswith(HOT):
        if "slot" in st.query_params:
            del st.query_params["slot"]
        return ALL
    slots = {ALL: "全部时段", **slot_codes()}
    return frame.choice("时段", list(slots), "slot", ALL, slots)


def _stations(screen: frame.Screen, period: Period) -> dict[str, str]:
    return {u.code: u.name for u in figures.unit_list("station", period, screen.actor)}


def _stamp() -> tuple[str, int]:
    """The file of outlines and when it was written: a new one is drawn at once."""
    path = config().map.villages
    try:
        return (str(path), path.stat().st_mtime_ns) if path else ("", 0)
    except OSError:
        return str(path), 0


def _land(period: Period) -> tuple[Land | None, str]:
    """The villages of the period's last day, and why outlines that are named are not drawn."""
    path, warning = config().map.villages, ""
    outlines = {}
    if path is not None:
        try:
            outlines = dict(read_boundaries(path))
        except DeclarationError as error:
            warning = f"村界文件未采用（{error}），改按登记的位置画示意区块"
    return figures.kept(
        lambda now: land(villages_on(now, period.ends_on), outlines),
        *("land", period.ends_on, _stamp()),
        reach=figures.REGISTERS,
    ), warning


def _view(screen: frame.Screen, asked: Asked) -> View:
    where, warning = _land(asked.period)
    if where is None:
        said = "有坐标的村（社区）不足 3 个，请在村（社区）登记册中补填经纬度"
        picture = Picture("地图", "", f"{said}。", None)
        return View(said, warning, picture, None, (), HOT_DEFINITIONS)
    is_hot = asked.layer.startswith(HOT)
    layer = (_hot if is_hot else _of_indicator)(screen, asked, where)
    stations, only = _stations(screen, asked.period), asked.only_station
    shown = first(s for s in layer.shades if only in (None, s.village.station))
    place = stations.get(asked.station, screen.bureau)
    markup = map_markup(
        where, layer, stations, only, asked.period.text, f"{layer.headline}。{layer.reading}"
    )
    definitions = HOT_DEFINITIONS if is_hot else INDICATOR_DEFINITIONS
    if layer.indicator:
        definitions = [("定义", layer.indicator.definition), *definitions]
    notes = [*frame.notes(screen, asked.period), ("图层", layer.title), *definitions]
    name = f"平安地图-{layer.title}-{place}-{asked.period.text}"
    rows = [_row(shade, stations) for shade in shown]
    title = f"{place}：{layer.title}" if only else layer.title
    return View(
        layer.headline,
        warning,
        Picture(title, markup, layer.reading, None),
        Sheet(name, COLUMNS, rows, notes),
        shown,
        definitions,
    )


def _row(shade: Shade, stations: Mapping[str, str]) -> Row:
    return {
        "name": shade.village.name,
        "station": stations.get(shade.village.station, ""),
        "shown": shade.shown,
        "said": shade.said,
    }


def _hot(screen: frame.Screen, asked: Asked, where: Land) -> Layer:
    subject, period = SUBJECTS[asked.layer.removeprefix(HOT)], asked.period
    slot = None if asked.slot == ALL else asked.slot
    week = figures.kept(lambda now: week_hours(now, period, screen.actor), "week-hours", period)
    hot = hot_layer(where, in_slot(chosen(week.happened, subject), slot))
    said = hot_headline(hot, subject, period, slot, _stations(screen, period))
    return Layer(f"{subject.title}热点", said, hot_reading(hot, where), hot.shades)


def _of_indicator(screen: frame.Screen, asked: Asked, where: Land) -> Layer:
    name, period, actor = asked.layer, asked.period, screen.actor
    indicator = screen.counted.catalogue[name]
    units = figures.figures((name,), "village", period, actor)[name]
    whole = figures.figures((name,), "bureau", period, actor)[name][0]
    scored = figures.scheme_for(period).scored(name)
    shades = indicator_layer(where, indicator, units, whole, scored)
    said = indicator_map_headline(indicator, shades, whole, period)
    reading = indicator_map_reading(indicator, shades, units, where)
    return Layer(indicator.title, said, reading, shades, indicator)


draw()
