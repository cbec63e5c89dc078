"""The wall in real Chromium: what is read on it, its keys, its alarm, and a meeting."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from data.decisions.meeting import (
    MOST_NOTICE,
    MOST_REMARK,
    MOST_TITLE,
    MOST_WORDS,
    Wanted,
    decide,
    post,
    report,
    resolutions,
)
from data.journal.copy import Copy
from data.journal.journal import SHANGHAI, Journal
from data.journal.log import entries
from data.rights import Actor
from data.schema import LOG
from tests.chromium import english, watched
from tests.patience import PATIENCE
from tests.wall_driver import (
    ALARM,
    SHOWN,
    Victim,
    alarm_of,
    line_to,
    measured,
    open_wall,
    seconds_until_alarm,
    seconds_until_back,
    victim,
)

pytestmark = pytest.mark.browser
POLITICAL = Actor("政治处-01", "political")
AT, DAY = datetime(2019, 8, 19, 9, 30), date(2019, 8, 19)
SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}
SMALLEST = {"1080p": 24, "4K": 48}
ALARM_WITHIN, BACK_WITHIN = 30, 15  # seconds


@pytest.fixture(scope="module")
def store(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city with decisions and a notice that are as long as they may be."""
    place = tmp_path_factory.mktemp("wall") / "store"
    shutil.copytree(demo_store, place)
    journal = Journal(place)
    for number in range(5):
        wanted = Wanted("办" * MOST_WORDS, "寺坡派出所", DAY + timedelta(number), "glance")
        decide(journal, POLITICAL, AT - timedelta(3), wanted, ["寺坡派出所"])
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    first = resolutions(entries(copy))[0]
    report(journal, POLITICAL, AT, first.id, "open", "说" * MOST_REMARK)
    post(journal, POLITICAL, AT, "题" * MOST_TITLE, "字" * MOST_NOTICE, DAY + timedelta(9))
    return place


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Victim]:
    with victim(store) as found:
        yield found


# -- what is read on it -----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_view_is_legible_from_eight_metres(
    server: Victim, browser: Browser, size: str, scheme: str
) -> None:
    with watched(browser, SIZES[size], scheme) as seen:
        open_wall(seen.page, server.address)
        seen.page.keyboard.press("Space")
        titles = []
        for _ in range(seen.page.locator(".board").count()):
            _is_changed(seen.page)
            titles.append(seen.page.locator(SHOWN).inner_text())
            _check(measured(seen.page), size)
            _is_fixed(seen.page)
            seen.page.keyboard.press("ArrowRight")
        assert len(set(titles)) == len(titles) == 11
        assert seen.outside == []
        assert [error for error in seen.errors if "404" not in error] == []


def _is_changed(page: Page) -> None:
    """The board that is on is wholly on, and every other is gone."""
    expect(page.locator(".board.on")).to_have_css("opacity", "1")
    expect(page.locator(".board:not(.on)").locator("visible=true")).to_have_count(0)


def _check(found: list[dict[str, Any]], size: str) -> None:
    width, height = SIZES[size]
    assert len(found) > 5
    assert english("".join(str(each["words"]) for each in found)) == set()
    for each in found:
        assert each["size"] >= SMALLEST[size], each
        assert each["contrast"] >= 4.5, each
        assert not each["isCut"], each
        assert each["left"] >= 0, each
        assert each["top"] >= 0, each
        assert each["right"] <= width, each
        assert each["bottom"] <= height, each
    sentence, value = (
        max((e["size"] for e in found if has(e)), default=0)
        for has in (lambda e: True, lambda e: not str(e["words"])[0].isdigit())
    )
    assert sentence >= value


def _is_fixed(page: Page) -> None:
    """Nothing scrolls, and nothing of a board lies under what stands below it."""
    assert page.evaluate("() => document.scrollingElement.scrollHeight <= innerHeight")
    stage, board = (page.locator(n).first.bounding_box() for n in (".stage", ".board.on .body"))
    assert stage is not None
    assert board is not None
    assert board["y"] + board["height"] <= stage["y"] + stage["height"] + 1


