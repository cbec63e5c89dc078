"""The funnel: units by denominator around the value of the whole bureau, with the limits of chance.

Who differs is said by metrics/analysis/unit_verdict.py: the limits are drawn, they judge nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.analysis.unit_verdict import UnitVerdicts
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored
from metrics.statistics.funnel_limits import proportion_limits
from metrics.statistics.intervals import Z_ALARM, Z_WARNING
from metrics.statistics.rates import rate_limits
from metrics.statistics.too_few import FEWEST_UNITS

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
