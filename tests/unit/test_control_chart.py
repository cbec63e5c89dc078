"""The control chart: stretches, open periods, the target, and the stories of the demo city."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from data.demo.stories import DECLINING_STATION, IMPROVING_STATION
from data.rights import Actor
from metrics.analysis.control_chart import (
    ControlChart,
    control_chart,
    is_judged,
    moves,
    suits,
)
from metrics.calendar.period import Period, each_day, months_back, parse_period, weeks_back
from metrics.cells.count import Counted
from metrics.figures.measure import TrendPoint, trend, trend_over
from metrics.indicators.catalogue import Indicator, load_catalogue
from metrics.scoring.share import target_of
from metrics.statistics.control_limits import xmr_limits
from metrics.statistics.too_few import FEWEST_POINTS
from metrics.wording.control_readings import (
    control_headline,
    control_reading,
    multiples_reading,
    target_sentence,
)

LEADER = Actor("t", "leader")
CATALOGUE = load_catalogue()
SHARE = CATALOGUE["A4-valid-visits"]
COUNT = CATALOGUE["visits"]
JULY = parse_period("2019-07", date(2019, 8, 19))


def line(values: Sequence[float | None], text: str = "2019-07") -> list[TrendPoint]:
    periods = months_back(parse_period(text, date(2019, 8, 19)), len(values))
    return [TrendPoint(p, 1, 1, value) for p, value in zip(periods, values, strict=True)]


def chart_of(
    counted: Counted, indicator: Indicator, station: str, months: int = 36
) -> ControlChart:
    found = trend(counted, [indicator], "station", JULY, LEADER, months)[indicator.id, station]
    scored = counted.schemes[-1].scored(indicator.id)
    return control_chart(indicator, found, float(target_of(scored, JULY)) if scored else None)


# --- stretches ------------------------------------------------------------------------------


def test_limits_are_those_of_the_judged_points() -> None:
    values = [0.5, 0.6, 0.55, 0.7, 0.52, None, 0.61, 0.58, 0.66, 0.57]
    found = control_chart(SHARE, line([*values, 0.1], "2019-08"))  # August is not over
    limits = xmr_limits([np.nan if v is None else v for v in values])
    assert found.stretches[0].limits == limits
    assert found.points[-1].is_open
    assert not found.points[-1].is_signal
    assert found.newest is found.points[-2]
    assert len(found.judged) == 9


def test_a_new_base_ends_the_signals_of_a_shift_that_is_known() -> None:
    steady = [0.5, 0.52, 0.49, 0.51, 0.5, 0.53, 0.48, 0.5, 0.51, 0.49, 0.52, 0.5]
    shifted = line([*steady, *(v + 0.3 for v in steady)])
    before = control_chart(SHARE, shifted)
    assert {p.type for p in before.signals} == {"improvement", "concern"}
    start = shifted[12].period.starts_on
    # A day within the month before: that month is mixed, the new base begins after it.
    for day in (start, start - timedelta(days=20)):
        after = control_chart(SHARE, shifted, rebased_on=day)
        assert [(s.first, s.last) for s in after.stretches] == [(0, 12), (12, 24)]
        assert after.signals == []
        assert after.points[0].mean == pytest.approx(np.mean(steady))
        assert after.points[-1].mean == pytest.approx(np.mean(steady) + 0.3)


def test_a_short_stretch_has_no_limits_and_says_so() -> None:
    rising = line([0.5 + 0.01 * (n % 3) for n in range(20)])
    found = control_chart(SHARE, rising, 0.5, rebased_on=rising[-5].period.starts_on)
    assert found.stretches[1].limits is None
    assert found.assurance is None
    assert "只有 5 点，不画界限" in control_reading(SHARE, found, "月")
    few = control_chart(SHARE, rising[: FEWEST_POINTS - 1])
    assert few.judged == []
    assert "不足 8 个" in control_reading(SHARE, few, "月")
    assert control_chart(SHARE, []).newest is None


def test_limits_are_drawn_where_values_can_be() -> None:
    jumping = control_chart(SHARE, line([0.1, 0.9] * 6))
    assert (jumping.points[0].lower, jumping.points[0].upper) == (0, 1)
    counts = control_chart(COUNT, line([1.0, 90.0] * 6))
    assert counts.points[0].lower == 0
    assert (counts.points[0].upper or 0) > 90


# --- what suits and what it says ------------------------------------------------------------


def test_what_accumulates_over_the_year_has_no_limits() -> None:
    assert "累计" in suits(CATALOGUE["A1-visit-coverage"])
    assert suits(SHARE) == ""
    assert not moves(CATALOGUE["phones"])
    assert moves(CATALOGUE["filings-per-10000"])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (0.99, "按现状达不到目标 99.0%，须改变做法"),
        (0.30, "按现状能稳定达到目标 30.0%"),
        (0.51, "目标 51.0%在波动范围内，时达标、时不达标"),
    ],
)
def test_whether_the_target_can_be_reached(target: float, words: str) -> None:
    found = control_chart(SHARE, line([0.5, 0.52, 0.49, 0.51, 0.5, 0.53] * 3), target)
    assert target_sentence(SHARE, found) == words


def test_the_headline_says_whether_the_newest_point_is_noise() -> None:
    steady = [0.5, 0.52, 0.49, 0.51, 0.5, 0.53] * 3
    said = control_headline(SHARE, control_chart(SHARE, line(steady)), "甲所")
    assert said.startswith("甲所走访有效率2019年7月 53.0%，属随机波动（")
    said = control_headline(SHARE, control_chart(SHARE, line([*steady, 0.9])), "甲所")
    assert said == "甲所走访有效率2019年7月 90.0%，越出控制界限，属改善，不像随机波动"


def test_the_reading_says_how_many_chance_alone_would_mark() -> None:
    found = control_chart(SHARE, line([0.5, 0.52, 0.49, 0.51, 0.5, 0.53] * 6))
    assert control_reading(SHARE, found, "月").startswith(
        "36 个月都属随机波动，没有信号（若毫无变化，因巧合被标出的平均也有 1.8 个，"
        "30% 的指标至少会有 1 个）"
    )
    assert "各点分母的中位数只有 1" in control_reading(SHARE, found, "月")


def test_where_little_is_counted_the_chart_of_its_kind_is_asked_too() -> None:
    shares = [TrendPoint(p.period, 2, 4, 0.5) for p in line([0.5] * 24)]
    shares[5] = TrendPoint(shares[5].period, 40, 400, 0.1)
    said = control_reading(SHARE, control_chart(SHARE, shares), "月")
    assert "各点分母的中位数只有 4，起伏多半来自样本少；按样本量另算界限（p 图），1 点越界" in said
    counts = [TrendPoint(p, n, None, float(n)) for p, n in zip(shares_periods(), FEW, strict=True)]
    said = control_reading(COUNT, control_chart(COUNT, counts), "月")
    assert "各点平均只有 2.0，起伏多半来自次数少；按次数另算界限（c 图），1 点越界" in said


FEW = [1, 2] * 11 + [1, 14]


def shares_periods() -> list[Period]:
    return months_back(JULY, len(FEW))


# --- other steps ----------------------------------------------------------------------------


def test_days_and_weeks_add_up_to_the_month(counted: Counted) -> None:
    days = each_day(JULY.starts_on, JULY.ends_on)
    by_day = trend_over(counted, [COUNT], "station", days, JULY.ends_on, LEADER)
    by_month = trend(counted, [COUNT], "station", JULY, LEADER, 1)
    for key, points in by_day.items():
        assert sum(p.numerator or 0 for p in points) == by_month[key][0].numerator
    weeks = weeks_back(parse_period("2019-W30", counted.as_of), 3)
    assert [w.text for w in weeks] == ["2019-W28", "2019-W29", "2019-W30"]
    assert weeks_back(JULY, 1)[0].is_part  # 31 July is a Wednesday
    one = trend_over(counted, [COUNT], "station", weeks, JULY.ends_on, LEADER, only="S13")
    assert list(one) == [("visits", "S13")]


# --- the stories of the demo city -----------------------------------------------------------

QUALITY = ("A2-days-in-village", "A4-valid-visits", "B2-patrol-points")


@pytest.mark.parametrize("name", QUALITY)
def test_the_improving_and_the_declining_station_signal(counted: Counted, name: str) -> None:
    better = chart_of(counted, CATALOGUE[name], IMPROVING_STATION)
    late = [p.type for p in better.judged[-6:]]
    assert late.count("improvement") >= 4, late
    worse = chart_of(counted, CATALOGUE[name], DECLINING_STATION)
    late = [p.type for p in worse.judged[-6:]]
    assert late.count("concern") >= 4, late


def test_the_small_multiples_name_the_improving_station(counted: Counted) -> None:
    lines = trend(counted, [SHARE], "station", JULY, LEADER, 36)
    charts = {unit: control_chart(SHARE, points) for (_, unit), points in lines.items()}
    names = {unit: unit for unit in charts}
    said = multiples_reading(charts, names)
    improved = said.partition("改善的有")[2].partition("；")[0]
    assert IMPROVING_STATION in improved
    assert "因巧合亮起的平均约 0.3 个" in said


def test_only_whole_periods_with_a_value_are_judged() -> None:
    points = line([0.5, None, 0.4], "2019-08")
    assert [is_judged(p) for p in points] == [True, False, False]
