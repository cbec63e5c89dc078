"""The look: one palette for light and dark, one layout for every chart."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from pages.documents.colours import DARK, LIGHT, Palette

__all__ = ["DARK", "LIGHT", "Palette", "chart", "palette", "show_chart", "style"]

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


# Streamlit's own dialogs hold no elements of a page; the one that tells of a lost connection is the
# only one without a key at its foot. Its English gives way to ours.
LOST = (
    '[data-testid="stDialog"]'
    ':not(:has([data-testid="stVerticalBlock"], [data-testid^="stBaseButton"]))'
)
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
.st-key-answer, .st-key-editor-open { scroll-margin: 5rem 0; }
[data-testid="stSkipToContent"] { font-size: 0 !important; }
[data-testid="stSkipToContent"]::after { content: "跳到正文"; font-size: 1rem; }
[data-testid="InputInstructions"] { display: none; }
[data-testid="stConnectionStatus"] > * { display: none !important; }
[data-testid="stConnectionStatus"]::after { content: "正在连接……"; }
LOST section > div > * { display: none !important; }
LOST section > h2 { visibility: hidden; font-size: 0 !important; }
LOST section > h2::after { visibility: visible; font-size: 1.25rem;
  content: "与服务器的连接已中断"; }
LOST section > div::after { line-height: 1.7;
  content: "正在自动重连，连上后本页自行更新；此前页上的数字停在中断之时。久未恢复请联系管理员。"; }
@media print {
  header, [data-testid="stToolbar"], [data-testid="stSidebar"] { display: none !important; }
  .stApp, .stMain { position: static !important; overflow: visible !important; }
}
</style>
""".replace("LOST", LOST)


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
