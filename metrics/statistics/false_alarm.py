"""How often the rules of a control chart signal where nothing has changed.

Limits and rules are those of NHSRplotthedots (metrics/statistics/control_limits.py): every point
that takes part in a run, trend or pair is marked, not only the one that completes it, so that more
points are marked than the alarms of Champ and Woodall 1987 (Technometrics 29:393) that count
completions. The shares are simulated: tests/unit/test_false_alarm.py.
"""

NEWEST = 0.02  # share of stable series whose newest point is marked
EVER = 0.3  # share of stable series of three years of months that have a marked point at all
THREE_YEARS = 36
LONG = 60  # a long series has more room for runs


def marked_share(points: int) -> float:
    """The share of the points of a stable series that are marked: of 36 and of 104, simulated."""
    return 0.05 if points <= LONG else 0.063
