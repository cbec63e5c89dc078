"""Shared stores: the demo city is made once per test run, whatever the number of workers."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest
from filelock import FileLock

from data.demo import demo_tables
from data.demo.load import load_demo
from data.intake.files import load_table
from data.rights import command_line
from data.schema import TABLES
from metrics.cells.count import Counted
from metrics.cells.store import Store
from tests.page_driver import fresh_caches

# The longest files, begun first, so that two workers end together.
LONGEST = "browser wall_browser sessions assessment_browser assessment_page assessment".split()
SHARED = Path(__file__).parent.parent.parent / "shared"


def shared(path: str) -> Path:
    """A file of ../shared; without that folder the test skips with a reason."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"../shared/{path} is not here")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = {f"test_{name}.py" for name in LONGEST}
    items.sort(key=lambda item: item.path.name not in long)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default demo city as a store folder. Read only: copy it before writing."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-city"
    with FileLock(str(place) + ".lock"):
        if not place.exists():
            making = Path(tempfile.mkdtemp(dir=base))
            load_demo(making, command_line())
            making.rename(place)
    return place


@pytest.fixture(scope="session")
def recent_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last fifteen months of the demo city, for tests that write much and look back a year.

    Read only: copy it before writing.
    """
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "recent-city"
    with FileLock(str(place) + ".lock"):
        if not place.exists():
            making = Path(tempfile.mkdtemp(dir=base))
            for name, table in demo_tables().items():
                rows = table
                if "entered_at" in table.column_names:
                    is_recent = pc.greater_equal(table["entered_at"], datetime(2018, 6, 1))
                    rows = table.filter(pc.fill_null(is_recent, True))
                until = date(2019, 8, 19)
                load_table(making, rows, TABLES[name], f"模拟数据-{name}", command_line(), until)
            making.rename(place)
    return place


@pytest.fixture(scope="module")
def counted(demo_store: Path) -> Counted:
    """The demo city, counted as of its last day."""
    return Store(demo_store).counted()


@pytest.fixture(scope="module")
def opened_demo(demo_store: Path) -> Iterator[None]:
    """The pages of a module show the demo city, and leave nothing to the next module."""
    with pytest.MonkeyPatch.context() as patch, fresh_caches():
        patch.setenv("HONGFENG_STORE", str(demo_store))
        yield
