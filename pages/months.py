"""The axis of months: 18年8月 once a year, the month alone otherwise."""

from collections.abc import Sequence

from metrics.period import Period
from metrics.score_trend import ScorePoint


def month_labels(periods: Sequence[Period]) -> list[str]:
    """One label for each month, all different: the year stands in every one, on a second line."""
    return [f"{p.starts_on.month}月<br>{p.starts_on.year}" for p in periods]


def ranked_labels(points: Sequence[ScorePoint]) -> list[str]:
    """The same with the rank of the month on a third line."""
    labels = month_labels([point.period for point in points])
    ranks = ["" if point.rank is None else f"<b>{_short(point.rank)}</b>" for point in points]
    return [f"{label}<br>{rank}" for label, rank in zip(labels, ranks, strict=True)]


def _short(rank: int) -> str:
    """Three digits and a word would run into the next month."""
    return f"{rank}名" if rank < 100 else str(rank)


def month_axis(labels: Sequence[str], every: int = 1) -> dict[str, object]:
    """Every month, or every second one counted back from the last, which is always named."""
    return {
        "type": "category",
        "showgrid": False,
        "tickangle": 0,
        "tickfont": {"size": 11},
        "tickvals": list(labels[::-1][::every][::-1]),
    }
