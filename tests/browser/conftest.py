"""What the browser tests share: one browser for a file, one server for all that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium, serving


@pytest.fixture(scope="session")
def address(demo_store: Path) -> Iterator[str]:
    """A server of the demo city. Read only."""
    with serving(demo_store) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the whole session: while Playwright runs, a test can have no loop of its own."""
    with chromium() as found:
        yield found
