"""The boards 全局一览 and 一周变化: some figures side by side, and which of them really moved."""

from collections.abc import Sequence
from dataclasses import replace

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import THAN
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scoring.score_trend import ScoreFigure
from metrics.statistics.too_few import SMALL_BASE
from metrics.wall.board import Board, Number
from metrics.wording.compare_words import SHORT_VERDICTS
from metrics.wording.tile_content import TileChange, change_of, compared_with

WEEKLY = ("visits", "patrols", "disputes-resolved", "hazards-found", "F2-tasks-on-time")


def glance_board(period: Period, score: ScoreFigure, comparisons: Sequence[Comparison]) -> Board:
    """The score and some measures, each against last year."""
    parts = [_score(score), moved_in_words(comparisons)]
    return Board(
        "glance",
        "全局一览",
        f"{period.title}{'；'.join(part for part in parts if part)}",
        period.title,
        Number("本局得分", words.points(score.score), "分" if score.score is not None else ""),
        [number_of(c) for c in comparisons],
        opens="overview",
        query={"period": period.text},
    )


def changes_board(week: Period, comparisons: Sequence[Comparison]) -> Board:
    """What the last whole week brought, against the week before."""
    return Board(
        "changes",
        "一周变化",
        moved_in_words(comparisons) or "没有可比的数据",
        week.title,
        numbers=[number_of(c) for c in comparisons],
        opens="comparison",
        query={"period": week.text},
    )


def _score(score: ScoreFigure) -> str:
    if score.score is None:
        return "没有可以计分的数据"
    if score.previous is None:
        return "本局已有得分"
    difference = words.rounded(score.score - score.previous, 2)
    than = compared_with(score.previous_period)
    if difference == 0:
        return f"本局得分与{than}持平"
    return f"本局得分比{than}{'高' if difference > 0 else '低'} {abs(difference)} 分"


def moved_in_words(comparisons: Sequence[Comparison]) -> str:
    """与上期相比，走访群众上升，超出随机波动，其余没有超出随机波动的变化."""
    comparable = [c for c in comparisons if c.difference is not None]
    if not comparable:
        return ""
    real = [c for c in comparable if c.is_real]
    than = f"与{THAN[comparable[0].pair.basis].replace('上期', '前一周')}相比"
    if not real:
        return f"{than}，各项变化都在随机波动之内或样本不足"
    named = [
        f"{'、'.join(titles)}{word}"
        for verdict, word in (("up", "上升"), ("down", "下降"))
        if (titles := [c.indicator.title for c in real if c.verdict == verdict])
    ]
    rest = "，其余不超出" if len(real) < len(comparable) else ""
    return f"{than}，{'、'.join(named)}超出随机波动{rest}"


def number_of(c: Comparison) -> Number:
    """A value with its change and what may be thought of it."""
    indicator, now = c.indicator, c.now.exact
    unit = words.unit_of_value(indicator) if now is not None else ""
    return Number(
        indicator.title,
        words.value_of(indicator, now).removesuffix("%"),
        unit,
        short_change(c),
        SHORT_VERDICTS[c.verdict],
        c.is_real,
        indicator.id,
    )


def short_change(c: Comparison) -> TileChange:
    """One number: of a small base the count itself, else the change. Colour only beyond chance."""
    base = c.base.exact
    change = replace(change_of(c), more="", words="")
    if not (c.indicator.kind == "count" and base is not None and base < SMALL_BASE):
        return change
    before = "去年同期" if c.pair.basis == "last_year" else "前一周"
    return replace(change, label=before, amount=words.plain(base))
