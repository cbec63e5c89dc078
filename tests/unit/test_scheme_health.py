"""方案体检: what a card says is worked out by hand here, or planted in simulated counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from data.rights import Actor
from metrics.analysis.scheme_health import Health, SchemeHealth, scheme_health
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.store import Store
from metrics.results import Results
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.statistics.correlation import FEWEST, centred, chance_bound, correlations
from metrics.wording.scheme_readings import health_sentence, scheme_health_reading

JULY = Span("", date(2019, 7, 1), date(2019, 7, 31))
DISPUTES, HAZARDS, CAME_BACK = "C1-disputes-on-time", "D1-hazards-on-time", "C4-recurrence"


def contribution(
    indicator: str, numerator: int, denominator: int, points: Fraction | int, mixed: int = 0
) -> Contribution:
    """One with a weight of 10 and a target of 95 % (at most 5 % of what came back)."""
    return Contribution(
        indicator, indicator, Fraction(10), Fraction(10), Fraction(points),
        Fraction(numerator, denominator or 1), numerator, denominator,
        Fraction(5 if indicator == CAME_BACK else 95, 100), Fraction(7, 10), "linear",
        "station", "S", "所", JULY, pooled_value=Fraction(9, 10), mixed=mixed,
    )  # fmt: skip


def ranking(units: Sequence[Sequence[Contribution]], group: str = "城区") -> list[Assessment]:
    """Ranked by the sum of their points, best first; S1, S2, … as they are given."""
    raw = [sum((c.points or Fraction(0) for c in own), Fraction(0)) for own in units]
    return [
        Assessment(
            unit=f"{group}{number}", name="所", group=group, station="", score=score,
            rank=1 + sum(1 for other in raw if other > score), applicable_points=Fraction(100),
            status="ranked", reason="", contributions=tuple(own),
        )
        for number, (own, score) in enumerate(zip(units, raw, strict=True), 1)
    ]  # fmt: skip


def cards(counted: Counted, lines: Sequence[Assessment]) -> dict[str, Health]:
    health = scheme_health(counted.catalogue, lines, None)
    return {card.indicator: card for card in health.indicators}


def test_full_marks_none_and_cases_are_counted(counted: Counted) -> None:
    counts = [(9, 9, 10), (0, 4, 0), (3, 6, 5), (7, 7, 10), (1, 1, 10)]
    lines = ranking([[contribution(DISPUTES, *each)] for each in counts])
    card = cards(counted, lines)[DISPUTES]
    assert (card.units, card.full, card.zero) == (5, 3, 1)
    assert (card.cases, card.fewest) == (6, 1)


def test_who_can_reach_the_target_with_the_cases_there_are(counted: Counted) -> None:
    # All good, S1 has (3 + 10 × 10/12) ÷ 13 = 87.2 %; S2 has (9 + 10 × 12/12) ÷ 19 = 100 %.
    of_disputes = [contribution(DISPUTES, 3, 3, 5, 10), contribution(DISPUTES, 7, 9, 5, 10)]
    assert cards(counted, ranking([[c] for c in of_disputes]))[DISPUTES].reachable == 1
    # Nothing comes back: S1 (0 + 10 × 2/43) ÷ 13 = 3.6 %, S2 (0 + 10 × 1/43) ÷ 50 = 0.5 %.
    came_back = [contribution(CAME_BACK, 1, 3, 5, 10), contribution(CAME_BACK, 2, 40, 5, 10)]
    assert cards(counted, ranking([[c] for c in came_back]))[CAME_BACK].reachable == 2
    # Nothing is mixed in: whoever has a case can.
    alone = [contribution(DISPUTES, 1, 3, 5), contribution(DISPUTES, 7, 9, 5)]
    assert cards(counted, ranking([[c] for c in alone]))[DISPUTES].reachable == 2


def test_how_many_would_move_without_an_indicator(counted: Counted) -> None:
    points = [(10, 1), (6, 4), (2, 7)]  # sums 11, 10, 9; without the first 1, 4, 7
    lines = ranking(
        [
            [contribution(DISPUTES, 5, 9, first), contribution(HAZARDS, 5, 9, second)]
            for first, second in points
        ]
    )
    by_id = cards(counted, lines)
    assert (by_id[DISPUTES].ranked, by_id[DISPUTES].moved, by_id[DISPUTES].farthest) == (3, 2, 2)
    assert (by_id[HAZARDS].moved, by_id[HAZARDS].farthest) == (0, 0)


def test_groups_are_ranked_apart(counted: Counted) -> None:
    one = ranking(
        [[contribution(DISPUTES, 5, 9, p), contribution(HAZARDS, 5, 9, 5)] for p in (9, 3)]
    )
    other = ranking(
        [[contribution(DISPUTES, 5, 9, p), contribution(HAZARDS, 5, 9, 9)] for p in (8, 2)], "乡镇"
    )
    card = cards(counted, [*one, *other])[HAZARDS]
    assert (card.ranked, card.moved) == (4, 0)


@pytest.mark.parametrize(("strength", "cases"), [(20.0, 60), (100.0, 25)])
def test_reliability_is_that_of_the_planted_spread(
    counted: Counted, strength: float, cases: int
) -> None:
    """Beta prior of this strength: cases ÷ (cases + strength) of a value is the unit's own."""
    rng = np.random.default_rng(11)
    rates = rng.beta(0.8 * strength, 0.2 * strength, 400)
    hits = rng.binomial(cases, rates).tolist()
    lines = ranking([[contribution(DISPUTES, x, cases, 5)] for x in hits])
    reliability = cards(counted, lines)[DISPUTES].reliability
    assert reliability == pytest.approx(cases / (cases + strength), abs=0.08)


