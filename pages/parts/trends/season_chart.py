"""The weeks of a year over the range of the same weeks of earlier years."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.analysis.marks import Mark, signs_by_place
from metrics.analysis.season import SeasonWeek
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from pages.documents.colours import Palette
from pages.parts.month_axis import band, mark_lines, over_time
from pages.parts.theme import palette, pointed, thin_line
from pages.parts.trends.control_figure import labels_of

HEIGHT = 300


def season_chart(
    indicator: Indicator, weeks: Sequence[SeasonWeek], marks: Sequence[Mark]
) -> go.Figure:
    """Weeks above or below all earlier years are drawn as diamonds; an open week hollow."""
    colours = palette()
    periods = [week.point.period for week in weeks]
    labels = labels_of(periods, "week")
    lows, highs = [week.low for week in weeks], [week.high for week in weeks]
    figure = go.Figure(band(labels, lows, highs, "往年同周范围", colours))
    means = [week.mean for week in weeks]
    figure.add_trace(thin_line(labels, means, colours.context, "dot", "往年同周均值"))
    figure.add_trace(_this_year(indicator, labels, weeks, colours))
    signs = signs_by_place(marks, periods)
    mark_lines(figure, {labels[place]: sign for place, sign in signs.items()}, colours)
    return over_time(figure, indicator, labels, 8, HEIGHT)


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
        **pointed(_spoken(indicator, week) for week in weeks),
    )


def _spoken(indicator: Indicator, week: SeasonWeek) -> list[str]:
    lines = [f"{week.point.period.title}：{words.value_of(indicator, week.point.value)}"]
    for earlier in week.earlier:
        year = earlier.period.starts_on.isocalendar().year
        lines.append(f"{year}年同周 {words.value_of(indicator, earlier.value)}")
    return lines
