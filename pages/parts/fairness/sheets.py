"""The tables of 公平比较: every unit on the indicator, and every rank with what may move it."""

from collections.abc import Mapping, Sequence

from metrics.analysis.fairness import (
    Compared,
    Estimate,
    IndicatorPlace,
    UnitComparison,
)
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import Assessment, by_group
from metrics.scoring.weight_sensitivity import Steady
from metrics.wording.fairness_readings import ranks_alike
from metrics.wording.rank_words import ALL_APART, alike_places
from metrics.wording.verdict_words import BASE_NAME, verdict_in_words
from pages.documents.sheet import Column, Notes, Sheet, kind_of, sheet_of

NOT_SCORED = "只作参考，不替代数值，不计分"
OWN = "收缩估计中自身数据所占的份额"
LIMITS = "漏斗图在该单位分母处的界限"
HELD_HELP = "权重各自随机浮动一万次，名次不变的占比"


def shown_rows(comparison: UnitComparison, chosen: str) -> list[Compared]:
    """All, or the chosen one with those that cannot be told from it."""
    line = comparison.of(chosen)
    if line is None or line.standing is None:
        return list(comparison.lines)
    kept = {chosen, *line.standing.alike}
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

    def range_of(limits: tuple[float, float] | None) -> str:
        return words.range_of(indicator, *(limits or (None, None)))

    def alike(line: Compared) -> str:
        if line.standing is None:
            return words.NONE
        return words.runs(ranks_alike(comparison, line)) or ALL_APART

    columns = [
        Column("rank", "名次", "whole", "standing.rank", width=52),
        Column("name", LEVELS[level], of="figure.name"),
        Column("value", f"数值（{unit}）", number, "figure.exact"),
        Column("numerator", "分子", "whole", "figure.numerator"),
        Column("denominator", "分母", "whole", "figure.denominator"),
        Column("interval", "95% 区间", of=lambda x: range_of((x.figure.lower, x.figure.upper))),
        Column("verdict", f"与{BASE_NAME}比", of=lambda x: verdict_in_words(x.verdict, indicator)),
        Column("shrunk", f"收缩估计（{unit}）", number, "shrunk.value", NOT_SCORED),
        Column("shrunk_interval", "收缩估计区间", of=lambda x: range_of(_reach(x.shrunk))),
        Column("own", "自身占比（%）", "percent", "shrunk.own", OWN),
        Column("ranks", "名次区间（95%）", of=lambda line: _ranks(line.standing)),
        Column("first", "居首（%）", "percent", "standing.p_first"),
        Column("last", "居末（%）", "percent", "standing.p_last"),
        Column("alike", "分不出先后的名次", of=alike, width=110),
        Column("ahead", "居所选单位之前（%）", "percent", lambda x: ahead.get(x.figure.unit)),
        Column("warning", "95% 界限", of=lambda x: range_of(x.warning), help=LIMITS),
        Column("alarm", "99.8% 界限", of=lambda x: range_of(x.alarm)),
    ]
    shown = [column for column in columns if ahead or column.key != "ahead"]
    return sheet_of(name, shown, rows, notes)


def _reach(estimate: Estimate | None) -> tuple[float, float] | None:
    return (estimate.low, estimate.high) if estimate else None


def _ranks(place: IndicatorPlace | None) -> str:
    return words.span(place.low, place.high) if place else words.NONE


def _span(line: Assessment) -> str:
    return words.span(line.rank_low or 0, line.rank_high or 0)


def steady_sheet(steady: Sequence[Steady], name: str, notes: Notes) -> Sheet:
    groups = by_group([x.line for x in steady])
    columns = (
        Column("group", "分组", of="line.group"),
        Column("rank", "名次", "whole", "line.rank", width=52),
        Column("name", "单位", of="line.name"),
        Column("score", "得分（分）", "two", "line.shown_score"),
        Column("applicable", "适用分值（分）", "one", "line.applicable_points"),
        Column("ranks", "名次区间（95%）", of=lambda x: _span(x.line)),
        Column("first", "居首（%）", "percent", "line.p_first"),
        Column("last", "居末（%）", "percent", "line.p_last"),
        Column(
            "alike", "分不出先后的名次", of=lambda x: alike_places(x.line, groups[x.line.group])
        ),
        Column("reach", "权重浮动下名次", of=lambda x: words.span(x.best, x.worst)),
        Column("held", "名次不变（%）", "percent", help=HELD_HELP),
    )
    return sheet_of(name, columns, steady, notes)
