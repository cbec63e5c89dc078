"""The tables of 公平比较: every unit on the indicator, and every rank with what may move it."""

from collections.abc import Mapping, Sequence

from metrics.analysis.fairness import Compared, UnitComparison, is_alike
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.weight_sensitivity import Steady
from metrics.wording.fairness_readings import funnel_verdict
from pages.documents.sheet import Column, Notes, Row, Sheet, kind_of, row_of


def shown_rows(
    comparison: UnitComparison, chosen: str, ahead: Mapping[str, float]
) -> list[Compared]:
    """All, or the chosen one with those that cannot be told from it."""
    if not ahead:
        return list(comparison.lines)
    kept = {chosen, *(unit for unit, chance in ahead.items() if is_alike(chance))}
    return [line for line in comparison.lines if line.figure.unit in kept]


def compared_sheet(
    comparison: UnitComparison,
    rows: Sequence[Compared],
    ahead: Mapping[str, float],
    level: Level,
    name: str,
    notes: Notes,
) -> Sheet:
    indicator, number = comparison.indicator, kind_of(comparison.indicator)
    unit = words.unit_of_value(indicator)
    columns = [
        Column("rank", "名次", "whole", width=52),
        Column("name", LEVELS[level]),
        Column("value", f"数值（{unit}）", number),
        Column("numerator", "分子", "whole"),
        Column("denominator", "分母", "whole"),
        Column("interval", "95% 区间"),
        Column("verdict", "与全体比"),
        Column("shrunk", f"收缩估计（{unit}）", number, help="只作参考，不替代数值，不计分"),
        Column("shrunk_interval", "收缩估计区间"),
        Column("own", "自身占比（%）", "percent", help="收缩估计中自身数据所占的份额"),
        Column("ranks", "名次区间（95%）"),
        Column("first", "居首（%）", "percent"),
        Column("last", "居末（%）", "percent"),
        Column("band", "档", "whole", help="同档的分不出先后"),
        *([Column("ahead", "居所选单位之前（%）", "percent")] if ahead else []),
        Column("warning", "95% 界限", help="漏斗图在该单位分母处的界限"),
        Column("alarm", "99.8% 界限"),
    ]
    return Sheet(name, columns, [_row(comparison, line, ahead) for line in rows], notes)


def _row(comparison: UnitComparison, line: Compared, ahead: Mapping[str, float]) -> Row:
    indicator, figure, estimate, place = (
        comparison.indicator,
        line.figure,
        line.shrunk,
        line.standing,
    )
    return {
        "rank": place.rank if place else None,
        "name": figure.name,
        "value": figure.exact,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "interval": words.range_of(indicator, figure.lower, figure.upper),
        "verdict": funnel_verdict(line, comparison),
        "shrunk": estimate.value if estimate else None,
        "shrunk_interval": words.range_of(indicator, estimate.low, estimate.high)
        if estimate
        else words.NONE,
        "own": estimate.own if estimate else None,
        "ranks": words.span(place.low, place.high) if place else words.NONE,
        "first": place.p_first if place else None,
        "last": place.p_last if place else None,
        "band": place.band if place else None,
        "ahead": ahead.get(figure.unit),
        "warning": words.range_of(indicator, *(line.warning or (None, None))),
        "alarm": words.range_of(indicator, *(line.alarm or (None, None))),
    }


STEADY_COLUMNS = (
    Column("group", "分组"),
    Column("rank", "名次", "whole", width=52),
    Column("name", "单位"),
    Column("score", "得分（分）", "two"),
    Column("ranks", "抽样误差下名次（95%）"),
    Column("first", "居首（%）", "percent"),
    Column("last", "居末（%）", "percent"),
    Column("band", "档", "whole", help="同档的分不出先后"),
    Column("reach", "权重浮动下名次"),
    Column("held", "名次不变（%）", "percent", help="权重各自随机浮动一万次，名次不变的占比"),
)


def steady_sheet(steady: Sequence[Steady], name: str, notes: Notes) -> Sheet:
    rows = [
        row_of(
            STEADY_COLUMNS,
            x,
            x.line,
            ranks=words.span(x.line.rank_low or 0, x.line.rank_high or 0),
            first=x.line.p_first,
            last=x.line.p_last,
            reach=words.span(x.best, x.worst),
        )
        for x in steady
    ]
    return Sheet(name, STEADY_COLUMNS, rows, notes)
