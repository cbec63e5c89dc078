"""A verdict is given once, by right and with a reason; 属实 alone voids, by new versions."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from data.log import NotNow, changes, entries
from data.rights import Actor, NotPermitted
from data.verdicts import Subject, Verdict, Word, judge, verdicts
from data.voiding import voided
from metrics.flag import Flag, find_flags
from metrics.measure import measure
from metrics.period import parse_period
from metrics.rank import assess
from metrics.store import Store

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


def subject_of(flag: Flag) -> Subject:
    records = [evidence.key for evidence in flag.evidence]
    return Subject(flag.id, flag.rule.id, flag.rule.title, flag.unit.code, flag.month, records)


def say(
    store: Store, flag: Flag, word: Word, reason: str = "与工作日志不符", who: Actor = POLITICAL
) -> Verdict:
    return judge(store.journal, store.copy, subject_of(flag), word, reason, who, AT)


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
    made = say(store, flag, "属实")
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
    say(store, flag, "属实")
    store.copy.catch_up()
    assert store.copy.cursor().execute(query, [ids]).fetchall() == before


def test_a_dismissed_flag_changes_no_record_and_no_score(store: Store) -> None:
    flag = flag_in(store, "copied-notes")
    before = scores(store)
    made = say(store, flag, "排除", "统一宣传，文字相同")
    assert made.voided == ()
    assert scores(store) == before


def test_a_flag_alone_changes_nothing(store: Store) -> None:
    position = store.journal.position()
    flag_in(store, "copied-notes")
    assert store.journal.position() == position


def test_the_flag_stays_with_its_verdict_and_nobody_judges_again(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    made = say(store, flag, "属实")
    assert flag_in(store, "short-visits").id == flag.id
    assert verdicts(store.copy) == {flag.id: made}
    assert made.by == "政治处-01 于 2019年8月19日"
    position = store.journal.position()
    with pytest.raises(NotNow, match=r"已由 政治处-01 于 2019年8月19日判定为属实"):
        say(store, flag, "排除", who=OTHER)
    assert store.journal.position() == position
    assert changes(entries(store.copy)) == []


def test_records_that_are_void_already_are_left_alone(store: Store) -> None:
    flag = flag_in(store, "short-visits")
    first = say(store, flag, "属实")
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
