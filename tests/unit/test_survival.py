"""Time to clearance: published values, and what a case that is still open may and may not say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.survival import Times, kaplan_meier, logrank_p, median_day

# Remission of leukaemia in weeks, + still in remission (Freireich et al. 1963, Blood 21:699).
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
# The survival function as printed in the textbooks (Kleinbaum and Klein, Survival Analysis).
SURVIVAL = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def times(text: str) -> Times:
    marks = text.split()
    waited = np.array([float(mark.rstrip("+")) for mark in marks])
    return Times(waited, np.array([not mark.endswith("+") for mark in marks]))


def test_the_curve_is_the_published_one() -> None:
    curve = kaplan_meier(times(TREATED), 35)
    assert curve is not None
    for week, survival in SURVIVAL.items():
        assert 1 - curve.share[week] == pytest.approx(survival, abs=0.0006)
        assert curve.share[week - 1] < curve.share[week]
    assert curve.share[5] == 0
    assert [curve.at_risk[week] for week in (6, 7, 10, 23)] == [21, 17, 15, 6]
    assert (1 - curve.upper[6], 1 - curve.lower[6]) == pytest.approx((0.6197, 0.9516), abs=1e-4)
    assert median_day(curve) == 23


def test_the_logrank_test_is_the_published_one() -> None:
    assert logrank_p(times(TREATED), times(PLACEBO), 35) == pytest.approx(4.17e-5, rel=0.01)


def test_who_is_looked_at_for_a_short_time_is_not_counted_as_failed() -> None:
    """Ten cases cleared on day 20, ten filed a week ago: all that could be seen were cleared."""
    waited = np.array([20.0] * 10 + [7.0] * 10)
    curve = kaplan_meier(Times(waited, waited == 20), 30)
    assert curve is not None
    assert curve.share[20] == 1
    assert curve.events == 10


waits = st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=1, max_size=60)


def of(pairs: list[tuple[int, bool]]) -> Times:
    return Times(np.array([float(w) for w, _ in pairs]), np.array([s for _, s in pairs], np.bool_))


@given(waits, st.integers(1, 150))
def test_a_curve_rises_and_stays_in_its_interval(pairs: list[tuple[int, bool]], day: int) -> None:
    curve = kaplan_meier(of(pairs), day)
    assert curve is not None
    assert len(curve.share) == day + 1
    assert np.all(np.diff(curve.share) >= -1e-12)
    assert np.all((curve.lower <= curve.share + 1e-12) & (curve.share <= curve.upper + 1e-12))
    assert np.all((curve.lower >= 0) & (curve.upper <= 1))


@given(waits, st.integers(1, 150))
def test_when_all_was_seen_it_is_the_plain_share(pairs: list[tuple[int, bool]], day: int) -> None:
    seen = of([(wait, True) for wait, _ in pairs])
    curve = kaplan_meier(seen, day)
    assert curve is not None
    assert curve.share[day] == pytest.approx(np.mean(seen.waited <= day))


@given(waits)
def test_the_horizon_hides_what_comes_later(pairs: list[tuple[int, bool]]) -> None:
    short, long = kaplan_meier(of(pairs), 30), kaplan_meier(of(pairs), 90)
    assert short is not None
    assert long is not None
    assert short.share == pytest.approx(long.share[:31])


def test_nothing_to_compare_gives_no_p() -> None:
    none, some = of([]), of([(3, True), (9, False)])
    assert kaplan_meier(none, 30) is None
    assert logrank_p(none, some, 30) is None
    assert logrank_p(of([(50, True)]), of([(60, True)]), 30) is None
