"""数据核查·待核改动 as a user sees it: the list, what is at stake, and who may settle it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.rights import Actor
from tests.page_driver import english_in, fresh_caches, headline_of, open_page, text_of
from tests.unit.test_pending_versions import (
    ACTS,
    LATE,
    by_file,
    figures,
    store,
    town,
    waiting,
)

__all__ = ["store", "town"]  # fixtures
POLITICAL_SENDER = Actor("政治处-01", "operator")


@pytest.fixture
def opened(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The store with two records that were voided after they failed."""
    by_file(store, [LATE | {"id": "D30"}])
    by_file(store, [LATE | dict(ACTS["作废"])])
    by_file(store, [LATE | {"id": "D30"} | dict(ACTS["改期"])], who=POLITICAL_SENDER)
    monkeypatch.setenv("HONGFENG_STORE", str(store))
    with fresh_caches():
        yield store


def page(who: str) -> AppTest:
    return open_page("checks", who, part="pending", period="2019-07")


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_the_list_tells_what_is_at_stake(opened: Path) -> None:
    app = page("political")
    assert english_in(text_of(app)) == set()
    assert headline_of(app).startswith("待核改动 2 件；全部确认则2019年7月甲所由 ")
    assert headline_of(app).endswith("确认前按原记录计")
    frame = app.dataframe[0].value
    assert list(frame["acts"]) == ["作废", "改期"]
    assert list(frame["sender"]) == ["数据-01", "政治处-01"]
    assert frame["after"][1] == "应化解日期 2019-07-30"
    assert "其中 1 件由本人报送，须由他人办理" in text_of(app)


def test_who_may_not_confirm_reads_who_may(opened: Path) -> None:
    app = page("data")
    assert "可由局领导、政治处操作" in text_of(app)
    assert not [button for button in app.button if button.label == "确认"]


def test_one_press_settles_all_that_others_sent(opened: Path) -> None:
    before = figures(opened)
    app = page("political")
    app.text_input(key="pending-reason").set_value("已核原始卷宗")
    press(app, "确认")
    assert [done.value for done in app.success] == ["已确认 1 件"]
    assert [version.id for version in waiting(opened)] == ["dispute/D30"]
    assert figures(opened).cases[0] == (before.cases[0][0], before.cases[0][1] - 1)
    app = page("political-2")
    app.text_input(key="pending-reason").set_value("无佐证")
    press(app, "退回")
    assert [done.value for done in app.success] == ["已退回 1 件"]
    assert waiting(opened) == ()
    assert "没有待核改动" in headline_of(app)


def test_without_a_reason_nothing_is_written(opened: Path) -> None:
    app = page("political-2")
    press(app, "退回")
    assert "请填写理由" in text_of(app)
    assert len(waiting(opened)) == 2
