"""数据核查 as a user sees it: the work list, an opened flag, a verdict, a draw, the quality."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from metrics.cells.count import Counted
from metrics.integrity.flag import Flag, find_flags
from tests.page_driver import drawn_of, english_in, fresh_caches, headline_of, open_page, text_of

JULY = date(2019, 7, 1), date(2019, 7, 31)


@pytest.fixture(scope="module")
def flags(counted: Counted) -> tuple[Flag, ...]:
    return find_flags(counted, *JULY).flags


@pytest.fixture
def writable(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(demo_store, tmp_path / "store")
    monkeypatch.setenv("HONGFENG_STORE", str(tmp_path / "store"))
    with fresh_caches():
        yield tmp_path / "store"


def named(flags: tuple[Flag, ...], rule: str) -> Flag:
    return next(flag for flag in flags if flag.rule.id == rule)


@pytest.mark.usefixtures("opened_demo")
class TestReading:
    @pytest.mark.parametrize("part", ["flags", "spot", "quality"])
    def test_every_part_speaks_chinese(self, part: str) -> None:
        app = open_page("checks", "political", part=part)
        assert english_in(text_of(app)) == set()

    def test_the_list_says_what_where_and_that_it_is_no_finding(
        self, flags: tuple[Flag, ...]
    ) -> None:
        app = open_page("checks", "political", period="2019-07")
        assert headline_of(app).startswith(f"2019年7月有 {len(flags)} 条线索待核，涉及")
        assert "线索不等于结论，核实前不影响得分" in headline_of(app)
        listed = drawn_of(app, "flag-list")
        for flag in flags:
            assert flag.rule.title in listed
            assert flag.unit.name in listed

    def test_the_address_narrows_the_list(self, flags: tuple[Flag, ...]) -> None:
        flag = named(flags, "copied-notes")
        app = open_page("checks", "political", period="2019-07", rule="copied-notes")
        assert "1 条，" in text_of(app)
        app = open_page(
            "checks", "political", period="2019-07", station=flag.unit.station, state="待核"
        )
        assert flag.unit.name in drawn_of(app, "flag-list")
        app = open_page("checks", "political", period="2019-07", state="属实")
        assert "按所选条件没有线索" in text_of(app)

    def test_an_opened_flag_shows_words_peers_and_records(self, flags: tuple[Flag, ...]) -> None:
        flag = named(flags, "same-day-closing")
        app = open_page("checks", "political", period="2019-07", flag=flag.id)
        said = text_of(app)
        assert f"{flag.total} 件任务、纠纷和隐患中，{flag.hits} 件在来的当天就办结" in said
        assert "同月另有" in said
        assert "也可能是来的多是小事、急事，当场办完" in said
        assert f"任务记录**（{flag.hits} 条）" in said

    def test_without_the_right_one_reads_who_may(self, flags: tuple[Flag, ...]) -> None:
        flag = named(flags, "copied-notes")
        app = open_page("checks", "leader", period="2019-07", flag=flag.id)
        assert "待核。当前身份无权核查数据，可由政治处操作" in text_of(app)
        assert not [button for button in app.button if button.label == "记下结论"]
        app = open_page("checks", "wall")
        assert "当前身份无权查看明细记录" in text_of(app)

    def test_officers_are_not_shown_to_who_may_not_see_them(self, flags: tuple[Flag, ...]) -> None:
        officer = named(flags, "impossible-travel")
        app = open_page("checks", "data", period="2019-07", flag=officer.id)
        assert "辅警-" not in text_of(app) + drawn_of(app, "flag-list")
        app = open_page("checks", "station", period="2019-07", flag=officer.id)
        assert "辅警-" not in text_of(app)

    def test_a_station_sees_its_own_flags_only(self, flags: tuple[Flag, ...]) -> None:
        other = next(flag for flag in flags if flag.rule.unit == "village")
        assert other.unit.station != "S02"
        query = {"station": other.unit.station, "flag": other.id}
        app = open_page("checks", "station", period="2019-07", **query)
        assert "只列本所（寺坡派出所）" in text_of(app)
        assert headline_of(app) == "2019年7月没有发现异常线索"
        assert other.unit.name not in text_of(app)
        app = open_page("checks", "station", period="2019-01")
        drawn = drawn_of(app, "flag-list")
        assert headline_of(app).startswith("2019年1月有 1 条线索待核，涉及 1 个派出所")
        assert "寺坡八社区" in drawn
        assert drawn.count("派出所</td>") == drawn.count("<td>寺坡派出所</td>") == 1
        assert "走访时间重叠" not in [o for box in app.selectbox for o in box.options]
        assert not app.radio

    def test_a_month_without_a_flag_says_so(self) -> None:
        app = open_page("checks", "station", period="2016-02", rule="impossible-travel")
        assert "没有" in text_of(app)


def judge(app: AppTest, flag: Flag, word: str, reason: str) -> AppTest:
    app.radio(f"word-{flag.id}").set_value(word)
    app.text_input(f"reason-{flag.id}").set_value(reason)
    next(button for button in app.button if button.label == "记下结论").click()
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def offered(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.usefixtures("writable")
def test_a_verdict_takes_two_persons_and_is_seen_at_once(flags: tuple[Flag, ...]) -> None:
    flag = named(flags, "short-visits")
    app = open_page("checks", "political", period="2019-07", flag=flag.id)
    judge(app, flag, "属实", "")
    assert [warning.value for warning in app.warning] == ["请填写理由"]
    judge(app, flag, "属实", "询问两户，均未走访")
    assert [done.value for done in app.success] == ["已提出属实，待他人复核；复核前记录和得分不动"]
    said = text_of(app)
    assert "**属实待复核**：询问两户，均未走访（政治处-01 于 2019年8月19日提出" in said
    assert "本人不能复核自己提出的结论" in said
    assert f"{len(flags) - 1} 条线索待核、1 条属实待复核" in headline_of(app)
    assert "确认属实" not in offered(app)
    data = open_page("checks", "data", period="2019-07", flag=flag.id)
    assert "可由局领导、政治处操作" in text_of(data)
    assert "确认属实" not in offered(data)
    other = open_page("checks", "political-2", period="2019-07", flag=flag.id)
    assert not other.radio
    press(other, "退回")
    assert [warning.value for warning in other.warning] == ["请填写复核意见"]
    press(other, "确认属实")
    assert [done.value for done in other.success] == [f"已确认属实，{flag.hits} 条记录已作废"]
    said = text_of(other)
    judged = "政治处-01 于 2019年8月19日提出，政治处-02 于 2019年8月19日复核确认"
    assert f"**属实**：询问两户，均未走访（{judged}，办理日志第 2 号" in said
    assert f"{len(flags) - 1} 条线索待核" in headline_of(other)
    assert "已核查 1 条（属实 1 条）" in headline_of(other)
    assert "确认属实" not in offered(other)


@pytest.mark.usefixtures("writable")
def test_what_is_returned_waits_again_with_the_reason(flags: tuple[Flag, ...]) -> None:
    flag = named(flags, "short-visits")
    app = open_page("checks", "political", period="2019-07", flag=flag.id)
    judge(app, flag, "属实", "询问两户，均未走访")
    other = open_page("checks", "leader", period="2019-07", flag=flag.id)
    other.text_input(f"remark-{flag.id}").set_value("请补问其余住户")
    press(other, "退回")
    said = text_of(other)
    assert "局领导-01 于 2019年8月19日退回：请补问其余住户" in said
    assert f"{len(flags)} 条线索待核" in headline_of(other)
    again = open_page("checks", "political", period="2019-07", flag=flag.id)
    judge(again, flag, "排除", "住户均称来过")
    assert [done.value for done in again.success] == ["已记下结论：排除，记录不动"]


@pytest.mark.usefixtures("writable")
def test_a_month_is_drawn_once_with_its_seed() -> None:
    app = open_page("checks", "political", period="2019-07", part="spot")
    assert "尚未抽取" in text_of(app)
    assert headline_of(app).startswith(
        "2019年7月的样本尚未抽取；抽查日期在2019年7月的结果共 1,199 条"
    )
    press(app, "抽取样本")
    assert app.success[0].value.startswith("已抽取 ")
    assert "抽样编号" in text_of(app)
    assert "种子" not in text_of(app)
    assert "抽取样本" not in offered(app)
    assert "在表中选一行，录入抽查结果" in text_of(app)
    said = headline_of(app)
    assert re.search(r"样本抽取 ([\d,]+) 条，已录入 0 条、待查 \1 条；", said)
    assert "抽查日期在2019年7月的结果共 1,199 条（不限这一样本）" in said
    leader = open_page("checks", "leader", period="2019-07", part="spot")
    assert "选一行" not in text_of(leader)
    own = open_page("checks", "station", period="2019-07", part="spot")
    assert "只列本所（寺坡派出所）" in text_of(own)
    assert set(own.dataframe[0].value["name"]) == {"寺坡派出所"}
    assert "样本抽取 50 条，已录入 0 条、待查 50 条" in headline_of(own)
    assert "待查的记录查后列出" in text_of(own)
    assert "id" not in own.dataframe[0].value
