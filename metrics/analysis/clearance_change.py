"""Why a clearance rate changed: from last year's rate, step by step, to this year's.

Whether it changed at all is asked as on 同比环比 (metrics/analysis/compare.py); where the cases are
too few for that, nothing is split. Every part has its limits, as wide as that test takes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from metrics.analysis.clearance_counts import (
    ALL,
    PROPERTY,
    UNNAMED_KIND,
    CaseCounts,
    Choice,
)
from metrics.analysis.compare import Comparison
from metrics.figures.measure import LAST_YEAR, THIS, Amount
from metrics.statistics.decomposition import Effect, Pair, RatioEffect, effects, ratio_effect
from metrics.statistics.dispersion import widening
from metrics.statistics.effect_limits import (
    EffectLimits,
    Limits,
    effect_limits,
    ratio_limits,
)
from metrics.statistics.too_few import FEWEST_COMPARED

GROUP_NAMES = {PROPERTY: "盗抢骗", ALL: "全部案件"}
StepKind = Literal["start", "part", "mix", "end"]


def kind_name(counts: CaseCounts, kind: str) -> str:
    return GROUP_NAMES.get(kind) or counts.kinds.get(kind) or UNNAMED_KIND


def station_name(counts: CaseCounts, station: str) -> str:
    """The name of a chosen station, nothing for all."""
    return next((unit.name for unit in counts.stations if unit.code == station), "")


def value(amount: Amount) -> Fraction | None:
    """The rate as an exact fraction, None without a base."""
    if amount.numerator is None or not amount.denominator:
        return None
    return Fraction(amount.numerator, amount.denominator)


@dataclass(frozen=True)
class Part:
    """What one part did to a rate, with its 95 % limits."""

    change: Fraction
    lower: float
    upper: float


def part_of(change: Fraction, limits: Limits) -> Part:
    return Part(change, float(change) + limits[0], float(change) + limits[1])


@dataclass(frozen=True)
class RateStep:
    """One step from last year's rate to this year's; `before` and `after` are rates.

    part   None of the first and the last, which are the rates themselves
    """

    kind: StepKind
    label: str
    before: Fraction
    after: Fraction
    part: Part | None = None

    @property
    def change(self) -> Fraction:
        return self.after - self.before


def is_split(change: Comparison | None) -> bool:
    """Enough cases in both years to tell what moved the rate."""
    if change is None or change.test is None:
        return False
    bases = (side.amount.denominator or 0 for side in (change.now, change.base))
    return min(bases) >= FEWEST_COMPARED


def rate_steps(
    counts: CaseCounts, indicator: str, choice: Choice, change: Comparison | None
) -> list[RateStep]:
    """Kind by kind, then the mix; of a single kind by its two counts; empty with few cases."""
    now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
    base, rate = value(before), value(now)
    if base is None or rate is None or change is None or not is_split(change):
        return []
    parts = _parts(counts, indicator, choice, change)
    if not parts:
        return []
    steps, at = [RateStep("start", "去年同期", base, base)], base
    for kind, label, part in parts:
        steps.append(RateStep(kind, label, at, at + part.change, part))
        at += part.change
    return [*steps, RateStep("end", "本期", rate, rate)]


def _parts(
    counts: CaseCounts, indicator: str, choice: Choice, change: Comparison
) -> list[tuple[StepKind, str, Part]]:
    pairs = [_pairs(counts, indicator, choice, label) for label in (LAST_YEAR, THIS)]
    if len(pairs[0]) == 1:
        split = ratio_parts(pairs[0][0], pairs[1][0], change)
        if split is None:
            return []
        return [("part", "破案数变化", split[0]), ("mix", "立案数变化", split[1])]
    by_kind, limits = effects(*pairs) or [], _limits(pairs, change)
    titles = [list(counts.kinds.values())[i] for i in counts.columns(choice.kind)]
    levels: list[tuple[StepKind, str, Part]] = [
        ("part", f"{title}：破案水平", part_of(effect.rate, each))
        for title, effect, each in zip(titles, by_kind, limits.rates, strict=True)
    ]
    mix = sum((effect.mix for effect in by_kind), Fraction(0))
    return [*levels, ("mix", "案件结构变化", part_of(mix, limits.mix))]


def level_and_mix(
    counts: CaseCounts, indicator: str, choice: Choice, change: Comparison | None
) -> tuple[Part, Part] | None:
    """What the level and the mix of all kinds did; of a single kind the cleared and the filed."""
    if change is None or not is_split(change):
        return None
    pairs = [_pairs(counts, indicator, choice, label) for label in (LAST_YEAR, THIS)]
    if len(pairs[0]) == 1:
        return ratio_parts(pairs[0][0], pairs[1][0], change)
    by_kind, limits = effects(*pairs) or [], _limits(pairs, change)
    level = sum((effect.rate for effect in by_kind), Fraction(0))
    mix = sum((effect.mix for effect in by_kind), Fraction(0))
    return part_of(level, limits.rate), part_of(mix, limits.mix)


def _limits(pairs: Sequence[Sequence[Pair]], change: Comparison) -> EffectLimits:
    is_proportion = change.indicator.kind == "proportion"
    return effect_limits(pairs[0], pairs[1], is_proportion, widening(change.spread))


def ratio_parts(before: Pair, now: Pair, change: Comparison) -> tuple[Part, Part] | None:
    """What the cleared and what the filed did; None without a base, and of a proportion: whose
    cleared are among its filed."""
    split: RatioEffect | None = ratio_effect(before, now)
    if split is None or change.indicator.kind == "proportion":
        return None
    limits = ratio_limits(before, now, widening(change.spread))
    return part_of(split.numerator, limits[0]), part_of(split.denominator, limits[1])


def _pairs(
    counts: CaseCounts, indicator: str, choice: Choice, label: str, axis: int = 0
) -> list[Pair]:
    """Numerator and denominator of each kind (axis 0) or each station (axis 1)."""
    sums = (
        counts.chosen(indicator, part, choice, label).sum(axis=axis).tolist()
        for part in ("numerator", "denominator")
    )
    return list(zip(*sums, strict=True))


@dataclass(frozen=True)
class StationEffect:
    """What a station's own rate, and its share of the cases, did to the bureau's rate."""

    rate: Part
    mix: Part


def station_effects(
    counts: CaseCounts, indicator: str, kind: str, change: Comparison | None
) -> list[StationEffect | None]:
    """Of each station in order; None of those with few cases in one of the years."""
    nothing: list[StationEffect | None] = [None] * len(counts.stations)
    if change is None or not is_split(change):
        return nothing
    whole = Choice(kind=kind)
    pairs = [_pairs(counts, indicator, whole, at, axis=1) for at in (LAST_YEAR, THIS)]
    split, limits = effects(*pairs), _limits(pairs, change)
    return [
        _station_effect(effect, rate, mix) if min(old[1], new[1]) >= FEWEST_COMPARED else None
        for effect, rate, mix, old, new in zip(
            split or [], limits.rates, limits.mixes, *pairs, strict=True
        )
    ]


def _station_effect(effect: Effect, rate: Limits, mix: Limits) -> StationEffect:
    return StationEffect(part_of(effect.rate, rate), part_of(effect.mix, mix))
