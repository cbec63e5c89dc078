"""Comparing: indicators over several spans, each against last year's same span and the one before.

A change is real where it is beyond chance, stays so when the share of false finds is held down,
and is at least the indicator's `smallest_change`. What chance does is asked of an exact test, by
the kind of the indicator:
  count        two Poisson counts, given the days of each span
  rate         the same, given population × days
  ratio        the same for the numerators, the denominators taken as given
  proportion   Fisher's exact test
and of the months before: where they spread more than counting explains, the test is scaled by it.
Held down together, whatever part of them is shown: of the bureau all indicators over one span and
base, else all units of the level on one indicator.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from data.rights import Actor
from metrics.analysis.change_sides import (
    METHODS,
    Method,
    Side,
    dispersions,
    exposure,
    month_spans,
)
from metrics.analysis.compare_spans import Pair, pairs_of, was_there
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.sums import Kinds, Sums, sums, sums_each
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
    scaled_difference,
    scaled_ratio,
    z_of_proportions,
    z_of_rates,
)
from metrics.statistics.dispersion import COUNTING, Dispersion
from metrics.statistics.multiple_testing import held_down

Verdict = Literal["up", "down", "noise", "slight", "small", "untested", "none"]


@dataclass(frozen=True)
class Comparison:
    """One indicator of one unit, now against a base.

    test      None where there is none; `reason` says why, in Chinese
    sample    how many events (of a proportion: the smaller denominator) there are to judge by
    spread    how much more the months before spread than counting explains
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
    spread: Dispersion = COUNTING

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
    def relative_a_day(self) -> Fraction | None:
        """The same, of what grows with the days of its span by the day."""
        relative, days = self.relative, Fraction(self.base.period.days, self.now.period.days)
        return None if relative is None else (relative + 1) * (days if self.is_daily else 1) - 1

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
    kind: Kinds = None,
) -> list[Comparison]:
    """Every indicator × unit × span × basis, from one query.

    spans   code -> period; all end on the same day, whose belonging of villages counts
    unit    only this one
    """
    check_asked(indicators, level, actor, kind)
    family = _family(counted, indicators, level, kind)
    day = next(iter(spans.values())).ends_on
    pairs = pairs_of(counted, level, spans)
    asked_spans = {span.label: span for pair in pairs for span in _spans(pair)}
    counts = sums(counted, level, day, family, list(asked_spans.values()), kind)
    listed, own = units(counted, level, day), _own(counts, pairs)
    lines: list[Comparison] = []
    for indicator in family:
        for pair in pairs:
            of_pair = own.get((indicator.id, pair.key), {})
            members = units_counted(indicator, listed, level, of_pair, pair.label("now"))
            lines += [_compare(counted, indicator, member, pair, counts) for member in members]
    ids = {indicator.id for indicator in indicators}

    def is_shown(c: Comparison) -> bool:
        return c.indicator.id in ids and unit in (None, c.unit.code)

    tables: dict[tuple[str, str], list[Comparison]] = {}
    for c in _with_months(counted, level, day, lines, is_shown, kind):
        tables.setdefault(("" if level == "bureau" else c.indicator.id, c.pair.key), []).append(c)
    decided: dict[tuple[str, str], list[Comparison]] = {}
    for table in tables.values():
        for c in filter(is_shown, _decided(table)):
            decided.setdefault((c.indicator.id, c.pair.key), []).append(c)
    return [
        c
        for indicator in indicators
        for pair in pairs
        for c in decided.get((indicator.id, pair.key), [])
    ]


def _family(
    counted: Counted, indicators: Collection[Indicator], level: Level, kind: Kinds
) -> list[Indicator]:
    """The indicators whose tests are held down together with those that are asked for."""
    if level != "bureau" or kind is not None:
        return list(indicators)
    by_id = {indicator.id: indicator for indicator in counted.catalogue}
    return list((by_id | {indicator.id: indicator for indicator in indicators}).values())


def _spans(pair: Pair) -> tuple[Span, Span]:
    return (
        Span(pair.label("now"), pair.now.starts_on, pair.now.ends_on),
        Span(pair.label("base"), pair.base.starts_on, pair.base.ends_on),
    )


