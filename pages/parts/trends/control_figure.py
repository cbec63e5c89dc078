"""The control chart: points, mean, limits, target, and signals that differ in shape and colour."""

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from metrics.analysis.control_chart import ControlChart, ControlPoint, Stretch
from metrics.analysis.marks import Mark, signs_by_place
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.control_readings import TYPES, value_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import mark_lines, month_labels, over_time
from pages.parts.theme import palette, pointed, thin_line

Step = Literal["month", "week"]
HEIGHT = 360
TICKS: dict[Step, int] = {"month": 3, "week": 13}


def labels_of(periods: Sequence[Period], step: Step) -> list[str]:
    if step == "month":
        return month_labels(periods)
    iso = [p.starts_on.isocalendar() for p in periods]
    return [f"{week.week}周<br>{week.year}" for week in iso]


def control_figure(
    indicator: Indicator, chart: ControlChart, marks: Sequence[Mark], step: Step
) -> go.Figure:
    """A period that is not over is hollow; each stretch has its own mean and limits."""
    colours = palette()
    periods = [point.point.period for point in chart.points]
    labels = labels_of(periods, step)
    figure = go.Figure()
    for number, stretch in enumerate(chart.stretches):
        figure.add_traces(_limits(chart, stretch, labels, number == 0, colours))
    if chart.target is not None:
        ends, name = [labels[0], labels[-1]], f"目标 {words.value_of(indicator, chart.target)}"
        figure.add_trace(thin_line(ends, [chart.target] * 2, colours.accent, "dot", name))
    values = [p.point.value for p in chart.points]
    figure.add_trace(thin_line(labels, values, colours.data))
    figure.add_traces(_dots(indicator, chart, labels, colours))
    signs = {labels[place]: sign for place, sign in signs_by_place(marks, periods).items()}
    mark_lines(figure, signs, colours)
    return over_time(figure, indicator, labels, TICKS[step], HEIGHT)


def _limits(
    chart: ControlChart, stretch: Stretch, labels: Sequence[str], is_named: bool, colours: Palette
) -> list[go.Scatter]:
    points = chart.points[stretch.first : stretch.last]
    if stretch.limits is None:
        return []
    own = labels[stretch.first : stretch.last]
    lines = (
        ([p.upper for p in points], "控制界限" if is_named else "", "dash"),
        ([p.lower for p in points], "", "dash"),
        ([p.mean for p in points], "均值" if is_named else "", "solid"),
    )
    return [
        thin_line(own, values, colours.context, dash, name, 1.3) for values, name, dash in lines
    ]


def style_of(colours: Palette) -> dict[str, tuple[str, str]]:
    """Type of point -> colour and shape: one that does not see colours sees the shape."""
    return {
        "common_cause": (colours.data, "circle"),
        "improvement": (colours.better, "diamond"),
        "concern": (colours.worse, "square"),
        "neutral_high": (colours.accent, "triangle-up"),
        "neutral_low": (colours.accent, "triangle-down"),
    }


def _dots(
    indicator: Indicator, chart: ControlChart, labels: Sequence[str], colours: Palette
) -> list[go.Scatter]:
    """One trace for each type of point, so that the legend names it."""
    traces = []
    for kind in style_of(colours):
        own = [
            (label, p) for label, p in zip(labels, chart.points, strict=True)
            if p.type == kind and p.point.value is not None
        ]  # fmt: skip
        if own:
            traces.append(_trace(indicator, own, kind, colours))
    return traces


def _trace(
    indicator: Indicator, own: Sequence[tuple[str, ControlPoint]], kind: str, colours: Palette
) -> go.Scatter:
    colour, shape = style_of(colours)[kind]
    return go.Scatter(
        x=[label for label, _ in own],
        y=[p.point.value for _, p in own],
        mode="markers",
        name=TYPES[kind],
        marker={
            "size": 7 if kind == "common_cause" else 10,
            "symbol": shape,
            "color": [colours.paper if p.is_open else colour for _, p in own],
            "line": {"width": 1.5, "color": colour},
        },
        **pointed(value_in_words(indicator, p) for _, p in own),
    )
