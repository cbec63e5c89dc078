"""A change of a clearance rate in words, on the page 破案 and on paper.

Whether it is beyond chance is said in the words of 同比环比; only then is it put down to a part,
and each part with its 95 % limits.
"""

from collections.abc import Sequence
from fractions import Fraction

from metrics.analysis.clearance_change import (
    Part,
    RateStep,
    is_split,
    kind_name,
    level_and_mix,
    ratio_parts,
    station_name,
    value,
)
from metrics.analysis.clearance_counts import ALL, IN_PERIOD, CaseCounts, Choice
from metrics.analysis.compare import Comparison
from metrics.figures import words
from metrics.figures.measure import LAST_YEAR, THIS
from metrics.wording.compare_words import (
    counts_in_words,
    is_small_base,
    method_in_words,
    verdict_in_words,
)


def clearance_headline(
    counts: CaseCounts, indicator: str, choice: Choice, change: Comparison | None
) -> str:
    """盗抢骗期内破案率 45.6%，较去年同期高 13.6 个百分点（相对增幅 +42.5%），在随机波动之内"""
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
    headline += f"，{words.change_in_words(declared, rate, base)}"
    if change is not None and is_small_base(change):
        headline += f"（{counts_in_words(change)}）"
    elif base:
        headline += f"（相对增幅 {words.relative(rate, base)}）"
    headline += _verdict(counts, indicator, choice, change)
    if now.maturing:
        headline += f"；另有 {now.maturing} 起立案未满 {declared.matures_after} 天，不计入"
    return headline


def _verdict(counts: CaseCounts, indicator: str, choice: Choice, change: Comparison | None) -> str:
    """What chance does, and what moved the rate where it is more than that."""
    if change is None or not change.difference or change.verdict == "none":
        return ""
    verdict = f"，{verdict_in_words(change)}"
    split = level_and_mix(counts, indicator, choice, change)
    if split is None or not change.is_real:
        return verdict
    has_kinds = len(counts.columns(choice.kind)) > 1
    names = ("破案水平", "案件结构") if has_kinds else ("破案数", "立案数")
    parts = "、".join(
        f"{name}影响{part_in_words(part)}" for name, part in zip(names, split, strict=True)
    )
    return f"{verdict}；其中{parts}个百分点"


def part_in_words(part: Part) -> str:
    """约 +10.2（+2.1 至 +18.0）: percentage points with their 95 % limits."""
    low, high = (words.signed(limit * 100) for limit in (part.lower, part.upper))
    return f"约 {in_points(part.change)}（{low} 至 {high}）"


def in_points(share: Fraction) -> str:
    """+4.2: percentage points without their unit."""
    return words.signed(share * 100)


def steps_reading(steps: Sequence[RateStep], change: Comparison | None) -> str:
    """Which part moved the rate most; within chance no part is named."""
    if change is None or change.verdict == "none":
        return "去年同期或本期没有可计的立案，变化无从分解。"
    if not steps and change.test is not None:
        return f"{_chance(change)}；单一类别的占比不再分解。"
    if not steps:
        return f"{verdict_in_words(change)}，变化不作分解。"
    total = f"各项相加等于 {in_points(steps[-1].after - steps[0].after)} 个百分点"
    if not change.is_real:
        return f"{_chance(change)}，不归因于某一项；{total}。"
    step = max(steps[1:-1], key=lambda step: abs(step.change))
    most = f"影响最大的是“{step.label}”，{part_in_words(step.part)}个百分点" if step.part else ""
    return f"{most}；{total}。{_chance(change)}。"


def _chance(change: Comparison) -> str:
    """破案率的变化在随机波动之内（精确条件检验…，p = 0.10）."""
    subject = "破案率" if change.is_real else "破案率的变化"
    p = "" if change.test is None else words.p_in_words(change.test.p_value)
    return f"{subject}{verdict_in_words(change)}（{method_in_words(change)}，p {p}）"


def separation(counts: CaseCounts, choice: Choice, change: Comparison | None) -> str:
    """期内破案率的变化来自破案数，还是立案数? Told only of a change beyond chance."""
    now, before = (counts.amount(IN_PERIOD, choice, label) for label in (THIS, LAST_YEAR))
    old, new = ((side.numerator or 0, side.denominator or 0) for side in (before, now))
    if not old[1] or not new[1] or change is None or None in (now.numerator, before.numerator):
        return "去年同期或本期没有立案，期内破案率无可比基数。"
    difference = Fraction(*new) - Fraction(*old)
    if not difference:
        return "期内破案率与去年同期相同。"
    cleared, filed = (
        f"{word}由 {one} 起到 {other} 起"
        for word, one, other in zip(("破案", "立案"), old, new, strict=True)
    )
    lead = f"期内破案率变化 {in_points(difference)} 个百分点"
    split = ratio_parts(old, new, change) if is_split(change) else None
    if split is None or not change.is_real:
        return f"{lead}，{verdict_in_words(change)}，不归因：{cleared}；{filed}。"
    by_cleared, by_filed = split
    return (
        f"{lead}：{cleared}，影响{part_in_words(by_cleared)}；"
        f"{filed}，影响{part_in_words(by_filed)}。{_cause(by_cleared, by_filed)}。"
    )


def _cause(cleared: Part, filed: Part) -> str:
    """Which of the two counts moved the rate, in one clause."""
    rose = cleared.change + filed.change > 0
    word, more, fewer = ("上升", "增加", "减少") if rose else ("下降", "减少", "增加")
    sign = 1 if rose else -1
    if sign * filed.change <= 0:
        return f"{word}来自破案数{more}，不是立案数{fewer}所致"
    if sign * cleared.change <= 0:
        warning = "，不能说明破案工作改进" if rose else "，不能说明破案工作退步"
        return f"{word}全部来自立案数{fewer}{warning}"
    share = words.percent(filed.change / (filed.change + cleared.change), 0)
    return f"{word}中约 {share} 来自立案数{fewer}，其余来自破案数{more}"
