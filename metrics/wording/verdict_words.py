"""The words for a verdict on a unit beside all others: the same on every surface."""

from collections.abc import Mapping, Sequence

from metrics.analysis.funnel import Funnel
from metrics.analysis.unit_verdict import UnitVerdict, Where, worse_side
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.figures.words import COUNTERS
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.statistics.multiple_testing import FALSE_DISCOVERIES
from metrics.statistics.too_few import FEWEST_COMPARED

BASE_NAME = "全局"
MEAN_NAME = "各村平均"
AGAINST_BASE = f"与{BASE_NAME}比"
AGAINST_BASE_NOTE = "按“取数”一列所示期间的分子、分母，与同一期间的全局数值相比"
BASE_NOTE = "全局（含未填单位的记录）"
UNUSUAL = "在同类中也属异常"
USUAL = "属同类的平常差异"
UNIT_VERDICT = (
    f"各单位与{BASE_NOTE}相比，用精确检验。单位越多，越有人单凭偶然显得不同，所以同级单位一并检验，"
    f"用本杰明尼—霍赫贝格法把误报比例控制在 {FALSE_DISCOVERIES:.0%} 以内，"
    "通过的才称好于或差于全局。"
)
AMONG_LIKE = (
    "各单位之间平常就有差异时，把界限按这一差异放宽后仍在其外；不在其外的，只是没有超出同类的平常差异，"
    "不等于与全局没有差别。"
)


def base_name(indicator: Indicator) -> str:
    return MEAN_NAME if indicator.kind == "count" else BASE_NAME


def is_better_side(where: Where, indicator: Indicator) -> bool | None:
    """Whether a unit that lies there does better than the whole; None where nobody can say."""
    if where not in ("above", "below") or indicator.better == "neither":
        return None
    return (where == "above") == (indicator.better == "higher")


def side_word(where: Where, indicator: Indicator) -> str:
    """好于全局, 差于全局; where neither way is better, 高于 and 低于; 与全局分不出高下."""
    name = base_name(indicator)
    if where == "alike":
        return f"与{name}分不出高下"
    better = is_better_side(where, indicator)
    if better is None:
        return f"{'高于' if where == 'above' else '低于'}{name}"
    return f"{'好于' if better else '差于'}{name}"


def verdict_in_words(verdict: UnitVerdict, indicator: Indicator) -> str:
    """差于全局，在同类中也属异常; 好于全局，属同类的平常差异; why it is not judged."""
    if verdict.where == "unjudged":
        return verdict.reason
    side = side_word(verdict.where, indicator)
    if not verdict.is_apart or indicator.kind == "count":
        return side
    return f"{side}，{UNUSUAL if verdict.is_unusual else USUAL}"


def apart_in_words(verdicts: Mapping[str, UnitVerdict], catalogue: Catalogue) -> str:
    """差于全局：走访覆盖率（在同类中也属异常）、巡逻完成率；好于全局：… of a unit's indicators."""
    sides: dict[str, list[str]] = {}
    for name, verdict in sorted(verdicts.items(), key=lambda each: each[0]):
        indicator = catalogue[name]
        if verdict.is_apart:
            more = f"（{UNUSUAL}）" if verdict.is_unusual else ""
            sides.setdefault(side_word(verdict.where, indicator), []).append(
                f"{indicator.title}{more}"
            )
    if sides:
        return "；".join(f"{side}：{'、'.join(titles)}" for side, titles in sides.items())
    is_judged = any(verdict.where == "alike" for verdict in verdicts.values())
    return f"与{BASE_NAME}分不出高下" if is_judged else ""


def units_apart(
    by_unit: Mapping[str, Mapping[str, UnitVerdict]], catalogue: Catalogue
) -> dict[str, str]:
    """Unit -> the same, of all units of a level."""
    return {unit: apart_in_words(verdicts, catalogue) for unit, verdicts in by_unit.items()}


def funnel_reading(
    indicator: Indicator, drawn: Funnel | None, units: Sequence[Figure], level: Level
) -> str:
    """Who differs from the whole on the worse side, and who does so even among its like."""
    if drawn is None:
        return f"各{LEVELS[level]}样本不足，不作比较。"
    counter, by_unit = COUNTERS[level], drawn.verdicts
    worse = worse_side(indicator)
    short = [f.name for f in drawn.units if by_unit.of(f.unit).where == worse]
    judged = sum(by_unit.of(f.unit).where != "unjudged" for f in drawn.units)
    if short:
        title = f"{side_word(worse, indicator)}（菱形）的 {len(short)} {counter}"
        parts = [f"{title}：{words.listed(short)}"]
        unusual = [f.name for f in drawn.units if f.name in short and by_unit.of(f.unit).is_unusual]
        parts += [f"其中{UNUSUAL}的 {len(unusual)} 个：{words.listed(unusual)}"] if unusual else []
    else:
        parts = [f"{judged} {counter}中没有{side_word(worse, indicator)}的"]
    if unjudged := len(drawn.units) - judged:
        parts.append(f"空心灰点 {unjudged} 个分母不到 {FEWEST_COMPARED}，只画不判")
    if left_out := sum(1 for f in units if f.status == "ok") - len(drawn.units):
        parts.append(f"另有 {left_out} 个样本不足，未画")
    return "；".join(parts) + "。"
