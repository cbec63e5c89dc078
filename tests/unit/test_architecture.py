"""The house: which room may know of which, and what no file may contain."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {  # room -> what it must not import
    "data": {"streamlit", "plotly", "pandas", "metrics", "pages", "cli", "dashboard"},
    "metrics": {"streamlit", "plotly", "pandas", "pages", "cli", "dashboard"},
    "pages": {"cli", "dashboard", "duckdb"},
}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_that_it_must_not_know(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        assert not imports(file) & FORBIDDEN[room], file.relative_to(ROOT)


def test_documents_are_made_without_a_screen() -> None:
    names = [f"pages.documents.{f.stem}" for f in (ROOT / "pages" / "documents").glob("*.py")]
    said = f"import sys, {', '.join(names)}; print('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_a_command_starts_without_a_screen() -> None:
    said = "import sys, cli; cli.parser(); print('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_no_room_is_called_by_nothing_in_particular() -> None:
    for file in (*ROOT.glob("*.py"), *(f for r in FORBIDDEN for f in (ROOT / r).rglob("*.py"))):
        assert file.stem not in {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def test_the_top_level_is_what_was_agreed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    agreed = {
        "pyproject.toml",
        "dashboard.py",
        "pages",
        "metrics",
        "data",
        "tests",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "Makefile",
        "requirements.lock",
        "cli.py",
        "hongfeng.toml",
        "docs",
    }
    assert {path.split("/")[0] for path in tracked if not path.startswith(".")} <= agreed


def test_the_lock_names_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    for word in ("http", "-url", "-links", "file:", "@ "):
        assert word not in lock


def test_defaults_are_closed() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text()
    assert 'address = "127.0.0.1"' in config
    assert "gatherUsageStats = false" in config
