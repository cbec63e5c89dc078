"""How a ranking depends on the weights: draw them anew many times and see which ranks hold.

A weight is a judgement. Where a rank hangs on it, the rank says less than it seems to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.units import units
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.rank import Assessment, by_group
from metrics.scoring.score import Contribution
from metrics.scoring.score_draws import SEED
from metrics.scoring.score_grid import DIGITS, ScoreGrid
from metrics.statistics.intervals import FloatArray
from metrics.statistics.rank_uncertainty import IntArray, places

DRAWS = 10_000
SPREAD = 0.2  # each weight moves by up to so much of itself, up or down
TOGETHER = 1_000  # draws ranked at a time, so that the arrays stay small


@dataclass(frozen=True)
class Sensitivity:
    """Arrays with one entry per unit of the grid; a unit without a rank has 0 and nan.

    rank         under the weights of the scheme, within its group
    best, worst  over all draws
    held         share of the draws in which the rank is that of the scheme
    """

    rank: IntArray
    best: IntArray
    worst: IntArray
    held: FloatArray


def drawn_weights(
    scheme: Scheme, draws: int = DRAWS, spread: float = SPREAD, seed: int = SEED
) -> FloatArray:
    """Weights as (draws × indicators): each uniform within ± spread, then up to full points again.

    0 <= spread < 1 and draws >= 1, else ValueError.
    """
    if draws < 1 or not 0 <= spread < 1:
        raise ValueError(f"draws >= 1 and 0 <= spread < 1, got {draws} and {spread}")
    weights = np.array([float(scored.weight) for scored in scheme.indicators])
    generator = np.random.Generator(np.random.PCG64(seed))
    varied = weights * generator.uniform(1 - spread, 1 + spread, (draws, weights.size))
    return np.asarray(varied * (weights.sum() / varied.sum(axis=1, keepdims=True)), float)


def sensitivity(
    grid: ScoreGrid, row: int = 0, draws: int = DRAWS, spread: float = SPREAD, seed: int = SEED
) -> Sensitivity:
    """What other weights would do to the ranks of one period (a row of the grid).

    Who is ranked does not change: a unit is ranked by the applicable points of the scheme itself.
    """
    weights = drawn_weights(grid.scheme, draws, spread, seed)
    ranks = grid.ranks[row]
    best, worst, held = np.zeros_like(ranks), np.zeros_like(ranks), np.full(ranks.shape, np.nan)
    full, every = float(grid.scheme.full_points), np.broadcast_to(grid.added, ranks.shape)
    for group in grid.groups:
        members = group[ranks[group] > 0]
        if members.size:
            values, added = grid.values[:, row, members], every[members]
            ranks_drawn = np.concatenate(
                [
                    _ranks(weights[at : at + TOGETHER], values, full, added)
                    for at in range(0, draws, TOGETHER)
                ]
            )
            best[members], worst[members] = ranks_drawn.min(axis=0), ranks_drawn.max(axis=0)
            held[members] = np.mean(ranks_drawn == ranks[members], axis=0)
    return Sensitivity(ranks, best, worst, held)


def _ranks(weights: FloatArray, values: FloatArray, full: float, added: FloatArray) -> IntArray:
    """Ranks under each row of weights: what does not apply shares its weight out, as in scores."""
    earned = weights @ np.nan_to_num(values)
    applicable = weights @ ~np.isnan(values)
    top, _ = places(np.round(earned * full / applicable + added, DIGITS))
    return top


@dataclass(frozen=True)
class Steady:
    """A ranked unit: `line` has its rank with the interval under chance.

    best, worst   its ranks when the weights are drawn anew
    held          share of those draws in which the rank is the same
    """

    line: Assessment
    best: int
    worst: int
    held: float


def steady_ranks(
    counted: Counted, level: Level, period: Period, lines: Sequence[Assessment]
) -> list[Steady]:
    """The ranked among the lines of `metrics.scoring.rank.assess`, group by group as everywhere."""
    scheme = scheme_of(counted.schemes, period.ends_on).at(level)
    grid = grid_of(counted, level, period, scheme, lines)
    spread = sensitivity(grid)
    at = {unit.code: place for place, unit in enumerate(grid.units)}
    ordered = [line for members in by_group(lines).values() for line in members]
    ranked = [(line, at[line.unit]) for line in ordered if line.rank is not None]
    return [
        Steady(line, int(spread.best[i]), int(spread.worst[i]), float(spread.held[i]))
        for line, i in ranked
    ]


def grid_of(
    counted: Counted, level: Level, period: Period, scheme: Scheme, lines: Sequence[Assessment]
) -> ScoreGrid:
    """The grid of scores that the lines have: nothing is summed again, and the ledger is in it."""
    of = {line.unit: line for line in lines}
    listed = tuple(unit for unit in units(counted, level, period.ends_on) if unit.code in of)

    def grid(value: Callable[[Contribution], float]) -> FloatArray:
        rows = [[value(c) for c in of[unit.code].contributions] for unit in listed]
        return np.array(rows).reshape(len(listed), len(scheme.indicators)).T[:, None, :]

    added = np.array([float(of[unit.code].net) for unit in listed])
    own_shares = grid(lambda c: float(c.own_share))
    return ScoreGrid(scheme, listed, (period,), grid(_share), own_shares, added)


def _share(c: Contribution) -> float:
    return np.nan if c.points is None else float(c.points) / float(c.effective_weight)
