"""Periods: a table made by hand from the calendar, and the laws of every comparison."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calendar.days import months_before
from metrics.calendar.period import (
    MONTHS,
    Kind,
    Period,
    PeriodError,
    default_period,
    elapsed_year,
    last_year,
    months_back,
    parse_period,
    previous,
    previous_whole,
    recent,
    recent_periods,
    year_to_date,
)

TODAY = date(2019, 8, 19)
LATER = date(2023, 6, 30)


def span(period: Period) -> str:
    return f"{period.starts_on}..{period.ends_on}"


# --- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days", "title"),
    [
        ("2019-07", "2019-07-01..2019-07-31", "2019年7月"),
        ("2019-08", "2019-08-01..2019-08-19", "2019年8月（至8月19日）"),
        ("2019-W33", "2019-08-12..2019-08-18", "2019年第33周（8月12日—8月18日）"),
        ("2019-W34", "2019-08-19..2019-08-19", "2019年第34周（至8月19日）"),
        ("2019-W01", "2018-12-31..2019-01-06", "2019年第1周（12月31日—1月6日）"),
        ("2015-W53", "2015-12-28..2016-01-03", "2015年第53周（12月28日—1月3日）"),
        ("2019-Q2", "2019-04-01..2019-06-30", "2019年第二季度"),
        ("2019-Q3", "2019-07-01..2019-08-19", "2019年第三季度（至8月19日）"),
        ("2018-Q4", "2018-10-01..2018-12-31", "2018年第四季度"),
        ("2019-H1", "2019-01-01..2019-06-30", "2019年上半年"),
        ("2018-H2", "2018-07-01..2018-12-31", "2018年下半年"),
        ("2018", "2018-01-01..2018-12-31", "2018年"),
        ("2019", "2019-01-01..2019-08-19", "2019年（至8月19日）"),
        ("2019-01-01..2019-08-19", "2019-01-01..2019-08-19", "2019年1月1日至8月19日"),
        ("2018-11-01..2019-02-28", "2018-11-01..2019-02-28", "2018年11月1日至2019年2月28日"),
        ("2019-08-19..2019-08-19", "2019-08-19..2019-08-19", "2019年8月19日"),
        (
            "2019-01-01..2019-12-31",
            "2019-01-01..2019-08-19",
            "2019年1月1日至12月31日（至8月19日）",
        ),
        (" 2019-07 ", "2019-07-01..2019-07-31", "2019年7月"),
    ],
)
def test_parse(text: str, days: str, title: str) -> None:
    period = parse_period(text, TODAY)
    assert (span(period), period.title, period.text) == (days, title, text.strip())
    assert period.is_part == (period.whole_ends_on > TODAY)


def test_a_part_that_ends_in_the_next_year_says_which() -> None:
    assert parse_period("2020-W01", date(2019, 12, 31)).title == "2020年第1周（至2019年12月31日）"
    assert parse_period("2020-W01", date(2020, 1, 1)).title == "2020年第1周（至1月1日）"


def test_a_unit_is_whole_on_its_last_day() -> None:
    assert not parse_period("2019-08", date(2019, 8, 31)).is_part
    assert parse_period("2019-08", date(2019, 8, 30)).is_part
    assert parse_period("2019-08", date(2019, 8, 30)).whole_ends_on == date(2019, 8, 31)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "期间应写作"),
        ("2019-13", "期间应写作"),
        ("2019-00", "期间应写作"),
        ("2019-7", "期间应写作"),
        ("2019-W3", "期间应写作"),
        ("2019-W00", "期间应写作"),
        ("2019-Q5", "期间应写作"),
        ("2019-Q03", "期间应写作"),
        ("2019-H0", "期间应写作"),
        ("2019-w33", "期间应写作"),
        ("２０１９", "期间应写作"),
        ("2019-07-01", "期间应写作"),
        ("2019-01-01..", "期间应写作"),
        ("上个月", "收到的是“上个月”"),
        ("x" * 500, "x…”"),
        ("2019-W53", "2019年只有52周，收到的是“2019-W53”。"),
        ("2015-W54", "2015年只有53周"),
        ("2019-02-29..2019-03-01", "日历上有的日期"),
        ("2019-08-19..2019-08-18", "结束日不应早于开始日"),
        ("2019-09", "不应晚于数据截止日2019年8月19日，收到的“2019-09”从2019年9月1日才开始"),
        ("2019-W35", "从2019年8月26日才开始"),
        ("2019-08-20..2019-08-21", "从2019年8月20日才开始"),
        ("0000", "年份应在1900至2999之间"),
        ("9999-W52", "年份应在1900至2999之间"),
        ("2019-01-01..9999-12-31", "年份应在1900至2999之间"),
    ],
)
def test_what_is_no_period(text: str, reason: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse_period(text, TODAY)
    message = str(caught.value)
    assert reason in message
    assert message.endswith("。")
    assert message.count("。") == 1
    assert len(message) < 160


@given(st.text(alphabet="0129-WQH. 年x", max_size=24))
def test_any_text_gives_a_period_or_a_sentence(text: str) -> None:
    try:
        period = parse_period(text, TODAY)
    except PeriodError as error:
        sentence = str(error)
    else:
        sentence = "。"
        assert period.starts_on <= period.ends_on <= TODAY
    assert sentence.endswith("。")


# --- comparing: by hand ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "as_of", "year_before", "before"),
    [
        # whole units with whole units
        ("2019-07", TODAY, "2018-07-01..2018-07-31", "2019-06-01..2019-06-30"),
        ("2019-01", TODAY, "2018-01-01..2018-01-31", "2018-12-01..2018-12-31"),
        ("2021-02", LATER, "2020-02-01..2020-02-29", "2021-01-01..2021-01-31"),
        ("2020-02", LATER, "2019-02-01..2019-02-28", "2020-01-01..2020-01-31"),
        ("2020-03", LATER, "2019-03-01..2019-03-31", "2020-02-01..2020-02-29"),
        ("2021-Q1", LATER, "2020-01-01..2020-03-31", "2020-10-01..2020-12-31"),
        ("2019-H1", TODAY, "2018-01-01..2018-06-30", "2018-07-01..2018-12-31"),
        ("2021", LATER, "2020-01-01..2020-12-31", "2020-01-01..2020-12-31"),
        # parts with the same part
        ("2019-08", TODAY, "2018-08-01..2018-08-19", "2019-07-01..2019-07-19"),
        ("2019-Q3", TODAY, "2018-07-01..2018-08-19", "2019-04-01..2019-05-19"),
        ("2019-Q3", date(2019, 8, 31), "2018-07-01..2018-08-31", "2019-04-01..2019-05-31"),
        ("2019-Q2", date(2019, 5, 31), "2018-04-01..2018-05-31", "2019-01-01..2019-02-28"),
        ("2019-H2", TODAY, "2018-07-01..2018-08-19", "2019-01-01..2019-02-19"),
        ("2019", TODAY, "2018-01-01..2018-08-19", "2018-01-01..2018-08-19"),
        ("2020-03", date(2020, 3, 30), "2019-03-01..2019-03-30", "2020-02-01..2020-02-29"),
        ("2020", date(2020, 2, 29), "2019-01-01..2019-02-28", "2019-01-01..2019-02-28"),
        ("2021", date(2021, 2, 28), "2020-01-01..2020-02-28", "2020-01-01..2020-02-28"),
        ("2020-02", date(2020, 2, 28), "2019-02-01..2019-02-28", "2020-01-01..2020-01-28"),
        # weeks
        ("2019-W33", TODAY, "2018-08-13..2018-08-19", "2019-08-05..2019-08-11"),
        ("2019-W01", TODAY, "2018-01-01..2018-01-07", "2018-12-24..2018-12-30"),
        ("2021-W01", LATER, "2019-12-30..2020-01-05", "2020-12-28..2021-01-03"),
        ("2020-W53", LATER, "2019-12-23..2019-12-29", "2020-12-21..2020-12-27"),
        ("2019-W33", date(2019, 8, 14), "2018-08-13..2018-08-15", "2019-08-05..2019-08-07"),
        ("2020-W53", date(2020, 12, 29), "2019-12-23..2019-12-24", "2020-12-21..2020-12-22"),
        # free ranges
        ("2019-01-01..2019-08-19", TODAY, "2018-01-01..2018-08-19", "2018-05-15..2018-12-31"),
        ("2019-01-01..2019-12-31", TODAY, "2018-01-01..2018-08-19", "2018-05-15..2018-12-31"),
        ("2021-02-01..2021-02-28", LATER, "2020-02-01..2020-02-28", "2021-01-04..2021-01-31"),
        ("2020-02-29..2020-02-29", LATER, "2019-02-28..2019-02-28", "2020-02-28..2020-02-28"),
        ("2019-03-01..2020-02-29", LATER, "2018-03-01..2019-02-28", "2018-02-28..2019-02-28"),
    ],
)
def test_comparisons_by_hand(text: str, as_of: date, year_before: str, before: str) -> None:
    period = parse_period(text, as_of)
    assert span(last_year(period)) == year_before
    assert span(previous(period)) == before


def test_week_53_is_marked() -> None:
    compared = last_year(parse_period("2020-W53", LATER))
    assert compared.note == "2019年没有第53周，2020年第53周与2019年第52周比较。"
    assert compared.text == "2019-W52"
    assert last_year(parse_period("2020-W52", LATER)).note == ""
    assert previous(parse_period("2020-W53", LATER)).note == ""


def test_titles_of_comparisons() -> None:
    part = parse_period("2019-08", TODAY)
    assert last_year(part).title == "2018年8月（至8月19日）"
    assert last_year(part).text == "2018-08-01..2018-08-19"
    assert previous(part).title == "2019年7月（至7月19日）"
    assert previous(parse_period("2020-03", date(2020, 3, 30))).title == "2020年2月"
    assert last_year(year_to_date(TODAY)).title == "2018年1月1日至8月19日"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2019-08", "2019-07"),
        ("2019-Q3", "2019-Q2"),
        ("2019-H2", "2019-H1"),
        ("2019", "2018"),
        ("2019-W34", "2019-W33"),
        ("2016-W01", "2015-W53"),
        ("2019-08-10..2019-08-19", "2019-07-31..2019-08-09"),
    ],
)
def test_the_whole_unit_before(text: str, before: str) -> None:
    found = previous_whole(parse_period(text, TODAY))
    assert found == parse_period(before, TODAY)
    assert not found.is_part


# --- offering -------------------------------------------------------------------------------


def test_months_back() -> None:
    months = months_back(parse_period("2019-Q3", TODAY), 24)
    assert len(months) == 24
    assert (months[0].text, months[-2].text) == ("2017-09", "2019-07")
    assert span(months[-1]) == "2019-08-01..2019-08-19"
    assert months[-1].is_part
    assert [m.text for m in months_back(parse_period("2018-Q4", TODAY), 2)] == [
        "2018-11",
        "2018-12",
    ]
    assert months_back(year_to_date(TODAY), 0) == []


def test_elapsed_year() -> None:
    assert elapsed_year(date(2019, 8, 19)) == Fraction(231, 365)
    assert elapsed_year(date(2020, 2, 29)) == Fraction(60, 366)
    assert elapsed_year(date(2020, 12, 31)) == elapsed_year(date(2019, 12, 31)) == 1


def test_recent_periods() -> None:
    offered = recent_periods(TODAY)
    assert offered[0].title == "2019年1月1日至8月19日"
    texts = [period.text for period in offered]
    assert len(set(texts)) == len(texts) == 1 + 13 + 5 + 3 + 3 + 9
    assert texts[1:4] == ["2019-08", "2019-07", "2019-06"]
    assert {"2019-Q3", "2018-Q3", "2019-H2", "2018-H2", "2017", "2019-W34"} <= set(texts)
    assert [period.text for period in recent("week", date(2016, 1, 5), 2)] == [
        "2016-W01",
        "2015-W53",
    ]


def test_default_period() -> None:
    assert default_period(TODAY).text == "2019-07"
    assert default_period(date(2019, 8, 31)).text == "2019-08"
    assert default_period(date(2019, 1, 1)).text == "2018-12"


# --- laws -----------------------------------------------------------------------------------

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LEAP_DAYS = st.sampled_from(
    [
        date(year, month, day)
        for year in (2004, 2020, 2021, 2100)
        for month, day in ((2, 28), (3, 1), (12, 31))
    ]
    + [date(2020, 2, 29)]
)


@st.composite
def parsed_periods(draw: st.DrawFn, *kinds: Kind) -> tuple[Period, date]:
    """Any period of these kinds, whole or cut, and the day as of which it was parsed."""
    starts_on = draw(st.one_of(DAYS, LEAP_DAYS))
    iso = starts_on.isocalendar()
    year, month = starts_on.year, starts_on.month
    length = timedelta(days=draw(st.integers(0, 800)))
    texts: dict[Kind, str] = {
        "week": f"{iso.year}-W{iso.week:02}",
        "month": f"{year}-{month:02}",
        "quarter": f"{year}-Q{(month + 2) // 3}",
        "half": f"{year}-H{(month + 5) // 6}",
        "year": f"{year}",
        "range": f"{starts_on}..{starts_on + length}",
    }
    text = texts[draw(st.sampled_from(kinds or tuple(texts)))]
    as_of = starts_on + timedelta(days=draw(st.integers(0, 400)))
    return parse_period(text, as_of), as_of


@given(parsed_periods())
def test_every_text_names_the_same_days_again(case: tuple[Period, date]) -> None:
    period, as_of = case
    offered = [period, last_year(period), previous(period), previous_whole(period)]
    for found in [*offered, *months_back(period, 3)]:
        again = parse_period(found.text, as_of)
        assert span(again) == span(found)
        assert found.starts_on <= found.ends_on <= found.whole_ends_on
        assert found.ends_on <= as_of


@given(parsed_periods("month", "quarter", "half", "year"))
def test_whole_goes_with_whole_and_part_with_the_same_part(case: tuple[Period, date]) -> None:
    period, _ = case
    for compared, months in ((last_year(period), 12), (previous(period), MONTHS[period.kind])):
        assert compared.kind == period.kind
        assert compared.starts_on == months_before(period.starts_on, months)
        if period.is_part:
            assert compared.ends_on == months_before(period.ends_on, months)
        else:
            assert compared.ends_on == compared.whole_ends_on
    assert previous_whole(period).ends_on + timedelta(days=1) == period.starts_on


@given(parsed_periods("week"))
def test_weeks_keep_their_number_and_days(case: tuple[Period, date]) -> None:
    period, _ = case
    year, week, weekday = last_year(period).starts_on.isocalendar()
    own = period.starts_on.isocalendar()
    assert (year, week, weekday) == (own.year - 1, min(own.week, 52), 1)
    assert bool(last_year(period).note) == (own.week == 53)
    assert last_year(period).days == previous(period).days == period.days
    assert previous(period).starts_on == period.starts_on - timedelta(days=7)
    assert last_year(period).is_part == previous(period).is_part == period.is_part


@given(parsed_periods("range"))
def test_ranges_keep_their_dates_or_their_length(case: tuple[Period, date]) -> None:
    period, _ = case
    compared = last_year(period)
    for own, then in ((period.starts_on, compared.starts_on), (period.ends_on, compared.ends_on)):
        is_leap_day = (own.month, own.day) == (2, 29)
        wanted = (own.year - 1, own.month, 28 if is_leap_day else own.day)
        assert (then.year, then.month, then.day) == wanted
    assert previous(period).days == period.days
    assert previous(period).ends_on + timedelta(days=1) == period.starts_on


@given(st.one_of(DAYS, LEAP_DAYS))
def test_every_choice_on_a_page_can_be_parsed(as_of: date) -> None:
    for period in [*recent_periods(as_of), default_period(as_of)]:
        assert parse_period(period.text, as_of) == period
    assert not default_period(as_of).is_part
    assert timedelta(0) <= as_of - default_period(as_of).ends_on < timedelta(days=31)
    assert 0 < elapsed_year(as_of) <= 1
