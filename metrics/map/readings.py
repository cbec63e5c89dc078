"""What the page 平安地图 says: headline and reading, from the shades that are drawn."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from metrics.analysis.hours import PatrolSubject
from metrics.analysis.mismatch import slot_name
from metrics.analysis.unit_verdict import worse_side
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.map.layer import STRENGTHS, Shade, in_full
from metrics.map.village_layers import HOT_FACTS, Hot
from metrics.map.village_shapes import Land
from metrics.statistics.multiple_testing import FALSE_DISCOVERIES
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_ON_MAP
from metrics.wording.verdict_words import base_name, side_word

PLACE = "个村（社区）"
MOST_NAMED = 5


def hot_headline(
    hot: Hot, subject: PatrolSubject, period: Period, slot: str | None, stations: Mapping[str, str]
) -> str:
    """2019年7月盗窃案件热点 4 个村（社区），在寺坡派出所：…"""
    when = f"（{slot_name(int(slot[0]) - 1, int(slot[2:]))}）" if slot else ""
    title = f"{period.title}{subject.title}{when}"
    if not hot.events:
        return f"{title}没有落到村（社区）的记录"
    if hot.events < FEWEST_ON_MAP:
        return f"{title}样本不足（{hot.events} 件），不判断热点"
    spots = hot_shades(hot)
    if not spots:
        return f"{title}没有热点：各处的多少都在随机波动之内"
    where = "、".join(dict.fromkeys(stations.get(s.village.station, "") for s in spots))
    return f"{title}热点 {len(spots)} {PLACE}，在{where}：{named(spots)}"


def hot_shades(hot: Hot) -> list[Shade]:
    return first(s for s in hot.shades if s.tone == "worse" and s.strength == STRENGTHS)


def first(shades: Iterable[Shade]) -> list[Shade]:
    """In the order of the list: what needs a look first."""
    return sorted(shades, key=lambda s: (-s.order, s.village.code))


def named(shades: Sequence[Shade]) -> str:
    """The first of them; how many there are is said before."""
    names = "、".join(shade.village.name for shade in shades[:MOST_NAMED])
    return f"{names}等" if len(shades) > MOST_NAMED else names


def hot_reading(hot: Hot, where: Land) -> str:
    """How hot the hottest is, how many may be chance, and what is not on the map."""
    parts = []
    if spots := hot_shades(hot):
        parts.append(f"最突出的是{spots[0].village.name}（{in_full(spots[0], HOT_FACTS)}）")
        parts.append(f"单凭偶然，判为热点的平均不超过 {words.percent(FALSE_DISCOVERIES, 0)} 是误报")
    if maybe := sum(s.tone == "worse" and s.strength == 1 for s in hot.shades):
        parts.append(f"浅色 {maybe} 个偏多但可能是偶然")
    if few := sum(s.tone == "few" for s in hot.shades):
        parts.append(f"虚线 {few} 个连同邻村不足 {FEWEST_AT_A_PLACE} 件，样本不足，不作判断")
    if not hot.has_people:
        parts.append("登记人口不全，按各村人口相同计算")
    if hot.unplaced:
        share = words.percent(Fraction(hot.unplaced, hot.unplaced + hot.events))
        parts.append(f"没有填村（社区）或不在图上的 {hot.unplaced} 件（{share}）未上图")
    return "；".join([*parts, *land_notes(where)]) + "。"


def land_notes(where: Land) -> list[str]:
    """What the areas are, and which villages are missing."""
    count = len(where.villages)
    if where.outlined == count:
        notes = ["边界为本局提供的村（社区）界"]
    elif where.outlined:
        notes = [f"{count - where.outlined} {PLACE}没有边界，按位置画示意区块"]
    else:
        notes = ["区块按登记的经纬度划分，只示位置，不是村界"]
    return [*notes, f"没有坐标、未上图的 {where.missing} 个"] if where.missing else notes


def indicator_map_headline(
    indicator: Indicator, shades: Sequence[Shade], whole: Figure, period: Period
) -> str:
    """2019年7月走访覆盖率全局 31.8%；12 个村（社区）低于全局、超出随机波动：…"""
    title = f"{period.title}{indicator.title}"
    if whole.exact is None:
        return f"{title}没有可计的数据"
    lead = f"{title}全局 {words.amount_of(indicator, whole.exact)}"
    side, tone = _side_of_interest(indicator)
    apart = first(s for s in shades if s.tone == tone)
    if not apart:
        return f"{lead}；没有{side}且超出随机波动的村（社区）"
    return f"{lead}；{len(apart)} {PLACE}{side}且超出随机波动：{named(apart)}"


def _side_of_interest(indicator: Indicator) -> tuple[str, str]:
    """The worse side; where neither is better, whatever differs."""
    if indicator.better == "neither":
        return f"与{base_name(indicator)}不同", "better"
    return side_word(worse_side(indicator), indicator), "worse"


def indicator_map_reading(
    indicator: Indicator, shades: Sequence[Shade], units: Sequence[Figure], where: Land
) -> str:
    """How many of each tone; of a count, how many villages have none at all."""
    tones = [shade.tone for shade in shades]
    on_map = {shade.village.code for shade in shades}
    counts = (
        (tones.count("even"), f"{{}} {PLACE}与{base_name(indicator)}分不出高下"),
        (tones.count("few"), "虚线 {} 个样本不足，不作比较"),
        (tones.count("none"), "空白 {} 个没有可计的数据"),
        (sum(f.unit in on_map and f.numerator == 0 for f in units), "本期为 0 的有 {} 个"),
        (any(not f.unit for f in units), "未填村（社区）的记录未上图"),
    )
    parts = [text.format(n) for n, text in counts if n]
    return "；".join([*parts, *land_notes(where)]) + "。"
