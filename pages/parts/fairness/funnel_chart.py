"""The funnel: each unit's value against its denominator, with the limits of chance."""

import plotly.graph_objects as go

from metrics.analysis.funnel import Funnel, worse_places
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.definition import value_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import value_axis
from pages.parts.theme import LEGEND, UNMOVED, as_text, chart, palette, pointed, thin_line
from pages.parts.unit_dots import spoken

HEIGHT = 440


def funnel_chart(
    indicator: Indicator, funnel: Funnel, target: float | None, chosen: str = ""
) -> go.Figure:
    """Beyond a limit on the worse side: larger and in the accent; too small to judge: hollow.

    chosen   code of a unit that is ringed and named
    """
    colours = palette()
    figure = go.Figure()
    for limits, dash, name in (
        (funnel.chance, "dashdot", "只计随机波动的 99.8% 界限"),
        (funnel.alarm, "solid", "99.8% 界限"),
        (funnel.warning, "dot", "95% 界限"),
    ):
        if limits:
            for side, label in enumerate((name, "")):
                edge = [pair[side] for pair in limits]
                figure.add_trace(thin_line(funnel.sizes, edge, colours.context, dash, label, 1))
    centre = f"全体 {words.value_of(indicator, funnel.centre)}"
    ends = [funnel.sizes[0], funnel.sizes[-1]]
    figure.add_trace(thin_line(ends, [funnel.centre] * 2, colours.quiet, name=centre))
    if target is not None:
        aim = f"目标 {value_in_words(indicator, target)}"
        figure.add_trace(thin_line(ends, [target] * 2, colours.accent, "dash", aim))
    figure.add_trace(_units(indicator, funnel, colours))
    figure.add_traces(_ring(funnel, chosen, colours))
    return chart(
        figure,
        height=HEIGHT,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": "分母"}, "rangemode": "tozero", "tickformat": ","},
        yaxis=value_axis(indicator),
    )


def _units(indicator: Indicator, funnel: Funnel, colours: Palette) -> go.Scatter:
    far, near = worse_places(indicator)
    fills = {far: colours.accent, "unjudged": colours.paper}
    rims = {far: colours.accent, near: colours.accent, "unjudged": colours.context}
    return go.Scatter(
        x=[unit.denominator for unit in funnel.units],
        y=[unit.value for unit in funnel.units],
        mode="markers",
        showlegend=False,
        marker={
            "size": [11 if place in (far, near) else 8 for place in funnel.places],
            "symbol": ["diamond" if place in (far, near) else "circle" for place in funnel.places],
            "color": [fills.get(place, colours.data) for place in funnel.places],
            "line": {
                "width": 1.5,
                "color": [rims.get(place, colours.data) for place in funnel.places],
            },
        },
        customdata=[unit.unit for unit in funnel.units],
        **pointed(spoken(indicator, unit) for unit in funnel.units),
        **UNMOVED,
    )


def _ring(funnel: Funnel, chosen: str, colours: Palette) -> list[go.Scatter]:
    """A ring around the chosen unit, if it is drawn at all; its name stands towards the middle."""
    middle = max(funnel.sizes) / 2
    return [
        go.Scatter(
            x=[unit.denominator], y=[unit.value], mode="markers+text", text=[as_text(unit.name)],
            textposition=f"middle {'right' if (unit.denominator or 0) < middle else 'left'}",
            hoverinfo="skip", showlegend=False,
            marker={"size": 18, "symbol": "circle-open", "color": colours.ink,
                    "line": {"width": 2}},
        )
        for unit in funnel.units
        if unit.unit == chosen
    ]  # fmt: skip
