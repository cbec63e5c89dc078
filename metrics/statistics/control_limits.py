"""Control charts: which points of a series are signals, and which are noise.

XmR with the rules of “Making Data Count” (NHSRplotthedots), p and c charts and the run test
of qicharts2. A series is a one-dimensional array in the order of time; nan is a gap.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import FloatArray, proportion_counts

Better = Literal["higher", "lower", "neither"]
Rule = Literal["", "outside", "trend_of_7", "2_of_3", "7_one_side"]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent"]
Signs = NDArray[np.int8]
Flags = NDArray[np.bool_]

XMR_FACTOR = 2.66
"""3 ÷ 1.128: from the mean moving range of two points to three sigma."""
SCREEN_FACTOR = 3.267
"""A moving range this many times the mean one comes from an outlier (Nelson 1982)."""


@dataclass(frozen=True)
class XmrLimits:
    """Natural process limits of a series, in the unit of its values; nan below two values."""

    lower: float
    mean: float
    upper: float

    @property
    def near(self) -> tuple[float, float]:
        """Two thirds of the way from the mean to the limits, as (lower, upper)."""
        half = (self.upper - self.mean) * 2 / 3
        return self.mean - half, self.mean + half


def xmr_limits(values: ArrayLike, screened: bool = True) -> XmrLimits:
    """Mean ∓ 2.66 × mean moving range of a series.

    screened   leave out, once, moving ranges of 3.267 times their mean or more
    A range next to a gap (nan) does not count. NHSRplotthedots, R/ptd_spc_standard.R.
    """
    series = _series(values)
    ranges = np.abs(np.diff(series))
    ranges = ranges[~np.isnan(ranges)]
    if not ranges.size:
        return XmrLimits(np.nan, _mean(series), np.nan)
    kept = ranges[ranges < SCREEN_FACTOR * ranges.mean()] if screened else ranges
    # A constant series screens out everything: its mean range is 0, and so it stays.
    half = XMR_FACTOR * float((kept if kept.size else ranges).mean())
    mean = _mean(series)
    return XmrLimits(mean - half, mean, mean + half)


def _series(values: ArrayLike) -> FloatArray:
    series = np.asarray(values, float)
    if series.ndim != 1:
        raise ValueError(f"a series must have one dimension, got {series.ndim}")
    return series


def _mean(series: FloatArray) -> float:
    present = series[~np.isnan(series)]
    if not present.size:
        return float(np.nan)
    # Rounding must not put the mean of a constant series beside it: all would be signals.
    return float(np.clip(present.mean(), present.min(), present.max()))


@dataclass(frozen=True)
class RunsRules:
    """The rule that makes each point of a series a signal.

    rule        per point the first `Rule` that holds; "" is common cause
    direction   per point 1 up or high, -1 down or low, 0 common cause
    """

    rule: NDArray[np.str_]
    direction: Signs


def runs_rules(values: ArrayLike, limits: XmrLimits) -> RunsRules:
    """Classify each point: outside limits, then 7-point trend, 2 of 3, 7 on one side.

    Every point that takes part in a trend, pair or run is marked, not only its last one.
    NHSRplotthedots, R/ptd_calculate_point_type.R.
    """
    series = _series(values)
    side = np.nan_to_num(np.sign(series - limits.mean)).astype(np.int8)
    is_outside = (series > limits.upper) | (series < limits.lower)
    near_lower, near_upper = limits.near
    is_near = ~is_outside & ((series < near_lower) | (series > near_upper))
    trend = _trend_direction(series)
    is_run = _belongs_to_run(seven_one_side(side), 7)
    signals: list[tuple[Rule, Flags, Signs]] = [
        ("outside", is_outside, side),
        ("trend_of_7", trend != 0, trend),
        ("2_of_3", _two_of_three(is_near, side), side),
        ("7_one_side", is_run, side),
    ]
    flags = [flag for _, flag, _ in signals]
    rule = np.select(flags, [np.full(series.shape, name) for name, _, _ in signals], default="")
    direction = np.select(flags, [sign for _, _, sign in signals], default=np.int8(0))
    return RunsRules(rule, direction)


def seven_one_side(side: ArrayLike) -> Flags:
    """Per point: does it complete seven points on one side of the mean?

    side   signs -1, 0, 1 of the differences from the mean; 0 breaks a run
    """
    signs = np.asarray(side, np.int8)
    return _completes(signs == 1, 7) | _completes(signs == -1, 7)


def _completes(flags: Flags, length: int) -> Flags:
    """Per point: do it and the `length` - 1 points before it all have the flag?"""
    ends = np.zeros(flags.shape, bool)
    if flags.size >= length:
        ends[length - 1 :] = sliding_window_view(flags, length).all(axis=1)
    return ends


def _belongs_to_run(ends: Flags, length: int) -> Flags:
    """Per point: does a run of `length` points that contains it end here or later?"""
    if not ends.size:
        return ends
    return np.convolve(ends.astype(int), np.ones(length, int))[length - 1 :] > 0


def _trend_direction(series: FloatArray) -> Signs:
    """1 or -1 for every point of seven that rise or fall without a break, else 0."""
    steps = np.sign(np.diff(series))
    up, down = (_in_trend(steps == sign) for sign in (1, -1))
    onward = np.append(steps, 0)
    # A peak ends one trend and starts the next: it counts for what comes after it.
    direction = np.where(up & down, onward, up.astype(int) - down.astype(int))
    return np.asarray(direction[: series.size], np.int8)


def _in_trend(steps: Flags) -> Flags:
    """Per point, from the flags of the steps between points: six steps make seven points."""
    return _belongs_to_run(np.append(False, _completes(steps, 6)), 7)


def _two_of_three(is_near: Flags, side: Signs) -> Flags:
    """Points beyond two thirds of the way, two of three in a row on the same side."""
    if side.size < 3:
        return np.zeros(side.shape, bool)
    is_same_side = np.abs(sliding_window_view(side, 3).sum(axis=1)) == 3
    has_two = sliding_window_view(is_near, 3).sum(axis=1) >= 2
    ends = np.append([False, False], is_same_side & has_two)
    return _belongs_to_run(ends, 3) & is_near


def point_types(signals: RunsRules, better: Better) -> NDArray[np.str_]:
    """Per point: common_cause, improvement or concern (neutral_high, neutral_low if neither)."""
    words = {
        "higher": ("improvement", "concern"),
        "lower": ("concern", "improvement"),
        "neither": ("neutral_high", "neutral_low"),
    }
    is_signal = [signals.direction > 0, signals.direction < 0]
    return np.select(is_signal, list(words[better]), default="common_cause")


def assurance(target: float, limits: XmrLimits, better: Better) -> Assurance | None:
    """Will the process meet the target as it runs now? None without a target or direction.

    NHSRplotthedots, R/ptd_calculate_assurance_type.R.
    """
    if better == "neither" or np.isnan(target) or np.isnan(limits.upper):
        return None
    if target > limits.upper:
        return "consistent_fail" if better == "higher" else "consistent_pass"
    if target < limits.lower:
        return "consistent_pass" if better == "higher" else "consistent_fail"
    return "inconsistent"


@dataclass(frozen=True)
class ChartLimits:
    """Centre line of a p or c chart and its limits, one per point, in the unit of the values."""

    centre: float
    lower: FloatArray
    upper: FloatArray


def p_chart_limits(
    numerators: ArrayLike, denominators: ArrayLike, centre: float | None = None
) -> ChartLimits:
    """Three-sigma limits of a series of proportions, clipped to [0, 1].

    centre   a fixed centre line; without it Σ numerators ÷ Σ denominators
    A denominator of 0 gives nan there; numerator > denominator raises ValueError.
    Montgomery, Introduction to Statistical Quality Control, 7.2; qicharts2 qic.p.
    """
    x, n = proportion_counts(numerators, denominators)
    if centre is None:
        centre = float(np.nansum(x) / np.nansum(n)) if np.nansum(n) else float(np.nan)
    half = 3 * np.sqrt(centre * (1 - centre) / np.where(n > 0, n, np.nan))
    return ChartLimits(centre, np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1))


def c_chart_limits(counts: ArrayLike, centre: float | None = None) -> ChartLimits:
    """Three-sigma limits of a series of counts over equal areas of opportunity, from 0 up.

    centre   a fixed centre line in events; without it the mean. Montgomery 7.3; qic.c.
    """
    series = _series(counts)
    if np.any(series < 0):
        raise ValueError("a count must not be negative")
    centre = _mean(series) if centre is None else centre
    half = 3 * np.sqrt(centre)
    low, high = np.maximum(centre - half, 0), centre + half
    return ChartLimits(centre, np.full(series.shape, low), np.full(series.shape, high))
