"""Indirect standardisation: a station is held against its own mix of cases."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.intervals import byar_interval
from metrics.statistics.standardisation import standardised

tables = st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60)),
        min_size=shape[0] * shape[1],
        max_size=shape[0] * shape[1],
    ).map(
        lambda cells: tuple(
            np.array([cell[part] for cell in cells], np.int64).reshape(shape) for part in (0, 1)
        )
    )
)


@given(tables)
def test_observed_and_expected_are_the_same_in_all(both: tuple[np.ndarray, np.ndarray]) -> None:
    numerators, denominators = both
    found = standardised(numerators, denominators)
    assert sum(f.observed for f in found) == sum(f.expected for f in found)
    kinds = denominators.sum(axis=0) > 0
    assert sum(f.observed for f in found) == numerators[:, kinds].sum()


def test_a_hard_mix_is_not_a_bad_station() -> None:
    """Two stations clear each kind alike; one has mostly frauds, of which few are cleared."""
    filed = np.array([[90, 10], [10, 90]])
    cleared = np.array([[45, 1], [5, 9]])
    first, second = standardised(cleared, filed)
    assert (first.ratio, second.ratio) == (1, 1)
    assert not first.is_apart
    assert Fraction(first.observed, 100) - Fraction(second.observed, 100) == Fraction(32, 100)


def test_a_hand_computed_case() -> None:
    filed, cleared = np.array([[40, 20], [60, 80]]), np.array([[30, 10], [20, 10]])
    first = standardised(cleared, filed)[0]
    # The bureau clears 50 of 100 of the one kind and 20 of 100 of the other.
    assert first.expected == 40 * Fraction(1, 2) + 20 * Fraction(1, 5) == 24
    assert first.ratio == Fraction(40, 24)
    lower, upper = byar_interval(40)
    assert first.lower == pytest.approx(float(lower) / 24)
    assert first.upper == pytest.approx(float(upper) / 24)
    assert first.is_apart


def test_nothing_filed_is_nothing_expected() -> None:
    empty = standardised(np.array([[0], [3]]), np.array([[0], [10]]))[0]
    assert (empty.ratio, empty.lower, empty.is_apart) == (None, None, False)
