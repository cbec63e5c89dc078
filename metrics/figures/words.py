"""Figures as words: one rounding, one precision, one way to say a change.

Rounding happens once, from the exact value, half up. Where there is no base there is “—”.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from data.entered_text import printable
from metrics.figures.measure import Figure, is_comparable
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, Scored
from metrics.statistics.too_few import SMALL_BASE

NONE = "—"
SCORE_DIGITS = 2
Number = Decimal | Fraction | float | int


def exact(value: Number) -> Fraction:
    """A float is the decimal that it is written as: 49 ÷ 400 = 0.1225, whose double lies below."""
    return Fraction(str(value) if isinstance(value, float) else value)


def rounded(value: Number, digits: int) -> Decimal:
    """Half up from the exact value: 41.5467 -> 41.5; 0.25 -> 0.3; never -0.0."""
    number = exact(value)
    whole = (abs(number * 10**digits) + Fraction(1, 2)).__floor__()
    result = Decimal(whole).scaleb(-digits)
    return (-result if number < 0 and whole else result).quantize(
        Decimal(1).scaleb(-digits), ROUND_HALF_UP
    )


def telling_digits(values: Sequence[Fraction], least: int = SCORE_DIGITS) -> list[int]:
    """Decimals of each value: `least`, or as many as tell it from the others that are not equal.

    82.904 and 82.901 -> 3, 3: both would be 82.90. Values that are equal stay so.
    """
    digits = [least] * len(values)
    while True:
        shown: dict[Decimal, list[int]] = defaultdict(list)
        for place, value in enumerate(values):
            shown[rounded(value, digits[place])].append(place)
        crowded = [places for places in shown.values() if len({values[i] for i in places}) > 1]
        if not crowded:
            return digits
        for place in (place for places in crowded for place in places):
            digits[place] += 1


def plain(value: Number | None, digits: int = 0) -> str:
    """With thousands separators: 37,412."""
    return NONE if value is None else f"{rounded(value, digits):,}"


def percent(value: Number | None, digits: int = 1) -> str:
    """31.8%"""
    return NONE if value is None else f"{rounded(exact(value) * 100, digits)}%"


def p_value(p: float) -> str:
    """0.017, or <0.001."""
    return "<0.001" if p < 0.001 else f"{rounded(p, 3)}"


def p_in_words(p: float) -> str:
    """= 0.017, or <0.001."""
    number = p_value(p)
    return number if number.startswith("<") else f"= {number}"


def points(value: Fraction | None, digits: int = SCORE_DIGITS) -> str:
    """A score or its parts: two decimals, a score more where they do not tell it from another."""
    return NONE if value is None else f"{rounded(value, digits)}"


def value_of(indicator: Indicator, value: Number | None) -> str:
    """A value as the screen shows it: 31.8%, 37,412, 2.31 (per 10,000)."""
    if value is None:
        return NONE
    if indicator.kind == "count":
        return plain(value)
    return plain(value, 2) if indicator.kind == "rate" else percent(value)


def amount_of(indicator: Indicator, value: Number | None) -> str:
    """The same, of a count with what it counts: 37,412 人次."""
    number = value_of(indicator, value)
    is_counted = indicator.kind == "count" and value is not None
    return f"{number} {indicator.unit}".rstrip() if is_counted else number


def unit_of_value(indicator: Indicator) -> str:
    """What the number counts: 人次, %, 每万人."""
    if indicator.kind == "count":
        return indicator.unit
    scale = {10_000: "万", 1_000: "千", 100: "百"}.get(indicator.scale, f"{indicator.scale:,}")
    return f"每{scale}人" if indicator.kind == "rate" else "%"


def signed(value: Number, digits: int = 1) -> str:
    """+4.2, −3.0, 0.0: the sign is a character of its own, a zero has none."""
    number = rounded(value, digits)
    if number == 0:
        return f"{abs(number)}"
    return f"{'+' if number > 0 else '−'}{abs(number):,}"


def change(indicator: Indicator, now: Fraction | None, base: Fraction | None) -> str:
    """The change as shown in a cell: rates in 百分点, counts as 相对增幅; — without a base."""
    if now is None or base is None:
        return NONE
    if indicator.kind in ("proportion", "ratio"):
        return f"{signed((now - base) * 100)} 个百分点"
    return relative(now, base)


def relative(now: Fraction | None, base: Fraction | None) -> str:
    """相对增幅: +42.5%; — where the base is 0 or unknown."""
    if now is None or not base:
        return NONE
    return f"{signed((now / base - 1) * 100)}%"


def change_in_words(
    indicator: Indicator, now: Fraction | None, base: Fraction | None, than: str = "去年同期"
) -> str:
    """较去年同期高 4.2 个百分点 / 较去年同期上升 12.3%（114 对 80）/ 去年同期无基数."""
    if now is None or base is None:
        return f"{than}无可比数据"
    if indicator.kind in ("proportion", "ratio"):
        difference = rounded((now - base) * 100, 1)
        if difference == 0:
            return f"与{than}持平"
        return f"较{than}{'高' if difference > 0 else '低'} {abs(difference)} 个百分点"
    if base == 0:
        return f"{than}为 0" if now else f"与{than}同为 0"
    difference = rounded((now / base - 1) * 100, 1)
    if difference == 0:
        return f"与{than}持平"
    counts = ""
    if indicator.kind == "count" and base < SMALL_BASE:
        counts = f"（{plain(now)} 对 {plain(base)}）"
    return f"较{than}{'上升' if difference > 0 else '下降'} {abs(difference)}%{counts}"


def smallest_change(indicator: Indicator) -> str:
    """1 个百分点, 5%: below it a change is not called one."""
    least = Fraction(str(indicator.smallest_change or 0)) * 100
    unit = " 个百分点" if indicator.kind in ("proportion", "ratio") else "%"
    return f"{float(least):g}{unit}"


def fraction_of(figure: Figure, indicator: Indicator) -> str:
    """114 ÷ 250, or nothing for a count."""
    if figure.numerator is None or indicator.kind == "count":
        return ""
    return f"{plain(figure.numerator)} ÷ {plain(figure.denominator)}"


def range_of(indicator: Indicator, lower: float | None, upper: float | None) -> str:
    """The 95 % interval: 29.1%–34.6%."""
    if lower is None or upper is None:
        return NONE
    return f"{value_of(indicator, lower)}–{value_of(indicator, upper)}"


def movement(rank: int | None, before: int | None) -> str:
    """↑2, ↓3, 平 — with the sign as a word for who cannot see the arrow's colour."""
    if rank is None or before is None:
        return NONE
    if rank == before:
        return "持平"
    return f"↑ 进 {before - rank} 位" if rank < before else f"↓ 退 {rank - before} 位"


