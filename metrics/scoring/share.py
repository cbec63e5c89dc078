"""What share of an indicator's weight a value earns, by the rule of the scheme."""

from fractions import Fraction

import numpy as np

from metrics.calendar.period import Period, elapsed_year
from metrics.scheme.scheme import Scored
from metrics.statistics.intervals import FloatArray


def target_of(scored: Scored, period: Period) -> Fraction:
    """The target, multiplied by the elapsed part of the year where it grows."""
    return scored.target * (elapsed_year(period.ends_on) if scored.target_grows else 1)


def share_reached(scored: Scored, target: Fraction, value: Fraction, better: str) -> Fraction:
    """The part of the weight that a value earns, in [0, 1]."""
    if scored.rule == "pass":
        return Fraction(value >= target if better == "higher" else value <= target)
    if scored.rule == "steps":
        reached = [step.share for step in scored.steps if _is_reached(value, step.at, better)]
        return max(reached, default=Fraction(0))
    rises = target > scored.floor
    if value >= target if rises else value <= target:
        return Fraction(1)
    if value <= scored.floor if rises else value >= scored.floor:
        return Fraction(0)
    return (value - scored.floor) / (target - scored.floor)


def shares_reached(
    scored: Scored, target: FloatArray | float, values: FloatArray, better: str
) -> FloatArray:
    """`share_reached` on an array of values; the target is one number or fits the array."""
    if scored.rule == "pass":
        return np.asarray(values >= target if better == "higher" else values <= target, float)
    if scored.rule == "steps":
        shares = np.zeros_like(values)
        for step in scored.steps:
            at = float(step.at)
            is_reached = values >= at if better == "higher" else values <= at
            shares = np.maximum(shares, np.where(is_reached, float(step.share), 0.0))
        return shares
    floor = float(scored.floor)
    return np.clip((values - floor) / (target - floor), 0.0, 1.0)


def _is_reached(value: Fraction, bound: Fraction, better: str) -> bool:
    return value >= bound if better == "higher" else value <= bound
