"""The weeks of a year over the range of the same weeks of earlier years."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics import words
from metrics.catalogue import Indicator
from metrics.marks import Mark, signs_by_place
from metrics.season import SeasonWeek
from pages.control_figure import labels_of
from pages.mark_lines import mark_lines
from pages.months import month_axis
from pages.theme import Palette, chart, palette
from pages.trend_chart import value_axis

HEIGHT = 300


def season_chart(
    indicator: Indicator, weeks: Sequence[SeasonWeek], marks: Sequence[Mark]
) -> go.Figure:
    """Weeks above or below all earlier years are drawn as diamonds; an open week hollow."""
    colours = palette()
    periods = [week.point.period for week in weeks]
    labels = labels_of(periods, "week")
    figure = go.Figure(_range(labels, weeks, colours))
    figure.add_trace(_mean(labels, weeks, colours))
    figure.add_trace(_this_year(indicator, labels, weeks, colours))
    signs = signs_by_place(marks, periods)
    mark_lines(figure, {labels[place]: sign for place, sign in signs.items()}, colours)
    return chart(
        figure,
        height=HEIGHT,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis=month_axis(labels, 8),
        yaxis=value_axis(indicator),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )


def _range(
    labels: Sequence[str], weeks: Sequence[SeasonWeek], colours: Palette
) -> list[go.Scatter]:
    line = {"width": 0, "color": colours.data_soft}
    lower = go.Scatter(
        x=labels, y=[w.low for w in weeks], mode="lines", line=line, showlegend=False,
        hoverinfo="skip",
    )  # fmt: skip
    upper = go.Scatter(
        x=labels, y=[w.high for w in weeks], mode="lines", line=line, fill="tonexty",
        fillcolor=colours.data_soft, name="往年同周范围", hoverinfo="skip",
    )  # fmt: skip
    return [lower, upper]


def _mean(labels: Sequence[str], weeks: Sequence[SeasonWeek], colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=labels, y=[w.mean for w in weeks], mode="lines", name="往年同周均值", hoverinfo="skip",
        line={"color": colours.context, "width": 1.5, "dash": "dot"},
    )  # fmt: skip


def _this_year(
    indicator: Indicator, labels: Sequence[str], weeks: Sequence[SeasonWeek], colours: Palette
) -> go.Scatter:
    return go.Scatter(
        x=labels,
        y=[w.point.value for w in weeks],
        mode="lines+markers",
        name="近52周",
        line={"color": colours.data, "width": 2},
        marker={
            "size": [9 if w.place else 6 for w in weeks],
            "symbol": ["diamond" if w.place else "circle" for w in weeks],
            "color": [colours.paper if w.point.period.is_part else colours.data for w in weeks],
            "line": {"width": 1.5, "color": colours.data},
        },
        customdata=[_spoken(indicator, w) for w in weeks],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _spoken(indicator: Indicator, week: SeasonWeek) -> str:
    lines = [f"{week.point.period.title}：{words.value_of(indicator, week.point.value)}"]
    for earlier in week.earlier:
        year = earlier.period.starts_on.isocalendar().year
        lines.append(f"{year}年同周 {words.value_of(indicator, earlier.value)}")
    return "<br>".join(lines)
