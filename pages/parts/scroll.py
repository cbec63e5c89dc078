"""Scrolls to a part of the page, once: what an act came to may lie far from where one looks."""

from collections.abc import Callable

import streamlit as st

ANSWER, EDITOR = "answer", "editor-open"  # keys of the containers that are scrolled to
SCRIPT = """
export default function ({ data }) {
  const shown = window.hongfengShown ??= {};
  if (shown.KEY === data) return;
  shown.KEY = data;
  document.querySelector(".st-key-KEY")?.scrollIntoView({ block: "BLOCK" });
}
"""


def _component(key: str, block: str) -> Callable[..., object]:
    js = SCRIPT.replace("shown.KEY", f'shown["{key}"]').replace("KEY", key)
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
