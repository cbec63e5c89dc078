"""The funnel: each unit's value against its denominator, with the limits of chance."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.analysis.funnel import Funnel, worse_places
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.definition import value_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import value_axis
from pages.parts.theme import chart, palette
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
            figure.add_traces(_limits(funnel, limits, dash, name, colours))
    centre = f"全体 {words.value_of(indicator, funnel.centre)}"
    figure.add_trace(_flat(funnel, funnel.centre, centre, colours.quiet))
    if target is not None:
        aim = value_in_words(indicator, target)
        figure.add_trace(_flat(funnel, target, f"目标 {aim}", colours.accent, "dash"))
    figure.add_trace(_units(indicator, funnel, colours))
    figure.add_traces(_ring(funnel, chosen, colours))
    return chart(
        figure,
        height=HEIGHT,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "分母"}, "rangemode": "tozero", "tickformat": ","},
        yaxis=value_axis(indicator),
    )


def _limits(
    funnel: Funnel, limits: Sequence[tuple[float, float]], dash: str, name: str, colours: Palette
) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=funnel.sizes, y=[pair[side] for pair in limits], mode="lines", name=name,
            line={"color": colours.context, "width": 1, "dash": dash}, showlegend=side == 0,
            hoverinfo="skip",
        )
        for side in (0, 1)
    ]  # fmt: skip


def _flat(funnel: Funnel, at: float, name: str, colour: str, dash: str = "solid") -> go.Scatter:
    return go.Scatter(
        x=[funnel.sizes[0], funnel.sizes[-1]], y=[at, at], mode="lines", name=name,
        line={"color": colour, "width": 1.5, "dash": dash}, hoverinfo="skip",
    )  # fmt: skip


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
        hovertext=[spoken(indicator, unit) for unit in funnel.units],
        hovertemplate="%{hovertext}<extra></extra>",
        # What was clicked is ringed; the others stay as they are.
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _ring(funnel: Funnel, chosen: str, colours: Palette) -> list[go.Scatter]:
    """A ring around the chosen unit, if it is drawn at all; its name stands towards the middle."""
    middle = max(funnel.sizes) / 2
    return [
        go.Scatter(
            x=[unit.denominator], y=[unit.value], mode="markers+text", text=[unit.name],
            textposition=f"middle {'right' if (unit.denominator or 0) < middle else 'left'}",
            hoverinfo="skip", showlegend=False,
            marker={"size": 18, "symbol": "circle-open", "color": colours.ink,
                    "line": {"width": 2}},
        )
        for unit in funnel.units
        if unit.unit == chosen
    ]  # fmt: skip
