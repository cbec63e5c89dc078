"""Decomposition of a change: hand-computed cases, and laws that hold for every pair of periods."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.decomposition import effects, ratio_effect

pairs = st.tuples(st.integers(0, 400), st.integers(0, 400))
periods = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*[st.lists(pairs, min_size=n, max_size=n)] * 2)
)


def rate(period: list[tuple[int, int]]) -> Fraction:
    return Fraction(sum(n for n, _ in period), sum(d for _, d in period))


@given(periods)
def test_rate_and_mix_add_up_to_the_change(both: tuple[list, list]) -> None:
    before, now = both
    found = effects(before, now)
    if not sum(d for _, d in before) or not sum(d for _, d in now):
        assert found is None
        return
    assert found is not None
    assert sum(e.total for e in found) == rate(now) - rate(before)


@given(periods)
def test_backwards_the_effects_change_their_sign(both: tuple[list, list]) -> None:
    there, back = effects(*both), effects(*both[::-1])
    assert (there is None) == (back is None)
    for one, other in zip(there or [], back or [], strict=True):
        assert (one.rate, one.mix) == (-other.rate, -other.mix)


@given(periods)
def test_without_a_change_of_the_rates_all_is_mix(both: tuple[list, list]) -> None:
    """Every part keeps its rate (n of d becomes n times k of d times k), the sizes change."""
    before = [(n, d + 1) for n, d in both[0]]
    now = [(n * (k + 1), d * (k + 1)) for (n, d), (_, k) in zip(before, both[1], strict=True)]
    found = effects(before, now)
    assert found is not None
    assert all(e.rate == 0 for e in found)
    assert sum(e.mix for e in found) == rate(now) - rate(before)


def test_a_hand_computed_case() -> None:
    """Thefts 20 of 100 and frauds 60 of 100 become 30 of 100 and 30 of 50."""
    theft, fraud = effects([(20, 100), (60, 100)], [(30, 100), (30, 50)]) or []
    # Shares of the filings: 1/2 -> 2/3 and 1/2 -> 1/3; rates 20 % -> 30 % and 60 % -> 60 %.
    assert theft.rate == Fraction(1, 10) * Fraction(7, 12)
    assert fraud.rate == 0
    # Mean rates 25 % and 60 % against the mean of the wholes, both 40 %.
    assert theft.mix == Fraction(1, 6) * (Fraction(1, 4) - Fraction(2, 5))
    assert fraud.mix == Fraction(-1, 6) * (Fraction(3, 5) - Fraction(2, 5))
    assert theft.total + fraud.total == 0


def test_a_kind_that_is_new_is_a_matter_of_the_mix() -> None:
    old, new = effects([(10, 100), (0, 0)], [(10, 100), (50, 100)]) or []
    assert (old.rate, new.rate) == (0, 0)
    assert old.mix + new.mix == Fraction(60, 200) - Fraction(10, 100)


def test_backlog_of_a_kind_that_was_not_filed_is_no_matter_of_the_mix() -> None:
    _, orphan = effects([(10, 100), (0, 0)], [(10, 100), (4, 0)]) or []
    assert (orphan.rate, orphan.mix) == (Fraction(4, 100), 0)


@given(pairs, pairs)
def test_a_ratio_is_split_exactly(before: tuple[int, int], now: tuple[int, int]) -> None:
    found = ratio_effect(before, now)
    if not before[1] or not now[1]:
        assert found is None
        return
    assert found is not None
    assert found.total == Fraction(*now) - Fraction(*before)
    if before[1] == now[1]:
        assert found.denominator == 0
    if before[0] == now[0]:
        assert found.numerator == 0


@pytest.mark.parametrize("before", [[(0, 0)], [(3, 0)]])
def test_without_a_base_there_is_nothing_to_split(before: list[tuple[int, int]]) -> None:
    assert effects(before, [(1, 2)]) is None
