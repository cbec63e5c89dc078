"""The wall left alone: memory of server and tab stay flat, and nothing is left behind.

HONGFENG_WALL_MINUTES says for how long (60 unless told).
"""

import os
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession

from data.intake.files import load_files
from data.rights import command_line
from tests.bench.process import rss_mib
from tests.chromium import chromium, watched
from tests.wall_driver import ALARM, SHOWN, Victim, open_wall, victim

pytestmark = [pytest.mark.browser, pytest.mark.soak]
MINUTES = float(os.environ.get("HONGFENG_WALL_MINUTES", "60"))
EVERY = 15  # seconds between two looks
NEWS_EVERY = 4  # looks between two new records, each of which draws all boards anew
SETTLED = 0.25  # of the time: caches are filled and the tab has seen every view
# Counts the contexts that are made for WebGL: the wall needs none.
COUNT_WEBGL = """
window.webgl = 0;
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  if (kind.includes('webgl')) window.webgl += 1;
  return real.call(this, kind, ...rest);
};
"""
PLAYLIST = """
seconds = 10
[[view]]
name = "glance"
[[view]]
name = "ranking"
[[view]]
name = "trend"
[[view]]
name = "clearance"
[[view]]
name = "to-zero"
[[view]]
name = "map"
[[view]]
name = "changes"
"""


@dataclass(frozen=True)
class Look:
    """Memory in MiB; nodes and listeners of the document."""

    server: float
    heap: float
    nodes: int
    listeners: int


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_a_wall_that_is_left_alone_stays_as_it_is(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    (tmp_path / "wall.toml").write_text(PLAYLIST, "utf-8")
    config = tmp_path / "hongfeng.toml"
    config.write_text('[wall]\nplaylist = "wall.toml"\n[reconcile]\nat = ""\n', "utf-8")
    with (
        victim(store, "--config", str(config)) as server,
        watched(browser, (1920, 1080)) as seen,
    ):
        seen.page.add_init_script(COUNT_WEBGL)
        open_wall(seen.page, server.address)
        asks = seen.page.context.new_cdp_session(seen.page)
        asks.send("Performance.enable")
        looks, titles = list[Look](), set[str]()
        until = time.monotonic() + 60 * MINUTES
        while time.monotonic() < until:
            if len(looks) % NEWS_EVERY == 0:
                _news(store, tmp_path, len(looks))
            seen.page.wait_for_timeout(EVERY * 1000)
            titles.add(seen.page.locator(SHOWN).inner_text())
            looks.append(_look(server, asks))
        _tell(looks)
        assert seen.page.evaluate("() => window.mark") == "not reloaded"
        assert seen.page.evaluate("() => window.webgl") == 0
        assert seen.page.locator(ALARM).count() == 0
        assert len(titles) > 3
    _is_flat(looks)


def _news(store: Path, folder: Path, number: int) -> None:
    file = folder / "merit.csv"
    file.write_text(
        f"id,village,kind,persons,happened_on\nN{number},V001,抓获嫌疑人,1,2019-08-19\n", "utf-8"
    )
    (report,) = load_files(store, [file], command_line())
    assert report.added == 1


def _look(server: Victim, asks: CDPSession) -> Look:
    asks.send("HeapProfiler.collectGarbage")
    told = {m["name"]: m["value"] for m in asks.send("Performance.getMetrics")["metrics"]}
    return Look(
        rss_mib(server.process.pid),
        told["JSHeapUsedSize"] / 2**20,
        int(told["Nodes"]),
        int(told["JSEventListeners"]),
    )


def _quarters(values: list[float]) -> list[float]:
    """Medians of the four quarters after the wall has settled."""
    settled = values[int(len(values) * SETTLED) :]
    step = max(len(settled) // 4, 1)
    return [statistics.median(settled[i * step : (i + 1) * step]) for i in range(4)]


def _tell(looks: list[Look]) -> None:
    for name in ("server", "heap", "nodes", "listeners"):
        values = [float(getattr(look, name)) for look in looks]
        shown = [round(value, 1) for value in _quarters(values)]
        print(f"{name}: first {values[0]:.1f}, quarters {shown}, most {max(values):.1f}")


def _is_flat(looks: list[Look]) -> None:
    for name, room in (("server", 15.0), ("heap", 4.0), ("nodes", 300.0), ("listeners", 30.0)):
        first, *_, last = _quarters([float(getattr(look, name)) for look in looks])
        assert last <= first + room, name
