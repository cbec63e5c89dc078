"""The same weeks of earlier years, and the days of the calendar."""

from datetime import date

import pytest

from data.rights import Actor
from metrics.analysis.day_map import daily_part, day_map, day_periods, day_reading
from metrics.analysis.season import season, season_periods, season_reading
from metrics.calendar.period import Period, each_day, parse_period
from metrics.cells.count import Counted
from metrics.figures.measure import TrendPoint, measure, trend_over
from metrics.indicators.catalogue import load_catalogue

LEADER = Actor("t", "leader")
CATALOGUE = load_catalogue()
COUNT = CATALOGUE["visits"]
AS_OF = date(2019, 8, 19)


def point(period: Period, value: float | None) -> TrendPoint:
    return TrendPoint(period, None if value is None else int(value), None, value)


def test_weeks_go_with_the_same_weeks_of_three_years() -> None:
    periods = season_periods(parse_period("2019-02", AS_OF))
    assert len(periods) == 52
    assert list(periods)[-1].starts_on == date(2019, 2, 25)  # cut: February ends on a Thursday
    assert list(periods)[-1].is_part
    assert [p.text for p in periods[parse_period("2019-W02", AS_OF)]] == [
        "2018-W02",
        "2017-W02",
        "2016-W02",
    ]


def test_the_turn_of_the_year_is_no_gap() -> None:
    periods = list(season_periods(parse_period("2018", AS_OF)))
    assert len(periods) == 52
    assert periods[-1].starts_on == date(2018, 12, 31)


def test_week_53_goes_with_week_52() -> None:
    periods = season_periods(parse_period("2020-W53", date(2021, 6, 1)))
    last = list(periods)[-1]
    assert last.text == "2020-W53"
    assert [week.text for week in periods[last]] == ["2019-W52", "2018-W52", "2017-W52"]


def test_the_reading_compares_and_says_what_chance_would_do() -> None:
    periods = season_periods(parse_period("2019-W06", AS_OF))
    every = [*periods, *(week for earlier in periods.values() for week in earlier)]
    values = (30.0, 10.0, 20.0, None)
    known = dict.fromkeys(periods, values[0])
    for earlier in periods.values():
        known |= dict(zip(earlier, values[1:], strict=True))
    weeks = season(periods, [point(p, known[p]) for p in every])
    assert {week.place for week in weeks} == {"above"}
    assert weeks[0].mean == 15
    assert season_reading(COUNT, weeks) == (
        "2019年第6周 30，前 2 年同周为 10–20，高于各年同周；"
        "52 个整周中 52 周高于、0 周低于各年同周（各年若无差别，两头平均各约 17 周）。"
    )


def test_without_earlier_years_nothing_is_compared() -> None:
    periods = season_periods(parse_period("2019-W06", AS_OF))
    every = [*periods, *(week for earlier in periods.values() for week in earlier)]
    weeks = season(periods, [point(p, 5.0 if p in periods else None) for p in every])
    assert "没有更早年份" in season_reading(COUNT, weeks)


def test_the_weeks_are_the_measured_weeks(counted: Counted) -> None:
    week = parse_period("2019-W30", counted.as_of)
    periods = season_periods(week)
    every = list(dict.fromkeys([*periods, *(w for earlier in periods.values() for w in earlier)]))
    lines = trend_over(counted, [COUNT], "station", every, week.ends_on, LEADER, only="S13")
    last = season(periods, lines["visits", "S13"])[-1]
    measured = {f.unit: f for f in measure(counted, "visits", "station", week, LEADER)}["S13"]
    assert last.point.value == measured.value
    assert last.earlier[0].value == measured.last_year


# --- the calendar ---------------------------------------------------------------------------


def test_the_calendar_begins_on_a_monday_and_ends_with_the_period() -> None:
    days = day_periods(parse_period("2019-07", AS_OF))
    assert days[0].starts_on.weekday() == 0
    assert days[-1].ends_on == date(2019, 7, 31)
    assert len(days) == 52 * 7 + 3


def test_steps_are_quarters_of_the_days_that_have_something() -> None:
    periods = each_day(date(2019, 7, 1), date(2019, 7, 10))
    counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, None]
    days = day_map("numerator", [point(p, n) for p, n in zip(periods, counts, strict=True)])
    assert [day.step for day in days] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 0]
    said = day_reading(days)
    assert "周二最多（日均 4.5）" not in said
    assert "最多的一天是2019年7月9日（8）" in said
    assert said.endswith("1 天没有记录。")
    assert day_reading([]) == "这一年没有可计的逐日数据。"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("visits", "numerator"),
        ("A4-valid-visits", "denominator"),
        ("A1-visit-coverage", "numerator"),
        ("filings-per-10000", "numerator"),
        ("clearance-backlog", None),
    ],
)
def test_what_is_counted_by_day(name: str, part: str | None) -> None:
    assert daily_part(CATALOGUE[name]) == part
