"""A trial becomes a scheme in real Chromium: each answer is in sight, the next key beside it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.chromium import SIZES, Watched, chromium, serving, watched

pytestmark = pytest.mark.browser


def act_as(seen: Watched, person: str) -> None:
    seen.page.evaluate("() => document.querySelector('.stMain').scrollTo(0, 0)")
    seen.settle()
    seen.page.get_by_role("combobox", name="演示身份").click()
    seen.page.get_by_role("option", name=person, exact=True).click()
    seen.settle()


def press(seen: Watched, label: str, answer: str = "") -> None:
    seen.page.get_by_role("button", name=label).first.click()
    if answer:
        expect(seen.page.get_by_text(answer)).to_be_in_viewport(timeout=60_000)
    seen.settle()


def test_a_trial_becomes_a_scheme(recent_store: Path, tmp_path: Path) -> None:
    shutil.copytree(recent_store, tmp_path / "store")
    with (
        serving(tmp_path / "store") as address,
        chromium() as browser,
        watched(browser, SIZES[0]) as seen,
    ):
        seen.open(f"{address}/scheme?period=2019-07&level=station")
        act_as(seen, "政治处-01")
        seen.page.get_by_role("slider").first.focus()
        for _ in range(10):
            seen.page.keyboard.press("ArrowRight")
        seen.settle()
        press(seen, "按此试算起草")
        expect(seen.page.get_by_text("起草方案")).to_be_in_viewport(timeout=20_000)
        seen.page.get_by_role("textbox", name="草案名称").fill("九月方案")
        seen.page.keyboard.press("Tab")
        seen.settle()
        press(seen, "保存草案", "草案“九月方案”已保存")
        press(seen, "提请批准", "草案“九月方案”已提请批准")
        act_as(seen, "政治处-02")
        press(seen, "退回", "退回应写明理由")
        press(seen, "批准发布", "草案“九月方案”已批准，自 2019-09-01 起施行")
        assert seen.outside == []
