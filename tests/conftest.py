"""Shared stores: a city is made once, whatever the number of workers, runs and tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from data.intake.reading import read
from metrics.cells.count import Counted
from metrics.cells.store import Store
from tests.reading import read_here
from tests.stores import Maker, kept_store, make_demo, make_recent, make_town, shared_copy

# `make test` says the same of the same code on every machine, however slow; `make soak` tries
# the laws on cases that nobody has seen (--hypothesis-profile=exploring).
SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("exploring", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile("repeatable")

SHARED = Path(__file__).parent.parent.parent / "shared"


def shared(path: str) -> Path:
    """A file of ../shared; without that folder the test skips with a reason."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"../shared/{path} is not here")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a browser first; pages of the demo city one after another."""
    items.sort(key=lambda item: (item.path.parent.name, _opens_demo(item)))


def _opens_demo(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "opened_demo" in item.fixturenames


@pytest.fixture(autouse=True)
def _read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in the process of the test, but where a test is marked `apart`."""
    if "apart" not in request.keywords:
        monkeypatch.setattr(read, "read_apart", read_here)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _city(request: pytest.FixtureRequest, name: str, make: Maker) -> Path:
    cache = request.config.cache
    assert cache is not None
    kept = kept_store(cache.mkdir("stores"), name, make)
    return shared_copy(kept, request.getfixturevalue("run_folder") / name)


@pytest.fixture(scope="session")
def demo_store(request: pytest.FixtureRequest) -> Path:
    """The default demo city as a store folder. Read only: copy it before writing."""
    return _city(request, "demo-city", make_demo)


@pytest.fixture(scope="session")
def recent_store(request: pytest.FixtureRequest) -> Path:
    """The last fifteen months of the demo city, for tests that write much and look back a year.

    Read only: copy it before writing.
    """
    return _city(request, "recent-city", make_recent)


@pytest.fixture(scope="session")
def town_store(request: pytest.FixtureRequest) -> Path:
    """Three stations of it: for tests of what pages do, whatever the figures are.

    Read only: copy it before writing.
    """
    return _city(request, "town", make_town)


@pytest.fixture(scope="session")
def demo(demo_store: Path) -> Store:
    """The demo city, opened once. Read only."""
    return Store(demo_store)


@pytest.fixture(scope="session")
def counted(demo: Store) -> Counted:
    """The demo city, counted as of its last day."""
    return demo.counted()


@pytest.fixture(scope="module")
def opened_demo(demo_store: Path) -> Iterator[None]:
    """The pages of a module show the demo city, which stays open for the next module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HONGFENG_STORE", str(demo_store))
        yield
