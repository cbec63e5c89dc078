"""A server keeps a snapshot for whoever opens the store next, and goes over to it."""

import threading
import time
from pathlib import Path

import pytest

from data.journal.snapshot import FOLDER
from metrics.cells.store import opened
from pages.server.warmup import keep_snapshots
from tests.unit.test_recount import AS_OF, append, cells, make_store


def test_a_server_writes_one_and_goes_over_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.server.nightly.LOWEST", 0)  # or it waits for all other tests
    make_store(tmp_path)
    reader = opened(tmp_path)
    before = reader.counted(AS_OF)
    stop = threading.Event()
    keeping = threading.Thread(target=keep_snapshots, args=(tmp_path, stop, 0.05))
    keeping.start()
    try:
        ends = time.monotonic() + 240
        while not reader.has_snapshot and time.monotonic() < ends:
            time.sleep(0.05)
        assert reader.has_snapshot
        after = reader.counted(AS_OF)
        assert after.kept
        assert cells(after) == cells(before)
        append(tmp_path, "case", [{"id": "7", "village": "V2", "filed_on": AS_OF}])
        assert len(cells(reader.counted(AS_OF))) > len(cells(before))
    finally:
        stop.set()
        keeping.join()
    assert len(list((tmp_path / FOLDER).glob("*.duckdb"))) == 1  # one record is not worth another
