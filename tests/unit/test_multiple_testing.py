"""Which of many tests stay: held against SciPy's own, and by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.statistics.multiple_testing import FALSE_DISCOVERIES, held_down

shares = st.floats(0, 1) | st.floats(0, 0.06)


@given(st.lists(shares, max_size=40))
def test_the_same_stay_as_by_scipy(p_values: list[float]) -> None:
    adjusted = stats.false_discovery_control(p_values, method="bh") if p_values else np.empty(0)
    # Where a p-value lies on its bound to the last bit, the two may round differently.
    is_clear = np.abs(adjusted - FALSE_DISCOVERIES) > 1e-12
    expected = adjusted <= FALSE_DISCOVERIES
    assert (held_down(p_values) == expected)[is_clear].all()


def test_by_hand() -> None:
    # Of four, the bounds are .0125, .025, .0375, .05: the third takes the second with it.
    assert held_down([0.9, 0.037, 0.026, 0.001]).tolist() == [False, True, True, True]
    assert held_down([0.02, 0.9, 0.9, 0.9]).tolist() == [False] * 4
    assert held_down([]).tolist() == []
