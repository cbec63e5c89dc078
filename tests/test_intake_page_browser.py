"""数据接入 in Chromium: a real upload, pressed twice, seen on another page; nothing in English."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from data.journal import Journal
from tests.browser import SIZES, chromium, english, serving, watched

FILE = (
    "记录编号,村（社区）编码,类别,人数,日期\n"
    "NEW,V001,抓获嫌疑人,3,2019-08-19\nBAD,V999,抓获嫌疑人,3,2019-08-19\n"
)
pytestmark = pytest.mark.browser


def test_from_the_upload_to_the_figure(demo_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    with serving(store) as address, chromium() as browser, watched(browser, SIZES[0]) as seen:
        page = seen.open(f"{address}/intake").page
        page.get_by_role("combobox", name="演示身份").click()
        page.get_by_role("option", name="数据管理").click()
        file = {"name": "战果.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
        page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
        page.get_by_text("可导入 1 行（新增 1，更正 0，未变 0），将拒收 1 行").wait_for()
        seen.settle()
        # “5 options available.” is what Streamlit tells a screen reader about an opened choice.
        assert english(seen.text()) <= {*"Parquet csv hongfeng toml options available".split()}
        before = Journal(store).position()
        page.get_by_role("button", name="确认导入").dblclick()
        page.get_by_text("新增 1，更正 0，未变 0，拒收 1；拒收的行见上方“拒收”").wait_for()
        expect(page.locator(".hf-headline")).to_contain_text("待处理拒收 1 行", timeout=10_000)
        assert Journal(store).position() == before + 2  # the record, and the reject: once
        page.goto(f"{address}/indicator?indicator=suspects-caught&period=2019-01-01..2019-08-19")
        expect(page.locator(".hf-headline")).to_contain_text("13 人", timeout=15_000)
        assert seen.outside == []
