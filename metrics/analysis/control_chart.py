"""The control chart of an indicator: points, limits of each stretch, signals, the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.statistics.control_limits import (
    Assurance,
    XmrLimits,
    assurance,
    point_types,
    runs_rules,
    xmr_limits,
)
from metrics.statistics.intervals import FloatArray
from metrics.statistics.too_few import FEWEST_POINTS

SURE_POINTS = 12  # from here on the limits are no longer called provisional


@dataclass(frozen=True)
class ControlPoint:
    """A point with the limits of its stretch.

    rule     the first rule that makes it a signal, "" for common cause
    type     common_cause, improvement, concern, neutral_high, neutral_low
    is_open  the period is not over: drawn, but neither judged nor part of the limits
    """

    point: TrendPoint
    rule: str
    type: str
    lower: float | None
    mean: float | None
    upper: float | None

    @property
    def is_open(self) -> bool:
        return self.point.period.is_part

    @property
    def is_signal(self) -> bool:
        return bool(self.rule)


@dataclass(frozen=True)
class Stretch:
    """Points under one set of limits: from `first` up to but not including `last`.

    points   how many of them count for the limits
    """

    first: int
    last: int
    points: int
    limits: XmrLimits | None


@dataclass(frozen=True)
class ControlChart:
    """target, assurance: None where there is none, or where too few points could tell."""

    points: Sequence[ControlPoint]
    stretches: Sequence[Stretch]
    target: float | None
    assurance: Assurance | None

    @property
    def judged(self) -> list[ControlPoint]:
        """The points that are held against limits, in order of time."""
        return [p for p in self.points if p.mean is not None and is_judged(p.point)]

    @property
    def signals(self) -> list[ControlPoint]:
        return [p for p in self.points if p.is_signal]

    @property
    def without_limits(self) -> "ControlChart":
        """The line alone, for an indicator that limits do not suit."""
        bare = [ControlPoint(p.point, "", "common_cause", None, None, None) for p in self.points]
        return ControlChart(bare, [], self.target, None)

    @property
    def newest(self) -> ControlPoint | None:
        """The last point that is judged."""
        return self.judged[-1] if self.judged else None


def suits(indicator: Indicator) -> str:
    """Why an indicator has no control chart: its months hang together; '' where it has one."""
    if indicator.window == "year":
        return "本指标自 1 月 1 日起累计，前后各点相连，不宜作控制图"
    return ""


def moves(indicator: Indicator) -> bool:
    """Whether it tells of what happened; a register as it stands has no course to judge."""
    return not (indicator.numerator and indicator.numerator.stock)


def is_judged(point: TrendPoint) -> bool:
    """A period that is over and has a value."""
    return point.value is not None and not point.period.is_part


def control_chart(
    indicator: Indicator,
    line: Sequence[TrendPoint],
    target: float | None = None,
    rebased_on: date | None = None,
) -> ControlChart:
    """XmR chart with screened limits, in one stretch or in two.

    rebased_on   the second stretch begins with the first period that starts on this day or later
    """
    stretches = [_stretch(line, first, last) for first, last in _cuts(line, rebased_on)]
    points = [p for stretch in stretches for p in _points(indicator, line, stretch)]
    limits = stretches[-1].limits if stretches else None
    reach = None
    if target is not None and limits is not None:
        reach = assurance(target, limits, indicator.better)
    return ControlChart(points, stretches, target, reach)


def _cuts(line: Sequence[TrendPoint], rebased_on: date | None) -> list[tuple[int, int]]:
    if rebased_on is None:
        return [(0, len(line))]
    before = sum(1 for point in line if point.period.starts_on < rebased_on)
    return [(a, b) for a, b in ((0, before), (before, len(line))) if a < b]


def _values(line: Sequence[TrendPoint]) -> FloatArray:
    """The values that are judged, nan elsewhere."""
    values = [point.value if is_judged(point) else None for point in line]
    return np.array([np.nan if value is None else value for value in values], float)


def _stretch(line: Sequence[TrendPoint], first: int, last: int) -> Stretch:
    values = _values(line[first:last])
    points = int((~np.isnan(values)).sum())
    limits = xmr_limits(values) if points >= FEWEST_POINTS else None
    if limits is not None and np.isnan(limits.upper):
        limits = None  # no two points stand side by side
    return Stretch(first, last, points, limits)


def _points(
    indicator: Indicator, line: Sequence[TrendPoint], stretch: Stretch
) -> list[ControlPoint]:
    own, limits = line[stretch.first : stretch.last], stretch.limits
    if limits is None:
        return [ControlPoint(point, "", "common_cause", None, None, None) for point in own]
    signals = runs_rules(_values(own), limits)
    types: NDArray[np.str_] = point_types(signals, indicator.better)
    lower, upper = within(indicator, limits)
    return [
        ControlPoint(point, str(rule), str(type_), lower, limits.mean, upper)
        for point, rule, type_ in zip(own, signals.rule, types, strict=True)
    ]


def within(indicator: Indicator, limits: XmrLimits) -> tuple[float, float]:
    """The limits as they are drawn: no value can lie beyond 0, nor a proportion beyond 1."""
    top = min(limits.upper, 1.0) if indicator.kind == "proportion" else limits.upper
    return max(limits.lower, 0.0), top
