"""Comparing: points and percent, filters and bases, what is said before anyone compares."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from chinese_calendar import get_holiday_detail
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_files
from data.rights import Actor, NotPermitted, command_line
from metrics.analysis.change_sides import Side
from metrics.analysis.compare import Comparison, compare_all, untestable
from metrics.analysis.compare_spans import CHOSEN, SPAN_NAMES, Pair, code_of, spans_ending
from metrics.calendar.period import Period, last_year, parse_period, previous
from metrics.calendar.spring_festival import festival_caution, festival_days, new_year
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.cells.units import Unit, units
from metrics.figures.measure import Amount, measure
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.scheme import Level
from metrics.statistics.change_test import ratio_of_rates
from metrics.wording.compare_readings import (
    cautions,
    comparison_headline,
    matrix_reading,
    volume_and_rate,
)
from metrics.wording.compare_words import (
    cautions_of,
    counts_in_words,
    difference_in_words,
    is_better,
    is_small_base,
    relative_in_words,
    sentence,
    verdict_in_words,
)

ACTOR = command_line()
AS_OF = date(2019, 8, 19)
TO_DATE = "2019-01-01..2019-08-19"
CLEARANCE = "clearance-theft-robbery-fraud"
CATALOGUE = load_catalogue()
MONTH = parse_period("2019-07", AS_OF)


def made(
    name: str,
    now: tuple[int, int | None],
    base: tuple[int, int | None],
    period: Period = MONTH,
) -> Comparison:
    """A comparison of given counts, without a test."""
    indicator = CATALOGUE[name]
    pair = Pair(CHOSEN, "last_year", period, last_year(period), (), {})
    sides = [
        Side(p, Amount(*counts), Amount(*counts).exact(indicator))
        for p, counts in ((pair.now, now), (pair.base, base))
    ]
    return Comparison(indicator, Unit("bureau", "某局", "bureau"), pair, *sides, "noise")


def compared(
    counted: Counted, name: str, text: str, level: Level = "bureau", unit: str | None = None
) -> tuple[Comparison, Comparison]:
    """同比 and 环比 of one unit."""
    period = parse_period(text, counted.as_of)
    asked = [counted.catalogue[name]]
    year, before = compare_all(counted, asked, level, {CHOSEN: period}, ACTOR, unit)
    return year, before


# -- points and percent ------------------------------------------------------------------------

RATIO, SHARE, COUNT, RATE = CLEARANCE, "C1-disputes-on-time", "patrols", "filings-per-10000"


@pytest.mark.parametrize(
    ("name", "now", "base", "difference", "relative"),
    [  # by hand
        (RATIO, (114, 250), (80, 250), "+13.6 个百分点", "+42.5%"),
        (RATIO, (120, 100), (100, 100), "+20.0 个百分点", "+20.0%"),
        (RATIO, (150, 100), (120, 100), "+30.0 个百分点", "+25.0%"),
        (SHARE, (45, 100), (40, 100), "+5.0 个百分点", "+12.5%"),
        (SHARE, (25, 100), (50, 100), "−25.0 个百分点", "−50.0%"),
        (SHARE, (1, 3), (1, 4), "+8.3 个百分点", "1 ÷ 3 对 1 ÷ 4"),
        (SHARE, (999, 1000), (998, 1000), "+0.1 个百分点", "+0.1%"),
        (SHARE, (1, 400), (0, 400), "+0.3 个百分点", "—"),
        (SHARE, (0, 10), (5, 10), "−50.0 个百分点", "0 ÷ 10 对 5 ÷ 10"),
        (SHARE, (5, 10), (0, 10), "+50.0 个百分点", "—"),
        (SHARE, (0, 10), (0, 10), "0.0 个百分点", "—"),
        (SHARE, (5, 10), (0, 0), "—", "—"),
        (SHARE, (0, 0), (5, 10), "—", "—"),
        (COUNT, (114, None), (80, None), "+34", "+42.5%"),
        (COUNT, (80, None), (114, None), "−34", "−29.8%"),
        (COUNT, (3, None), (0, None), "+3", "—"),
        (COUNT, (0, None), (3, None), "−3", "0 对 3"),
        (RATE, (3, 10_000), (2, 10_000), "+1.00 每万人", "3 ÷ 10,000 对 2 ÷ 10,000"),
        (RATE, (600, 300_000), (500, 200_000), "−5.00 每万人", "−20.0%"),
    ],
)
def test_points_are_never_percent(
    name: str,
    now: tuple[int, int | None],
    base: tuple[int, int | None],
    difference: str,
    relative: str,
) -> None:
    c = made(name, now, base)
    unit = f" {CATALOGUE[COUNT].unit}" if name == COUNT else ""
    assert difference_in_words(c) == difference + unit
    assert relative_in_words(c) == relative
    assert "%" not in difference_in_words(c)
    assert "百分点" not in relative_in_words(c)


def test_a_sentence_names_both() -> None:
    said = sentence(made(RATIO, (114, 250), (80, 250)))
    assert "45.6%（114 ÷ 250）" in said
    assert "较去年同期（32.0%）高 13.6 个百分点（相对增幅 +42.5%）" in said


@pytest.mark.parametrize(
    ("name", "base", "counts"),
    [
        (COUNT, (9, None), "12 对 9"),
        (SHARE, (3, 9), "12 ÷ 30 对 3 ÷ 9"),
        (SHARE, (9, 40), "12 ÷ 30 对 9 ÷ 40"),
    ],
)
def test_a_base_below_ten_shows_its_counts(
    name: str, base: tuple[int, int | None], counts: str
) -> None:
    c = made(name, (12, None if name == COUNT else 30), base)
    assert is_small_base(c)
    assert counts_in_words(c) == counts
    assert counts in sentence(c)


def test_a_base_of_ten_needs_none() -> None:
    c = made(COUNT, (12, None), (10, None))
    assert not is_small_base(c)
    assert "12 对 10" not in sentence(c)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 300))
def test_difference_and_relative_are_of_the_exact_values(a: int, b: int, c: int, d: int) -> None:
    found = made(RATIO, (a, b), (c, d))
    assert found.difference == Fraction(a, b) - Fraction(c, d)
    assert found.relative == (Fraction(a * d, b * c) - 1 if c else None)


def test_volume_stands_beside_the_rate() -> None:
    lines = {line.title: line for line in volume_and_rate(made(RATIO, (114, 250), (80, 200)))}
    assert (lines["分子"].difference, lines["分子"].relative) == ("+34", "+42.5%")
    assert (lines["分母"].difference, lines["分母"].relative) == ("+50", "+25.0%")
    daily = volume_and_rate(made(COUNT, (62, None), (31, None)))[1]
    assert (daily.now, daily.base, daily.relative) == ("2.00", "1.00", "+100.0%")


# -- the demo ----------------------------------------------------------------------------------


def test_the_clearance_of_the_report(counted: Counted) -> None:
    year, _ = compared(counted, CLEARANCE, TO_DATE)
    assert (year.now.amount.numerator, year.now.amount.denominator) == (114, 250)
    assert year.relative == Fraction(425, 1000)
    assert year.difference == Fraction(136, 1000)
    # Counting alone would call it real; but its months spread 1.7 times as much as that explains.
    assert year.spread.phi > 1.5
    assert year.test is not None
    assert year.test.p_value > 0.05 > ratio_of_rates(114, 250, 80, 250).p_value
    assert year.verdict == "noise"
    said = comparison_headline(year, [year], "")
    assert "高 13.6 个百分点（相对增幅 +42.5%），在随机波动之内" in said


def test_too_few_are_not_compared(counted: Counted) -> None:
    year, _ = compared(counted, "crimes-stopped", TO_DATE)
    assert year.verdict in ("small", "noise")
    few = compare_all(
        counted,
        [counted.catalogue["disputes-resolved"]],
        "village",
        {CHOSEN: parse_period("2019-07", AS_OF)},
        ACTOR,
    )
    small = [c for c in few if c.verdict == "small"]
    assert len(small) > 300
    assert all(
        verdict_in_words(c) == f"样本不足（{c.sample} 件），不作比较" and c.test is None
        for c in small
    )


def test_registers_and_sums_of_minutes_are_not_tested(counted: Counted) -> None:
    for name, why in (("phones", "在册数"), ("B3-peak-hours", "累加量")):
        year, _ = compared(counted, name, "2019-Q2")
        assert (year.verdict, year.test) == ("untested", None)
        assert why in verdict_in_words(year)


def test_coverage_since_january_is_not_tested_against_the_month_before(counted: Counted) -> None:
    year, before = compared(counted, "A1-visit-coverage", "2019-07")
    assert year.test is not None
    assert before.test is None
    assert "累计" in verdict_in_words(before)


def test_before_the_first_record_nothing_is_compared(counted: Counted) -> None:
    year, before = compared(counted, "visits", "2016-03")
    assert year.now.amount.numerator
    assert year.verdict == "none"
    assert year.relative is None
    assert before.test is not None


def test_last_months_part_that_the_store_does_not_know(counted: Counted) -> None:
    first = counted.first_on
    text = f"{first + timedelta(days=20)}..{first + timedelta(days=49)}"
    _, before = compared(counted, "visits", text)
    assert before.base.amount.numerator, "some days of it are known"
    assert (before.verdict, before.test) == ("none", None)
    assert any("数据不全" in said for said in cautions_of(before))


def test_without_a_year_before_counting_alone_decides(counted: Counted) -> None:
    """Of an indicator with a query of its own too, which is asked for no month then."""
    year, before = compared(counted, "clearance-period", "2016-03")
    assert year.verdict == "none"
    assert before.test is not None
    assert before.spread.phi == 1


def test_officers_are_compared_by_right_only(counted: Counted) -> None:
    with pytest.raises(NotPermitted):
        compare_all(
            counted, [CATALOGUE["visits"]], "officer", {CHOSEN: MONTH}, Actor("t", "station")
        )


def test_so_many_tests_say_how_many_chance_would_give(counted: Counted) -> None:
    asked = [counted.catalogue[name] for name in ("visits", "patrols", CLEARANCE)]
    found = compare_all(counted, asked, "bureau", spans_ending(MONTH), ACTOR)
    tested = [c for c in found if c.test][:20]
    said = matrix_reading([replace(c, verdict="noise") for c in tested])
    assert len(tested) == 20
    assert said.startswith("共检验 20 处变化，0 处超出随机波动")
    assert "误报的比例平均不超过 5%" in said


def test_better_and_worse_follow_the_indicator() -> None:
    up = replace(made(SHARE, (9, 10), (1, 10)), verdict="up")
    assert is_better(up) is True
    assert is_better(replace(up, indicator=CATALOGUE["C4-recurrence"])) is False
    assert is_better(replace(up, indicator=CATALOGUE["visits"])) is None
    assert is_better(replace(up, verdict="noise")) is None


def test_more_than_the_whole_is_not_tested() -> None:
    assert "核对" in untestable(CATALOGUE[SHARE], Amount(11, 10), Amount(5, 10))


# -- filters and comparison never disagree -------------------------------------------------------

DAY = st.dates(date(2017, 2, 1), AS_OF)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Any period that the control can name."""
    day, form = draw(DAY), draw(st.sampled_from(["month", "quarter", "half", "year", "week", "r"]))
    iso = day.isocalendar()
    text = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
        "year": f"{day.year}",
        "week": f"{iso.year}-W{iso.week:02}",
        "r": f"{day}..{min(AS_OF, day + timedelta(days=draw(st.integers(0, 300))))}",
    }[form]
    return parse_period(text, AS_OF)


