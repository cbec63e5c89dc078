"""How often the rules of a control chart signal where nothing has changed.

Limits and rules are those of NHSRplotthedots (see control_limits.py): every point that
takes part in a run, trend or pair is marked, not only the one that completes it, so that more
points are marked than the alarms of Champ and Woodall 1987 (Technometrics 29:393) that count
completions. Known in closed form for independent points around known limits: outside 2Φ(−3) = 0.27
%; part of seven or more on one side 8 ÷ 2⁷ = 6.25 %; a trend of seven 2 ÷ 7! = 0.04 % a completion.
"""

from dataclasses import dataclass

import numpy as np

from metrics.statistics.control_limits import XmrLimits, runs_rules, xmr_limits
from metrics.statistics.intervals import FloatArray

MONTHS, WEEKS = 36, 104
NEWEST = 0.02  # share of stable series whose newest point is marked
LONG = 60  # a long series has more room for runs


def marked_share(points: int) -> float:
    """The share of the points of a stable series that are marked: of 36 and of 104, simulated."""
    return 0.05 if points <= LONG else 0.063


@dataclass(frozen=True)
class FalseAlarm:
    """Of stable series: the share of marked points, by rule and in all, and of newest points.

    any   the share of series in which at least one point is marked
    """

    marked: float
    by_rule: dict[str, float]
    newest: float
    any: float


def false_alarm(points: int, series: int, seed: int, limits: XmrLimits | None = None) -> FalseAlarm:
    """Simulate series of independent normal values (mean 0, deviation 1).

    limits   known ones; without them each series has its own, as on the page
    """
    draws = np.random.default_rng(seed).standard_normal((series, points))
    rules = np.array([_rules(line, limits) for line in draws])
    is_marked = rules != ""
    names = ("outside", "trend_of_7", "2_of_3", "7_one_side")
    return FalseAlarm(
        float(is_marked.mean()),
        {name: float((rules == name).mean()) for name in names},
        float(is_marked[:, -1].mean()),
        float(is_marked.any(axis=1).mean()),
    )


def _rules(line: FloatArray, limits: XmrLimits | None) -> list[str]:
    return [str(rule) for rule in runs_rules(line, limits or xmr_limits(line)).rule]
