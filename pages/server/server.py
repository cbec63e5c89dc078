"""The server: st.App from the start, so that routes can stand beside the dashboard."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from data.channels.runner import run_channels
from data.environment import config, store_folder
from data.journal.watch import watch_of
from metrics.cells.store import opened
from pages.server import settings
from pages.server.nightly import reconcile_nightly
from pages.server.routes import ROUTES
from pages.server.warmup import keep_tidy

ROOT = Path(__file__).parents[2]


# Streamlit takes a folder named pages/ for its old menu of files until the router has run once:
# the first visitor after a start who follows a link would get that menu instead of the page.
PagesManager.uses_pages_directory = False


def home(request: Request) -> RedirectResponse:
    """总览 lies at the root; its own name leads there too, with the same view."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}")


@asynccontextmanager
async def channels(app: st.App) -> AsyncIterator[None]:
    """The channels of hongfeng.toml and the nightly reconciling, as long as the server runs."""
    stop, store = threading.Event(), store_folder()
    running = threading.Thread(
        target=run_channels, args=(config(), store, stop, opened(store).copy), daemon=True
    )
    running.start()
    nightly = (config().reconcile.at, store, stop)
    for run, given in (
        (watch_of(store).run, (stop,)),
        (keep_tidy, (stop,)),
        (reconcile_nightly, nightly),
    ):
        threading.Thread(target=run, args=given, daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        await run_in_threadpool(running.join, 3)


app = st.App(ROOT / "dashboard.py", lifespan=channels, routes=[*ROUTES, Route("/overview", home)])


def serve(port: int) -> int:
    """Serve on loopback until interrupted."""
    settings.apply()
    print(f"红枫看板：http://127.0.0.1:{port}", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    return 0
