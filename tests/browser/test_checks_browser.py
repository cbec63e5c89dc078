"""数据核查 in Chromium: a drawn record beside its form, an act told beside its button."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.chromium import SIZES, Watched, english, serving, watched

# “5 options available.” is what Streamlit tells a screen reader about an opened choice.
TOLD_TO_READERS = {"options", "available"}
pytestmark = pytest.mark.browser


def box_of(place: Locator) -> dict[str, float]:
    box = place.bounding_box()
    assert box is not None
    return {**box}


@contextmanager
def checking(browser: Browser, city: Path, folder: Path, view: str) -> Iterator[Watched]:
    """A city of its own, opened by 政治处-01."""
    store = Path(shutil.copytree(city, folder / "store"))
    with serving(store) as address, watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/{view}")
        seen.act_as("政治处-01")
        yield seen


def test_a_checker_sees_the_record_beside_the_form_and_what_became_of_it(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    with checking(browser, demo_store, tmp_path, "checks?period=2019-07&part=spot") as seen:
        page = seen.page
        seen.button("抽取样本").click()
        expect(seen.told("已抽取 ").first).to_be_visible()
        seen.settle()
        table = page.get_by_test_id("stDataFrame").first
        at = box_of(table)
        page.mouse.click(at["x"] + 20, at["y"] + 50)
        card = page.locator("dl.hf-card")
        expect(card).to_contain_text("民（辅）警工号")
        seen.settle()
        sampled = page.get_by_role("spinbutton", name="抽查项数")
        form = box_of(sampled)
        assert form["y"] + form["height"] < SIZES[0][1]  # seen without scrolling
        assert box_of(card)["x"] + box_of(card)["width"] <= form["x"]
        assert english(seen.text()) <= TOLD_TO_READERS
        below = page.get_by_role("heading", name="覆盖情况")
        before = box_of(below)["y"]
        sampled.fill("6")
        page.get_by_role("spinbutton", name="准确项数").fill("5")
        page.keyboard.press("Tab")
        button = seen.button("录入")
        button.click()
        told = seen.told("已录入：6 项中 5 项准确")
        expect(told).to_be_visible()
        seen.settle()
        pressed = box_of(button)
        assert 0 < box_of(told)["y"] - pressed["y"] - pressed["height"] < 60
        assert abs(box_of(told)["x"] - pressed["x"]) < 60
        assert box_of(below)["y"] == before  # what stands below keeps its place
        assert card.is_visible()  # the row stays selected
        expect(page.locator(".hf-headline")).to_contain_text("已录入 1 条")
        assert seen.outside == []


def test_two_persons_confirm_and_read_it_beside_the_button(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    with checking(browser, demo_store, tmp_path, "checks?period=2019-07") as seen:
        page = seen.page
        page.get_by_role("link", name="走访时间重叠").click()
        reason = page.get_by_role("textbox", name="理由")
        reason.wait_for()
        seen.settle()
        page.get_by_role("radiogroup").get_by_text("属实", exact=True).click()
        reason.fill("调取工作日志，均未走访")
        seen.button("记下结论").click()
        expect(seen.told("已提出属实，待他人复核")).to_be_visible()
        seen.act_as("政治处-02")
        expect(seen.told("已提出属实，待他人复核")).to_have_count(0)
        button = seen.button("退回")
        button.click()
        told = seen.told("请填写复核意见")
        expect(told).to_be_visible()
        assert 0 < box_of(told)["y"] - box_of(button)["y"] < 140
        seen.button("确认属实").click()
        expect(seen.told("已确认属实，8 条记录已作废")).to_be_visible()
        expect(page.locator(".hf-headline")).to_contain_text("已核查 1 条（属实 1 条）")
        assert english(seen.text()) <= TOLD_TO_READERS
        assert seen.outside == []
