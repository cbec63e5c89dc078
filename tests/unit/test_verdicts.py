"""排除 takes one person, 属实 two; it alone voids, by new versions, and only when confirmed."""

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from data.decisions.verdicts import Verdict, Word, judge, settle, verdicts
from data.decisions.voiding import voided
from data.journal.log import Decision, Draft, NotNow, broken_links, entries, write
from data.journal.log_kinds import LogKind
from data.rights import Actor, NotPermitted
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures.measure import measure
from metrics.integrity.flag import Flag, find_flags, subject_of
from metrics.scoring.rank import assess
from metrics.wording.log_sentences import sentence_of

AT = datetime(2019, 8, 19, 9, 30)
POLITICAL, OTHER = Actor("政治处-01", "political"), Actor("政治处-02", "political")
JULY = date(2019, 7, 1), date(2019, 7, 31)


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(demo_store, tmp_path / "store")
    return Store(tmp_path / "store")


def flag_in(store: Store, rule: str) -> Flag:
    found = find_flags(store.counted(), *JULY).flags
    return next(flag for flag in found if flag.rule.id == rule)


def say(
    store: Store, flag: Flag, word: Word, reason: str = "与工作日志不符", who: Actor = POLITICAL
) -> Verdict:
    return judge(store.journal, subject_of(flag), word, reason, who, AT)


def second(
    store: Store, flag: Flag, is_confirmed: bool = True, remark: str = "", who: Actor = OTHER
) -> Verdict:
    return settle(store.journal, store.copy, subject_of(flag), is_confirmed, remark, who, AT)


def confirm(store: Store, flag: Flag) -> Verdict:
    say(store, flag, "属实")
    return second(store, flag)


def valid_visits(store: Store, village: str) -> int:
    counted = store.counted()
    period = parse_period("2019-07", counted.as_of)
    lines = measure(counted, "A4-valid-visits", "village", period, POLITICAL)
    return int(next(line.numerator or 0 for line in lines if line.unit == village))


def scores(store: Store) -> dict[str, object]:
    counted = store.counted()
    period = parse_period("2019-07", counted.as_of)
    return {line.unit: line.score for line in assess(counted, "village", period, POLITICAL)}


