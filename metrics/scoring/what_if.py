"""What a changed scheme would do to a ranking of the past: the new places, who moves, and why.

The new scores are those of `metrics.scoring.rank.assess` under the changed scheme, exactly; nothing
is estimated. How fragile a rank is comes from the grid of floats (see
metrics/scoring/weight_sensitivity.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from data.rights import Actor
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.ledger import Item
from metrics.scoring.rank import Assessment, assess
from metrics.scoring.score import Contribution, EarlierFigures
from metrics.scoring.weight_sensitivity import DRAWS, grid_of, sensitivity

MANY = 30  # with more units a slider's answer takes fewer draws
FEW_DRAWS = 1_000


@dataclass(frozen=True)
class Move:
    """One unit under the changed scheme and under the one in force.

    held         share of weight vectors within ± 20 % under which its new rank holds
    indicator    the one whose points change most, None where none does; `gained`: its points more
    """

    line: Assessment
    before: Assessment
    held: float | None
    indicator: Contribution | None = None
    gained: Fraction = Fraction(0)

    @property
    def places(self) -> int:
        """Places won (positive) or lost; 0 where there is no rank before or after."""
        if self.line.rank is None or self.before.rank is None:
            return 0
        return self.before.rank - self.line.rank

    @property
    def difference(self) -> Fraction:
        """Points more than before."""
        return (self.line.score or Fraction(0)) - (self.before.score or Fraction(0))


@dataclass(frozen=True)
class WhatIf:
    """The ranking under a changed scheme, in its order."""

    scheme: Scheme
    moves: tuple[Move, ...]
    draws: int

    @property
    def ranked(self) -> list[Move]:
        return [move for move in self.moves if move.line.rank is not None]

    @property
    def moved(self) -> list[Move]:
        return [move for move in self.ranked if move.places]


def what_if(
    counted: Counted,
    level: Level,
    period: Period,
    actor: Actor,
    changed: Scheme,
    before: Sequence[Assessment] | None = None,
    items: Sequence[Item] | None = None,
) -> WhatIf:
    """The ranking of the period under `changed`.

    before   that under its own scheme, by the same counts and ledger, if the caller keeps it
    items    the ledger, if it is not that of the counted records
    """
    scheme = scheme_of(counted.schemes, period.ends_on).at(level)
    if before is None:
        before = assess(counted, level, period, actor, is_simulated=False, items=items)
    was = {line.unit: line for line in before}
    earlier = EarlierFigures(scheme, {line.unit: line.contributions for line in before})
    lines = assess(
        counted, level, period, actor, changed, is_simulated=False, items=items, earlier=earlier
    )
    changed = changed.at(level)
    draws = FEW_DRAWS if len(lines) > MANY else DRAWS
    held = fragility(counted, level, period, changed, lines, draws)
    moves = tuple(_move(line, was[line.unit], held.get(line.unit)) for line in lines)
    return WhatIf(changed, moves, draws)


def fragility(
    counted: Counted,
    level: Level,
    period: Period,
    scheme: Scheme,
    lines: Sequence[Assessment],
    draws: int = DRAWS,
) -> dict[str, float]:
    """Ranked unit -> the share of weight vectors within ± 20 % under which its rank holds."""
    grid = grid_of(counted, level, period, scheme.at(level), lines)
    spread = sensitivity(grid, draws=draws)
    every = zip(grid.units, spread.rank.tolist(), spread.held.tolist(), strict=True)
    return {unit.code: held for unit, rank, held in every if rank}


def _move(line: Assessment, before: Assessment, held: float | None) -> Move:
    was = {c.indicator: c for c in before.contributions}
    now = {c.indicator: c for c in line.contributions}
    both = {**was, **now}
    gained = {name: _points(now.get(name)) - _points(was.get(name)) for name in both}
    most = max(gained, key=lambda name: abs(gained[name]), default="")
    if not most or not gained[most]:
        return Move(line, before, held)
    exact = [c.points or Fraction(0) if c else Fraction(0) for c in (now.get(most), was.get(most))]
    return Move(line, before, held, both[most], exact[0] - exact[1])


def _points(c: Contribution | None) -> float:
    """Good enough to find the largest; what is shown is exact."""
    return float(c.points) if c is not None and c.points is not None else 0.0
