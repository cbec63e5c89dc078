"""What only a browser shows: real pages, real clicks, nothing fetched from outside."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from urllib.request import urlopen

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from data.intake.files import load_files
from data.rights import command_line
from tests.chromium import PAGES, SIZES, english, serving, watched
from tests.patience import PATIENCE
from tests.wall_driver import victim

TO_DATE = "2019-01-01..2019-08-19"
pytestmark = pytest.mark.browser


def harmless(errors: list[str]) -> list[str]:
    """Without Streamlit's own search for its base path, which asks in vain at first."""
    return [error for error in errors if "404" not in error]


def test_a_lost_server_is_told_in_chinese(demo_store: Path, browser: Browser) -> None:
    with victim(demo_store) as server, watched(browser, SIZES[0]) as seen:
        seen.open(f"{server.address}/ranking")
        server.kill()
        told = seen.page.get_by_role("dialog")
        told.wait_for()
        assert english(seen.text()) == set()
        words = told.locator("h2").evaluate("e => getComputedStyle(e, '::after').content")
        assert "与服务器的连接已中断" in words
        server.restart()
        told.wait_for(state="hidden")
        seen.settle()


def test_health_answers(address: str) -> None:
    with urlopen(f"{address}/api/health") as answer:
        said = json.load(answer)
    assert said["status"] == "ok"
    assert said["position"] > 20
    assert said["data_time"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_chromium(address: str, browser: Browser, name: str) -> None:
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/{name}")
        assert seen.outside == []
        assert harmless(seen.errors) == []
        assert "模拟数据" in seen.text()
        assert english(seen.text()) == set()
        overflow = (
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert seen.page.evaluate(overflow) <= 0


def test_the_facts_of_the_report_stand_on_the_first_page(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/?period={TO_DATE}")
        tiles = [tile.inner_text() for tile in seen.page.locator(".tile").all()]
    assert len(tiles) == 6
    for title, value in (("走访", "37,"), ("巡逻", "5,56"), ("纠纷", "118"), ("隐患", "141")):
        assert [t for t in tiles if title in t and value in t], (title, tiles)
    (clearance,) = [t for t in tiles if "盗抢骗" in t]
    for shown in ("45.6", "+13.6", "百分点", "+42.5%"):
        assert shown in clearance


def test_from_the_ranking_to_the_records_behind_a_score(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[1]) as seen:
        seen.open(f"{address}/ranking?period=2019-06")
        seen.page.locator("a.row", has_text="武功派出所").click()
        seen.page.wait_for_url("**/unit**")
        seen.settle()
        assert "unit=S13" in seen.page.url
        assert "2019-06" in seen.page.url
        assert "武功派出所2019年6月得分" in seen.text()


def test_a_link_opens_the_same_view_for_a_colleague(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[0]) as mine:
        mine.open(f"{address}/ranking")
        mine.choose("分组", "城区")
        mine.page.wait_for_url("**group=*")
        mine.settle()
        link, headline = mine.page.url, mine.page.locator(".hf-headline").inner_text()
    with watched(browser, SIZES[0]) as theirs:
        theirs.open(link)
        assert theirs.page.locator(".hf-headline").inner_text() == headline
        assert "乡镇：" not in headline


def test_the_exported_rows_are_the_rows_shown(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/ranking?group=城区")
        shown = [row.split()[0] for row in seen.page.locator(".hf-headline").all_inner_texts()]
        assert shown
        with seen.page.expect_download() as download:
            seen.button("导出 Excel").first.click()
        book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
        with seen.page.expect_download() as download:
            seen.button("导出 CSV").first.click()
        lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    rows = list(book["数据"].iter_rows(values_only=True))
    assert len(rows) == len(lines) == 8
    assert {row[2] for row in rows[1:]} == {"城区"}
    assert [str(row[1]) for row in rows] == [line.split(",")[1] for line in lines]


def test_papers_are_taken_along_and_the_batch_is_made(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/?period=2019-07")
        with seen.page.expect_download() as download:
            seen.button("周例会材料（PPT）").click()
        assert download.value.suggested_filename == "周例会材料-2019-07.pptx"
        assert zipfile.is_zipfile(download.value.path())
        seen.open(f"{address}/reports?period=2019-07&level=village&unit=V080")
        assert "尚店十八村" in seen.text()
        seen.button("生成全部村（社区）档案（压缩包）").click()
        button = seen.page.get_by_role("button", name="下载压缩包（")
        button.wait_for(timeout=5 * PATIENCE * 1000)  # 219 dossiers
        with seen.page.expect_download() as download:
            button.click()
        with zipfile.ZipFile(download.value.path()) as packed:
            assert len(packed.namelist()) == 219
        assert seen.outside == []


def test_a_cell_and_a_station_narrow_the_comparison(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[1]) as seen:
        seen.open(f"{address}/comparison?period={TO_DATE}")
        headline = seen.page.locator(".hf-headline")
        assert "高 13.6 个百分点（相对增幅 +42.5%）" in headline.inner_text()
        seen.page.locator("tbody tr.first", has_text="走访群众").locator("td a").last.click()
        expect(headline).to_contain_text("走访群众 37,")
        assert "indicator=visits" in seen.page.url
        seen.settle()
        table = seen.page.locator("[data-testid=stDataFrame]").last
        table.scroll_into_view_if_needed()
        table.click(position={"x": 20, "y": 60})
        expect(headline).to_contain_text("派出所")
        assert "unit=S" in seen.page.url


def test_an_empty_store_says_what_to_load(tmp_path: Path, browser: Browser) -> None:
    with serving(tmp_path / "empty") as address, watched(browser, SIZES[0]) as seen:
        seen.page.goto(address)
        seen.page.locator(".hf-headline", has_text="还没有数据").wait_for()
        seen.button("下载模板").last.wait_for()  # the list below is drawn
        text = seen.text()
        assert text.index("派出所") < text.index("走访")
        with seen.page.expect_download() as download:
            seen.button("下载模板").first.click()
        assert download.value.suggested_filename.endswith(".xlsx")


def test_an_open_page_shows_what_comes_in(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    """Without a reload, and without losing the period, the scroll or the typed text."""
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    file = tmp_path / "merit.csv"
    file.write_text(
        "id,village,kind,persons,happened_on\nNEW,V001,抓获嫌疑人,3,2019-08-19\n", "utf-8"
    )
    with serving(store) as address, watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/indicator?indicator=suspects-caught&period={TO_DATE}")
        headline = seen.page.locator(".hf-headline")
        assert "10 人" in headline.inner_text()
        seen.page.evaluate("() => { window.mark = 'same page'; }")
        (report,) = load_files(store, [file], command_line())
        assert report.added == 1
        expect(headline).to_contain_text("13 人")
        assert seen.page.evaluate("() => window.mark") == "same page"
        assert "indicator=suspects-caught" in seen.page.url


def test_a_click_on_a_band_and_on_a_station_narrows_the_page(
    address: str, browser: Browser
) -> None:
    """And the map keeps both, so that the series is seen from the hours to the village."""
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/hours?period=2019-06-01..2019-07-31&what=theft")
        seen.page.locator('a[href*="slot=5-20"]').first.click()
        # The list of stations is drawn anew: its links carry the band then.
        seen.page.locator('a[href*="slot=5-20"][href*="station=S02"]').first.click()
        seen.page.wait_for_url("**station=S02**")
        expect(seen.page.locator(".hf-headline")).to_contain_text("寺坡派出所")
        expect(seen.page.locator(".hf-headline")).to_contain_text("周五 20–24 时盗窃发案占")
        assert "slot=5-20" in seen.page.url
        seen.open(f"{seen.page.url.replace('/hours', '/village_map')}&layer=hot:theft")
        seen.page.locator('a[href*="unit=V009"]').first.click()
        seen.page.wait_for_url("**/unit**")
        seen.settle()
        assert "寺坡一社区" in seen.page.locator(".hf-headline").inner_text()
        assert seen.outside == []


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("period", ["2019-08", TO_DATE, "2019-W33", "2019-Q2", "2016-01"])
def test_every_page_size_and_scheme(
    address: str, browser: Browser, name: str, size: tuple[int, int], scheme: str, period: str
) -> None:
    with watched(browser, size, scheme) as seen:
        seen.open(f"{address}/{name}?period={period}")
        assert seen.outside == []
        assert harmless(seen.errors) == []
        assert english(seen.text()) == set()
