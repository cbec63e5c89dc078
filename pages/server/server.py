"""The server: st.App from the start, so that routes can stand beside the dashboard."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from data.channels.runner import run_channels
from data.environment import config, store_folder
from data.journal.watch import watch_of
from metrics.cells.store import opened
from pages.parts.page_registry import HOME, navigation
from pages.server import settings
from pages.server.nightly import reconcile_nightly
from pages.server.routes import ROUTES
from pages.server.warmup import keep_tidy

ROOT = Path(__file__).parents[2]


def tell_pages() -> None:
    """Before the first visitor, who may follow a link to any page.

    Until `st.navigation` has run once, Streamlit takes the folder pages/ for its old menu of files
    (see its documentation) and would show that menu beside the page.
    """
    logging.disable(logging.WARNING)  # Streamlit warns that nobody's session is served here
    navigation()
    logging.disable(logging.NOTSET)


def home(request: Request) -> RedirectResponse:
    """The home page lies at the root; its own name leads there too, with the same view."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{HOME.path}{query}")


@asynccontextmanager
async def channels(app: st.App) -> AsyncIterator[None]:
    """The channels of hongfeng.toml and the nightly reconciling, as long as the server runs."""
    tell_pages()
    stop, store = threading.Event(), store_folder()
    running = threading.Thread(
        target=run_channels, args=(config(), store, stop, opened(store).copy), daemon=True
    )
    running.start()
    nightly = partial(reconcile_nightly, config().reconcile.at, store)
    for run in (watch_of(store).run, keep_tidy, nightly):
        threading.Thread(target=run, args=(stop,), daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        await run_in_threadpool(running.join, 3)


app = st.App(
    ROOT / "dashboard.py", lifespan=channels, routes=[*ROUTES, Route(f"/{HOME.name}", home)]
)


def serve(port: int) -> int:
    """Serve on loopback until interrupted."""
    settings.apply()
    print(f"红枫看板：http://127.0.0.1:{port}", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    return 0
