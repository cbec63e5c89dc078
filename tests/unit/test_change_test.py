"""The tests of a change: published worked cases, other implementations, false alarms."""

from itertools import product
from math import isinf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from metrics.statistics.change_test import (
    ALPHA,
    difference_of_proportions,
    least_p_value,
    ratio_of_rates,
)

COUNT = st.integers(0, 400)
DAYS = st.integers(1, 366)


@pytest.mark.parametrize(
    ("counts", "limits"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
    ],
)
def test_newcombe_of_its_paper(
    counts: tuple[int, int, int, int], limits: tuple[float, float]
) -> None:
    tested = difference_of_proportions(*counts)
    assert (tested.lower, tested.upper) == pytest.approx(limits, abs=5e-5)


def test_fisher_of_the_twins() -> None:
    """Fisher 1935, convicted twins: 2 of 17 dizygotic, 10 of 13 monozygotic (R: 0.0005367)."""
    assert difference_of_proportions(2, 17, 10, 13).p_value == pytest.approx(0.0005367, abs=5e-8)


def test_a_tea_taster_with_three_of_four_proves_nothing() -> None:
    assert difference_of_proportions(3, 4, 1, 4).p_value == pytest.approx(34 / 70)


def test_two_counts_by_hand() -> None:
    """5 against 0 in equal spans: 2 × (1/2)^5; 6 against 0: 2 × (1/2)^6."""
    assert ratio_of_rates(5, 30, 0, 30).p_value == pytest.approx(0.0625)
    assert ratio_of_rates(6, 30, 0, 30).p_value == pytest.approx(0.03125)
    assert isinf(ratio_of_rates(6, 30, 0, 30).upper)


def test_nothing_in_both_spans() -> None:
    tested = ratio_of_rates(0, 30, 0, 31)
    assert tested.p_value == 1
    assert isnan(tested.lower)


@given(COUNT, DAYS, COUNT, DAYS)
def test_counts_as_the_binomial_test_of_scipy(count: int, days: int, base: int, of: int) -> None:
    if not count + base:
        return
    tested = ratio_of_rates(count, days, base, of)
    share = days / (days + of)
    tails = [
        binomtest(count, count + base, share, alternative).pvalue
        for alternative in ("less", "greater")
    ]
    assert tested.p_value == pytest.approx(min(1, 2 * min(tails)), rel=1e-6, abs=1e-12)
    low, high = binomtest(count, count + base, share).proportion_ci(0.95, "exact")
    assert tested.lower == pytest.approx(low / (1 - low) * of / days if low < 1 else np.inf)
    assert tested.upper == pytest.approx(high / (1 - high) * of / days if high < 1 else np.inf)


@given(COUNT, DAYS, COUNT, DAYS)
def test_the_words_and_the_interval_never_disagree(
    count: int, days: int, base: int, of: int
) -> None:
    if not count + base:
        return
    tested = ratio_of_rates(count, days, base, of)
    if abs(tested.p_value - ALPHA) > 1e-9:
        assert tested.is_real == (not tested.lower <= 1 <= tested.upper)


@given(COUNT, DAYS, COUNT, DAYS)
def test_swapping_the_spans_turns_the_ratio_around(
    count: int, days: int, base: int, of: int
) -> None:
    one, other = ratio_of_rates(count, days, base, of), ratio_of_rates(base, of, count, days)
    assert one.p_value == pytest.approx(other.p_value, abs=1e-9)
    if one.upper > 0 and not isnan(one.upper) and not isinf(one.upper):
        assert other.lower == pytest.approx(1 / one.upper, rel=1e-6)


def test_too_few_to_tell_whatever_happens() -> None:
    for total, days in product(range(12), (28, 31, 90)):
        best = min(ratio_of_rates(k, 30, total - k, days).p_value for k in range(total + 1))
        assert least_p_value(total, 30, days) == pytest.approx(best)


def test_noise_looks_like_noise() -> None:
    """Of changes that are chance alone at most one in twenty is called real."""
    draws = np.random.default_rng(7)
    for mean in (8, 40, 300):
        pairs = draws.poisson(mean, (3000, 2))
        flagged = [ratio_of_rates(int(a), 30, int(b), 30).is_real for a, b in pairs]
        assert np.mean(flagged) <= ALPHA
    parts = draws.binomial(80, 0.4, (1500, 2))
    flagged = [difference_of_proportions(int(a), 80, int(b), 80).is_real for a, b in parts]
    assert np.mean(flagged) <= ALPHA


def test_a_real_change_is_found() -> None:
    draws = np.random.default_rng(7)
    pairs = zip(draws.poisson(450, 500), draws.poisson(300, 500), strict=True)
    assert np.mean([ratio_of_rates(int(a), 30, int(b), 30).is_real for a, b in pairs]) > 0.99


@pytest.mark.parametrize("wrong", [(1, 0, 1, 30), (1, 30, 1, 0)])
def test_no_exposure_is_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        ratio_of_rates(*wrong)


def test_large_registers_are_exact_too() -> None:
    """A county's households: 107,000 of them, and still Fisher's own value."""
    tested = difference_of_proportions(34_021, 107_000, 33_200, 106_500)
    table = [[34_021, 107_000 - 34_021], [33_200, 106_500 - 33_200]]
    assert tested.p_value == fisher_exact(table).pvalue
    assert tested.lower < 34_021 / 107_000 - 33_200 / 106_500 < tested.upper
