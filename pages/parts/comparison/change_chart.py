"""The picture of changes: a dot and its 95 % interval for each indicator, against no change.

Proportions lie on a scale of percentage points, all others on one of relative change; the two never
share an axis. What is beyond chance is filled, what is not is hollow.
"""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from metrics.analysis.compare import Comparison
from metrics.wording.compare_words import interval_in_words, p_in_words, sentence
from pages.documents.colours import Palette
from pages.parts.theme import UNMOVED, as_text, chart, error_bars, palette, pointed, rows_axis

ROW = 30  # pixels
LEAST, MOST = 1 / 8, 8.0  # ratios beyond are drawn at the edge
TICKS = (1 / 8, 1 / 4, 1 / 2, 0.8, 1, 1.25, 2, 4, 8)
TICK_TEXTS = ("−87.5%", "−75%", "−50%", "−20%", "0", "+25%", "+100%", "+300%", "+700%")


def change_chart(
    comparisons: Sequence[Comparison], focus: Comparison | None = None
) -> go.Figure | None:
    """In the order given, the first on top; None where nothing can be drawn.

    focus   the one that is looked at: its dot is larger
    """
    shares = [c for c in comparisons if c.method == "fisher" and c.difference is not None]
    others = [c for c in comparisons if c.method != "fisher" and c.relative is not None]
    panels = [panel for panel in (others, shares) if panel]
    if not panels:
        return None
    colours = palette()
    figure = make_subplots(rows=1, cols=len(panels), horizontal_spacing=0.24)
    for column, panel in enumerate(panels, 1):
        figure.add_trace(_dots(panel, focus, colours), row=1, col=column)
        figure.add_vline(
            x=1 if panel is others else 0,
            line={"color": colours.context, "width": 1.5, "dash": "dot"},
            row=1, col=column,
        )  # fmt: skip
    picture = chart(
        figure,
        height=ROW * max(len(panel) for panel in panels) + 90,
        margin={"l": 8, "r": 24, "t": 8, "b": 8},
    )
    for column, panel in enumerate(panels, 1):
        names = [as_text(c.indicator.title) for c in panel]
        picture.update_yaxes(rows_axis(names), row=1, col=column)
        picture.update_xaxes(_axis(is_relative=panel is others), row=1, col=column)
    return picture


def _axis(is_relative: bool) -> dict[str, object]:
    if not is_relative:
        return {"title": {"text": "差（百分点）"}, "nticks": 6}
    return {
        "title": {"text": "相对增幅（对数刻度）"},
        "type": "log",
        "tickvals": TICKS,
        "ticktext": TICK_TEXTS,
        "minallowed": -0.95,  # powers of ten, just beyond LEAST and MOST
        "maxallowed": 0.95,
    }


def _dots(panel: Sequence[Comparison], focus: Comparison | None, colours: Palette) -> go.Scatter:
    places = [_place(c) for c in panel]
    return go.Scatter(
        x=[at for at, _, _ in places],
        y=[as_text(c.indicator.title) for c in panel],
        mode="markers",
        error_x=error_bars(
            [high - at for at, _, high in places],
            [at - low for at, low, _ in places],
            colours.context,
        ),
        marker={
            "size": [15 if c is focus else 10 for c in panel],
            "color": [colours.data if c.is_real else colours.paper for c in panel],
            "line": {
                "width": 2,
                "color": [colours.data if c.is_real else colours.context for c in panel],
            },
        },
        customdata=[c.indicator.id for c in panel],
        **pointed(map(_spoken, panel)),
        **UNMOVED,
    )


def _place(c: Comparison) -> tuple[float, float, float]:
    """Where the dot and the ends of its interval lie; without a test the interval is the dot."""
    if c.method == "fisher":
        at = float(c.difference or 0) * 100
        low, high = (limit * 100 for limit in c.interval) if c.interval else (at, at)
        return at, min(low, at), max(high, at)
    at = _clipped(float(c.relative or 0))
    low, high = (_clipped(limit) for limit in c.interval) if c.interval else (at, at)
    return at, min(low, at), max(high, at)


def _clipped(relative: float) -> float:
    return min(max(1 + relative, LEAST), MOST)


def _spoken(c: Comparison) -> list[str]:
    lines = sentence(c).split("，")
    if c.test:
        lines += [f"变化的 95% 区间 {interval_in_words(c)}", f"P = {p_in_words(c)}"]
    return lines
