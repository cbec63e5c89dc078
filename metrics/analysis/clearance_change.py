"""Why a clearance rate changed: from last year's rate, step by step, to this year's."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from metrics.analysis.clearance_audit import chance, in_points, ratio_p, share_p
from metrics.analysis.clearance_counts import (
    ALL,
    PROPERTY,
    UNNAMED_KIND,
    CaseCounts,
    Choice,
)
from metrics.figures import words
from metrics.figures.measure import LAST_YEAR, THIS, Amount
from metrics.statistics.change_test import ALPHA
from metrics.statistics.decomposition import Effect, effects, ratio_effect
from metrics.statistics.too_few import SMALL_BASE

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
class RateStep:
    """One step from last year's rate to this year's; `before` and `after` are rates."""

    kind: StepKind
    label: str
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        return self.after - self.before


def rate_steps(counts: CaseCounts, indicator: str, choice: Choice) -> list[RateStep]:
    """Kind by kind, then the mix; of a single kind by its two counts; empty without a base."""
    now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
    base, rate = value(before), value(now)
    parts = _parts(counts, indicator, choice)
    if base is None or rate is None or not parts:
        return []
    steps, at = [RateStep("start", "去年同期", base, base)], base
    for kind, label, change in parts:
        steps.append(RateStep(kind, label, at, at + change))
        at += change
    return [*steps, RateStep("end", "本期", rate, rate)]


def _parts(
    counts: CaseCounts, indicator: str, choice: Choice
) -> list[tuple[StepKind, str, Fraction]]:
    by_kind = kind_effects(counts, indicator, choice)
    if by_kind is None:
        return []
    if len(by_kind) > 1:
        names = [list(counts.kinds.values())[i] for i in counts.columns(choice.kind)]
        levels: list[tuple[StepKind, str, Fraction]] = [
            ("part", f"{name}：破案水平", effect.rate)
            for name, effect in zip(names, by_kind, strict=True)
        ]
        mix = sum((effect.mix for effect in by_kind), Fraction(0))
        return [*levels, ("mix", "案件结构变化", mix)]
    (old,), (new,) = (_pairs(counts, indicator, choice, label) for label in (LAST_YEAR, THIS))
    split = ratio_effect(old, new)
    if split is None:
        return []
    return [("part", "破案数变化", split.numerator), ("mix", "立案数变化", split.denominator)]


def _pairs(
    counts: CaseCounts, indicator: str, choice: Choice, label: str, axis: int = 0
) -> list[tuple[int, int]]:
    """Numerator and denominator of each kind (axis 0) or each station (axis 1)."""
    sums = (
        counts.chosen(indicator, part, choice, label).sum(axis=axis).tolist()
        for part in ("numerator", "denominator")
    )
    return list(zip(*sums, strict=True))


def kind_effects(counts: CaseCounts, indicator: str, choice: Choice) -> list[Effect] | None:
    """What each kind adds to the change of the chosen rate; None where nothing can be compared."""
    if LAST_YEAR not in counts.recorded or indicator in counts.absent:
        return None
    return effects(*(_pairs(counts, indicator, choice, at) for at in (LAST_YEAR, THIS)))


def station_effects(counts: CaseCounts, indicator: str, kind: str) -> list[Effect] | None:
    """What each station adds to the change of the bureau's rate."""
    if LAST_YEAR not in counts.recorded or indicator in counts.absent:
        return None
    whole = Choice(kind=kind)
    return effects(*(_pairs(counts, indicator, whole, at, axis=1) for at in (LAST_YEAR, THIS)))


def clearance_headline(counts: CaseCounts, indicator: str, choice: Choice) -> str:
    """盗抢骗期内破案率 45.6%，较去年同期高 13.6 个百分点（相对增幅 +42.5%）；其中 …"""
    now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
    declared = counts.catalogue[indicator]
    where = station_name(counts, choice.station)
    kind = "" if choice.kind == ALL else kind_name(counts, choice.kind)
    title = f"{counts.period.title}{where}{kind}{declared.title}"
    rate, base = value(now), value(before)
    if rate is None:
        if now.maturing:
            return f"{title}尚无可计：{now.maturing} 起都未满 {declared.matures_after} 天"
        return f"{title}无比率可计：没有立案"
    headline = f"{title} {words.percent(rate)}（{now.numerator} ÷ {now.denominator}）"
    change = words.change_in_words(declared, rate, base)
    more = f"（相对增幅 {words.relative(rate, base)}）" if base else ""
    headline += f"，{change}{more}"
    if 0 < (before.denominator or 0) < SMALL_BASE:
        headline += f"，去年同期仅 {before.numerator} ÷ {before.denominator}"
    headline += _why(counts, indicator, choice)
    if now.maturing:
        headline += f"；另有 {now.maturing} 起立案未满 {declared.matures_after} 天，不计入"
    return headline


def change_p(counts: CaseCounts, indicator: str, choice: Choice) -> float | None:
    """That the rate has not changed; None without a base."""
    now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
    test = ratio_p if counts.catalogue[indicator].kind == "ratio" else share_p
    return test(now, before)


def is_beyond_chance(counts: CaseCounts, indicator: str, choice: Choice) -> bool:
    p = change_p(counts, indicator, choice)
    return p is not None and p < ALPHA


def _why(counts: CaseCounts, indicator: str, choice: Choice) -> str:
    """What moved the rate; a change that chance alone could have made is not put down to a part."""
    steps = rate_steps(counts, indicator, choice)
    if not steps or steps[-1].after == steps[0].after:
        return ""
    if not is_beyond_chance(counts, indicator, choice):
        return "，在随机波动之内"
    level, mix = (
        sum((step.change for step in steps if step.kind == kind), Fraction(0))
        for kind in ("part", "mix")
    )
    has_kinds = len(counts.columns(choice.kind)) > 1
    names = ("破案水平", "案件结构") if has_kinds else ("破案数", "立案数")
    return f"；其中{names[0]}影响 {in_points(level)}、{names[1]}影响 {in_points(mix)} 个百分点"


def steps_reading(counts: CaseCounts, indicator: str, choice: Choice) -> str:
    """Which part moved the rate most, and whether chance alone could have."""
    steps = rate_steps(counts, indicator, choice)
    if not steps:
        return "去年同期或本期没有可计的立案，变化无从分解。"
    parts = steps[1:-1]
    most = max(parts, key=lambda step: abs(step.change))
    if not most.change:
        return "与去年同期相比，各类案件的破案水平和结构都没有变化。"
    return (
        f"影响最大的是“{most.label}”（{in_points(most.change)} 个百分点）；"
        f"各项相加正好等于 {in_points(steps[-1].after - steps[0].after)} 个百分点。"
        f"{chance('破案率的变化', change_p(counts, indicator, choice))}"
    )
