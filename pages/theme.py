"""The look: one palette for light and dark, one layout for every chart."""

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st


@dataclass(frozen=True)
class Palette:
    """accent: what needs a decision; data: the figures; context: what they are compared with."""

    paper: str
    panel: str
    ink: str
    quiet: str
    line: str
    accent: str
    data: str
    data_soft: str
    context: str
    better: str
    worse: str
    steps: tuple[str, ...]  # from none to all of the points; ink is legible on each


LIGHT = Palette(
    "#FBF9F5",
    "#F2EEE6",
    "#22262B",
    "#5F646B",
    "#DDD6C9",
    "#B5342B",
    "#3B6C9C",
    "#C3D3E2",
    "#8A8F98",
    "#2F7D5B",
    "#B5342B",
    ("#F4F1EA", "#E2E6E8", "#CAD6DF", "#AEC3D4", "#8FAEC8"),
)
DARK = Palette(
    "#101B2B",
    "#18263A",
    "#E8EAED",
    "#A7B0BC",
    "#2C3D56",
    "#E8776F",
    "#7FB0DE",
    "#33507A",
    "#8794A4",
    "#63BF97",
    "#E8776F",
    ("#18263A", "#1E3350", "#254066", "#2E4F7C", "#396092"),
)
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


CHART_CONFIG = {"displayModeBar": False, "responsive": True, "locale": "zh-CN"}


def show_chart(figure: go.Figure, key: str, **more: object) -> object:
    """Draw a chart with the house's settings; returns what Streamlit returns (a selection)."""
    return st.plotly_chart(figure, key=key, theme=None, config=CHART_CONFIG, **more)


STYLE = """
<style>
html, body, [class*="st-"] { font-variant-numeric: tabular-nums; }
.hf-headline { text-wrap: pretty;
  font-size: 1.45rem; font-weight: 600; line-height: 1.5; margin: .2rem 0 .3rem; }
.hf-mark { display: inline-block; font-size: .82rem; padding: 0 .5rem; margin-right: .4rem;
  border: 1px solid currentColor; border-radius: 4px; line-height: 1.5; white-space: nowrap; }
.hf-marks { margin-bottom: -.7rem; }
.hf-mark-accent { color: var(--hf-accent); }
.hf-reading { text-wrap: pretty; color: var(--hf-quiet); margin: -.3rem 0 .6rem; }
.hf-foot { color: var(--hf-quiet); font-size: .86rem; border-top: 1px solid var(--hf-line);
  padding-top: .6rem; margin-top: 1.2rem; line-height: 1.8; }
.hf-nowrap { white-space: nowrap; }
[data-testid="stSkipToContent"] { font-size: 0 !important; }
[data-testid="stSkipToContent"]::after { content: "跳到正文"; font-size: 1rem; }
@media print {
  header, [data-testid="stToolbar"], [data-testid="stSidebar"] { display: none !important; }
  .stApp, .stMain { position: static !important; overflow: visible !important; }
}
</style>
"""


def style() -> None:
    """The few rules that the theme file cannot say. Sent once per run."""
    colours = palette()
    variables = (
        f"<style>:root{{--hf-accent:{colours.accent};--hf-quiet:{colours.quiet};"
        f"--hf-line:{colours.line};--hf-data:{colours.data};--hf-panel:{colours.panel};"
        f"--hf-paper:{colours.paper};--hf-better:{colours.better};--hf-worse:{colours.worse};"
        f"--hf-soft:{colours.data_soft};--hf-ink:{colours.ink};}}</style>"
    )
    st.html(STYLE + variables)