@given(periods())
def test_the_chosen_period_is_among_the_spans_with_its_own_bases(period: Period) -> None:
    spans = spans_ending(period)
    code = code_of(period, spans) or CHOSEN
    chosen = spans[code]
    assert (chosen.starts_on, chosen.ends_on) == (period.starts_on, period.ends_on)
    assert last_year(chosen).starts_on == last_year(period).starts_on
    assert last_year(chosen).ends_on == last_year(period).ends_on
    assert previous(chosen).ends_on == previous(period).ends_on
    assert {span.ends_on for span in spans.values()} == {period.ends_on}
    assert set(spans) <= set(SPAN_NAMES)
    if period.kind == "month":
        base = last_year(chosen)
        assert (base.starts_on.year, base.starts_on.month) == (
            period.starts_on.year - 1,
            period.starts_on.month,
        )


@settings(max_examples=40)
@given(
    period=periods(),
    names=st.lists(st.sampled_from(sorted(CATALOGUE.indicators)), min_size=1, max_size=3),
    level=st.sampled_from(["bureau", "group", "station", "room", "village", "officer"]),
    place=st.integers(0, 400),
    has_unit=st.booleans(),
)
def test_filters_and_comparison_never_disagree(
    counted: Counted, period: Period, names: list[str], level: Level, place: int, has_unit: bool
) -> None:
    """Whatever is chosen, each figure and its bases are those of `measure` for that period."""
    listed = units(counted, level, period.ends_on)
    unit = listed[place % len(listed)].code if has_unit else None
    asked = [counted.catalogue[name] for name in dict.fromkeys(names)]
    spans = spans_ending(period) if has_unit else {CHOSEN: period}
    code = code_of(period, spans) or CHOSEN
    found = compare_all(counted, asked, level, spans, ACTOR, unit)
    for indicator in asked:
        figures = {f.unit: f for f in measure(counted, indicator.id, level, period, ACTOR)}
        own = [c for c in found if c.indicator.id == indicator.id and c.pair.code == code]
        assert {c.unit.code for c in own} == ({unit} if unit is not None else set(figures))
        for c in own:
            figure = figures[c.unit.code]
            is_year = c.pair.basis == "last_year"
            assert c.now.exact == figure.exact
            assert c.base.exact == (figure.exact_last_year if is_year else figure.exact_previous)
            assert c.base.period == (last_year if is_year else previous)(c.now.period)
            if is_year:
                assert c.base.amount.numerator == figure.last_year_numerator


