"""An open page follows the journal: a small script asks for the position and reruns on news."""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js")
COMPONENT = st.components.v2.component(
    "hongfeng_follow", html='<span class="root"></span>', js=SCRIPT.read_text("utf-8")
)


def follow(mark: str) -> None:
    """Rerun the page when the journal's mark is no longer the one that it shows."""
    COMPONENT(data=mark, key="follow", on_moved_change=lambda: None)
