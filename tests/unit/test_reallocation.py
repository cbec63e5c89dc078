"""The laws of the suggestion: the sum is kept exactly, every band keeps its floor."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.analysis.mismatch import BANDS, in_bands
from metrics.analysis.reallocation import FLOOR, apportion, reallocate, suggest, weekdays_in
from metrics.calendar.period import parse_period

CELLS = 7 * BANDS
MINUTES = st.lists(st.integers(0, 5_000), min_size=CELLS, max_size=CELLS)
WEIGHTS = st.lists(st.floats(0, 1e6), min_size=CELLS, max_size=CELLS)
HOURS = st.lists(st.integers(0, 9), min_size=168, max_size=168)
AS_OF = date(2019, 8, 19)


@given(st.integers(0, 10**7), st.lists(st.floats(0, 1e9), min_size=1, max_size=50))
def test_apportioned_numbers_add_up_and_lie_next_to_their_quota(
    total: int, weights: list[float]
) -> None:
    shares = apportion(total, weights)
    assert shares.sum() == total
    assert (shares >= 0).all()
    if sum(weights) > 0:
        quota = total * (np.array(weights) / sum(weights))
        assert (np.abs(shares - quota) < 1 + 1e-6).all()


@given(MINUTES, WEIGHTS)
def test_the_total_is_kept_and_every_band_keeps_its_floor(
    minutes: list[int], weights: list[float]
) -> None:
    present = np.array(minutes)
    suggested = reallocate(present, weights)
    assert suggested.sum() == present.sum()
    assert (suggested >= FLOOR * present).all()


@given(MINUTES)
def test_who_patrols_by_demand_already_is_left_alone(minutes: list[int]) -> None:
    present = np.array(minutes)
    assert np.abs(reallocate(present, present) - present).max(initial=0) <= 1


@given(MINUTES, st.integers(0, CELLS - 1))
def test_a_band_with_more_demand_never_gets_less(minutes: list[int], band: int) -> None:
    present, weights = np.array(minutes), np.ones(CELLS)
    before = reallocate(present, weights)[band]
    weights[band] = 50
    assert reallocate(present, weights)[band] >= before - 1


@given(HOURS, HOURS, HOURS)
def test_a_suggestion_keeps_the_week(
    events: list[int], quarters: list[int], usual: list[int]
) -> None:
    happened, known = (np.array(hours).reshape(7, 24) for hours in (events, usual))
    seconds = 900 * np.array(quarters).reshape(7, 24)
    period = parse_period("2019-07", AS_OF)
    found = suggest(happened, seconds, known, period)
    if found is None:
        assert happened.sum() < 10 or not seconds.any()
        return
    assert found.suggested.sum() == found.present.sum()
    weekly = in_bands(seconds) / 60 / weekdays_in(period)[:, None]
    assert (np.abs(found.present - weekly) <= 1.5).all()
    assert found.moved == np.abs(found.change).sum() / 2


def test_less_than_a_week_gives_no_suggestion() -> None:
    busy, period = np.full((7, 24), 5), parse_period("2019-07-01..2019-07-06", AS_OF)
    assert suggest(busy, busy * 600, busy, period) is None


def test_the_weekdays_of_july_2019() -> None:
    found = weekdays_in(parse_period("2019-07", AS_OF))
    assert found.tolist() == [5, 5, 5, 4, 4, 4, 4]
