"""Indirect standardisation: what a unit would have had with the whole's rate of each kind."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from metrics.statistics.intervals import count_interval

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Standardised:
    """Observed against expected of one unit.

    expected       Σ kinds (denominator of the unit × rate of the whole), exact
    ratio          observed ÷ expected, None where nothing is expected
    lower, upper   95 % interval of the ratio: that of the observed count (exact below 10, Byar
                   from 10), with the expected taken as known
    """

    observed: int
    denominator: int
    expected: Fraction
    ratio: Fraction | None
    lower: float | None
    upper: float | None

    @property
    def is_apart(self) -> bool:
        """Whether chance alone would hardly give this ratio."""
        return self.lower is not None and self.upper is not None and not (
            self.lower <= 1 <= self.upper
        )  # fmt: skip


def standardised(numerators: Counts, denominators: Counts) -> list[Standardised]:
    """One result for each row; Σ observed = Σ expected.

    numerators, denominators   counts of one shape (units, kinds)
    A kind without any denominator has no rate: its rows are in neither sum.
    """
    whole, base = numerators.sum(axis=0), denominators.sum(axis=0)
    kinds = [k for k in range(len(base)) if base[k]]
    rates = {k: Fraction(int(whole[k]), int(base[k])) for k in kinds}
    results = []
    for row in range(len(numerators)):
        observed = sum(int(numerators[row, k]) for k in kinds)
        expected = sum((int(denominators[row, k]) * rates[k] for k in kinds), Fraction(0))
        filed = sum(int(denominators[row, k]) for k in kinds)
        results.append(_compared(observed, filed, expected))
    return results


def _compared(observed: int, denominator: int, expected: Fraction) -> Standardised:
    if not expected:
        return Standardised(observed, denominator, expected, None, None, None)
    lower, upper = (float(bound) / float(expected) for bound in count_interval(observed))
    return Standardised(observed, denominator, expected, observed / expected, lower, upper)