def test_the_clock_decides_and_all_screens_agree(server: Victim, browser: Browser) -> None:
    script = (Path(__file__).parents[2] / "pages" / "parts" / "wall" / "wall.js").read_text("utf-8")
    with watched(browser, SIZES["1080p"]) as one, watched(browser, SIZES["1080p"]) as two:
        ask = """async (script) => {
          const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
          const wall = await import(url);
          const four = Date.parse('2019-08-19T04:00:00+08:00');
          return {
            turns: [0, 19999, 20000, 59999, 60000].map((ms) => wall.turn(ms, 20, 3)),
            nights: wall.dayOf(four, '04:00') - wall.dayOf(four - 1, '04:00'),
            same: wall.dayOf(four + 86399999, '04:00') - wall.dayOf(four, '04:00'),
            words: [5, 65, 3600 * 27].map(wall.lasting),
            shift: Math.max(...[...Array(600).keys()].flatMap((m) => wall.shiftAt(m * 60000))),
          };
        }"""
        said = one.page.evaluate(ask, script)
        assert said["turns"] == [0, 0, 1, 2, 0]
        assert (said["nights"], said["same"]) == (1, 0)
        assert said["words"] == ["5 秒", "1 分钟", "27 小时"]
        assert 0.3 < said["shift"] <= 0.35
        # One of the two runs on a machine whose clock is wrong by hours.
        two.page.add_init_script("const real = Date.now; Date.now = () => real() + 12345678;")
        for seen in (one, two):
            open_wall(seen.page, server.address)
        # By its own clock the second would always be one or two boards away from the first. Read
        # one after the other, the two may stand on both sides of a change: then once more.
        titles = ["", "?"]
        until = time.monotonic() + PATIENCE
        while titles[0] != titles[1]:
            assert time.monotonic() < until, titles
            titles = [seen.page.locator(SHOWN).inner_text() for seen in (one, two)]


def test_the_keys(server: Victim, browser: Browser) -> None:
    with watched(browser, SIZES["1080p"]) as seen:
        open_wall(seen.page, server.address)
        shown, keys = seen.page.locator(SHOWN), seen.page.keyboard
        keys.press("Space")
        expect(seen.page.locator(".time")).to_contain_text("已暂停")
        first = shown.inner_text()
        keys.press("ArrowRight")
        expect(shown).not_to_have_text(first)
        keys.press("ArrowLeft")
        expect(shown).to_have_text(first)
        keys.press("Space")
        expect(seen.page.locator(".time")).not_to_contain_text("已暂停")
        keys.press("f")
        seen.page.wait_for_function("() => document.fullscreenElement !== null")
        seen.page.mouse.click(300, 600)  # outside a meeting it opens nothing
        seen.page.wait_for_timeout(500)  # for what must not come, one can only wait
        assert "/wall" in seen.page.url


@contextmanager
def health_changed(page: Page, **more: object) -> Iterator[None]:
    """The server's health as it is, but for what is given."""

    def answer(route: Route) -> None:
        fetched = route.fetch()
        route.fulfill(response=fetched, body=json.dumps({**fetched.json(), **more}))

    page.route("**/api/health", answer)
    yield
    page.unroute("**/api/health")


def test_old_data_are_told(server: Victim, browser: Browser) -> None:
    with (
        watched(browser, SIZES["1080p"]) as seen,
        health_changed(seen.page, data_age_seconds=27 * 3600),
    ):
        open_wall(seen.page, server.address)
        seen.page.locator(ALARM).wait_for()
        assert "数据已 27 小时没有更新" in alarm_of(seen.page)
        _check(measured(seen.page), "1080p")


def test_the_page_loads_itself_anew_at_night(server: Victim, browser: Browser) -> None:
    with watched(browser, SIZES["1080p"]) as seen:
        open_wall(seen.page, server.address)
        tomorrow = f"{datetime.now(SHANGHAI) + timedelta(days=1):%Y-%m-%dT23:00:00+08:00}"
        with health_changed(seen.page, time=tomorrow):
            seen.page.wait_for_function("() => window.mark === undefined")


