"""Measuring: an indicator by unit over a period, with interval, 同比 and 环比."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from data.rights import Actor, require
from metrics.calendar.days import day_words
from metrics.calendar.period import Period, last_year, months_back, previous
from metrics.cells.count import Counted
from metrics.cells.passes import UNUSABLE
from metrics.cells.spans import MATURING, Span
from metrics.cells.sums import Kinds, Sums, sums
from metrics.cells.units import UNKNOWN, UNKNOWN_NAME, Unit, units
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, Scored
from metrics.statistics.single_interval import wilson_limits
from metrics.statistics.too_few import FEWEST_COMPARED

PARTS = ("numerator", "denominator", MATURING)
THIS, LAST_YEAR, PREVIOUS = "this", "last_year", "previous"


@dataclass(frozen=True)
class Figure:
    """One number with what it is made of. Null (None) where not applicable.

    value             a fraction; a rate is per `indicator.scale`; a count is its numerator
    change_points     value - last_year;  change_relative   value / last_year - 1
    maturing          denominator rows too young to be judged, left out of the value
    base_note         why last_year or previous is not compared, where the records begin too late
    status            ok; no-base (denominator 0); not-applicable; unknown (未知);
                      inconsistent (numerator above denominator of a proportion)
    """

    unit: str
    name: str
    numerator: int | None
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None
    last_year: float | None
    last_year_numerator: int | None
    last_year_denominator: int | None
    previous: float | None
    change_points: float | None
    change_relative: float | None
    maturing: int | None
    status: str
    note: str = ""
    indicator: str = ""
    exact: Fraction | None = None
    exact_last_year: Fraction | None = None
    exact_previous: Fraction | None = None
    base_note: str = ""


@dataclass(frozen=True)
class Amount:
    """Numerator and denominator of one unit and span, None where nothing can be known."""

    numerator: int | None
    denominator: int | None
    maturing: int | None = None

    def exact(self, indicator: Indicator) -> Fraction | None:
        """The value as an exact fraction; None without a base."""
        if self.numerator is None:
            return None
        if indicator.kind == "count":
            return Fraction(self.numerator)
        if not self.denominator:
            return None
        scale = indicator.scale if indicator.kind == "rate" else 1
        return Fraction(self.numerator * scale, self.denominator)


NOTHING = Amount(None, None)


def measure(
    counted: Counted,
    name: str,
    level: Level,
    period: Period,
    actor: Actor,
    kind: str | None = None,
) -> list[Figure]:
    """The indicator for every unit of the level, and 未知 where it has a share, in code order."""
    return measure_all(counted, [counted.catalogue[name]], level, period, actor, kind)[name]


def measure_all(
    counted: Counted,
    indicators: Collection[Indicator],
    level: Level,
    period: Period,
    actor: Actor,
    kind: str | None = None,
) -> dict[str, list[Figure]]:
    """Indicator id -> its figures by unit: one query for all of them."""
    check_asked(indicators, level, actor, kind)
    compared = ((THIS, period), (LAST_YEAR, last_year(period)), (PREVIOUS, previous(period)))
    spans = [Span(label, p.starts_on, p.ends_on) for label, p in compared]
    counts = sums(counted, level, period.ends_on, indicators, spans, kind)
    listed = units(counted, level, period.ends_on)
    return {i.id: _figures(counted, i, listed, level, spans, counts) for i in indicators}


def check_asked(indicators: Iterable[Indicator], level: Level, actor: Actor, kind: Kinds) -> None:
    """Raise NotPermitted for what the actor may not see, ValueError for a kind that is not told."""
    require(actor, "see-officers" if level == "officer" else "see-units")
    for indicator in indicators:
        if kind is not None and not indicator.breakdown:
            raise ValueError(f"指标 {indicator.id} 不分类别，不能用 --kind")


def _figures(
    counted: Counted,
    indicator: Indicator,
    listed: Iterable[Unit],
    level: Level,
    spans: Collection[Span],
    counts: Sums,
) -> list[Figure]:
    every = units_counted(indicator, listed, level, counts)
    is_stock = bool(indicator.numerator and indicator.numerator.stock)
    amounts = {
        span.label: {
            unit.code: amount_of(counted, indicator, unit.code, span, counts) for unit in every
        }
        for span in spans
        if is_stock or span.label == THIS or span.starts_on >= counted.first_on
    }
    note = base_note(counted, amounts)
    return [_figure(counted, indicator, unit, amounts, note) for unit in every]


def base_note(counted: Counted, known: Collection[str]) -> str:
    """数据自2016年1月1日起，去年同期数据不全，不作比较: of bases that begin before the records."""
    names = {LAST_YEAR: "去年同期", PREVIOUS: "上期"}
    missing = "、".join(name for label, name in names.items() if label not in known)
    since = day_words(counted.first_on)
    return f"数据自{since}起，{missing}数据不全，不作比较" if missing else ""


def units_counted(
    indicator: Indicator, listed: Iterable[Unit], level: Level, counts: Sums, label: str = THIS
) -> list[Unit]:
    """The units of the day, those that are gone but were counted, and 未知 if it has a share."""
    every = list(listed)
    listed_codes = {unit.code for unit in every}
    own = f"{indicator.id}."
    gone = sorted({u for u, _, m in counts if u and u not in listed_codes and m.startswith(own)})
    word = "已离岗" if level == "officer" else "已撤并"
    every += [Unit(code, f"{code}（{word}）", level) for code in gone]
    shares = (counts.get((UNKNOWN, label, f"{indicator.id}.{part}")) for part in PARTS)
    if any(shares):
        every.append(Unit(UNKNOWN, UNKNOWN_NAME, level))
    return every


def amount_of(
    counted: Counted, indicator: Indicator, unit: str, span: Span, counts: Sums
) -> Amount:
    """What was counted for a unit and span; nothing where the store cannot know it."""
    stocks = {part for part, rows in indicator.counts() if rows.stock}
    is_before = span.ends_on < counted.first_on and "numerator" not in stocks
    if indicator.id in counted.absent or is_before:
        return NOTHING

    def get(part: str) -> int:
        return counts.get((unit, span.label, f"{indicator.id}.{part}"), 0)

    numerator = get("numerator")
    denominator = None if indicator.kind == "count" else get("denominator")
    if get(UNUSABLE) and not numerator and ("denominator" in stocks or not denominator):
        return NOTHING
    maturing = get(MATURING) if indicator.matures_after else None
    return Amount(numerator, denominator, maturing)


def _figure(
    counted: Counted,
    indicator: Indicator,
    unit: Unit,
    amounts: Mapping[str, Mapping[str, Amount]],
    note: str,
) -> Figure:
    this, year, before = (
        amounts.get(label, {}).get(unit.code, NOTHING) for label in (THIS, LAST_YEAR, PREVIOUS)
    )
    exact, exact_year, exact_before = (a.exact(indicator) for a in (this, year, before))
    lower, upper = interval(indicator, this)
    return Figure(
        unit=unit.code,
        name=unit.name,
        numerator=this.numerator,
        denominator=this.denominator,
        value=_float(exact),
        lower=lower,
        upper=upper,
        last_year=_float(exact_year),
        last_year_numerator=year.numerator,
        last_year_denominator=year.denominator,
        previous=_float(exact_before),
        change_points=None if exact is None or exact_year is None else float(exact - exact_year),
        change_relative=float(exact / exact_year - 1) if exact is not None and exact_year else None,
        maturing=this.maturing,
        status=_status(indicator, unit, this),
        note=counted.absent.get(indicator.id, ""),
        indicator=indicator.id,
        exact=exact,
        exact_last_year=exact_year,
        exact_previous=exact_before,
        base_note=note,
    )


def _status(indicator: Indicator, unit: Unit, this: Amount) -> str:
    if this.numerator is None:
        return "not-applicable"
    if unit.code == UNKNOWN:
        return "unknown"
    if indicator.kind != "count" and not this.denominator:
        return "no-base"
    if indicator.kind == "proportion" and this.numerator > (this.denominator or 0):
        return "inconsistent"
    return "ok"


def interval(indicator: Indicator, amount: Amount) -> tuple[float | None, float | None]:
    """95 % interval by the kind: Wilson, Byar (exact below 10), none for a ratio or a stock."""
    numerator, denominator = amount.numerator, amount.denominator
    if numerator is None or (indicator.numerator and indicator.numerator.stock):
        return None, None
    if indicator.kind == "count":
        return _count_limits(numerator)
    if not denominator or indicator.kind == "ratio":
        return None, None
    if indicator.kind == "rate":
        lower, upper = _count_limits(numerator)
        scale = indicator.scale / denominator
        return lower * scale, upper * scale
    return wilson_limits(numerator, denominator) if 0 <= numerator <= denominator else (None, None)


def _count_limits(count: int) -> tuple[float, float]:
    from metrics.statistics.intervals import count_interval  # and NumPy with it

    lower, upper = count_interval(count)
    return float(lower), float(upper)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def least_base(scored: Scored | None) -> int:
    return scored.minimum if scored else FEWEST_COMPARED


def is_comparable(figure: Figure, indicator: Indicator, scored: Scored | None) -> bool:
    """Enough cases to be held against a target or another unit."""
    if figure.unit == UNKNOWN or figure.exact is None or figure.status == "inconsistent":
        return False
    return indicator.kind == "count" or (figure.denominator or 0) >= least_base(scored)


@dataclass(frozen=True)
class TrendPoint:
    """One month (week, day) of a trend."""

    period: Period
    numerator: int | None
    denominator: int | None
    value: float | None


def trend(
    counted: Counted,
    indicators: Collection[Indicator],
    level: Level,
    period: Period,
    actor: Actor,
    months: int = 12,
    kind: str | None = None,
) -> dict[tuple[str, str], list[TrendPoint]]:
    """(indicator id, unit) -> the calendar months that end with the period's last day."""
    periods = months_back(period, months)
    return trend_over(counted, indicators, level, periods, period.ends_on, actor, kind)


def trend_over(
    counted: Counted,
    indicators: Collection[Indicator],
    level: Level,
    periods: Collection[Period],
    belongs_on: date,
    actor: Actor,
    kind: str | None = None,
    only: str | None = None,
) -> dict[tuple[str, str], list[TrendPoint]]:
    """(indicator id, unit) -> any periods in their order; of one unit only, if it is named.

    belongs_on   the day whose belonging of villages to stations counts
    """
    require(actor, "see-officers" if level == "officer" else "see-units")
    spans = [Span(p.text, p.starts_on, p.ends_on) for p in periods]
    counts = sums(counted, level, belongs_on, indicators, spans, kind)

    def point(indicator: Indicator, unit: str, period: Period, span: Span) -> TrendPoint:
        amount = amount_of(counted, indicator, unit, span, counts)
        value = _float(amount.exact(indicator))
        return TrendPoint(period, amount.numerator, amount.denominator, value)

    return {
        (i.id, unit.code): [point(i, unit.code, *each) for each in zip(periods, spans, strict=True)]
        for i in indicators
        for unit in units(counted, level, belongs_on)
        if only in (None, unit.code)
    }