def test_equal_units_differ_by_chance_alone(counted: Counted) -> None:
    lines = ranking([[contribution(DISPUTES, 8, 10, 5)] for _ in range(14)])
    assert cards(counted, lines)[DISPUTES].reliability == 0


def test_what_repeats_another_is_named_and_what_does_not_is_not(counted: Counted) -> None:
    rng = np.random.default_rng(5)
    shares = rng.uniform(0, 10, (14, 2))
    lines = ranking(
        [
            [
                contribution(DISPUTES, 5, 9, Fraction(a)),
                contribution(HAZARDS, 5, 9, Fraction(a / 2 + 1)),
                contribution(CAME_BACK, 5, 9, Fraction(b)),
            ]
            for a, b in shares.tolist()
        ]
    )
    by_id = cards(counted, lines)
    assert by_id[DISPUTES].nearest == HAZARDS
    assert by_id[DISPUTES].correlation == pytest.approx(1)
    assert by_id[DISPUTES].is_repeated
    assert not by_id[CAME_BACK].is_repeated


# -- correlation ----------------------------------------------------------------------------------


def test_correlations_are_pearsons_where_both_are_known() -> None:
    rng = np.random.default_rng(3)
    series = rng.normal(size=(3, 20))
    series[1, :4] = np.nan
    r = correlations(series)
    assert r[0, 2] == pytest.approx(np.corrcoef(series[0], series[2])[0, 1])
    assert r[0, 1] == r[1, 0] == pytest.approx(np.corrcoef(series[0, 4:], series[1, 4:])[0, 1])
    assert np.isnan(np.diag(r)).all()


def test_a_constant_and_a_short_series_have_no_correlation() -> None:
    assert np.isnan(correlations(np.array([np.ones(20), np.arange(20.0)]))).all()
    assert np.isnan(correlations(np.arange(2.0 * (FEWEST - 1)).reshape(2, -1))).all()


def test_groups_are_taken_off() -> None:
    series = np.array([[1.0, 3.0, 10.0, 12.0], [np.nan, 5.0, 1.0, 3.0]])
    inside = centred(series, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(inside, [[-1, 1, -1, 1], [np.nan, 0, -1, 1]])


def test_independent_series_seldom_pass_the_bound() -> None:
    rng = np.random.default_rng(8)
    bound = chance_bound(14, 15)
    largest = [np.nanmax(np.abs(correlations(rng.normal(size=(6, 14))))) for _ in range(400)]
    assert np.mean(np.array(largest) > bound) <= 0.08
    assert chance_bound(3, 10) == chance_bound(14, 0) == 1


# -- words ----------------------------------------------------------------------------------------


CARD = Health(
    indicator="x", title="甲", weight=Fraction(5), units=14, full=3, zero=0, cases=20.0, fewest=4,
    reliability=0.8, reachable=14, ranked=14, moved=6, farthest=2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "能分出高下"),
        ({"units": 0}, "没有单位适用"),
        ({"full": 13}, "各单位几乎都得满分，分不出高下"),
        ({"zero": 7}, "半数以上单位不得分，目标或底线定得过高"),
        ({"reliability": 0.1}, "各单位之差多半出于偶然"),
        ({"reliability": None}, "能分出高下"),
        ({"moved": 0}, "去掉它，名次几乎不变"),
        ({"nearest": "乙", "is_repeated": True}, "与“乙”高度一致，所考重复"),
        ({"reachable": 3}, "只有 3 个单位可能达标"),
        (
            {"reachable": 0, "reliability": 0.1, "moved": 0},
            "全部做到也达不到目标；各单位之差多半出于偶然",
        ),
    ],
)
def test_a_card_says_what_is_most_wrong_with_it(more: dict[str, object], sentence: str) -> None:
    assert health_sentence(replace(CARD, **more)) == sentence


def test_the_scheme_is_read_as_a_whole() -> None:
    some = (
        CARD,
        replace(CARD, title="乙", full=14),
        replace(CARD, title="丙", reachable=0, reliability=0.0),
    )
    assert scheme_health_reading(SchemeHealth(some, ("甲", "乙"), 3)) == (
        "按全局合计，3 项中 2 项未达目标，目标可能定得过高；"
        "丙的目标，与本组合并后任何单位全部做到也达不到，应予调低；乙几乎都得满分；丙各单位之差多半出于偶然。"
    )
    assert scheme_health_reading(SchemeHealth((CARD,), ("甲",), 3)) == (
        "按全局合计，3 项中 1 项未达目标。"
    )
    assert scheme_health_reading(SchemeHealth((), (), 0)) == ""


def test_the_targets_of_the_demo_city(demo: Store) -> None:
    """17 of 19 below the target, as the bureau's own figures say."""
    results = Results(demo, demo.counted(), Actor("t", "leader"))
    period = parse_period("2019-07", demo.as_of())
    health = results.scheme_health("station", period)
    whole = results.lines("bureau", period)[0].contributions
    missed = [
        c.title
        for c in whole
        if c.value is not None
        and (c.value > c.target if c.indicator == CAME_BACK else c.value < c.target)
    ]
    assert list(health.below_target) == missed
    assert (len(missed), health.measured) == (17, 19)
