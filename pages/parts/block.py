"""One block of a page: a picture, what it says, its rows as text, and the same to take along."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from pages.documents.sheet import Sheet
from pages.parts import frame
from pages.parts.clickable import show_clickable
from pages.parts.table import export_buttons
from pages.parts.theme import show_chart


@dataclass(frozen=True)
class Block:
    """Made once, kept, drawn many times.

    title     '' where the page writes one of its own, or the picture above goes on
    picture   a chart or markup of ours; None or '' where there is nothing to draw: then the words
              stand alone
    sheet     the rows to take along
    text      markup of the same rows, folded away: for who cannot see the picture
    """

    title: str
    picture: go.Figure | str | None
    reading: str
    sheet: Sheet | None = None
    text: str = ""


def show_block(block: Block, key: str, on_select: Callable[[], None] | None = None) -> None:
    """on_select: what a click on a point of a chart does; which one it was is under the key."""
    if block.title:
        st.markdown(f"##### {block.title}")
    if isinstance(block.picture, go.Figure):
        show_chart(block.picture, key, on_select)
    elif block.picture:
        show_clickable(block.picture, key)
    if block.reading:
        frame.reading(block.reading)
    if not block.picture:
        return
    if block.text:
        st.html(block.text)
    if block.sheet is not None:
        export_buttons(block.sheet, key)
