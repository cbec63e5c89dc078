"""Ranks under other weights: those of a scheme with these weights, and what holds in between."""

from fractions import Fraction

import numpy as np
import pytest

from data.rights import command_line
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.rank import assess, by_group
from metrics.scoring.score_grid import ScoreGrid, score_grids
from metrics.scoring.weight_sensitivity import drawn_weights, sensitivity, steady_ranks
from metrics.statistics.rank_uncertainty import places
from metrics.wording.fairness_readings import steady_words

ACTOR = command_line()


@pytest.fixture(scope="module")
def july(counted: Counted) -> Period:
    return parse_period("2019-07", counted.as_of)


def grid_of(counted: Counted, level: Level, period: Period) -> ScoreGrid:
    scheme = everybody_ranked(scheme_of(counted.schemes, period.ends_on))
    (grid,) = score_grids(counted, level, [period], {period: scheme})
    return grid


def everybody_ranked(scheme: Scheme) -> Scheme:
    """Drawn weights do not change who is ranked; a scheme with such weights would."""
    return scheme.model_copy(update={"rank_from_points": Fraction(0)})


def test_drawn_weights_add_up_and_stay_near(counted: Counted, july: Period) -> None:
    scheme = scheme_of(counted.schemes, july.ends_on)
    drawn = drawn_weights(scheme)
    assert drawn.shape == (10_000, 19)
    assert drawn.sum(axis=1) == pytest.approx(100)
    own = np.array([float(scored.weight) for scored in scheme.indicators])
    ratio = drawn / own
    # A common factor makes them add up again; between two weights it does not count.
    assert (ratio.max(axis=1) / ratio.min(axis=1) <= 1.2 / 0.8 + 1e-12).all()
    assert (drawn == drawn_weights(scheme)).all()
    with pytest.raises(ValueError, match="spread"):
        drawn_weights(scheme, spread=1)


def test_without_a_spread_every_rank_holds(counted: Counted, july: Period) -> None:
    grid = grid_of(counted, "village", july)
    found = sensitivity(grid, draws=20, spread=0)
    ranked = found.rank > 0
    assert ranked.any()
    assert (found.held[ranked] == 1).all()
    assert (found.best == found.rank).all()
    assert (found.worst == found.rank).all()


@pytest.mark.parametrize("level", ["station", "village"])
def test_the_ranks_are_those_of_a_scheme_with_such_weights(
    counted: Counted, july: Period, level: Level
) -> None:
    grid = grid_of(counted, level, july)
    seeds = range(3)
    for seed in seeds:
        weights = drawn_weights(grid.scheme, draws=1, seed=seed)[0]
        exact = [Fraction(w).limit_denominator(10**6) for w in weights]
        exact[-1] += 100 - sum(exact)
        scored = tuple(
            s.model_copy(update={"weight": w})
            for s, w in zip(grid.scheme.indicators, exact, strict=True)
        )
        scheme = grid.scheme.model_copy(update={"indicators": scored})
        wanted = {
            line.unit: line.rank
            for line in assess(counted, level, july, ACTOR, scheme, is_simulated=False)
        }
        found = sensitivity(grid, draws=1, seed=seed)
        for unit, rank in zip(grid.units, found.best.tolist(), strict=True):
            assert (rank or None) == wanted[unit.code], unit.code


def test_shares_are_counted_over_the_draws(counted: Counted, july: Period) -> None:
    grid = grid_of(counted, "station", july)
    found = sensitivity(grid, draws=400)
    weights = drawn_weights(grid.scheme, draws=400)
    group = grid.groups[0]
    values = grid.values[:, 0, group]
    scores = weights @ np.nan_to_num(values) / (weights @ ~np.isnan(values))
    ranks = places(np.round(scores, 9))[0]
    assert found.best[group].tolist() == ranks.min(axis=0).tolist()
    assert found.worst[group].tolist() == ranks.max(axis=0).tolist()
    held = (ranks == found.rank[group]).mean(axis=0)
    assert found.held[group] == pytest.approx(held)


def test_the_sentence_says_what_was_counted(counted: Counted, july: Period) -> None:
    lines = assess(counted, "station", july, ACTOR)
    steady = steady_ranks(counted, "station", july, lines)
    listed = [line for members in by_group(lines).values() for line in members]
    assert [x.line.unit for x in steady] == [line.unit for line in listed if line.rank]
    for x in steady:
        assert x.best <= (x.line.rank or 0) <= x.worst
        said = steady_words(steady, "station", x.line.unit)
        assert said.startswith(f"{x.line.name}：权重上下浮动20%，本所名次在 ")
        share = "99% 以上的" if x.held > 0.995 else f"{words.percent(x.held, 0)} 的"
        assert f"在 {share}情形下不变" in said
        first = f"居首的可能 {'不到 1%' if (x.line.p_first or 0) < 0.005 else ''}"
        assert first in said
    assert sum(x.line.p_first or 0 for x in steady) == pytest.approx(2, abs=0.05)  # two groups


def test_a_week_has_no_ranks_to_hold(counted: Counted) -> None:
    week = parse_period("2019-W30", counted.as_of)
    lines = assess(counted, "station", week, ACTOR)
    assert steady_ranks(counted, "station", week, lines) == []
    assert steady_words([], "station") == "这一期间没有排名的派出所。"
