"""The funnel: units by denominator around the value of the whole bureau, with the limits of chance.

Who differs is said by metrics/analysis/unit_verdict.py: the limits are drawn, they judge nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.analysis.unit_verdict import UNUSUAL, UnitVerdicts, side_word, worse_side
from metrics.figures import words
from metrics.figures.measure import Figure, is_comparable
from metrics.figures.words import COUNTERS
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.statistics.funnel_limits import proportion_limits
from metrics.statistics.intervals import Z_ALARM, Z_WARNING
from metrics.statistics.rates import rate_limits
from metrics.statistics.too_few import FEWEST_COMPARED, FEWEST_UNITS

Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Funnel:
    """Units by denominator, and limits around the whole: lines over the same denominators."""

    indicator: Indicator
    verdicts: UnitVerdicts
    centre: float
    units: tuple[Figure, ...]
    sizes: tuple[float, ...]

    @property
    def warning(self) -> Pairs:
        return self.limits(self.sizes, Z_WARNING)

    @property
    def alarm(self) -> Pairs:
        return self.limits(self.sizes, Z_ALARM)

    @property
    def widened(self) -> Pairs:
        """The 99.8 % limits that the usual differences between units widen; nothing without."""
        return self.limits(self.sizes, Z_ALARM, self.verdicts.tau2) if self.verdicts.tau2 else ()

    def limits(self, sizes: Sequence[float], z: float, tau2: float = 0.0) -> Pairs:
        """Lower and upper limit at each denominator, on the scale of the values."""
        scale = self.indicator.scale if self.indicator.kind == "rate" else 1
        limits_of = rate_limits if self.indicator.kind == "rate" else proportion_limits
        low, high = limits_of(self.centre / scale, sizes, tau2, z)
        return tuple((float(a) * scale, float(b) * scale) for a, b in zip(low, high, strict=True))


def funnel(units: Sequence[Figure], verdicts: UnitVerdicts, scored: Scored | None) -> Funnel | None:
    """The funnel of a proportion or rate; None where there is too little.

    The limits of a proportion are an approximation: a denominator below 10 is drawn, not judged.
    """
    indicator = verdicts.indicator
    comparable = [f for f in units if is_comparable(f, indicator, scored)]
    if len(comparable) < FEWEST_UNITS or verdicts.base is None:
        return None
    bases = [f.denominator or 0 for f in comparable]
    sizes = np.linspace(max(1, min(bases) * 0.9), max(bases) * 1.05, 120).tolist()
    centre = verdicts.base if indicator.kind == "rate" else min(1.0, verdicts.base)
    return Funnel(indicator, verdicts, centre, tuple(comparable), tuple(sizes))


def funnel_reading(
    indicator: Indicator, drawn: Funnel | None, units: Sequence[Figure], level: Level
) -> str:
    """Who differs from the whole on the worse side, and who does so even among its like."""
    if drawn is None:
        return f"各{LEVELS[level]}样本不足，不作比较。"
    counter, by_unit = COUNTERS[level], drawn.verdicts
    worse = worse_side(indicator)
    short = [f.name for f in drawn.units if by_unit.of(f.unit).where == worse]
    judged = sum(by_unit.of(f.unit).where != "unjudged" for f in drawn.units)
    if short:
        title = f"{side_word(worse, indicator)}（菱形）的 {len(short)} {counter}"
        parts = [f"{title}：{words.listed(short)}"]
        unusual = [f.name for f in drawn.units if f.name in short and by_unit.of(f.unit).is_unusual]
        parts += [f"其中{UNUSUAL}的 {len(unusual)} 个：{words.listed(unusual)}"] if unusual else []
    else:
        parts = [f"{judged} {counter}中没有{side_word(worse, indicator)}的"]
    if unjudged := len(drawn.units) - judged:
        parts.append(f"空心灰点 {unjudged} 个分母不到 {FEWEST_COMPARED}，只画不判")
    if left_out := sum(1 for f in units if f.status == "ok") - len(drawn.units):
        parts.append(f"另有 {left_out} 个样本不足，未画")
    return "；".join(parts) + "。"
