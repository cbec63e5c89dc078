"""A change in words: percentage points and relative change, each under its own name."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite, nan
from typing import Any

from metrics.analysis.change_sides import Method, Side
from metrics.analysis.compare import Comparison, Verdict
from metrics.analysis.compare_spans import THAN
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.figures.words import NONE, signed
from metrics.indicators.catalogue import Indicator
from metrics.statistics.too_few import SMALL_BASE

POINTS = "个百分点"
METHOD_NAMES: dict[Method, str] = {
    "days": "精确条件检验（按天数）",
    "population": "精确条件检验（按人口和天数）",
    "denominator": "精确条件检验（分母视为给定）",
    "fisher": "费希尔精确检验",
}


def unit_of_difference(c: Comparison) -> str:
    """个百分点, 每万人, 人次."""
    return POINTS if c.is_share else words.unit_of_value(c.indicator)


def plain_difference(c: Comparison) -> Fraction | None:
    """In the unit of the value: a share as a fraction."""
    return c.difference


def shown_difference(c: Comparison) -> Fraction | None:
    """The difference in the unit that is shown: 0.136 of a share -> 13.6 percentage points."""
    difference = c.difference
    return difference * 100 if difference is not None and c.is_share else difference


def digits_of(c: Comparison) -> int:
    return {"count": 0, "rate": 2}.get(c.indicator.kind, 1)


def difference_in_words(c: Comparison) -> str:
    """+13.6 个百分点, +34 件, −0.12 每万人; — without a base."""
    difference = shown_difference(c)
    if difference is None:
        return NONE
    return f"{signed(difference, digits_of(c))} {unit_of_difference(c)}".rstrip()


def relative_in_words(c: Comparison) -> str:
    """+42.5%, of a base below 10 the counts: 12 对 3; — where it is 0 or unknown, never ∞."""
    if c.relative is None:
        return NONE
    return counts_in_words(c) if is_small_base(c) else f"{signed(c.relative * 100)}%"


def shown_relative(c: Comparison) -> Fraction | None:
    """None also where the base is below 10: there the counts are shown."""
    return None if is_small_base(c) else c.relative


def small_counts(c: Comparison) -> str:
    """12 对 3 where the base is below 10, else nothing."""
    return counts_in_words(c) if is_small_base(c) else ""


def value_in_words(c: Comparison, side: Side) -> str:
    """45.6%, 37,412 人次; a rate without its unit, which its title says."""
    return words.amount_of(c.indicator, side.exact)


def fraction_in_words(c: Comparison, side: Side) -> str:
    """114 ÷ 250; nothing for a count."""
    if side.amount.numerator is None or c.indicator.kind == "count":
        return ""
    return f"{words.plain(side.amount.numerator)} ÷ {words.plain(side.amount.denominator)}"


def is_small_base(c: Comparison) -> bool:
    """So few in the base that the counts must stand beside any percentage."""
    amount = c.base.amount
    parts = [amount.numerator] + ([] if c.indicator.kind == "count" else [amount.denominator])
    return c.difference is not None and min(n or 0 for n in parts) < SMALL_BASE


def counts_in_words(c: Comparison) -> str:
    """12 对 3, or 3 ÷ 8 对 2 ÷ 9."""
    if c.indicator.kind == "count":
        return f"{words.plain(c.now.amount.numerator)} 对 {words.plain(c.base.amount.numerator)}"
    return f"{fraction_in_words(c, c.now)} 对 {fraction_in_words(c, c.base)}"


SHORT_VERDICTS: dict[Verdict, str] = {
    "up": "超出随机波动",
    "down": "超出随机波动",
    "noise": "在随机波动之内",
    "slight": "变化很小，不称升降",
    "small": "样本不足，不作比较",
    "untested": "不作检验",
    "none": "无可比数据",
}


def verdict_in_words(c: Comparison) -> str:
    """升幅超出随机波动, 在随机波动之内, 样本不足（3 件），不作比较, or why there is no test."""
    if c.verdict in ("none", "untested"):
        return c.reason
    if c.verdict == "small":
        return f"样本不足（{words.plain(c.sample)} 件），不作比较"
    if c.verdict == "slight":
        return f"变化不到 {words.smallest_change(c.indicator)}，不称升降"
    daily = "按日均" if c.is_daily else ""
    if c.verdict == "noise":
        return f"{daily}在随机波动之内"
    return f"{daily}{'升' if c.verdict == 'up' else '降'}幅超出随机波动"


def change_in_words(c: Comparison) -> str:
    """较去年同期（32.0%）高 13.6 个百分点（相对增幅 +42.5%）; of a count: 增加 34 件（相对…）."""
    than = THAN[c.pair.basis]
    difference = shown_difference(c)
    if difference is None:
        return f"{than}无可比数据"
    base = f"{than}（{value_in_words(c, c.base)}）"
    amount = words.rounded(abs(difference), digits_of(c))
    if amount == 0:
        return f"与{base}持平"
    verb = ("增加", "减少") if c.indicator.kind == "count" else ("高", "低")
    unit = "" if c.indicator.kind == "rate" else f" {unit_of_difference(c)}"
    relative = relative_in_words(c) if is_small_base(c) else f"相对增幅 {relative_in_words(c)}"
    return f"较{base}{verb[difference < 0]} {amount:,}{unit}（{relative}）"


def yearly_change(indicator: Indicator, whole: Figure, changes: Sequence[Comparison]) -> str:
    """较去年同期高 4.2 个百分点（在随机波动之内）; without a word where nothing differs."""
    change = words.change_in_words(indicator, whole.exact, whole.exact_last_year)
    of_year = [c for c in changes if c.pair.basis == "last_year"]
    if not of_year or not of_year[0].difference:
        return change
    return f"{change}（{SHORT_VERDICTS[of_year[0].verdict]}）"


def sentence(c: Comparison, where: str = "") -> str:
    """2019年1月1日至8月19日盗抢骗破案率 45.6%（114 ÷ 250），较去年同期…，升幅超出随机波动."""
    title = f"{where}{c.now.period.title}{c.indicator.title}"
    if c.now.exact is None:
        return f"{title}没有可计的数据"
    fraction = fraction_in_words(c, c.now)
    value = value_in_words(c, c.now) + (f"（{fraction}）" if fraction else "")
    verdict = "" if c.base.exact is None else f"，{verdict_in_words(c)}"
    return f"{title} {value}，{change_in_words(c)}{verdict}"


def p_in_words(c: Comparison) -> str:
    """0.018, <0.001, — without a test."""
    if c.test is None:
        return NONE
    return words.p_value(c.test.p_value)


def method_in_words(c: Comparison) -> str:
    """费希尔精确检验，按此前各月的起伏放宽（φ = 3.2）; nothing without a test."""
    if c.test is None:
        return ""
    by = (
        f"，按此前各月的起伏放宽（φ = {words.rounded(c.spread.phi, 1)}）"
        if c.spread.phi > 1
        else ""
    )
    return f"{METHOD_NAMES[c.method]}{by}"


def interval_in_words(c: Comparison) -> str:
    """+1.2 至 +25.9 个百分点 of a proportion, +5.9% 至 +92.4% of all others."""
    if c.interval is None:
        return NONE
    if c.method == "fisher":
        low, high = (signed(limit * 100) for limit in c.interval)
        return f"{low} 至 {high} {POINTS}"
    low, high = (f"{signed(limit * 100)}%" if isfinite(limit) else "不限" for limit in c.interval)
    return f"{low} 至 {high}"


def cautions_of(c: Comparison) -> list[str]:
    """What to know before believing it: of the spans, the unit, the indicator."""
    cautions = list(c.pair.cautions)
    if villages := c.pair.moved.get(c.unit.code):
        day = c.now.period.ends_on
        cautions.append(f"{villages} 个村（社区）在此期间改变隶属，按 {day} 的隶属计算")
    if c.now.amount.maturing:
        cautions.append(f"尚未成熟的 {words.plain(c.now.amount.maturing)} 件未计入")
    if c.indicator.caution:
        cautions.append(c.indicator.caution)
    return cautions


def is_better(c: Comparison) -> bool | None:
    """Whether a change beyond chance is for the better; None where nobody can say."""
    if not c.is_real or c.indicator.better == "neither":
        return None
    return (c.verdict == "up") == (c.indicator.better == "higher")


def row_of(c: Comparison) -> dict[str, Any]:
    """One flat row, as `hongfeng compare` prints it.

    change_points: a difference of shares as a fraction, null for what is no share.

    lower, upper: 95 % interval of change_points for a proportion, else of change_relative.
    """
    now, base = c.now, c.base
    interval = [n if isfinite(n) else None for n in c.interval or (nan, nan)]
    return {
        "indicator": c.indicator.id,
        "unit": c.unit.code,
        "name": c.unit.name,
        "basis": c.pair.basis,
        "starts_on": now.period.starts_on,
        "ends_on": now.period.ends_on,
        "base_starts_on": base.period.starts_on,
        "base_ends_on": base.period.ends_on,
        "numerator": now.amount.numerator,
        "denominator": now.amount.denominator,
        "value": now.exact,
        "base_numerator": base.amount.numerator,
        "base_denominator": base.amount.denominator,
        "base_value": base.exact,
        "change_points": c.difference if c.is_share else None,
        "change_relative": c.relative,
        "difference": difference_in_words(c),
        "change": relative_in_words(c),
        "p_value": c.test.p_value if c.test else None,
        "lower": interval[0],
        "upper": interval[1],
        "method": method_in_words(c),
        "verdict": verdict_in_words(c),
        "sentence": sentence(c, "" if c.unit.level == "bureau" else c.unit.name),
        "cautions": "；".join(cautions_of(c)),
    }
