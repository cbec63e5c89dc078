"""A layer of the map: one shade a village, what the colours mean and what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.map.village_shapes import Village

Tone = Literal["worse", "better", "even", "few", "none"]
STRENGTHS = 3


@dataclass(frozen=True)
class Shade:
    """One village. strength 1 to 3, where the tone has any; size: events drawn as a dot.

    value, judgement   its value, and the judgement in a few words
    facts              what the judgement rests on, under the titles of the layer
    order              greater comes first in the list
    """

    village: Village
    tone: Tone
    strength: int
    value: str
    judgement: str
    size: int = 0
    order: float = 0.0
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """Shades with what is said of them.

    legend   tone and strength -> what it means, in the order of the legend
    facts    the titles of the facts of each shade
    value    the title of what a shade shows
    """

    title: str
    headline: str
    reading: str
    shades: Sequence[Shade]
    legend: Mapping[str, str]
    definitions: Sequence[tuple[str, str]]
    facts: Sequence[str] = ()
    value: str = "数值"


def in_full(shade: Shade, titles: Sequence[str]) -> str:
    """偏多，可能是偶然；连同邻村 26 件；按人口应有 14.3 件"""
    facts = (f"{title} {fact}" for title, fact in zip(titles, shade.facts, strict=False) if fact)
    return "；".join(filter(None, (shade.judgement, *facts)))
