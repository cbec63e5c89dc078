"""What an act came to, told beside its button, in a place that is always there.

The place is there also when nothing is told: what stands below keeps its place and is not drawn
twice. What is told goes with the thing that it is about, with the person, and after a while.
"""

import time

import streamlit as st

from pages import frame

KEY = "_outcome"
TOLD_FOR = 60  # seconds: an open page is drawn again as the journal moves on


def keep_outcome(about: str, told: str, *, is_done: bool) -> None:
    """Keep it for the run that follows. `about`: an id of what the button acts on."""
    st.session_state[KEY] = about, frame.acting().code, told, is_done, time.monotonic()


def show_outcome(about: str) -> None:
    with st.container():
        of, person, told, is_done, since = st.session_state.get(KEY, ("", "", "", False, 0.0))
        is_fresh = time.monotonic() - since < TOLD_FOR
        if (of, person) == (about, frame.acting().code) and is_fresh:
            (st.success if is_done else st.warning)(told)
