"""The tables of 同比环比: all comparisons to take along, those of one span, those of units."""

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, SPAN_NAMES
from metrics.calendar.period import Period
from metrics.wording import compare_words as say
from pages.documents.sheet import Column


def _days(period: Period) -> str:
    return f"{period.starts_on} 至 {period.ends_on}"


def _cautions(c: Comparison) -> str:
    return "；".join(say.cautions_of(c))


BETTER = {True: "向好", False: "走弱", None: ""}
INDICATOR = Column("indicator", "指标", of="indicator.title")
UNIT = Column("unit", "单位", of="unit.name")
NOW = Column("now", "本期", of=lambda c: say.value_in_words(c, c.now))
BASE = Column("base", "对比期", of=lambda c: say.value_in_words(c, c.base))
DIFFERENCE = Column("difference_said", "差", of=say.difference_in_words)
RELATIVE = Column("relative", "相对增幅（%）", "percent", say.shown_relative)
VERDICT = Column("verdict", "结论", of=say.verdict_in_words, width=200)
P_VALUE = Column("p", "P 值", of=say.p_in_words)
INTERVAL = Column("interval", "变化的 95% 区间", of=say.interval_in_words)
METHOD = Column("method", "检验方法", of=say.method_in_words)
SHOWN = (INDICATOR, NOW, BASE, DIFFERENCE, RELATIVE, VERDICT, P_VALUE, INTERVAL, METHOD)
OF_UNITS = (
    UNIT,
    Column("group", "分组", of="unit.group"),
    NOW,
    Column("fraction", "分子 ÷ 分母", of=lambda c: say.fraction_in_words(c, c.now)),
    Column("counts", "基数不足 10 的实数", of=say.small_counts),
    *(BASE, DIFFERENCE, RELATIVE, VERDICT, P_VALUE),
    Column("cautions", "注意", of=_cautions, width=370),
)
EVERYTHING = (
    *(INDICATOR, UNIT),
    Column("span", "时段", of=lambda c: SPAN_NAMES[c.pair.code]),
    Column("days", "本期起止", of=lambda c: _days(c.now.period)),
    Column("basis", "比较", of=lambda c: BASIS_NAMES[c.pair.basis]),
    Column("base_days", "对比期起止", of=lambda c: _days(c.base.period)),
    *(NOW, BASE),
    Column("numerator", "本期分子", "whole", "now.amount.numerator"),
    Column("denominator", "本期分母", "whole", "now.amount.denominator"),
    Column("base_numerator", "对比期分子", "whole", "base.amount.numerator"),
    Column("base_denominator", "对比期分母", "whole", "base.amount.denominator"),
    Column("difference", "差", "two", say.shown_difference),
    Column("difference_unit", "差的单位", of=say.unit_of_difference),
    *(RELATIVE, VERDICT),
    Column("better", "评价", of=lambda c: BETTER[say.is_better(c)]),
    *(P_VALUE, INTERVAL, METHOD),
    Column("cautions", "注意", of=_cautions),
)
