"""The statistics against public reference values, and the laws that they obey."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.control_limits import (
    RunsRules,
    XmrLimits,
    assurance,
    c_chart_limits,
    p_chart_limits,
    point_types,
    runs_rules,
    seven_one_side,
    xmr_limits,
)
from metrics.statistics.funnel_limits import (
    funnel_limits,
    funnel_limits_overdispersed,
    funnel_significance,
    overdispersion,
)
from metrics.statistics.intervals import (
    Interval,
    byar_interval,
    count_interval,
    poisson_exact_interval,
    wilson_interval,
    z_of,
)
from metrics.statistics.rank_uncertainty import (
    RankIntervals,
    alike,
    draws_for,
    jeffreys_draws,
    places,
    rank_intervals,
    surely_ahead,
)

COPY = Path(__file__).with_name("golden_statistics.json")
ORIGINAL = Path(__file__).parents[3] / "shared" / "golden" / "statistics.json"
GOLDEN: dict[str, Any] = json.loads(COPY.read_text("utf-8"))

# District, n, closed, p_top1, p_top3, p_bottom1, p_bottom3, r_lo, r_hi: Baltimore 2016.
# Source: ../shared/realdata/baltimore/rank_uncertainty_2016.csv (The Trace and BuzzFeed News).
BALTIMORE = [
    (2, 41, 13, 0.488, 0.758, 0.016, 0.072, 1, 8),
    (8, 117, 33, 0.154, 0.611, 0.006, 0.063, 1, 8),
    (1, 55, 15, 0.18, 0.518, 0.041, 0.17, 1, 9),
    (7, 133, 35, 0.069, 0.41, 0.013, 0.127, 1, 8),
    (3, 114, 27, 0.024, 0.192, 0.066, 0.333, 2, 9),
    (9, 91, 21, 0.028, 0.18, 0.096, 0.404, 1, 9),
    (5, 47, 10, 0.039, 0.174, 0.249, 0.542, 1, 9),
    (6, 81, 17, 0.012, 0.095, 0.221, 0.597, 2, 9),
    (4, 90, 18, 0.006, 0.061, 0.293, 0.692, 3, 9),
]


def numbers(interval: Interval) -> tuple[float, float]:
    return float(interval[0]), float(interval[1])


# --- golden values -------------------------------------------------------------------------


def test_the_golden_copy_is_the_original() -> None:
    if not ORIGINAL.exists():
        pytest.skip(f"{ORIGINAL} lies outside the repository; the copy stands alone here")
    assert json.loads(ORIGINAL.read_text("utf-8")) == GOLDEN


@pytest.mark.parametrize(("x", "n", "confidence", "low", "high"), GOLDEN["wilson"]["cases"])
def test_wilson(x: float, n: float, confidence: float, low: float, high: float) -> None:
    assert numbers(wilson_interval(x, n, confidence)) == pytest.approx((low, high), abs=6e-7)


@pytest.mark.parametrize(("x", "confidence", "low", "high"), GOLDEN["byars"]["cases"])
def test_byar(x: float, confidence: float, low: float, high: float) -> None:
    assert numbers(byar_interval(x, confidence)) == pytest.approx((low, high), abs=1e-8)


@pytest.mark.parametrize(
    ("x", "low", "high"), [(1, 0.025317808, 5.571643391), (5, 1.62348639, 11.668332079)]
)
def test_exact_below_ten(x: int, low: float, high: float) -> None:
    """The two values that the golden note gives in words."""
    assert f"{low:.8f}"[:9] in GOLDEN["byars"]["note"].replace(" .", " 0.")
    assert numbers(poisson_exact_interval(x)) == pytest.approx((low, high), abs=1e-8)
    assert numbers(count_interval(x)) == numbers(poisson_exact_interval(x))


def test_count_interval_changes_its_method_at_ten() -> None:
    low, high = count_interval([9, 10])
    assert (low[0], high[0]) == numbers(poisson_exact_interval(9))
    assert (low[1], high[1]) == numbers(byar_interval(10))
    assert numbers(count_interval(0)) == pytest.approx((0, 3.688879), abs=1e-6)


@pytest.mark.parametrize("row", GOLDEN["funnel_proportion"]["limits"])
def test_funnel_limits(row: dict[str, str]) -> None:
    for confidence, name in ((0.95, "2s0025"), (0.998, "3s0001")):
        limits = funnel_limits(
            float(row["Baseline"]) / 100, int(row["Population"]), z_of(confidence)
        )
        wanted = float(row[f"Lower{name}limit"]) / 100, float(row[f"Upper{name}limit"]) / 100
        assert numbers(limits) == pytest.approx(wanted, abs=2e-8)


def test_funnel_significance() -> None:
    words = {"Low (0.001)": -2, "Low (0.025)": -1, "Not significant": 0, "High (0.001)": 2}
    rows = GOLDEN["funnel_proportion"]["significance_input_first"]
    x = [float(row["numerator"]) for row in rows]
    n = [float(row["denominator"]) for row in rows]
    level = funnel_significance(x, n, GOLDEN["funnel_proportion"]["baseline_pct"] / 100)
    assert level.tolist() == [words[row["significance"]] for row in rows]
    assert funnel_significance([61, 40, 0], [100, 100, 0], 0.5).tolist() == [1, -1, 0]


@pytest.mark.parametrize("screened", [True, False])
def test_xmr(screened: bool) -> None:
    wanted = GOLDEN["xmr"]["screened" if screened else "unscreened"]
    found = xmr_limits(GOLDEN["xmr"]["data"], screened)
    assert (found.lower, found.mean, found.upper) == pytest.approx(
        (wanted["lpl"], wanted["mean"], wanted["upl"]), abs=1e-7
    )


def test_xmr_of_a_random_series() -> None:
    wanted = GOLDEN["xmr"]["snapshot_rnorm20_seed123"]
    found = xmr_limits(wanted["data"])
    assert (found.lower, found.mean, found.upper) == pytest.approx(
        (wanted["lpl"], wanted["mean"], wanted["upl"]), abs=1e-6
    )


def test_seven_one_side() -> None:
    case = GOLDEN["xmr_rules"]["cases"][0]
    assert case["in"] == "1 x8 then -1"
    assert seven_one_side([1] * 8 + [-1]).astype(int).tolist() == case["out"]
    assert seven_one_side([-1] * 8 + [1]).astype(int).tolist() == case["out"]


def test_two_of_three_needs_one_side() -> None:
    assert GOLDEN["xmr_rules"]["cases"][1]["in"] == "(1,-1)x7 then 5.5,-5.5"
    series = [1, -1] * 7 + [5.5, -5.5]
    assert set(runs_rules(series, xmr_limits(series)).rule.tolist()) == {""}


def test_p_charts() -> None:
    for name, wanted in (
        ("n=100", GOLDEN["p_chart"]["n=100"]),
        ("n=80", GOLDEN["p_chart"]["n=80"]),
    ):
        n, centre = int(name[2:]), GOLDEN["p_chart"]["cl"]
        found = p_chart_limits([0], [n], centre)
        assert (found.lower[0], found.upper[0]) == pytest.approx(wanted, abs=1e-5)
    fixed = GOLDEN["p_chart_fixed_n"]
    found = p_chart_limits([fixed["cl"] * fixed["n"]] * 3, [fixed["n"]] * 3)
    assert found.centre == pytest.approx(fixed["cl"])
    assert (found.lower[2], found.upper[2]) == pytest.approx((fixed["lcl"], fixed["ucl"]), abs=1e-6)


def test_c_chart() -> None:
    wanted = GOLDEN["c_chart"]
    found = c_chart_limits(wanted["data"])
    assert (found.centre, found.lower[0], found.upper[-1]) == pytest.approx(
        (wanted["cl"], wanted["lcl"], wanted["ucl"]), abs=1e-6
    )
    assert found.lower.shape == (24,)


def test_overdispersion() -> None:
    case = GOLDEN["overdispersion"]["worked_case"]
    found = overdispersion(case["numerators"], case["denominators"])
    assert found.target == pytest.approx(case["target"], rel=1e-12)
    assert found.phi == pytest.approx(case["phi"], rel=1e-12)
    assert found.tau2 == pytest.approx(case["tau2"], rel=1e-12)


def test_rank_uncertainty_of_baltimore() -> None:
    table = np.array(BALTIMORE, float)
    draws = jeffreys_draws(table[:, 2], table[:, 1], draws_for(9), seed=20190819)
    found = rank_intervals(draws)
    shares = (found.p_first, found.p_top3, found.p_last, found.p_bottom3)
    for column, share in zip((3, 4, 5, 6), shares, strict=True):
        assert share == pytest.approx(table[:, column], abs=0.02)
    # Three districts have a rank that near 2.5 % of the draws reach (district 3 is first in 2.4 %
    # of theirs): there the seed decides, by one rank. The six others do not move.
    for rank, column in ((found.rank_low, 7), (found.rank_high, 8)):
        assert rank == pytest.approx(table[:, column], abs=1)
        edge = [1, 4, 8]
        assert np.delete(rank, edge).tolist() == np.delete(table[:, column], edge).tolist()
    assert alike(draws, found.rank_low).sum() == 9 * 8


# --- what is nan, what is an error ----------------------------------------------------------


def test_no_denominator_is_nan() -> None:
    for interval in (wilson_interval(0, 0), funnel_limits(0.5, 0)):
        assert np.isnan(numbers(interval)).all()
    low, high = wilson_interval([0, 3], [0, 10])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert 0 < low[1] < 0.3 < high[1]
    assert np.isnan(p_chart_limits([0, 3], [0, 10]).lower[0])
    assert np.isnan(p_chart_limits([0], [0]).centre)
    assert np.isnan(jeffreys_draws([0, 1], [0, 2], 5, 1)[:, 0]).all()
    assert np.isnan(overdispersion([0], [0]).phi)


def test_a_ratio_is_no_proportion() -> None:
    for call in (wilson_interval, overdispersion, p_chart_limits, jeffreys_draws):
        with pytest.raises(ValueError, match=r"must not exceed denominator.*12 of 11"):
            call([3, 12], [4, 11])


def test_impossible_input() -> None:
    with pytest.raises(ValueError, match="negative"):
        wilson_interval(-1, 5)
    with pytest.raises(ValueError, match="negative"):
        count_interval(-1)
    with pytest.raises(ValueError, match="negative"):
        c_chart_limits([-1])
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 5, 95)
    with pytest.raises(ValueError, match="confidence"):
        poisson_exact_interval(1, 1.0)
    with pytest.raises(ValueError, match="target"):
        funnel_limits(80.6, 10)
    with pytest.raises(ValueError, match="one dimension"):
        xmr_limits([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="dimensions"):
        rank_intervals([1, 2])
    with pytest.raises(ValueError, match="at least 1"):
        jeffreys_draws([1], [2], 0)


# --- control charts -------------------------------------------------------------------------

UNIT = XmrLimits(-3, 0, 3)


@pytest.mark.parametrize(
    ("series", "rules"),
    [
        ([0, 4, 0], ["", "outside", ""]),
        ([-1, 0, 0.5, 1, 1.5, 1.8, 1.9, 1], ["trend_of_7"] * 7 + [""]),
        ([0, 2.5, 0.1, 2.6, 0], ["", "2_of_3", "", "2_of_3", ""]),
        ([0, 2.5, 0.1, 0.1, 2.6], [""] * 5),
        ([0.1, 1.9, 1.9], [""] * 3),
        # a point outside the limits is no half of a pair
        ([0.1, 4, 2.5], ["", "outside", ""]),
        ([0] + [1, 0.5] * 3 + [1], [""] + ["7_one_side"] * 7),
        ([1, 0.5] * 3 + [0, 1], [""] * 8),
        # outside limits takes precedence over the run that the point belongs to
        ([1, 0.5, 1, 4, 1, 0.5, 1], ["7_one_side"] * 3 + ["outside"] + ["7_one_side"] * 3),
        ([], []),
        ([1.0], [""]),
    ],
)
def test_runs_rules(series: list[float], rules: list[str]) -> None:
    assert runs_rules(series, UNIT).rule.tolist() == rules


def test_a_trend_shows_where_it_goes() -> None:
    series = [-1.8, -1.5, -1, 0, 0.5, 1, 1.8, 1.7, 1.6, 1, 0, -1, -1.5]
    assert runs_rules(series, UNIT).direction.tolist() == [1] * 6 + [-1] * 7


def test_point_types() -> None:
    found = runs_rules([0, 4, -4], UNIT)
    assert point_types(found, "higher").tolist() == ["common_cause", "improvement", "concern"]
    assert point_types(found, "lower").tolist() == ["common_cause", "concern", "improvement"]
    assert point_types(found, "neither").tolist() == ["common_cause", "neutral_high", "neutral_low"]


def test_assurance() -> None:
    assert assurance(4, UNIT, "higher") == assurance(-4, UNIT, "lower") == "consistent_fail"
    assert assurance(-4, UNIT, "higher") == assurance(4, UNIT, "lower") == "consistent_pass"
    assert assurance(3, UNIT, "higher") == assurance(0, UNIT, "lower") == "inconsistent"
    assert assurance(4, UNIT, "neither") is None
    assert assurance(np.nan, UNIT, "higher") is None


def test_short_constant_and_broken_series() -> None:
    assert np.isnan(xmr_limits([5]).lower)
    assert xmr_limits([5]).mean == 5
    assert np.isnan(xmr_limits([]).mean)
    constant = xmr_limits([0.1] * 12)
    assert (constant.lower, constant.upper) == (0.1, 0.1)
    assert set(runs_rules([0.1] * 12, constant).rule.tolist()) == {""}
    assert xmr_limits([1, np.nan, 5, 6]) == XmrLimits(4 - 2.66, 4, 4 + 2.66)


# --- ranks ----------------------------------------------------------------------------------


def test_places_with_ties_and_gaps() -> None:
    top, bottom = places(np.array([[3.0, 5, np.nan, 3, 1], [np.nan] * 5, [2, 2, 2, 2, 2]]))
    assert top.tolist() == [[2, 1, 0, 2, 4], [0] * 5, [1] * 5]
    assert bottom.tolist() == [[2, 4, 0, 2, 1], [0] * 5, [1] * 5]


def test_a_unit_that_is_never_ranked() -> None:
    found = rank_intervals([[1, np.nan, 3], [1, np.nan, 3], [1, np.nan, np.nan]])
    assert found.rank_low.tolist() == [1, 0, 1]
    assert found.rank_high.tolist() == [2, 0, 1]
    assert np.isnan(found.p_first[1])
    assert found.p_first[2] == 1
    assert found.p_first[0] == pytest.approx(1 / 3)
    draws = [[1, np.nan, 3], [1.1, np.nan, 3], [0.9, np.nan, np.nan]]
    assert not surely_ahead(draws).any()
    assert rank_intervals(np.empty((0, 2))).rank_low.tolist() == [0, 0]
    assert rank_intervals(np.empty((3, 0))).p_first.tolist() == []


def test_units_that_differ_are_told_apart_pair_by_pair() -> None:
    draws = jeffreys_draws([180, 10, 100, 105], [200] * 4, 2000, seed=7)
    found = rank_intervals(draws)
    pairs = alike(draws, [1, 4, 3, 2])
    assert np.argwhere(pairs).tolist() == [[2, 3], [3, 2]]
    # Published ranks that the draws gainsay are not told apart, nor are equal ones.
    gainsaid = alike(draws, [4, 1, 3, 3])
    assert gainsaid[0].tolist() == [False, True, True, True]
    assert gainsaid[2, 3]
    assert found.p_first.tolist() == [1, 0, 0, 0]
    assert found.p_last.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(("units", "published"), [(3, 3.314), (10, 4.474)])
def test_pairs_are_told_apart_by_the_studentised_range(units: int, published: float) -> None:
    """Upper 5 % points of the range of normal draws, as in any table of Tukey's test."""
    draws = np.random.default_rng(units).normal(size=(40_000, units))
    draws -= draws.mean(axis=0)
    draws /= draws.std(axis=0)
    for off, is_told in ((-0.1, False), (0.1, True)):
        moved = draws + np.where(np.arange(units) == 1, published + off, 0)
        ahead = surely_ahead(moved)
        assert ahead[1].tolist() == [is_told and unit != 1 for unit in range(units)]


