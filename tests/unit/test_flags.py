"""The rules of 数据核查: their examples, their laws, their words, and who may see what."""

import shutil
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.declared import DeclarationError
from data.rights import Actor, NotPermitted
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.flags.rules import HERE, FlagRule, load_rules
from metrics.indicators.catalogue import load_catalogue
from metrics.integrity.flag import (
    Flag,
    FoundFlags,
    compare_with_peers,
    find_flags,
    flag_id,
    subject_of,
)
from metrics.integrity.flag_records import flag_records
from metrics.results import Results
from metrics.scheme.scheme import HERE as SCHEMES
from metrics.scheme.scheme import load_scheme
from metrics.wording import flag_words
from tests.documentation import FLAGS, flags_page, measured_lines
from tests.flag_examples import differences, example_copy, mutations

RULES = load_rules()
JULY = date(2019, 7, 1), date(2019, 7, 31)
POLITICAL, STATION, WALL = (Actor("x", role) for role in ("political", "station", "wall"))
# Speeds are fractions: none of them is exactly the limit.
FAST = "travelled.km * 3600 {} $kmh * travelled.seconds"
SAME_THING = {f"“{FAST.format('>')}”改为“{FAST.format('>=')}”"}


@pytest.fixture(scope="module")
def july(counted: Counted) -> tuple[Flag, ...]:
    return find_flags(counted, *JULY).flags


def flag_of(flags: tuple[Flag, ...], rule: str) -> Flag:
    return next(flag for flag in flags if flag.rule.id == rule)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_example_of_a_rule_holds(rule: FlagRule) -> None:
    assert differences(rule, example_copy(rule)) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_example_notices_each_small_error(rule: FlagRule) -> None:
    records = example_copy(rule)
    unnoticed = [done for done, wrong in mutations(rule) if not differences(wrong, records)]
    assert set(unnoticed) <= SAME_THING


def test_the_thirteen_rules_are_there_and_told_in_chinese() -> None:
    assert len(RULES) == 13
    for rule in RULES.values():
        assert "{hits}" in rule.seen
        assert "{total}" in rule.seen
        assert flag_words.caution(rule).startswith("线索不等于结论")


def test_the_document_is_made_from_the_rules() -> None:
    page = FLAGS.read_text("utf-8")
    assert page == flags_page(measured_lines(page)), "make docs"
    assert all(rule.title in page for rule in RULES.values())


# -- what is wrong is refused -----------------------------------------------------------------


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    for name in ("short-visits.toml", "short-visits.sql"):
        shutil.copy(HERE / name, tmp_path / name)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("short-visits.toml", 'unit = "village"', 'unit = "house"', "unit 应为"),
        ("short-visits.toml", "minutes = 3\n", "", "不符：minutes"),
        ("short-visits.toml", "minutes = 3", "minutes = 3\nkmh = 4", "不符：kmh"),
        ("short-visits.toml", "minutes = 3", "minutes = -3", "不得为负"),
        ("short-visits.sql", "visit.ended_at)", "visit.ended)", "不能执行"),
        ("short-visits.sql", "AS is_hit", "AS hit", "不能执行"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    with pytest.raises(DeclarationError, match=told) as refused:
        load_rules(changed(tmp_path, file, old, new))
    assert str(refused.value).startswith("short-visits.")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[flags.no-such]\nshare = 0.5", "flags.no-such 没有核查规则"),
        ("[flags.short-visits]\nkmh = 1", "flags.short-visits.kmh 不是阈值"),
        ("[flags.short-visits]\nshare = 1.5", "flags.short-visits.share 超出范围"),
    ],
)
def test_a_scheme_with_a_wrong_threshold_is_refused(tmp_path: Path, table: str, told: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text((SCHEMES / "2016.toml").read_text("utf-8") + "\n" + table, "utf-8")
    with pytest.raises(DeclarationError, match=told):
        load_scheme(file, load_catalogue())


def test_the_scheme_changes_a_threshold(counted: Counted, july: tuple[Flag, ...]) -> None:
    (scheme,) = counted.schemes
    strict = scheme.model_copy(update={"flags": {"short-visits": {"records": Fraction(1000)}}})
    found = find_flags(replace(counted, schemes=(strict,)), *JULY).flags
    gone = {flag.id for flag in july} - {flag.id for flag in found}
    assert gone == {flag.id for flag in july if flag.rule.id == "short-visits"} != set()


# -- laws -------------------------------------------------------------------------------------

counts = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda p: (min(p), max(p)))
LOW = {"records": Fraction(1)}