# -- what is said before anyone compares ---------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "day"),
    [  # public holiday calendars of the State Council
        (2015, date(2015, 2, 19)),
        (2016, date(2016, 2, 8)),
        (2017, date(2017, 1, 28)),
        (2018, date(2018, 2, 16)),
        (2019, date(2019, 2, 5)),
        (2020, date(2020, 1, 25)),
        (2023, date(2023, 1, 22)),
        (2024, date(2024, 2, 10)),
        (2026, date(2026, 2, 17)),
        (2021, date(2021, 2, 12)),
        (2033, date(2033, 1, 31)),  # before the leap month that many old almanacs had wrong
        (2034, date(2034, 2, 19)),
    ],
)
def test_the_day_of_the_festival(year: int, day: date) -> None:
    assert new_year(year) == day
    assert festival_days(day - timedelta(days=1), day + timedelta(days=5)) == 7
    assert festival_days(date(year, 1, 1), date(year, 12, 31)) == 7


@given(st.integers(1901, 2098))
def test_the_festival_stays_between_its_bounds(year: int) -> None:
    day = new_year(year)
    assert day is not None
    assert date(year, 1, 20) < day < date(year, 2, 22)


def test_the_festival_is_a_public_holiday_in_every_year_that_had_a_notice() -> None:
    days = {year: new_year(year) for year in range(2004, 2027)}
    assert {get_holiday_detail(day)[1] for day in days.values()} == {"Spring Festival"}


