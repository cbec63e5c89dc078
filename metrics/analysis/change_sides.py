"""What two spans are compared by: the counts of each, and the months before them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

import numpy as np

from metrics.analysis.compare_spans import Pair
from metrics.calendar.days import month_end, months_before
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.sums import Sums
from metrics.figures.measure import Amount, amount_of
from metrics.indicators.catalogue import Indicator
from metrics.statistics.dispersion import COUNTING, MONTHS, Dispersion, month_dispersion

Method = Literal["days", "population", "denominator", "fisher"]
METHODS: Mapping[str, Method] = {
    "count": "days",
    "rate": "population",
    "ratio": "denominator",
    "proportion": "fisher",
}
YEARS_BEFORE = 3


@dataclass(frozen=True)
class Side:
    """What was counted in one span; exact is None without a base."""

    period: Period
    amount: Amount
    exact: Fraction | None


def exposure(indicator: Indicator, amount: Amount, days: int) -> int:
    """In what the events of a span arose: days, population × days, or the denominator."""
    match METHODS[indicator.kind]:
        case "days":
            return days
        case "population":
            return (amount.denominator or 0) * days
    return amount.denominator or 0


def months_of(pair: Pair, first_on: date) -> list[Span]:
    """The whole years of months, three at most, that end before a span begins, oldest first."""
    newest = pair.now.starts_on.replace(day=1)
    starts = [months_before(newest, back) for back in range(YEARS_BEFORE * MONTHS, 0, -1)]
    starts_in_store = [start for start in starts if start >= first_on]
    odd = len(starts_in_store) % MONTHS  # the oldest, which make no whole year
    return [Span(start.isoformat()[:7], start, month_end(start)) for start in starts_in_store[odd:]]


def month_spans(pairs: Collection[Pair], first_on: date) -> list[Span]:
    """Every month that any pair looks back to, once."""
    every = {span.label: span for pair in pairs for span in months_of(pair, first_on)}
    return list(every.values())


def dispersions(
    counted: Counted, indicator: Indicator, units: Sequence[str], pair: Pair, counts: Sums
) -> dict[str, Dispersion]:
    """Unit -> how its months before the span spread; the counting error alone without a year."""
    spans = months_of(pair, counted.first_on)
    if not spans or not units:
        return dict.fromkeys(units, COUNTING)
    events, exposures = [], []
    for unit in units:
        amounts = [amount_of(counted, indicator, unit, span, counts) for span in spans]
        events.append([amount.numerator or 0 for amount in amounts])
        exposures.append(
            [
                exposure(indicator, amount, (span.ends_on - span.starts_on).days + 1)
                for amount, span in zip(amounts, spans, strict=True)
            ]
        )
    shape = len(units), len(spans) // MONTHS, MONTHS
    happened, in_all = (np.array(each, float).reshape(shape) for each in (events, exposures))
    of_units = month_dispersion(happened, in_all, indicator.kind == "proportion")
    return dict(zip(units, of_units, strict=True))
