"""A chart with its reading, its data as a table to read, and the same to take along."""

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from pages.parts import frame
from pages.parts.linked_table import folded_table
from pages.parts.table import Sheet, export_buttons
from pages.parts.theme import show_chart


@dataclass(frozen=True)
class Told:
    """chart is None where there is nothing to draw: then the words stand alone.

    brief   what the table under the chart shows, where the sheet has more rows than one can read
    """

    chart: go.Figure | None
    reading: str
    sheet: Sheet
    brief: str = ""

    @staticmethod
    def of(
        chart: go.Figure | None, reading: str, sheet: Sheet, brief: Sheet | None = None
    ) -> "Told":
        return Told(chart, reading, sheet, folded_table(brief or sheet))

    def show(self, key: str) -> None:
        if self.chart is not None:
            show_chart(self.chart, key=key)
        frame.reading(self.reading)
        if self.chart is not None:
            st.html(self.brief)
            export_buttons(self.sheet, key)
