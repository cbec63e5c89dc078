"""The six figures that a chief looks at first, each as words ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure, TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scheme
from metrics.scoring.score_trend import ScoreFigure, ScorePoint
from metrics.statistics.too_few import SMALL_BASE

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
    """One point of a sparkline."""

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
            _score_change("同比", figure.score, figure.last_year),
            _score_change("环比", figure.score, figure.previous),
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


def _score_change(label: str, now: Fraction | None, base: Fraction | None) -> TileChange:
    if now is None or base is None:
        return TileChange(label, words.NONE)
    return _change(label, f"{words.signed(now - base, 2)} 分", now - base, "higher")


def indicator_tile(
    indicator: Indicator, figure: Figure, scheme: Scheme, months: Sequence[TrendPoint]
) -> Tile:
    """A measure of the bureau; what is not scored says so."""
    value, unit = words.value_of(indicator, figure.exact), words.unit_of_value(indicator)
    if figure.exact is None:
        unit = ""
    return Tile(
        indicator.id,
        indicator.title,
        value.removesuffix("%"),
        unit,
        figure.note or _status(indicator, scheme, figure),
        (
            change_of(indicator, "同比", figure.exact, figure.exact_last_year),
            change_of(indicator, "环比", figure.exact, figure.exact_previous),
        ),
        words.range_of(indicator, figure.lower, figure.upper),
        tuple(
            SparkPoint(
                p.period.title, p.value, _value_in_words(indicator, p.value), p.period.is_part
            )
            for p in months
        ),
        words.fraction_of(figure, indicator),
    )


def _value_in_words(indicator: Indicator, value: float | None) -> str:
    if value is None:
        return words.NONE
    unit = f" {indicator.unit}" if indicator.kind == "count" else ""
    return f"{words.value_of(indicator, value)}{unit}"


def _status(indicator: Indicator, scheme: Scheme, figure: Figure) -> str:
    if figure.exact is None:
        return words.STATUS_WORDS.get(figure.status, "")
    scored = scheme.scored(indicator.id)
    if scored is None:
        return "只作研判，不计分" if indicator.banned else "不计分"
    return f"目标 {words.value_of(indicator, scored.target)}"


def change_of(
    indicator: Indicator, label: str, now: Fraction | None, base: Fraction | None
) -> TileChange:
    """A change with its sign and word; of a rate both ways; the counts where the base is small."""
    amount = words.change(indicator, now, base)
    if now is None or base is None or amount == words.NONE:
        return TileChange(label, amount, more="基数为 0" if base == 0 and now else "")
    more = ""
    if indicator.kind in ("proportion", "ratio"):
        relative = words.relative(now, base)
        more = f"相对 {relative}" if relative != words.NONE else ""
    elif indicator.kind == "count" and base < SMALL_BASE:
        more = f"{words.plain(now)} 对 {words.plain(base)}"
    return _change(label, amount, now - base, indicator.better, more)


def _change(
    label: str, amount: str, difference: Fraction, better: str, more: str = ""
) -> TileChange:
    if not any(digit in amount for digit in "123456789"):  # rounds to nothing
        return TileChange(label, amount, "持平", more)
    if better == "neither":
        return TileChange(label, amount, "上升" if difference > 0 else "下降", more)
    is_better = (difference > 0) == (better == "higher")
    return TileChange(label, amount, "向好" if is_better else "走弱", more, is_better)


def compared_with(period: Period) -> str:
    """6月, 上周, 二季度 …: a short name of the period before, for sentences."""
    names = {"week": "上周", "quarter": "上季度", "half": "上个半年", "year": "上年"}
    if period.kind == "month":
        return f"{period.starts_on.month}月"
    return names.get(period.kind, "前一时段")
