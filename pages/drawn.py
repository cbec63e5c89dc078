"""A chart with what it says under it, made once and drawn many times."""

from dataclasses import dataclass

import plotly.graph_objects as go

from pages import frame
from pages.theme import show_chart


@dataclass(frozen=True)
class Drawn:
    """chart is None where there is nothing to draw: then the words stand alone."""

    chart: go.Figure | None
    reading: str

    def show(self, key: str) -> None:
        if self.chart is not None:
            show_chart(self.chart, key=key)
        frame.reading(self.reading)
