"""Retrying rejects: what is mended becomes a record once, what is not stays open and says why."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.channels.http import Answer
from data.config import HttpForm
from data.declared import DeclarationError
from data.intake.correction import Rules, codes, rules_by_name, unknown_words
from data.intake.files import load_files
from data.intake.loading import Loader
from data.intake.mapping import IdForm, Mapping
from data.intake.named_units import meanings_of
from data.intake.reject_selection import OpenReject, Scope, chosen, counts
from data.intake.rejects import open_rejects
from data.intake.retry import Outcome, Overtaken, Retry, check, load
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import PROGRAM, Actor, NotPermitted, command_line
from data.schema import TABLES
from tests.request import take

CLERK = Actor("甲", "data")
ACTOR = Actor("http", PROGRAM)
JSON = "application/json"
DAY = date(2019, 8, 20)
HEAD = "id,village,kind,persons,happened_on\n"
VILLAGES = (
    "code,name,kind,station\nV001,一村,村,S1\nV002,二村,村,S1\n",
    "code,name,unit_group\nS1,一所,城区\n",
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for name, content in zip(("village", "station"), VILLAGES, strict=True):
        file = tmp_path / f"{name}.csv"
        file.write_text(content, "utf-8")
    load_files(tmp_path / "store", [tmp_path / "station.csv"], command_line())
    load_files(tmp_path / "store", [tmp_path / "village.csv"], command_line())
    return tmp_path / "store"


def reject(store: Path, rows: str, name: str = "merit-一.csv", head: str = HEAD) -> None:
    file = store.parent / name
    file.write_text(head + rows, "utf-8")
    load_files(store, [file], command_line(), "merit", today=DAY)


def loader_of(store: Path) -> Loader:
    journal = Journal(store)
    return Loader(journal, Copy(journal), tells_each_row=True)


def opened(loader: Loader, scope: Scope = "source", at: int = 0) -> tuple[OpenReject, ...]:
    assert loader.copy is not None
    loader.copy.catch_up()
    ids = open_rejects(loader.copy, CLERK)["id"].to_pylist()
    return chosen(loader.copy, CLERK, ids[at], scope) if ids else ()


def rules(rejects: Iterable[OpenReject]) -> Rules:
    first = next(iter(rejects))
    return rules_by_name(list(first.values), TABLES[first.kind])


def named(rejects: tuple[OpenReject, ...]) -> Mapping:
    return rules(rejects).mapping("测试")


def records(loader: Loader) -> list[tuple[object, ...]]:
    assert loader.copy is not None
    loader.copy.catch_up()
    return (
        loader.copy.cursor()
        .execute(
            "SELECT id, village, persons FROM record.merit WHERE is_deleted IS NOT TRUE ORDER BY id"
        )
        .fetchall()
    )


def run(loader: Loader, retry: Retry, actor: Actor = CLERK) -> Outcome:
    told = check(loader, retry, actor, DAY)
    done = load(loader, retry, actor, DAY)
    assert replace(told.report, position=done.report.position) == done.report
    assert [(r.id, why) for r, why in told.again] == [(r.id, why) for r, why in done.again]
    return done


def test_one_row_is_corrected_and_the_clerk_is_named(store: Path) -> None:
    reject(store, "A,V999,抓获嫌疑人,3,2019-08-19\n")
    loader = loader_of(store)
    rejects = opened(loader, "row")
    done = run(loader, Retry(rejects, named(rejects), {"village": "V001"}))
    assert (done.report.added, done.again) == (1, ())
    assert records(loader) == [("A", "V001", 3)]
    assert opened(loader) == ()
    *_, closing, record = loader.journal.parts()
    assert {closing.actor, record.actor} == {"data:甲"}
    assert {closing.source, record.source} == {"merit-一.csv"}


def test_what_is_still_wrong_stays_open_with_what_was_tried(store: Path) -> None:
    reject(store, "A,V999,抓获嫌疑人,3,2019-08-19\n")
    loader = loader_of(store)
    before = opened(loader, "row")
    values = {"village": "V001", "persons": "三人"}
    done = run(loader, Retry(before, named(before), values))
    assert [why for _, why in done.again] == ["人数“三人”不是整数"]
    (after,) = opened(loader)
    assert (after.id, after.row_number, after.reasons) == (before[0].id, 2, "人数“三人”不是整数")
    assert after.values["village"] == "V001"
    assert records(loader) == []


def test_a_word_is_translated_for_all_rows_alike(store: Path) -> None:
    reject(
        store,
        "A,V001,抓人,3,2019-08-19\nB,V002,抓人,1,2019-08-19\nC,V001,抓人,x,2019-08-19\n"
        "D,V999,抓获嫌疑人,2,2019-08-19\n",
    )
    loader = loader_of(store)
    assert loader.copy is not None
    rejects = opened(loader, "source")
    assert codes(loader.copy, "village") == {"V001": "一村", "V002": "二村"}
    meanings = meanings_of(loader.copy, TABLES["merit"], "")
    assert unknown_words(rules(rejects), rejects, meanings) == {"village": ["V999"]}
    given_rules = rules(rejects)
    rule = replace(given_rules.columns["village"], words={"V999": "V002"})
    done = run(loader, Retry(rejects, given_rules.with_rule("village", rule).mapping("测试")))
    assert (done.report.added, len(done.again)) == (1, 1)
    assert [row[0] for row in records(loader)] == ["A", "B", "D"]


def test_rejects_are_alike_by_their_reasons_whatever_the_values(store: Path) -> None:
    reject(
        store, "A,V8,抓获嫌疑人,3,2019-08-19\nB,V9,抓获嫌疑人,1,2019-08-19\nC,V9,,x,2019-08-19\n"
    )
    loader = loader_of(store)
    assert loader.copy is not None
    first = opened(loader, "row")[0]
    assert counts(loader.copy, CLERK, first.id) == {"row": 1, "reason": 2, "source": 3}
    assert [r.row_number for r in chosen(loader.copy, CLERK, first.id, "reason")] == [2, 3]
    assert counts(loader.copy, CLERK, "nothing") == {"row": 0, "reason": 0, "source": 0}


def test_two_persons_at_once_one_is_told(store: Path) -> None:
    reject(store, "A,V999,抓获嫌疑人,3,2019-08-19\n")
    first, second = loader_of(store), loader_of(store)
    mine, yours = opened(first, "row"), opened(second, "row")
    run(first, Retry(mine, named(mine), {"village": "V001"}))
    before = second.journal.position()
    with pytest.raises(Overtaken, match="这一行刚刚已由他人处理"):
        load(second, Retry(yours, named(yours), {"village": "V002"}), CLERK, DAY)
    assert second.journal.position() == before
    assert records(second) == [("A", "V001", 3)]


def test_who_may_not_load_may_neither_try_nor_look_ahead(store: Path) -> None:
    reject(store, "A,V999,抓获嫌疑人,3,2019-08-19\n")
    loader = loader_of(store)
    rejects = opened(loader, "row")
    retry = Retry(rejects, named(rejects), {"village": "V001"})
    for act in (check, load):
        with pytest.raises(NotPermitted):
            act(loader, retry, Actor("乙", "political"), DAY)
    assert loader.copy is not None
    with pytest.raises(NotPermitted):
        chosen(loader.copy, Actor("丙", "leader"), rejects[0].id, "row")


def test_a_masked_value_is_not_tried_and_a_new_number_is_refused_again(store: Path) -> None:
    head = HEAD.replace("persons", "voided_reason")
    reject(store, "A,V001,抓获嫌疑人,电13812345678转,2019-08-19\n", head=head)
    loader = loader_of(store)
    rejects = opened(loader, "row")
    before = loader.journal.position()
    done = run(loader, Retry(rejects, named(rejects)))
    assert (done.held, done.report.rows) == (rejects, 0)
    assert loader.journal.position() == before
    done = run(loader, Retry(rejects, named(rejects), {"voided_reason": "电13912345678"}))
    assert "疑似身份证号或手机号" in done.again[0][1]
    rejects = opened(loader, "row")
    assert "1391" not in rejects[0].content
    done = run(loader, Retry(rejects, named(rejects), {"voided_reason": "电话已删"}))
    assert done.report.added == 1


def test_a_row_without_an_id_needs_one_or_is_numbered_by_file_and_row(store: Path) -> None:
    reject(store, ",V001,抓获嫌疑人,3,2019-08-19\n")
    loader = loader_of(store)
    rejects = opened(loader, "row")
    assert "缺少记录编号" in run(loader, Retry(rejects, named(rejects))).again[0][1]
    by_row = replace(rules(rejects), id=IdForm(made_from="file and row")).mapping("测试")
    retry = Retry(opened(loader, "row"), by_row)
    run(loader, retry)
    ((made, *_),) = records(loader)
    assert made == f"{rejects[0].digest}-2"
    with pytest.raises(Overtaken):
        load(loader, retry, CLERK, DAY)
    assert len(records(loader)) == 1


def test_rows_of_several_bodies_are_one_retry_and_keep_their_names(store: Path) -> None:
    for number in range(3):
        reject(store, f"A,V{number}9,抓获嫌疑人,{number},2019-08-19\n", "merit-一.csv")
    loader = loader_of(store)
    rejects = opened(loader)
    assert len({r.digest for r in rejects}) == 3
    mapping = rules(rejects)
    rule = replace(mapping.columns["village"], words={f"V{n}9": "V001" for n in range(3)})
    done = run(loader, Retry(rejects, mapping.with_rule("village", rule).mapping("测试")))
    assert all("编号与一同重试的另一行重复" in why for _, why in done.again[1:])
    assert "同一编号有多行" in done.again[0][1]
    again = opened(loader)
    assert [r.row_number for r in again] == [2, 2, 2]
    assert {r.reasons for r in again} == {why for _, why in done.again}
    one = chosen(loader.copy, CLERK, again[1].id, "row")  # type: ignore[arg-type]
    run(loader, Retry(one, named(one), {"village": "V002"}))
    assert opened(loader) == ()  # the record came in: its other rejects are closed with it
    assert len(records(loader)) == 1


def test_a_broken_line_is_filled_in_by_hand(store: Path) -> None:
    reject(store, "A,V001,抓获嫌疑人\nB,V001,抓获嫌疑人,1,2019-08-19\n")
    loader = loader_of(store)
    rejects = opened(loader, "row")
    assert rejects[0].values == {}
    mapping = rules_by_name(["记录编号", "类别", "日期"], TABLES["merit"]).mapping("测试")
    values = {"记录编号": "A", "类别": "抓获嫌疑人", "日期": "2019-08-19"}
    assert run(loader, Retry(rejects, mapping, values)).report.added == 1
    assert opened(loader) == ()


def test_a_mapping_that_does_not_fit_is_refused_and_nothing_is_written(store: Path) -> None:
    reject(store, "A,V999,抓获嫌疑人,3,2019-08-19\n")
    loader = loader_of(store)
    rejects = opened(loader, "row")
    mapping = Mapping(name="测试", kind="merit", columns={"village": '"没有的列"'})
    before = loader.journal.position()
    with pytest.raises(DeclarationError, match="没有的列"):
        load(loader, Retry(rejects, mapping), CLERK, DAY)
    assert loader.journal.position() == before


def body(store: Path, text: str) -> Answer:
    return take(loader_of(store), "merit", text.encode(), JSON, HttpForm(), ACTOR, DAY)


def test_a_row_that_came_by_http_keeps_what_it_did_not_name(store: Path) -> None:
    """A retry of a row that knows few columns leaves the others as they were."""
    whole = '{"id": "A", "village": "V001", "kind": "抓获嫌疑人", "persons": 3,'
    body(store, whole + ' "happened_on": "2019-08-01"}')
    body(store, '{"id": "A", "kind": "抓获嫌疑人", "happened_on": "2019-08-01", "village": "V9"}')
    loader = loader_of(store)
    rejects = opened(loader, "row")
    assert rejects[0].source == "HTTP 接口"
    done = run(loader, Retry(rejects, named(rejects), {"village": "V002"}))
    assert done.report.corrected == 1
    assert records(loader) == [("A", "V002", 3)]


def test_a_value_that_was_never_read_is_asked_for(store: Path) -> None:
    """The list that came is not kept: an empty value in its place would be an invention."""
    body(store, '{"id": "A", "kind": "抓获嫌疑人", "happened_on": "2019-08-01", "人数": [3]}')
    loader = loader_of(store)
    rejects = opened(loader, "row")
    assert run(loader, Retry(rejects, named(rejects))).held == rejects
    assert run(loader, Retry(rejects, named(rejects), {"persons": "3"})).report.added == 1


WORDS = st.sampled_from(["V001", "V002", "V9", "", "=1+1", "x" * 501, "'; DROP TABLE x --", "“”；"])
ROWS = st.lists(st.tuples(st.sampled_from("ABC"), WORDS), min_size=1, max_size=4)


@settings(max_examples=8)
@given(rows=ROWS, ours=WORDS)
def test_retrying_twice_adds_nothing(
    store: Path, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], ours: str
) -> None:
    """Whatever was rejected and however it is corrected: the second time adds no record."""
    place = tmp_path_factory.mktemp("law") / "store"
    shutil.copytree(store, place)
    lines = "".join(f'{id},"{word}",抓获嫌疑人,1,2019-08-19\n' for id, word in rows)
    reject(place, lines)
    loader = loader_of(place)
    rejects = opened(loader)
    if not rejects:
        return
    made = rules(rejects)
    rule = replace(made.columns["village"], words={word: ours for _, word in rows if word})
    mapping = made.with_rule("village", rule).mapping("测试")
    done = run(loader, Retry(rejects, mapping))
    after, position = records(loader), loader.journal.position()
    left = opened(loader)
    assert {r.id for r in left} == {r.id for r, _ in done.again}
    if done.report.accepted:
        with pytest.raises(Overtaken):
            load(loader, Retry(rejects, mapping), CLERK, DAY)
        assert loader.journal.position() == position
    if left:  # a mere copy of a row that came in may close by now; no record comes of it
        again = load(loader, Retry(left, mapping), CLERK, DAY)
        assert again.report.added == again.report.corrected == 0
    assert records(loader) == after
