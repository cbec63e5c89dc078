"""A stable process signals no more often than its rules are known to."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from metrics.statistics.control_limits import XmrLimits, runs_rules, xmr_limits
from metrics.statistics.false_alarm import EVER, NEWEST, THREE_YEARS, marked_share

SEED = 20190819
MONTHS, WEEKS = THREE_YEARS, 104
KNOWN = XmrLimits(-3, 0, 3)


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

    limits   the true ones; without them each series has its own, as on the page
    """
    draws = np.random.default_rng(seed).standard_normal((series, points))
    rules = np.array([runs_rules(line, limits or xmr_limits(line)).rule for line in draws])
    is_marked = rules != ""
    names = ("outside", "trend_of_7", "2_of_3", "7_one_side")
    return FalseAlarm(
        float(is_marked.mean()),
        {name: float((rules == name).mean()) for name in names},
        float(is_marked[:, -1].mean()),
        float(is_marked.any(axis=1).mean()),
    )


def test_each_rule_marks_what_its_closed_form_says() -> None:
    """Independent normal points around known limits, far from the ends of long series."""
    found = false_alarm(2_000, 100, SEED, KNOWN)
    assert found.by_rule["outside"] == pytest.approx(2 * norm.sf(3), abs=0.0004)
    # A point lies in a run of exactly L on one side with probability L ÷ 2^(L+1); from 7 on the sum
    # is 8 ÷ 2^7. Some of these points count under a rule that comes first.
    in_runs = 8 / 2**7
    assert in_runs - 0.006 < found.by_rule["7_one_side"] < in_runs + 0.001
    # Six steps the same way: 2 ÷ 7! a completion, at most seven marked points each (some 80 trends
    # are drawn, so that the share is known to a tenth).
    assert 2 / 5040 < found.by_rule["trend_of_7"] < 7 * 2 / 5040 * 1.3
    # A point between 2 and 3 sigma with at least one more among the two before and after it, all
    # on one side: bounded by the pairs that it can form.
    near = 2 * (norm.sf(2) - norm.sf(3))
    assert found.by_rule["2_of_3"] < near * 3 * near / 2


def test_a_stable_series_is_marked_as_rarely_as_the_page_says() -> None:
    months, weeks = false_alarm(MONTHS, 2_000, SEED), false_alarm(WEEKS, 700, SEED)
    assert months.marked == pytest.approx(marked_share(MONTHS), abs=0.005)
    assert weeks.marked == pytest.approx(marked_share(WEEKS), abs=0.005)
    assert months.newest == pytest.approx(NEWEST, abs=0.005)
    assert months.any == pytest.approx(EVER, abs=0.03)
