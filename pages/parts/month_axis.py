"""What charts over time share: the axes, a band, the marks of persons, the layout."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from metrics.calendar.period import Period
from metrics.indicators.catalogue import Indicator
from metrics.scoring.score_trend import ScorePoint
from pages.documents.colours import Palette
from pages.parts.theme import LEGEND, chart


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


def mark_lines(figure: go.Figure, signs: Mapping[str, str], colours: Palette) -> None:
    """The marks of persons. signs: where on the x axis -> ①②. Inside, under the upper edge."""
    for at, sign in signs.items():
        figure.add_shape(
            type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", layer="below",
            line={"color": colours.quiet, "width": 1, "dash": "dashdot"},
        )  # fmt: skip
        figure.add_annotation(
            x=at, y=1, yref="paper", text=sign, showarrow=False, yanchor="top", xanchor="left",
            font={"color": colours.quiet, "size": 14},
        )  # fmt: skip


def over_time(
    figure: go.Figure, indicator: Indicator, labels: Sequence[str], every: int, height: int
) -> go.Figure:
    """The layout of an indicator over months or weeks, of which every so many are named."""
    return chart(
        figure,
        height=height,
        showlegend=True,
        legend=LEGEND,
        xaxis=month_axis(labels, every),
        yaxis=value_axis(indicator),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )
