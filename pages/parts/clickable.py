"""HTML of our own with links that open a page without leaving the session.

A plain link would load the dashboard anew and forget who acts. Here a click reports where to go and
Streamlit goes there; opened in a new tab, the link is an ordinary address.
"""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from pages.parts.page_registry import PAGES

HERE = Path(__file__)
COMPONENT = st.components.v2.component(
    "hongfeng_clickable",
    html='<div class="root"></div>',
    css=HERE.with_suffix(".css").read_text("utf-8"),
    js=HERE.with_suffix(".js").read_text("utf-8"),
)


def address(page: str, **query: str) -> str:
    """The address of a page with its query, relative to the dashboard."""
    return f"{PAGES[page].name}?{urlencode(query)}"


def show_clickable(markup: str, key: str) -> None:
    """Draw the markup; a click on one of its links opens that page."""
    component = COMPONENT(data=markup, key=key, on_opened_change=lambda: None)
    if component.opened:
        go_to(str(component.opened))


def go_to(place: str) -> None:
    """Open an address made by `address`; what names no page of ours is ignored."""
    page, _, query = place.partition("?")
    if page in PAGES:
        st.switch_page(PAGES[page].script, query_params=dict(parse_qsl(query)))


def page_link(page: str, label: str, icon: str | None = None, **query: str) -> None:
    """A link with a label of its own to a page."""
    st.page_link(PAGES[page].script, label=label, icon=icon, query_params=query)
