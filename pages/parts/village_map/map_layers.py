"""The layers of 平安地图: hot spots, the coverage by visits and patrols, any indicator."""

from dataclasses import dataclass

from data.boundaries import read_boundaries
from data.declared import DeclarationError
from data.environment import config
from metrics.analysis.hours import SUBJECTS, chosen
from metrics.calendar.period import Period
from metrics.indicators.catalogue import catalogue_order
from metrics.map import readings
from metrics.map.coverage import COVERAGE, INDICATORS, TITLE, coverage_layer, is_offered
from metrics.map.layer import Layer
from metrics.map.village_layers import (
    HOT,
    HOT_FACTS,
    HOT_LEGEND,
    INDICATOR_FACTS,
    hot_layer,
    in_slot,
    indicator_layer,
    legend_of,
)
from metrics.map.village_shapes import Land, land, villages_on
from metrics.results import Results
from metrics.wording.definitions import definitions
from pages.parts import frame

ALL = "all"
FIRST = ("A1-visit-coverage", "visits", "patrols")


@dataclass(frozen=True)
class MapSelection:
    """What the controls say. station, slot: a code or ALL."""

    period: Period
    layer: str
    station: str
    slot: str

    @property
    def only_station(self) -> str | None:
        return None if self.station == ALL else self.station


def map_stamp() -> tuple[str, int]:
    """The file of outlines and when it was written: a new one is drawn at once."""
    path = config().map.villages
    try:
        return (str(path), path.stat().st_mtime_ns) if path else ("", 0)
    except OSError:
        return str(path), 0


def land_of(results: Results, period: Period) -> tuple[Land | None, str]:
    """The villages of the period's last day, and why outlines that are named are not drawn."""
    path, warning = config().map.villages, ""
    outlines = {}
    if path is not None:
        try:
            outlines = dict(read_boundaries(path))
        except DeclarationError as error:
            warning = f"村界文件未采用（{error}），改按登记的位置画示意区块"
    return results.kept(
        lambda: land(villages_on(results.counted, period.ends_on), outlines),
        *("land", period.ends_on, map_stamp()),
    ), warning


def layer_names(screen: frame.Screen, period: Period) -> dict[str, str]:
    """Code -> title: hot spots, the coverage, then whatever else is in the catalogue."""
    catalogue = screen.counted.catalogue
    scored = [scored.id for scored in screen.results.scheme(period).indicators]
    order = [i.id for i in catalogue_order(catalogue, scored)]
    ids = [i for i in FIRST if i in order] + [i for i in order if i not in FIRST]
    hot = {HOT + key: f"热点：{s.title}" for key, s in SUBJECTS.items() if key != "both"}
    both = {COVERAGE: TITLE} if is_offered(catalogue) else {}
    return hot | both | {i: catalogue[i].title for i in ids}


def layer_of(screen: frame.Screen, selection: MapSelection, where: Land) -> Layer:
    if selection.layer.startswith(HOT):
        return _hot(screen, selection, where)
    return (_coverage if selection.layer == COVERAGE else _of_indicator)(screen, selection, where)


def _hot(screen: frame.Screen, selection: MapSelection, where: Land) -> Layer:
    subject, period = SUBJECTS[selection.layer.removeprefix(HOT)], selection.period
    slot = None if selection.slot == ALL else selection.slot
    week = screen.results.week(period)
    hot = hot_layer(where, in_slot(chosen(week.happened, subject), slot))
    headline = readings.hot_headline(hot, subject, period, slot, screen.names("station", period))
    reading = readings.hot_reading(hot, where)
    title = f"{subject.title}热点"
    return Layer(
        title, headline, reading, hot.shades, HOT_LEGEND, definitions("hot_spots"), HOT_FACTS
    )


def _coverage(screen: frame.Screen, selection: MapSelection, where: Land) -> Layer:
    period = selection.period
    figures = screen.results.figures(INDICATORS, "village", period)
    scheme = screen.results.scheme(period)
    return coverage_layer(where, screen.counted.catalogue, scheme, figures, period)


def _of_indicator(screen: frame.Screen, selection: MapSelection, where: Land) -> Layer:
    name, period = selection.layer, selection.period
    indicator = screen.counted.catalogue[name]
    units = screen.results.figures((name,), "village", period)[name]
    whole = screen.results.figures((name,), "bureau", period)[name][0]
    scored = screen.results.scheme(period).scored(name)
    verdicts = screen.results.unit_verdicts((name,), "village", period)[name]
    shades = indicator_layer(where, units, verdicts, scored)
    headline = readings.indicator_map_headline(indicator, shades, whole, period)
    reading = readings.indicator_map_reading(indicator, shades, units, where)
    terms = [("定义", indicator.definition), *definitions("indicator_map")]
    return Layer(
        indicator.title,
        headline,
        reading,
        shades,
        legend_of(indicator),
        terms,
        INDICATOR_FACTS,
    )
