"""Shrunk estimates: from the raw value (hollow) to the estimate (filled) with its interval."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.analysis.fairness import Compared, UnitComparison
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from pages.documents.colours import Palette
from pages.parts.month_axis import value_axis
from pages.parts.theme import LEGEND, chart, error_bars, palette, pointed, rows_axis, thin_line
from pages.parts.unit_dots import ROW, chart_names

MOST = 16  # rows; of more units the smallest are drawn, which move most


def shrink_chart(comparison: UnitComparison, chosen: str = "") -> go.Figure:
    """In the order of the table, the first on top; the chosen one in bold."""
    colours = palette()
    lines = shown_lines(comparison, chosen)
    names = _labels(lines, chosen)
    figure = go.Figure()
    figure.add_trace(_ways(lines, names, colours))
    figure.add_trace(_raw(lines, names, colours))
    figure.add_trace(_estimates(comparison.indicator, lines, names, colours))
    return chart(
        figure,
        height=ROW * len(lines) + 64,
        showlegend=True,
        legend=LEGEND,
        xaxis=value_axis(comparison.indicator),
        yaxis=rows_axis(names),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )


def shown_lines(comparison: UnitComparison, chosen: str = "") -> list[Compared]:
    """All, or those with the smallest denominators and the chosen one."""
    estimated = [line for line in comparison.lines if line.shrunk]
    smallest = sorted(
        estimated, key=lambda x: (x.figure.unit != chosen, x.figure.denominator or 0, x.figure.unit)
    )
    kept = {line.figure.unit for line in smallest[:MOST]}
    return [line for line in estimated if line.figure.unit in kept]


def _labels(lines: Sequence[Compared], chosen: str) -> list[str]:
    names = chart_names([line.figure for line in lines])
    return [
        f"<b>{name}</b>" if line.figure.unit == chosen else name
        for line, name in zip(lines, names, strict=True)
    ]


def _ways(lines: Sequence[Compared], names: Sequence[str], colours: Palette) -> go.Scatter:
    x: list[float | None] = []
    y: list[str | None] = []
    for line, name in zip(lines, names, strict=True):
        if line.shrunk:
            x += [line.figure.value, line.shrunk.value, None]
            y += [name, name, None]
    return thin_line(x, y, colours.context)


def _raw(lines: Sequence[Compared], names: Sequence[str], colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=[line.figure.value for line in lines], y=names, mode="markers", name="原值",
        marker={"size": 8, "color": colours.paper,
                "line": {"width": 1.5, "color": colours.context}},
        hoverinfo="skip",
    )  # fmt: skip


def _estimates(
    indicator: Indicator, lines: Sequence[Compared], names: Sequence[str], colours: Palette
) -> go.Scatter:
    estimates = [line.shrunk for line in lines if line.shrunk]
    return go.Scatter(
        x=[e.value for e in estimates],
        y=names,
        mode="markers",
        name="收缩估计及其 95% 区间",
        error_x=error_bars(
            [e.high - e.value for e in estimates],
            [e.value - e.low for e in estimates],
            colours.data,
        ),
        marker={"size": 9, "color": colours.data},
        **pointed(_spoken(indicator, line) for line in lines),
    )


def _spoken(indicator: Indicator, line: Compared) -> list[str]:
    raw = f"{words.value_of(indicator, line.figure.exact)}"
    parts = words.fraction_of(line.figure, indicator)
    sentences = [f"{line.figure.name}：原值 {raw}（{parts}）"]
    if line.shrunk:
        sentences.append(
            f"收缩估计 {words.value_of(indicator, line.shrunk.value)}"
            f"（{words.range_of(indicator, line.shrunk.low, line.shrunk.high)}）"
        )
        sentences.append(f"自身数据占 {words.percent(line.shrunk.own, 0)}")
    return sentences
