"""数据接入: correcting and retrying rejects, by who may; who may not reads who may."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.environment import read_config
from data.intake.files import load_files
from data.intake.rejects import open_rejects
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import PROGRAM, Actor, command_line
from tests.page_driver import english_in, fresh_caches, open_page, text_of

HEAD = "id,village,kind,persons,happened_on,voided_reason\n"
BAD = "BAD,V999,抓获嫌疑人,3,2019-08-19,\n"


@pytest.fixture(autouse=True)
def store(town_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    store = tmp_path / "store"
    shutil.copytree(town_store, store)
    monkeypatch.setenv("HONGFENG_STORE", str(store))
    monkeypatch.setenv("HONGFENG_CONFIG", str(tmp_path / "hongfeng.toml"))
    read_config.cache_clear()
    with fresh_caches():
        yield store
    read_config.cache_clear()


def reject(store: Path, rows: str, name: str = "merit-一.csv", by: Actor | None = None) -> None:
    file = store.parent / name
    file.write_text(HEAD + rows, "utf-8")
    load_files(store, [file], by or command_line(), "merit")


def left(store: Path) -> list[dict[str, object]]:
    copy = Copy(Journal(store), {"reject"})
    copy.catch_up()
    rows: list[dict[str, object]] = open_rejects(copy, command_line()).to_pylist()
    return rows


def merits(store: Path) -> list[tuple[object, ...]]:
    copy = Copy(Journal(store), {"merit"})
    copy.catch_up()
    query = "SELECT village, persons FROM record.merit WHERE id IN ('BAD', 'TWO', 'THREE')"
    return copy.cursor().execute(f"{query} ORDER BY id").fetchall()


def opened(store: Path, role: str = "data", at: int = 0) -> AppTest:
    app = open_page("intake", role=role)
    app.session_state["_opened"] = left(store)[at]["id"], ""
    return again(app)


def again(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def field(app: AppTest, end: str) -> object:
    found = [w for w in (*app.text_input, *app.selectbox) if str(w.key).endswith(end)]
    assert found, [str(w.key) for w in (*app.text_input, *app.selectbox)]
    return found[0]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return again(app)


def said(app: AppTest) -> str:
    return "\n".join([text_of(app), *(str(element.value) for element in app.success)])


def scope(app: AppTest, value: str) -> AppTest:
    app.radio[0].set_value(value)
    return again(app)


@pytest.mark.parametrize("role", ["political", "leader"])
def test_who_may_not_sees_no_form(role: str, store: Path) -> None:
    reject(store, BAD)
    app = opened(store, role)
    assert "可由" in said(app)
    assert not app.radio
    assert not [button for button in app.button if button.label in ("预览", "确认重试")]


def test_an_empty_list_offers_nothing() -> None:
    app = open_page("intake", role="data")
    assert "没有待处理的拒收" in said(app)
    assert not app.radio


def test_one_row_is_corrected_looked_at_and_confirmed(store: Path) -> None:
    reject(store, BAD)
    app = opened(store)
    before = Journal(store).position()
    village = field(app, "-village")
    assert village.label == "▲ 村（社区）编码（来源列“village”）" or "▲" in village.label  # type: ignore[attr-defined]
    village.select("V001")  # type: ignore[attr-defined]
    press(app, "预览")
    assert "这一行可导入：成为新记录；尚未写入" in said(app)
    assert Journal(store).position() == before
    press(app, "确认重试")
    assert "这一行已导入并销号：成为新记录" in said(app)
    assert left(store) == []
    assert merits(store) == [("V001", 3)]
    assert {part.actor for part in Journal(store).parts(before)} == {"data:数据-01"}
    after = Journal(store).position()
    again(app)
    assert Journal(store).position() == after
    assert english_in(said(app)) <= {"hongfeng", "toml", "Parquet"}


def test_what_is_still_wrong_stays_and_says_why(store: Path) -> None:
    reject(store, BAD)
    app = opened(store)
    field(app, "-persons").input("三人")  # type: ignore[attr-defined]
    field(app, "-village").select("V001")  # type: ignore[attr-defined]
    press(app, "预览")
    assert "这一行仍不合规：人数“三人”不是整数；尚未写入" in said(app)
    press(app, "确认重试")
    (row,) = left(store)
    assert row["reasons"] == "人数“三人”不是整数"
    assert merits(store) == []
    assert field(app, "-persons").value == "三人"  # type: ignore[attr-defined]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_unit_that_was_chosen_is_remembered_if_asked(is_kept: bool, store: Path) -> None:
    reject(store, "BAD,老街,抓获嫌疑人,3,2019-08-19,\nTWO,老街,抓获嫌疑人,1,2019-08-19,\n")
    app = scope(opened(store), "reason")
    field(app, "-village-word-老街").select("V002")  # type: ignore[attr-defined]
    again(app)
    (kept,) = [box for box in app.checkbox if str(box.key).endswith("-remember")]
    assert kept.value
    kept.set_value(is_kept)
    press(app, "预览")
    press(app, "确认重试")
    assert left(store) == []
    assert merits(store) == [("V002", 3), ("V002", 1)]
    reject(store, "THREE,老街,抓获嫌疑人,2,2019-08-19,\n", "merit-二.csv")
    assert len(merits(store)) == (3 if is_kept else 2)
    copy = Copy(Journal(store), {"alias"})
    copy.catch_up()
    aliases = copy.cursor().execute("SELECT word, code, author FROM record.alias").fetchall()
    assert aliases == ([("老街", "V002", "数据-01")] if is_kept else [])


def test_a_name_that_is_understood_needs_no_choice(store: Path) -> None:
    copy = Copy(Journal(store), {"village"})
    copy.catch_up()
    (name,) = copy.one("SELECT name FROM record.village WHERE code = 'V002'")
    reject(store, f"BAD,{name},抓获嫌疑人,三人,2019-08-19,\n")
    app = opened(store)
    assert field(app, "-village").value == "V002"  # type: ignore[attr-defined]
    field(app, "-persons").input("3")  # type: ignore[attr-defined]
    press(app, "预览")
    press(app, "确认重试")
    assert merits(store) == [("V002", 3)]


def test_likely_units_are_offered_first(store: Path) -> None:
    copy = Copy(Journal(store), {"village"})
    copy.catch_up()
    (name,) = copy.one("SELECT name FROM record.village WHERE code = 'V005'")
    reject(store, f"BAD,{name}甲乙,抓获嫌疑人,3,2019-08-19,\n")
    app = scope(opened(store), "row")
    listed = field(app, f"-village-word-{name}甲乙").options  # type: ignore[attr-defined]
    assert listed[0].startswith("V005 ")
    assert len(listed) == len(set(listed))


def test_many_rows_by_one_word(store: Path) -> None:
    two = "TWO,V999,抓获嫌疑人,1,2019-08-19,\n"
    three = "THREE,V999,抓获嫌疑人,x,2019-08-19,\n"
    reject(store, BAD + two + three)
    app = opened(store)
    assert [str(option) for option in app.radio[0].options] == [
        "更正这一行的内容",
        "更正映射，重试这一行",
        "更正映射，重试同一原因的 2 行",
        "更正映射，重试同一来源的 3 行",
    ]
    scope(app, "source")
    field(app, "-village-word-V999").select("V002")  # type: ignore[attr-defined]
    again(app)
    press(app, "预览")
    told = "3 行中 2 行可导入（新增 2，更正 0，未变 0）；1 行仍不合规；尚未写入"
    assert told in said(app)
    press(app, "确认重试")
    assert "3 行中 2 行已导入并销号（新增 2，更正 0，未变 0）；1 行仍不合规" in said(app)
    assert merits(store) == [("V002", 3), ("V002", 1)]
    assert [row["reasons"] for row in left(store)] == ["人数“x”不是整数"]


def test_a_changed_form_must_be_looked_at_again(store: Path) -> None:
    reject(store, BAD)
    app = opened(store)
    scope(app, "row")
    field(app, "-village-word-V999").select("V002")  # type: ignore[attr-defined]
    again(app)
    press(app, "预览")
    assert "确认重试" in [button.label for button in app.button]
    field(app, "-village-word-V999").select("V003")  # type: ignore[attr-defined]
    again(app)
    assert "确认重试" not in [button.label for button in app.button]


def test_a_masked_number_is_asked_for_and_no_new_one_is_taken(store: Path) -> None:
    reject(store, "BAD,V001,抓获嫌疑人,3,2019-08-19,电话13812345678\n")
    app = opened(store)
    assert "含已遮盖的号码或未能读出，不能照原样重试" in said(app)
    press(app, "预览")
    assert "请填写更正后的值" in said(app)
    assert "确认重试" not in [button.label for button in app.button]
    field(app, "-voided_reason").input("电话13912345678")  # type: ignore[attr-defined]
    press(app, "预览")
    assert "疑似身份证号或手机号，不得录入" in said(app)
    field(app, "-voided_reason").input("电话已删")  # type: ignore[attr-defined]
    press(app, "预览")
    press(app, "确认重试")
    assert left(store) == []
    assert not any("1391234" in str(part) for part in Journal(store).parts())


def test_a_row_without_an_id_is_numbered_only_on_request(store: Path) -> None:
    reject(store, ",V001,抓获嫌疑人,3,2019-08-19,\n")
    app = opened(store)
    press(app, "预览")
    assert "缺少记录编号" in said(app)
    app.checkbox[0].check()
    again(app)
    assert "会成为另一条记录" in said(app)
    press(app, "预览")
    assert "这一行可导入：成为新记录" in said(app)


def test_a_line_that_fell_apart_is_filled_in(store: Path) -> None:
    reject(store, "BAD,V001,抓获嫌疑人\nTWO,V001,抓获嫌疑人,1,2019-08-19,\n")
    app = opened(store)
    for end, value in (("-记录编号", "BAD"), ("-人数", "2"), ("-日期", "2019-08-19")):
        field(app, end).input(value)  # type: ignore[attr-defined]
    field(app, "-类别").input("抓获嫌疑人")  # type: ignore[attr-defined]
    press(app, "预览")
    assert "这一行可导入：成为新记录" in said(app), said(app)
    press(app, "确认重试")
    assert left(store) == []
    assert merits(store) == [(None, 2), ("V001", 1)]


def test_another_person_was_quicker_and_this_one_is_told(store: Path) -> None:
    reject(store, BAD)
    mine, yours = opened(store), opened(store)
    for app, village in ((mine, "V001"), (yours, "V002")):
        field(app, "-village").select(village)  # type: ignore[attr-defined]
        press(app, "预览")
    press(mine, "确认重试")
    before = Journal(store).position()
    press(yours, "确认重试")
    assert "刚刚已由他人处理或有了变化，本次未写入" in said(yours)
    assert Journal(store).position() == before
    assert merits(store) == [("V001", 3)]


def test_the_right_is_asked_again_at_the_press(store: Path) -> None:
    reject(store, BAD)
    app = opened(store)
    field(app, "-village").select("V001")  # type: ignore[attr-defined]
    press(app, "预览")
    before = Journal(store).position()
    app.session_state["role"] = "political"
    app.button(key="retry-confirm").click()
    app.run()
    assert Journal(store).position() == before


@pytest.mark.parametrize(
    "value", ["=HYPERLINK(1)", "V" * 100_000, "'; DROP TABLE x; --", "“；”", "<script>"]
)
def test_hostile_contents_are_shown_and_refused_like_any_other(store: Path, value: str) -> None:
    reject(store, f'BAD,"{value}",抓获嫌疑人,3,2019-08-19,\n')
    app = opened(store)
    press(app, "预览")
    assert "这一行仍不合规" in said(app)
    scope(app, "row")
    press(app, "预览")
    assert "仍不合规" in said(app)
    assert len(left(store)) == 1


def with_folder(store: Path, mapping: str | None = None) -> Path:
    maps = store.parent / "maps"
    maps.mkdir()
    if mapping is not None:
        (maps / "战果.toml").write_text(mapping, "utf-8")
    (store.parent / "hongfeng.toml").write_text(
        '[[folder]]\nname = "投放"\npath = "inbox"\nmappings = "maps"\n', "utf-8"
    )
    reject(store, BAD, "战果-1.csv", Actor("folder-投放", PROGRAM))
    return maps / "战果.toml"


MAPPING = """kind = "merit"
[columns]
id = "id"
village = "CASE village WHEN '一村' THEN 'V001' ELSE village END"
kind = "kind"
happened_on = "happened_on"
"""


@pytest.mark.parametrize("mapping", [None, MAPPING])
def test_a_corrected_mapping_is_saved_for_its_channel(store: Path, mapping: str | None) -> None:
    path = with_folder(store, mapping)
    app = opened(store)
    scope(app, "row")
    field(app, "-village-word-V999").select("V002")  # type: ignore[attr-defined]
    again(app)
    press(app, "预览")
    press(app, "保存为渠道“投放”的映射（战果.toml）")
    assert "已保存映射文件“战果.toml”" in said(app)
    columns = tomllib.loads(path.read_text("utf-8"))["columns"]
    assert "WHEN 'V999' THEN 'V002'" in columns["village"]
    old = list(path.parent.glob("*.old"))
    assert [one.read_text("utf-8") for one in old] == ([mapping] if mapping else [])
    assert "由“数据-01”在“数据接入”页更正" in path.read_text("utf-8")
    press(app, "确认重试")
    assert merits(store)[0][0] == "V002"


def test_a_mapping_without_a_channel_is_offered_for_download_only(store: Path) -> None:
    reject(store, BAD)
    app = opened(store)
    scope(app, "row")
    press(app, "预览")
    labels = [button.label for button in app.button]
    assert not [label for label in labels if label.startswith("保存")]
    assert app.get("download_button")


def test_a_date_form_of_its_own_is_checked(store: Path) -> None:
    reject(store, "BAD,V001,抓获嫌疑人,3,9/8/2019,\n")
    app = opened(store)
    scope(app, "row")
    field(app, "-happened_on-form").select("其他格式")  # type: ignore[attr-defined]
    again(app)
    field(app, "-own").input("%q")  # type: ignore[attr-defined]
    again(app)
    assert "应含年（%Y 或 %y）" in said(app)
    field(app, "-happened_on-form").select("日/月/年（31/12/2019）")  # type: ignore[attr-defined]
    again(app)
    press(app, "预览")
    assert "这一行可导入：成为新记录" in said(app)
