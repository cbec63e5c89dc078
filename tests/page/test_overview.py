"""总览: what a chief sees is what the metrics say."""

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest

from data.rights import Actor
from metrics.analysis.compare import Comparison, compare_all
from metrics.analysis.compare_spans import CHOSEN
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.figures.measure import measure
from metrics.scoring.rank import Assessment, assess, by_group
from metrics.scoring.score_trend import score_figure
from metrics.wording.headlines import overview_headline
from metrics.wording.tile_content import TILE_INDICATORS, change_of
from pages.documents.colours import DARK, LIGHT
from pages.documents.rank_sheet import TOTAL, heat_sheet
from pages.documents.sheet import csv_bytes
from pages.parts.overview.heat_table import MARK, heat_markup
from pages.parts.overview.tiles import sparkline
from tests.page_driver import drawn_of, english_in, fresh_caches, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
MONTH = "2019-07"


def stations(counted: Counted, period: str = MONTH) -> list[Assessment]:
    return assess(counted, "station", parse_period(period, counted.as_of), LEADER)


def compared(counted: Counted, name: str, period: Period) -> list[Comparison]:
    asked = [counted.catalogue[name]]
    return compare_all(counted, asked, "bureau", {CHOSEN: period}, LEADER)


def cells(markup: str) -> list[list[str]]:
    """The texts of a table's rows."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", markup, flags=re.DOTALL)
    texts = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", text)) for text in row] for row in texts]


def test_the_headline_is_the_computed_sentence(counted: Counted) -> None:
    period = parse_period(MONTH, counted.as_of)
    said = overview_headline(
        period,
        score_figure(counted, period, LEADER),
        measure(counted, "A1-visit-coverage", "bureau", period, LEADER)[0],
        compared(counted, "A1-visit-coverage", period),
        counted.catalogue,
        stations(counted),
    )
    assert headline_of(open_page("overview", period=MONTH)) == said


@pytest.mark.parametrize("period", [MONTH, "2019-08", "2019-Q2"])
def test_every_tile_shows_the_measured_figure(counted: Counted, period: str) -> None:
    drawn = drawn_of(open_page("overview", period=period), "tiles")
    tiles = re.findall(r'<a class="tile".*?</a>', drawn, flags=re.DOTALL)
    values = [
        unescape(re.sub(r"<[^>]+>", "", v)).split()[0]
        for tile in tiles
        for v in re.findall(r'class="value">(.*?)</span>', tile)
    ]
    span = parse_period(period, counted.as_of)
    expected = [words.points(score_figure(counted, span, LEADER).score)]
    for name in TILE_INDICATORS:
        figure = measure(counted, name, "bureau", span, LEADER)[0]
        shown = words.value_of(counted.catalogue[name], figure.exact)
        expected.append(shown.removesuffix("%"))
        for c in compared(counted, name, span):
            change = change_of(c)
            assert change.amount in tiles[len(expected) - 1]
            assert change.words in tiles[len(expected) - 1]
    assert values == expected


def test_the_heat_table_shows_every_station_and_scored_indicator(counted: Counted) -> None:
    rows = cells(drawn_of(open_page("overview", period=MONTH), "heat"))
    lines = {line.name: line for line in stations(counted)}
    shown = {row[0]: row for row in rows if row[0] in lines}
    assert shown.keys() == lines.keys()
    assert rows[1][0] == TOTAL
    for name, line in lines.items():
        assert shown[name][1] == words.points(line.score)
        assert shown[name][2] == words.plain(line.applicable_points, 1)
        for text, c in zip(shown[name][3:], line.contributions, strict=True):
            plain = text.removeprefix(MARK)
            assert plain == ("—" if c.points is None else words.percent(c.value).removesuffix("%"))
            assert text.startswith(MARK) == (c.points == 0)


def test_the_export_has_the_rows_and_numbers_of_the_screen(counted: Counted) -> None:
    groups = by_group(stations(counted))
    period = parse_period(MONTH, counted.as_of)
    bureau = score_figure(counted, period, LEADER).line
    sheet = heat_sheet(bureau, groups, {}, [("期间", "2019年7月")], "各所各项指标")
    written = list(csv.reader(io.StringIO(csv_bytes(sheet).decode("utf-8-sig"))))
    markup = heat_markup(LIGHT, period, bureau, groups, counted.catalogue)
    shown = [row for row in cells(markup)[1:] if len(row) > 1]
    assert [row[0] for row in written[1:]] == [row[0] for row in shown]
    for kept, seen in zip(written[1:], shown, strict=True):
        numbers = [text.removeprefix(MARK) for text in seen[1:]]
        assert [f"{float(n):.1f}" if n else "—" for n in kept[3:-1]] == numbers[1:]
        assert f"{float(kept[2]):.2f}" == numbers[0]


def test_the_table_takes_the_colours_of_the_theme(counted: Counted) -> None:
    period = parse_period(MONTH, counted.as_of)
    bureau = score_figure(counted, period, LEADER).line
    groups = by_group(stations(counted))
    for colours in (LIGHT, DARK):
        drawn = heat_markup(colours, period, bureau, groups, counted.catalogue)
        assert f"background:{colours.steps[-1]}" in drawn


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
def test_every_role_reads_it_without_english(role: str) -> None:
    app = open_page("overview", role=role, period="2019-08")
    assert english_in(text_of(app)) == set()
    assert "模拟数据" in text_of(app)
    assert "数据截至8月19日" in text_of(app)


@pytest.mark.parametrize(
    "period", ["2019-W33", "2019", "2016-01", "2019-01-01..2019-08-19", "2019-H1"]
)
def test_every_kind_of_period_is_shown(period: str) -> None:
    text = text_of(open_page("overview", period=period))
    assert "需关注" in text
    assert "None" not in text
    assert "nan" not in text


def test_links_lead_to_the_places_that_are_named(counted: Counted) -> None:
    app = open_page("overview", period=MONTH)
    drawn = drawn_of(app, "tiles") + drawn_of(app, "heat") + drawn_of(app, "attention")
    targets = {unescape(found) for found in re.findall(r'href="([^"]*)"', drawn)}
    assert f"unit?level=station&unit=S01&period={MONTH}" in targets
    assert f"indicator?indicator=visits&period={MONTH}" in targets
    assert f"ranking?period={MONTH}" in targets
    known = {line.unit for line in stations(counted)}
    assert {unit for t in targets for unit in re.findall(r"&unit=([^&]+)", t)} <= known


@pytest.mark.parametrize("period", ["2020-01", "abc", "2019-13"])
def test_a_period_that_cannot_be_shown_is_one_sentence(period: str) -> None:
    app = open_page("overview", period=period)
    assert len(app.error) == 1
    assert app.error[0].value.startswith("期间")


def test_an_empty_store_says_what_to_load(tmp_path: Path, demo_store: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, fresh_caches():
        patch.setenv("HONGFENG_STORE", str(tmp_path))
        assert headline_of(open_page("overview")) == "还没有数据"


def test_a_sparkline_needs_two_months() -> None:
    assert "polyline" not in sparkline([])
