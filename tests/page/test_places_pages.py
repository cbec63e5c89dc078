"""平安地图 and 警力与时段 as a reader sees them: sentence, picture, table, choices."""

import json
import re
from pathlib import Path

import pytest

from data import environment
from data.rights import Actor
from metrics.analysis.hour_findings import hour_figure
from metrics.analysis.hours import week_hours
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.wording.hour_readings import hour_headline, suggestion_reading
from pages.documents.sheet import Sheet
from pages.parts import table
from tests.page_driver import drawn_of, english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
SERIES = "2019-06-01..2019-07-31"
PERIODS = ("2019-07", SERIES, "2019-W33", "2019-Q2", "2016-01", "2019-08-19..2019-08-19")


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The sheets that the page offers to take along."""
    found: list[Sheet] = []
    monkeypatch.setattr(table, "export_buttons", lambda sheet, key: found.append(sheet))
    monkeypatch.setattr("pages.parts.block.export_buttons", lambda sheet, key: found.append(sheet))
    return found


@pytest.mark.parametrize("period", PERIODS)
def test_the_hours_open_for_every_period(period: str) -> None:
    said = text_of(open_page("hours", period=period))
    assert english_in(said) == set()
    assert "模拟数据" in said


def test_the_sentence_of_the_series() -> None:
    said = headline_of(open_page("hours", period=SERIES, station="S02", what="theft"))
    assert re.search(r"周五 20–24 时盗窃发案占 [\d.]+%（\d+ ÷ \d+），巡逻占 [\d.]+%", said)
    assert said.startswith("寺坡派出所2019年6月1日")


def test_page_and_metrics_say_the_same(counted: Counted) -> None:
    period = parse_period("2019-07", counted.as_of)
    found = week_hours(counted, period, LEADER)
    figure = hour_figure(found, "case", period, counted.copy.bureau()[0])
    app = open_page("hours", period="2019-07")
    assert headline_of(app) == hour_headline(figure)
    assert suggestion_reading(figure) in text_of(app)


def test_the_grid_shows_every_band_and_marks_what_lacks() -> None:
    drawn = drawn_of(open_page("hours", period=SERIES, station="S02", what="theft"), "week")
    assert len(re.findall(r"<td[ >]", drawn)) == 42
    (friday,) = re.findall(r'<td class="short">(?:(?!</td>).)*slot=5-20.*?</td>', drawn)
    assert "缺增" in friday


def test_a_band_narrows_the_stations_and_names_villages() -> None:
    app = open_page("hours", period=SERIES, what="theft", slot="5-20")
    stations = drawn_of(app, "stations")
    assert set(re.findall(r'<td class="slot">([^<]*)</td>', stations)) == {"周五 20–24 时"}
    assert "寺坡" in app.info[0].value
    assert "周五 20–24 时" in app.info[0].value


def test_links_keep_what_is_chosen() -> None:
    app = open_page("hours", period="2019-Q2", station="S02", what="both")
    week, stations = drawn_of(app, "week"), drawn_of(app, "stations")
    assert "hours?period=2019-Q2&amp;station=S02&amp;what=both&amp;slot=5-20" in week
    assert "station=all&amp;what=both" in stations  # the chosen one lets go
    assert "station=S03&amp;what=both&amp;slot=all" in stations


def test_what_is_taken_along_of_the_hours(sheets: list[Sheet]) -> None:
    open_page("hours", period=SERIES)
    rows = {sheet.name.split("-")[0]: sheet.rows for sheet in sheets}
    assert {name: len(found) for name, found in rows.items()} == {
        "时段对照": 42,
        "各所时段": 14,
        "巡逻时段调整建议": 42,
        "逐小时": 168,
    }
    changes = rows["巡逻时段调整建议"]
    assert sum(row["now"] for row in changes) == sum(row["then"] for row in changes)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    "layer", ["hot:case", "hot:dispute", "coverage", "A1-visit-coverage", "patrols"]
)
def test_the_map_opens(period: str, layer: str) -> None:
    said = text_of(open_page("village_map", period=period, layer=layer))
    assert english_in(said) == set()
    assert "不是村界" in said


def test_the_map_draws_every_village_and_opens_it() -> None:
    drawn = drawn_of(open_page("village_map", period="2019-07"), "map")
    assert drawn.count("<path ") == 219
    assert "unit?level=village&amp;unit=V009&amp;period=2019-07" in drawn
    assert "http" not in drawn
    assert re.search(r'role="img" aria-label="[^"]*热点', drawn)


def test_a_judgement_is_short_and_what_it_rests_on_stands_beside_it(sheets: list[Sheet]) -> None:
    """A column that is cut off on a projector says nothing."""
    for layer in ("hot:case", "coverage", "A1-visit-coverage"):
        open_page("village_map", period="2019-07", layer=layer)
        sheet = sheets.pop()
        assert max(len(str(row["said"])) for row in sheet.rows) <= 14
        assert all(row["fact0"] for row in sheet.rows if row["said"] != "没有记录")


def test_the_coverage_of_visits_and_patrols_together(sheets: list[Sheet]) -> None:
    app = open_page("village_map", period="2019-W33", layer="coverage")
    said = [str(row["said"]) for row in sheets[0].rows]
    none, half = said.count("走访、巡逻都没有"), sum(s.startswith("只有") for s in said)
    assert f"{none} 个两项都没有、{half} 个只有其中一项" in headline_of(app)
    assert said[:none] == ["走访、巡逻都没有"] * none
    drawn = drawn_of(app, "map")
    assert drawn.count("fill:var(--hf-accent)") == none


def test_the_series_is_red_on_the_map() -> None:
    drawn = drawn_of(open_page("village_map", period=SERIES, layer="hot:theft", slot="5-20"), "map")
    for code in ("V009", "V010", "V011"):
        (area,) = re.findall(rf"<a [^>]*unit={code}&amp;.*?</a>", drawn)
        assert "fill:var(--hf-accent)" in area


def test_a_station_narrows_the_list_and_the_picture(sheets: list[Sheet]) -> None:
    app = open_page("village_map", period="2019-07", station="S13")
    assert {row["station"] for row in sheets[0].rows} == {"武功派出所"}
    assert drawn_of(app, "map").count(" aside") == 219 - len(sheets[0].rows)


def test_an_indicator_has_no_hour() -> None:
    app = open_page("village_map", layer="visits", slot="5-20")
    assert "slot" not in app.query_params
    assert "时段" not in [box.label for box in app.selectbox]


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
@pytest.mark.parametrize("page", ["hours", "village_map"])
def test_every_role_may_read_them(page: str, role: str) -> None:
    open_page(page, role)


def test_outlines_of_the_bureau_are_drawn_and_bad_ones_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = [[113.5, 33.2], [113.6, 33.2], [113.6, 33.3], [113.5, 33.3], [113.5, 33.2]]
    shape = {"type": "Polygon", "coordinates": [square]}
    feature = {"type": "Feature", "properties": {"code": "V001"}, "geometry": shape}
    outlines = tmp_path / "villages.geojson"
    content = {"type": "FeatureCollection", "features": [feature]}
    outlines.write_text(json.dumps(content), "utf-8")
    config = tmp_path / "hongfeng.toml"
    config.write_text('[map]\nvillages = "villages.geojson"\n', "utf-8")
    monkeypatch.setenv("HONGFENG_CONFIG", str(config))
    environment.read_config.cache_clear()
    assert "218 个村（社区）没有边界" in text_of(open_page("village_map", period="2019-06"))
    outlines.write_text("{", "utf-8")
    app = open_page("village_map", period="2019-06")
    assert "villages.geojson：不是合法的 JSON" in app.warning[0].value
    assert "区块按登记的经纬度划分" in text_of(app)
    environment.read_config.cache_clear()
