"""Spot checks: a draw that anyone can repeat, results through the intake, failed ones voided."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.decisions.spot_checks import Result, enter_result, log_sample, samples_of, void_failed
from data.intake.loading import Loader
from data.intake.reading.source import Refused
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import NotNow, entries
from data.journal.log_kinds import LogKind
from data.rights import Actor, NotPermitted
from metrics.cells.count import Counted, count
from metrics.cells.store import Store
from metrics.figures.record_card import record_card
from metrics.integrity.flag import Flag, find_flags
from metrics.integrity.spot_sample import (
    FLAGGED_PER_UNIT,
    PER_UNIT,
    coverage,
    draw_sample,
    shown_to,
    to_check,
)
from metrics.wording.spot_words import spot_headline

AT = datetime(2019, 8, 19, 9, 30)
POLITICAL, LEADER = Actor("政治处-01", "political"), Actor("局领导-01", "leader")
MONTH, END = date(2019, 7, 1), date(2019, 7, 31)
STATIONS = [f"S{number:02d}" for number in range(1, 15)]


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(demo_store, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def flags(counted: Counted) -> tuple[Flag, ...]:
    return find_flags(counted, MONTH, END).flags


@given(seed=st.integers(0, 10**9))
@settings(max_examples=15)
def test_every_village_is_drawn_from_and_what_is_flagged_is_among_it(
    counted: Counted, flags: tuple[Flag, ...], seed: int
) -> None:
    drawn = draw_sample(counted, MONTH, seed, flags)
    assert drawn == draw_sample(counted, MONTH, seed, tuple(reversed(flags)))
    assert len({one.record for one in drawn}) == len(drawn)
    at_random = Counter(one.village for one in drawn if one.why == "random")
    assert len(at_random) >= 218  # one village is hardly visited at all
    assert sum(number < PER_UNIT for number in at_random.values()) <= 1
    assert max(at_random.values()) == PER_UNIT
    besides = Counter(one.village for one in drawn if one.why == "flagged")
    assert 0 < max(besides.values()) <= FLAGGED_PER_UNIT
    behind = {evidence.key for flag in flags for evidence in flag.evidence}
    assert {one.record for one in drawn if one.why == "flagged"} <= behind
    for flag in flags:
        if flag.rule.unit == "village":
            own = {one.record for one in drawn if one.village == flag.unit.code}
            assert own & {evidence.key for evidence in flag.evidence}


def test_another_seed_draws_others(counted: Counted) -> None:
    one, other = ({d.record for d in draw_sample(counted, MONTH, s, ())} for s in (1, 2))
    assert len(one & other) < len(one) / 2


def draw(store: Store, who: Actor = POLITICAL) -> None:
    counted = store.counted()
    drawn = draw_sample(counted, MONTH, 7, ())
    records = [(one.record, one.village, one.why) for one in drawn]
    log_sample(store.journal, MONTH, 7, counted.position, records, who, AT)


def test_a_draw_is_logged_once_and_can_be_repeated_from_the_log(store: Store) -> None:
    draw(store)
    store.copy.catch_up()
    (sample,) = samples_of(entries(store.copy, LogKind.SPOT_SAMPLE))
    with pytest.raises(NotNow, match="2019年7月已由 政治处-01 抽取"):
        draw(store, Actor("政治处-02", "political"))
    replayed = Copy(Journal(store.folder))
    replayed.catch_up(sample.position)
    then = store.counted()
    counted = count(replayed, then.catalogue, then.schemes, then.as_of)
    again = draw_sample(counted, sample.month, sample.seed, ())
    assert tuple((one.record, one.village, one.why) for one in again) == sample.records


def test_who_may_not_check_draws_and_enters_nothing(store: Store) -> None:
    position = store.journal.position()
    with pytest.raises(NotPermitted, match="可由政治处操作"):
        draw(store, LEADER)
    loader = Loader(store.journal, store.copy, tells_each_row=True)
    with pytest.raises(NotPermitted):
        enter_result(loader, Result("visit/V-0000001", "V001", END, 10, 9), LEADER, AT)
    assert store.journal.position() == position


def test_a_result_is_a_record_and_a_failed_one_may_be_voided(store: Store) -> None:
    draw(store)
    counted = store.counted()
    (sample,) = samples_of(entries(store.copy, LogKind.SPOT_SAMPLE))
    row = next(r for r in to_check(counted, sample) if r.table == "走访")
    assert row.sampled is None
    result = Result(row.record, row.village_code, AT.date(), 10, 4)
    loader = Loader(store.journal, store.copy, tells_each_row=True)
    enter_result(loader, result, POLITICAL, AT)
    checked = {r.record: r for r in to_check(store.counted(), sample)}[row.record]
    assert (checked.sampled, checked.correct) == (10, 4)
    rows, own = to_check(store.counted(), sample), Actor("寺坡所-01", "station", "S02")
    assert shown_to(rows, own) == [checked]
    assert shown_to(rows, POLITICAL) == rows
    void_failed(store.journal, store.copy, result, "户主称当日未有人上门", POLITICAL, AT)
    store.copy.catch_up()
    found = store.copy.one("SELECT voided_on, voided_reason FROM record.visit WHERE id = ?", row.id)
    assert found == (AT.date(), "抽查不实：户主称当日未有人上门")
    with pytest.raises(NotNow, match="已经作废"):
        void_failed(store.journal, store.copy, result, "再来一次", POLITICAL, AT)
    with pytest.raises(NotNow, match="均准确"):
        void_failed(store.journal, store.copy, replace(result, correct=10), "无", POLITICAL, AT)


def test_a_result_that_cannot_be_is_refused(store: Store) -> None:
    loader = Loader(store.journal, store.copy, tells_each_row=True)
    with pytest.raises(Refused, match="准确项数多于抽查项数"):
        enter_result(loader, Result("visit/V-0000001", "V001", AT.date(), 5, 6), POLITICAL, AT)


def often_checked(store: Store, station: str) -> int:
    """The villages of a station with more than five checks from 1 to 19 August, counted apart."""
    (number,) = store.copy.one(
        """SELECT count(*) FROM (
            SELECT village FROM record.spot_check WHERE checked_on >= DATE '2019-08-01'
            GROUP BY village HAVING count(*) > 5
        ) JOIN record.village ON code = village WHERE valid_to IS NULL AND station = ?""",
        station,
    )
    assert isinstance(number, int)
    return number


def test_coverage_counts_villages_with_enough_checks(store: Store) -> None:
    august = date(2019, 8, 1), AT.date()
    assert sum(line.covered for line in coverage(store.counted(), *august)) == 219
    before = coverage(store.counted(), *august, per_unit=PER_UNIT + 1)
    assert [line.covered for line in before] == [often_checked(store, code) for code in STATIONS]
    result = Result("visit/V-0000001", "V001", AT.date(), 10, 10)
    enter_result(Loader(store.journal, store.copy, tells_each_row=True), result, POLITICAL, AT)
    after = coverage(store.counted(), *august, per_unit=PER_UNIT + 1)
    first = before[0]  # the station of V001, which had five
    assert (after[0].covered, after[0].checks) == (first.covered + 1, first.checks + 1)
    assert after[1:] == before[1:]


def test_the_card_says_what_to_ask_about_and_names_no_household(store: Store) -> None:
    draw(store)
    counted = store.counted()
    (sample,) = samples_of(entries(store.copy, LogKind.SPOT_SAMPLE))
    row = next(r for r in to_check(counted, sample) if r.table == "走访")
    said = dict(record_card(counted, row.record, POLITICAL))
    assert said["记录编号"] == row.id
    assert said["村（社区）"] == row.village
    assert said["民（辅）警工号"].partition("-")[0] in ("辅警", "民警")
    begun, ended = (datetime.fromisoformat(said[name]) for name in ("开始时间", "结束时间"))
    assert int(said["时长（分钟）"]) == (ended - begun).seconds // 60
    assert "走访事由" in said
    household = store.copy.one("SELECT household FROM record.visit WHERE id = ?", row.id)[0]
    assert "户号" not in said
    assert str(household) not in said.values()
    assert "记录摘要码" not in said
    assert "民（辅）警工号" not in dict(record_card(counted, row.record, Actor("x", "data")))
    assert record_card(counted, "visit/none", POLITICAL) == []
    with pytest.raises(NotPermitted):
        record_card(counted, row.record, Actor("x", "wall"))


@pytest.mark.parametrize("table", ["visit", "patrol", "task", "dispute", "hazard"])
def test_every_drawn_kind_of_record_has_a_card(counted: Counted, table: str) -> None:
    (id,) = counted.copy.one(f"SELECT min(id) FROM record.{table} WHERE voided_on IS NULL")
    said = dict(record_card(counted, f"{table}/{id}", POLITICAL))
    assert len(said) > 4
    assert not {"户号", "记录摘要码"} & said.keys()


def test_the_headline_tells_the_draw_from_all_results(store: Store) -> None:
    every = coverage(store.counted(), MONTH, END)
    assert spot_headline(MONTH, None, "2019年7月", every) == (
        "2019年7月的样本尚未抽取；抽查日期在2019年7月的结果共 1,199 条（不限这一样本），"
        "219 个村（社区）中 219 个抽足 5 条"
    )
    draw(store)
    store.copy.catch_up()
    (sample,) = samples_of(entries(store.copy, LogKind.SPOT_SAMPLE))
    before = to_check(store.counted(), sample)
    assert [row for row in before if row.sampled is not None] == []
    row = before[0]
    loader = Loader(store.journal, store.copy, tells_each_row=True)
    enter_result(loader, Result(row.record, row.village_code, AT.date(), 5, 5), POLITICAL, AT)
    rows = to_check(store.counted(), sample)
    said = spot_headline(MONTH, rows, "2019年7月", every)
    drawn = f"抽取 {len(rows):,} 条，已录入 1 条、待查 {len(rows) - 1:,} 条；"
    assert said.startswith(f"2019年7月的样本{drawn}抽查日期在2019年7月的结果共 1,199 条")