def test_a_confirmed_flag_voids_its_records_and_lowers_the_score(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    before, own = scores(store), valid_visits(store, flag.unit.code)
    parts = store.journal.position()
    made = confirm(store, flag)
    assert made.state == "属实"
    assert len(made.voided) == flag.hits
    assert valid_visits(store, flag.unit.code) == own - flag.hits
    after = scores(store)
    assert str(after[flag.unit.code]) != str(before[flag.unit.code])
    row = store.copy.one(
        "SELECT count(*), min(voided_on), min(voided_reason) FROM record.visit"
        " WHERE list_contains(?, id)",
        [evidence.id for evidence in flag.evidence],
    )
    assert row == (flag.hits, AT.date(), "核查属实：走访时间过短")
    assert store.journal.position() > parts
    assert store.journal.damaged() == []


def test_what_else_the_records_say_stays(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    ids = [evidence.id for evidence in flag.evidence]
    query = (
        "SELECT id, village, officer, household, started_at, ended_at, purpose, note_digest,"
        " entered_at FROM record.visit WHERE list_contains(?, id) ORDER BY id"
    )
    before = store.copy.cursor().execute(query, [ids]).fetchall()
    confirm(store, flag)
    store.copy.catch_up()
    assert store.copy.cursor().execute(query, [ids]).fetchall() == before


def test_a_dismissed_flag_changes_no_record_and_no_score(store: Store) -> None:
    flag = flag_in(store, "copied-notes")
    before = scores(store)
    made = say(store, flag, "排除", "统一宣传，文字相同")
    assert (made.state, made.voided) == ("排除", ())
    assert scores(store) == before


def test_a_flag_alone_changes_nothing(store: Store) -> None:
    position = store.journal.position()
    flag_in(store, "copied-notes")
    assert store.journal.position() == position


def test_one_person_alone_voids_nothing(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    before, rows = scores(store), voided_rows(store)
    made = say(store, flag, "属实")
    assert (made.state, made.voided) == ("属实待复核", ())
    assert made.records == tuple(subject_of(flag).records)
    assert scores(store) == before
    with pytest.raises(NotNow, match="不得复核本人提出的结论，请由他人办理"):
        second(store, flag, who=POLITICAL)
    with pytest.raises(NotPermitted, match="可由局领导、政治处操作"):
        second(store, flag, who=Actor("数据-01", "data"))
    for who in (POLITICAL, OTHER):
        with pytest.raises(NotNow, match="已由 政治处-01 于 2019年8月19日提出属实，待他人复核"):
            say(store, flag, "排除", who=who)
    assert scores(store) == before
    assert voided_rows(store) == rows
    assert verdicts(store.copy) == {flag.id: made}


def test_what_is_returned_can_be_proposed_again(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    before = scores(store)
    with pytest.raises(NotNow, match="没有待复核的结论"):
        second(store, flag)
    say(store, flag, "属实")
    with pytest.raises(NotNow, match="请填写复核意见"):
        second(store, flag, is_confirmed=False)
    back = second(store, flag, is_confirmed=False, remark="请补问住户")
    assert (back.state, back.remark, back.voided) == ("待核", "请补问住户", ())
    assert scores(store) == before
    again = say(store, flag, "属实", "已补问两户", who=OTHER)
    assert again.state == "属实待复核"
    made = second(store, flag, who=Actor("局领导-01", "leader"))
    assert (made.reason, made.person, made.second) == ("已补问两户", "政治处-02", "局领导-01")
    assert len(made.voided) == flag.hits
    store.copy.catch_up()
    assert broken_links(entries(store.copy)) == []
    said = [sentence_of(entry, {}) for entry in entries(store.copy)]
    assert said == [
        "异常线索提出属实，待复核：与工作日志不符",
        "异常线索属实的结论退回：请补问住户",
        "异常线索提出属实，待复核：已补问两户",
        f"异常线索属实，作废记录 {flag.hits} 条：已补问两户",
    ]


def test_only_what_was_proposed_is_confirmed(store: Store) -> None:
    """Records that came in between were seen by neither."""
    flag = flag_in(store, "short-visits")
    say(store, flag, "属实")
    grown = replace(flag, evidence=flag.evidence[1:])
    with pytest.raises(NotNow, match="其后的记录与提出时不同"):
        second(store, grown)
    assert second(store, grown, is_confirmed=False, remark="记录有变").state == "待核"


def test_a_pair_loses_only_the_later_record(store: Store) -> None:
    flag = flag_in(store, "overlapping-visits")
    made = confirm(store, flag)
    assert set(made.voided) == {evidence.key for evidence in flag.evidence}
    spared = {str(e.against) for e in flag.evidence} - set(made.voided)
    assert spared
    rows = store.copy.one(
        "SELECT count(voided_on) FROM record.visit WHERE list_contains(?, id)",
        [key.partition("/")[2] for key in spared],
    )
    assert rows == (0,)


def test_a_log_of_one_person_stays_readable_and_stands(store: Store) -> None:
    """As it was written before a second person was needed."""
    flag = flag_in(store, "short-visits")
    old = {
        "rule": flag.rule.id,
        "unit": flag.unit.code,
        "month": "2019-07",
        "verdict": "属实",
        "reason": "均未走访",
        "voided": ["visit/V-0000001"],
    }
    write(
        store.journal,
        POLITICAL,
        AT,
        lambda _: Decision([Draft(LogKind.FLAG_VERDICT, flag.id, old)]),
    )
    store.copy.catch_up()
    (made,) = verdicts(store.copy).values()
    assert (made.state, made.reason, made.person) == ("属实", "均未走访", "政治处-01")
    assert (made.voided, made.second_by) == (("visit/V-0000001",), "")
    with pytest.raises(NotNow, match="已由 政治处-01 于 2019年8月19日判定为属实"):
        say(store, flag, "属实")


def voided_rows(store: Store) -> object:
    return store.copy.one("SELECT count(voided_on) FROM record.visit")


def test_the_flag_stays_with_its_verdict_and_nobody_judges_again(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    made = confirm(store, flag)
    assert flag_in(store, "short-visits").id == flag.id
    assert verdicts(store.copy) == {flag.id: made}
    assert made.by == "政治处-01 于 2019年8月19日"
    assert made.second_by == "政治处-02 于 2019年8月19日"
    position = store.journal.position()
    with pytest.raises(NotNow, match=r"已由 政治处-02 于 2019年8月19日判定为属实"):
        say(store, flag, "排除", who=OTHER)
    with pytest.raises(NotNow, match="判定为属实"):
        second(store, flag)
    assert store.journal.position() == position
    assert broken_links(entries(store.copy)) == []


def test_records_that_are_void_already_are_left_alone(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    first = confirm(store, flag)
    store.copy.catch_up()
    again = voided(store.copy, first.voided, AT.date(), "再来一次")
    assert again.records == ()
    assert again.batches == ()


def test_only_events_can_be_voided(store: Store) -> None:
    store.copy.catch_up()
    with pytest.raises(ValueError, match="cannot be voided"):
        voided(store.copy, ["village/V001"], AT.date(), "不可")


@pytest.mark.parametrize("role", ["leader", "station", "data", "wall"])
def test_who_may_not_judge_is_told_who_may(store: Store, role: str) -> None:
    flag = flag_in(store, "copied-notes")
    with pytest.raises(NotPermitted, match="可由政治处操作"):
        say(store, flag, "属实", who=Actor("x", role))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("  ", "请填写理由"),
        ("长" * 201, "不超过 200 字"),
        ("电话核实 13812345678", "不得有身份证号、手机号"),
    ],
)
def test_a_reason_that_cannot_stand_there_is_refused(store: Store, reason: str, told: str) -> None:
    flag = flag_in(store, "copied-notes")
    position = store.journal.position()
    with pytest.raises(NotNow, match=told):
        say(store, flag, "属实", reason)
    assert store.journal.position() == position
