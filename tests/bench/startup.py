"""From the start of `hongfeng serve` to the first page fully drawn in a waiting Chromium."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser

from tests.bench.figure import Figure, percentile
from tests.bench.stores import demo
from tests.chromium import SIZES, chromium, serving, watched

TIMES = 5
PATIENCE = 180_000  # a busy machine is slow, not broken
DRAWN = """() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')
  && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
     .every(chart => chart.querySelector('.main-svg'))"""


def run(place: Path) -> Iterator[Figure]:
    store = demo(place)
    with chromium() as browser:
        taken = [first_page(store, browser) for _ in range(TIMES)]
    yield Figure("serve to the first page drawn, median", percentile(taken, 0.5))
    yield Figure("serve to the first page drawn, slowest", max(taken))


def first_page(store: Path, browser: Browser) -> float:
    """Milliseconds; a new process and a new browser context each time."""
    with watched(browser, SIZES[0]) as seen:
        start = perf_counter()
        with serving(store) as address:
            seen.page.goto(address)
            seen.page.locator(".hf-foot").first.wait_for(timeout=PATIENCE)
            seen.page.wait_for_function(DRAWN, timeout=PATIENCE)
            return (perf_counter() - start) * 1000
