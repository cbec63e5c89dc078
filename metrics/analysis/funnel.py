"""The funnel: which units differ from the whole by more than chance explains, given their size."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan
from typing import Literal

import numpy as np

from metrics.figures import words
from metrics.figures.measure import Figure, is_comparable
from metrics.figures.words import COUNTERS
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.statistics.change_test import held_down, two_sided
from metrics.statistics.funnel_limits import (
    funnel_significance,
    overdispersion,
    proportion_limits,
    proportion_z,
)
from metrics.statistics.intervals import Z_ALARM, Z_WARNING
from metrics.statistics.rates import rate_limits, rate_overdispersion, rate_significance, rate_z
from metrics.statistics.too_few import FEWEST_COMPARED, FEWEST_UNITS

Place = Literal["far-low", "low", "within", "high", "far-high", "unjudged"]
PLACES: dict[int, Place] = {-2: "far-low", -1: "low", 0: "within", 1: "high", 2: "far-high"}


Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Funnel:
    """Units by denominator, and the limits around the whole: lines over the same denominators.

    phi      how many times as much the units vary as by chance; nan where nothing happened
    tau2     variance between units by which the limits are widened; 0: chance alone
    """

    indicator: Indicator
    centre: float
    units: tuple[Figure, ...]
    places: tuple[Place, ...]
    sizes: tuple[float, ...]
    phi: float
    tau2: float

    @property
    def warning(self) -> Pairs:
        return self.limits(self.sizes, Z_WARNING)

    @property
    def alarm(self) -> Pairs:
        return self.limits(self.sizes, Z_ALARM)

    @property
    def chance(self) -> Pairs:
        """Where the limits are widened, the 99.8 % limits of chance alone; else nothing."""
        return self.limits(self.sizes, Z_ALARM, is_widened=False) if self.tau2 else ()

    def place_of(self, unit: str) -> Place:
        """Where a unit lies; one that is not drawn is not judged."""
        return next(
            (at for f, at in zip(self.units, self.places, strict=True) if f.unit == unit),
            "unjudged",
        )

    def apart_beyond_chance(self) -> frozenset[str]:
        """The units beyond their limits that stay so when all are judged at once.

        Each lies beyond its 95 % limit by chance once in twenty: among two hundred some always do.
        """
        judged = [f for f, at in zip(self.units, self.places, strict=True) if at != "unjudged"]
        if not judged or isnan(self.phi):
            return frozenset()
        numerators, denominators = [f.numerator or 0 for f in judged], _bases(judged)
        z_of = rate_z if self.indicator.kind == "rate" else proportion_z
        z = z_of(numerators, denominators, self.centre / _scale(self.indicator), self.tau2)
        stays = held_down(two_sided(z))
        return frozenset(
            f.unit
            for f, sure in zip(judged, stays.tolist(), strict=True)
            if sure and self.place_of(f.unit) != "within"
        )

    def limits(self, sizes: Sequence[float], z: float, is_widened: bool = True) -> Pairs:
        """Lower and upper limit at each denominator, on the scale of the values."""
        scale, tau2 = _scale(self.indicator), self.tau2 if is_widened else 0.0
        limits_of = rate_limits if self.indicator.kind == "rate" else proportion_limits
        low, high = limits_of(self.centre / scale, sizes, tau2, z)
        return tuple((float(a) * scale, float(b) * scale) for a, b in zip(low, high, strict=True))


def funnel(
    units: Sequence[Figure], indicator: Indicator, scored: Scored | None, is_widened: bool = False
) -> Funnel | None:
    """The funnel of a proportion or rate around the units' total; None where there is too little.

    is_widened   by the usual differences between the units, where those are beyond chance
    The limits of a proportion are an approximation: a denominator below 10 is drawn, not judged.
    """
    comparable = [f for f in units if is_comparable(f, indicator, scored)]
    if len(comparable) < FEWEST_UNITS:
        return None
    numerators = [f.numerator or 0 for f in comparable]
    denominators = _bases(comparable)
    is_rate = indicator.kind == "rate"
    spread = (rate_overdispersion if is_rate else overdispersion)(numerators, denominators)
    tau2 = spread.tau2 if is_widened else 0.0
    judge = rate_significance if is_rate else funnel_significance
    signs = judge(numerators, denominators, spread.target, tau2)
    sizes = np.linspace(max(1, min(denominators) * 0.9), max(denominators) * 1.05, 120).tolist()
    return Funnel(
        indicator,
        spread.target * _scale(indicator),
        tuple(comparable),
        tuple(
            PLACES[int(sign)] if base >= FEWEST_COMPARED else "unjudged"
            for sign, base in zip(signs, denominators, strict=True)
        ),
        tuple(sizes),
        spread.phi,
        tau2,
    )


def _bases(units: Sequence[Figure]) -> list[int]:
    return [f.denominator or 0 for f in units]


def _scale(indicator: Indicator) -> int:
    return indicator.scale if indicator.kind == "rate" else 1


def worse_places(indicator: Indicator) -> tuple[Place, Place]:
    """Beyond the 99.8 % limit, and between it and the 95 % limit, on the worse side."""
    return ("far-high", "high") if indicator.better == "lower" else ("far-low", "low")


def funnel_reading(
    indicator: Indicator, whole: Funnel | None, units: Sequence[Figure], level: Level
) -> str:
    """How many stand beyond chance on the worse side, and who they are."""
    counter = COUNTERS[level]
    if whole is None:
        return f"各{LEVELS[level]}样本不足，不作比较。"
    judged = [place for place in whole.places if place != "unjudged"]
    parts = _beyond(indicator, whole, counter)
    if judged and not parts:
        parts = [f"{len(judged)} {counter}的差异都在随机波动之内"]
    if any(place in worse_places(indicator) for place in judged):
        chance = words.rounded(Fraction(len(judged) * 25, 1000), 0)
        often = f"也会有约 {chance} 个" if chance else "也可能有个别"
        parts.append(f"单凭偶然，{often}越过 95% 界限")
    if unjudged := len(whole.places) - len(judged):
        parts.append(f"空心灰点 {unjudged} 个分母不到 {FEWEST_COMPARED}，只画不判")
    if left_out := sum(1 for f in units if f.status == "ok") - len(whole.units):
        parts.append(f"另有 {left_out} 个样本不足，未画")
    return "；".join(parts) + "。"


def _beyond(indicator: Indicator, whole: Funnel, counter: str) -> list[str]:
    side = "高于上限" if indicator.better == "lower" else "低于下限"
    parts = []
    for place, limit in zip(worse_places(indicator), ("99.8%", "95%"), strict=True):
        names = [f.name for f, at in zip(whole.units, whole.places, strict=True) if at == place]
        if names:
            more = "仅越过" if limit == "95%" else "越过"
            parts.append(
                f"{side}，{more} {limit} 界限（菱形）的 {len(names)} {counter}："
                + words.listed(names)
            )
    return parts
