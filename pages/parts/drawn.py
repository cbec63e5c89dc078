"""A chart with what it says under it, made once and drawn many times."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from pages.parts import frame
from pages.parts.clickable import show_clickable
from pages.parts.table import Sheet, export_buttons
from pages.parts.theme import show_chart


@dataclass(frozen=True)
class Drawn:
    """chart is None where there is nothing to draw: then the words stand alone."""

    chart: go.Figure | None
    reading: str

    def show(self, key: str, on_select: Callable[[], None] | None = None) -> None:
        """on_select: what a click on a point does; which one it was is under the key."""
        chooses = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
        if self.chart is not None:
            show_chart(self.chart, key=key, **chooses)
        frame.reading(self.reading)


@dataclass(frozen=True)
class Picture:
    """A picture of our own markup with its title, what it says, and its data to take along.

    markup   empty where there is nothing to draw: then the words stand alone
    """

    title: str
    markup: str
    reading: str
    sheet: Sheet | None

    def show(self, key: str) -> None:
        st.markdown(f"##### {self.title}")
        if self.markup:
            show_clickable(self.markup, key=key)
        frame.reading(self.reading)
        if self.sheet is not None:
            export_buttons(self.sheet, key)
