"""The server: st.App from the start, so that routes can stand beside the dashboard."""

import os
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from data.journal import Journal, product_version

ROOT = Path(__file__).parent.parent


def store_folder() -> Path:
    return Path(os.environ.get("HONGFENG_STORE", "var"))


def health(request: Request) -> JSONResponse:
    """Journal position, data time and version: what a watcher or the wall screen asks for."""
    journal = Journal(store_folder())
    time = journal.data_time()
    return JSONResponse(
        {
            "status": "ok",
            "version": product_version(),
            "position": journal.position(),
            "data_time": time.isoformat() if time else None,
        },
        headers={"Cache-Control": "no-store"},
    )


# Streamlit takes a folder named pages/ for its old menu of files until the router has run once:
# the first visitor after a start who follows a link would get that menu instead of the page.
PagesManager.uses_pages_directory = False


def home(request: Request) -> RedirectResponse:
    """总览 lies at the root; its own name leads there too, with the same view."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}")


app = st.App(ROOT / "dashboard.py", routes=[Route("/api/health", health), Route("/overview", home)])


def serve(port: int) -> int:
    """Serve on loopback until interrupted."""
    os.chdir(ROOT)  # .streamlit/config.toml stands beside dashboard.py
    print(f"红枫看板：http://127.0.0.1:{port}", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    return 0
