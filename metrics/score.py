"""Scoring: figures -> points by the scheme -> 原始分, with contributions that add up exactly.

A figure whose denominator is below the minimum is replaced by that of the next level (village ->
police room -> station); if none reaches it, the indicator does not apply and its weight is shared
among the unit's others in proportion. Points are exact fractions until they are shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import numpy as np

from metrics.catalogue import Indicator
from metrics.count import Counted
from metrics.measure import THIS, Amount, amount_of
from metrics.period import Period, elapsed_year, months_before
from metrics.scheme import Level, Scheme, Scored
from metrics.statistics import FloatArray
from metrics.sums import Span, sums_of_levels
from metrics.units import Unit, units

LADDERS: Mapping[str, tuple[Level, ...]] = {
    "officer": ("officer", "room", "station"),
    "village": ("village", "room", "station"),
    "room": ("room", "station"),
    "station": ("station",),
    "group": ("group",),
    "bureau": ("bureau",),
}
FIELD_OF: Mapping[str, str] = {"room": "room", "station": "station"}
Exempt = Mapping[str, Mapping[str, str]]
NOBODY: Exempt = {}


@dataclass(frozen=True)
class Contribution:
    """What one indicator gives to a unit's score.

    weight, effective_weight   of the scheme, and after sharing out what does not apply
    points                     effective weight × share reached; None where not applicable
    level, unit                whose figure it is: the unit's own or that of a level above
    starts_on                  first day of the window (the last is the period's)
    reason                     why another level's figure, or none, is taken
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
    """The raw score (原始分) of a unit: the sum of its contributions, None if nothing applies."""

    unit: Unit
    score: Fraction | None
    applicable_points: Fraction
    contributions: tuple[Contribution, ...]


def score_units(
    counted: Counted,
    scheme: Scheme,
    level: Level,
    period: Period,
    only: Collection[str] | None = None,
    exempt: Exempt = NOBODY,
) -> list[Score]:
    """The scores of all units of a level, or only of some, in order of code.

    exempt   unit -> indicator -> why it is left out for the unit in this period
    """
    ladder = LADDERS[level]
    listed = units(counted, level, period.ends_on)
    if only is not None:
        listed = [unit for unit in listed if unit.code in only]
    needed = {rung: {above(unit, rung) for unit in listed} for rung in ladder}
    amounts = _amounts(counted, scheme, period, needed)
    names = {rung: _names(counted, rung, period) for rung in ladder}
    return [
        _score(counted, scheme, unit, period, amounts, names, exempt.get(unit.code, {}))
        for unit in listed
    ]


def span_of(scored: Scored, period: Period) -> Span:
    """The window of an indicator in a period."""
    if scored.window == "12 months":
        first = months_before(period.ends_on + timedelta(days=1), 12)
        return Span(THIS, min(first, period.starts_on), period.ends_on)
    return Span(THIS, period.starts_on, period.ends_on)


def target_of(scored: Scored, period: Period) -> Fraction:
    """The target, multiplied by the elapsed part of the year where it grows."""
    return scored.target * (elapsed_year(period.ends_on) if scored.target_grows else 1)


def share_reached(scored: Scored, target: Fraction, value: Fraction, better: str) -> Fraction:
    """The part of the weight that a value earns, in [0, 1]."""
    if scored.rule == "pass":
        return Fraction(value >= target if better == "higher" else value <= target)
    if scored.rule == "steps":
        reached = [step.share for step in scored.steps if _is_reached(value, step.at, better)]
        return max(reached, default=Fraction(0))
    return min(max((value - scored.floor) / (target - scored.floor), Fraction(0)), Fraction(1))


def shares_reached(
    scored: Scored, target: FloatArray | float, values: FloatArray, better: str
) -> FloatArray:
    """`share_reached` on an array of values; the target is one number or fits the array."""
    if scored.rule == "pass":
        return np.asarray(values >= target if better == "higher" else values <= target, float)
    if scored.rule == "steps":
        shares = np.zeros_like(values)
        for step in scored.steps:
            at = float(step.at)
            is_reached = values >= at if better == "higher" else values <= at
            shares = np.maximum(shares, np.where(is_reached, float(step.share), 0.0))
        return shares
    floor = float(scored.floor)
    return np.clip((values - floor) / (target - floor), 0.0, 1.0)


def _is_reached(value: Fraction, bound: Fraction, better: str) -> bool:
    return value >= bound if better == "higher" else value <= bound


# -- details ----------------------------------------------------------------------------------

_Amounts = Mapping[tuple[str, str], Amount]  # (indicator, unit) -> amount


def _amounts(
    counted: Counted, scheme: Scheme, period: Period, needed: Mapping[Level, Collection[str]]
) -> dict[Level, _Amounts]:
    """Every scored indicator of the units of each level, over the indicator's window."""
    asked = [(counted.catalogue[s.id], span_of(s, period)) for s in scheme.indicators]
    summed = sums_of_levels(counted, period.ends_on, needed, [(i, [span]) for i, span in asked])
    return {
        level: {
            (indicator.id, code): amount_of(counted, indicator, code, span, summed[level])
            for indicator, span in asked
            for code in codes
            if code
        }
        for level, codes in needed.items()
    }


def _names(counted: Counted, level: Level, period: Period) -> dict[str, str]:
    return {unit.code: unit.name for unit in units(counted, level, period.ends_on)}


def _score(
    counted: Counted,
    scheme: Scheme,
    unit: Unit,
    period: Period,
    amounts: Mapping[Level, _Amounts],
    names: Mapping[Level, Mapping[str, str]],
    exempt: Mapping[str, str],
) -> Score:
    taken = [
        (s, _take(counted.catalogue[s.id], s, unit, amounts, exempt.get(s.id, "")))
        for s in scheme.indicators
    ]
    applicable = sum((s.weight for s, (_, _, v, _) in taken if v is not None), Fraction(0))
    contributions = []
    for scored, (level, amount, value, reason) in taken:
        indicator = counted.catalogue[scored.id]
        target = target_of(scored, period)
        effective = scored.weight * scheme.full_points / applicable if applicable else Fraction(0)
        points = None
        if value is not None:
            points = effective * share_reached(scored, target, value, indicator.better)
        code = above(unit, level)
        contributions.append(
            Contribution(
                indicator.id,
                indicator.title,
                scored.weight,
                effective if value is not None else Fraction(0),
                points,
                value,
                amount.numerator,
                amount.denominator,
                target,
                scored.floor,
                scored.rule,
                level,
                code,
                names[level].get(code, code),
                span_of(scored, period),
                reason or counted.absent.get(indicator.id, ""),
            )
        )
    earned = [c.points for c in contributions if c.points is not None]
    total = sum(earned, Fraction(0)) if earned else None
    return Score(unit, total, applicable, tuple(contributions))


def _take(
    indicator: Indicator,
    scored: Scored,
    unit: Unit,
    amounts: Mapping[Level, _Amounts],
    exempt: str,
) -> tuple[Level, Amount, Fraction | None, str]:
    """Whose figure counts: the first level up the ladder that reaches the minimum."""
    ladder = _ladder(unit, scored)
    own = amounts[ladder[0]].get((indicator.id, above(unit, ladder[0])), Amount(None, None))
    if exempt:
        return ladder[0], own, None, f"免考核（{exempt}）"
    for level in ladder:
        amount = amounts[level].get((indicator.id, above(unit, level)), Amount(None, None))
        value = amount.exact(indicator)
        if value is not None and _base(indicator, amount) >= scored.minimum:
            return level, amount, value, _reason(unit, level, scored, _base(indicator, own))
    return ladder[0], own, None, f"样本不足（{_base(indicator, own)} 件，至少 {scored.minimum} 件）"


def ladder_of(level: Level, scored: Scored) -> Sequence[Level]:
    """The levels whose figure may be taken, the first first: a pooled one begins with the room."""
    ladder = LADDERS[level]
    return ladder[1:] if scored.pooled and len(ladder) > 2 else ladder


def _ladder(unit: Unit, scored: Scored) -> Sequence[Level]:
    ladder = ladder_of(unit.level, scored)
    known: list[Level] = [rung for rung in ladder if above(unit, rung)]
    return known or ladder[-1:]


def above(unit: Unit, level: Level) -> str:
    """The code of the unit of that level to which the unit belongs."""
    return unit.code if level == unit.level else str(getattr(unit, FIELD_OF[level]))


def _base(indicator: Indicator, amount: Amount) -> int:
    base = amount.numerator if indicator.kind == "count" else amount.denominator
    return base or 0


def _reason(unit: Unit, level: Level, scored: Scored, own: int) -> str:
    if level == unit.level:
        return ""
    word = {"room": "警务室", "station": "派出所"}[level]
    if scored.pooled and level == "room":
        return f"按方案取{word}数据"
    return f"样本不足（{own} 件，至少 {scored.minimum} 件），取{word}数据"
