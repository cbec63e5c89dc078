"""数据接入: who sees what, the channels, the rejects with reason and remedy, the upload."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.channels.state import ChannelState, now, write_state
from data.channels.summary import condition, intake_sentence
from data.intake.files import load_files
from data.intake.heads_mapping import map_by_name
from data.intake.loading import Loader
from data.intake.reading.read import read_source
from data.intake.reject_words import OTHERWISE, advice, fields_of, remedy
from data.journal.journal import Journal
from data.rights import Actor, NotPermitted, command_line
from data.schema import TABLES
from tests.page_driver import english_in, fresh_caches, headline_of, open_page, text_of

HEAD = "id,village,kind,persons,happened_on\n"
GOOD = "NEW,V001,抓获嫌疑人,3,2019-08-19\n"
BAD = "BAD,V999,抓获嫌疑人,3,2019-08-19\n"
FORMATS = {"Parquet"}


@pytest.fixture(autouse=True)
def store(recent_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    store = tmp_path / "store"
    shutil.copytree(recent_store, store)
    monkeypatch.setenv("HONGFENG_STORE", str(store))
    with fresh_caches():
        yield store


def with_reject(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "merit-一.csv"
    file.write_text(HEAD + BAD, "utf-8")
    (report,) = load_files(store, [file], command_line())
    assert report.rejected == 1


def with_upload(content: str, name: str = "merit-一.csv") -> AppTest:
    app = open_page("intake", role="data")
    app.file_uploader[0].upload(name, content.encode(), "text/csv")
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def said_by(app: AppTest) -> str:
    return "\n".join([text_of(app), *(str(element.value) for element in app.success)])


def test_a_check_reports_what_the_load_then_does(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "merit.csv"
    file.write_text(HEAD + GOOD + BAD, "utf-8")
    source, journal = read_source(file), Journal(store)
    given = source, map_by_name(source, TABLES["merit"]), TABLES["merit"]
    before = journal.position()
    loader, day = Loader(journal), date(2019, 8, 20)
    checked = loader.check(*given, command_line(), day)
    assert journal.position() == before
    loaded = loader.load(*given, command_line(), day)
    assert replace(checked, position=loaded.position) == loaded
    assert (loaded.added, loaded.rejected) == (1, 1)
    assert loader.check(*given, command_line(), day).unchanged == 1
    with pytest.raises(NotPermitted):
        loader.check(*given, Actor("t", "political"), day)


@pytest.mark.parametrize("role", ["leader", "station"])
def test_who_may_not_reads_who_may(role: str, store: Path, tmp_path: Path) -> None:
    with_reject(store, tmp_path)
    app = open_page("intake", role=role)
    said = text_of(app)
    assert "无权查看拒收记录，可由政治处、数据管理操作" in said
    assert "V999" not in said
    assert not app.dataframe
    assert not app.file_uploader
    assert english_in(said) == set()


def test_political_sees_rejects_and_may_not_load(store: Path, tmp_path: Path) -> None:
    with_reject(store, tmp_path)
    app = open_page("intake", role="political")
    assert not app.file_uploader
    assert "无权导入数据，可由数据管理操作" in text_of(app)
    shown = app.dataframe[0].value
    assert shown["source"].tolist() == ["merit-一.csv"]
    assert "“V999”未在登记册中" in shown["reasons"][0]
    assert "待处理拒收 1 行" in headline_of(app)


def test_without_channels_it_says_how_to_configure() -> None:
    app = open_page("intake", role="data")
    assert "尚未配置自动渠道" in text_of(app)
    assert "hongfeng.toml" not in text_of(app)  # a clerk has no such file
    assert "没有待处理的拒收" in headline_of(app)
    assert english_in(text_of(app)) <= FORMATS


def test_channels_are_shown_with_a_word_and_a_sign(store: Path) -> None:
    at = now()
    well = ChannelState("投放", "folder", lag_seconds=0.4).worked(12, 1, at)
    broken = ChannelState("警务通", "postgres").failed("连接失败，将再试")
    write_state(store, well)
    write_state(store, broken)
    app = open_page("intake", role="data")
    assert "1 个渠道运行正常，1 个告警（警务通）" in headline_of(app)
    shown = app.dataframe[0].value.set_index("name")
    assert shown.loc["投放", "state"] == "● 运行"
    assert shown.loc["投放", ["kind", "lag"]].tolist() == ["投放文件夹", "0.4 秒"]
    assert shown.loc["投放", ["today", "rejected"]].tolist() == [12, 1]
    assert shown.loc["警务通", ["state", "error"]].tolist() == ["▲ 告警", "连接失败，将再试"]


def test_a_channel_that_died_is_not_called_running() -> None:
    state = ChannelState("投放", "folder").worked(1, 0, now())
    assert condition(state, now()) == "运行"
    assert condition(state, now() + timedelta(minutes=10)) == "无响应"
    assert "1 个无响应（投放）" in intake_sentence([state], 0, None, now() + timedelta(minutes=10))


def test_the_list_is_filtered_by_table(store: Path, tmp_path: Path) -> None:
    with_reject(store, tmp_path)
    app = open_page("intake", role="data", table="merit")
    assert app.dataframe[0].value["row_number"].tolist() == [2]
    assert app.selectbox(key="table").options == ["全部", "战果"]


def test_an_upload_is_previewed_without_being_written(store: Path) -> None:
    before = Journal(store).position()
    app = with_upload(HEAD + GOOD + BAD)
    said = said_by(app)
    assert "读入 2 行，可导入 1 行（新增 1，更正 0，未变 0），将拒收 1 行；尚未写入" in said
    reasons, rows = app.dataframe[0].value, app.dataframe[2].value
    assert reasons["row"].tolist() == [3]
    assert reasons["remedy"][0].startswith("先在登记册补登该编码")
    assert rows["village"].tolist() == ["V001", "V999"]
    assert Journal(store).position() == before


def test_a_confirmed_upload_is_loaded_once(store: Path) -> None:
    app = with_upload(HEAD + GOOD + BAD)
    app.button(key="confirm").click().run()
    assert not app.exception
    assert "新增 1，更正 0，未变 0，拒收 1；拒收的行见上方“拒收”" in said_by(app)
    time.sleep(0.6)  # the page looks for news once a second; figures are shared for half of one
    app.run()
    assert "待处理拒收 1 行" in headline_of(app)
    after = Journal(store).position()
    app.run()
    assert Journal(store).position() == after
    assert "confirm" not in [button.key for button in app.button]
    shown = open_page("indicator", indicator="suspects-caught", period="2019-01-01..2019-08-19")
    assert "13 人" in headline_of(shown)


def test_a_corrected_mapping_retries_the_rejects(store: Path, tmp_path: Path) -> None:
    with_reject(store, tmp_path)
    mapping = (
        'name = "战果"\nkind = "merit"\n[id]\ncolumns = ["id"]\n[columns]\n'
        """village = "replace(village, 'V999', 'V001')"\n"""
        'kind = "kind"\npersons = "persons"\nhappened_on = "happened_on"\n'
    )
    app = with_upload(HEAD + BAD)
    assert "将拒收 1 行" in said_by(app)
    app.file_uploader[1].upload("战果.toml", mapping.encode(), "text/plain")
    app.run()
    assert "可导入 1 行（新增 1" in said_by(app), said_by(app)
    app.button(key="confirm").click().run()
    time.sleep(0.6)
    app.run()
    assert "没有待处理的拒收" in headline_of(app)


def test_a_column_that_nothing_uses_is_named(store: Path) -> None:
    app = with_upload(HEAD.replace("\n", ",地点\n") + GOOD.replace("\n", ",村口\n"))
    assert "未使用的列：地点" in said_by(app)


def test_the_matching_of_columns_is_shown_with_what_a_missing_one_costs(store: Path) -> None:
    text = "战果编号,所属村,类型,发生日期\nNEW,V001,抓获嫌疑人,2019-08-19\n"
    app = with_upload(text, "8月登记.csv")
    matching = app.dataframe[0].value.set_index("column")
    assert matching.loc["村（社区）编码", "head"] == "所属村"
    assert matching.loc["日期（必填）", "reason"] == "列名同义"
    assert matching.loc["人数", "head"] == "—"
    app = with_upload("记录编号,村,受理时间\nN1,V001,2019-08-01\n", "纠纷.csv")
    matching = app.dataframe[0].value.set_index("column")
    assert matching.loc["回访日期", "reason"].startswith("没有这一列：回访率")


def test_a_table_without_units_asks_for_a_yes(store: Path) -> None:
    before = Journal(store).position()
    app = with_upload("id,kind,happened_on\nNEW,抓获嫌疑人,2019-08-19\n")
    assert "没有一列是村（社区）或派出所" in "\n".join(str(one.value) for one in app.error)
    assert "confirm" not in [button.key for button in app.button]
    (yes,) = [box for box in app.checkbox if str(box.key).startswith("consent-without_units")]
    yes.check().run()
    assert Journal(store).position() == before
    app.button(key="confirm").click().run()
    assert "新增 1，" in said_by(app)


def test_an_import_of_no_row_cannot_be_pressed(store: Path) -> None:
    app = with_upload(HEAD + BAD)
    assert app.button(key="confirm").disabled


def test_a_wrong_mapping_is_refused_with_file_and_key(store: Path) -> None:
    app = with_upload(HEAD + GOOD)
    app.file_uploader[1].upload("战果.toml", b'name = "x"\nkind = "nothing"\n', "text/plain")
    app.run()
    assert any("战果.toml" in str(error.value) for error in app.error)
    assert "confirm" not in [button.key for button in app.button]


def test_an_upload_that_is_no_table_is_refused_in_one_sentence(store: Path) -> None:
    app = with_upload("%PDF-1.4", "merit.pdf")
    assert any("PDF" in str(error.value) for error in app.error)
    assert "confirm" not in [button.key for button in app.button]


def test_a_name_that_leads_elsewhere_leads_nowhere(store: Path) -> None:
    app = with_upload(HEAD + GOOD, "../../merit-一.csv")
    assert "merit-一.csv → " in said_by(app)


def test_the_right_is_asked_again_when_loading(store: Path) -> None:
    """Whoever loses the right between preview and press does not load."""
    before = Journal(store).position()
    app = with_upload(HEAD + GOOD)
    app.session_state["role"] = "political"
    app.button(key="confirm").click().run()
    assert Journal(store).position() == before


def test_an_empty_store_can_be_filled_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGFENG_STORE", str(tmp_path / "empty"))
    with fresh_caches():
        app = open_page("intake", role="data")
        assert headline_of(app) == "还没有数据"
        assert app.file_uploader


def test_every_reason_has_a_remedy_of_its_own() -> None:
    for reason in (
        "村“V9”未在登记册中",
        "缺少类别",
        "日期“x”不是日期",
        "人数“x”不是整数",
        "应有 5 列，实有 4 列",
        "破案日期早于立案日期",
        "有破案日期而无立案日期",
        "编号与第 2 行重复",
        "说明疑似身份证号或手机号，不得录入",
    ):
        assert remedy(reason) != OTHERWISE, reason
    assert [one.reason for one in advice("缺少类别；缺少日期")] == ["缺少类别", "缺少日期"]


def test_a_row_that_could_not_be_taken_apart_stands_as_it_is() -> None:
    assert fields_of("a,b", "merit") == [("原始内容", "a,b")]
    assert ("责任村", "—") not in fields_of('{"x": null}', "merit")
    assert fields_of('{"x": null}', "merit") == [("x", "—")]
