"""The boards 趋势 and 破案: one indicator against last year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from metrics.analysis.compare import Comparison
from metrics.figures import words
from metrics.figures.measure import Figure, TrendPoint
from metrics.wall.board import Bar, Bars, Board, Course, Number
from metrics.wording.compare_words import SHORT_VERDICTS
from metrics.wording.tile_content import TileChange

CLEARANCE = "clearance-theft-robbery-fraud"
KINDS = {"theft": "盗窃", "robbery": "抢劫抢夺", "fraud": "诈骗"}
MONTHS = 12


def trend_board(c: Comparison, points: Sequence[TrendPoint]) -> Board:
    """points: 24 months; the first twelve are last year's."""
    title, period = c.indicator.title, c.now.period
    before, now = points[:MONTHS], points[MONTHS:]
    values = [point.value for point in points if point.value is not None]
    course = Course(
        [f"{point.period.starts_on.month}月" for point in now],
        [point.value for point in now],
        [point.value for point in before],
        words.value_of(c.indicator, max(values, default=None)),
        now[-1].period.is_part,
    )
    return Board(
        "trend",
        f"趋势：{title}",
        f"{period.title}{title}{_change(c)}",
        period.title,
        _lead(c),
        picture=course if len(values) > 1 else None,
        opens="trends",
        query={"period": period.text, "indicator": c.indicator.id},
    )


def _change(c: Comparison, more: str = "") -> str:
    change = words.change_in_words(c.indicator, c.now.exact, c.base.exact) + more
    return f"{change}，{SHORT_VERDICTS[c.verdict]}" if c.difference is not None else change


def _lead(c: Comparison) -> Number:
    unit = words.unit_of_value(c.indicator) if c.now.exact is not None else ""
    base = TileChange("去年同期", words.value_of(c.indicator, c.base.exact))
    value = words.value_of(c.indicator, c.now.exact).removesuffix("%")
    return Number(c.indicator.title, value, unit, base, indicator=c.indicator.id)


def clearance_board(c: Comparison, by_kind: Mapping[str, Figure]) -> Board:
    """盗抢骗破案率 since 1 January, and that of each kind, against last year."""
    title, period = c.indicator.title, c.now.period
    bars = [
        Bar(
            KINDS[kind],
            figure.value or 0.0,
            words.percent(figure.exact),
            figure.last_year or 0.0,
            words.percent(figure.exact_last_year),
        )
        for kind, figure in by_kind.items()
    ]
    relative = f"（相对增幅 {words.relative(c.now.exact, c.base.exact)}）" if c.base.exact else ""
    amount = c.now.amount
    of = "" if not amount.denominator else f"{amount.numerator} ÷ {amount.denominator} 起"
    return Board(
        "clearance",
        "破案",
        f"{title}{_change(c, relative)}",
        period.title,
        replace(_lead(c), change=None, note=of),
        picture=Bars("分类别", bars, ("今年", "去年同期")),
        note="破案率只作研判，不计分",
        opens="clearance",
        query={"period": period.text},
    )
