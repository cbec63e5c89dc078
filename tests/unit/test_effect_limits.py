"""Limits of the parts of a change: they hold the truth as often as they say."""

from fractions import Fraction

import numpy as np
import pytest

from metrics.statistics.decomposition import effects, ratio_effect
from metrics.statistics.effect_limits import effect_limits, ratio_limits

FILED = (np.array([120.0, 60, 40]), np.array([90.0, 80, 50]))  # expected, last year and this
RATES = (np.array([0.3, 0.5, 0.2]), np.array([0.4, 0.5, 0.3]))
REPEATS = 400
CASES = 10**6  # by which expected counts become whole ones, so that their effects are the truth


def truth() -> tuple[float, float]:
    """What level and mix did, of counts without chance."""
    whole = [
        [(round(n * rate * CASES), round(n * CASES)) for n, rate in zip(*year, strict=True)]
        for year in zip(FILED, RATES, strict=True)
    ]
    split = effects(*whole) or []
    return float(sum(e.rate for e in split)), float(sum(e.mix for e in split))


@pytest.mark.parametrize("is_proportion", [True, False])
def test_the_limits_hold_the_truth(is_proportion: bool) -> None:
    rng = np.random.default_rng(7)
    level, mix = truth()
    held = np.zeros(2)
    for _ in range(REPEATS):
        pairs = []
        for filed, rates in zip(FILED, RATES, strict=True):
            n = rng.poisson(filed)
            x = rng.binomial(n, rates) if is_proportion else rng.poisson(filed * rates)
            pairs.append(list(zip(x.tolist(), n.tolist(), strict=True)))
        split, limits = effects(*pairs) or [], effect_limits(*pairs, is_proportion)
        estimates = float(sum(e.rate for e in split)), float(sum(e.mix for e in split))
        each = zip((level, mix), estimates, (limits.rate, limits.mix), strict=True)
        held += [at + low <= true <= at + high for true, at, (low, high) in each]
    assert (held / REPEATS > 0.92).all()
    assert (held / REPEATS < 0.99).all()


def test_the_spread_of_the_months_widens_them() -> None:
    before, now = [(30, 100), (20, 50)], [(50, 100), (20, 60)]
    plain, wide = (effect_limits(before, now, False, stretch) for stretch in (1.0, 2.0))
    assert wide.rate == pytest.approx([2 * limit for limit in plain.rate])
    assert wide.mixes[1] == pytest.approx([2 * limit for limit in plain.mixes[1]])


def test_the_same_counts_give_the_same_limits() -> None:
    counts = [(3, 12), (0, 5)], [(8, 15), (2, 0)]
    assert effect_limits(*counts, False) == effect_limits(*counts, False)


def test_what_was_never_there_does_nothing() -> None:
    limits = effect_limits([(30, 100), (0, 0)], [(50, 100), (0, 0)], False)
    assert limits.rates[1] == limits.mixes[1] == (0, 0)


def test_the_two_counts_of_a_rate() -> None:
    """Twice as many cleared of as many filed: the cleared did it, beyond chance."""
    split = ratio_effect((40, 100), (80, 100))
    assert split is not None
    assert (split.numerator, split.denominator) == (Fraction(2, 5), 0)
    cleared, filed = ratio_limits((40, 100), (80, 100))
    assert cleared[0] > -0.4  # the limit below still lies above 0
    assert filed[0] < 0 < filed[1]
