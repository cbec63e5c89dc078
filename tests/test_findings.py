"""需关注 and the headline sentences: rules that can be explained, figures that are the metrics'."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from data.intake import load_files
from data.rights import Actor, command_line
from metrics import words
from metrics.catalogue import Indicator
from metrics.count import Counted
from metrics.findings import (
    MOST,
    MOST_OF_A_RULE,
    ORDER,
    chosen,
    findings,
    is_decline,
    largest_loss,
    rejects,
    unknown_share,
)
from metrics.headlines import below_target, by_group, overview_headline, ranking_headline
from metrics.measure import Figure, TrendPoint, measure
from metrics.period import months_back, parse_period, previous_whole
from metrics.rank import Assessment, assess
from metrics.score import Contribution
from metrics.score_trend import score_figure, score_months
from metrics.station_findings import Finding, below_floor, falls, far_below, moved_beyond
from metrics.store import Store
from metrics.tiles import change_of
from metrics.units import UNKNOWN

LEADER, POLITICAL = Actor("t", "leader"), Actor("t", "political")
AS_OF = date(2019, 8, 19)
MONTH = parse_period("2019-07", AS_OF)


@pytest.fixture(scope="module")
def counted(demo_store: Path) -> Counted:
    return Store(demo_store).counted()


@pytest.fixture(scope="module")
def stations(counted: Counted) -> list[Assessment]:
    return assess(counted, "station", MONTH, LEADER)


def full(c: Contribution) -> Contribution:
    """All the points, where any apply."""
    return c if c.points is None else replace(c, points=c.effective_weight)


def with_figure(line: Assessment, indicator: str, numerator: int, denominator: int) -> Assessment:
    """The line with another figure, which gives no points."""

    def changed(c: Contribution) -> Contribution:
        if c.indicator != indicator:
            return full(c)
        value = Fraction(numerator, denominator)
        return replace(
            c,
            points=Fraction(0),
            effective_weight=c.weight,
            value=value,
            numerator=numerator,
            denominator=denominator,
        )

    return replace(line, contributions=tuple(changed(c) for c in line.contributions))


# -- rules ------------------------------------------------------------------------------------


def test_at_most_five_lines_and_two_of_a_rule_in_the_order_of_the_rules() -> None:
    many = [Finding(rule, f"{rule}{n}", n) for rule in reversed(ORDER) for n in range(4)]
    kept = chosen(many)
    assert len(kept) == MOST
    assert [f.sentence for f in kept] == ["rejects3", "rejects2", "floor3", "floor2", "apart3"]
    assert max(sum(f.rule == rule for f in kept) for rule in ORDER) <= MOST_OF_A_RULE


def test_below_the_floor_beyond_doubt(counted: Counted, stations: list[Assessment]) -> None:
    line = with_figure(stations[0], "F1-tasks-signed", 60, 100)
    (found,) = below_floor([line], counted.catalogue)
    assert found.rule == "floor"
    assert found.unit == line.unit
    assert found.sentence == (
        f"{line.name}签收及时率 60.0%（60 ÷ 100），未超过底线 80.0%，该项不得分"
    )


def test_below_the_floor_within_chance_says_so(
    counted: Counted, stations: list[Assessment]
) -> None:
    line = with_figure(stations[0], "F1-tasks-signed", 7, 10)
    (found,) = below_floor([line], counted.catalogue)
    assert found.rule == "near-floor"
    assert "与底线之差在随机波动内" in found.sentence


def test_an_upper_bound_is_named_as_such(counted: Counted, stations: list[Assessment]) -> None:
    line = with_figure(stations[0], "C4-recurrence", 40, 100)
    (found,) = below_floor([line], counted.catalogue)
    assert "未低于上限 15.0%" in found.sentence


def test_full_points_raise_nothing(counted: Counted, stations: list[Assessment]) -> None:
    lines = [replace(x, contributions=tuple(map(full, x.contributions))) for x in stations]
    assert list(below_floor(lines, counted.catalogue)) == []
    assert list(largest_loss(lines[0])) == []


def test_a_station_apart_from_the_others_is_found(
    counted: Counted, stations: list[Assessment]
) -> None:
    def at(line: Assessment, numerator: int) -> Assessment:
        found = with_figure(line, "F2-tasks-on-time", numerator, 1000)
        return replace(
            found,
            contributions=tuple(
                replace(c, points=Fraction(1))
                for c in found.contributions
                if c.indicator == "F2-tasks-on-time"
            ),
        )

    alike = [at(line, 950 + n % 3) for n, line in enumerate(stations)]
    assert list(far_below(alike, counted.catalogue)) == []
    (found,) = far_below([at(stations[0], 700), *alike[1:]], counted.catalogue)
    assert found.unit == stations[0].unit
    assert "70.0%（700 ÷ 1,000），明显低于各所合计" in found.sentence


@pytest.mark.parametrize(
    ("rank", "low", "high", "before", "words_"),
    [
        (6, 5, 7, 2, "由第 2 名退至第 6 名，超出误差范围"),
        (5, 2, 6, 2, "由第 2 名退至第 5 名，仍在误差范围内（第 2–6 名）"),
        (4, 4, 4, 3, "由第 3 名退至第 4 名，超出误差范围"),
        (4, 3, 5, 3, ""),
        (2, 2, 3, 6, ""),
        (4, 3, 5, None, ""),
    ],
)
def test_falls_in_rank(
    stations: list[Assessment], rank: int, low: int, high: int, before: int | None, words_: str
) -> None:
    line = replace(stations[0], rank=rank, rank_low=low, rank_high=high, previous_rank=before)
    found = list(falls([line]))
    assert [words_ in f.sentence for f in found] == ([True] if words_ else [])


def months_of(pairs: Sequence[tuple[int, int]]) -> list[TrendPoint]:
    months = months_back(MONTH, len(pairs))
    return [TrendPoint(m, n, d, n / d) for m, (n, d) in zip(months, pairs, strict=True)]


@pytest.mark.parametrize(
    ("pairs", "is_found"),
    [
        ([(950, 1000), (930, 1000), (910, 1000), (890, 1000)], True),
        ([(950, 1000), (930, 1000), (940, 1000), (890, 1000)], False),  # not without a break
        ([(19, 20), (18, 20), (17, 20), (16, 20)], False),  # within chance
        ([(950, 1000), (930, 1000), (910, 1000)], False),  # two falls only
    ],
)
def test_three_months_of_decline(
    counted: Counted, pairs: Sequence[tuple[int, int]], is_found: bool
) -> None:
    points = months_of(pairs)
    assert is_decline(points, counted.catalogue["F2-tasks-on-time"]) is is_found


def test_lower_is_better_declines_upwards(counted: Counted) -> None:
    rising = months_of([(50, 1000), (70, 1000), (90, 1000), (110, 1000)])
    assert is_decline(rising, counted.catalogue["C4-recurrence"])
    assert not is_decline(rising[::-1], counted.catalogue["C4-recurrence"])


def test_the_unknown_share_is_of_all(counted: Counted) -> None:
    known = measure(counted, "visits", "station", MONTH, LEADER)
    bureau = measure(counted, "visits", "bureau", MONTH, LEADER)[0]
    unknown, total = unknown_share(known)
    assert total == bureau.numerator
    assert unknown == sum((f.numerator or 0) for f in known if f.unit == UNKNOWN)


def test_rejects_are_told_to_those_who_may_see_them(demo_store: Path, tmp_path: Path) -> None:
    own = tmp_path / "store"
    shutil.copytree(demo_store, own)
    bad = tmp_path / "走访.csv"
    bad.write_text("id,village,started_at\nX1,没有这个村,2019-07-01 10:00\n", "utf-8")
    load_files(own, [bad], command_line(), kind="visit")
    counted = Store(own).counted()
    assert [f.sentence for f in rejects(counted, POLITICAL)] == ["有 1 行导入数据被拒收，尚待更正"]
    assert list(rejects(counted, LEADER)) == []


@pytest.mark.parametrize("text", ["2019-07", "2019-08", "2019-Q2", "2019-W33", "2016-01", "2018"])
def test_findings_of_the_demo_open_a_place_and_accuse_nobody(counted: Counted, text: str) -> None:
    period = parse_period(text, AS_OF)
    lines = assess(counted, "station", period, LEADER)
    bureau = score_figure(counted, period, LEADER).line
    found = findings(counted, period, LEADER, bureau, lines)
    assert len(found) <= MOST
    assert all(f.unit or f.indicator for f in found)
    assert not any(word in f.sentence for f in found for word in ("造假", "弄虚", "懒", "失职"))


# -- the bureau's score -----------------------------------------------------------------------


def test_the_score_is_compared_with_the_whole_period_before(counted: Counted) -> None:
    part = parse_period("2019-08", AS_OF)
    figure = score_figure(counted, part, LEADER)
    whole = assess(counted, "bureau", previous_whole(part), LEADER)[0]
    assert figure.previous == whole.score
    assert figure.previous_period.text == "2019-07"
    assert figure.lower is not None
    assert figure.upper is not None
    assert figure.lower <= float(figure.score or 0) <= figure.upper


def test_monthly_scores_end_with_the_period(counted: Counted) -> None:
    months = score_months(counted, "bureau", MONTH, LEADER)["bureau"]
    assert len(months) == 12
    assert months[-1].score == score_figure(counted, MONTH, LEADER).score


# -- changes in words -------------------------------------------------------------------------


def indicator(counted: Counted, name: str) -> Indicator:
    return counted.catalogue[name]


def test_a_small_base_shows_the_counts(counted: Counted) -> None:
    change = change_of(indicator(counted, "disputes-resolved"), "同比", Fraction(12), Fraction(8))
    assert (change.amount, change.words, change.more) == ("+50.0%", "上升", "12 对 8")
    assert change.is_better is None


def test_no_base_gives_a_dash(counted: Counted) -> None:
    change = change_of(indicator(counted, "disputes-resolved"), "同比", Fraction(3), Fraction(0))
    assert (change.amount, change.more) == ("—", "基数为 0")
    assert change_of(indicator(counted, "visits"), "同比", Fraction(3), None).amount == "—"


def test_a_rate_is_compared_both_ways(counted: Counted) -> None:
    clearance = indicator(counted, "clearance-theft-robbery-fraud")
    change = change_of(clearance, "同比", Fraction(114, 250), Fraction(80, 250))
    assert (change.amount, change.more, change.words) == ("+13.6 个百分点", "相对 +42.5%", "向好")
    recurrence = indicator(counted, "C4-recurrence")
    worse = change_of(recurrence, "同比", Fraction(1, 10), Fraction(1, 20))
    assert (worse.words, worse.is_better) == ("走弱", False)


def test_what_rounds_to_nothing_is_level(counted: Counted) -> None:
    change = change_of(indicator(counted, "visits"), "环比", Fraction(100_001), Fraction(100_000))
    assert (change.amount, change.words) == ("0.0%", "持平")


# -- headlines --------------------------------------------------------------------------------


def lead(counted: Counted) -> Figure:
    return measure(counted, "A1-visit-coverage", "bureau", MONTH, LEADER)[0]


def test_the_overview_headline_says_the_figures(
    counted: Counted, stations: list[Assessment]
) -> None:
    score, figure = score_figure(counted, MONTH, LEADER), lead(counted)
    said = overview_headline(MONTH, score, figure, counted.catalogue, stations)
    assert said.startswith(f"2019年7月本局得分 {words.points(score.score)} 分，比6月")
    assert f"走访覆盖率 {words.percent(figure.exact)}，" in said
    missed = [
        c
        for line in stations
        for c in line.contributions
        if c.indicator == "A1-visit-coverage" and (c.value or 0) < c.target
    ]
    assert f"{len(missed)} 个所未达目标（29.0%）" in said


def test_all_on_target_and_nothing_known(stations: list[Assessment]) -> None:
    done = [
        replace(x, contributions=tuple(replace(c, value=Fraction(1)) for c in x.contributions))
        for x in stations
    ]
    assert below_target("A1-visit-coverage", "higher", done) == "各所均达目标（29.0%）"
    assert below_target("A1-visit-coverage", "higher", []) == ""


def test_no_score_at_all(counted: Counted, stations: list[Assessment]) -> None:
    score = score_figure(counted, MONTH, LEADER)
    none = replace(score, line=replace(score.line, score=None))
    said = overview_headline(MONTH, none, lead(counted), counted.catalogue, stations)
    assert said == "2019年7月没有可以计分的数据"


def ranked(line: Assessment, rank: int, band: int, name: str, before: int | None) -> Assessment:
    return replace(
        line,
        name=name,
        unit=name,
        rank=rank,
        band=band,
        previous_rank=before,
        rank_low=rank,
        rank_high=rank,
        score=Fraction(90 - rank),
        status="ranked",
    )


def test_the_ranking_headline_names_who_cannot_be_told_apart(stations: list[Assessment]) -> None:
    line = stations[0]
    groups = {
        "城区": [
            ranked(line, 1, 1, "甲所", 1),
            ranked(line, 2, 1, "乙所", 2),
            ranked(line, 3, 1, "丙所", 3),
            ranked(line, 4, 2, "丁所", 1),
        ],
        "乡镇": [ranked(line, 1, 1, "戊所", 1), ranked(line, 1, 1, "己所", 1)],
    }
    assert ranking_headline("station", MONTH, groups) == (
        "城区：甲所第一（89.00 分），与第 2–3 名分不出先后；"
        "乡镇：戊所、己所并列第一（89.00 分）；丁所退 3 位，超出误差范围"
    )
    assert "丁所" not in ranking_headline("village", MONTH, groups)


def test_movement_within_chance_is_said_to_be_so(stations: list[Assessment]) -> None:
    line = replace(ranked(stations[0], 3, 1, "甲所", 2), rank_low=1, rank_high=5)
    assert not moved_beyond(line)
    said = ranking_headline("station", MONTH, {"城区": [ranked(line, 1, 1, "乙所", 1), line]})
    assert said.endswith("；退位均在误差范围内")


def test_weeks_and_empty_groups(counted: Counted, stations: list[Assessment]) -> None:
    week = parse_period("2019-W33", AS_OF)
    lines = assess(counted, "station", week, LEADER)
    assert ranking_headline("station", week, by_group(lines)).endswith("周数据只作监测，不排名")
    assert ranking_headline("station", MONTH, {"城区": []}) == "2019年7月没有可以排名的单位"


def test_groups_stand_in_the_order_of_the_stations(stations: list[Assessment]) -> None:
    groups = by_group(stations)
    assert list(groups) == ["城区", "乡镇"]
    assert sum(map(len, groups.values())) == len(stations)
    assert [line.rank for line in groups["城区"]] == sorted(x.rank or 0 for x in groups["城区"])
