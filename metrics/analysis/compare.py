"""Comparing: indicators over several spans, each against last year's same span and the one before.

Whether a change is more than chance is asked of an exact test, by the kind of the indicator:
  count        two Poisson counts, given the days of each span
  rate         the same, given population × days
  ratio        the same for the numerators, the denominators taken as given
  proportion   Fisher's exact test
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from data.rights import Actor
from metrics.analysis.compare_spans import Pair, pairs_of, was_there
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.sums import Sums, sums
from metrics.cells.units import Unit, units
from metrics.figures.measure import Amount, amount_of, check_asked, least_base, units_counted
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, scheme_of
from metrics.statistics.change_test import (
    ALPHA,
    Tested,
    difference_of_proportions,
    least_p_value,
    ratio_of_rates,
)

Method = Literal["days", "population", "denominator", "fisher"]
Verdict = Literal["up", "down", "noise", "small", "untested", "none"]
METHODS: Mapping[str, Method] = {
    "count": "days",
    "rate": "population",
    "ratio": "denominator",
    "proportion": "fisher",
}


@dataclass(frozen=True)
class Side:
    """What was counted in one span; exact is None without a base."""

    period: Period
    amount: Amount
    exact: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """One indicator of one unit, now against a base.

    test      None where there is none; `reason` says why, in Chinese
    sample    how many events (of a proportion: the smaller denominator) there are to judge by
    """

    indicator: Indicator
    unit: Unit
    pair: Pair
    now: Side
    base: Side
    verdict: Verdict
    test: Tested | None = None
    reason: str = ""
    sample: int = 0

    @property
    def is_share(self) -> bool:
        """Its difference is in percentage points."""
        return self.indicator.kind in ("proportion", "ratio")

    @property
    def method(self) -> Method:
        return METHODS[self.indicator.kind]

    @property
    def is_daily(self) -> bool:
        """The test is of events a day, because the spans differ in length."""
        by_days = self.method in ("days", "population")
        return self.test is not None and by_days and self.now.period.days != self.base.period.days

    @property
    def is_real(self) -> bool:
        return self.verdict in ("up", "down")

    @property
    def difference(self) -> Fraction | None:
        """Now − base: of a share 0.136 is 13.6 percentage points."""
        if self.now.exact is None or self.base.exact is None:
            return None
        return self.now.exact - self.base.exact

    @property
    def relative(self) -> Fraction | None:
        """Now ÷ base − 1; None where the base is 0 or unknown."""
        if self.now.exact is None or not self.base.exact:
            return None
        return self.now.exact / self.base.exact - 1

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 %: of the difference for a proportion, else of the relative change (a day)."""
        if self.test is None:
            return None
        shift = 0 if self.method == "fisher" else 1
        return self.test.lower - shift, self.test.upper - shift


def compare_all(
    counted: Counted,
    indicators: Collection[Indicator],
    level: Level,
    spans: Mapping[str, Period],
    actor: Actor,
    unit: str | None = None,
    kind: str | None = None,
) -> list[Comparison]:
    """Every indicator × unit × span × basis, from one query.

    spans   code -> period; all end on the same day, whose belonging of villages counts
    unit    only this one
    """
    check_asked(indicators, level, actor, kind)
    day = next(iter(spans.values())).ends_on
    pairs = pairs_of(counted, level, spans)
    sides = {span.label: span for pair in pairs for span in _spans(pair)}
    counts = sums(counted, level, day, indicators, list(sides.values()), kind)
    if unit is not None:
        counts = {key: n for key, n in counts.items() if key[0] == unit}
    listed = units(counted, level, day)
    return [
        _compare(counted, indicator, member, pair, counts)
        for indicator in indicators
        for pair in pairs
        for member in units_counted(indicator, listed, level, _own(counts, pair), pair.label("now"))
        if unit is None or member.code == unit
    ]


