"""Shrunk estimates and rates: classic data, an independent maximum, simulated truth, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.statistics.rates import (
    rate_draws,
    rate_limits,
    rate_overdispersion,
    rate_significance,
)
from metrics.statistics.shrinkage import fitted_prior, shrunk

# Efron and Morris 1975, JASA 70:311, often reprinted: hits in the first 45 at bats of 18
# batters, and what each went on to reach in the rest of the season.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
REST = [
    0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303,
    0.264, 0.226, 0.285, 0.316, 0.200,
]  # fmt: skip


def test_the_batters_of_efron_and_morris() -> None:
    at_bats = [45] * 18
    prior = fitted_prior(HITS, at_bats)
    found = shrunk(prior, HITS, at_bats)
    raw = np.array(HITS) / 45
    missed_raw = float(np.sum((raw - REST) ** 2))
    missed = float(np.sum((found.value - REST) ** 2))
    assert missed_raw == pytest.approx(0.077, abs=0.002)
    # Their estimate misses 3.5 times less than the raw averages.
    assert missed_raw / missed > 3
    assert prior.centre == pytest.approx(0.265, abs=0.001)


def test_the_strength_is_the_most_likely_one() -> None:
    x = np.array([2, 9, 14, 3, 30, 44, 8, 61])
    n = np.array([5, 10, 20, 12, 40, 90, 9, 120])
    prior = fitted_prior(x, n)
    grid = np.exp(np.linspace(-1, 8, 9001))
    a, b = prior.centre * grid, (1 - prior.centre) * grid
    likely = sum(stats.betabinom.logpmf(k, m, a, b) for k, m in zip(x, n, strict=True))
    assert prior.strength == pytest.approx(grid[np.argmax(likely)], rel=2e-3)
    assert not prior.is_alone


def test_the_strength_of_a_rate_is_the_most_likely_one() -> None:
    x = np.array([0, 3, 9, 1, 25, 4, 2, 40])
    n = np.array([800, 900, 1500, 700, 4000, 2500, 300, 5200])
    prior = fitted_prior(x, n, is_rate=True)
    grid = np.exp(np.linspace(0, 13, 13001))
    shape = prior.centre * grid
    likely = sum(
        stats.nbinom.logpmf(k, shape, grid / (grid + m)) for k, m in zip(x, n, strict=True)
    )
    assert prior.strength == pytest.approx(grid[np.argmax(likely)], rel=2e-3)
    assert prior.centre == pytest.approx(x.sum() / n.sum())


@pytest.mark.parametrize("is_rate", [False, True])
def test_the_strength_and_the_truth_are_found_again(is_rate: bool) -> None:
    generator = np.random.default_rng(7)
    if is_rate:
        n = generator.integers(500, 3000, 3_000)
        truth = generator.gamma(0.004 * 2000, 1 / 2000, 3_000)
        x, strength = generator.poisson(truth * n), 2000
    else:
        n = generator.integers(5, 60, 3_000)
        truth = generator.beta(0.8 * 30, 0.2 * 30, 3_000)
        x, strength = generator.binomial(n, truth), 30
    prior = fitted_prior(x, n, is_rate)
    found = shrunk(prior, x, n)
    assert prior.strength == pytest.approx(strength, rel=0.2)
    assert np.sum((found.value - truth) ** 2) < 0.75 * np.sum((x / n - truth) ** 2)
    covered = np.mean((found.lower <= truth) & (truth <= found.upper))
    assert 0.92 <= covered <= 0.98


def test_units_that_differ_by_chance_alone_are_drawn_to_the_centre() -> None:
    prior = fitted_prior([8, 8, 8, 8], [10, 10, 10, 10])
    assert prior.is_alone
    found = shrunk(prior, [8, 0, 3], [10, 0, 3])
    assert found.value == pytest.approx([0.8] * 3, abs=1e-3)
    assert found.own == pytest.approx([0] * 3, abs=1e-3)


def test_none_and_all_leave_room_on_both_sides() -> None:
    for hits in (0, 20):
        found = shrunk(fitted_prior([hits, hits], [20, 20]), [hits, hits], [20, 20])
        assert (found.lower < found.value).all()
        assert (found.value < found.upper).all()
        assert 0 < found.lower[0] < found.upper[0] < 1
    rate = shrunk(fitted_prior([0, 0], [900, 500], is_rate=True), [0, 0], [900, 500])
    assert (rate.value > 0).all()


def test_a_prior_of_nothing() -> None:
    with pytest.raises(ValueError, match="denominator above 0"):
        fitted_prior([], [])
    with pytest.raises(ValueError, match="denominator above 0"):
        fitted_prior([1, 0], [3, 0])
    with pytest.raises(ValueError, match="must not exceed"):
        fitted_prior([4], [3])


COUNTS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda p: (min(p), max(p))),
    min_size=2,
    max_size=30,
)


@given(COUNTS, st.booleans())
def test_an_estimate_lies_between_the_raw_value_and_the_centre(
    pairs: list[tuple[int, int]], is_rate: bool
) -> None:
    x, n = (np.array(side, float) for side in zip(*pairs, strict=True))
    prior = fitted_prior(x, n, is_rate)
    found = shrunk(prior, x, n)
    raw = x / n
    low, high = np.minimum(raw, prior.centre), np.maximum(raw, prior.centre)
    assert (low - 1e-9 <= found.value).all()
    assert (found.value <= high + 1e-9).all()
    assert (found.lower <= found.value + 1e-9).all()
    assert (found.value <= found.upper + 1e-9).all()
    order = np.argsort(n)
    assert (np.diff(found.own[order]) >= -1e-12).all(), "a larger unit speaks more for itself"


# --- rates --------------------------------------------------------------------------------------


def test_overdispersion_of_rates_by_hand() -> None:
    counts, exposures = [4, 9, 16, 1], [1000, 1000, 1000, 1000]
    expected = 7.5
    z = sorted(2 * (math.sqrt(x) - math.sqrt(expected)) for x in counts)
    low, high = np.quantile(z, [0.1, 0.9])
    phi = sum(min(max(value, low), high) ** 2 for value in z) / 4
    weight = 4 * expected
    tau2 = (4 * phi - 3) / (4 * weight - 4 * weight**2 / (4 * weight))
    found = rate_overdispersion(counts, exposures)
    assert found.target == pytest.approx(0.0075)
    assert found.phi == pytest.approx(phi)
    assert found.tau2 == pytest.approx(tau2)


def test_limits_of_a_rate_hold_what_chance_does() -> None:
    generator = np.random.default_rng(3)
    exposure, target = np.full(200_000, 20_000), 0.002
    counts = generator.poisson(exposure * target)
    outside = np.mean(rate_significance(counts, exposure, target) != 0)
    assert 0.03 < outside < 0.07
    low, high = rate_limits(target, [20_000], z=1.96)
    root = 1.96 / (2 * math.sqrt(40))
    assert (float(low[0]), float(high[0])) == pytest.approx(
        (target * (1 - root) ** 2, target * (1 + root) ** 2)
    )


def test_widened_limits_of_a_rate_hold_the_usual_differences() -> None:
    generator = np.random.default_rng(5)
    exposure = generator.integers(5_000, 30_000, 3_000)
    rates = generator.gamma(0.004 * 4000, 1 / 4000, 3_000)
    counts = generator.poisson(rates * exposure)
    found = rate_overdispersion(counts, exposure)
    plain = np.mean(rate_significance(counts, exposure, found.target) != 0)
    wide = np.mean(rate_significance(counts, exposure, found.target, found.tau2) != 0)
    assert found.phi > 2
    assert plain > 0.2
    # Not 5 %: with its outer tenths drawn in, phi is that of the middle of the units.
    assert wide < 0.15


def test_rates_of_nothing() -> None:
    nothing = rate_overdispersion([0, 0], [900, 500])
    assert (nothing.target, nothing.tau2) == (0, 0)
    assert math.isnan(nothing.phi)
    assert math.isnan(rate_overdispersion([], []).target)
    assert rate_significance([0, 3], [0, 10], 0.2).tolist() == [0, 0]
    with pytest.raises(ValueError, match="negative"):
        rate_limits(0.1, -1)
    with pytest.raises(ValueError, match="at least 1"):
        rate_draws([1], [9], 0)


def test_draws_of_a_rate_are_its_posterior() -> None:
    drawn = rate_draws([12, 0], [6_000, 500], 40_000, seed=1)
    for column, (x, n) in enumerate(((12, 6_000), (0, 500))):
        posterior = stats.gamma(x + 0.5, scale=1 / n)
        assert np.quantile(drawn[:, column], [0.025, 0.5, 0.975]) == pytest.approx(
            posterior.ppf([0.025, 0.5, 0.975]), rel=0.15
        )
    assert np.isnan(rate_draws([1], [0], 5)).all()
