"""Laws: parts add up to the whole, contributions to the score, and order changes nothing."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rights import Actor, NotPermitted, command_line
from metrics.calendar.period import months_back, parse_period
from metrics.cells.count import Counted
from metrics.figures.measure import measure, measure_all
from metrics.scheme.scheme import Scored, Step, scheme_of
from metrics.scoring.rank import assess, competition_ranks
from metrics.scoring.score import score_units
from metrics.scoring.share import share_reached

ACTOR = command_line()
AS_OF = date(2019, 8, 19)


MONTHS = [p.text for p in months_back(parse_period("2019-08", AS_OF), 44)]


def check_parts_add_up(counted: Counted, text: str) -> None:
    """Numerators and denominators of stations and 未知, rooms …, sum to those of the bureau."""
    period = parse_period(text, AS_OF)
    every = list(counted.catalogue)
    whole = measure_all(counted, every, "bureau", period, ACTOR)
    for level in ("village", "room", "station", "group"):
        parts = measure_all(counted, every, level, period, ACTOR)  # type: ignore[arg-type]
        for indicator in every:
            (total,) = whole[indicator.id]
            for name in ("numerator", "denominator", "maturing"):
                found = [getattr(f, name) or 0 for f in parts[indicator.id]]
                assert sum(found) == (getattr(total, name) or 0), (indicator.id, level, name)


def check_contributions_add_up(counted: Counted, text: str) -> None:
    period = parse_period(text, AS_OF)
    scheme = scheme_of(counted.schemes, period.ends_on)
    for level in ("village", "station", "bureau"):
        for score in score_units(counted, scheme, level, period):  # type: ignore[arg-type]
            points = [c.points for c in score.contributions if c.points is not None]
            assert (sum(points, Fraction(0)) if points else None) == score.score
            if points:
                effective = sum((c.effective_weight for c in score.contributions), Fraction(0))
                assert effective == scheme.full_points
                assert all(
                    0 <= p <= c.effective_weight
                    for c in score.contributions
                    if (p := c.points) is not None
                )


@pytest.mark.parametrize("month", MONTHS)
def test_every_demo_month(counted: Counted, month: str) -> None:
    check_parts_add_up(counted, month)
    check_contributions_add_up(counted, month)


@settings(max_examples=15)
@given(st.dates(date(2016, 1, 1), AS_OF), st.integers(0, 400))
def test_any_range(counted: Counted, start: date, days: int) -> None:
    end = min(date.fromordinal(start.toordinal() + days), AS_OF)
    check_parts_add_up(counted, f"{start}..{end}")
    check_contributions_add_up(counted, f"{start}..{end}")


# -- scoring rules -----------------------------------------------------------------------------

fractions = st.fractions(0, 2, max_denominator=200)


@st.composite
def rules(draw: st.DrawFn) -> tuple[Scored, str]:
    rule = draw(st.sampled_from(["linear", "deduct", "pass", "steps"]))
    better = "lower" if rule == "deduct" else "higher"
    low, high = sorted((draw(fractions), draw(fractions)))
    if low == high:
        high += Fraction(1, 100)
    target, floor = (low, high) if better == "lower" else (high, low)
    steps = ()
    if rule == "steps":
        steps = (Step(at=high, share=Fraction(1)), Step(at=low, share=Fraction(1, 3)))
    return (
        Scored(id="X", weight=Fraction(5), rule=rule, target=target, floor=floor, steps=steps),
        better,
    )


@given(rules(), fractions, fractions)
def test_moving_the_better_way_never_lowers_the_points(
    given_rule: tuple[Scored, str], one: Fraction, other: Fraction
) -> None:
    scored, better = given_rule
    worse, finer = sorted((one, other), reverse=better == "lower")
    lower = share_reached(scored, scored.target, worse, better)
    higher = share_reached(scored, scored.target, finer, better)
    assert 0 <= lower <= higher <= 1
    assert share_reached(scored, scored.target, scored.target, better) == 1


@pytest.mark.parametrize(
    ("rule", "value", "share"),
    [
        ("linear", "0.95", 1), ("linear", "0.8", 0), ("linear", "0.875", Fraction(1, 2)),
        ("linear", "0.99", 1), ("linear", "0.5", 0), ("pass", "0.95", 1), ("pass", "0.9499", 0),
        ("steps", "0.95", 1), ("steps", "0.94", Fraction(2, 3)), ("steps", "0.85", Fraction(1, 3)),
        ("steps", "0.8499", 0),
    ],
)  # fmt: skip
def test_points_by_hand(rule: str, value: str, share: Fraction) -> None:
    steps = tuple(
        Step(at=at, share=part) for at, part in (("0.95", 1), ("0.90", "2/3"), ("0.85", "1/3"))
    )
    scored = Scored(
        id="X",
        weight=4,
        rule=rule,
        target="0.95",
        floor="0.8",
        steps=steps if rule == "steps" else (),
    )
    assert share_reached(scored, scored.target, Fraction(value), "higher") == share


def test_deduct_by_hand() -> None:
    scored = Scored(id="X", weight=4, rule="deduct", target="0.05", floor="0.15")
    for value, share in (("0.05", 1), ("0.10", Fraction(1, 2)), ("0.15", 0), ("0", 1), ("1", 0)):
        assert share_reached(scored, scored.target, Fraction(value), "lower") == share


@given(st.lists(st.fractions(0, 100, max_denominator=50), min_size=1), st.randoms())
def test_row_order_never_changes_a_rank(scores: list[Fraction], random: object) -> None:
    ranks = dict(zip(scores, competition_ranks(scores), strict=True))
    shuffled = scores[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert competition_ranks(shuffled) == [ranks[score] for score in shuffled]
    assert min(ranks.values()) == 1


def test_ties_share_the_better_place() -> None:
    assert competition_ranks([Fraction(n) for n in (90, 80, 80, 70)]) == [1, 2, 2, 4]


# -- the ranking -------------------------------------------------------------------------------


def test_ranks_are_within_groups_and_inside_their_interval(counted: Counted) -> None:
    lines = assess(counted, "station", parse_period("2019-07", AS_OF), ACTOR)
    assert len(lines) == 14
    for group in ("城区", "乡镇"):
        members = [line for line in lines if line.group == group]
        assert [line.rank for line in members] == list(range(1, len(members) + 1))
        assert [line.score for line in members] == sorted((m.score for m in members), reverse=True)  # type: ignore[type-var]
        for line in members:
            low, rank, high = line.rank_low or 0, line.rank or 0, line.rank_high or 0
            assert 1 <= low <= rank <= high <= len(members)


def test_movement_is_against_the_ranking_of_the_period_before(counted: Counted) -> None:
    june = assess(counted, "station", parse_period("2019-06", AS_OF), ACTOR)
    july = assess(counted, "station", parse_period("2019-07", AS_OF), ACTOR)
    assert {a.unit: a.previous_rank for a in july} == {a.unit: a.rank for a in june}


def test_the_same_ranking_twice_is_the_same(counted: Counted) -> None:
    period = parse_period("2019-07", AS_OF)
    assert assess(counted, "village", period, ACTOR) == assess(counted, "village", period, ACTOR)


def test_a_week_is_monitored_and_not_ranked(counted: Counted) -> None:
    lines = assess(counted, "station", parse_period("2019-W33", AS_OF), ACTOR)
    assert {line.status for line in lines} == {"monitoring"}
    assert {(line.rank, line.grade) for line in lines} == {(None, None)}
    assert all(line.score is not None for line in lines)


def test_grades_come_with_a_quarter_and_excellence_has_few_places(counted: Counted) -> None:
    assert {a.grade for a in assess(counted, "station", parse_period("2019-07", AS_OF), ACTOR)} == {
        None
    }
    lines = assess(counted, "station", parse_period("2019-Q2", AS_OF), ACTOR)
    assert None not in {line.grade for line in lines}
    for group in ("城区", "乡镇"):
        excellent = [a for a in lines if a.group == group and a.grade == "优秀"]
        assert len(excellent) <= 1  # floor(20 % of 7)
        assert all((a.score or 0) >= 90 for a in excellent)


def test_too_few_points_are_scored_but_not_ranked(counted: Counted) -> None:
    """A scheme that does not pool: a village with one officer away has too little to go by."""
    scheme = scheme_of(counted.schemes, AS_OF)
    strict = scheme.model_copy(
        update={
            "indicators": tuple(
                replace_scored(s, minimum=10**6) if s.id[0] in "ABCDEF" else s
                for s in scheme.indicators
            )
        }
    )
    lines = assess(counted, "station", parse_period("2019-07", AS_OF), ACTOR, strict)
    assert {line.status for line in lines} == {"not-rankable"}
    assert {line.rank for line in lines} == {None}
    for line in lines:
        assert line.score is not None
        assert line.applicable_points < 60
        assert "不足 60 分" in line.reason


def replace_scored(scored: Scored, **more: object) -> Scored:
    return scored.model_copy(update=more)


def test_a_small_denominator_takes_the_figure_of_the_level_above(counted: Counted) -> None:
    lines = assess(counted, "village", parse_period("2019-07", AS_OF), ACTOR, is_simulated=False)
    for line in lines:
        for c in line.contributions:
            if c.points is not None:
                assert (c.denominator or 0) >= {"A": 3, "B": 3, "G": 30}.get(c.indicator[0], 10)
            if c.indicator[0] in "CDGH":
                assert c.level in ("room", "station")
            if c.level != "village":
                assert c.reason


def test_who_may_not_see_officers_is_told_who_may(counted: Counted) -> None:
    with pytest.raises(NotPermitted, match="局领导"):
        measure(counted, "visits", "officer", parse_period("2019-07", AS_OF), Actor("x", "station"))
    with pytest.raises(NotPermitted):
        assess(counted, "officer", parse_period("2019-07", AS_OF), Actor("x", "wall"))


def test_officers_have_the_figures_of_their_villages(counted: Counted) -> None:
    period = parse_period("2019-07", AS_OF)
    villages = {f.unit: f.numerator for f in measure(counted, "visits", "village", period, ACTOR)}
    officers = {f.unit: f.numerator for f in measure(counted, "visits", "officer", period, ACTOR)}
    posts = (
        counted.cursor()
        .execute(
            "SELECT officer, village FROM record.assignment WHERE village IS NOT NULL"
            " AND valid_from <= DATE '2019-07-01'"
            " AND (valid_to IS NULL OR valid_to >= DATE '2019-07-31')"
            " AND officer NOT IN (SELECT officer FROM record.assignment WHERE village IS NOT NULL"
            " GROUP BY officer HAVING count(*) > 1)"
        )
        .fetchall()
    )
    assert len(posts) > 150
    for officer, village in posts:
        assert officers[officer] == villages[village]


def test_levels_and_members_do_not_change_by_replacing_the_actor(counted: Counted) -> None:
    period = parse_period("2019-07", AS_OF)
    one = assess(counted, "station", period, Actor("a", "leader"))
    two = assess(counted, "station", period, Actor("b", "political"))
    assert one == two
    assert replace(one[0], name="x") != one[0]
