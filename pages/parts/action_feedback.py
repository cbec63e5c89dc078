"""An act, and what it came to: told beside the key that was pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import streamlit as st

from data.declared import DeclarationError
from data.intake.reading.source import Refused
from data.journal.journal import JournalError
from data.journal.log import NotNow
from data.rights import NotPermitted
from pages.parts import frame, page_cache
from pages.parts.scroll import ANSWER, into_view

KEPT = "_answer"
REFUSALS = (NotNow, NotPermitted, JournalError, DeclarationError, Refused)
TOLD_FOR = 60  # seconds: what was written makes the page draw itself anew meanwhile


@dataclass(frozen=True)
class Answer:
    """What the last act came to. `place`: where it is told; it goes with the person."""

    place: str
    sentence: str
    is_done: bool
    person: str
    since: float


def act(what: Callable[[], object], done_words: str, place: str) -> None:
    """Do it and draw the page anew; a refusal is one sentence, here, and changes nothing."""
    st.session_state.pop(KEPT, None)
    try:
        what()
    except REFUSALS as error:
        st.error(str(error))
        return
    page_cache.watch().look()
    keep(place, done_words)
    st.rerun()


def answer(place: str, what: Callable[[], str]) -> bool:
    """Do it as a key is pressed, before the page is drawn; keeps its sentence, or why it is not."""
    try:
        keep(place, what())
    except REFUSALS as error:
        keep(place, str(error), is_done=False)
        return False
    return True


def keep(place: str, sentence: str, *, is_done: bool = True) -> None:
    """Keep it for the run that follows. `place`: where it is told, or an id of what it is about."""
    st.session_state[KEPT] = Answer(place, sentence, is_done, frame.acting().code, monotonic())


def forget(place: str) -> None:
    """Nothing is told there any more: the person turned to something else."""
    if _told(place):
        st.session_state.pop(KEPT)


def is_told(place: str) -> bool:
    return _told(place) is not None


def _told(place: str) -> Answer | None:
    answer: Answer | None = st.session_state.get(KEPT)
    if answer is None or answer.place != place or answer.person != frame.acting().code:
        return None
    return answer if monotonic() - answer.since < TOLD_FOR else None


def tell(place: str) -> None:
    """What the last act at this place came to.

    The box is always on the page, mostly empty: what lies below keeps its place and is not drawn
    twice.
    """
    with st.container():
        if answer := _told(place):
            with st.container(key=ANSWER):
                if answer.is_done:
                    st.success(answer.sentence, icon=":material/check_circle:")
                else:
                    st.warning(answer.sentence)
            into_view(ANSWER, answer.since)
