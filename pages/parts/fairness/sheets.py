"""The tables of 公平比较: every unit on the indicator, and every rank with what may move it."""

from collections.abc import Mapping, Sequence

from metrics.analysis.fairness import Compared, UnitComparison
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import by_group
from metrics.scoring.weight_sensitivity import Steady
from metrics.wording.fairness_readings import funnel_verdict, ranks_alike
from metrics.wording.rank_words import ALL_APART, UNCERTAINTY, alike_places
from pages.documents.sheet import Column, Notes, Row, Sheet, kind_of, row_of

DEFINITIONS = [
    (
        "漏斗图",
        "横轴为分母，纵轴为数值。单位越小，偶然的起伏越大，界限越宽；在界限之内，就与全体无法区分。",
    ),
    (
        "同时比较",
        "单位越多，越有人单凭偶然越过界限。所有单位的差距（按界限所用的尺度）一并检验，"
        "用本杰明尼—霍赫贝格法把误报比例控制在 5% 以内，通过的才称好于或差于全体；"
        "图上越过界限而未通过的，仍算无法区分。",
    ),
    (
        "离散系数 φ",
        "各单位的离散程度（方差）与随机波动之比，大于 1 即各单位之间平常就有差异，"
        "界限按这一差异放宽（比例用反正弦变换，率用平方根变换；极端值按 10% 与 90% 分位截尾）。",
    ),
    (
        "收缩估计",
        "经验贝叶斯估计：把数值按样本量向全体值靠拢，样本越小靠得越近（比例用贝塔分布，率用伽马分布，"
        "强度按最大似然取定）。只作参考，不替代原值，不计分。",
    ),
    *UNCERTAINTY,
    (
        "权重上下浮动20%",
        "方案各项权重各自在上下 20% 之内随机取值，合计仍为满分，重取一万次，看名次是否改变；"
        "目标、分母和适用分值不变，参加排名的单位不变。",
    ),
]


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
        Column("alike", "分不出先后的名次"),
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
        "alike": words.runs(ranks_alike(comparison, line)) or ALL_APART if place else words.NONE,
        "ahead": ahead.get(figure.unit),
        "warning": words.range_of(indicator, *(line.warning or (None, None))),
        "alarm": words.range_of(indicator, *(line.alarm or (None, None))),
    }


STEADY_COLUMNS = (
    Column("group", "分组"),
    Column("rank", "名次", "whole", width=52),
    Column("name", "单位"),
    Column("score", "得分（分）", "two"),
    Column("ranks", "名次区间（95%）"),
    Column("first", "居首（%）", "percent"),
    Column("last", "居末（%）", "percent"),
    Column("alike", "分不出先后的名次"),
    Column("reach", "权重浮动下名次"),
    Column("held", "名次不变（%）", "percent", help="权重各自随机浮动一万次，名次不变的占比"),
)


def steady_sheet(steady: Sequence[Steady], name: str, notes: Notes) -> Sheet:
    groups = by_group([x.line for x in steady])
    rows = [
        row_of(
            STEADY_COLUMNS,
            x,
            x.line,
            ranks=words.span(x.line.rank_low or 0, x.line.rank_high or 0),
            first=x.line.p_first,
            last=x.line.p_last,
            alike=alike_places(x.line, groups[x.line.group]),
            reach=words.span(x.best, x.worst),
        )
        for x in steady
    ]
    return Sheet(name, STEADY_COLUMNS, rows, notes)
