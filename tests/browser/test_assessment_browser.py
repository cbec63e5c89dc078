"""A whole period in real Chromium, by three persons, to an assessment that verifies."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from cli import main
from metrics.cells.store import Store
from tests.assessing import PERIOD, confirm_waiting, load
from tests.chromium import SIZES, Watched, serving, watched
from tests.unit.test_assessment import LATE_TASK

pytestmark = pytest.mark.browser


class Screen:
    """What a person does on the two pages."""

    def __init__(self, seen: Watched, address: str) -> None:
        self.seen, self.page, self.address = seen, seen.page, address

    def open(self, page: str, person: str, day: str) -> None:
        self.seen.open(f"{self.address}/{page}?period={PERIOD}")
        self.seen.act_as(person)
        for part, text in zip(
            self.page.get_by_role("spinbutton").all(), day.split("-"), strict=True
        ):
            part.click()
            self.page.keyboard.type(text)
        self.page.keyboard.press("Escape")
        self.seen.settle()

    def expect(self, text: str) -> None:
        expect(self.page.locator(".hf-headline")).to_contain_text(text)
        self.seen.settle()


def test_three_persons_bring_a_period_to_its_end(
    recent_store: Path, tmp_path: Path, browser: Browser
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(recent_store, folder)
    store = Store(folder)
    store.counted()
    villages = store.copy.cursor().execute("SELECT DISTINCT code FROM record.village ORDER BY 1")
    row = next(
        found
        for (village,) in villages.fetchall()
        if store.copy.one(
            "SELECT 1 FROM record.village WHERE code = ? AND station = 'S02'", village
        )
        and (found := store.copy.one(LATE_TASK, village))
    )
    id, village, station, dispatched, urgent, signed, due = row
    with serving(folder) as address, watched(browser, SIZES[0]) as seen:
        screen = Screen(seen, address)
        screen.open("assessment", "政治处-01", "2019-08-19")
        seen.press("截止数据")
        screen.expect("下一步“一键考核”，由您办理")
        seen.press("一键考核")
        screen.expect("下一步“通过初核”")
        seen.fill("初核意见", "已核对各项")
        seen.press("通过初核")
        screen.expect("下一步“公示”")
        seen.press("公示")
        screen.expect("公示期至8月22日")
        head = "id,village,station,dispatched_at,is_urgent,signed_at,due_on,done_on\n"
        line = f"{id},{village},{station or ''},{dispatched},{urgent},{signed or ''},{due},{due}\n"
        load(store, tmp_path, "task", head + line)
        confirm_waiting(store)
        screen.open("assessment", "政治处-01", "2019-08-23")
        seen.press("转入申诉复核")
        screen.expect("申诉期至8月27日")
        screen.open("ledger", "寺坡所-01", "2019-08-26")
        seen.fold("提出申诉").click()
        seen.settle()
        seen.choose("指标", "按期办结率")
        seen.fill("理由", "任务已按期办结，系统漏录")
        seen.choose("更正的记录", "任务")
        seen.fill("记录编号", str(id))
        seen.press("提出申诉")
        screen.expect("申诉 1 件、待复核 1 件")
        screen.open("ledger", "政治处-02", "2019-08-27")
        expect(seen.page.locator(".hf-reading", has_text="若成立：")).to_be_visible()
        seen.fill("复核意见", "核对属实")
        seen.press("成立")
        screen.expect("申诉 1 件、待复核 0 件")
        screen.open("assessment", "局领导-01", "2019-08-28")
        seen.page.get_by_test_id("stCheckbox").filter(has_text="确认定稿").click()
        seen.settle()
        seen.press("定稿")
        screen.expect("考核：定稿")
        seen.press("核验定稿")
        expect(seen.told("：一致").first).to_be_visible()
        screen.open("assessment", "政治处-01", "2019-08-28")
        seen.press("通报")
        screen.expect("全部办结")
        assert seen.outside == []
    assert main(["verify", "--store", str(folder)]) == 0
