"""What the map shows of each village: hot spots, or an indicator held against the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.analysis.hot_spots import HotSpots, hot_spots, neighbours
from metrics.analysis.hours import Happening, IntArray
from metrics.analysis.mismatch import BAND
from metrics.analysis.unit_verdict import WITHOUT_INTERVAL, UnitVerdicts, Where, worse_side
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.map.layer import STRENGTHS, Shade, Tone
from metrics.map.village_shapes import Land, Village
from metrics.scheme.scheme import Scored
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_ON_MAP
from metrics.wording.verdict_words import base_name, side_word, verdict_in_words

HOT = "hot:"  # a layer of hot spots: hot:case, hot:theft …; other layers are indicators
HOT_FACTS = ("连同邻村", "按人口应有", "Gi* z")
INDICATOR_FACTS = ("分子 ÷ 分母", "95% 区间")
MAYBE = 0.05
TOO_FEW, NO_VALUE = -1e9, -2e9  # come last in the list


@dataclass(frozen=True)
class Hot:
    """The hot spots of a land, with the events that could not be placed."""

    shades: tuple[Shade, ...]
    spots: HotSpots
    events: int
    unplaced: int
    has_people: bool


def in_slot(events: Sequence[Happening], slot: str | None) -> list[Happening]:
    """slot   code of a band of the week (metrics.analysis.mismatch); None for all of them"""
    if slot is None:
        return list(events)
    day, hour = int(slot[0]) - 1, int(slot[2:])
    return [
        h
        for h in events
        if h.hour is not None and h.weekday == day and hour <= h.hour < hour + BAND
    ]


def hot_layer(where: Land, happenings: Sequence[Happening]) -> Hot:
    """Events by village; what names no village that is drawn is counted as unplaced."""
    place = {village.code: i for i, village in enumerate(where.villages)}
    events = np.zeros(len(place), np.int64)
    for h in happenings:
        if h.village in place:
            events[place[h.village]] += h.n
    people = [village.people for village in where.villages]
    has_people = None not in people
    population = np.array([p or 0 for p in people] if has_people else [1] * len(people), float)
    spots = hot_spots(events, population, neighbours(where.positions))
    total = sum(h.n for h in happenings)
    shades = tuple(_hot_shade(where, spots, events, i) for i in range(len(events)))
    return Hot(shades, spots, int(events.sum()), total - int(events.sum()), has_people)


def _hot_shade(where: Land, spots: HotSpots, events: IntArray, i: int) -> Shade:
    around, expected = int(spots.around[i]), float(spots.expected[i])
    count = int(events[i])
    tone, strength, verdict = _heat(spots, int(events.sum()), count, i)
    z = float(spots.z[i])
    z_in_words = "" if np.isnan(z) else words.plain(z, 2)
    facts = f"{around} 件", f"{words.plain(expected, 1)} 件", z_in_words
    order = 1e6 * strength + count - float(spots.p[i])
    return Shade(where.villages[i], tone, strength, f"{count} 件", verdict, count, order, facts)


def _heat(spots: HotSpots, total: int, own: int, i: int) -> tuple[Tone, int, str]:
    if total < FEWEST_ON_MAP:
        return "few", 0, f"全部只有 {total} 件，样本不足，不作判断"
    if spots.is_hot[i]:
        return ("worse", STRENGTHS, "热点") if own else ("worse", 2, "紧邻热点，本村没有")
    if max(int(spots.around[i]), float(spots.expected[i])) < FEWEST_AT_A_PLACE:
        return "few", 0, f"样本不足（{int(spots.around[i])} 件），不作判断"
    if spots.p[i] < MAYBE and spots.around[i] >= FEWEST_AT_A_PLACE:
        return "worse", 1, "偏多，可能是偶然"
    return "even", 0, "与人口相当"


@dataclass(frozen=True)
class Against:
    """What the villages are held against. furthest: the greatest distance from the base."""

    verdicts: UnitVerdicts
    scored: Scored | None
    furthest: float = 0.0


def indicator_layer(
    where: Land,
    units: Sequence[Figure],
    verdicts: UnitVerdicts,
    scored: Scored | None,
) -> tuple[Shade, ...]:
    """Villages that differ from the whole beyond chance, stronger the further."""
    figures = {figure.unit: figure for figure in units if figure.unit != UNKNOWN}
    pairs = [(village, figures.get(village.code)) for village in where.villages]
    furthest = max((_distance(f, verdicts) for _, f in pairs if f), default=0.0)
    against = Against(verdicts, scored, furthest)
    return tuple(_shade(village, figure, against) for village, figure in pairs)


def _distance(figure: Figure, verdicts: UnitVerdicts) -> float:
    is_apart = verdicts.of(figure.unit).is_apart
    if figure.value is None or verdicts.base is None or not is_apart:
        return 0.0
    return abs(figure.value - verdicts.base)


def _shade(village: Village, figure: Figure | None, against: Against) -> Shade:
    indicator, base = against.verdicts.indicator, against.verdicts.base
    if figure is None or figure.exact is None or figure.value is None or base is None:
        why = words.status_in_words(figure, indicator, against.scored) if figure else "没有记录"
        return Shade(village, "none", 0, words.NONE, why, order=NO_VALUE)
    value = words.value_of(indicator, figure.exact)
    order = -figure.value if indicator.better == "higher" else figure.value
    verdict = against.verdicts.of(village.code)
    judgement = verdict_in_words(verdict, indicator)
    is_few = verdict.where == "unjudged" and verdict.reason != WITHOUT_INTERVAL
    if is_few or not is_comparable(figure, indicator, against.scored):
        return Shade(village, "few", 0, value, judgement, order=order + TOO_FEW)
    has_interval = figure.lower is not None
    interval = words.range_of(indicator, figure.lower, figure.upper) if has_interval else ""
    facts = words.fraction_of(figure, indicator), interval
    apart = _distance(figure, against.verdicts)
    if not apart:
        return Shade(village, "even", 0, value, judgement, 0, order, facts)
    # Where neither is better, what lies above is not called worse.
    tone: Tone = "worse" if verdict.where == worse_side(indicator) else "better"
    tone = "better" if indicator.better == "neither" else tone
    strength = min(STRENGTHS, 1 + int(STRENGTHS * apart / against.furthest))
    return Shade(village, tone, strength, value, judgement, 0, order, facts)


HOT_LEGEND = {
    "worse-3": "热点：超出随机波动",
    "worse-2": "紧邻热点，本村没有",
    "worse-1": "偏多，可能是偶然",
    "even": "与人口相当",
    "few": "样本不足",
}


def legend_of(indicator: Indicator) -> Mapping[str, str]:
    """Tone and strength -> what it means, in the order of the legend."""
    whole, beyond = base_name(indicator), "超出随机波动"
    worse = worse_side(indicator)
    better: Where = "below" if worse == "above" else "above"
    judged = {
        "worse-3": f"{side_word(worse, indicator)}，{beyond}",
        "better-3": f"{side_word(better, indicator)}，{beyond}",
    }
    if indicator.better == "neither":
        judged = {"better-3": f"与{whole}相差{beyond}"}
    even = f"与{whole}分不出高下，或不计区间"
    return {**judged, "even": even, "few": "样本不足", "none": "无数据"}