def test_years_follow_each_other_by_twelve_or_thirteen_moons() -> None:
    days = [date.fromisoformat(str(new_year(year))) for year in range(1901, 2101)]
    spans = {(after - day).days for day, after in pairwise(days)}
    assert spans == {353, 354, 355, 383, 384, 385}


def test_beyond_the_calendar_nothing_is_said() -> None:
    assert (new_year(1900), new_year(2101), new_year(2500)) == (None, None, None)
    assert festival_caution(*[(date(2500, 1, 1), date(2500, 2, 28))] * 2, "去年同期") == ""


def test_a_festival_in_one_of_the_spans_is_marked(counted: Counted) -> None:
    january, _ = compared(counted, "visits", "2017-01")  # 28 January 2017, 8 February 2016
    assert any("本期占 5 天，去年同期占 0 天" in said for said in cautions_of(january))
    february, before = compared(counted, "visits", "2019-02")  # both Februaries hold all of it
    assert not any("春节" in said for said in cautions_of(february))
    assert any("本期占 7 天，上期占 0 天" in said for said in cautions_of(before))
    july, _ = compared(counted, "visits", "2019-07")
    assert not any("春节" in said for said in cautions_of(july))


def test_a_week_53_is_marked(counted: Counted) -> None:
    period = parse_period("2020-W53", date(2021, 6, 1))
    assert "第53周" in last_year(period).note
    pairs = {c.sentence for c in cautions(list(_weeks(counted)), dict(SPAN_NAMES))}
    assert any("2015年第53周" in said for said in pairs)


