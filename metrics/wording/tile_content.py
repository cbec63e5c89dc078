"""The six figures that a chief looks at first, each as words ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure, TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scheme
from metrics.scoring.score_trend import ScoreFigure, ScorePoint
from metrics.wording.compare_words import (
    SHORT_VERDICTS,
    counts_in_words,
    is_better,
    is_small_base,
    relative_in_words,
)

TILE_INDICATORS = (
    "visits",
    "patrols",
    "disputes-resolved",
    "hazards-found",
    "clearance-theft-robbery-fraud",
)
SCORE = "score"


@dataclass(frozen=True)
class TileChange:
    """A comparison in words. `words`: 上升, 向好 …, so that colour is never needed.

    is_better   None where there is no better or worse, or no difference
    """

    label: str
    amount: str
    words: str = ""
    more: str = ""
    is_better: bool | None = None


@dataclass(frozen=True)
class SparkPoint:
    """One point of a sparkline; text: its value as it is read."""

    title: str
    value: float | None
    text: str
    is_part: bool


@dataclass(frozen=True)
class Tile:
    """One figure: what it is, how much, against what, and how sure."""

    id: str
    title: str
    value: str
    unit: str
    status: str
    changes: tuple[TileChange, ...]
    interval: str
    months: tuple[SparkPoint, ...]
    note: str = ""


def score_tile(figure: ScoreFigure, scheme: Scheme, months: Sequence[ScorePoint]) -> Tile:
    """本局得分. Its 环比 is with the whole period before: a part of a period is scored as well."""
    status = f"满分 {words.plain(scheme.full_points)} 分"
    if figure.is_monitoring:
        status = "周数据，只作监测"
    elif figure.score is None:
        status = figure.line.reason
    interval = words.NONE
    if figure.lower is not None and figure.upper is not None:
        interval = f"{words.plain(figure.lower, 2)}–{words.plain(figure.upper, 2)} 分"
    return Tile(
        SCORE,
        "本局得分",
        words.points(figure.score),
        "分" if figure.score is not None else "",
        status,
        (
            _score_change("同比", figure, figure.last_year),
            _score_change("环比", figure, figure.previous),
        ),
        interval,
        tuple(
            SparkPoint(
                p.period.title,
                None if p.score is None else float(p.score),
                f"{words.points(p.score)} 分" if p.score is not None else words.NONE,
                p.period.is_part,
            )
            for p in months
        ),
    )


def _score_change(label: str, figure: ScoreFigure, base: Fraction | None) -> TileChange:
    """Coloured where the two lie further apart than both intervals, as wide each, let them."""
    if figure.score is None or base is None:
        return TileChange(label, words.NONE)
    difference = figure.score - base
    amount = f"{words.signed(difference, 2)} 分"
    if words.rounded(difference, 2) == 0:
        return TileChange(label, amount, "持平")
    if figure.lower is None or figure.upper is None:
        return TileChange(label, amount)
    if abs(float(difference)) <= (figure.upper - figure.lower) / 2 * sqrt(2):
        return TileChange(label, amount, SHORT_VERDICTS["noise"])
    is_up = difference > 0
    return TileChange(label, amount, "向好" if is_up else "走弱", is_better=is_up)


def indicator_tile(
    indicator: Indicator,
    figure: Figure,
    scheme: Scheme,
    months: Sequence[TrendPoint],
    changes: Sequence[Comparison],
) -> Tile:
    """A measure of the bureau with its 同比 and 环比; what is not scored says so."""
    return Tile(
        indicator.id,
        indicator.title,
        words.value_of(indicator, figure.exact).removesuffix("%"),
        words.unit_of_value(indicator) if figure.exact is not None else "",
        figure.note or _status(indicator, scheme, figure),
        tuple(change_of(c) for c in changes),
        words.range_of(indicator, figure.lower, figure.upper),
        tuple(
            SparkPoint(
                p.period.title, p.value, words.amount_of(indicator, p.value), p.period.is_part
            )
            for p in months
        ),
        words.fraction_of(figure, indicator),
    )


def _status(indicator: Indicator, scheme: Scheme, figure: Figure) -> str:
    if figure.exact is None:
        return words.STATUS_WORDS.get(figure.status, "")
    scored = scheme.scored(indicator.id)
    if scored is None:
        return "只作研判，不计分" if indicator.banned else "不计分"
    return f"目标 {words.value_of(indicator, scored.target)}"


def change_of(c: Comparison) -> TileChange:
    """A change with its sign and word; of a rate both ways; of a small base the counts.

    向好, 走弱 and a colour only where it is real.
    """
    label = BASIS_NAMES[c.pair.basis]
    if c.difference is None or c.verdict == "none":
        return TileChange(label, words.NONE, more=c.reason)
    if c.base.exact == 0 and not c.is_share:
        return TileChange(label, words.NONE, more="基数为 0" if c.now.exact else "")
    is_few = is_small_base(c) and (not c.is_share or c.verdict == "small")
    amount = words.change(c.indicator, c.now.exact, c.base.exact)
    more = f"相对 {relative_in_words(c)}" if c.is_share and c.relative is not None else ""
    if is_few:
        return TileChange(label, counts_in_words(c), SHORT_VERDICTS[c.verdict])
    if is_small_base(c):
        more = counts_in_words(c)
    return TileChange(label, amount, _way(c, amount), more, is_better(c))


def _way(c: Comparison, amount: str) -> str:
    """向好, 走弱, 上升, 下降 of a real change; else what it is."""
    if not any(digit in amount for digit in "123456789"):  # rounds to nothing
        return "持平"
    if not c.is_real:
        return SHORT_VERDICTS[c.verdict]
    better = is_better(c)
    if better is None:
        return "上升" if c.verdict == "up" else "下降"
    return "向好" if better else "走弱"


def compared_with(period: Period) -> str:
    """6月, 上周, 二季度 …: a short name of the period before, for sentences."""
    names = {"week": "上周", "quarter": "上季度", "half": "上个半年", "year": "上年"}
    if period.kind == "month":
        return f"{period.starts_on.month}月"
    return names.get(period.kind, "前一时段")