def test_units_that_do_not_vary_are_told_apart_by_any_difference() -> None:
    ahead = surely_ahead(np.tile([80.0, 80.0, 70.0], (50, 1)))
    assert ahead.tolist() == [[False, False, True], [False, False, True], [False] * 3]
    assert not surely_ahead(np.empty((0, 3))).any()
    assert surely_ahead([[1.0], [2.0]]).tolist() == [[False]]
    with pytest.raises(ValueError, match="dimensions"):
        surely_ahead([1, 2])


def test_the_seed_decides_the_draws() -> None:
    once, again, other = (jeffreys_draws([3], [9], 50, seed) for seed in (1, 1, 2))
    assert (once == again).all()
    assert (once != other).any()
    assert draws_for(30) == 20_000
    assert draws_for(31) == 2_000


def test_ranking_all_villages_is_fast() -> None:
    draws = np.random.default_rng(1).normal(size=(2_000, 219))
    started = time.process_time()
    rank_intervals(draws)
    assert time.process_time() - started < 0.3


# --- laws -----------------------------------------------------------------------------------

DENOMINATORS = st.integers(1, 100_000)
CONFIDENCES = st.sampled_from([0.8, 0.95, 0.998])
SERIES = st.lists(st.integers(-50, 50).map(float), max_size=40)