@given(st.lists(counts, min_size=1, max_size=30), st.integers(1, 40), st.randoms())
def test_more_conspicuous_records_are_never_less_unusual(
    others: list[tuple[int, int]], total: int, random: object
) -> None:
    beside = [compare_with_peers(hits, total, others, LOW) for hits in range(total + 1)]
    deviations = [peers.deviations for peers in beside if peers]
    assert deviations == sorted(deviations)
    higher = [peers.higher for peers in beside if peers]
    assert higher == sorted(higher, reverse=True)
    shuffled = sorted(others, key=lambda pair: (pair[1], -pair[0]))
    assert compare_with_peers(1, total, shuffled, LOW) == compare_with_peers(1, total, others, LOW)


@given(
    st.sampled_from(sorted(RULES)),
    st.sampled_from(["share", "records", "deviations"]),
    st.fractions(1, 3),
)
@settings(max_examples=20)
def test_a_higher_threshold_never_adds_a_flag(
    counted: Counted, name: str, threshold: str, factor: Fraction
) -> None:
    rule = RULES[name]
    higher = {**rule.thresholds, threshold: rule.thresholds[threshold] * factor}
    strict = rule.model_copy(update={"thresholds": higher})
    usual = {flag.id for flag in find_flags(counted, *JULY, [rule]).flags}
    assert {flag.id for flag in find_flags(counted, *JULY, [strict]).flags} <= usual


def test_a_month_has_the_same_flags_however_it_is_asked_for(counted: Counted) -> None:
    rules = [RULES["copied-notes"], RULES["same-day-closing"], RULES["month-end-entries"]]
    year = find_flags(counted, date(2019, 1, 1), date(2019, 8, 19), rules).flags
    for month in range(1, 9):
        day = date(2019, month, 1)
        alone = find_flags(counted, date(2019, month, 15), date(2019, month, 16), rules).flags
        assert {f.id for f in alone} == {f.id for f in year if f.month == day}


def test_an_id_names_rule_unit_and_month() -> None:
    first = flag_id("short-visits", "V001", date(2019, 7, 1))
    assert first == flag_id("short-visits", "V001", date(2019, 7, 1)) == "xs-727b21e65e37"
    assert first != flag_id("short-visits", "V001", date(2019, 6, 1))


# -- what a person sees -----------------------------------------------------------------------


def test_a_flag_says_what_was_seen_and_how_unusual_it_is(july: tuple[Flag, ...]) -> None:
    closing = flag_of(july, "same-day-closing")
    assert flag_words.seen(closing).startswith(f"{closing.unit.name}2019年7月，当月办结的")
    said = flag_words.beside(closing)
    assert said.startswith("乡镇组同月另有")
    assert "大多数（四分之三）不超过" in said
    assert said.endswith("没有一个这么高")
    travel = flag_of(july, "impossible-travel")
    assert "一次也没有" in flag_words.beside(travel)
    assert flag_words.whom(travel).endswith("派出所）")


def test_the_records_behind_are_those_that_were_counted(
    counted: Counted, july: tuple[Flag, ...]
) -> None:
    flag = flag_of(july, "short-visits")
    ((titles, rows),) = flag_records(counted, flag, POLITICAL).values()
    assert len(rows) == flag.hits == len(flag.evidence)
    assert titles["measured"] == "停留（分钟）"
    assert all(0 <= float(str(row["measured"])) < 3 for row in rows)
    assert "officer" in titles
    assert "officer" not in flag_records(counted, flag, STATION)["走访"][0]


