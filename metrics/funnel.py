"""The funnel: which units differ from the whole by more than chance explains, given their size."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from metrics import words
from metrics.catalogue import Indicator
from metrics.indicator_readings import COUNTERS, LEAST_BASE, is_comparable
from metrics.measure import Figure
from metrics.scheme import LEVELS, Level, Scored
from metrics.statistics import (
    Z_ALARM,
    Z_WARNING,
    FloatArray,
    funnel_limits,
    funnel_significance,
)

FEWEST = 3  # units below which no funnel is drawn
Place = Literal["far-low", "low", "within", "high", "far-high", "unjudged"]
PLACES: dict[int, Place] = {-2: "far-low", -1: "low", 0: "within", 1: "high", 2: "far-high"}


@dataclass(frozen=True)
class Funnel:
    """Units by denominator, and the limits around the whole: lines over the same denominators."""

    centre: float
    units: tuple[Figure, ...]
    places: tuple[Place, ...]
    sizes: tuple[float, ...]
    warning: tuple[tuple[float, float], ...]
    alarm: tuple[tuple[float, float], ...]


def funnel(units: Sequence[Figure], indicator: Indicator, scored: Scored | None) -> Funnel | None:
    """The funnel of a proportion around the units' total; None where there is nothing to draw.

    The limits are a normal approximation: a denominator below 10 is drawn and not judged.
    """
    known = [f for f in units if is_comparable(f, indicator, scored)]
    if len(known) < FEWEST:
        return None
    numerators = [f.numerator or 0 for f in known]
    denominators = [f.denominator or 0 for f in known]
    centre = sum(numerators) / sum(denominators)
    signs = funnel_significance(numerators, denominators, centre)
    sizes = np.linspace(max(1, min(denominators) * 0.9), max(denominators) * 1.05, 120)
    return Funnel(
        centre,
        tuple(known),
        tuple(
            PLACES[int(sign)] if base >= LEAST_BASE else "unjudged"
            for sign, base in zip(signs, denominators, strict=True)
        ),
        tuple(float(size) for size in sizes),
        _pairs(centre, sizes, Z_WARNING),
        _pairs(centre, sizes, Z_ALARM),
    )


def _pairs(centre: float, sizes: FloatArray, z: float) -> tuple[tuple[float, float], ...]:
    low, high = funnel_limits(centre, sizes, z)
    return tuple((float(a), float(b)) for a, b in zip(low, high, strict=True))


def worse_places(indicator: Indicator) -> tuple[Place, Place]:
    """Beyond the 99.8 % limit, and between it and the 95 % limit, on the worse side."""
    return ("far-high", "high") if indicator.better == "lower" else ("far-low", "low")


def funnel_reading(
    indicator: Indicator, found: Funnel | None, units: Sequence[Figure], level: Level
) -> str:
    """How many stand beyond chance on the worse side, and who they are."""
    counter = COUNTERS[level]
    if found is None:
        return f"各{LEVELS[level]}样本不足，不作比较。"
    judged = [place for place in found.places if place != "unjudged"]
    said = _beyond(indicator, found, counter)
    if judged and not said:
        said = [f"{len(judged)} {counter}的差异都在随机波动之内"]
    if any(place in worse_places(indicator) for place in judged):
        chance = words.rounded(Fraction(len(judged) * 25, 1000), 0)
        often = f"也会有约 {chance} 个" if chance else "也可能有个别"
        said.append(f"单凭偶然，{often}越过 95% 界限")
    if unjudged := len(found.places) - len(judged):
        said.append(f"空心灰点 {unjudged} 个分母不到 {LEAST_BASE}，只画不判")
    if left_out := sum(1 for f in units if f.status == "ok") - len(found.units):
        said.append(f"另有 {left_out} 个样本不足，未画")
    return "；".join(said) + "。"


def _beyond(indicator: Indicator, found: Funnel, counter: str) -> list[str]:
    side = "高于上限" if indicator.better == "lower" else "低于下限"
    said = []
    for place, limit in zip(worse_places(indicator), ("99.8%", "95%"), strict=True):
        names = [f.name for f, at in zip(found.units, found.places, strict=True) if at == place]
        if names:
            more = "仅越过" if limit == "95%" else "越过"
            said.append(
                f"{side}，{more} {limit} 界限（菱形）的 {len(names)} {counter}："
                + words.listed(names)
            )
    return said
