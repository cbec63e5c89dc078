"""What the 同比环比 page says under its table and its picture, computed from the comparisons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.analysis.change_sides import Side
from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, THAN
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.statistics.multiple_testing import FALSE_DISCOVERIES
from metrics.wording.compare_words import (
    cautions_of,
    difference_in_words,
    relative_in_words,
    sentence,
    value_in_words,
)

MOST_NAMED = 3


def comparison_headline(focus: Comparison, beside: Sequence[Comparison], where: str) -> str:
    """The comparison that is looked at, and how many of the others moved beyond chance."""
    others = [c for c in beside if c.indicator.id != focus.indicator.id and c.test is not None]
    if not others:
        return sentence(focus, where)
    real = [c for c in others if c.is_real]
    verdict = f"{len(real)} 项变化超出随机波动" if real else "均在随机波动之内"
    return (
        f"{sentence(focus, where)}；可检验的其余 {len(others)} 项{'中 ' if real else ''}{verdict}"
    )


def matrix_reading(comparisons: Sequence[Comparison]) -> str:
    """How many changes are beyond chance, and how many of them chance may have made."""
    tested = [c for c in comparisons if c.test is not None]
    if not tested:
        return "所选指标和期间没有可检验的变化。"
    real = sum(1 for c in tested if c.is_real)
    return (
        f"共检验 {len(tested)} 处变化，{real} 处超出随机波动；"
        f"一并检验，误报的比例平均不超过 {words.percent(FALSE_DISCOVERIES, 0)}。"
    )


def picture_reading(comparisons: Sequence[Comparison]) -> str:
    """升幅超出随机波动的有…；降幅…；其余…."""
    parts = [
        f"{word}超出随机波动的有{words.listed(names, MOST_NAMED)}"
        for verdict, word in (("up", "升幅"), ("down", "降幅"))
        if (names := [c.indicator.title for c in comparisons if c.verdict == verdict])
    ]
    noise = sum(1 for c in comparisons if c.verdict == "noise")
    without = sum(1 for c in comparisons if c.test is None)
    parts += [f"{noise} 项在随机波动之内"] if noise else []
    parts += [f"{without} 项没有检验，原因见下表"] if without else []
    return f"与{THAN[comparisons[0].pair.basis]}相比，{'；'.join(parts)}。" if comparisons else ""


def comparison_by_unit_reading(comparisons: Sequence[Comparison], level: Level) -> str:
    """Which units moved beyond chance, and how many cannot be told."""
    named = [c for c in comparisons if c.unit.code]
    if not named:
        return ""
    parts = [
        f"{words.listed([c.unit.name for c in real], MOST_NAMED)}{word}超出随机波动"
        for verdict, word in (("up", "升幅"), ("down", "降幅"))
        if (real := [c for c in named if c.verdict == verdict])
    ]
    small = sum(1 for c in named if c.verdict == "small")
    parts += [f"{small} 个样本不足"] if small else []
    if not parts:
        parts = ["都没有超出随机波动的变化"]
    return f"{len(named)} 个{LEVELS[level]}中，{'；'.join(parts)}。"


@dataclass(frozen=True)
class Caution:
    """One sentence, and the spans and bases to which it applies."""

    where: str
    sentence: str


def cautions(comparisons: Sequence[Comparison], names: Mapping[str, str]) -> list[Caution]:
    """Every caution once: 当月同比、当季同比：…"""
    places: dict[str, list[str]] = {}
    for c in comparisons:
        for text in cautions_of(c):
            place = f"{names[c.pair.code]}{BASIS_NAMES[c.pair.basis]}"
            if text == c.indicator.caution:
                place = c.indicator.title
            if place not in places.setdefault(text, []):
                places[text].append(place)
    return [Caution("、".join(where), text) for text, where in places.items()]


@dataclass(frozen=True)
class VolumeLine:
    """One line of volume and rate: now, base, difference and relative change as words."""

    title: str
    now: str
    base: str
    difference: str
    relative: str


def volume_and_rate(c: Comparison) -> list[VolumeLine]:
    """The value and what it is made of; of a count the count and its mean a day."""
    now, base = c.now, c.base
    sides = value_in_words(c, now), value_in_words(c, base)
    value = VolumeLine(c.indicator.title, *sides, difference_in_words(c), relative_in_words(c))
    if c.indicator.kind == "count":
        return [value, _line("日均", _daily(now), _daily(base), digits=2)]
    return [
        value,
        _line("分子", _whole(now.amount.numerator), _whole(base.amount.numerator)),
        _line("分母", _whole(now.amount.denominator), _whole(base.amount.denominator)),
    ]


def _daily(side: Side) -> Fraction | None:
    return None if side.exact is None else side.exact / side.period.days


def _whole(count: int | None) -> Fraction | None:
    return None if count is None else Fraction(count)


def _line(title: str, now: Fraction | None, base: Fraction | None, digits: int = 0) -> VolumeLine:
    difference = words.NONE if now is None or base is None else words.signed(now - base, digits)
    here, there = words.plain(now, digits), words.plain(base, digits)
    return VolumeLine(title, here, there, difference, words.relative(now, base))
