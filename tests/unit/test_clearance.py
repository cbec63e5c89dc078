"""破案: the figures are those of the catalogue, the young are left out, and filing is watched."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest

from data.rights import Actor
from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_cases import Cases, cohorts, filed_cases
from metrics.analysis.clearance_change import rate_steps
from metrics.analysis.clearance_counts import CaseCounts, Choice, case_counts
from metrics.analysis.compare import Comparison
from metrics.analysis.time_to_clearance import speed, speed_reading
from metrics.calendar.period import last_year, parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.cells.units import UNKNOWN
from metrics.figures.measure import LAST_YEAR, THIS, measure, trend
from metrics.results import Results
from metrics.wording.clearance_change_words import (
    clearance_headline,
    separation,
    steps_reading,
)
from metrics.wording.clearance_readings import (
    clearance_by_station_reading,
    cohorts_reading,
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
    """July 2019: 22 of 60 against 15 of 46 (p 0.86). The year to 19 August: 114 of 250 against 80
    of 250, p 0.018 by counting alone, 0.07 by how these months moved before (phi 1.7)."""
    july = headline(demo, cases.IN_PERIOD, Choice(), "2019-07")
    assert july.endswith("高 4.1 个百分点（相对增幅 +12.4%），在随机波动之内")
    assert headline(demo, cases.IN_PERIOD, Choice()).endswith("，在随机波动之内")
    change = change_of(demo, cases.IN_PERIOD, Choice())
    said = steps_reading(
        rate_steps(counts_of(demo.counted()), cases.IN_PERIOD, Choice(), change), change
    )
    assert "放宽（φ = 1.7），p = 0.07" in said
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
