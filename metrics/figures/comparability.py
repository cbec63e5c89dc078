"""Whether a figure rests on enough cases to be held against a target or another unit."""

from metrics.cells.units import UNKNOWN
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored
from metrics.statistics.too_few import FEWEST_COMPARED


def least_base(scored: Scored | None) -> int:
    return scored.minimum if scored else FEWEST_COMPARED


def is_comparable(figure: Figure, indicator: Indicator, scored: Scored | None) -> bool:
    """Enough to be held against a target or another unit."""
    if figure.unit == UNKNOWN or figure.exact is None or figure.status == "inconsistent":
        return False
    return indicator.kind == "count" or (figure.denominator or 0) >= least_base(scored)
