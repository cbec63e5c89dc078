"""The verdict on a unit beside all others: one function, whoever shows it.

Two questions, two answers. 与全局不同: does it lie beyond chance from the value of the bureau, the
records without a unit among it? An exact test, without widening; of all units of the level the
share of false finds is held down, whatever part of them is shown. 在同类中也属异常: would it also
lie beyond limits that are widened by the usual differences between the units (tau²)?
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.figures.measure import Amount, Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored
from metrics.statistics.beyond_chance import binomial_p, poisson_p
from metrics.statistics.funnel_limits import Overdispersion, overdispersion, proportion_z
from metrics.statistics.intervals import FloatArray
from metrics.statistics.multiple_testing import held_down, two_sided
from metrics.statistics.rates import rate_overdispersion, rate_z
from metrics.statistics.too_few import FEWEST_COMPARED, FEWEST_UNITS

Where = Literal["above", "below", "alike", "unjudged"]
WITHOUT_INTERVAL = "不计区间，不作比较"


@dataclass(frozen=True)
class UnitVerdict:
    """Of one unit. where: “above” and “below” are beyond chance; reason: why it is not judged."""

    where: Where
    is_unusual: bool = False
    reason: str = ""

    @property
    def is_apart(self) -> bool:
        return self.where in ("above", "below")


@dataclass(frozen=True)
class UnitVerdicts:
    """Of all units of a level on one indicator over one period.

    base   the value that they are held against, on the scale of the values; None without one
    phi    how many times as much the units vary as by chance; nan where nothing happened
    tau2   variance between units by which the second question widens its limits
    """

    indicator: Indicator
    base: float | None
    phi: float
    tau2: float
    by_unit: Mapping[str, UnitVerdict]

    def of(self, unit: str) -> UnitVerdict:
        return self.by_unit.get(unit, UnitVerdict("unjudged"))

    @property
    def judged(self) -> int:
        return sum(verdict.where != "unjudged" for verdict in self.by_unit.values())


def verdicts(
    figures: Sequence[Figure], whole: Figure, indicator: Indicator, scored: Scored | None
) -> UnitVerdicts:
    """figures   all units of the level, whatever is shown of them;   whole   the bureau's"""
    named = [f for f in figures if f.unit != UNKNOWN]
    reasons = {f.unit: _why_not(f, indicator, scored) for f in named}
    counts = {f.unit: (f.numerator or 0, f.denominator or 0) for f in named if not reasons[f.unit]}
    of_judged = judged(indicator, counts, Amount(whole.numerator, whole.denominator))
    unjudged = {unit: UnitVerdict("unjudged", reason=why) for unit, why in reasons.items() if why}
    return replace(of_judged, by_unit={**unjudged, **of_judged.by_unit})


def _why_not(figure: Figure, indicator: Indicator, scored: Scored | None) -> str:
    """Why a figure is not judged, else nothing."""
    if why := words.status_in_words(figure, indicator, scored):
        return why
    if indicator.kind == "ratio" or figure.lower is None:
        return WITHOUT_INTERVAL
    if not is_comparable(figure, indicator, scored):
        return words.STATUS_WORDS.get(figure.status, "") or WITHOUT_INTERVAL
    if indicator.kind == "proportion" and (figure.denominator or 0) < FEWEST_COMPARED:
        return f"样本不足（{words.plain(figure.denominator)} 件），不作比较"
    return ""


def judged(
    indicator: Indicator, counts: Mapping[str, tuple[int, int]], whole: Amount
) -> UnitVerdicts:
    """The verdicts of units with cases enough: unit -> numerator, denominator."""
    base = _base(indicator, counts, whole)
    if base is None or len(counts) < FEWEST_UNITS:
        few = UnitVerdict("unjudged", reason=f"样本足够的不到 {FEWEST_UNITS} 个，不作比较")
        return UnitVerdicts(indicator, base, np.nan, 0.0, dict.fromkeys(counts, few))
    x, n = (np.array([pair[place] for pair in counts.values()]) for place in (0, 1))
    p, values, scale = _chance(indicator, x, n, base)
    apart, spread = held_down(p), _spread(indicator, x, n)
    tau2 = spread.tau2 if spread else 0.0
    unusual = apart & _unusual(indicator, x, n, base / scale, tau2)
    rows = zip(counts, values > base, apart.tolist(), unusual.tolist(), strict=True)
    by_unit = {
        unit: UnitVerdict(("above" if above else "below") if is_apart else "alike", is_unusual)
        for unit, above, is_apart, is_unusual in rows
    }
    return UnitVerdicts(indicator, base, spread.phi if spread else np.nan, tau2, by_unit)


def _base(
    indicator: Indicator, counts: Mapping[str, tuple[int, int]], whole: Amount
) -> float | None:
    """The value of the whole bureau; of a count, which no size explains, the mean of the units."""
    if indicator.kind == "count":
        return sum(x for x, _ in counts.values()) / len(counts) if counts else None
    exact = whole.exact(indicator)
    return None if exact is None else float(exact)


def _chance(
    indicator: Indicator, x: FloatArray, n: FloatArray, base: float
) -> tuple[FloatArray, FloatArray, float]:
    """p-values, values, and by what the values are scaled."""
    if indicator.kind == "count":
        return poisson_p(x, np.full(x.shape, base)), x, 1
    if indicator.kind == "rate":
        scale = indicator.scale
        return poisson_p(x, n * base / scale), x / n * scale, scale
    return binomial_p(x, n, min(1.0, base)), x / n, 1


def _spread(indicator: Indicator, x: FloatArray, n: FloatArray) -> Overdispersion | None:
    if indicator.kind == "count":
        return None
    return rate_overdispersion(x, n) if indicator.kind == "rate" else overdispersion(x, n)


def _unusual(
    indicator: Indicator, x: FloatArray, n: FloatArray, base: float, tau2: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Beyond the limits that the usual differences between units widen, all judged at once."""
    if indicator.kind == "count" or not 0 < base < (np.inf if indicator.kind == "rate" else 1):
        return np.zeros(x.shape, bool)
    z_of = rate_z if indicator.kind == "rate" else proportion_z
    return held_down(two_sided(z_of(x, n, base, tau2)))


def worse_side(indicator: Indicator) -> Where:
    """Where a unit does worse; the low side where neither is better."""
    return "above" if indicator.better == "lower" else "below"