def _weeks(counted: Counted) -> tuple[Comparison, ...]:
    period = parse_period("2015-W53", AS_OF)  # 28 December 2015 to 3 January 2016
    return tuple(compare_all(counted, [CATALOGUE["visits"]], "bureau", {"week": period}, ACTOR))


def test_a_leap_day_is_tested_a_day(counted: Counted) -> None:
    year, _ = compared(counted, "visits", "2017-02")
    assert (year.now.period.days, year.base.period.days) == (28, 29)
    assert any("天数不同（本期 28 天，去年同期 29 天）" in said for said in cautions_of(year))
    assert year.is_daily
    assert verdict_in_words(year).startswith("按日均")


def test_a_part_goes_with_the_same_part(counted: Counted) -> None:
    year, _ = compared(counted, "visits", "2019-08")
    assert (year.base.period.starts_on, year.base.period.ends_on) == (
        date(2018, 8, 1),
        date(2018, 8, 19),
    )
    assert any("只与对比期的同一部分" in said for said in cautions_of(year))


# -- reorganisation ------------------------------------------------------------------------------

FILES = {
    "station.csv": "code,name,unit_group\nS1,一所,城区\nS2,二所,城区\n",
    "village.csv": "code,name,kind,station,valid_from,valid_to\n"
    "V1,一村,村,S1,,\n"
    "V2,二村,村,S1,2000-01-01,2019-02-28\nV2,二村,村,S2,2019-03-01,\n"
    "V3,三村,村,S2,2019-05-01,\n",
}
VISITS = {("V1", 2018): 20, ("V1", 2019): 22, ("V2", 2018): 20, ("V2", 2019): 45, ("V3", 2019): 9}


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """V2 went from S1 to S2 in March 2019; V3 came in May."""
    folder = tmp_path_factory.mktemp("split")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    rows = [
        f"{village}-{year}-{n},{village},H{n},{year}-07-02 09:00,{year}-07-02 09:20,走访"
        for (village, year), count in VISITS.items()
        for n in range(count)
    ]
    first = "0,V1,H1,2017-01-02 09:00,2017-01-02 09:20,走访"
    head = "id,village,household,started_at,ended_at,purpose"
    (folder / "visit.csv").write_text("\n".join([head, first, *rows]), "utf-8")
    reports = load_files(folder / "store", [folder], ACTOR)
    assert {(r.refused, r.rejected) for r in reports} == {("", 0)}
    return Store(folder / "store").counted(AS_OF)


def test_both_spans_are_counted_over_the_villages_of_today(split: Counted) -> None:
    year, _ = compared(split, "visits", "2019-07", "station", "S2")
    assert (year.now.amount.numerator, year.base.amount.numerator) == (54, 20)
    assert any("1 个村（社区）在此期间改变隶属" in said for said in cautions_of(year))
    assert any("2019-07-31 的隶属计算" in said for said in cautions_of(year))
    left, _ = compared(split, "visits", "2019-07", "station", "S1")
    assert (left.now.amount.numerator, left.base.amount.numerator) == (22, 20)
    assert any("改变隶属" in said for said in cautions_of(left))


def test_no_change_of_belonging_is_not_mentioned(split: Counted) -> None:
    _, before = compared(split, "visits", "2019-07", "station", "S2")  # June: after the change
    assert not any("隶属" in said for said in cautions_of(before))
    whole, _ = compared(split, "visits", "2019-07")
    assert not any("隶属" in said for said in cautions_of(whole))


def test_a_village_that_was_not_there_is_not_compared(split: Counted) -> None:
    year, _ = compared(split, "visits", "2019-07", "village", "V3")
    assert (year.verdict, year.test) == ("none", None)
    assert "尚未设立" in verdict_in_words(year)
    known, _ = compared(split, "visits", "2019-07", "village", "V2")
    assert known.test is not None
