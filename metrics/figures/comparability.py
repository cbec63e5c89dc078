"""Whether a figure rests on enough cases to be held against a target or another unit."""

from metrics.cells.units import UNKNOWN
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored

LEAST_BASE = 10  # without a scheme that says otherwise


def least_base(indicator: Indicator, scored: Scored | None) -> int:
    return scored.minimum if scored else LEAST_BASE


def is_comparable(figure: Figure, indicator: Indicator, scored: Scored | None) -> bool:
    """Enough to be held against a target or another unit."""
    if figure.unit == UNKNOWN or figure.exact is None or figure.status == "inconsistent":
        return False
    return indicator.kind == "count" or (figure.denominator or 0) >= least_base(indicator, scored)
