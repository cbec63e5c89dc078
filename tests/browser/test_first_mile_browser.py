"""Every file of the cases by the page, in a real browser: looked over, confirmed, told."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import SIZES, serving, watched
from tests.conftest import shared

pytestmark = pytest.mark.browser

# File, mapping file, and what the page says before and after: the outcomes of the cases' README.
LOADED = (
    ("dispute-ledger.xlsx", "", "新增 4，", "拒收 1"),
    ("hazard-own-heads-gb18030.csv", "", "新增 2，", "拒收 1"),
    ("hazard-title.xlsx", "", "新增 1，", "拒收 0"),
    ("hazard-indented.xlsx", "", "新增 1，", "拒收 0"),
    ("hazard-two-sheets.xlsx", "", "新增 3，", "拒收 0"),
    ("hazard-names.xlsx", "", "新增 1，", "拒收 0"),
    ("task-words-and-names.xlsx", "", "新增 4，", "拒收 0"),
    ("patrol_team-with-total.xlsx", "", "新增 2，", "拒收 0"),
    ("case-old.xls", "", "新增 3，", "拒收 0"),
    ("hazard-18digit.csv", "", "新增 1，", "拒收 0"),
    ("case-dup.csv", "", "新增 1，", "重复 1，拒收 0"),
    ("case-cumulative-1.csv", "cumulative.toml", "新增 2，", "拒收 0"),
    ("case-cumulative-2.csv", "cumulative.toml", "新增 1，", "未变 2"),
)


def test_each_case_goes_in_by_the_page(demo_store: Path, tmp_path: Path, browser: Browser) -> None:
    shared("cases/intake")
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    with serving(store) as address, watched(browser, SIZES[0]) as seen:
        page = seen.open(f"{address}/intake").page
        seen.act_as("数据-01")
        for name, mapping, added, rejected in LOADED:
            page.locator("input[type=file]").first.set_input_files(shared(f"cases/intake/{name}"))
            if mapping:
                file = shared(f"cases/intake/{mapping}")
                page.locator("input[type=file]").nth(1).set_input_files(file)
            seen.told("尚未写入").wait_for()
            seen.settle()
            told = page.get_by_test_id("stAlert").last
            expect(told).to_contain_text(name)
            expect(told).to_contain_text(added)
            if not mapping:
                expect(page.get_by_text("列的对应", exact=True)).to_be_visible()
            seen.button("确认导入").click()
            done = page.get_by_test_id("stAlert").filter(has_text=re.compile(rf"{name} → .*读入"))
            expect(done.filter(has_text=rejected)).to_be_visible(timeout=60_000)
            expect(done.filter(has_text=added)).to_be_visible()
            seen.settle()
        assert seen.outside == []
