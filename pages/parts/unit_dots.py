"""Units side by side: a dot with its 95 % interval, a bar for counts, against the whole's value."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Indicator
from metrics.wording.definition import value_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import value_axis
from pages.parts.theme import as_text, chart, error_bars, palette, pointed, rows_axis

ROW = 24  # pixels


def unit_dots(
    indicator: Indicator,
    units: Sequence[Figure],
    is_comparable: Sequence[bool],
    whole: Figure,
    target: float | None,
) -> go.Figure:
    """In the order given, the first on top. Too small to compare: grey and hollow."""
    colours = palette()
    figure = go.Figure()
    names = chart_names(units)
    figure.add_trace(_trace(indicator, units, names, is_comparable, colours))
    if whole.value is not None and indicator.kind != "count":
        value = words.value_of(indicator, whole.exact)
        _line_at(figure, whole.value, f"全局 {value}", colours.context, "dot", "top left")
    if target is not None:
        value = value_in_words(indicator, target)
        _line_at(figure, target, f"目标 {value}", colours.accent, "dash", "top right")
    return chart(
        figure,
        height=ROW * len(units) + 64,
        xaxis=value_axis(indicator),
        yaxis=rows_axis(names),
        margin={"l": 8, "r": 48, "t": 24, "b": 8},
        bargap=0.4,
    )


def chart_names(units: Sequence[Figure]) -> list[str]:
    """Two villages may share a name; a chart needs different ones."""
    names = [unit.name for unit in units]
    return [
        as_text(unit.name if names.count(unit.name) == 1 else f"{unit.name} {unit.unit}")
        for unit in units
    ]


def _trace(
    indicator: Indicator,
    units: Sequence[Figure],
    names: Sequence[str],
    is_comparable: Sequence[bool],
    colours: Palette,
) -> go.Bar | go.Scatter:
    """Bars for counts, dots for all else, with their intervals."""

    def reach(bound: float | None, value: float | None) -> float:
        return 0.0 if bound is None or value is None else abs(bound - value)

    def shades(unsure: str) -> list[str]:
        return [colours.data if sure else unsure for sure in is_comparable]

    above = [reach(unit.upper, unit.value) for unit in units]
    below = [reach(unit.lower, unit.value) for unit in units]
    figures = {
        "x": [unit.value for unit in units],
        "y": names,
        "error_x": error_bars(above, below, colours.context),
        **pointed(spoken(indicator, unit) for unit in units),
    }
    if indicator.kind == "count":
        return go.Bar(orientation="h", marker={"color": shades(colours.context)}, **figures)
    rims = {"width": 2, "color": shades(colours.context)}
    marker = {"size": 9, "color": shades(colours.paper), "line": rims}
    return go.Scatter(mode="markers", marker=marker, **figures)


def spoken(indicator: Indicator, unit: Figure) -> list[str]:
    """What the pointer shows: the value, its parts, its interval."""
    lines = [
        f"{unit.name}：{words.value_of(indicator, unit.exact)}",
        words.fraction_of(unit, indicator),
    ]
    if unit.lower is not None:
        lines.append(f"95% 区间 {words.range_of(indicator, unit.lower, unit.upper)}")
    return lines


def _line_at(figure: go.Figure, at: float, text: str, colour: str, dash: str, where: str) -> None:
    figure.add_vline(
        x=at,
        line={"color": colour, "dash": dash, "width": 1.5},
        annotation={"text": text, "font": {"color": colour, "size": 12}, "yanchor": "bottom"},
        annotation_position=where,
    )
