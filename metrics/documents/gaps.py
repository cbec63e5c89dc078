"""How far from the target, in the things that are counted, and how many points that would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from metrics.calendar.period import Period
from metrics.documents.material import Material
from metrics.documents.parts import MOST_NAMED
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Scheme
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import losing

MOST_ADVISED = 3


@dataclass(frozen=True)
class Gap:
    """What one unit lacks in one indicator.

    wanted   the least numerator (of what should be low: the greatest) that meets the target
    """

    name: str
    contribution: Contribution
    wanted: int
    is_excess: bool

    @property
    def missing(self) -> int:
        return abs(self.wanted - (self.contribution.numerator or 0))


def gap_of(line: Assessment, c: Contribution, catalogue: Catalogue) -> Gap | None:
    """None where the target is met, or where the indicator is no share of a denominator."""
    indicator = catalogue[c.indicator]
    if c.plain_value is None or c.numerator is None or not c.denominator:
        return None
    if indicator.kind not in ("proportion", "ratio") or c.unit != line.unit:
        return None
    is_excess = indicator.better == "lower"
    wanted = floor(c.target * c.denominator) if is_excess else ceil(c.target * c.denominator)
    is_met = c.numerator <= wanted if is_excess else c.numerator >= wanted
    return None if is_met else Gap(line.name, c, wanted, is_excess)


@dataclass(frozen=True)
class IndicatorAdvice:
    """One indicator to mend: the bureau's gap and those of its stations, the largest first."""

    whole: Gap
    stations: tuple[Gap, ...]


def advice(material: Material) -> list[IndicatorAdvice]:
    """The indicators that cost most points and have a gap that can be counted."""
    advised = []
    for c in losing(material.score().line):
        whole = gap_of(material.score().line, c, material.catalogue)
        if whole is not None and is_full_at_target(material.scheme, c):
            advised.append(IndicatorAdvice(whole, _stations(material, c.indicator)))
    return advised[:MOST_ADVISED]


def is_full_at_target(scheme: Scheme, c: Contribution) -> bool:
    """Of steps the first may lie elsewhere."""
    scored = scheme.scored(c.indicator)
    return c.rule != "steps" or bool(scored and scored.steps[0].at == c.target)


def _stations(material: Material, indicator: str) -> tuple[Gap, ...]:
    gaps = [
        gap
        for line in material.lines("station")
        for c in line.contributions
        if c.indicator == indicator and (gap := gap_of(line, c, material.catalogue)) is not None
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.missing, gap.name)))


def advice_sentence(advised: IndicatorAdvice, period: Period) -> str:
    """目标 34.0%，按分母 107,000 计应为 36,380，现为 34,026，尚差 2,354；达标可增 0.65 分。…"""
    whole, c = advised.whole, advised.whole.contribution
    lacks, bound = ("超出", "应不多于") if whole.is_excess else ("尚差", "应不少于")
    window = "近12个月" if c.span.starts_on < period.starts_on else "本期"
    text = (
        f"现为 {words.percent(c.plain_value)}，目标 {words.percent(c.target)}；"
        f"{window}按分母 {words.plain(c.denominator)} 计，分子{bound} {words.plain(whole.wanted)}，"
        f"现为 {words.plain(c.numerator)}，{lacks} {words.plain(whole.missing)}，"
        f"达标后全局可增 {words.points(c.lost)} 分。"
    )
    if not advised.stations:
        return text
    total = sum(gap.missing for gap in advised.stations)
    return (
        f"{text}未达标的 {len(advised.stations)} 个所合计{lacks} {words.plain(total)}，"
        f"由多到少为：{_named(advised.stations)}。"
    )


def _named(gaps: Sequence[Gap]) -> str:
    names = [f"{gap.name} {words.plain(gap.missing)}" for gap in gaps[:MOST_NAMED]]
    if rest := gaps[MOST_NAMED:]:
        names.append(f"其余 {len(rest)} 个所 {words.plain(sum(gap.missing for gap in rest))}")
    return "、".join(names)


def outlook(advised: Sequence[IndicatorAdvice], score: Fraction | None) -> str:
    """What the score would be with these targets met."""
    if score is None or not advised:
        return ""
    gained = sum((each.whole.contribution.lost for each in advised), Fraction(0))
    return (
        f"上述 {len(advised)} 项达标后，全局得分可由 {words.points(score)} 分"
        f"升至 {words.points(score + gained)} 分。"
    )
