"""How Streamlit is set, wherever the program is started from."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOSED = {  # what keeps the product closed, as an operator would check it
    "server.address": "127.0.0.1",
    "server.headless": "True",
    "browser.gatherUsageStats": "False",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "False",
    "client.toolbarMode": "minimal",
    "client.disableDataExport": "True",
    "server.fileWatcherType": "none",
    "theme.light.primaryColor": "#B5342B",
    "theme.dark.backgroundColor": "#101B2B",
}
OPEN = """
[browser]
gatherUsageStats = true
[client]
showErrorDetails = "full"
[server]
address = "0.0.0.0"
[theme.light]
primaryColor = "#00FF00"
"""
ASK = """
import sys
from pages.server import server, settings
import streamlit as st
import uvicorn
uvicorn.run = lambda *_, **more: print(more["host"])
server.serve(0)
for name in sys.argv[1:]:
    print(st.get_option(name))
"""


def options_from(folder: Path, home: Path) -> list[str]:
    """The address listened on and the options of a server started in a folder."""
    command = [sys.executable, "-c", ASK, *CLOSED]
    run = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(home), "PATH": ""},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[1:]


def test_a_server_is_closed_wherever_it_is_started(tmp_path: Path) -> None:
    assert options_from(tmp_path, tmp_path) == ["127.0.0.1", *CLOSED.values()]


@pytest.mark.parametrize("lies_in", ["folder", "home"])
def test_options_that_lie_about_open_nothing(tmp_path: Path, lies_in: str) -> None:
    for name in ("folder", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / lies_in / ".streamlit").mkdir()
    (tmp_path / lies_in / ".streamlit" / "config.toml").write_text(OPEN, "utf-8")
    options = options_from(tmp_path / "folder", tmp_path / "home")
    assert options == ["127.0.0.1", *CLOSED.values()]
