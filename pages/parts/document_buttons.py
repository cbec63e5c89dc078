"""Buttons that make a document when they are pressed, and not before."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from data.environment import config
from metrics.calendar.period import Period
from metrics.documents.material import Material
from pages.documents.build import Wish, make
from pages.documents.pdf import program
from pages.parts import frame


def document_buttons(
    screen: frame.Screen, period: Period, wishes: Sequence[tuple[str, Wish]], key: str
) -> None:
    """One button for each wish, for those who may take documents along; PDF where it can be had."""
    if not screen.actor.may("export"):
        return
    material = Material(screen.results, period)
    with st.container(horizontal=True):
        for place, (label, wish) in enumerate(wishes):
            if wish.ending == "pdf" and program() is None:
                continue
            st.download_button(
                label,
                data=partial(make, material, wish, config().documents),
                file_name=wish.name(material),
                key=f"{key}-document-{place}",
                on_click="ignore",
                type="tertiary",
                icon=":material/description:",
            )
