"""Scoring: figures -> points by the scheme -> 原始分, with contributions that add up exactly.

Few cases neither help nor hurt: every value is mixed with the pooled value of the unit's group,
(numerator + k·p) ÷ (denominator + k), k the minimum of the scheme; an indicator of which the whole
group has no case is out for all of it. Under a scheme that still shares out, a figure below the
minimum is replaced by that of the next level (village -> police room -> station), and where none
reaches it, the weight is shared among the unit's other indicators in proportion. Points are exact
fractions until they are shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import lcm

from metrics.calendar.days import months_before
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.sums import sums_of_levels
from metrics.cells.units import Unit, units
from metrics.figures.measure import THIS, amount_of
from metrics.scheme.scheme import Level, Scheme, Scored
from metrics.scoring.few_cases import (
    Amounts,
    LevelCounts,
    ScoredFigure,
    above,
    borrowed_figure,
    exempt_words,
    mixed_figure,
    rungs_of,
)
from metrics.scoring.share import share_reached, target_of

Exempt = Mapping[str, Mapping[str, str]]
NOBODY: Exempt = {}


@dataclass(frozen=True)
class Contribution:
    """What one indicator gives to a unit's score.

    weight, effective_weight   of the scheme, and after sharing out what does not apply
    points                     effective weight × share reached; None where not applicable
    value                      what is scored: own and pooled mixed, or one of the two
    numerator, denominator     of the unit's own value; of the level's whose figure is taken
    level, unit                whose figure it is: the unit's own or that of a level above
    reason                     why another level's figure, or none, is taken
    own_value, pooled_value    before they were mixed; None without a case; both None where nothing
                               is mixed
    mixed                      how many cases of the group are mixed in (k); 0 where nothing is
    own_points                 points that the own value alone would give
    """

    indicator: str
    title: str
    weight: Fraction
    effective_weight: Fraction
    points: Fraction | None
    value: Fraction | None
    numerator: int | None
    denominator: int | None
    target: Fraction
    floor: Fraction
    rule: str
    level: Level
    unit: str
    unit_name: str
    span: Span
    reason: str = ""
    own_value: Fraction | None = None
    pooled_value: Fraction | None = None
    mixed: int = 0
    own_points: Fraction | None = None

    @property
    def own_share(self) -> Fraction:
        """The part of the figure that rests on the unit's own cases, 0 to 1."""
        if self.points is None:
            return Fraction(0)
        if not self.mixed:
            return Fraction(1)
        own = self.denominator or 0
        return Fraction(own, own + self.mixed)

    @property
    def plain_value(self) -> Fraction | None:
        """Numerator ÷ denominator, before anything is mixed in."""
        return self.own_value if self.mixed else self.value

    @property
    def gained_by_mixing(self) -> Fraction:
        """Points more than the own value alone would give; 0 where there is none to compare."""
        if self.points is None or self.own_points is None:
            return Fraction(0)
        return self.points - self.own_points

    @property
    def own_lost(self) -> Fraction:
        """Points short of full marks by the own value alone."""
        return self.lost + self.gained_by_mixing

    @property
    def share(self) -> Fraction | None:
        """The part of the weight that was reached, 0 to 1."""
        return None if self.points is None else self.points / self.effective_weight

    @property
    def lost(self) -> Fraction:
        """Points short of full marks."""
        return Fraction(0) if self.points is None else self.effective_weight - self.points


@dataclass(frozen=True)
class Score:
    """The raw score (原始分) of a unit: the sum of its contributions, None if nothing applies.

    applicable_points   适用分值: the weights as far as they rest on the unit's own cases
    """

    unit: Unit
    score: Fraction | None
    applicable_points: Fraction
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class EarlierFigures:
    """Figures of the same counts, level and period, as found under another scheme.

    Which figure is taken hangs on window, pool and minimum; what it earns does not matter here.
    """

    scheme: Scheme
    contributions: Mapping[str, Sequence[Contribution]]  # unit -> in order of the scheme

    def has(self, scheme: Scheme, scored: Scored) -> bool:
        before = self.scheme.scored(scored.id)
        return before is not None and _source(self.scheme, before) == _source(scheme, scored)


def score_units(
    counted: Counted,
    scheme: Scheme,
    level: Level,
    period: Period,
    only: Collection[str] | None = None,
    exempt: Exempt = NOBODY,
    earlier: EarlierFigures | None = None,
) -> list[Score]:
    """The scores of all units of a level, or only of some, in order of code.

    exempt   unit -> indicator -> why it is left out for the unit in this period
    earlier  of all these units: what it has is taken over and not summed again
    """
    scheme = scheme.at(level)
    listed = units(counted, level, period.ends_on)
    if only is not None:
        listed = [unit for unit in listed if unit.code in only]
    ladder = rungs_of(level, scheme)
    needed = {rung: {above(unit, rung) for unit in listed} for rung in ladder}
    to_sum = [s for s in scheme.indicators if earlier is None or not earlier.has(scheme, s)]
    amounts = _amounts(counted, to_sum, period, needed)
    on = period.ends_on
    names = {rung: {u.code: u.name for u in units(counted, rung, on)} for rung in ladder}
    find = _Finder(LevelCounts(counted, amounts, names), to_sum, earlier)
    shares = _Shares(counted, scheme, period)
    return [
        _score(shares, unit, find.of(unit, scheme, exempt.get(unit.code, {}))) for unit in listed
    ]


