"""The tables of 同比环比: all comparisons to take along, those of one span, those of units."""

from collections.abc import Sequence

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, SPAN_NAMES
from metrics.calendar.period import Period
from metrics.wording import compare_words
from pages.documents.sheet import Column, Notes, Row, Sheet

NOW, BASE = Column("now", "本期"), Column("base", "对比期")
DIFFERENCE = Column("difference_said", "差")
RELATIVE = Column("relative", "相对增幅（%）", "percent")
VERDICT = Column("verdict", "结论", width=200)
P_VALUE, INTERVAL = Column("p", "P 值"), Column("interval", "变化的 95% 区间")
METHOD = Column("method", "检验方法")
COUNTS = (
    Column("numerator", "本期分子", "whole"),
    Column("denominator", "本期分母", "whole"),
    Column("base_numerator", "对比期分子", "whole"),
    Column("base_denominator", "对比期分母", "whole"),
)
INDICATOR, UNIT = Column("indicator", "指标"), Column("unit", "单位")
SHOWN = (INDICATOR, NOW, BASE, DIFFERENCE, RELATIVE, VERDICT, P_VALUE, INTERVAL, METHOD)
OF_UNITS = (
    UNIT, Column("group", "分组"), NOW, Column("fraction", "分子 ÷ 分母"), BASE, DIFFERENCE,
    RELATIVE, VERDICT, P_VALUE, Column("cautions", "注意", width=370),
)  # fmt: skip
EVERYTHING = (
    INDICATOR, UNIT, Column("span", "时段"), Column("days", "本期起止"), Column("basis", "比较"),
    Column("base_days", "对比期起止"), NOW, BASE, *COUNTS,
    Column("difference", "差", "two"), Column("difference_unit", "差的单位"),
    RELATIVE, VERDICT, Column("better", "评价"), P_VALUE, INTERVAL, METHOD,
    Column("cautions", "注意"),
)  # fmt: skip


def change_sheet(
    name: str, columns: Sequence[Column], comparisons: Sequence[Comparison], notes: Notes
) -> Sheet:
    """A row for each comparison, in their order."""
    return Sheet(name, columns, [_row(c) for c in comparisons], notes)


def _row(c: Comparison) -> Row:
    return {
        "indicator": c.indicator.title,
        "unit": c.unit.name,
        "group": c.unit.group,
        "span": SPAN_NAMES[c.pair.code],
        "days": _days(c.now.period),
        "basis": BASIS_NAMES[c.pair.basis],
        "base_days": _days(c.base.period),
        "now": compare_words.value_in_words(c, c.now),
        "base": compare_words.value_in_words(c, c.base),
        "fraction": compare_words.fraction_in_words(c, c.now),
        "numerator": c.now.amount.numerator,
        "denominator": c.now.amount.denominator,
        "base_numerator": c.base.amount.numerator,
        "base_denominator": c.base.amount.denominator,
        "difference": compare_words.shown_difference(c),
        "difference_unit": compare_words.unit_of_difference(c),
        "difference_said": compare_words.difference_in_words(c),
        "relative": c.relative,
        "verdict": compare_words.verdict_in_words(c),
        "better": {True: "向好", False: "走弱", None: ""}[compare_words.is_better(c)],
        "p": compare_words.p_in_words(c),
        "interval": compare_words.interval_in_words(c),
        "method": compare_words.METHOD_NAMES[c.method] if c.test else "",
        "cautions": "；".join(compare_words.cautions_of(c)),
    }


def _days(period: Period) -> str:
    return f"{period.starts_on} 至 {period.ends_on}"
