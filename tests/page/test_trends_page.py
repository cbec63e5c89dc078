"""趋势: every indicator opens, a mark stands on all charts, a base changes the limits."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from data.rights import Actor
from metrics.analysis.control_chart import control_chart, moves
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures.measure import trend
from metrics.figures.record_words import kinds_of
from metrics.indicators.catalogue import load_catalogue
from metrics.scoring.share import target_of
from metrics.wording.control_readings import control_headline
from pages.parts import page_cache
from tests.page_driver import (
    ROOT,
    drawn_of,
    english_in,
    fresh_caches,
    headline_of,
    open_page,
    text_of,
)
from tests.patience import PATIENCE

CATALOGUE = load_catalogue()
LEADER = Actor("t", "leader")
MONTH = "2019-07"
SHARE = "A4-valid-visits"
EVERY = sorted(i.id for i in CATALOGUE if moves(i))


@pytest.fixture
def writable(town_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "store"
    shutil.copytree(town_store, place)
    monkeypatch.setenv("HONGFENG_STORE", str(place))
    with fresh_caches():
        yield place


@pytest.mark.usefixtures("opened_demo")
class TestReading:
    @pytest.mark.parametrize("indicator", EVERY)
    def test_every_indicator_opens_and_reads_chinese_only(self, indicator: str) -> None:
        app = open_page("trends", indicator=indicator, level="station", unit="S13", period=MONTH)
        assert f"武功派出所{CATALOGUE[indicator].title}" in headline_of(app)
        assert english_in(text_of(app).replace(indicator, "")) == set()

    @pytest.mark.parametrize("step", ["month", "week"])
    @pytest.mark.parametrize(
        ("level", "unit"),
        [("bureau", "bureau"), ("room", ""), ("village", "V182"), ("group", "城区")],
    )
    def test_every_level_and_step_opens(self, step: str, level: str, unit: str) -> None:
        query = {"unit": unit} if unit else {}
        app = open_page("trends", indicator="visits", level=level, period=MONTH, step=step, **query)
        assert "走访" in headline_of(app)
        assert ("104周控制图" if step == "week" else "36个月控制图") in text_of(app)

    @pytest.mark.parametrize("period", ["2019-08", "2016-02", "2019-W33", "2019"])
    def test_parts_and_beginnings_open(self, period: str) -> None:
        open_page("trends", indicator=SHARE, level="station", unit="S13", period=period)

    def test_a_kind_narrows_every_picture_and_stays_in_the_links(self, demo_store: Path) -> None:
        counted = Store(demo_store).counted()
        name = "disputes-resolved"
        period = parse_period(MONTH, counted.as_of)
        kind = next(iter(kinds_of(counted, CATALOGUE[name])))
        word = kinds_of(counted, CATALOGUE[name])[kind]
        app = open_page("trends", indicator=name, period=MONTH, kind=kind)
        (line,) = trend(counted, [CATALOGUE[name]], "bureau", period, LEADER, 36, kind).values()
        assert headline_of(app).startswith(f"舞钢市公安局化解矛盾纠纷（{word}）")
        assert f"{line[-1].value:g} 起" in headline_of(app)
        for key in ("stations", "days"):
            assert f"kind={quote(kind)}" in drawn_of(app, key)

    def test_the_headline_is_that_of_the_metrics(self, demo_store: Path) -> None:
        counted = Store(demo_store).counted()
        period = parse_period(MONTH, counted.as_of)
        indicator = CATALOGUE[SHARE]
        line = trend(counted, [indicator], "station", period, LEADER, 36)[SHARE, "S13"]
        scored = counted.schemes[-1].scored(SHARE)
        assert scored
        chart = control_chart(indicator, line, float(target_of(scored, period)))
        app = open_page("trends", indicator=SHARE, level="station", unit="S13", period=MONTH)
        assert headline_of(app) == control_headline(indicator, chart, "武功派出所")
        assert "属改善" in headline_of(app)

    def test_a_cell_of_the_small_multiples_is_a_link_to_its_station(self) -> None:
        app = open_page("trends", indicator=SHARE, period=MONTH)
        cells = drawn_of(app, "stations")
        assert cells.count('class="cell"') == 14
        assert "level=station&amp;unit=S13" in cells
        assert f"indicator={SHARE}" in cells
        days = drawn_of(app, "days")
        assert "period=2019-06" in days
        assert 'role="img"' in days

    def test_what_accumulates_is_compared_with_its_season_only(self) -> None:
        app = open_page("trends", indicator="A1-visit-coverage", period=MONTH)
        assert "不宜作控制图" in headline_of(app)
        assert "前 3 年同周为" in text_of(app)

    def test_who_may_not_mark_reads_who_may(self) -> None:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=PATIENCE)
        app.session_state["role"] = "leader"
        app.session_state["marks-open"] = True
        app.switch_page("pages/trends.py").run()
        assert not app.exception
        assert "可由政治处、数据管理操作" in text_of(app)


def opened_to_mark(role: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=PATIENCE)
    app.session_state["role"] = role
    app.session_state["marks-open"] = True
    app.switch_page("pages/trends.py")
    for key, value in {
        "indicator": SHARE,
        "level": "station",
        "unit": "S08",
        "period": MONTH,
    }.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def mark(app: AppTest, day: date, text: str, scope: str = "本单位") -> None:
    app.date_input(key="mark-day").set_value(day)
    app.selectbox(key="mark-on").set_value(scope)
    app.text_input(key="mark-text").set_value(text)
    next(b for b in app.button if b.label == "标在图上").click()
    app.run()
    assert not app.exception


def shapes_of(app: AppTest, key: str) -> list[str]:
    """The signs on a chart."""
    for chart in app.get("plotly_chart"):
        if key in chart.proto.id:
            figure = json.loads(chart.proto.spec)
            return [note["text"] for note in figure["layout"].get("annotations", [])]
    raise AssertionError(f"no chart {key}")


def test_a_mark_stands_on_all_charts_until_it_is_taken_down(writable: Path) -> None:
    app = opened_to_mark("political")
    mark(app, date(2018, 6, 4), "巡逻队扩编", "全局")
    mark(app, date(2019, 3, 4), "换装新终端")
    said = text_of(app)
    assert "① 2018年6月4日 巡逻队扩编（全局）" in said
    assert "② 2019年3月4日 换装新终端（本所）" in said
    assert shapes_of(app, "control") == ["①", "②"]
    assert shapes_of(app, "season") == ["②"]
    assert "2019-03-04 周一" in drawn_of(app, "days")
    indicator = open_page("indicator", indicator=SHARE, period=MONTH)
    assert "① 2018年6月4日 巡逻队扩编（全局）" in text_of(indicator)
    assert shapes_of(indicator, "trend") == ["①"]
    assert "换装新终端" not in text_of(indicator)
    next(b for b in app.button if b.label == "撤下").click()
    app.run()
    assert "已撤下：巡逻队扩编" in [element.value for element in app.success]
    assert shapes_of(app, "control") == ["①"]


def test_a_refused_mark_says_why_and_keeps_the_text(writable: Path) -> None:
    app = opened_to_mark("data")
    mark(app, date(2018, 6, 4), "联系 13812345678")
    assert "疑似身份证号或手机号" in app.warning[0].value
    assert app.text_input(key="mark-text").value == "联系 13812345678"
    assert shapes_of(app, "control") == []


def test_limits_are_counted_anew_from_a_mark(writable: Path) -> None:
    app = opened_to_mark("political")
    mark(app, date(2018, 1, 1), "专项行动")
    (note,) = page_cache.results(LEADER).marks()
    app.selectbox(key="base").set_value(note.id).run()
    assert not app.exception
    assert "2018年1月起均值" in text_of(app)
    assert note.id in app.query_params["base"]
