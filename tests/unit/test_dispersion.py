"""Months that spread more than counting explains: on sums by hand, and on simulated series.

All of the simulation is a soak, and `python -m tests.change_simulation` prints it.
"""

import numpy as np
import pytest
from scipy import stats

from data.rights import command_line
from metrics.analysis.compare import compare_all
from metrics.analysis.compare_spans import CHOSEN
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.statistics.change_test import (
    difference_of_proportions,
    ratio_of_rates,
    scaled_difference,
    scaled_ratio,
    z_of_proportions,
    z_of_rates,
)
from metrics.statistics.dispersion import COUNTING, Dispersion, month_dispersion, scaled_p, widening
from tests.change_simulation import called_real, found_after

LEVEL = np.array([[[10.0, 14.0, 6.0, 10.0, 12.0, 8.0, 10.0, 13.0, 7.0, 10.0, 12.0, 8.0]]])


def test_one_year_is_held_against_its_mean() -> None:
    """Mean 10; squared distances 0 16 16 0 4 4 0 9 9 0 4 4 = 66, ÷ 10 = 6.6, below 11 df."""
    assert month_dispersion(LEVEL, np.ones_like(LEVEL), False) == [COUNTING]
    (found,) = month_dispersion(LEVEL * 10, np.ones_like(LEVEL), False)
    assert found.phi == pytest.approx(66 / 11)
    assert found.df == 11


def test_a_season_and_a_level_of_each_year_are_no_spread() -> None:
    season = np.arange(1, 13) * 100.0
    years = np.stack([season, season * 2, season * 3])[None]
    assert month_dispersion(years, np.ones_like(years), False) == [COUNTING]


def test_a_proportion_spreads_around_its_binomial() -> None:
    """Of 100 each, half 60 and half 40: 12 × 100 ÷ 25 ÷ 11."""
    parts = np.array([[[60.0, 40.0] * 6]])
    (found,) = month_dispersion(parts, np.full_like(parts, 100), True)
    assert found.phi == pytest.approx(12 * 100 / 25 / 11)


@pytest.mark.parametrize("known", [0, 3])
def test_too_few_months_say_nothing(known: int) -> None:
    exposures = np.zeros((1, 1, 12))
    exposures[0, 0, :known] = 10
    assert month_dispersion(np.zeros((1, 1, 12)), exposures, True) == [COUNTING]


def test_series_are_worked_out_side_by_side() -> None:
    both = np.concatenate([LEVEL, LEVEL * 10])
    found = month_dispersion(both, np.ones_like(both), False)
    assert [x.phi for x in found] == [1.0, pytest.approx(6.0)]


def test_the_scaled_probability_is_students() -> None:
    assert scaled_p(3.0, Dispersion(4.0, 22)) == pytest.approx(2 * stats.t.sf(1.5, 22))
    assert widening(Dispersion(4.0, 22)) == pytest.approx(2 * stats.t.ppf(0.975, 22) / 1.959964)
    assert widening(COUNTING) == 1


def test_a_test_is_never_made_bolder() -> None:
    by = Dispersion(4.0, 22)
    parts = 60, 100, 40, 100
    plain = difference_of_proportions(*parts)
    wide = scaled_difference(plain, z_of_proportions(*parts), by)
    assert wide.p_value > 0.05 > plain.p_value
    assert wide.lower < plain.lower < 0.2 < plain.upper < wide.upper
    rates = 120, 31, 80, 31
    exact = ratio_of_rates(*rates)
    scaled = scaled_ratio(exact, z_of_rates(*rates), by)
    assert scaled.p_value > 0.05 > exact.p_value
    assert scaled.lower < exact.lower < 1.5 < exact.upper < scaled.upper
    assert scaled_ratio(exact, z_of_rates(*rates), COUNTING) == exact


def test_no_cases_at_all_are_no_standard_errors() -> None:
    assert z_of_rates(0, 31, 0, 31) == 0
    assert z_of_proportions(5, 5, 7, 7) == 0


def test_a_huge_denominator_does_not_make_every_month_real() -> None:
    """As the coverage of 107,001 households: Fisher's test called 77 % of such months real."""
    assert called_real(phi=30, mean=30_000, whole=107_001, series=60, seed=1) <= 0.08


@pytest.mark.parametrize("phi", [1, 4])
def test_stable_months_are_seldom_called_real(phi: int) -> None:
    assert called_real(phi=phi, mean=400, whole=0, series=60, seed=2) <= 0.08


@pytest.mark.parametrize("phi", [1, 4])
def test_a_lasting_change_of_two_standard_deviations_is_found(phi: int) -> None:
    assert found_after(phi=phi, mean=400, deviations=2, series=200, seed=3) >= 0.8


@pytest.mark.soak
@pytest.mark.parametrize("phi", [1, 2, 4, 10, 30])
def test_the_whole_simulation(phi: int) -> None:
    assert called_real(phi, 400, 0, series=400, seed=11) <= 0.08
    assert called_real(phi, 30_000, 107_001, series=100, seed=12) <= 0.08
    assert found_after(phi, 400, 2, series=1_000, seed=13) >= 0.8


@pytest.mark.soak
def test_the_31_stable_months_of_the_demo_city_are_seldom_called_real(counted: Counted) -> None:
    months = [f"{year}-{month:02}" for year in (2017, 2018, 2019) for month in range(1, 13)][:31]
    year_on_year = [
        c
        for month in months
        for c in compare_all(
            counted,
            list(counted.catalogue),
            "bureau",
            {CHOSEN: parse_period(month, counted.as_of)},
            command_line(),
        )
        if c.pair.basis == "last_year" and c.test is not None
    ]
    by_indicator: dict[str, list[bool]] = {}
    for c in year_on_year:
        by_indicator.setdefault(c.indicator.id, []).append(c.is_real)
    assert np.mean([c.is_real for c in year_on_year]) <= 0.08
    assert len(by_indicator["A1-visit-coverage"]) == 31
    assert np.mean(by_indicator["A1-visit-coverage"]) <= 0.08