def _spans(pair: Pair) -> tuple[Span, Span]:
    return (
        Span(pair.label("now"), pair.now.starts_on, pair.now.ends_on),
        Span(pair.label("base"), pair.base.starts_on, pair.base.ends_on),
    )


def _own(counts: Sums, pair: Pair) -> Sums:
    """The sums of a pair: who is gone since is shown only where it was counted."""
    labels = {pair.label("now"), pair.label("base")}
    return {key: n for key, n in counts.items() if key[1] in labels}


def _compare(
    counted: Counted, indicator: Indicator, unit: Unit, pair: Pair, counts: Sums
) -> Comparison:
    now, base = (
        Side(period, amount, amount.exact(indicator))
        for period, span in zip((pair.now, pair.base), _spans(pair), strict=True)
        for amount in (amount_of(counted, indicator, unit.code, span, counts),)
    )
    return Comparison(
        indicator, unit, pair, now, base, *_judge(counted, indicator, unit, pair, now, base)
    )


Judged = tuple[Verdict, Tested | None, str, int]


def _judge(
    counted: Counted, indicator: Indicator, unit: Unit, pair: Pair, now: Side, base: Side
) -> Judged:
    """Verdict, test, why there is none, and the size of the sample."""
    if now.exact is None or base.exact is None:
        return "none", None, "无可比数据", 0
    if why := untestable(indicator, now.amount, base.amount):
        return "untested", None, why, 0
    if indicator.window == "year" and pair.basis == "previous":
        return "untested", None, "自1月1日起累计，与上期不可比，不作检验", 0
    if pair.base.starts_on < counted.first_on:
        return "none", None, "对比期数据不全，不作比较", 0
    is_empty = not (base.amount.numerator or base.amount.denominator)
    if is_empty and not was_there(counted, unit.level, unit.code, pair.base):
        return "none", None, "对比期内尚未设立，不作比较", 0
    scored = scheme_of(counted.schemes, pair.now.ends_on).scored(indicator.id)
    return _tested(indicator, now, base, least_base(scored))


def untestable(indicator: Indicator, now: Amount, base: Amount) -> str:
    """Why no test of chance can be made of such figures, else nothing."""
    rows = indicator.numerator
    if rows and rows.stock:
        return "期末在册数，没有随机误差，不作检验"
    if indicator.kind != "proportion":
        is_sum = rows is not None and rows.sum is not None
        return "分子是累加量，不是相互独立的件数，不作检验" if is_sum else ""
    whole = all((side.numerator or 0) <= (side.denominator or 0) for side in (now, base))
    return "" if whole else "分子大于分母，请核对数据"


def _tested(indicator: Indicator, now: Side, base: Side, least: int) -> Judged:
    count, of_base = now.amount.numerator or 0, base.amount.numerator or 0
    whole, base_whole = now.amount.denominator or 0, base.amount.denominator or 0
    smaller = min(whole, base_whole)
    if indicator.kind in ("proportion", "ratio") and smaller < least:
        return "small", None, "", smaller
    if indicator.kind == "proportion":
        tested = difference_of_proportions(count, whole, of_base, base_whole)
        rises = count * base_whole > of_base * whole
        return _verdict(tested, rises), tested, "", smaller
    exposures = exposure(indicator, now), exposure(indicator, base)
    if least_p_value(count + of_base, *exposures) >= ALPHA:
        return "small", None, "", count + of_base
    tested = ratio_of_rates(count, exposures[0], of_base, exposures[1])
    rises = count * exposures[1] > of_base * exposures[0]
    return _verdict(tested, rises), tested, "", count + of_base


def _verdict(tested: Tested, rises: bool) -> Verdict:
    if not tested.is_real:
        return "noise"
    return "up" if rises else "down"


def exposure(indicator: Indicator, side: Side) -> int:
    """In what the events of a span arose: days, population × days, or the denominator."""
    match METHODS[indicator.kind]:
        case "days":
            return side.period.days
        case "population":
            return (side.amount.denominator or 0) * side.period.days
    return side.amount.denominator or 0