def _own(counts: Sums, pairs: Collection[Pair]) -> dict[tuple[str, str], Sums]:
    """(indicator, pair) -> its sums: who is gone since is shown only where it was counted."""
    of_label: dict[str, list[Pair]] = {}
    for pair in pairs:
        of_label.setdefault(pair.label("now"), []).append(pair)
        of_label.setdefault(pair.label("base"), []).append(pair)
    own: dict[tuple[str, str], Sums] = {}
    for key, n in counts.items():
        for pair in of_label.get(key[1], ()):
            own.setdefault((key[2].rsplit(".", 1)[0], pair.key), {})[key] = n
    return own


def _with_months(
    counted: Counted,
    level: Level,
    day: date,
    lines: Sequence[Comparison],
    is_shown: Callable[[Comparison], bool],
    kind: Kinds,
) -> list[Comparison]:
    """The same with tests scaled by the months before.

    These can only make a test more careful: they are looked up for what is shown and for what
    counting alone would call beyond chance.
    """
    careful: dict[tuple[str, str], list[Comparison]] = {}
    for c in lines:
        if c.test is not None and (is_shown(c) or c.test.p_value < ALPHA):
            careful.setdefault((c.indicator.id, c.pair.key), []).append(c)
    of_indicator: dict[str, tuple[Indicator, list[Pair]]] = {}
    for first, *_ in careful.values():
        of_indicator.setdefault(first.indicator.id, (first.indicator, []))[1].append(first.pair)
    months_of = [(i, month_spans(pairs, counted.first_on)) for i, pairs in of_indicator.values()]
    with_months = [(indicator, months) for indicator, months in months_of if months]
    counts = sums_each(counted, level, day, with_months, kind)
    spreads = {
        (*key, unit): spread
        for key, (first, *rest) in careful.items()
        for unit, spread in dispersions(
            counted, first.indicator, [c.unit.code for c in (first, *rest)], first.pair, counts
        ).items()
    }
    return [
        _scaled(c, spreads.get((c.indicator.id, c.pair.key, c.unit.code), COUNTING)) for c in lines
    ]


def _compare(
    counted: Counted, indicator: Indicator, unit: Unit, pair: Pair, counts: Sums
) -> Comparison:
    now, base = (
        Side(period, amount, amount.exact(indicator))
        for period, span in zip((pair.now, pair.base), _spans(pair), strict=True)
        for amount in (amount_of(counted, indicator, unit.code, span, counts),)
    )
    judged = _judge(counted, indicator, unit, pair, now, base)
    return Comparison(indicator, unit, pair, now, base, *judged)


def _scaled(c: Comparison, spread: Dispersion) -> Comparison:
    """With a test by the series' own spread, where that is larger than counting error."""
    if c.test is None or spread.phi <= 1:
        return c
    now, base = c.now.amount, c.base.amount
    count, of_base = now.numerator or 0, base.numerator or 0
    if c.method == "fisher":
        z = z_of_proportions(count, now.denominator or 0, of_base, base.denominator or 0)
        return replace(c, test=scaled_difference(c.test, z, spread), spread=spread)
    exposures = [exposure(c.indicator, x.amount, x.period.days) for x in (c.now, c.base)]
    z = z_of_rates(count, exposures[0], of_base, exposures[1])
    return replace(c, test=scaled_ratio(c.test, z, spread), spread=spread)


def _decided(table: Sequence[Comparison]) -> list[Comparison]:
    """Up and down only where a change stays beyond chance among all that are tested together."""
    tested = [c.test.p_value for c in table if c.test is not None]
    stays = iter(held_down(tested).tolist() if tested else [])
    return [
        c if c.test is None else replace(c, verdict=_verdict(c) if next(stays) else "noise")
        for c in table
    ]


def _verdict(c: Comparison) -> Verdict:
    """Of a change beyond chance."""
    change = c.difference if c.is_share else c.relative_a_day
    least = Fraction(str(c.indicator.smallest_change or 0))
    if change is not None and abs(change) < least:
        return "slight"
    return "up" if change is None or change > 0 else "down"


Judged = tuple[Verdict, Tested | None, str, int]


def _judge(
    counted: Counted,
    indicator: Indicator,
    unit: Unit,
    pair: Pair,
    now: Side,
    base: Side,
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
        return "noise", tested, "", smaller
    exposures = [exposure(indicator, side.amount, side.period.days) for side in (now, base)]
    if least_p_value(count + of_base, exposures[0], exposures[1]) >= ALPHA:
        return "small", None, "", count + of_base
    tested = ratio_of_rates(count, exposures[0], of_base, exposures[1])
    return "noise", tested, "", count + of_base
