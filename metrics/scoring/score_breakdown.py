"""From full marks down to the score: which indicator cost how many points, and what peers reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Literal

from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.statistics.too_few import FEWEST_PEERS

Kind = Literal["full", "loss", "rest", "mixed", "raw", "ledger", "score"]
MIXED = "与本组合并"


@dataclass(frozen=True)
class BreakdownStep:
    """One step of the way down; `before` and `after` are points, `lost` their difference."""

    kind: Kind
    label: str
    before: Fraction
    after: Fraction
    indicator: str = ""

    @property
    def lost(self) -> Fraction:
        return self.before - self.after


@dataclass(frozen=True)
class PeerPoints:
    """What the units of the same level and group reach on an indicator, this one included."""

    low: Fraction
    middle: Fraction
    high: Fraction
    units: int


def by_loss(line: Assessment) -> list[Contribution]:
    """Most points lost first, then those with full marks, then what does not apply."""
    return sorted(line.contributions, key=lambda c: (c.points is None, -c.lost, -c.weight))


def losing(line: Assessment) -> list[Contribution]:
    return [c for c in by_loss(line) if c.lost > 0]


def own_losses(line: Assessment) -> list[tuple[Contribution, Fraction]]:
    """What the unit's own values cost, most points first; without a case what its group's cost."""
    lost = [(c, c.own_lost) for c in line.contributions if c.own_lost > 0]
    return sorted(lost, key=lambda pair: (-pair[1], -pair[0].weight))


def gained_by_mixing(line: Assessment) -> Fraction:
    """Points that mixing with the group's values gives, or takes (negative)."""
    return sum((c.gained_by_mixing for c in line.contributions), Fraction(0))


def breakdown_steps(line: Assessment) -> list[BreakdownStep]:
    """Full marks, each loss, the indicators without a loss as one step, the score: exact.

    The losses are those of the unit's own values; what mixing them with the group's changes is a
    step of its own. Where the ledger has something for the unit, its raw score and the entries'
    sums follow.
    """
    if line.score is None or line.raw is None:
        return []
    full = line.raw + sum((c.lost for c in line.contributions), Fraction(0))
    steps = [BreakdownStep("full", "满分", full, full)]
    left = full
    for c, lost in own_losses(line):
        steps.append(BreakdownStep("loss", c.title, left, left - lost, c.indicator))
        left -= lost
    whole = sum(1 for c in line.contributions if c.points is not None and c.own_lost == 0)
    if whole:
        steps.append(BreakdownStep("rest", f"其余 {whole} 项满分", left, left))
    if gained := gained_by_mixing(line):
        steps.append(BreakdownStep("mixed", MIXED, left, left + gained))
        left += gained
    if not line.bonus and not line.deduction:
        return [*steps, BreakdownStep("score", "得分", left, left)]
    steps.append(BreakdownStep("raw", "原始分", left, left))
    for label, points in (("加分", line.bonus), ("减分", -line.deduction)):
        if points:
            steps.append(BreakdownStep("ledger", label, left, left + points))
            left += points
    return [*steps, BreakdownStep("score", "最终分", left, left)]


def group_of(lines: Sequence[Assessment], line: Assessment) -> list[Assessment]:
    """The units that it is ranked with: its group; of groups and the bureau all."""
    if line.group in ("", line.unit):
        return list(lines)
    return [other for other in lines if other.group == line.group]


def peers(lines: Sequence[Assessment], line: Assessment) -> dict[str, PeerPoints]:
    """Indicator -> range of its scored values among the peers, where there are enough of them."""
    values: dict[str, list[Fraction]] = {}
    for other in group_of(lines, line):
        for c in other.contributions:
            if c.points is not None and c.value is not None:
                values.setdefault(c.indicator, []).append(c.value)
    return {
        name: PeerPoints(min(reached), median(reached), max(reached), len(reached))
        for name, reached in values.items()
        if len(reached) >= FEWEST_PEERS
    }