def test_a_meeting_notes_a_decision_and_opens_a_figure(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    place = tmp_path / "store"
    shutil.copytree(demo_store, place)
    with victim(place) as own, watched(browser, SIZES["1080p"]) as seen:
        page = seen.page
        open_wall(page, own.address)
        page.keyboard.press("m")
        expect(page.locator(SHOWN)).to_contain_text("会议决定")
        seen.rest()
        page.get_by_role("combobox", name="演示身份").click()
        page.get_by_role("option", name="政治处-01").click()
        seen.rest()
        seen.button("下一项").click()
        expect(page.locator(SHOWN)).to_contain_text("全局一览")
        page.keyboard.press("ArrowRight")
        expect(page.locator(SHOWN)).to_contain_text("派出所排名")
        page.keyboard.press("ArrowLeft")
        expect(page.locator(SHOWN)).to_contain_text("全局一览")
        seen.button("记录决定").click()
        form = page.get_by_role("dialog")
        form.get_by_label("决定事项").fill("八月底前完成补访")
        form.get_by_label("决定事项").press("Tab")
        seen.rest()
        form.get_by_role("combobox", name="责任单位").click()
        page.get_by_role("option", name="寺坡派出所").click()
        seen.rest()
        form.get_by_role("button", name="记下").click()
        expect(seen.told("已记下决定")).to_be_visible()
        # Only for screen readers: what the list of choices told while it was open.
        assert english(seen.text()) <= {"options", "available"}
        page.locator(".board.on a.number").nth(1).click()
        page.wait_for_url("**/indicator**")
        assert "indicator=visits" in page.url
        page.go_back()
        expect(page.locator(SHOWN)).to_contain_text("全局一览")
        seen.rest()
        seen.button("上一项").click()
        expect(page.locator(".board.on")).to_contain_text("八月底前完成补访")
        expect(page.locator(".board.on")).to_contain_text("寺坡派出所")


# -- faults -----------------------------------------------------------------------------------


def _cut(server: Victim, browser: Browser) -> tuple[float, float]:
    with line_to(server.port) as line, watched(browser, SIZES["1080p"]) as seen:
        open_wall(seen.page, line.address)
        line.cut()
        alarm = seconds_until_alarm(seen.page)
        _tells_in_chinese(seen.page)
        line.mend()
        return alarm, seconds_until_back(seen.page)


def _frozen(server: Victim, browser: Browser) -> tuple[float, float]:
    with watched(browser, SIZES["1080p"]) as seen:
        open_wall(seen.page, server.address)
        server.freeze()
        alarm = seconds_until_alarm(seen.page)
        _tells_in_chinese(seen.page)
        server.thaw()
        return alarm, seconds_until_back(seen.page)


def _killed(server: Victim, browser: Browser) -> tuple[float, float]:
    with watched(browser, SIZES["1080p"]) as seen:
        open_wall(seen.page, server.address)
        server.kill()
        alarm = seconds_until_alarm(seen.page)
        _tells_in_chinese(seen.page)
        server.restart()
        return alarm, seconds_until_back(seen.page)


def _tells_in_chinese(page: Page) -> None:
    expect(page.locator(ALARM)).to_contain_text("与服务器的连接已中断")
    page.wait_for_timeout(1000)  # for what Streamlit itself might say, and must not
    seen = str(page.evaluate("() => document.body.innerText"))
    assert english(seen) == set(), seen
    assert page.locator(SHOWN).count() == 1


FAULTS = {"cut": _cut, "frozen": _frozen, "killed": _killed}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_the_wall_comes_back(
    server: Victim, browser: Browser, fault: str
) -> None:
    """How soon is measured in `make soak`: a machine that is busy otherwise says nothing of it."""
    FAULTS[fault](server, browser)


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_three_times(server: Victim, browser: Browser, fault: str) -> None:
    found = [FAULTS[fault](server, browser) for _ in range(3)]
    print(f"{fault}: alarm, back in s:", [(round(a, 1), round(b, 1)) for a, b in found])
    assert max(alarm for alarm, _ in found) <= ALARM_WITHIN
    assert max(back for _, back in found) <= BACK_WITHIN