def span_of(scored: Scored, period: Period) -> Span:
    """The window of an indicator in a period."""
    if scored.window == "12 months":
        first = months_before(period.ends_on + timedelta(days=1), 12)
        return Span(THIS, min(first, period.starts_on), period.ends_on)
    return Span(THIS, period.starts_on, period.ends_on)


# -- details ----------------------------------------------------------------------------------


def _source(scheme: Scheme, scored: Scored) -> tuple[str, bool, int, str]:
    """What decides whose figure over which days is taken."""
    return scored.window, scored.pooled, scored.minimum, scheme.few_cases


def _amounts(
    counted: Counted,
    scored: Sequence[Scored],
    period: Period,
    needed: Mapping[Level, Collection[str]],
) -> dict[Level, Amounts]:
    """Scored indicators of the units of each level, each over its own window."""
    spans = [(counted.catalogue[s.id], span_of(s, period)) for s in scored]
    if not spans:
        return {level: {} for level in needed}
    summed = sums_of_levels(counted, period.ends_on, needed, [(i, [span]) for i, span in spans])
    return {
        level: {
            (indicator.id, code): amount_of(counted, indicator, code, span, summed[level])
            for indicator, span in spans
            for code in codes
            if code
        }
        for level, codes in needed.items()
    }


class _Finder:
    """Whose figure counts for a unit: summed, or taken over from what is known."""

    def __init__(
        self,
        counts: LevelCounts,
        to_sum: Sequence[Scored],
        earlier: EarlierFigures | None,
    ) -> None:
        self.counts, self.earlier = counts, earlier
        self.to_sum = {scored.id for scored in to_sum}

    def of(self, unit: Unit, scheme: Scheme, exempt: Mapping[str, str]) -> list[ScoredFigure]:
        """One figure for each indicator of the scheme, in its order."""
        before = {}
        if self.earlier is not None:
            before = {c.indicator: c for c in self.earlier.contributions[unit.code]}
        take = mixed_figure if scheme.is_smoothed else borrowed_figure
        return [
            take(self.counts, unit, s, exempt.get(s.id, ""))
            if s.id in self.to_sum
            else _taken_over(before[s.id], exempt.get(s.id, ""))
            for s in scheme.indicators
        ]


def _taken_over(c: Contribution, exempt: str) -> ScoredFigure:
    value, reason = (None, exempt_words(exempt)) if exempt else (c.value, c.reason)
    return ScoredFigure(
        value, c.numerator, c.denominator, c.level, c.unit, c.unit_name, reason,
        c.own_value, c.pooled_value, c.mixed,
    )  # fmt: skip


class _Shares:
    """What of a scheme is the same for all units of a period; each effective weight once."""

    def __init__(self, counted: Counted, scheme: Scheme, period: Period) -> None:
        self.scheme = scheme
        self.indicators = [counted.catalogue[s.id] for s in scheme.indicators]
        self.targets = [target_of(s, period) for s in scheme.indicators]
        self.spans = [span_of(s, period) for s in scheme.indicators]
        self._effective: dict[tuple[bool, ...], tuple[Fraction, list[Fraction]]] = {}

    def effective(self, applies: tuple[bool, ...]) -> tuple[Fraction, list[Fraction]]:
        """Applicable points, and the weights after sharing out what does not apply."""
        if applies not in self._effective:
            weights = [s.weight for s in self.scheme.indicators]
            total = _sum(w for w, does in zip(weights, applies, strict=True) if does)
            factor = self.scheme.full_points / total if total else Fraction(0)
            self._effective[applies] = total, [w * factor for w in weights]
        return self._effective[applies]


def _score(of: _Shares, unit: Unit, figures: Sequence[ScoredFigure]) -> Score:
    applicable, weights = of.effective(tuple(figure.value is not None for figure in figures))
    contributions = []
    for at, (scored, figure) in enumerate(zip(of.scheme.indicators, figures, strict=True)):
        indicator, target = of.indicators[at], of.targets[at]
        points, own_points = (
            None if value is None
            else weights[at] * share_reached(scored, target, value, indicator.better)
            for value in (figure.value, figure.own_value)
        )  # fmt: skip
        contributions.append(
            Contribution(
                indicator.id,
                indicator.title,
                scored.weight,
                weights[at] if points is not None else Fraction(0),
                points,
                figure.value,
                figure.numerator,
                figure.denominator,
                target,
                scored.floor,
                scored.rule,
                figure.level,
                figure.unit,
                figure.unit_name,
                of.spans[at],
                figure.reason,
                figure.own_value,
                figure.pooled_value,
                figure.mixed,
                own_points if points is not None else None,
            )
        )
    earned = [c.points for c in contributions if c.points is not None]
    if of.scheme.is_smoothed:
        applicable = _sum(c.weight * c.own_share for c in contributions)
    return Score(unit, _sum(earned) if earned else None, applicable, tuple(contributions))


def _sum(values: Iterable[Fraction]) -> Fraction:
    """Over one common denominator: shortened once, not after each addition."""
    every = list(values)
    common = lcm(*(value.denominator for value in every))
    return Fraction(sum(v.numerator * (common // v.denominator) for v in every), common)
