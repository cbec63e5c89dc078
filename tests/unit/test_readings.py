"""Sentences and comparisons: exact sums, honest silence, words that fit the direction."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from metrics.analysis.funnel import funnel
from metrics.analysis.unit_verdict import verdicts
from metrics.calendar.period import parse_period
from metrics.cells.spans import Span
from metrics.cells.units import UNKNOWN
from metrics.figures.measure import Figure
from metrics.figures.words import status_in_words
from metrics.indicators.catalogue import Indicator, load_catalogue
from metrics.scheme.scheme import load_schemes
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import breakdown_steps, by_loss, group_of, peers
from metrics.wording.definition import rule_in_words, warning
from metrics.wording.indicator_readings import (
    against_target,
    in_order,
    indicator_headline,
    units_of_indicator_reading,
)
from metrics.wording.unit_readings import (
    losses_reading,
    part_label,
    records_reading,
    unit_headline,
    whose,
)
from metrics.wording.verdict_words import funnel_reading

CATALOGUE = load_catalogue()
SCHEME = load_schemes(CATALOGUE)[0]
JULY = parse_period("2019-07", date(2019, 8, 19))
YEAR = Span("this", date(2018, 8, 1), date(2019, 7, 31))
C1, C4 = CATALOGUE["C1-disputes-on-time"], CATALOGUE["C4-recurrence"]


def contribution(name: str, weight: int, points: Fraction | None, **more: object) -> Contribution:
    given = Contribution(
        indicator=name,
        title=CATALOGUE[name].title,
        weight=Fraction(weight),
        effective_weight=Fraction(weight if points is not None else 0),
        points=points,
        value=Fraction(1, 2) if points is not None else None,
        numerator=1,
        denominator=2,
        target=Fraction(1),
        floor=Fraction(0),
        rule="linear",
        level="station",
        unit="S1",
        unit_name="甲派出所",
        span=Span("this", JULY.starts_on, JULY.ends_on),
    )
    return replace(given, **more)  # type: ignore[arg-type]


def line(unit: str = "S1", group: str = "城区", *given: Contribution, **more: object) -> Assessment:
    score = sum((c.points or Fraction(0) for c in given), Fraction(0)) if given else None
    ranked = Assessment(
        unit=unit,
        name="甲派出所",
        group=group,
        station=unit,
        score=score,
        rank=2,
        rank_low=1,
        rank_high=3,
        previous_rank=4,
        applicable_points=Fraction(100),
        status="ranked",
        reason="",
        contributions=given,
    )
    return replace(ranked, **more)  # type: ignore[arg-type]


THREE = (
    contribution("A1-visit-coverage", 50, Fraction(101, 3)),
    contribution("C1-disputes-on-time", 30, Fraction(30)),
    contribution("C4-recurrence", 20, Fraction(1, 7)),
)


def test_the_waterfall_goes_from_full_marks_to_the_score_without_a_gap() -> None:
    found = breakdown_steps(line("S1", "城区", *THREE))
    assert [step.kind for step in found] == ["full", "loss", "loss", "rest", "score"]
    assert [step.label for step in found[1:4]] == ["复发率", "走访覆盖率", "其余 1 项满分"]
    assert found[0].after == 100
    assert all(a.after == b.before for a, b in pairwise(found))
    assert found[-1].after == Fraction(101, 3) + 30 + Fraction(1, 7)


def test_nothing_applies_nothing_falls() -> None:
    empty = line(
        "S1", "城区", contribution("A1-visit-coverage", 100, None, reason="没有记录"), score=None
    )
    assert breakdown_steps(empty) == []
    assert "没有适用的指标" in unit_headline(empty, [empty], "station", JULY, "甲派出所")
    assert "走访覆盖率，没有记录" in losses_reading(empty)


def test_headline_of_a_ranked_an_unranked_and_the_bureau() -> None:
    ranked = line("S1", "城区", *THREE)
    others = [ranked, line("S2"), line("S3", "乡镇")]
    said = unit_headline(ranked, others, "station", JULY, "甲派出所")
    assert said == (
        "甲派出所2019年7月得分 63.81 分，城区组第 2 名（共 2 个，95% 区间 1–3），较6月进 2 位；"
        "失分最多的是复发率（−19.86 分）"
    )
    weak = replace(ranked, rank=None, reason="适用分值不足")
    assert "，适用分值不足；" in unit_headline(weak, others, "station", JULY, "甲派出所")
    assert "名" not in unit_headline(ranked, others, "bureau", JULY, "本局")


def test_full_marks_are_said_as_such() -> None:
    best = line("S1", "城区", contribution("A1-visit-coverage", 100, Fraction(100)))
    assert losses_reading(best) == "没有失分。"
    assert "均得满分" in unit_headline(best, [best], "station", JULY, "甲派出所")


def test_order_of_the_table_is_that_of_the_losses() -> None:
    given = (*THREE, contribution("D2-rechecked", 4, None))
    assert [c.title for c in by_loss(line("S1", "城区", *given))] == [
        "复发率", "走访覆盖率", "纠纷按期化解率", "复查率",
    ]  # fmt: skip


def test_peers_are_of_the_group_and_not_named_by_a_range_of_two() -> None:
    lines = [
        line(f"S{i}", "城区" if i < 4 else "乡镇", replace(THREE[0], value=Fraction(i, 10)))
        for i in range(1, 6)
    ]
    found = peers(lines, lines[0])["A1-visit-coverage"]
    assert (found.low, found.middle, found.high, found.units) == (
        Fraction(1, 10), Fraction(2, 10), Fraction(3, 10), 3,
    )  # fmt: skip
    assert peers(lines, lines[4]) == {}
    assert len(group_of(lines, lines[4])) == 2


def test_whose_figure_and_window() -> None:
    assert whose(THREE[0], "station", JULY) == "本级，本期"
    lent = replace(THREE[1], level="room", span=YEAR)
    assert whose(lent, "village", JULY) == "警务室，近12个月"
    assert whose(contribution("D2-rechecked", 4, None), "station", JULY) == "—"


def test_labels_of_the_records() -> None:
    assert part_label("numerator", 35, 35) == "分子 35"
    assert part_label("denominator", 348, 71) == "分母 348（71 条记录）"
    assert records_reading(5000, 7412) == "共 7,412 条，显示前 5,000 条"
    assert records_reading(12, 12) == "共 12 条记录"


def figure(unit: str, numerator: int, denominator: int, **more: object) -> Figure:
    exact = Fraction(numerator, denominator) if denominator else None
    value = None if exact is None else float(exact)
    made = Figure(
        unit, f"{unit}所", numerator, denominator, value, 0.1, 0.9, None, None, None, None, None,
        None, None, "ok" if denominator else "no-base", exact=exact,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


UNITS = [figure("甲", 8, 10), figure("乙", 96, 100), figure("丙", 3, 3), figure("丁", 0, 0)]


def test_too_little_is_said_and_not_compared() -> None:
    scored = SCHEME.scored(C1.id)
    assert status_in_words(UNITS[2], C1, scored) == "样本不足（3 件），不作比较"
    assert status_in_words(UNITS[3], C1, scored) == "无基数（分母为 0）"
    assert [against_target(f, C1, scored, JULY) for f in UNITS] == ["未达标", "达标", "", ""]


def test_for_a_rate_that_should_be_low_high_is_missed() -> None:
    scored = SCHEME.scored(C4.id)
    assert against_target(figure("甲", 1, 20), C4, scored, JULY) == "达标"
    assert against_target(figure("甲", 2, 20), C4, scored, JULY) == "未达标"
    ordered = in_order([figure("甲", 5, 20), figure("乙", 1, 20)], C4, scored)
    assert [f.unit for f in ordered] == ["乙", "甲"]


def test_order_best_first_small_then_empty_then_unknown() -> None:
    unknown = figure(UNKNOWN, 50, 50, status="unknown")
    ordered = in_order([unknown, *UNITS], C1, SCHEME.scored(C1.id))
    assert [f.unit for f in ordered] == ["乙", "甲", "丙", "丁", UNKNOWN]


def test_headline_of_an_indicator() -> None:
    whole = figure("bureau", 107, 113, exact_last_year=Fraction(9, 10))
    scored = SCHEME.scored(C1.id)
    said = indicator_headline(C1, whole, [], UNITS, scored, "station", JULY)
    assert said == (
        "2019年7月纠纷按期化解率 94.7%，较去年同期高 4.7 个百分点；"
        "1 个所未达标（目标 95%），另有 1 个样本不足"
    )
    absent = figure("bureau", 0, 0, status="not-applicable", note="数据来源没有“破案日期”一列")
    said = indicator_headline(C1, absent, [], [], scored, "station", JULY)
    assert said == "2019年7月纠纷按期化解率不适用：数据来源没有“破案日期”一列"


def test_the_funnel_judges_only_what_is_large_enough() -> None:
    units = [figure(str(i), 95, 100) for i in range(8)]
    units += [figure("差", 60, 100), figure("小", 0, 5)]
    every = CATALOGUE["A4-valid-visits"]  # minimum 3
    scored = SCHEME.scored(every.id)
    of = verdicts(units, figure("bureau", 820, 905), every, scored)
    found = funnel(units, of, scored)
    assert found is not None
    assert {f.unit: of.of(f.unit).where for f in found.units} == {
        **{str(i): "alike" for i in range(8)}, "差": "below", "小": "unjudged",
    }  # fmt: skip
    said = funnel_reading(every, found, units, "station")
    assert "差于全局（菱形）的 1 个所：差所；其中在同类中也属异常的 1 个：差所" in said
    assert "只画不判" in said
    assert funnel(units[:2], of, None) is None


def test_which_units_differ_is_said_on_both_sides() -> None:
    units = [figure(str(i), 80, 100) for i in range(6)]
    units += [figure("好", 98, 100), figure("差", 40, 100), figure("小", 0, 5)]
    whole = figure("bureau", 618, 805)
    of = verdicts(units, whole, C1, None)
    said = units_of_indicator_reading(units, whole, of, None, "station")
    assert said.startswith("与全局（含未填单位的记录）相比超出随机波动：好于全局的 1 个所（好所")
    assert "差于全局的 1 个所（差所，其中 1 个在同类中也属异常）" in said
    same = [figure(str(i), 80, 100) for i in range(6)]
    every = verdicts(same, figure("bureau", 480, 600), C1, None)
    assert units_of_indicator_reading(same, whole, every, None, "station") == (
        "6 个所都与全局分不出高下。"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A1-visit-coverage", "不低于 29%（全年目标 50%，按已过天数折算）得满分，其下按比例给分"),
        ("C4-recurrence", "不高于 5% 得满分，升至 15% 不得分，其间按比例给分"),
        ("B3-peak-hours", "不低于 30% 得满分，否则不得分"),
        ("E-spot-check-accuracy", "不低于 95% 得满分，降至 85% 不得分，其间按比例给分"),
    ],
)
def test_the_rule_in_words(name: str, said: str) -> None:
    scored = SCHEME.scored(name)
    assert scored is not None
    assert said in rule_in_words(CATALOGUE[name], scored, JULY, SCHEME)


def test_banned_and_scored_is_said_twice() -> None:
    banned: Indicator = CATALOGUE["clearance-period"]
    assert "不宜计分" in warning(banned, None)
    assert warning(banned, SCHEME.indicators[0]).endswith("请复核")
    assert warning(C1, None) == ""
