"""平安地图: where does it happen, and which villages stand apart?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.analysis.mismatch import slot_codes
from metrics.calendar.period import Period
from metrics.map.layer import Layer, Shade
from metrics.map.readings import first
from metrics.map.village_layers import HOT
from metrics.wording.definitions import definitions
from pages.documents.sheet import Column, Notes, Sheet, sheet_of
from pages.parts import frame
from pages.parts.address_choice import drop
from pages.parts.block import Block, show_block
from pages.parts.clickable import address, go_to
from pages.parts.controls import ControlRow
from pages.parts.table import choose_line
from pages.parts.village_map import map_layers
from pages.parts.village_map.map_chart import map_markup
from pages.parts.village_map.map_layers import MapSelection


def draw() -> None:
    controls = ControlRow("village_map", 2, 2, 1.5, 1.5)
    screen, period = controls.screen, controls.period()
    layers = map_layers.layer_names(screen, period)
    layer = controls.choice("图层", layers, "layer", f"{HOT}case", is_long=True)
    stations = {map_layers.ALL: "全局", **screen.names("station", period)}
    station = controls.unit_choice("派出所", stations, "station", map_layers.ALL)
    slot = _slot(controls, layer)
    selection = MapSelection(period, layer, station, slot)
    view = screen.results.kept(
        lambda: _view(screen, selection),
        *("village-map", selection, map_layers.map_stamp(), screen.actor),
    )
    controls.headline(period, view.headline, is_score=False)
    if view.warning:
        controls.head.warning(view.warning, icon=":material/map:")
    _show(view, period)
    frame.foot(screen, period, view.definitions)


@dataclass(frozen=True)
class View:
    """What the page says and draws. ordered: the shades in the order of the table."""

    headline: str
    warning: str
    picture: Block
    sheet: Sheet | None
    ordered: Sequence[Shade]
    definitions: Notes


def _show(view: View, period: Period) -> None:
    picture, listed = st.columns([5, 4], gap="large")
    with picture:
        show_block(view.picture, "map")
    if view.sheet is None:
        return
    with listed:
        st.markdown("##### 各村（社区）")
        frame.reading("按需要关注的先后排列；点一行打开这个村（社区）；判断的依据在表的右侧。")
        shade = choose_line(view.sheet, view.ordered, "villages", 14)
    if shade:
        go_to(address("unit", level="village", unit=shade.village.code, period=period.text))


def _slot(controls: ControlRow, layer: str) -> str:
    """时段, for hot spots only: an indicator knows days, not hours."""
    if not layer.startswith(HOT):
        drop("slot")
        return map_layers.ALL
    return controls.choice(
        "时段", {map_layers.ALL: "全部时段", **slot_codes()}, "slot", map_layers.ALL
    )


def _view(screen: frame.Screen, selection: MapSelection) -> View:
    where, warning = map_layers.land_of(screen.results, selection.period)
    if where is None:
        why = "有坐标的村（社区）不足 3 个，请在村（社区）登记册中补填经纬度"
        return View(
            why, warning, Block("地图", None, f"{why}。"), None, (), definitions("hot_spots")
        )
    layer = map_layers.layer_of(screen, selection, where)
    stations, only = screen.names("station", selection.period), selection.only_station
    ordered = first(s for s in layer.shades if only in (None, s.village.station))
    place = stations.get(selection.station, screen.bureau)
    markup = map_markup(
        where, layer, stations, only, selection.period.text, f"{layer.headline}。{layer.reading}"
    )
    notes = screen.notes(selection.period, ("图层", layer.title), *layer.definitions)
    name = f"平安地图-{layer.title}-{place}-{selection.period.text}"
    title = f"{place}：{layer.title}" if only else layer.title
    return View(
        layer.headline,
        warning,
        Block(title, markup, layer.reading),
        sheet_of(name, _columns(layer, stations), ordered, notes),
        ordered,
        layer.definitions,
    )


def _columns(layer: Layer, stations: Mapping[str, str]) -> list[Column]:
    """The judgement is seen whole at any size; what it rests on may have to be scrolled to."""

    def fact(place: int) -> Callable[[Shade], str | None]:
        return lambda shade: shade.facts[place] if place < len(shade.facts) else None

    return [
        Column("name", "村（社区）", of="village.name", width=104),
        Column("station", "派出所", of=lambda s: stations.get(s.village.station, ""), width=92),
        Column("shown", layer.value, of="value", width=78),
        Column("said", "判断", of="judgement", width=206),
        *(Column(f"fact{i}", title, of=fact(i)) for i, title in enumerate(layer.facts)),
    ]


draw()