def span(low: int, high: int) -> str:
    """3–7, or 3 where both are one."""
    return f"{low}" if low == high else f"{low}–{high}"


def runs(numbers: Sequence[int]) -> str:
    """2–4、6: ascending numbers, those that follow each other as a span."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "、".join(span(low, high) for low, high in spans)


def listed(names: Sequence[str], most: int = 3) -> str:
    """甲、乙、丙等 5 个."""
    if len(names) <= most:
        return "、".join(names)
    return f"{'、'.join(names[:most])}等 {len(names)} 个"


RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Text that a spreadsheet can hold, with an apostrophe where it would run it as a formula."""
    text = printable(text)
    return f"'{text}" if text.startswith(RISKY) else text


STATUS_WORDS = {
    "ok": "",
    "no-base": "无基数",
    "not-applicable": "不适用",
    "unknown": "未知单位",
    "inconsistent": "分子大于分母，请核对数据",
    "ranked": "参加排名",
    "not-rankable": "只计分不排名",
    "monitoring": "监测值",
}


def status_in_words(figure: Figure, indicator: Indicator, scored: Scored | None) -> str:
    """样本不足（3 件），不作比较; 未达标; 不适用：…; nothing where there is nothing to say."""
    if figure.status == "not-applicable":
        return f"不适用：{figure.note or '本期没有可用的记录'}"
    if figure.status == "no-base":
        return "无基数（分母为 0）"
    if figure.status != "ok":
        return STATUS_WORDS[figure.status]
    if not is_comparable(figure, indicator, scored):
        return f"样本不足（{plain(figure.denominator)} 件），不作比较"
    return ""


COUNTERS: dict[Level, str] = {
    "station": "个所", "room": "个警务室", "village": "个村（社区）", "officer": "人",
    "group": "个组", "bureau": "个局",
}  # fmt: skip
