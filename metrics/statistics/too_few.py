"""How little is too little: one number for each meaning, and everybody takes it from here.

A scheme may ask for more cases of an indicator (its `minimum`). Where an approximation of one
method ends is a matter of that method (`EXACT_BELOW` in intervals.py).
"""

FEWEST_COMPARED = 10
"""Cases (a denominator, cases filed) below which a figure or a curve is not held against a target,
another unit or another time."""

SMALL_BASE = 10
"""Cases in a base below which the counts stand beside any percentage of change."""

FEWEST_FOR_MOVING_RANGE = 10
"""Cases to a point, below which most of its ups and downs are those of small numbers: the control
chart of the kind (p, c) is then the better judge than the one of moving ranges."""

FEWEST_OVER_HOURS = 10
"""Events in all, below which their spread over the hours of the week is not judged."""

FEWEST_ON_MAP = 5
"""Events in all, below which their spread over villages is not judged: the test is exact."""

FEWEST_AT_A_PLACE = 3
"""Events in one band of hours, or in a village and around it, below which it is not singled out."""

FEWEST_UNITS = 3
"""Units with cases enough, below which no funnel is drawn and nothing is shrunk."""

FEWEST_PEERS = 3
"""Peers below which a range of theirs would only name the others."""

FEWEST_POINTS = 8
"""Points of a stretch of a control chart, below which there are no limits."""

FEWEST_WEEKS = 4
"""Pairs of weeks, below which a season is not compared with the one of the year before."""

FEWEST_UNKNOWN = 5
"""Records without a unit, below which they are no gap in the data: one of sixteen is none."""

FEWEST_DAYS = 7
"""Days of a period, below which no patrol hours are moved about: every weekday is to be in it."""
