"""kill -9 at any moment: nothing acknowledged is lost, nothing comes twice, every restart is clean.

A dozen kills of each kind here, a hundred and more in `make soak`. The same store is used on: what
was not acknowledged is sent again, as whoever loads would do.
"""

import http.client
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from cli import DONE, main
from data.journal.chain import head_in
from data.journal.copy import Copy
from data.journal.journal import Batch, Journal
from data.journal.part_file import last_position
from data.rights import command_line
from data.schema import TABLES
from metrics.cells.reconcile import reconcile
from metrics.cells.store import Store
from pages.server.routes import ROUTES
from tests.kills import READY, Moment, Tell, content_of, killed_at, moments, victim
from tests.patience import PATIENCE
from tests.unit.test_http_intake import seeded
from tests.unit.test_recount import rows_of

KILLS = [12, pytest.param(120, marks=pytest.mark.soak)]
HEAD = "id,village,kind,persons,happened_on"
TOKEN = "token-of-the-test"


def rows(number: int) -> list[dict[str, str | int]]:
    """What load `number` brings: two new records, and a correction of the one that all share."""
    row = {"village": "A", "kind": "suspect-caught", "persons": number, "happened_on": "2019-08-01"}
    return [row | {"id": f"M{number}-{n}"} for n in "ab"] + [row | {"id": "shared"}]


def check(store: Path, acknowledged: list[int]) -> None:
    """The journal is whole, has each record once, and the last version of the shared one."""
    journal = Journal(store)
    assert journal.damaged() == []
    assert [part.position for part in journal.parts()] == list(range(1, journal.position() + 1))
    versions = Counter(
        (row["id"], row["persons"])
        for file in journal.files()
        if file.parts[0].table == "merit"
        for row in journal.read(file).select(["id", "persons"]).to_pylist()
    )
    assert set(versions.values()) <= {1}
    assert {(r["id"], r["persons"]) for n in acknowledged for r in rows(n)} <= versions.keys()
    copy = Copy(journal, {"merit"})
    copy.catch_up()
    (last,) = copy.one("SELECT max(persons) FROM record.merit WHERE id = 'shared'")
    (records, ids) = copy.one("SELECT count(*), count(DISTINCT id) FROM record.merit")
    assert records == ids
    assert int(str(last or 0)) >= max(acknowledged, default=0)


def check_that_nothing_is_left_behind(store: Path) -> None:
    names = [path.name for path in (store / "journal").iterdir() if path.name != ".lock"]
    head = head_in(names)
    assert head is not None
    assert head.position == Journal(store).position()
    names.remove(head.name)
    assert [name for name in names if last_position(name) is None] == []
    described = [file.path.name for file in Journal(store).files()]
    assert sorted(names) == sorted(described)


def again_and_again(
    store: Path, kills: int, longest: float, once: Callable[[Moment, int], list[int]]
) -> None:
    """Kill `once` at so many moments; each goes on after the last acknowledged number."""
    acknowledged: list[int] = []
    for moment in moments(kills, longest):
        acknowledged += once(moment, max(acknowledged, default=0) + 1)
        check(store, acknowledged)
    assert acknowledged
    assert len(acknowledged) == len(set(acknowledged))


# -- load, from the command line --------------------------------------------------------------


def load(tell: Tell, store: Path, files: Path, first: int) -> None:
    for number in count(first):
        assert main(["load", str(file_of(files, number)), "--store", str(store)]) == DONE
        tell(number)


def file_of(folder: Path, number: int) -> Path:
    file = folder / f"merit-{number}.csv"
    lines = [",".join(str(row[name]) for name in HEAD.split(",")) for row in rows(number)]
    file.write_text("\n".join([HEAD, *lines]), "utf-8")
    return file


@pytest.mark.parametrize("kills", KILLS)
def test_a_load_is_killed(tmp_path: Path, kills: int) -> None:
    store = seeded(tmp_path / "store")
    again_and_again(store, kills, 0.25, lambda m, n: killed_at(m, load, store, tmp_path, n))
    assert main(["load", str(file_of(tmp_path, 9999)), "--store", str(store)]) == DONE
    check(store, [9999])
    check_that_nothing_is_left_behind(store)


