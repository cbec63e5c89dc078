"""How steady the ranks of a score are: under chance, and under other weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.count import Counted
from metrics.headlines import by_group
from metrics.period import Period
from metrics.rank import Assessment
from metrics.scheme import Level, scheme_of
from metrics.score_grid import score_grids
from metrics.weight_draws import sensitivity


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
    """The ranked among the lines of `metrics.rank.assess`, group by group as everywhere."""
    scheme = scheme_of(counted.schemes, period.ends_on)
    (grid,) = score_grids(counted, level, [period], {period: scheme})
    found = sensitivity(grid)
    at = {unit.code: place for place, unit in enumerate(grid.units)}
    ordered = [line for members in by_group(lines).values() for line in members]
    ranked = [(line, at[line.unit]) for line in ordered if line.rank is not None]
    return [
        Steady(line, int(found.best[i]), int(found.worst[i]), float(found.held[i]))
        for line, i in ranked
    ]
