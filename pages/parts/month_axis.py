"""What charts over time share: the axis of months, the axis of values, a band, the layout."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.calendar.period import Period
from metrics.indicators.catalogue import Indicator
from metrics.scoring.score_trend import ScorePoint
from pages.documents.colours import Palette
from pages.parts.theme import chart


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


def value_axis(indicator: Indicator) -> dict[str, object]:
    """Percentages as such; counts from 0 up."""
    if indicator.kind in ("proportion", "ratio"):
        return {"tickformat": ".0%", "nticks": 6}
    return {"rangemode": "tozero", "nticks": 6, "tickformat": ",~r"}


def band(
    labels: Sequence[str],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    name: str,
    colours: Palette,
) -> list[go.Scatter]:
    """The range between two lines, filled; only the range is named."""
    line = {"width": 0, "color": colours.data_soft}
    lower = go.Scatter(
        x=labels, y=lows, mode="lines", line=line, showlegend=False, hoverinfo="skip"
    )
    upper = go.Scatter(
        x=labels, y=highs, mode="lines", line=line, fill="tonexty", fillcolor=colours.data_soft,
        name=name, hoverinfo="skip",
    )  # fmt: skip
    return [lower, upper]


def over_time(
    figure: go.Figure, indicator: Indicator, labels: Sequence[str], every: int, height: int
) -> go.Figure:
    """The layout of an indicator over months or weeks, of which every so many are named."""
    return chart(
        figure,
        height=height,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis=month_axis(labels, every),
        yaxis=value_axis(indicator),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )
