"""破案: the figures are those of the catalogue, the young are left out, and filing is watched."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from data.rights import Actor
from metrics.analysis import clearance_counts as cases
from metrics.analysis.change_sides import Side
from metrics.analysis.clearance_audit import (
    AuditLine,
    audit,
    audit_reading,
    count_p,
)
from metrics.analysis.clearance_cases import Cases, cohorts, filed_cases
from metrics.analysis.clearance_change import rate_steps
from metrics.analysis.clearance_counts import CaseCounts, Choice, case_counts
from metrics.analysis.compare import Comparison, Verdict
from metrics.analysis.compare_spans import Pair
from metrics.analysis.time_to_clearance import speed, speed_reading
from metrics.calendar.period import last_year, parse_period
from metrics.cells.count import Counted
from metrics.cells.passes import UNUSABLE
from metrics.cells.store import Store
from metrics.cells.units import UNKNOWN, Unit
from metrics.figures.measure import LAST_YEAR, THIS, Amount, measure, trend
from metrics.indicators.catalogue import load_catalogue
from metrics.results import Results
from metrics.statistics import change_test
from metrics.wording.clearance_change_words import (
    clearance_headline,
    separation,
    steps_reading,
)
from metrics.wording.clearance_readings import (
    clearance_by_station_reading,
    cohorts_reading,
    left_out_sentence,
    station_results,
)

LEADER = Actor("t", "leader")
TO_DATE = "2019-01-01..2019-08-19"
PERIODS = [TO_DATE, "2019-07", "2018-Q2", "2019-W33", "2016-02"]


def counts_of(counted: Counted, period: str = TO_DATE) -> CaseCounts:
    return case_counts(counted, parse_period(period, counted.as_of))


def change_of(demo: Store, name: str, choice: Choice, period: str = TO_DATE) -> Comparison | None:
    results = Results(demo, demo.counted(), LEADER)
    return results.case_change(name, choice, parse_period(period, results.counted.as_of))


def headline(demo: Store, name: str, choice: Choice, period: str = TO_DATE) -> str:
    change = change_of(demo, name, choice, period)
    return clearance_headline(counts_of(demo.counted(), period), name, choice, change)


def cases_of(counted: Counted, period: str = TO_DATE) -> Cases:
    asked = parse_period(period, counted.as_of)
    first = min(last_year(asked).starts_on, counts_of(counted, period).months[0].starts_on)
    return filed_cases(counted, asked, first)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", cases.INDICATORS)
def test_every_sum_is_the_figure_of_the_catalogue(counted: Counted, name: str, period: str) -> None:
    counts = counts_of(counted, period)
    for kind in (cases.ALL, "theft", "other"):
        asked = None if kind == cases.ALL else kind
        for figure in measure(counted, name, "station", counts.period, LEADER, asked):
            amount = counts.amount(name, Choice(figure.unit, kind))
            if figure.numerator is None:
                assert amount.numerator is None
                continue
            found = amount.numerator, amount.denominator, amount.maturing or None
            assert found == (figure.numerator, figure.denominator, figure.maturing or None)
            before = counts.amount(name, Choice(figure.unit, kind), LAST_YEAR)
            assert before.numerator == figure.last_year_numerator
            assert before.denominator == figure.last_year_denominator
        whole = measure(counted, name, "bureau", counts.period, LEADER, asked)[0]
        assert counts.amount(name, Choice(kind=kind)).numerator == whole.numerator


def test_months_are_the_trend(counted: Counted) -> None:
    counts = counts_of(counted)
    declared = [counted.catalogue[name] for name in cases.RATES]
    points = trend(counted, declared, "bureau", counts.period, LEADER)
    for name in cases.RATES:
        for month, point in zip(counts.months, points[name, "bureau"], strict=True):
            amount = counts.amount(name, Choice(kind=cases.ALL), month.text)
            assert (amount.numerator, amount.denominator) == (point.numerator, point.denominator)


@pytest.mark.parametrize("period", PERIODS)
def test_the_three_kinds_are_those_of_the_indicator(counted: Counted, period: str) -> None:
    name = "clearance-theft-robbery-fraud"
    asked = parse_period(period, counted.as_of)
    whole = measure(counted, name, "bureau", asked, LEADER)[0]
    amount = counts_of(counted, period).amount(cases.IN_PERIOD, Choice())
    assert (amount.numerator, amount.denominator) == (whole.numerator, whole.denominator)


def test_the_fact_of_the_report_stands_in_the_headline(demo: Store) -> None:
    said = headline(demo, cases.IN_PERIOD, Choice())
    for part in ("盗抢骗期内破案率 45.6%（114 ÷ 250）", "高 13.6 个百分点", "相对增幅 +42.5%"):
        assert part in said


def test_a_change_within_chance_is_not_put_down_to_a_part(demo: Store) -> None:
    """July 2019: 22 of 60 against 20 of 46 (p 0.69). The year to 19 August: 114 of 250 against 80
    of 250, p 0.018 by counting alone, 0.10 by how these months moved before (phi 2.0)."""
    july = headline(demo, cases.IN_PERIOD, Choice(), "2019-07")
    assert july.endswith("低 6.8 个百分点（相对增幅 −15.7%），在随机波动之内")
    assert headline(demo, cases.IN_PERIOD, Choice()).endswith("，在随机波动之内")
    change = change_of(demo, cases.IN_PERIOD, Choice())
    said = steps_reading(
        rate_steps(counts_of(demo.counted()), cases.IN_PERIOD, Choice(), change), change
    )
    assert "放宽（φ = 2.0），p = 0.10" in said
    assert "不归因于某一项" in said


@pytest.mark.parametrize("name", cases.RATES)
@pytest.mark.parametrize("kind", [cases.ALL, cases.PROPERTY, "theft"])
@pytest.mark.parametrize("station", [cases.ALL, "S02"])
def test_the_change_is_that_of_the_same_counts(
    demo: Store, name: str, kind: str, station: str
) -> None:
    choice = Choice(station, kind)
    change = change_of(demo, name, choice)
    assert change is not None
    counts = counts_of(demo.counted())
    for side, label in ((change.now, THIS), (change.base, LAST_YEAR)):
        amount = counts.amount(name, choice, label)
        assert (side.amount.numerator, side.amount.denominator) == (
            amount.numerator,
            amount.denominator,
        )


@pytest.mark.parametrize("name", cases.RATES)
@pytest.mark.parametrize("kind", [cases.PROPERTY, cases.ALL, "theft"])
def test_the_steps_lead_from_last_year_to_now(demo: Store, name: str, kind: str) -> None:
    counts = counts_of(demo.counted())
    for station in (cases.ALL, *(unit.code for unit in counts.stations)):
        choice = Choice(station, kind)
        found = rate_steps(counts, name, choice, change_of(demo, name, choice))
        now, before = (counts.amount(name, choice, at) for at in (THIS, LAST_YEAR))
        if not found:
            is_share_of_one_kind = kind == "theft" and name != cases.IN_PERIOD
            assert is_share_of_one_kind or min(now.denominator or 0, before.denominator or 0) < 10
            continue
        assert min(now.denominator or 0, before.denominator or 0) >= 10
        for step in found[1:-1]:
            assert step.part is not None
            assert step.part.lower <= float(step.change) <= step.part.upper
        assert found[0].after == Fraction(before.numerator or 0, before.denominator or 1)
        assert found[-1].after == Fraction(now.numerator or 0, now.denominator or 1)
        assert found[-2].after == found[-1].after


# -- what is too young -------------------------------------------------------------------------


@pytest.mark.parametrize("days", [30, 60, 90])
def test_a_cohort_leaves_out_who_is_too_young_and_says_how_many(
    demo: Store, counted: Counted, days: int
) -> None:
    counts, rows = counts_of(counted), cases_of(counted).of(Choice())
    rows = rows.filed_in(counts.period)
    newest = np.datetime64(counted.as_of - timedelta(days))
    ripe = rows.filed_on <= newest
    within = (rows.cleared_on - rows.filed_on).astype("m8[D]") <= np.timedelta64(days)
    amount = counts.amount(cases.WITHIN[days], Choice())
    assert (amount.numerator, amount.denominator) == ((within & ripe).sum(), ripe.sum())
    assert amount.maturing == (~ripe).sum() > 0
    said = headline(demo, cases.WITHIN[days], Choice())
    assert f"另有 {(~ripe).sum()} 起立案未满 {days} 天，不计入" in said


def test_the_newest_month_has_no_90_day_rate_yet(demo: Store, counted: Counted) -> None:
    counts = counts_of(counted, "2019-08")
    said = headline(demo, cases.WITHIN[90], Choice(), "2019-08")
    filed = counts.amount(cases.IN_PERIOD, Choice()).denominator
    assert said.endswith(f"尚无可计：{filed} 起都未满 90 天")


def test_the_parts_of_a_month_are_the_filed_cases(counted: Counted) -> None:
    counts = counts_of(counted)
    found = cohorts(cases_of(counted).of(Choice()), counts.months)
    for cohort in found:
        label = cohort.period.text
        assert cohort.filed == counts.amount(cases.IN_PERIOD, Choice(), label).denominator
        assert sum(cohort.cleared) + cohort.open_ripe + cohort.open_young == cohort.filed
        within = counts.amount(cases.WITHIN[90], Choice(), label)
        assert cohort.young == within.maturing
        if not cohort.young:
            assert sum(cohort.cleared[:3]) == within.numerator
    young = sum(cohort.young for cohort in found)
    assert f"{young} 起未满 90 天，不计入90天现案破案率" in cohorts_reading(found)


def test_the_curve_agrees_with_the_cohort_where_all_are_ripe(counted: Counted) -> None:
    counts = counts_of(counted, "2018-H1")
    found = speed(cases_of(counted, "2018-H1"), Choice(), counts.period)
    assert found.now is not None
    for days, name in cases.WITHIN.items():
        amount = counts.amount(name, Choice())
        share = (amount.numerator or 0) / (amount.denominator or 1)
        assert found.now.share[days] == pytest.approx(share)
    assert "对数秩检验" in speed_reading(found)


def test_the_curve_of_a_young_month_ends_where_its_cases_end(counted: Counted) -> None:
    found = speed(cases_of(counted, "2019-08"), Choice(), counts_of(counted, "2019-08").period)
    assert found.horizon == 18
    assert "18 天内破案" in speed_reading(found)


# -- stations ----------------------------------------------------------------------------------


def test_expected_adds_up_to_observed(counted: Counted) -> None:
    counts = counts_of(counted)
    for name in cases.RATES:
        found = station_results(counts, name, cases.ALL)
        assert sum(f.expected for f in found) == sum(f.observed for f in found)
    said = clearance_by_station_reading(
        counts, station_results(counts, cases.IN_PERIOD, cases.PROPERTY)
    )
    assert "仅凭随机约有" in said


# -- filing and withdrawal ---------------------------------------------------------------------

CATALOGUE = load_catalogue()


def made(now: Mapping[str, int], before: Mapping[str, int]) -> CaseCounts:
    """Counts of one station and one kind: measure -> n, this year and last."""
    tables = {
        (label, measure): np.array([[n]], np.int64)
        for label, given in ((THIS, now), (LAST_YEAR, before))
        for measure, n in given.items()
    }
    period = parse_period("2019-07", date(2019, 12, 31))
    known = frozenset({THIS, LAST_YEAR})
    station = (Unit("S1", "一所", "station"),)
    return CaseCounts(period, station, {"theft": "盗窃"}, (), tables, known, {}, CATALOGUE)


def judged(now: tuple[int, int], before: tuple[int, int], verdict: Verdict = "noise") -> Comparison:
    """A comparison that was tested, whatever its p-value."""
    period = parse_period("2019-07", date(2019, 12, 31))
    pair = Pair("chosen", "last_year", period, last_year(period), (), {})
    sides = (
        Side(each, Amount(x, n), Fraction(x, n) if n else None)
        for each, (n, x) in ((period, now), (last_year(period), before))
    )
    tested = change_test.Tested(0.01, 0.5, 1.5)
    unit = Unit("bureau", "某局", "bureau")
    return Comparison(CATALOGUE[cases.IN_PERIOD], unit, pair, *sides, verdict, tested)


def filed(n: int, cleared: int, reports: int = 0, withdrawn: int = 0) -> dict[str, int]:
    return {
        f"{cases.IN_PERIOD}.denominator": n,
        f"{cases.IN_PERIOD}.numerator": cleared,
        f"{cases.REPORTS}.denominator": reports or n,
        f"{cases.REPORTS}.numerator": n,
        f"{cases.WITHDRAWN}.numerator": withdrawn,
    }


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((100, 60), (100, 40), "上升来自破案数增加，不是立案数减少所致"),
        ((120, 60), (100, 40), "上升来自破案数增加，不是立案数减少所致"),
        ((50, 40), (100, 40), "上升全部来自立案数减少，不能说明破案工作改进"),
        ((50, 30), (100, 40), "上升全部来自立案数减少，不能说明破案工作改进"),
        ((50, 45), (100, 40), "来自立案数减少，其余来自破案数增加"),
        ((100, 30), (100, 40), "下降来自破案数减少，不是立案数增加所致"),
        ((200, 40), (100, 40), "下降全部来自立案数增加，不能说明破案工作退步"),
        ((100, 40), (100, 40), "与去年同期相同"),
        ((0, 4), (100, 40), "无可比基数"),
    ],
)
def test_a_rate_that_rose_because_fewer_were_filed_shows_as_that(
    now: tuple[int, int], before: tuple[int, int], said: str
) -> None:
    counts = made(filed(*now), filed(*before))
    change = judged(now, before, "up")
    assert said in separation(counts, Choice(kind=cases.ALL), change)


def test_a_ratio_that_chance_may_have_moved_has_no_cause() -> None:
    now, before = (100, 50), (100, 40)
    counts = made(filed(*now), filed(*before))
    said = separation(counts, Choice(kind=cases.ALL), judged(now, before))
    assert "+10.0 个百分点，在随机波动之内，不归因" in said
    assert "来自" not in said


def test_with_fewer_than_ten_nothing_is_split() -> None:
    now, before = (9, 5), (100, 40)
    counts, choice = made(filed(*now), filed(*before)), Choice(kind=cases.ALL)
    change = judged(now, before, "up")
    assert rate_steps(counts, cases.IN_PERIOD, choice, change) == []
    assert "影响" not in separation(counts, choice, change)
    assert "其中" not in clearance_headline(counts, cases.IN_PERIOD, choice, change)


def test_fewer_filings_of_as_many_reports_ask_for_a_look() -> None:
    counts = made(filed(150, 60, reports=300, withdrawn=15), filed(250, 60, reports=300))
    changes = {
        cases.REPORTS: judged((300, 150), (300, 250), "down"),
        cases.WITHDRAWN: judged((1, 15), (1, 0), "up"),
    }
    lines = audit(counts, Choice(kind=cases.ALL), changes)
    said = audit_reading(lines)
    assert said.startswith("需核查：")
    for part in ("7天内立案率由 83.3% 变为 50.0%", "立案由 250 起变为 150 起", "撤案由 0 起"):
        assert part in said
    assert [line.judgement for line in lines if line.is_suspect] == ["需核查"] * 3


def test_more_filings_and_fewer_withdrawals_do_not() -> None:
    counts = made(filed(250, 60, reports=300), filed(150, 60, reports=300, withdrawn=15))
    changes = {
        cases.REPORTS: judged((300, 250), (300, 150), "up"),
        cases.WITHDRAWN: judged((1, 0), (1, 15), "down"),
    }
    lines = audit(counts, Choice(kind=cases.ALL), changes)
    assert not any(line.is_suspect for line in lines)
    assert "没有超出随机波动范围、会抬高破案率的变化" in audit_reading(lines)


def test_cases_of_a_source_without_clearing_dates_are_named() -> None:
    counts = made({f"{cases.IN_PERIOD}.{UNUSABLE}": 7, **filed(20, 5)}, filed(20, 5))
    assert "7 起来自没有破案日期一列的来源，未计入" in left_out_sentence(counts, Choice())
    assert left_out_sentence(made(filed(20, 5), filed(20, 5)), Choice()) == ""


def test_days_of_a_leap_year_are_weighed() -> None:
    """Twice as many in twice as many days is no change."""
    assert count_p(Amount(200, None), Amount(100, None), (60, 30)) == pytest.approx(1)
    assert (count_p(Amount(200, None), Amount(100, None), (30, 30)) or 1) < 0.001
    assert count_p(Amount(0, None), Amount(0, None), (30, 30)) is None


def test_a_base_of_nothing_is_a_dash() -> None:
    assert AuditLine("撤案", Amount(3, None), Amount(0, None)).change == "—"
    assert AuditLine("率", Amount(1, 2), Amount(0, 0)).change == "—"


def test_before_the_first_record_nothing_is_compared(demo: Store, counted: Counted) -> None:
    counts = counts_of(counted, "2016-02")
    change = change_of(demo, cases.IN_PERIOD, Choice(), "2016-02")
    assert rate_steps(counts, cases.IN_PERIOD, Choice(), change) == []
    assert "无从分解" in steps_reading([], change)
    assert headline(demo, cases.IN_PERIOD, Choice(), "2016-02").endswith("去年同期无可比数据")
    assert separation(counts, Choice(), change).endswith("无可比基数。")


def test_cases_without_a_kind_or_station_are_counted(counted: Counted) -> None:
    """What no kind claims stands in a column of its own, so that the parts add up."""
    counts = counts_of(counted)
    total = counts.amount(cases.IN_PERIOD, Choice(kind=cases.ALL)).denominator
    by_kind = [
        counts.amount(cases.IN_PERIOD, Choice(kind=kind)).denominator or 0 for kind in counts.kinds
    ]
    by_station = [
        counts.amount(cases.IN_PERIOD, Choice(unit.code, cases.ALL)).denominator or 0
        for unit in counts.stations
    ]
    assert sum(by_kind) == sum(by_station) == total
    assert UNKNOWN in {unit.code for unit in counts.stations}
    bare = replace(counts, stations=(), tables={})
    assert bare.amount(cases.IN_PERIOD, Choice()).denominator == 0
