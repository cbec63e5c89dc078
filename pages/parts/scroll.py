"""Scrolls to a part of the page, once: what an act came to may lie far from where one looks."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

ANSWER, EDITOR = "answer", "editor-open"  # keys of the containers that are scrolled to


def _component(key: str, block: str) -> Callable[..., object]:
    script = Path(__file__).with_suffix(".js").read_text("utf-8")
    js = script.replace("shown.KEY", f'shown["{key}"]').replace("KEY", key)
    component: Callable[..., object] = st.components.v2.component(
        f"hongfeng_show_{key.replace('-', '_')}",
        html="<span></span>",
        js=js.replace("BLOCK", block),
    )
    return component


COMPONENTS = {ANSWER: _component(ANSWER, "nearest"), EDITOR: _component(EDITOR, "start")}


def into_view(key: str, once: float) -> None:
    """once: when it was asked for; the same again does nothing, however often the page is drawn."""
    COMPONENTS[key](data=f"{once}", key=f"show-{key}")