# -- HTTP intake ------------------------------------------------------------------------------


def serve(tell: Tell, store: Path) -> None:
    os.environ |= {"HONGFENG_STORE": str(store), "HONGFENG_TOKEN": TOKEN}
    listening = socket.create_server(("127.0.0.1", 0))
    tell(listening.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=ROUTES), log_level="critical"))
    server.run(sockets=[listening])


def post(port: int, first: int, acknowledged: list[int], refused: list[object]) -> None:
    """Post one body after another until the server is gone."""
    head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for number in count(first):
            connection.request("POST", "/api/records/merit", json.dumps(rows(number)), head)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            is_taken = answer.status == 200 and told["rejected"] == 0
            (acknowledged if is_taken else refused).append(number)
    except (OSError, http.client.HTTPException, ValueError):
        return


def posted_until_killed(moment: Moment, store: Path, first: int) -> list[int]:
    acknowledged: list[int] = []
    refused: list[object] = []
    with victim(serve, store) as one:
        assert one.told() == READY
        given = (one.told(), first, acknowledged, refused)
        posting = threading.Thread(target=post, args=given)
        posting.start()
        while len(acknowledged) < moment.words and posting.is_alive():
            time.sleep(0.005)
        time.sleep(moment.seconds)
        one.kill()
        posting.join()
    assert refused == []
    return acknowledged


@pytest.mark.parametrize("kills", KILLS)
def test_the_http_intake_is_killed(tmp_path: Path, kills: int) -> None:
    store = seeded(tmp_path / "store")
    again_and_again(store, kills, 0.3, lambda m, n: posted_until_killed(m, store, n))
    assert main(["load", str(file_of(tmp_path, 9999)), "--store", str(store)]) == DONE
    check_that_nothing_is_left_behind(store)


# -- compaction -------------------------------------------------------------------------------


def append_and_compact(tell: Tell, store: Path, first: int) -> None:
    journal = Journal(store)
    for number in count(first):
        new = rows_of("merit", [{**row, "happened_on": None} for row in rows(number)])
        with journal.lock():
            if not is_in(journal, number):
                journal.append([Batch("merit", new, TABLES["merit"].names)], "t", command_line())
            tell(number)
            journal.compact(at_least=4)


def is_in(journal: Journal, number: int) -> bool:
    copy = Copy(journal, {"merit"})
    copy.catch_up()
    return copy.one("SELECT 1 FROM record.merit WHERE id = ?", f"M{number}-a") != ()


@pytest.mark.parametrize("kills", KILLS)
def test_a_compaction_is_killed(tmp_path: Path, kills: int) -> None:
    store = tmp_path
    again_and_again(store, kills, 0.1, lambda m, n: killed_at(m, append_and_compact, store, n))
    journal = Journal(store)
    with journal.lock():
        new = rows_of("merit", [{"id": "after"}])
        journal.append([Batch("merit", new, TABLES["merit"].names)], "t", command_line())
        journal.compact()
    check_that_nothing_is_left_behind(store)


# -- reconcile --------------------------------------------------------------------------------


def reconcile_forever(tell: Tell, store: Path) -> None:
    for number in count(1):
        assert main(["reconcile", "--store", str(store)]) == DONE
        tell(number)


@pytest.mark.parametrize("kills", KILLS)
def test_a_reconcile_is_killed(tmp_path: Path, kills: int) -> None:
    """It changes nothing in the journal, and the next one is not hindered."""
    store = seeded(tmp_path / "store")
    for number, moment in enumerate(moments(kills, 1.0), 1):
        if number % 4 == 1:
            main(["load", str(file_of(tmp_path, number)), "--store", str(store)])
        before = content_of(store / "journal")
        killed_at(replace(moment, words=moment.words // 2), reconcile_forever, store)
        assert content_of(store / "journal") == before
    assert reconcile(Store(store)) == []
