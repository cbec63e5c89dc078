"""走访与巡逻覆盖: which villages were visited and patrolled, and did both reach their targets?

Two questions in turn: was there any in the period; where there were both, did the household
coverage and the completion of shifts reach the targets of the scheme.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.calendar.period import Period
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.map.layer import Layer, Shade, Tone
from metrics.map.readings import PLACE, land_notes, named
from metrics.map.village_shapes import Land, Village
from metrics.scheme.scheme import Scheme
from metrics.scoring.share import target_of
from metrics.wording.definitions import definitions

COVERAGE = "coverage"  # its code among the layers
TITLE = "走访与巡逻覆盖"


@dataclass(frozen=True)
class Work:
    """One of the two kinds of work.

    any      the indicator whose numerator says whether there was any in the period
    reached  the indicator that is held against the scheme's target
    """

    name: str
    any: str
    reached: str


WORKS = (
    Work("走访", "A4-valid-visits", "A1-visit-coverage"),
    Work("巡逻", "patrols", "B1-patrols-completed"),
)
INDICATORS = tuple(name for work in WORKS for name in (work.any, work.reached))
FACTS = ("走访覆盖率", "巡逻完成率")
LEGEND = {
    "worse-3": "走访、巡逻都没有",
    "worse-2": "只有其中一项",
    "worse-1": "两项都有，都未达标",
    "even": "两项都有，一项达标",
    "better-3": "两项都达标",
    "few": "两项都有，样本不足或未定目标，不比目标",
    "none": "不适用",
}
State = Literal["absent", "none", "unjudged", "below", "reached"]


def is_offered(catalogue: Catalogue) -> bool:
    ids = {indicator.id for indicator in catalogue}
    return ids.issuperset(INDICATORS)


Figures = Mapping[str, Sequence[Figure]]


@dataclass(frozen=True)
class Coverage:
    """What the villages are judged by. figures: the four indicators, by village."""

    catalogue: Catalogue
    scheme: Scheme
    period: Period
    figures: Mapping[str, Mapping[str, Figure]]

    def states(self, village: str) -> tuple[State, ...]:
        return tuple(self._state(work, village) for work in WORKS)

    def _state(self, work: Work, village: str) -> State:
        some = self.figures[work.any].get(village)
        if some is None or some.numerator is None:
            return "absent"
        if not some.numerator:
            return "none"
        figure = self.figures[work.reached].get(village)
        scored = self.scheme.scored(work.reached)
        indicator = self.catalogue[work.reached]
        if scored is None or figure is None or not is_comparable(figure, indicator, scored):
            return "unjudged"
        is_reached = figure.exact is not None and figure.exact >= target_of(scored, self.period)
        return "reached" if is_reached else "below"

    def count(self, work: Work, village: str) -> int:
        figure = self.figures[work.any].get(village)
        return (figure.numerator or 0) if figure else 0

    def facts(self, village: str) -> tuple[str, ...]:
        """57.9%（22 ÷ 38）, 100.0%（6 ÷ 6）"""
        names = [work.reached for work in WORKS]
        return tuple(_value(self.catalogue[n], self.figures[n], village) for n in names)


def _value(indicator: Indicator, figures: Mapping[str, Figure], village: str) -> str:
    figure = figures.get(village)
    if figure is None or figure.exact is None:
        return words.NONE
    return f"{words.value_of(indicator, figure.exact)}（{words.fraction_of(figure, indicator)}）"


def coverage_layer(
    where: Land, catalogue: Catalogue, scheme: Scheme, figures: Figures, period: Period
) -> Layer:
    """figures: indicator id -> figures by village, for each of `INDICATORS`."""
    by_village = {
        name: {figure.unit: figure for figure in figures[name] if figure.unit != UNKNOWN}
        for name in INDICATORS
    }
    coverage = Coverage(catalogue, scheme, period, by_village)
    shades = tuple(_shade(village, coverage) for village in where.villages)
    return Layer(
        TITLE,
        coverage_headline(shades, period),
        reading(shades, where),
        shades,
        LEGEND,
        definitions("coverage"),
        FACTS,
        "走访／巡逻",
    )


def _shade(village: Village, coverage: Coverage) -> Shade:
    states = coverage.states(village.code)
    tone, strength, order = _tone(states)
    counts = [coverage.count(work, village.code) for work in WORKS]
    counts_in_words = "／".join(
        words.NONE if state == "absent" else words.plain(n)
        for state, n in zip(states, counts, strict=True)
    )
    order -= sum(counts) / 1e6  # of equals, the one with least work first
    facts = coverage.facts(village.code)
    return Shade(village, tone, strength, counts_in_words, _judgement(states), 0, order, facts)


def _tone(states: Sequence[State]) -> tuple[Tone, int, float]:
    """Tone, strength and place in the list."""
    if "absent" in states:
        return "none", 0, 0
    if missing := states.count("none"):
        return ("worse", 3, 6) if missing == len(states) else ("worse", 2, 5)
    if "unjudged" in states:
        return "few", 0, 1
    tones: tuple[tuple[Tone, int, float], ...] = (("worse", 1, 4), ("even", 0, 3), ("better", 3, 2))
    return tones[states.count("reached")]


def _judgement(states: Sequence[State]) -> str:
    """只有走访，没有巡逻; 走访达标，巡逻未达标; 两项都达标 …"""
    pairs = list(zip((work.name for work in WORKS), states, strict=True))
    if "absent" in states:
        return "、".join(name for name, state in pairs if state == "absent") + "不适用"
    if "none" in states:
        lacking = [name for name, state in pairs if state == "none"]
        if len(lacking) == len(pairs):
            return LEGEND["worse-3"]
        present = next(name for name, state in pairs if state != "none")
        return f"只有{present}，没有{lacking[0]}"
    if len(set(states)) == 1:
        return {"reached": "两项都达标", "below": "两项都未达标", "unjudged": "不比目标"}[states[0]]
    ends = {"reached": "达标", "below": "未达标", "unjudged": "不比目标"}
    return "，".join(f"{name}{ends[state]}" for name, state in pairs)


def _with(shades: Sequence[Shade], tone: Tone, strength: int = 0) -> list[Shade]:
    return [s for s in shades if s.tone == tone and s.strength == strength]


def coverage_headline(shades: Sequence[Shade], period: Period) -> str:
    """2019年7月走访与巡逻：219 个村（社区）中 16 个缺走访或巡逻，43 个两项都达标，…"""
    title = f"{period.title}走访与巡逻：{len(shades)} {PLACE}"
    neither, one = _with(shades, "worse", 3), _with(shades, "worse", 2)
    if len(neither) == len(shades):
        return f"{title}都没有走访和巡逻记录"
    lacking = [f"{len(neither)} 个两项都没有"] if neither else []
    lacking += [f"{len(one)} 个只有其中一项"] if one else []
    judged = f"{len(_with(shades, 'better', 3))} 个两项都达标"
    below = f"{len(_with(shades, 'worse', 1))} 个都未达标"
    if lacking:
        return f"{title}中 {'、'.join(lacking)}；{judged}，{below}"
    return f"{title}都有走访和巡逻；{judged}，{below}"


def reading(shades: Sequence[Shade], where: Land) -> str:
    """Which villages have neither, and how many are not held against a target."""
    parts = []
    if neither := _with(shades, "worse", 3):
        parts.append(f"两项都没有的有{named(neither)}")
    if halves := _with(shades, "even"):
        visits = sum(1 for s in halves if s.judgement.startswith("走访达标"))
        parts.append(
            f"一项达标的 {len(halves)} 个中，{visits} 个走访达标，{len(halves) - visits} 个巡逻达标"
        )
    if few := _with(shades, "few"):
        parts.append(f"虚线 {len(few)} 个样本不足或未定目标，不比目标")
    if unknown := _with(shades, "none"):
        parts.append(f"空白 {len(unknown)} 个来源没有所需的列，不适用")
    return "；".join([*parts, *land_notes(where)]) + "。"