@given(DENOMINATORS, st.floats(0, 1), CONFIDENCES)
def test_wilson_contains_the_share_and_mirrors(n: int, share: float, confidence: float) -> None:
    x = round(share * n)
    low, high = numbers(wilson_interval(x, n, confidence))
    assert 0 <= low <= x / n <= high <= 1
    mirrored = numbers(wilson_interval(n - x, n, confidence))
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(2, 50))
def test_wilson_shrinks_with_n(x: int, extra: int, times: int) -> None:
    low, high = wilson_interval([x, x * times], [x + extra, (x + extra) * times])
    assert high[1] - low[1] < high[0] - low[0]


@given(st.integers(0, 100_000), CONFIDENCES)
def test_count_intervals_contain_the_count(x: int, confidence: float) -> None:
    for interval in (byar_interval, poisson_exact_interval, count_interval):
        low, high = numbers(interval(x, confidence))
        assert 0 <= low <= x < high
    wider = numbers(count_interval(x, 0.999))
    assert wider[0] <= numbers(count_interval(x, confidence))[0]
    assert wider[1] > numbers(count_interval(x, confidence))[1]


@given(st.floats(0, 1), DENOMINATORS, st.floats(0, 2))
def test_funnels_narrow_with_n_and_widen_with_tau2(p: float, n: int, tau2: float) -> None:
    low, high = funnel_limits(p, [n, n + 1])
    assert 0 <= low[0] <= low[1] <= p <= high[1] <= high[0] <= 1
    plain, wide = (numbers(funnel_limits_overdispersed(p, n, t)) for t in (0, tau2))
    assert 0 <= wide[0] <= plain[0] <= p + 1e-12
    assert p - 1e-12 <= plain[1] <= wide[1] <= 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_overdispersion_knows_no_order(pairs: list[tuple[int, int]]) -> None:
    x = [part for part, _ in pairs]
    n = [part + rest for part, rest in pairs]
    once, turned = overdispersion(x, n), overdispersion(x[::-1], n[::-1])
    assert once.tau2 >= 0
    assert (once.phi, once.tau2) == pytest.approx((turned.phi, turned.tau2), nan_ok=True)


