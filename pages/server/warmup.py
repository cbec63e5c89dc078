"""Before the first visitor: what the pages show first is made. Then: garbage and snapshots."""

import gc
import threading
from pathlib import Path

from data.rights import Actor
from metrics.calendar.period import default_period
from metrics.cells.store import EmptyStore, opened
from pages.parts import page_cache
from pages.parts.frame import DEFAULT_ROLE
from pages.server.nightly import run_apart

LOOK_EVERY = 30.0  # seconds
LARGE = 20_000  # records after the snapshot

COLLECT_EVERY = 60  # seconds


def warm_up() -> None:
    """Count, and make the scores that 总览, 排名 and 单位 show first."""
    actor = Actor("预热", DEFAULT_ROLE)
    try:
        period = default_period(page_cache.latest().counted.as_of)
    except EmptyStore:
        return
    page_cache.results(actor).attention(period)
    for level in ("bureau", "station"):
        page_cache.results(actor).months(level, period)


def keep_tidy(stop: threading.Event) -> None:
    """Warm up, then forget replaced cells and cyclic garbage on a clock.

    (runner.postScriptGC looked for that garbage after each run.)
    What is there after the start stays there: frozen, it is not walked through again each time.
    """
    warm_up()
    gc.collect()
    gc.freeze()
    keeping = (page_cache.store().folder, stop)
    threading.Thread(target=keep_snapshots, args=keeping, daemon=True).start()
    while not stop.wait(COLLECT_EVERY):
        page_cache.store().tidy()
        gc.collect()


def keep_snapshots(store: Path, stop: threading.Event, look_every: float = LOOK_EVERY) -> None:
    """Look now and then whether so much came in that a new one is worth its second, until `stop`.

    A store that cannot be written is asked again only when something has come in.
    """
    reader, tried_at = opened(store), 0
    while not stop.wait(look_every):  # not at once: the first visitors have the machine
        position = reader.journal.position()
        if position > tried_at and (not reader.has_snapshot or reader.tail() > LARGE):
            tried_at = position
            run_apart(["snapshot"], store, stop)
            reader.renew()
