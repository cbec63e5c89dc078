"""Ranks, chances and pairs say what is so, in made-up groups whose true scores are known."""

import numpy as np
import pytest

from metrics.scoring.score_draws import GroupScores, draws_of, score_noise
from metrics.statistics.fitted_draws import count_draws, score_draws
from metrics.statistics.rank_uncertainty import rank_intervals
from tests.rank_simulation import PAGE, TABLES, Measured, World, measured, worlds


def check(world: World, found: Measured, tables: int) -> None:
    """The bounds of docs/ranks.md, and twice the error that so few tables leave in a share."""
    error = 2 * np.sqrt(0.25 / tables)
    assert found.held >= 0.94, world
    assert found.held_first >= 0.93 - 2 * np.sqrt(0.07 * 0.93 / tables), world
    assert found.wrong <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / tables), world
    assert abs(found.stated - found.happened) <= 0.03 + error, world


@pytest.mark.parametrize(("spread", "is_smoothed"), [(0.25, False), (2.0, True)])
def test_fourteen_units(spread: float, is_smoothed: bool) -> None:
    world = World(14, spread, is_smoothed=is_smoothed)
    check(world, measured(world, 40), 40)


@pytest.mark.soak
@pytest.mark.parametrize("world", worlds(), ids=str)
def test_every_world(world: World) -> None:
    check(world, measured(world, TABLES[world.units]), TABLES[world.units])


def test_the_page_has_a_line_for_every_world() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(worlds())


# --- what can be reckoned by hand -----------------------------------------------------------------


def test_noise_is_that_of_a_share_of_the_weight() -> None:
    """Half of 100 cases, 10 points: 10² × ½ × ½ ÷ 100, and a little for not knowing the half."""
    counts = np.array([[50.0, 50.0, np.nan, 50.0]]), np.array([[100.0, 100.0, np.nan, 100.0]])
    weights, own = np.array([[10.0, 10.0, 10.0, 0.0]]), np.array([[1.0, 0.5, 1.0, 1.0]])
    scores = GroupScores(np.full(4, 5.0), *counts, weights, own, [lambda values: values])
    noise = score_noise(scores)
    assert noise[:2] == pytest.approx([0.25, 0.25 / 4], rel=0.25)
    assert noise[2:].tolist() == [0, 0], "no case, no chance"


def test_what_earns_the_same_everywhere_has_no_noise() -> None:
    full = np.full((1, 3), 90.0), np.full((1, 3), 100.0), np.full((1, 3), 8.0), np.ones((1, 3))
    scores = GroupScores(np.array([8.0, 7.0, 6.0]), *full, [np.ones_like])
    draws = draws_of(scores, 100)
    assert (draws.unsure == [8, 7, 6]).all()
    assert rank_intervals(draws.likely).p_first.tolist() == [1, 0, 0]


def test_normal_scores_by_hand() -> None:
    """Spread and noise known to be 9 and 1 by two hundred units: a tenth of the way to the mean."""
    generator = np.random.default_rng(3)
    published = 80 + generator.normal(0, np.sqrt(10), 200)
    draws = score_draws(published, np.ones(200), draws=4_000, seed=1)
    for drawn in (draws.unsure, draws.likely):
        kept = np.polyfit(published, drawn.mean(axis=0), 1)[0]
        assert kept == pytest.approx(0.9, abs=0.02)
        assert drawn.std(axis=0) == pytest.approx(np.sqrt(0.9), rel=0.08)
        assert drawn.mean() == pytest.approx(published.mean(), abs=0.1), (
            "centred on what is published"
        )


def test_a_smoothed_score_is_taken_for_what_it_is() -> None:
    """Half of the way to the group, with a quarter of the noise, says what the whole way says."""
    published = np.random.default_rng(4).normal(0, 3, 50)
    whole = score_draws(published, np.full(50, 4.0), draws=2_000, seed=1)
    centre = published.mean()
    half = score_draws(
        centre + (published - centre) / 2, np.full(50, 1.0), np.full(50, 0.5), 2_000, 1
    )
    assert half.unsure == pytest.approx(whole.unsure)
    assert half.likely == pytest.approx(whole.likely)


def test_a_unit_without_cases_of_its_own_may_be_anywhere() -> None:
    published = np.array([90.0, 85.0, 80.0, 75.0, 82.0])
    own = np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    noise = np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    intervals = rank_intervals(score_draws(published, noise, own, 4_000).unsure)
    assert (intervals.rank_low[4], intervals.rank_high[4]) == (1, 5)


def test_one_unit_is_drawn_around_its_published_score() -> None:
    drawn = score_draws([82.0], [4.0], draws=20_000, seed=2).unsure
    assert (drawn.mean(), drawn.std()) == (pytest.approx(82, abs=0.05), pytest.approx(2, rel=0.03))


@pytest.mark.parametrize("is_rate", [False, True])
def test_counts_are_drawn_towards_the_whole(is_rate: bool) -> None:
    numerators, denominators = [5, 30, 28, 0, 31], [5, 60, 60, 0, 60]
    draws = count_draws(numerators, denominators, is_rate, 4_000, 1)
    mean = draws.unsure.mean(axis=0)
    assert np.isnan(mean[3])
    assert mean[1] == pytest.approx(0.5, abs=0.06)
    assert 0.5 < mean[0] < 0.95, "five of five is not all, beside 89 of 180"
    again = count_draws(numerators, denominators, is_rate, 4_000, 1)
    assert np.array_equal(draws.unsure, again.unsure, equal_nan=True)


def test_impossible_counts() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        count_draws([1], [2], draws=0)
    with pytest.raises(ValueError, match="must not exceed denominator"):
        count_draws([3], [2])
    assert count_draws([], [], draws=5).unsure.shape == (5, 0)
    assert np.isnan(count_draws([0, 0], [0, 0], draws=5).unsure).all()
    for hits in (0, 20):  # nothing tells how the units differ
        assert not np.isnan(count_draws([hits] * 3, [20] * 3, draws=5).unsure).any()