def test_a_pair_is_shown_whole_and_says_which_of_it_a_verdict_would_void(
    counted: Counted, july: tuple[Flag, ...]
) -> None:
    flag = flag_of(july, "overlapping-visits")
    ((titles, rows),) = flag_records(counted, flag, POLITICAL).values()
    assert titles["against"] == "所重叠的走访"
    by_id = {str(row["id"]): row for row in rows}
    assert len(by_id) == len(rows) > flag.hits
    gone = [row for row in rows if row["fate"] == "作废"]
    assert {row["id"] for row in gone} == {evidence.id for evidence in flag.evidence}
    assert {row["fate"] for row in rows} == {"作废", "不作废，仅供对照"}
    for row in gone:
        earlier = by_id[str(row["against"])]
        assert earlier["officer"] == row["officer"]
        assert str(earlier["started_at"]) <= str(row["started_at"]) < str(earlier["ended_at"])
        assert rows.index(earlier) < rows.index(row)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.against])
def test_each_record_of_a_pairwise_rule_names_the_one_it_was_held_against(
    counted: Counted, july: tuple[Flag, ...], rule: str
) -> None:
    flag = flag_of(july, rule)
    assert all(evidence.against for evidence in flag.evidence)
    behind = {evidence.id for evidence in flag.evidence}
    assert subject_of(flag).records == [evidence.key for evidence in flag.evidence]
    shown = {
        str(row["id"])
        for _, rows in flag_records(counted, flag, POLITICAL).values()
        for row in rows
    }
    assert {str(evidence.against).partition("/")[2] for evidence in flag.evidence} <= shown
    assert behind <= shown


def test_the_note_that_was_copied_is_an_earlier_one_with_the_same_words(
    counted: Counted, july: tuple[Flag, ...]
) -> None:
    flag = flag_of(july, "copied-notes")
    for evidence in flag.evidence:
        pair = counted.copy.one(
            "SELECT count(DISTINCT note_digest), max(started_at) - min(started_at) <= INTERVAL"
            " 91 DAY FROM record.visit WHERE id IN (?, ?)",
            evidence.id,
            str(evidence.against).partition("/")[2],
        )
        assert pair == (1, True)


def test_who_may_not_see_officers_sees_none_flagged(counted: Counted, demo_store: Path) -> None:
    period = parse_period("2019-07", counted.as_of)
    store = Store(demo_store)
    every, some = (Results(store, counted, who).flags(period) for who in (POLITICAL, STATION))
    assert {flag.rule.unit for flag in every} == {"village", "officer"}
    assert {flag.rule.unit for flag in some} == {"village"}
    officer = next(flag for flag in every if flag.rule.unit == "officer")
    with pytest.raises(NotPermitted, match="民（辅）警个人"):
        flag_records(counted, officer, STATION)
    with pytest.raises(NotPermitted, match="明细记录"):
        Results(store, counted, WALL).flags(period)


def test_the_month_that_is_not_over_is_flagged_as_far_as_it_goes(counted: Counted) -> None:
    found = find_flags(counted, date(2019, 8, 1), date(2019, 8, 31))
    assert all(flag.month == date(2019, 8, 1) for flag in found.flags)
    assert not [flag for flag in found.flags if flag.rule.id == "month-end-entries"]


def test_what_a_rule_could_not_look_at_is_told_with_its_reason() -> None:
    rules = load_rules()
    late, short, overlap = (
        rules[n] for n in ("late-entries", "short-visits", "overlapping-visits")
    )
    looked_at = {late.id: 9, short.id: 0, overlap.id: 5}
    found = FoundFlags((), looked_at, {late.id: 1_040, overlap.id: 8})
    assert flag_words.unexamined([late, short, overlap], found) == [
        f"没有填村（社区）的记录未核查：{late.title} 1,040 条",
        f"没有填民（辅）警的记录未核查：{overlap.title} 8 条",
        f"没有可供核对的记录，未核查：{short.title}",
    ]
    assert flag_words.unexamined([late], FoundFlags((), {late.id: 3}, {})) == []
