"""The snapshot of a served store: written by a process of its own, then gone over to.

So the server opens what another one has counted, and its memory holds only what came in since.
"""

import threading
from pathlib import Path

from metrics.cells.store import opened
from pages.server.nightly import run_apart

LOOK_EVERY = 30.0  # seconds
LARGE = 20_000  # records after the snapshot


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
