"""The waterfall: from full marks down to the score, one bar for each indicator that cost points."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.figures import words
from metrics.scoring.score_breakdown import BreakdownStep
from pages.documents.colours import Palette
from pages.parts.theme import as_text, chart, palette, pointed, rows_axis, step_bar

ROW = 24  # pixels
BARS = ("loss", "mixed", "ledger")


def waterfall(steps: Sequence[BreakdownStep]) -> go.Figure:
    """Read from top to bottom; the largest loss stands out, the sums are diamonds, not bars.

    The axis starts near the score, because a loss of 0.3 of 100 could not be seen otherwise; a
    bar is the difference of its two ends, so that its length stays honest.
    """
    colours = palette()
    labels = [as_text(step.label) for step in steps]
    ends = [float(end) for step in steps for end in (step.before, step.after)]
    lowest, highest = min(ends), max(ends)
    figure = go.Figure()
    for place, step in enumerate(steps):
        if step.kind in BARS:
            figure.add_trace(_bar(step, _colour(place, colours)))
    figure.add_trace(_sums(steps, colours))
    room = max((highest - lowest) * 0.16, 0.5)
    return chart(
        figure,
        height=ROW * len(steps) + 44,
        barmode="overlay",
        bargap=0.35,
        xaxis={"range": [lowest - room, highest + room * 0.9], "title": None, "ticksuffix": " 分"},
        yaxis=rows_axis(labels) | {"tickfont": {"size": 13}},
    )


def _colour(place: int, colours: Palette) -> str:
    """Steps come largest first: the first loss is the one that asks for a decision."""
    return colours.accent if place == 1 else colours.data


def _bar(step: BreakdownStep, colour: str) -> go.Bar:
    change, left = words.signed(-step.lost, 2), words.points(step.after)
    bar = step_bar(step.label, step.after, step.lost, colour, change)
    return bar.update(pointed([[f"{step.label}：{change} 分，余 {left} 分"]]))


def _sums(steps: Sequence[BreakdownStep], colours: Palette) -> go.Scatter:
    sums = [step for step in steps if step.kind not in BARS]
    return go.Scatter(
        y=[as_text(step.label) for step in sums],
        x=[float(step.after) for step in sums],
        mode="markers+text",
        marker={
            "symbol": ["line-ns" if step.kind == "rest" else "diamond" for step in sums],
            "size": 12,
            "color": colours.ink,
            "line": {"width": 2, "color": colours.ink},
        },
        text=[
            "" if step.kind == "rest" else f"<b>\u2002{words.points(step.after)}\u2002</b>"
            for step in sums
        ],
        textposition=["middle left" if step.kind == "full" else "middle right" for step in sums],
        cliponaxis=False,
        **pointed([f"{step.label}：{words.points(step.after)} 分"] for step in sums),
    )
