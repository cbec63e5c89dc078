"""How steady the ranks of a score are: under chance, and under other weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.units import units
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.rank import Assessment, by_group
from metrics.scoring.score import Contribution
from metrics.scoring.score_grid import ScoreGrid
from metrics.scoring.weight_sensitivity import sensitivity


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
    scheme = scheme_of(counted.schemes, period.ends_on)
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
    shares = [[_share(c) for c in of[unit.code].contributions] for unit in listed]
    values = np.array(shares).reshape(len(listed), len(scheme.indicators))
    added = np.array([float(of[unit.code].net) for unit in listed])
    return ScoreGrid(scheme, listed, (period,), values.T[:, None, :], added)


def _share(c: Contribution) -> float:
    return np.nan if c.points is None else float(c.points) / float(c.effective_weight)
