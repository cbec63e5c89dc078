"""考核 and 申诉与台账 as the persons of a period see them, step by step."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from metrics.assessment.verify import verify
from metrics.cells.store import opened
from tests.assessing import FIRST, PERIOD, desk, to_hearing
from tests.page_driver import english_in, fresh_caches, headline_of, open_page, text_of


@pytest.fixture
def folder(town_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(town_store, tmp_path / "store")
    with fresh_caches():
        monkeypatch.setenv("HONGFENG_STORE", str(tmp_path / "store"))
        yield tmp_path / "store"


def assessment(role: str, day: str = "2019-08-19") -> AppTest:
    app = open_page("assessment", role=role, period=PERIOD)
    app.date_input(key="demo_day").set_value(date.fromisoformat(day)).run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def keys(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_period_from_the_screen_alone(folder: Path) -> None:
    app = assessment("political")
    assert headline_of(app).startswith("2019年6月考核：暂定；下一步“截止数据”，由您办理")
    press(app, "截止数据")
    assert "已办理：截止数据" in app.success[0].value
    press(app, "一键考核")
    assert headline_of(app).startswith("2019年6月考核：数据截止；下一步“通过初核”")
    press(app, "通过初核")
    assert "请填写初核意见" in app.error[0].value
    app.text_input[0].set_value("已核对").run()
    press(app, "通过初核")
    press(app, "公示")
    assert "公示期至8月22日，期满后办理" in headline_of(app)
    assert "转入申诉复核" not in keys(app)
    assert english_in(text_of(app)) == set()
    app = assessment("political", "2019-08-23")
    press(app, "转入申诉复核")
    assert "申诉期至8月27日" in headline_of(app)
    waits = assessment("political", "2019-08-28")
    assert "下一步“定稿”，待局领导办理" in headline_of(waits)
    assert "定稿" not in keys(waits)
    leader = assessment("leader", "2019-08-28")
    sure = leader.checkbox[0]
    assert sure.label.endswith("已知定稿后不能更改，确认定稿")
    assert next(b for b in leader.button if b.label == "定稿").disabled
    sure.check().run()
    press(leader, "定稿")
    assert headline_of(leader).startswith("2019年6月考核：定稿；下一步“通报”，待政治处办理")
    press(leader, "核验定稿")
    assert any("一致" in said.value for said in leader.success)
    press(assessment("political", "2019-08-29"), "通报")
    assert headline_of(assessment("leader", "2019-08-29")).startswith(
        "2019年6月考核：通报；全部办结"
    )
    (found,) = verify(opened(folder).journal, FIRST)
    assert found.is_same
    (log,) = [x.value for x in leader.dataframe if "number" in x.value.columns]
    assert list(log["number"]) == [6, 5, 4, 3, 2, 1]
    assert set(log["person"]) == {"政治处-01", "局领导-01"}
    assert set(log["person"]) < set(leader.selectbox(key="role").options)  # one name everywhere
    days = "2019-08-28 2019-08-23 2019-08-19 2019-08-19 2019-08-19 2019-08-19".split()
    assert list(log["at"]) == days  # a day that was chosen has no clock
    assert "于 2019-08-28 签发" in text_of(leader)


def test_the_ranking_says_what_is_final(folder: Path) -> None:
    store = opened(folder)
    to_hearing(store)
    assert "暂定（申诉复核）" in text_of(open_page("ranking", period=PERIOD))
    from metrics.assessment.steps import freeze
    from tests.assessing import LEADER

    freeze(desk(store, LEADER, 9), PERIOD)
    said = text_of(open_page("ranking", period=PERIOD))
    assert "定稿" in said
    assert "已定稿，校验码" in said
    assert "暂定" in text_of(open_page("ranking", period="2019-07"))


def test_proposing_and_approving_on_the_page(folder: Path) -> None:
    app = open_page("ledger", role="political", period=PERIOD)
    press(app, "提出")
    assert "请选择单位" in app.error[0].value
    app.selectbox(key="propose-unit").select("S08")
    app.text_input[0].set_value("舞公政〔2019〕12号")
    app.text_input[1].set_value("线索-1")
    app.run()
    press(app, "提出")
    assert "待批 1 条" in headline_of(app)
    press(app, "批准")
    assert "不得批准本人提出的事项" in app.error[0].value
    other = open_page("ledger", role="political-2", period=PERIOD)
    press(other, "批准")
    assert "已批准 1 条" in headline_of(other)
    assert english_in(text_of(other)) == set()


def test_objecting_and_reviewing_on_the_page(folder: Path) -> None:
    to_hearing(opened(folder))
    station = open_page("ledger", role="station", period=PERIOD)
    offered = station.selectbox(key="appeal-unit").options
    assert offered == ["寺坡派出所"]
    station.text_area[0].set_value("纠纷已按期化解").run()
    press(station, "提出申诉")
    assert "申诉 1 件、待复核 1 件" in headline_of(station)
    reviewer = open_page("ledger", role="political-2", period=PERIOD)
    next(t for t in reviewer.text_input if t.label == "复核意见").set_value("查无此事").run()
    press(reviewer, "不成立")
    assert "申诉 1 件、待复核 0 件" in headline_of(reviewer)
    assert "不成立 1 件" in text_of(reviewer)


@pytest.mark.usefixtures("opened_demo")
@pytest.mark.parametrize("page", ["assessment", "ledger"])
@pytest.mark.parametrize(
    ("role", "period"),
    [
        ("leader", "2019-06"),
        ("political", "2019-08"),
        ("station", "2019-Q2"),
        ("data", "2019"),
        ("political-2", "2019-W30"),
    ],
)
def test_every_role_and_period_opens(page: str, role: str, period: str) -> None:
    app = open_page(page, role=role, period=period)
    assert english_in(text_of(app)) == set()
    assert "2019年" in headline_of(app)


@pytest.mark.usefixtures("opened_demo")
def test_the_years_awards_wait_for_frozen_months() -> None:
    assert "本年尚无定稿月份" in text_of(open_page("assessment", period="2019"))
