"""The look: one palette for light and dark, one layout for every chart."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import plotly.graph_objects as go
import streamlit as st
from markupsafe import escape

from pages.documents.colours import DARK, LIGHT, Palette
from pages.parts.markup import render

FONT = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',"
    "'WenQuanYi Micro Hei',sans-serif"
)


def palette() -> Palette:
    """The colours of the theme that the reader has chosen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def chart(figure: go.Figure, height: int, **more: object) -> go.Figure:
    """Put the common layout on a chart: no decoration, Chinese font, no zoom by accident."""
    colours = palette()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"family": FONT, "size": 13, "color": colours.ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"font": {"family": FONT, "size": 13}},
        showlegend=False,
        dragmode=False,
        separators=".,",
    )
    axis = {
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
    return figure.update_layout(**more)


# A legend over the picture; the dots that were not clicked stay as they are.
Values = Sequence[object]
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
UNMOVED = {side: {"marker": {"opacity": 1}} for side in ("selected", "unselected")}


def thin_line(
    x: Values, y: Values, colour: str, dash: str = "solid", name: str = "", width: float = 1.5
) -> go.Scatter:
    """A line to compare with, that is not pointed at; without a name it is not in the legend."""
    return go.Scatter(
        x=x, y=y, mode="lines", name=name, showlegend=bool(name), hoverinfo="skip",
        line={"color": colour, "width": width, "dash": dash},
    )  # fmt: skip


def error_bars(above: Sequence[float], below: Sequence[float], colour: str) -> dict[str, object]:
    """Intervals about dots: how far they reach to either side."""
    return {
        "type": "data", "symmetric": False, "array": list(above), "arrayminus": list(below),
        "color": colour, "thickness": 1.5, "width": 3,
    }  # fmt: skip


def step_bar(label: str, base: Fraction, size: Fraction, colour: str, text: str) -> go.Bar:
    """One step of many that lead from a sum to another, with its change written at its end."""
    return go.Bar(
        orientation="h", y=[as_text(label)], x=[float(size)], base=[float(base)], text=[text],
        marker={"color": colour}, textposition="outside", cliponaxis=False,
    )  # fmt: skip


def as_text(name: str) -> str:
    """A name as Plotly is to show it: it reads tags and entities in every text that it draws."""
    return str(escape(name))


def pointed(texts: Iterable[Sequence[str]]) -> dict[str, object]:
    """What the pointer shows at each point, line by line; empty lines are left out."""
    shown = ["<br>".join(as_text(line) for line in lines if line) for lines in texts]
    return {"hovertext": shown, "hovertemplate": "%{hovertext}<extra></extra>"}


def rows_axis(names: Sequence[str]) -> dict[str, object]:
    """One row for each name, the first on top."""
    return {"categoryorder": "array", "categoryarray": names[::-1], "showgrid": False}


CHART_CONFIG = {"displayModeBar": False, "responsive": True, "locale": "zh-CN"}


def show_chart(figure: go.Figure, key: str, on_select: Callable[[], None] | None = None) -> None:
    """Draw a chart with the house's settings. on_select: what a click on a point does."""
    st.plotly_chart(
        figure,
        key=key,
        theme=None,
        config=CHART_CONFIG,
        on_select=on_select or "ignore",
        selection_mode="points",
    )


def style() -> None:
    """The few rules that the theme file cannot say. Sent once per run."""
    st.html(render("theme.html", colours=palette()))
