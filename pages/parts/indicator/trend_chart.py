"""An indicator over months: its line and 95 % band, last year's line, and the target."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.analysis.marks import Mark, signs_by_place
from metrics.analysis.monthly import TrendMonth
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from pages.documents.colours import Palette
from pages.parts.month_axis import band, mark_lines, month_labels, over_time
from pages.parts.theme import palette, pointed, thin_line

HEIGHT = 300


def trend_chart(
    indicator: Indicator, months: Sequence[TrendMonth], marks: Sequence[Mark] = ()
) -> go.Figure:
    """This year strong, last year quiet, the target dashed; a part of a month hollow."""
    colours = palette()
    labels = month_labels([month.period for month in months])
    figure = go.Figure()
    if any(month.lower is not None for month in months):
        lows, highs = [m.lower for m in months], [m.upper for m in months]
        figure.add_traces(band(labels, lows, highs, "95% 区间", colours))
    last_year, targets = [m.last_year for m in months], [m.target for m in months]
    figure.add_trace(thin_line(labels, last_year, colours.context, "dot", "上年同月"))
    if any(target is not None for target in targets):
        figure.add_trace(thin_line(labels, targets, colours.accent, "dash", "目标"))
    figure.add_trace(_line(indicator, labels, months, colours))
    signs = signs_by_place(marks, [month.period for month in months])
    mark_lines(figure, {labels[place]: sign for place, sign in signs.items()}, colours)
    return over_time(figure, indicator, labels, 2, HEIGHT)


def _line(
    indicator: Indicator, labels: Sequence[str], months: Sequence[TrendMonth], colours: Palette
) -> go.Scatter:
    fills = [colours.paper if m.period.is_part else colours.data for m in months]
    return go.Scatter(
        x=labels,
        y=[m.value for m in months],
        mode="lines+markers",
        name="本期",
        line={"color": colours.data, "width": 2.5},
        marker={"size": 7, "color": fills, "line": {"width": 2, "color": colours.data}},
        **pointed(_spoken(indicator, month) for month in months),
    )


def _spoken(indicator: Indicator, month: TrendMonth) -> list[str]:
    lines = [f"{month.period.title}：{words.value_of(indicator, month.value)}", month.counts]
    if month.lower is not None:
        lines.append(f"95% 区间 {words.range_of(indicator, month.lower, month.upper)}")
    lines.append(f"上年同月 {words.value_of(indicator, month.last_year)}")
    if month.target is not None:
        lines.append(f"目标 {words.value_of(indicator, month.target)}")
    return lines
