"""Record -> visible on an open page in Chromium, by channel: alone, and while 25 others read."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.bench.crowd import Crowd, Plan
from tests.bench.figure import Figure, percentile
from tests.bench.poster import post
from tests.bench.stores import demo, writable
from tests.chromium import SIZES, chromium, served, watched
from tests.unit.test_postgres import Server as Postgres

TOKEN = "bench-token-bench-token"
ALONE, BESIDE = 20, 12  # records by channel
EVERY = 10.0  # seconds from one record to the next while others read
READERS = 25
GOALS = {"HTTP": 2.0, "PostgreSQL": 2.0, "folder": 5.0}
PAGE = "indicator?indicator=suspects-caught&period=2019-01-01..2019-08-19"
SHOWN = 10  # suspects caught in the demo city
TABLE = """CREATE TABLE merit (id text PRIMARY KEY, village text, kind text, persons bigint,
    happened_on date, updated_at timestamptz NOT NULL DEFAULT clock_timestamp())"""
CONFIG = """
[[folder]]
name = "投放"
path = "{inbox}"

[[postgres]]
name = "数据库"
dsn_env = "BENCH_DSN"
kind = "merit"
table = "merit"
key = ["id"]
watermark = "updated_at"
"""
HandOver = Callable[[str], None]


def run(place: Path) -> Iterator[Figure]:
    """About 20 minutes, nearly all of them pauses between records."""
    with desk(place) as (page, address, channels):
        shown = SHOWN
        for name, hand_over in channels.items():
            # A source whose columns are new to the store makes it count everything once.
            yield Figure(f"first record of a source, {name}", one(page, hand_over, shown, 1), "s")
            shown += 1
            waits = [one(page, hand_over, shown + i, 0.7 + 0.37 * (i % 5)) for i in range(ALONE)]
            shown += ALONE
            yield from figures(name, waits)
        seconds = len(channels) * BESIDE * EVERY
        crowd = Crowd(Plan([address], READERS, seconds, idle=1.0))
        crowd.wait_for("open")
        crowd.wait_for("start")
        for name, hand_over in channels.items():
            waits = [one(page, hand_over, shown + i, EVERY) for i in range(BESIDE)]
            shown += BESIDE
            yield from figures(name, waits, f", {READERS} readers, one record every {EVERY:g} s")
        crowd.wait_for("done")
        waits = sorted(crowd.result().waits)
        yield Figure(f"p95 of {READERS} readers meanwhile", percentile(waits, 0.95), "s")


@contextmanager
def desk(place: Path) -> Iterator[tuple[Page, str, dict[str, HandOver]]]:
    """A server with all three channels, and an open page."""
    store, inbox = writable(demo(place), place / "live"), place / "inbox"
    config = place / "hongfeng.toml"
    inbox.mkdir(exist_ok=True)
    os.environ["HONGFENG_TOKEN"] = TOKEN
    with ExitStack() as stack:
        postgres = stack.enter_context(_postgres())
        os.environ["BENCH_DSN"] = postgres.dsn
        config.write_text(CONFIG.format(inbox=inbox), "utf-8")
        server = stack.enter_context(served(store, "--config", str(config)))
        browser = stack.enter_context(chromium())
        seen = stack.enter_context(watched(browser, SIZES[0]))
        seen.open(f"{server.address}/{PAGE}")
        channels = {
            "HTTP": _post(server.address),
            "PostgreSQL": _insert(postgres),
            "folder": _drop(inbox),
        }
        yield seen.page, server.address, channels


def one(page: Page, hand_over: HandOver, shown: int, pause: float) -> float:
    """Hand over one more suspect; the seconds until the headline counts it; then pause."""
    start = time.perf_counter()
    hand_over(f"B{shown}")
    page.wait_for_function(
        "wanted => document.querySelector('.hf-headline')"
        ".innerText.replace(/\\s/g, '').includes(wanted)",
        arg=f"{shown + 1}人",
        polling=50,
        timeout=60_000,
    )
    taken = time.perf_counter() - start
    time.sleep(max(0.0, pause - taken))
    return taken


def figures(channel: str, waits: list[float], more: str = "") -> Iterator[Figure]:
    yield Figure(f"record to open page, {channel}{more}, p50", statistics.median(waits), "s")
    yield Figure(
        f"record to open page, {channel}{more}, p95", percentile(waits, 0.95), "s", GOALS[channel]
    )


ROW = {"village": "V001", "kind": "suspect-caught", "persons": 1, "happened_on": "2019-08-19"}


def _post(address: str) -> HandOver:
    def hand_over(id_: str) -> None:
        post(address, TOKEN, "merit", {"id": id_, **ROW})

    return hand_over


def _drop(inbox: Path) -> HandOver:
    def drop(id_: str) -> None:
        text = f"id,village,kind,persons,happened_on\n{id_},V001,抓获嫌疑人,1,2019-08-19\n"
        (inbox / f"merit-{id_}.csv").write_text(text, "utf-8")

    return drop


@contextmanager
def _postgres() -> Iterator[Postgres]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise RuntimeError("no PostgreSQL server here: make browser")
    with tempfile.TemporaryDirectory(prefix="hongfeng-postgres-") as home:
        server = Postgres(programs[-1], Path(home))
        server.do(TABLE)
        try:
            yield server
        finally:
            server.stop()


def _insert(server: Postgres) -> HandOver:
    def insert(id_: str) -> None:
        values = f"'{id_}', 'V001', 'suspect-caught', 1, DATE '2019-08-19'"
        server.do(f"INSERT INTO merit (id, village, kind, persons, happened_on) VALUES ({values})")

    return insert
