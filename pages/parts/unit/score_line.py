"""The scores of twelve months as a line, with the rank of each month below it."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.figures import words
from metrics.scoring.score_trend import ScorePoint
from pages.parts.month_axis import month_axis, month_labels, ranked_labels
from pages.parts.theme import chart, palette, pointed


def score_line(points: Sequence[ScorePoint], height: int, has_rank: bool) -> go.Figure:
    """A month that is not over is drawn hollow."""
    colours = palette()
    fills = [colours.paper if point.period.is_part else colours.data for point in points]
    labels = ranked_labels(points) if has_rank else month_labels([p.period for p in points])
    figure = go.Figure(
        go.Scatter(
            x=labels,
            y=[None if point.score is None else float(point.score) for point in points],
            mode="lines+markers",
            line={"color": colours.data, "width": 2},
            marker={"size": 8, "color": fills, "line": {"width": 2, "color": colours.data}},
            **pointed([_spoken(point, has_rank)] for point in points),
            cliponaxis=False,
        )
    )
    return chart(
        figure,
        height=height,
        margin={"l": 8, "r": 16, "t": 20, "b": 8},
        xaxis=month_axis(labels),
        yaxis={"ticksuffix": " 分", "nticks": 5},
    )


def _spoken(point: ScorePoint, has_rank: bool) -> str:
    rank = "" if point.rank is None or not has_rank else f"，第 {point.rank} 名"
    return f"{point.period.title}：{words.points(point.score)} 分{rank}"
