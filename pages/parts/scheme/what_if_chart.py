"""The ranking under a changed scheme as rows: from a hollow dot (before) to a full one (after)."""

from markupsafe import Markup

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import by_group
from metrics.scoring.what_if import Move, WhatIf
from metrics.wording.fairness_readings import likely
from metrics.wording.what_if_readings import reason
from pages.parts.markup import render
from pages.parts.ranking.rank_chart import FEW

HEADS = (("score", "得分"), ("", "较现行"), ("number", "名次稳固"))
LEGEND = (
    "实心点为改后的名次，空心点为现行名次；“名次稳固”为各项权重上下浮动 20% 时新名次不变的情形"
    "所占份额。鼠标停在行上可看原因，点一行打开该单位。"
)


def what_if_markup(trial: WhatIf, level: Level, period: Period) -> Markup:
    """One panel for each group that has ranked units."""
    by_unit = {move.line.unit: move for move in trial.ranked}
    groups = by_group([move.line for move in trial.ranked])
    return render(
        "scheme/what_if_chart.html",
        groups={name: [by_unit[x.unit] for x in members] for name, members in groups.items()},
        level=level, period=period.text, reason=reason, movement_of=_movement_of, likely=likely,
        few=FEW, heads=HEADS, legend=LEGEND,
    )  # fmt: skip


def _movement_of(move: Move) -> tuple[str, str]:
    """The style of the movement and its words."""
    tone = "sure better" if move.places > 0 else "sure worse" if move.places < 0 else ""
    return tone, words.movement(move.line.rank, move.before.rank)
