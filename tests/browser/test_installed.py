"""`pip install .` is the whole product: it serves from another folder what a checkout does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import ROOT, SIZES, served, watched
from tests.wall_driver import SHOWN, open_wall

pytestmark = pytest.mark.browser
ROOMS = ("data", "metrics", "pages")
WRITTEN_BY_HAND = ("pyproject.toml", "README.md", "LICENSE", "cli.py", "dashboard.py")
WARM_WHITE = "rgb(251, 249, 245)"  # the paper of the light theme


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product as pip installs it, from a copy: a build leaves its litter beside the sources."""
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in WRITTEN_BY_HAND:
        shutil.copy(ROOT / name, source)
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    offline = "--quiet --no-index --no-deps --no-build-isolation --no-compile".split()
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", place, source]
    subprocess.run(command, check=True)
    return place


def test_every_file_of_the_product_is_installed(installed: Path) -> None:
    def files(root: Path) -> set[str]:
        of_rooms = [path for room in ROOMS for path in (root / room).rglob("*")]
        named = {str(p.relative_to(root)) for p in of_rooms if p.is_file()}
        return {name for name in named if "__pycache__" not in name}

    assert files(installed) == files(ROOT)
    assert (installed / "dashboard.py").is_file()
    assert (installed / "bin" / "hongfeng").is_file()


def test_another_folder_finds_what_is_installed(installed: Path, tmp_path: Path) -> None:
    ask = "import importlib.util as i; print(i.find_spec('cli').origin, i.find_spec('data').origin)"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    run = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.stdout.split() == [f"{installed}/cli.py", f"{installed}/data/__init__.py"]


def test_it_serves_from_another_folder(
    installed: Path, demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    with (
        served(demo_store, "--demo", program=installed, cwd=tmp_path) as server,
        watched(browser, SIZES[0]) as seen,
    ):
        seen.open(f"{server.address}/ranking?period=2019-06")
        assert "朱兰派出所" in seen.text()
        paper = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        assert seen.page.evaluate(paper) == WARM_WHITE
        open_wall(seen.page, server.address)  # its script, its style and its playlist
        assert seen.page.locator(SHOWN).inner_text()
        assert seen.outside == []
