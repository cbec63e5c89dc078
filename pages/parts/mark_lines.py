"""The marks of persons on a chart: a thin line on the day, under a sign that is read below it."""

from collections.abc import Mapping

import plotly.graph_objects as go

from pages.documents.colours import Palette


def mark_lines(figure: go.Figure, signs: Mapping[str, str], colours: Palette) -> None:
    """signs: where on the x axis -> ①②. Drawn inside, under the upper edge."""
    for at, sign in signs.items():
        figure.add_shape(
            type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", layer="below",
            line={"color": colours.quiet, "width": 1, "dash": "dashdot"},
        )  # fmt: skip
        figure.add_annotation(
            x=at, y=1, yref="paper", text=sign, showarrow=False, yanchor="top", xanchor="left",
            font={"color": colours.quiet, "size": 14},
        )  # fmt: skip
