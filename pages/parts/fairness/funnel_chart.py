"""The funnel: each unit's value against its denominator, with the limits of chance."""

import plotly.graph_objects as go

from metrics.analysis.funnel import Funnel
from metrics.analysis.unit_verdict import worse_side
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.definition import value_in_words
from metrics.wording.verdict_words import BASE_NAME, verdict_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import value_axis
from pages.parts.theme import LEGEND, UNMOVED, as_text, chart, palette, pointed, thin_line
from pages.parts.unit_dots import spoken

HEIGHT = 440


def funnel_chart(
    indicator: Indicator, funnel: Funnel, target: float | None, chosen: str = ""
) -> go.Figure:
    """Worse than the whole: a diamond, filled where unusual even among its like; unjudged: hollow.

    chosen   code of a unit that is ringed and named
    """
    colours = palette()
    figure = go.Figure()
    for limits, dash, name in (
        (funnel.widened, "dashdot", "按同类平常差异放宽的 99.8% 界限"),
        (funnel.alarm, "solid", "99.8% 界限"),
        (funnel.warning, "dot", "95% 界限"),
    ):
        if limits:
            for side, label in enumerate((name, "")):
                edge = [pair[side] for pair in limits]
                figure.add_trace(thin_line(funnel.sizes, edge, colours.context, dash, label, 1))
    centre = f"{BASE_NAME} {words.value_of(indicator, funnel.centre)}"
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
    verdicts = [funnel.verdicts.of(unit.unit) for unit in funnel.units]
    is_worse = [verdict.where == worse_side(indicator) for verdict in verdicts]
    is_open = [verdict.where == "unjudged" for verdict in verdicts]
    tints = list(zip(verdicts, is_worse, is_open, strict=True))
    return go.Scatter(
        x=[unit.denominator for unit in funnel.units],
        y=[unit.value for unit in funnel.units],
        mode="markers",
        showlegend=False,
        marker={
            "size": [11 if worse else 8 for worse in is_worse],
            "symbol": ["diamond" if worse else "circle" for worse in is_worse],
            "color": [
                colours.paper
                if small
                else colours.accent
                if worse and verdict.is_unusual
                else colours.data
                for verdict, worse, small in tints
            ],
            "line": {
                "width": 1.5,
                "color": [
                    colours.context if small else colours.accent if worse else colours.data
                    for _, worse, small in tints
                ],
            },
        },
        customdata=[unit.unit for unit in funnel.units],
        **pointed(
            [*spoken(indicator, unit), verdict_in_words(verdict, indicator)]
            for unit, verdict in zip(funnel.units, verdicts, strict=True)
        ),
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
