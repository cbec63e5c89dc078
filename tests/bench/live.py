"""Record -> visible on an open page in Chromium, by channel, in milliseconds."""

import json
import os
import shutil
import statistics
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import SIZES, chromium, serving, watched

TOKEN = "bench-token-bench-token"
RECORDS = 15
PAGE = "indicator?indicator=suspects-caught&period=2019-01-01..2019-08-19"
CONFIG = '[[folder]]\nname = "投放"\npath = "inbox"\n'


def live(demo: Path, place: Path) -> dict[str, list[float]]:
    """Channel -> sorted milliseconds from handing a record over until the page shows it."""
    store, inbox = place / "store", place / "inbox"
    shutil.copytree(demo, store)
    inbox.mkdir()
    config = place / "hongfeng.toml"
    config.write_text(CONFIG, "utf-8")
    os.environ["HONGFENG_TOKEN"] = TOKEN
    found = {}
    server = serving(store, "--config", str(config))
    with server as address, chromium() as browser, watched(browser, SIZES[0]) as seen:
        seen.open(f"{address}/{PAGE}")
        shown = 10
        for name, hand_over in (("http", _post(address)), ("folder", _drop(inbox))):
            found[name] = sorted(_one(seen.page, hand_over, shown + i) for i in range(RECORDS))
            shown += RECORDS
    return found


def _one(page: Page, hand_over: Callable[[int], None], shown: int) -> float:
    start = time.perf_counter()
    hand_over(shown)
    wanted = f"{shown + 1}人"
    page.wait_for_function(
        "wanted => document.querySelector('.hf-headline')"
        ".innerText.replace(/\\s/g, '').includes(wanted)",
        arg=wanted,
        polling=50,
        timeout=30_000,
    )
    taken = (time.perf_counter() - start) * 1000
    time.sleep(0.7 + 0.37 * (shown % 5))  # not in step with the page's own clock
    return taken


def _post(address: str) -> Callable[[int], None]:
    def post(number: int) -> None:
        row = {"id": f"B{number}", "village": "V001", "kind": "suspect-caught", "persons": 1}
        body = json.dumps(row | {"happened_on": "2019-08-19"}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/api/records/merit", body, headers)
        urllib.request.urlopen(request).read()

    return post


def _drop(inbox: Path) -> Callable[[int], None]:
    def drop(number: int) -> None:
        text = f"id,village,kind,persons,happened_on\nB{number},V001,抓获嫌疑人,1,2019-08-19\n"
        (inbox / f"merit-{number}.csv").write_text(text, "utf-8")

    return drop


def p50_p95(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), values[min(len(values) - 1, round(0.95 * len(values)) - 1)]
