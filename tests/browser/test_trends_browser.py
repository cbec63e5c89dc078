"""趋势 and 同比环比 in a browser: a click in a picture narrows the page; a mark appears at once."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import SIZES, serving, watched

pytestmark = pytest.mark.browser
QUERY = "indicator=A4-valid-visits&period=2019-07"


def test_a_cell_and_a_day_narrow_the_other_pictures(address: str, browser: Browser) -> None:
    with watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/trends?{QUERY}")
        seen.page.locator("a.cell", has_text="武功派出所").click()
        seen.page.wait_for_url("**unit=S13**")
        seen.settle()
        assert "level=station" in seen.page.url
        seen.page.locator(".hf-headline", has_text="武功派出所走访有效率").wait_for()
        seen.settle()
        assert "武功派出所近52周与前三年同周比较" in seen.text()
        seen.page.locator("rect", has_text="2019-05-08").click()
        seen.page.wait_for_url("**period=2019-05**")
        seen.page.locator(".hf-headline", has_text="2019年5月").wait_for()
        assert "unit=S13" in seen.page.url
        assert seen.outside == []


def test_who_may_marks_a_day_and_sees_it_on_the_chart(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    shutil.copytree(demo_store, tmp_path / "store")
    with serving(tmp_path / "store") as address, watched(browser, SIZES[1]) as seen:
        seen.open(f"{address}/trends?{QUERY}&level=station&unit=S13")
        seen.act_as("政治处-01")
        seen.fold("在图上作标注").click()
        seen.settle()
        seen.fill("标注（不超过 40 字）", "巡逻队扩编")
        seen.button("标在图上").click()
        seen.told("已标在图上：巡逻队扩编").wait_for()
        seen.page.get_by_text("① 2019年7月31日 巡逻队扩编（本所）").first.wait_for()


def test_a_dot_of_the_changes_is_looked_at_like_a_cell_of_the_table(
    address: str, browser: Browser
) -> None:
    with watched(browser, SIZES[1]) as seen:
        seen.open(f"{address}/comparison?period=2019-07")
        dot = seen.page.locator(".stPlotlyChart .scatterlayer .point").nth(2)
        dot.scroll_into_view_if_needed()
        box = dot.bounding_box()
        assert box
        seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seen.page.wait_for_url("**indicator=visits**")
        seen.page.locator(".hf-headline", has_text="2019年7月走访群众").wait_for()
        seen.settle()
        assert seen.page.get_by_role("combobox", name="细看指标").input_value() == "走访群众"
