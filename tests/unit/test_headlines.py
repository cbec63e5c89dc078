"""The bureau's score, changes in words and the headline sentences: the metrics' own figures."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from data.rights import Actor
from metrics.analysis.change_sides import Side
from metrics.analysis.compare import Comparison, Verdict, compare_all
from metrics.analysis.compare_spans import CHOSEN, Pair
from metrics.calendar.period import last_year, parse_period, previous_whole
from metrics.cells.count import Counted
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.figures.measure import Amount, Figure, measure
from metrics.scoring.rank import Assessment, assess, by_group
from metrics.scoring.score_trend import score_figure, score_months
from metrics.wording.alerts import moved_beyond
from metrics.wording.headlines import below_target, overview_headline, ranking_headline
from metrics.wording.rank_words import alike_places, alike_ranks
from metrics.wording.tile_content import change_of

LEADER = Actor("t", "leader")
AS_OF = date(2019, 8, 19)
MONTH = parse_period("2019-07", AS_OF)


@pytest.fixture(scope="module")
def stations(counted: Counted) -> list[Assessment]:
    return assess(counted, "station", MONTH, LEADER)


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
    last, score = months[-1].score, score_figure(counted, MONTH, LEADER).score
    assert last is not None
    assert score is not None
    assert abs(last - score) < 1e-9
    assert words.points(last) == words.points(score)


# -- changes in words -------------------------------------------------------------------------


Counts = tuple[int, int | None]


def changed(counted: Counted, name: str, now: Counts, base: Counts, to: Verdict) -> Comparison:
    """同比 of the bureau with this verdict."""
    indicator = counted.catalogue[name]
    pair = Pair(CHOSEN, "last_year", MONTH, last_year(MONTH), (), {})
    sides = [
        Side(period, Amount(*counts), Amount(*counts).exact(indicator))
        for period, counts in ((pair.now, now), (pair.base, base))
    ]
    return Comparison(indicator, Unit("bureau", "某局", "bureau"), pair, *sides, to)


def of_lead(counted: Counted) -> list[Comparison]:
    asked = [counted.catalogue["A1-visit-coverage"]]
    return compare_all(counted, asked, "bureau", {CHOSEN: MONTH}, LEADER)


def test_a_small_base_shows_the_counts(counted: Counted) -> None:
    change = change_of(changed(counted, "disputes-resolved", (12, None), (8, None), "noise"))
    assert (change.amount, change.words, change.more) == ("12 对 8", "在随机波动之内", "")
    assert change.is_better is None
    few = change_of(changed(counted, "C1-disputes-on-time", (5, 8), (8, 9), "small"))
    assert (few.amount, few.words) == ("5 ÷ 8 对 8 ÷ 9", "样本不足，不作比较")
    assert few.is_better is None


def test_no_base_gives_a_dash(counted: Counted) -> None:
    change = change_of(changed(counted, "disputes-resolved", (3, None), (0, None), "small"))
    assert (change.amount, change.more) == ("—", "基数为 0")
    unknown = changed(counted, "visits", (3, None), (0, None), "none")
    assert change_of(replace(unknown, base=replace(unknown.base, exact=None))).amount == "—"


def test_a_rate_is_compared_both_ways(counted: Counted) -> None:
    change = change_of(
        changed(counted, "clearance-theft-robbery-fraud", (114, 250), (80, 250), "up")
    )
    assert (change.amount, change.more, change.words) == ("+13.6 个百分点", "相对 +42.5%", "向好")
    worse = change_of(changed(counted, "C4-recurrence", (20, 100), (10, 100), "up"))
    assert (worse.words, worse.is_better) == ("走弱", False)


@pytest.mark.parametrize("verdict", ["noise", "slight", "small", "untested"])
def test_only_a_real_change_is_coloured_and_called_better(
    counted: Counted, verdict: Verdict
) -> None:
    change = change_of(changed(counted, "C4-recurrence", (20, 100), (10, 100), verdict))
    assert change.is_better is None
    assert change.words not in ("向好", "走弱", "上升", "下降")


def test_what_rounds_to_nothing_is_level(counted: Counted) -> None:
    change = change_of(changed(counted, "visits", (100_001, None), (100_000, None), "noise"))
    assert (change.amount, change.words) == ("0.0%", "持平")


# -- headlines --------------------------------------------------------------------------------


def lead(counted: Counted) -> Figure:
    return measure(counted, "A1-visit-coverage", "bureau", MONTH, LEADER)[0]


def test_the_overview_headline_says_the_figures(
    counted: Counted, stations: list[Assessment]
) -> None:
    score, figure = score_figure(counted, MONTH, LEADER), lead(counted)
    said = overview_headline(MONTH, score, figure, of_lead(counted), counted.catalogue, stations)
    assert said.startswith(f"2019年7月本局得分 {words.points(score.score)} 分，比6月")
    assert f"走访覆盖率 {words.percent(figure.exact)}，" in said
    assert "个百分点（在随机波动之内）" in said
    missed = [
        c
        for line in stations
        for c in line.contributions
        if c.indicator == "A1-visit-coverage" and (c.value or 0) < c.target
    ]
    assert f"{len(missed)} 个所未达目标（29.0%）" in said


def test_all_on_target_and_nothing_known(stations: list[Assessment]) -> None:
    one = Fraction(1)
    done = [
        replace(
            x,
            contributions=tuple(replace(c, value=one, own_value=one) for c in x.contributions),
        )
        for x in stations
    ]
    assert below_target("A1-visit-coverage", "higher", done) == "各所均达目标（29.0%）"
    assert below_target("A1-visit-coverage", "higher", []) == ""


def test_no_score_at_all(counted: Counted, stations: list[Assessment]) -> None:
    score = score_figure(counted, MONTH, LEADER)
    none = replace(score, line=replace(score.line, score=None))
    said = overview_headline(MONTH, none, lead(counted), [], counted.catalogue, stations)
    assert said == "2019年7月没有可以计分的数据"


def ranked(line: Assessment, rank: int, alike: str, name: str, before: int | None) -> Assessment:
    """alike: the first characters of their names."""
    return replace(
        line,
        name=name,
        unit=name,
        rank=rank,
        alike=tuple(f"{other}所" for other in alike),
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
            ranked(line, 1, "乙丙", "甲所", 1),
            ranked(line, 2, "甲丙丁", "乙所", 2),
            ranked(line, 3, "甲乙丁", "丙所", 3),
            ranked(line, 4, "乙丙", "丁所", 1),
        ],
        "乡镇": [ranked(line, 1, "己", "戊所", 1), ranked(line, 1, "戊", "己所", 1)],
    }
    assert ranking_headline("station", MONTH, groups) == (
        "城区：甲所第一（89.00 分），与第 2–3 名分不出先后；"
        "乡镇：戊所、己所并列第一（89.00 分）；丁所退 3 位，超出误差范围"
    )
    assert "丁所" not in ranking_headline("village", MONTH, groups)


def test_alike_is_said_of_each_rank_by_itself(stations: list[Assessment]) -> None:
    """朱兰 was said to be alike with 2–5, though it was ahead of the fifth in 98 of 100 draws."""
    line = stations[0]
    names = "乙丙丁戊己庚辛壬"
    group = [ranked(line, 1, "乙丙戊", "甲所", 1)]
    group += [ranked(line, rank, "", f"{name}所", 1) for rank, name in enumerate(names, 2)]
    assert "甲所第一（89.00 分），与第 2–3、5 名分不出先后" in ranking_headline(
        "village", MONTH, {"城区": group}
    )
    group[0] = replace(group[0], alike=tuple(f"{other}所" for other in "乙丁己辛"))
    assert "与第 2、4、6 名等共 4 个名次分不出先后" in ranking_headline(
        "village", MONTH, {"城区": group}
    )
    group[0] = replace(group[0], alike=None)  # frozen before pairs were compared
    assert "分不出先后" not in ranking_headline("village", MONTH, {"城区": group})
    assert alike_places(group[0], group) == "—"
    assert alike_places(group[1], group) == "无"


def test_a_shared_rank_is_alike_only_where_all_who_share_it_are() -> None:
    assert alike_ranks({"乙", "丁"}, {"乙": 2, "丙": 2, "丁": 4}) == [4]
    assert alike_ranks({"乙", "丙"}, {"乙": 2, "丙": 2, "丁": 4}) == [2]


def test_movement_within_chance_is_said_to_be_so(stations: list[Assessment]) -> None:
    line = replace(ranked(stations[0], 3, "乙", "甲所", 2), rank_low=1, rank_high=5)
    assert not moved_beyond(line)
    said = ranking_headline("station", MONTH, {"城区": [ranked(line, 1, "甲", "乙所", 1), line]})
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
