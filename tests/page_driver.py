"""Drives a page through the router as a user would, without a browser."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from metrics.cells.store import opened
from pages.server import settings
from tests.patience import PATIENCE

ROOT = Path(__file__).parent.parent
settings.apply()
# Words that are written so in Chinese texts too, and codes of the catalogue's sources.
ALLOWED = {"Excel", "CSV", "Word", "PPT", "PDF", "LibreOffice"}


@contextmanager
def fresh_caches() -> Iterator[None]:
    """The store of one test must not serve the next one."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()
    opened.cache_clear()


def open_page(page: str, role: str = "leader", **query: str) -> AppTest:
    """The page with its query, opened by a role; fails on any exception."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=PATIENCE)
    app.session_state["role"] = role
    app.switch_page(f"pages/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def text_of(app: AppTest) -> str:
    """What the page says: markup without its tags, labels, choices, table heads."""
    said = [_untagged(element.proto.body) for element in app.get("html")]
    said += [_untagged(json.loads(element.proto.json)) for element in app.get("bidi_component")]
    for kind in ("markdown", "caption", "warning", "info", "error"):
        said += [str(element.value) for element in app.get(kind)]
    said += [str(element.value) for element in app.subheader]
    said += [str(element.label) for element in (*app.button, *app.selectbox, *app.tabs)]
    said += [option for element in app.selectbox for option in element.options]
    for shown in app.dataframe:
        columns = json.loads(shown.proto.columns or "{}").values()
        said += [f"{c.get('label') or ''} {c.get('help') or ''}" for c in columns]
    return "\n".join(said)


def drawn_of(app: AppTest, key: str) -> str:
    """The markup that `pages.parts.clickable` draws under a key."""
    return next(
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.id.endswith(f"-{key}")
    )


def _untagged(markup: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", markup, flags=re.DOTALL)


def headline_of(app: AppTest) -> str:
    bodies = [element.proto.body for element in app.get("html")]
    found = next(body for body in bodies if body.startswith('<div class="hf-headline"'))
    return re.sub(r"<[^>]+>", "", found)


def english_in(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{3,}", text)) - ALLOWED
