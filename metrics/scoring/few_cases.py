"""Whose figure counts for a unit where cases are few, by either rule that a scheme may have.

smooth      own and pooled value of the group mixed: (numerator + k·p) ÷ (denominator + k)
share-out   the figure of the level above; where none reaches the minimum, none
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from metrics.cells.count import Counted
from metrics.cells.units import BUREAU, Unit
from metrics.figures.measure import NOTHING, Amount
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, Scheme, Scored

LADDERS: Mapping[str, tuple[Level, ...]] = {
    "officer": ("officer", "room", "station"),
    "village": ("village", "room", "station"),
    "room": ("room", "station"),
    "station": ("station",),
    "group": ("group",),
    "bureau": ("bureau",),
}
# Whose pooled value a figure is mixed with; the bureau's own stands as it is.
POOLED_BY: Mapping[Level, Level] = {
    "officer": "group", "village": "group", "room": "group", "station": "group", "group": "bureau",
}  # fmt: skip
NO_CASE = "没有件数"
NO_CASE_OF_GROUP: Mapping[Level, str] = {"group": "本组各单位均没有件数", "bureau": "全局没有件数"}
Amounts = Mapping[tuple[str, str], Amount]  # (indicator, unit) -> amount


@dataclass(frozen=True)
class LevelCounts:
    """What was counted of the scored indicators, and the names of the units, level by level."""

    counted: Counted
    amounts: Mapping[Level, Amounts]
    names: Mapping[Level, Mapping[str, str]]

    def amount(self, unit: Unit, level: Level, scored: Scored) -> Amount:
        return self.amounts[level].get((scored.id, above(unit, level)), NOTHING)


@dataclass(frozen=True)
class ScoredFigure:
    """The figure of one indicator that counts for a unit, before it is scored."""

    value: Fraction | None
    numerator: int | None
    denominator: int | None
    level: Level
    unit: str
    unit_name: str
    reason: str
    own_value: Fraction | None = None
    pooled_value: Fraction | None = None
    mixed: int = 0


def mixed_figure(counts: LevelCounts, unit: Unit, scored: Scored, exempt: str) -> ScoredFigure:
    """Own and pooled value, and the mix of both. exempt: why the unit is left out, or nothing."""
    indicator = counts.counted.catalogue[scored.id]
    own = counts.amount(unit, unit.level, scored)
    reason = counts.counted.absent.get(scored.id, "")
    figure = ScoredFigure(
        own.exact(indicator), own.numerator, own.denominator, unit.level, unit.code,
        unit.name, reason,
    )  # fmt: skip
    if exempt:
        return replace(figure, value=None, reason=exempt_words(exempt))
    pool = POOLED_BY.get(unit.level)
    if pool is None or not above(unit, pool) or indicator.kind == "count":
        return figure if figure.value is not None else replace(figure, reason=reason or NO_CASE)
    pooled = counts.amount(unit, pool, scored).exact(indicator)
    if pooled is None:
        return replace(figure, value=None, reason=reason or NO_CASE_OF_GROUP[pool])
    value = mixed(own, pooled, scored.minimum, indicator)
    return replace(
        figure, value=value, own_value=figure.value, pooled_value=pooled, mixed=scored.minimum
    )


def borrowed_figure(counts: LevelCounts, unit: Unit, scored: Scored, exempt: str) -> ScoredFigure:
    """That of the first level up the ladder that reaches the minimum."""
    indicator = counts.counted.catalogue[scored.id]
    level, amount, value, reason = _take(indicator, scored, unit, counts.amounts, exempt)
    code = above(unit, level)
    return ScoredFigure(
        value,
        amount.numerator,
        amount.denominator,
        level,
        code,
        counts.names[level].get(code, code),
        reason or counts.counted.absent.get(scored.id, ""),
    )


def mixed(own: Amount, pooled: Fraction, cases: int, indicator: Indicator) -> Fraction:
    """(numerator + k·p) ÷ (denominator + k): without an own case it is p, and nowhere an edge."""
    scale = indicator.scale if indicator.kind == "rate" else 1
    numerator, denominator = own.numerator or 0, own.denominator or 0
    return (numerator * scale + cases * pooled) / (denominator + cases)


def exempt_words(why: str) -> str:
    return f"免考核（{why}）"


def _take(
    indicator: Indicator, scored: Scored, unit: Unit, amounts: Mapping[Level, Amounts], exempt: str
) -> tuple[Level, Amount, Fraction | None, str]:
    """Whose figure counts: the first level up the ladder that reaches the minimum."""
    ladder = _ladder(unit, scored)
    own = amounts[ladder[0]].get((indicator.id, above(unit, ladder[0])), NOTHING)
    if exempt:
        return ladder[0], own, None, exempt_words(exempt)
    for level in ladder:
        amount = amounts[level].get((indicator.id, above(unit, level)), NOTHING)
        value = amount.exact(indicator)
        if value is not None and _base(indicator, amount) >= scored.minimum:
            return level, amount, value, _reason(unit, level, scored, _base(indicator, own))
    return ladder[0], own, None, f"样本不足（{_base(indicator, own)} 件，至少 {scored.minimum} 件）"


def rungs_of(level: Level, scheme: Scheme) -> Sequence[Level]:
    """The levels whose figures a score of this level is made of."""
    if not scheme.is_smoothed:
        return LADDERS[level]
    return (level, POOLED_BY[level]) if level in POOLED_BY else (level,)


def ladder_of(level: Level, scored: Scored) -> Sequence[Level]:
    """The levels whose figure may be taken, the first first: a pooled one begins with the room."""
    ladder = LADDERS[level]
    return ladder[1:] if scored.pooled and len(ladder) > 2 else ladder


def _ladder(unit: Unit, scored: Scored) -> Sequence[Level]:
    ladder = ladder_of(unit.level, scored)
    rungs: list[Level] = [rung for rung in ladder if above(unit, rung)]
    return rungs or ladder[-1:]


def above(unit: Unit, level: Level) -> str:
    """The code of the unit of that level to which the unit belongs."""
    if level == unit.level:
        return unit.code
    return BUREAU if level == "bureau" else str(getattr(unit, level))


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