@given(SERIES)
def test_screening_never_widens_the_limits(series: list[float]) -> None:
    plain, screened = xmr_limits(series, False), xmr_limits(series, True)
    if len(series) > 1:
        assert plain.lower <= screened.lower <= screened.mean <= screened.upper <= plain.upper


@given(SERIES)
def test_a_mirrored_series_has_mirrored_signals(series: list[float]) -> None:
    up: RunsRules = runs_rules(series, UNIT)
    down = runs_rules([-value for value in series], UNIT)
    assert up.rule.tolist() == down.rule.tolist()
    assert up.direction.tolist() == (-down.direction).tolist()
    assert ((up.rule == "") == (up.direction == 0)).all()


@given(
    st.integers(1, 12).flatmap(
        lambda units: st.lists(
            st.lists(
                st.one_of(st.integers(0, 4).map(float), st.just(np.nan)),
                min_size=units,
                max_size=units,
            ),
            min_size=1,
            max_size=12,
        )
    )
)
def test_ranks_agree_with_counting(rows: list[list[float]]) -> None:
    scores = np.array(rows)
    top, bottom = places(scores)
    for row, best, worst in zip(scores, top, bottom, strict=True):
        for unit, score in enumerate(row):
            if np.isnan(score):
                assert best[unit] == worst[unit] == 0
            else:
                assert best[unit] == 1 + np.sum(row > score)
                assert worst[unit] == 1 + np.sum(row < score)
    found: RankIntervals = rank_intervals(scores)
    assert (found.rank_low <= found.rank_high).all()
    assert (found.rank_high <= scores.shape[1]).all()
    ahead = surely_ahead(scores)
    assert not (ahead & ahead.T).any()
    assert not ahead[np.isnan(scores).any(axis=0)].any()
