"""A corrected mapping: rules become SQL, a file that reads back the same, the channel's file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.channels.origin import (
    MappingChanged,
    Origin,
    beginning_of,
    content_of,
    origin_of,
    place_for,
    save_mapping,
)
from data.config import load_config
from data.declared import DeclarationError
from data.intake.correction import (
    DATE_FORMS,
    ColumnRule,
    Rules,
    check_form,
    named_in,
    rules_by_name,
    rules_of,
    unknown_words,
)
from data.intake.files import load_files
from data.intake.mapping import IdForm, Mapping, SourceForm, as_toml, load_mapping
from data.intake.named_units import Meanings
from data.intake.reject_selection import OpenReject
from data.intake.retry import Retry, _ready
from data.intake.row_fields import row_fields
from data.intake.validate import BLANKS
from data.journal.journal import Journal
from data.rights import PROGRAM, Actor, NotPermitted
from data.schema import TABLES, quoted

CLERK = Actor("甲", "data")
WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def kept(content: str, kind: str = "dispute", reasons: str = "") -> OpenReject:
    return OpenReject("r", kind, "纠纷.csv", "d", 2, content, reasons, 1)


def read(mapping: Mapping, content: str) -> dict[str, object]:
    ready = _ready(Retry((kept(content, mapping.kind),), mapping))
    (row,) = ready.mapped.rows.to_pylist()
    return dict(row)


@settings(max_examples=40)
@given(word=WORD, ours=WORD)
@example(word="0\xa0", ours="")
def test_a_word_means_what_was_chosen_and_another_stays(word: str, ours: str) -> None:
    rule = ColumnRule(quoted("结果"), words={word.strip(BLANKS): ours})
    mapping = Mapping(name="x", kind="dispute", columns={"outcome": rule.sql})
    assert read(mapping, json.dumps({"结果": word}))["outcome"] == ours
    assert read(mapping, '{"结果": "其他写法"}')["outcome"] in ("其他写法", ours)


@pytest.mark.parametrize("form", DATE_FORMS.values())
def test_each_offered_date_form_reads_its_own_example(form: str) -> None:
    example = next(k for k, v in DATE_FORMS.items() if v == form).partition("（")[2][:-1]
    check_form(form)
    mapping = Mapping(
        name="x", kind="dispute", columns={"due_on": ColumnRule('"d"', form=form).sql}
    )
    assert str(read(mapping, f'{{"d": "{example}"}}')["due_on"]).startswith("2019-12-31")
    assert read(mapping, '{"d": "2019-08-01x"}')["due_on"] == "2019-08-01x"


@pytest.mark.parametrize("form", ["%q", "", "%Y-%m", "%", "' || version() || '", "%H:%M"])
def test_a_form_that_is_no_date_is_refused(form: str) -> None:
    with pytest.raises(DeclarationError):
        check_form(form)


@settings(max_examples=50)
@given(
    columns=st.dictionaries(st.sampled_from(TABLES["case"].names), TEXT, min_size=1, max_size=4),
    rows=st.none() | TEXT,
    key=st.lists(TEXT, max_size=2),
)
def test_a_mapping_file_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    columns: dict[str, str],
    rows: str | None,
    key: list[str],
) -> None:
    mapping = Mapping(
        name="案件.toml",
        kind="case",
        source=SourceForm(encoding="gb18030", header_row=3, rows=rows, is_distinct=True),
        id=IdForm(columns=tuple(key)) if key else None,
        columns={name: sql.strip() for name, sql in columns.items()},
    )
    path = tmp_path_factory.mktemp("toml") / "案件.toml"
    path.write_bytes(as_toml(mapping, ["一行\n两行\x7f".replace("\x7f", "")]).encode())
    assert load_mapping(path) == mapping


def test_words_that_mean_something_are_not_asked_for() -> None:
    rejects = [
        kept(f'{{"结果": "{word}"}}')
        for word in ("已结", "化解", "failed", "已结", "〔号码已遮盖〕")
    ]
    rules = Rules(TABLES["dispute"], {"outcome": ColumnRule('"结果"')})
    assert unknown_words(rules, rejects, Meanings(rules.table, {})) == {"outcome": ["已结"]}


def test_a_number_of_a_person_does_not_enter_a_mapping() -> None:
    rule = ColumnRule('"结果"', words={"x": "13812345678"})
    with pytest.raises(DeclarationError, match="疑似身份证号或手机号"):
        Rules(TABLES["dispute"], {"outcome": rule}).mapping("x")


def test_reasons_name_their_columns_and_no_others() -> None:
    dispute = TABLES["dispute"]
    assert named_in("办结结果“已结”不在可选值（化解、未化解、移送）内", dispute) == {"outcome"}
    assert named_in("缺少受理时间；办结日期“x”不是日期", dispute) == {"received_at", "concluded_on"}
    assert named_in("回访日期早于化解日期", dispute) == {"called_back_on", "resolved_on"}
    assert named_in("应有 5 列，实有 4 列", dispute) == set()


def test_the_fields_of_a_row_are_what_is_read_and_what_lacks() -> None:
    reject = kept('{"编号": "A", "结果": "已结", "备注": "x"}', reasons="缺少受理时间")
    mapping = Mapping(
        name="x", kind="dispute", columns={"id": '"编号"', "outcome": 'upper("结果")'}
    )
    rules, fields = row_fields(reject, rules_of(mapping))
    assert [(f.name, f.label, f.is_wrong) for f in fields] == [
        ("受理时间", "受理时间", True),
        ("编号", "记录编号（来源列“编号”）", False),
        ("结果", "结果", False),
    ]
    assert rules.columns["received_at"] == ColumnRule('"受理时间"')


# -- the file of a channel --------------------------------------------------------------------


def test_a_source_is_known_by_its_channel(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "战果.toml").write_text(
        'kind = "merit"\n[columns]\nid = "编号"\n', "utf-8"
    )
    config_file = tmp_path / "hongfeng.toml"
    config_file.write_text(
        '[[folder]]\nname = "投放"\npath = "in"\nmappings = "maps"\n'
        '[[postgres]]\nname = "警务通"\ndsn_env = "X"\nkind = "visit"\ntable = "v"\n'
        'key = ["no"]\nwatermark = "u"\nmapping = "maps/visit.toml"\n',
        "utf-8",
    )
    config, store = load_config(config_file), tmp_path / "store"
    for name, by in (
        ("战果-1.csv", "folder-投放"),
        ("案件-1.csv", "folder-投放"),
        ("战果-2.csv", "a"),
    ):
        (tmp_path / name).write_text("记录编号,日期\nA,x\n", "utf-8")
        load_files(store, [tmp_path / name], Actor(by, PROGRAM))
    journal = Journal(store)
    found = {n: origin_of(n, config, journal) for n in ("战果-1.csv", "案件-1.csv", "战果-2.csv")}
    assert found["战果-1.csv"].file == tmp_path / "maps" / "战果.toml"
    assert (found["案件-1.csv"].file, found["案件-1.csv"].channel) == (None, "投放")
    assert found["战果-2.csv"] == Origin()
    assert origin_of("postgres:警务通", config, journal).key == ("no",)
    assert origin_of("HTTP 接口", config, journal) == Origin()
    assert found["战果-1.csv"].mapping("case") is None
    made = place_for(found["案件-1.csv"], "案件-1.csv", beginning_of("案件-1.csv"))
    assert made == tmp_path / "maps" / "案件.toml"


def test_a_database_record_keeps_the_id_of_its_key(tmp_path: Path) -> None:
    file = tmp_path / "visit.toml"
    file.write_text('kind = "visit"\n[columns]\nhousehold = "h"\n', "utf-8")
    mapping = Origin("警务通", file, None, ("no",)).mapping("visit")
    assert mapping is not None
    assert mapping.id == IdForm(columns=("no",))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".x", "案" * 90, "别的", "x\n"])
def test_a_mapping_file_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeclarationError):
        place_for(Origin("投放", None, tmp_path), "案件-1.csv", name)
    with pytest.raises(DeclarationError):
        place_for(Origin(), "案件-1.csv", "案件")


GOOD = 'kind = "merit"\n[columns]\nid = "a"\n'


def test_the_old_file_stays_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "战果.toml"
    assert save_mapping(path, GOOD, content_of(path), CLERK) is None
    old = save_mapping(path, GOOD.replace('"a"', '"b"'), content_of(path), CLERK)
    assert old is not None
    assert old.read_text("utf-8") == GOOD
    assert load_mapping(path).columns == {"id": "b"}
    assert sorted(tmp_path.glob("*.toml")) == [path]
    assert not list(tmp_path.glob("*.tmp"))


def test_two_persons_save_and_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "战果.toml"
    seen = content_of(path)
    save_mapping(path, GOOD, seen, CLERK)
    with pytest.raises(MappingChanged, match="刚刚已由他人更改"):
        save_mapping(path, GOOD.replace('"a"', '"b"'), seen, CLERK)
    assert path.read_text("utf-8") == GOOD


def test_a_wrong_mapping_or_person_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "战果.toml"
    path.write_text(GOOD, "utf-8")
    with pytest.raises(DeclarationError):
        save_mapping(path, GOOD.replace("merit", "nothing"), GOOD.encode(), CLERK)
    with pytest.raises(NotPermitted):
        save_mapping(path, GOOD, GOOD.encode(), Actor("乙", "political"))
    with pytest.raises(OSError, match=r"战果\.toml"):
        save_mapping(path / "a.toml", GOOD, None, CLERK)
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["战果.toml"]


def test_a_rule_replaced_keeps_the_others() -> None:
    rules = rules_by_name(["记录编号", "日期", "x"], TABLES["merit"])
    assert set(rules.columns) == {"id", "happened_on"}
    assert set(rules.with_rule("id", None).columns) == {"happened_on"}
    changed = rules.with_rule("happened_on", replace(rules.columns["happened_on"], form="%y"))
    assert changed.columns["id"] == rules.columns["id"]
