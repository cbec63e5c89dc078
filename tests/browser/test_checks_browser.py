"""数据核查 in Chromium: a drawn record beside its form, an act told beside its button."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.chromium import SIZES, Watched, chromium, english, serving, watched

# “5 options available.” is what Streamlit tells a screen reader about an opened choice.
TOLD_TO_READERS = {"options", "available"}
pytestmark = pytest.mark.browser


def choose(seen: Watched, label: str, option: str) -> None:
    seen.page.get_by_role("combobox", name=label).first.click()
    seen.page.get_by_role("option", name=option, exact=True).click()
    seen.settle()


def box_of(place: Locator) -> dict[str, float]:
    box = place.bounding_box()
    assert box is not None
    return {**box}


@contextmanager
def checking(city: Path, folder: Path, view: str) -> Iterator[Watched]:
    """A city of its own, opened by 政治处-01."""
    store = Path(shutil.copytree(city, folder / "store"))
    with serving(store) as address, chromium() as browser, watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/{view}")
        choose(seen, "演示身份", "政治处-01")
        yield seen


def test_a_checker_sees_the_record_beside_the_form_and_what_became_of_it(
    demo_store: Path, tmp_path: Path
) -> None:
    with checking(demo_store, tmp_path, "checks?period=2019-07&part=spot") as seen:
        page = seen.page
        page.get_by_role("button", name="抽取样本").click()
        expect(page.get_by_text("已抽取 ")).to_be_visible(timeout=30_000)
        seen.settle()
        table = page.get_by_test_id("stDataFrame").first
        at = box_of(table)
        page.mouse.click(at["x"] + 20, at["y"] + 50)
        card = page.locator("dl.hf-card")
        expect(card).to_contain_text("民（辅）警工号", timeout=15_000)
        seen.settle()
        sampled = page.get_by_role("spinbutton", name="抽查项数")
        form = box_of(sampled)
        assert form["y"] + form["height"] < SIZES[0][1]  # seen without scrolling
        assert box_of(card)["x"] + box_of(card)["width"] <= form["x"]
        assert english(seen.text()) <= TOLD_TO_READERS
        below = page.get_by_text("覆盖情况")
        before = box_of(below)["y"]
        sampled.fill("6")
        page.get_by_role("spinbutton", name="准确项数").fill("5")
        page.keyboard.press("Tab")
        button = page.get_by_role("button", name="录入")
        button.click()
        told = page.get_by_text("已录入：6 项中 5 项准确")
        expect(told).to_be_visible(timeout=15_000)
        seen.settle()
        pressed = box_of(button)
        assert 0 < box_of(told)["y"] - pressed["y"] - pressed["height"] < 60
        assert abs(box_of(told)["x"] - pressed["x"]) < 60
        assert box_of(below)["y"] == before  # what stands below keeps its place
        assert card.is_visible()  # the row stays selected
        expect(page.locator(".hf-headline")).to_contain_text("已录入 1 条")
        assert seen.outside == []


def test_two_persons_confirm_and_read_it_beside_the_button(
    demo_store: Path, tmp_path: Path
) -> None:
    with checking(demo_store, tmp_path, "checks?period=2019-07") as seen:
        page = seen.page
        page.get_by_role("link", name="走访时间重叠").click()
        reason = page.get_by_role("textbox", name="理由")
        reason.wait_for()
        seen.settle()
        page.get_by_text("属实", exact=True).first.click()
        reason.fill("调取工作日志，均未走访")
        page.get_by_role("button", name="记下结论").click()
        expect(page.get_by_text("已提出属实，待他人复核")).to_be_visible(timeout=15_000)
        choose(seen, "演示身份", "政治处-02")
        expect(page.get_by_text("已提出属实，待他人复核")).to_have_count(0)
        button = page.get_by_role("button", name="退回")
        button.click()
        told = page.get_by_text("请填写复核意见")
        expect(told).to_be_visible(timeout=15_000)
        assert 0 < box_of(told)["y"] - box_of(button)["y"] < 140
        page.get_by_role("button", name="确认属实").click()
        expect(page.get_by_text("已确认属实，8 条记录已作废")).to_be_visible(timeout=30_000)
        expect(page.locator(".hf-headline")).to_contain_text("已核查 1 条（属实 1 条）")
        assert english(seen.text()) <= TOLD_TO_READERS
        assert seen.outside == []
