"""A trial becomes a scheme in real Chromium: each answer is in sight, the next key beside it."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, TimeoutError, expect

from tests.chromium import SIZES, Watched, serving, watched

pytestmark = pytest.mark.browser


def press(seen: Watched, label: str, answer: str, person: str = "政治处-01") -> None:
    """Who sees no key opens the page anew; who sees no answer presses once more.

    Seen each once, on a busy machine: a key that is drawn anew under the pointer does not take the
    press; the keys of a proposal were not there.
    """
    try:
        seen.button(label).click(timeout=60_000)
    except TimeoutError:
        seen.page.reload()
        seen.settle()
        seen.act_as(person)
        seen.button(label).click()
    with suppress(AssertionError):
        expect(seen.told(answer)).to_be_visible(timeout=30_000)
    if not seen.told(answer).is_visible():
        seen.button(label).click()
    expect(seen.told(answer)).to_be_in_viewport()
    seen.settle()


def test_a_trial_becomes_a_scheme(recent_store: Path, tmp_path: Path, browser: Browser) -> None:
    shutil.copytree(recent_store, tmp_path / "store")
    with serving(tmp_path / "store") as address, watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/scheme?period=2019-07&level=station")
        seen.act_as("政治处-01")
        seen.page.get_by_role("slider").first.focus()
        for _ in range(10):
            seen.page.keyboard.press("ArrowRight")
        seen.settle()
        seen.press("按此试算起草")
        expect(seen.fold("起草方案")).to_be_in_viewport()
        seen.fill("草案名称", "九月方案")
        press(seen, "保存草案", "草案“九月方案”已保存")
        press(seen, "提请批准（按已保存的草案）", "草案“九月方案”已提请批准")
        seen.act_as("政治处-02")
        press(seen, "退回", "退回应写明理由", "政治处-02")
        press(seen, "批准发布", "草案“九月方案”已批准，自 2019-09-01 起施行", "政治处-02")
        assert seen.outside == []
