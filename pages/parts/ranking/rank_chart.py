"""The ranking as rows: a dot at the rank, a bar over its 95 % interval, the movement in words."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.wording.alerts import moved_beyond
from metrics.wording.rank_words import alike_places, alike_with_first
from pages.parts.markup import render

FEW = 30  # up to so many rows are drawn large
HEADS = (("score", "得分"), ("", "进退位"))
LEGEND = (
    "圆点为名次；横条为名次区间，真实名次有 95% 的把握在其内；有底色的与本组第 1 名分不出先后；"
    "进退位与上一完整期间相比，加粗的超出误差范围，其余可能只是随机波动。"
)


def rank_markup(groups: Mapping[str, Sequence[Assessment]], level: Level, period: Period) -> Markup:
    """One panel for each group that has ranked units, side by side."""
    ranked = {
        name: [line for line in members if line.rank is not None]
        for name, members in groups.items()
    }
    return render(
        "ranking/rank_chart.html",
        groups=ranked, level=level, period=period.text, movement_of=_movement_of,
        shaded=frozenset().union(*map(alike_with_first, ranked.values())),
        alike_of=lambda line: alike_places(line, ranked[line.group]),
        few=FEW, heads=HEADS, legend=LEGEND,
    )  # fmt: skip


def _movement_of(line: Assessment) -> tuple[str, str]:
    """The style of the movement and its words."""
    moved = words.movement(line.rank, line.previous_rank)
    if not moved_beyond(line):
        return "", moved
    return "sure better" if moved.startswith("↑") else "sure worse", moved
