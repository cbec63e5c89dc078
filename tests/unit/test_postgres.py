"""The channel PostgreSQL against a real server: afterwards the journal equals the source."""

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from adbc_driver_manager import dbapi as adbc
from adbc_driver_postgresql import dbapi

from data.channels.postgres_comparison import MassDeletion, compare_keys
from data.channels.postgres_pull import pull
from data.channels.postgres_reading import PostgresSource, SourceChanged, Unreachable
from data.channels.postgres_watermark import Watermark
from data.intake.correction import rules_by_name
from data.intake.loading import Loader, LoadReport
from data.intake.mapping import Mapping
from data.intake.reject_selection import chosen
from data.intake.rejects import open_rejects
from data.intake.retry import Outcome, Retry, load
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import Actor, NotPermitted

ACTOR = Actor("tester", "data")
CLERK = Actor("甲", "data")
TODAY = date(2025, 12, 31)


class Server:
    """A PostgreSQL cluster of our own, on a free port."""

    def __init__(self, programs: Path, home: Path) -> None:
        self.programs, self.home = programs, home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.dsn = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        self._run("initdb", "-E", "UTF8", "--no-locale", "-A", "trust", "-U", "postgres", "-N")
        self.start()

    def _run(self, program: str, *more: str) -> None:
        # PostgreSQL refuses to run as root.
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self.programs / program), "-D", str(self.home / "data"), *more]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.home)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self.home / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def do(self, *commands: str) -> None:
        with self.session() as cursor:
            for command in commands:
                cursor.execute(command)

    @contextlib.contextmanager
    def session(self) -> Iterator[adbc.Cursor]:
        with dbapi.connect(self.dsn, autocommit=True) as con, con.cursor() as cursor:
            yield cursor

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.session() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Server]:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server here: sudo apt-get install -y postgresql")
    home = Path(tempfile.mkdtemp(prefix="hongfeng-postgres-", dir="/tmp"))
    server = Server(Path(found[-1]).parent, home)
    yield server
    server.stop()
    shutil.rmtree(home)


TABLE = """CREATE TABLE hazard (
    id bigserial PRIMARY KEY, kind text, found_on date, due_on date, closed_on date,
    entered_at timestamptz, updated_at timestamptz NOT NULL DEFAULT clock_timestamp())"""


@pytest.fixture
def server(cluster: Server) -> Server:
    cluster.do("DROP TABLE IF EXISTS hazard CASCADE", TABLE)
    return cluster


class Channel:
    """One source that is pulled into one store, as the runner does it."""

    def __init__(self, store: Path, source: PostgresSource) -> None:
        self.source, self.watermark = source, Watermark.of({})
        journal = Journal(store)
        self.loader = Loader(journal, Copy(journal))

    def pull(self) -> LoadReport:
        pulled = pull(self.source, self.loader, ACTOR, TODAY, self.watermark)
        self.watermark = Watermark.of(asdict(pulled.watermark))
        return pulled.report

    def records(self, columns: str = "id, kind") -> list[tuple[Any, ...]]:
        copy = Copy(self.loader.journal)  # from the journal alone, not from the channel's copy
        copy.catch_up()
        table = f'record."{self.source.kind}"'
        query = f"SELECT {columns} FROM {table} WHERE NOT is_deleted ORDER BY id"
        return copy.cursor().execute(query).fetchall()

    def open_rejects(self) -> list[tuple[Any, ...]]:
        query = "SELECT row_number, reasons FROM record.reject WHERE NOT is_deleted ORDER BY 1"
        self.loader.copy and self.loader.copy.catch_up()
        assert self.loader.copy
        return self.loader.copy.cursor().execute(query).fetchall()


@pytest.fixture
def channel(server: Server, tmp_path: Path) -> Channel:
    source = PostgresSource(
        "警务通", server.dsn, "hazard", "hazard", watermark="updated_at", sweep_seconds=0
    )
    return Channel(tmp_path, source)


def equals_source(channel: Channel, server: Server) -> bool:
    columns = "id, kind, found_on, due_on, closed_on"
    source = server.rows(f"SELECT id::text, {columns[4:]} FROM hazard ORDER BY id::text")
    return channel.records(columns) == source


def insert(count: int, first: int = 1, kind: str = "消防隐患") -> str:
    return (
        f"INSERT INTO hazard (id, kind, found_on) SELECT n, '{kind}', date '2025-01-01' + n % 300"
        f" FROM generate_series({first}, {first + count - 1}) n"
    )


# -- what is new ------------------------------------------------------------------------------


def test_a_pull_brings_what_is_new_and_only_that(server: Server, channel: Channel) -> None:
    server.do(insert(5))
    assert channel.pull().added == 5
    assert channel.pull().rows == 0
    server.do(insert(2, first=6, kind="治安隐患"))
    report = channel.pull()
    assert (report.added, report.corrected, report.source) == (2, 0, "postgres:警务通")
    assert channel.records()[-1] == ("7", "治安隐患")
    assert {part.source for part in channel.loader.journal.parts()} == {"postgres:警务通"}


@pytest.mark.parametrize("sweep_seconds", [0, 3600])
def test_between_sweeps_the_watermark_is_enough(
    server: Server, channel: Channel, sweep_seconds: float
) -> None:
    channel.source = replace(channel.source, sweep_seconds=sweep_seconds)
    for first in (1, 11, 21):
        server.do(insert(10, first))
        assert channel.pull().added == 10
    assert equals_source(channel, server)


def test_an_update_is_a_correction(server: Server, channel: Channel) -> None:
    server.do(insert(5))
    channel.pull()
    server.do("UPDATE hazard SET kind = '改正', closed_on = '2025-11-01' WHERE id IN (2, 4)")
    report = channel.pull()
    assert (report.added, report.corrected) == (0, 2)
    assert equals_source(channel, server)


def test_a_change_without_a_new_updated_at_is_found_by_the_sweep(
    server: Server, channel: Channel
) -> None:
    server.do(insert(5))
    channel.pull()
    server.do("UPDATE hazard SET kind = '改正', updated_at = '2000-01-01' WHERE id = 3")
    assert channel.pull().corrected == 1


def test_the_same_rows_again_add_nothing(server: Server, channel: Channel) -> None:
    server.do(insert(50))
    channel.pull()
    position = channel.loader.journal.position()
    channel.watermark = None
    assert channel.pull().unchanged == 50
    assert channel.loader.journal.position() == position


# -- commits out of order ---------------------------------------------------------------------


def late_commit(server: Server, channel: Channel, pulls: int) -> None:
    """A transaction takes low values, others commit higher ones and are pulled, it commits."""
    server.do(insert(3, first=100))
    channel.pull()
    with server.session() as slow:
        slow.execute("BEGIN")
        slow.execute(
            "INSERT INTO hazard (id, kind, found_on, updated_at)"
            " VALUES (1, '晚提交', '2025-01-01', now() - interval '2 hours')"
        )
        for number in range(pulls):
            server.do(insert(3, first=200 + 10 * number))
            channel.pull()
        assert ("1", "晚提交") not in channel.records()
        slow.execute("COMMIT")
    channel.pull()


@pytest.mark.parametrize("watermark", ["updated_at", "id", None])
def test_a_row_that_commits_late_is_not_missed(
    server: Server, channel: Channel, watermark: str | None
) -> None:
    channel.source = replace(channel.source, watermark=watermark)
    late_commit(server, channel, pulls=1)
    assert ("1", "晚提交") in channel.records()
    assert equals_source(channel, server)


def test_a_transaction_open_for_longer_than_the_overlap(server: Server, channel: Channel) -> None:
    channel.source = replace(channel.source, overlap=0.001)
    late_commit(server, channel, pulls=4)
    assert equals_source(channel, server)


def test_a_low_value_taken_before_the_first_write(server: Server, channel: Channel) -> None:
    """A transaction has no number until it writes: no snapshot shows it, the sweep finds it."""
    with server.session() as slow:
        slow.execute("BEGIN")
        slow.execute("SELECT nextval('hazard_id_seq')")
        slow.fetchall()
        server.do(insert(3, first=50))
        channel.pull()
        slow.execute(
            "INSERT INTO hazard (id, kind, found_on, updated_at)"
            " VALUES (1, '先取号', '2025-01-01', now())"
        )
        channel.pull()
        slow.execute("COMMIT")
    channel.pull()
    assert equals_source(channel, server)


def test_many_writers_at_once(server: Server, channel: Channel) -> None:
    """Eight sessions commit in any order while the channel pulls all the time."""

    def write(number: int) -> None:
        with server.session() as cursor:
            for turn in range(15):
                cursor.execute("BEGIN")
                cursor.execute("INSERT INTO hazard (kind, found_on) VALUES ('并发', '2025-01-01')")
                cursor.execute(f"SELECT pg_sleep({(number * 7 + turn) % 5 / 50})")
                cursor.fetchall()
                cursor.execute("ROLLBACK" if turn % 7 == 6 else "COMMIT")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        channel.pull()
    channel.pull()
    assert equals_source(channel, server)


@pytest.mark.parametrize("table", ["(view)", "(query)"])
def test_without_a_horizon_the_overlap_is_read_again(
    server: Server, channel: Channel, table: str
) -> None:
    server.do("CREATE OR REPLACE VIEW open_hazard AS SELECT * FROM hazard")
    relation = {"(view)": "open_hazard", "(query)": "SELECT h.* FROM open_hazard h;"}[table]
    channel.source = replace(channel.source, table_or_query=relation, overlap=3 * 3600)
    late_commit(server, channel, pulls=2)
    assert channel.watermark
    assert channel.watermark.horizon is None
    assert equals_source(channel, server)


def test_a_query_that_hands_on_xmin_has_a_horizon(server: Server, channel: Channel) -> None:
    query = "SELECT h.xmin, h.* FROM hazard h WHERE kind <> '不要'"
    channel.source = replace(channel.source, table_or_query=query, overlap=0)
    late_commit(server, channel, pulls=2)
    assert channel.watermark
    assert channel.watermark.horizon
    assert equals_source(channel, server)


@pytest.mark.parametrize("away", [2**33, -1000])
def test_a_horizon_of_another_server_reads_everything(
    server: Server, channel: Channel, away: int
) -> None:
    server.do(insert(5))
    channel.pull()
    assert channel.watermark
    assert channel.watermark.horizon
    horizon = channel.watermark.horizon - away if away < 0 else 0 - away
    server.do("UPDATE hazard SET kind = '改', updated_at = '2000-01-01'")
    channel.watermark = replace(channel.watermark, horizon=horizon)
    assert channel.pull().corrected == 5


# -- what is gone -----------------------------------------------------------------------------


def test_deleted_rows_become_deletion_versions(server: Server, channel: Channel) -> None:
    server.do(insert(200))
    channel.pull()
    server.do("DELETE FROM hazard WHERE id % 20 = 0")
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 10
    assert equals_source(channel, server)
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 0
    part = channel.loader.journal.parts()[-1]
    assert (part.rows, part.source) == (10, "postgres:警务通")
    copy = Copy(channel.loader.journal)
    copy.catch_up()
    assert copy.one("SELECT kind, is_deleted FROM record.hazard WHERE id = '20'") == (
        "消防隐患",
        True,
    )


def test_a_row_that_comes_back_is_no_longer_deleted(server: Server, channel: Channel) -> None:
    server.do(insert(20))
    channel.pull()
    server.do("DELETE FROM hazard WHERE id = 7")
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 1
    server.do(insert(1, first=7))
    channel.pull()
    assert equals_source(channel, server)


@pytest.mark.parametrize(("total", "left"), [(200, 150), (5, 0), (200, 0)])
def test_a_mass_deletion_is_not_believed(
    server: Server, channel: Channel, total: int, left: int
) -> None:
    server.do(insert(total))
    channel.pull()
    server.do(f"DELETE FROM hazard WHERE id > {left}")
    with pytest.raises(MassDeletion, match="未作删除"):
        compare_keys(channel.source, channel.loader, ACTOR, TODAY)
    assert len(channel.records()) == total


def test_an_error_deletes_nothing(server: Server, channel: Channel) -> None:
    server.do(insert(5))
    channel.pull()
    server.do("ALTER TABLE hazard RENAME TO hazard_away")
    with pytest.raises(SourceChanged, match=r"警务通.*来源表不存在"):
        compare_keys(channel.source, channel.loader, ACTOR, TODAY)
    server.do("DROP TABLE hazard_away")
    assert len(channel.records()) == 5


def test_records_of_other_channels_are_not_compared(server: Server, channel: Channel) -> None:
    other = Channel(channel.loader.journal.folder.parent, replace(channel.source, name="另一个"))
    server.do(insert(20))
    channel.pull()
    server.do("DELETE FROM hazard")
    server.do(insert(20, first=101))
    other.pull()
    assert compare_keys(other.source, other.loader, ACTOR, TODAY) == 0
    assert len(channel.records()) == 40


# -- when something is wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE hazard DROP COLUMN found_on", "警务通.*found_on"),
        ("ALTER TABLE hazard RENAME closed_on TO finished", "警务通.*closed_on"),
        ("ALTER TABLE hazard RENAME updated_at TO changed_at", "警务通.*updated_at"),
        ("ALTER TABLE hazard RENAME id TO number", "警务通.*“id”"),
        (
            "ALTER TABLE hazard ALTER found_on TYPE bigint USING found_on - date '1970-01-01'",
            "警务通.*found_on",
        ),
        ("ALTER TABLE hazard ALTER updated_at TYPE text", "警务通.*updated_at"),
        ("ALTER TABLE hazard RENAME TO hazards_2", "警务通.*来源表不存在"),
    ],
)
def test_a_schema_change_is_an_alarm(
    server: Server, channel: Channel, change: str, told: str
) -> None:
    server.do("DROP TABLE IF EXISTS hazards_2", insert(3))
    channel.pull()
    before, position = channel.watermark, channel.loader.journal.position()
    server.do(insert(3, first=10), change)
    with pytest.raises(SourceChanged, match=told) as alarm:
        channel.pull()
    assert "\n" not in str(alarm.value)
    assert (channel.watermark, channel.loader.journal.position()) == (before, position)


def test_a_mapping_that_no_longer_fits_is_an_alarm(server: Server, channel: Channel) -> None:
    columns = {"id": "'h' || id", "found_on": "found_on", "kind": "upper(kind)"}
    mapping = Mapping(name="hazard.toml", kind="hazard", columns=columns)
    channel.source = replace(channel.source, mapping=mapping)
    server.do(insert(30, kind="abc"))
    channel.pull()
    assert channel.records()[0] == ("h1", "ABC")
    server.do("DELETE FROM hazard WHERE id = 1")
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 1
    server.do("ALTER TABLE hazard RENAME kind TO sort", "INSERT INTO hazard VALUES (99)")
    with pytest.raises(SourceChanged, match=r"警务通.*kind"):
        channel.pull()


def test_a_mapping_without_an_id_takes_the_key(server: Server, channel: Channel) -> None:
    mapping = Mapping(name="m", kind="hazard", columns={"found_on": "found_on"})
    source = replace(channel.source, mapping=mapping, key=("kind", "id"))
    channel.source = source
    server.do(insert(30))
    channel.pull()
    assert channel.records("id")[0] == ("4:消防隐患|1:1",)
    server.do("DELETE FROM hazard WHERE id = 30")
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 1


def test_a_rejected_row_is_kept_and_tried_again(server: Server, channel: Channel) -> None:
    channel.source = replace(channel.source, batch_rows=4)
    server.do(insert(10), "UPDATE hazard SET found_on = NULL WHERE id IN (2, 9)")
    report = channel.pull()
    assert (report.rows, report.added, report.rejected) == (10, 8, 2)
    assert [number for number, _ in channel.open_rejects()] == [2, 9]
    server.do(insert(1, first=20))
    channel.source = replace(channel.source, sweep_seconds=3600)
    channel.pull()
    position = channel.loader.journal.position()
    channel.pull()
    assert [number for number, _ in channel.open_rejects()] == [2, 9]
    assert channel.loader.journal.position() == position
    server.do("UPDATE hazard SET found_on = '2025-01-02' WHERE id = 2")
    channel.source = replace(channel.source, sweep_seconds=0)
    channel.pull()
    assert [number for number, _ in channel.open_rejects()] == [9]


def test_a_statement_that_takes_too_long(
    server: Server, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.channels.postgres_reading.STATEMENT_SECONDS", 1)
    server.do(insert(10))
    query = "SELECT h.* FROM hazard h WHERE pg_sleep(0.5) IS NOT NULL"
    channel.source = replace(channel.source, table_or_query=query)
    with pytest.raises(Unreachable, match="超时"):
        channel.pull()


def test_a_wrong_password_or_port_is_one_sentence(channel: Channel) -> None:
    channel.source = replace(
        channel.source, dsn="postgresql://u:secret@127.0.0.1:1/x?connect_timeout=2"
    )
    with pytest.raises(Unreachable, match=r"警务通.*无法连接") as alarm:
        channel.pull()
    assert "secret" not in str(alarm.value)


def test_who_may_not_load_may_not_pull(channel: Channel) -> None:
    with pytest.raises(NotPermitted):
        pull(channel.source, channel.loader, Actor("wall", "wall"), TODAY, None)
    with pytest.raises(NotPermitted):
        compare_keys(channel.source, channel.loader, Actor("wall", "wall"), TODAY)


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_server_that_stops_in_mid_pull(server: Server, channel: Channel, mode: str) -> None:
    """Stopped hard while it delivers; nothing of that pull is loaded, the next one has it all."""
    server.do(insert(10))
    channel.pull()
    server.do(insert(20_000, first=100), "UPDATE hazard SET kind = '改' WHERE id < 5")
    slow = "SELECT h.xmin, h.* FROM hazard h WHERE pg_sleep(0.0005) IS NOT NULL"
    calm, channel.source = channel.source, replace(channel.source, table_or_query=slow)
    position = channel.loader.journal.position()
    stopping = threading.Timer(1.5, server.stop, [mode])
    stopping.start()
    try:
        with pytest.raises(Unreachable, match=r"警务通.*连接中断"):
            channel.pull()
        stopping.join()
        with pytest.raises(Unreachable):
            channel.pull()
    finally:
        stopping.join()
        server.start()
    assert channel.loader.journal.position() == position
    channel.source = calm
    channel.pull()
    assert equals_source(channel, server)


def test_the_session_cannot_write(server: Server, channel: Channel) -> None:
    server.do(insert(3), "CREATE SEQUENCE IF NOT EXISTS counting")
    writing = "SELECT h.*, nextval('counting') AS n FROM hazard h"
    channel.source = replace(channel.source, table_or_query=writing)
    with pytest.raises(SourceChanged, match="查询无法执行"):
        channel.pull()


# -- types and sizes --------------------------------------------------------------------------


def test_types_arrive_as_what_they_mean(server: Server, tmp_path: Path) -> None:
    server.do(
        "DROP TABLE IF EXISTS task",
        "CREATE TABLE task (id uuid PRIMARY KEY, source varchar(40), dispatched_at timestamptz,"
        " signed_at timestamp, is_urgent boolean, due_on date, feedback_at timestamptz,"
        " extra jsonb, amount numeric(12, 2))",
        "INSERT INTO task VALUES ('00000000-0000-0000-0000-000000000001', '群众“举报”𠮷',"
        " '2025-03-01 23:30:00+00', '2025-03-02 08:00', true, 'infinity', NULL, '{}', 12.50)",
        "INSERT INTO task VALUES ('00000000-0000-0000-0000-000000000002', NULL,"
        " '2025-03-01 08:00:00.5+08', 'infinity', NULL, '2025-04-01', NULL, NULL, 1)",
    )
    channel = Channel(tmp_path, PostgresSource("任务", server.dsn, "task", "public.task"))
    report = channel.pull()
    assert (report.added, report.ignored) == (2, ("amount", "extra"))
    first, second = channel.records(
        "id, source, dispatched_at, signed_at, is_urgent, due_on, feedback_at"
    )
    assert first == (
        "00000000-0000-0000-0000-000000000001",
        "群众“举报”𠮷",
        datetime(2025, 3, 2, 7, 30),
        datetime(2025, 3, 2, 8),
        True,
        None,
        None,
    )
    assert second[1:] == (
        None,
        datetime(2025, 3, 1, 8, 0, 0, 500_000),
        None,
        False,
        date(2025, 4, 1),
        None,
    )


def test_a_numeric_is_a_whole_number_where_one_is_wanted(server: Server, tmp_path: Path) -> None:
    server.do(
        "DROP TABLE IF EXISTS merit",
        "CREATE TABLE merit (id text PRIMARY KEY, kind text, persons numeric, happened_on date)",
        "INSERT INTO merit VALUES ('a', '抓获嫌疑人', 2.0, '2025-01-01'),"
        " ('b', '抓获嫌疑人', 2.5, '2025-01-01')",
    )
    channel = Channel(tmp_path, PostgresSource("战果", server.dsn, "merit", "merit"))
    report = channel.pull()
    assert (report.added, report.rejected) == (1, 1)
    assert channel.records("id, kind, persons") == [("a", "suspect-caught", 2)]


MEASURE = """
import resource, sys
from data.channels.postgres_reading import PostgresSource
from data.channels.postgres_reading import read
source = PostgresSource("大", sys.argv[1], "hazard", "hazard", watermark="updated_at")
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
with read(source, lambda now: "id <= 1000") as found:
    before = sum(batch.num_rows for batch in found.batches(5_000)), peak()
with read(source, lambda now: "true") as found:
    sizes = [batch.num_rows for batch in found.batches(5_000)]
print(sum(sizes), max(sizes), peak() - before[1])
"""


def test_a_large_reading_takes_bounded_memory(server: Server, channel: Channel) -> None:
    server.do(insert(200_000, kind="很长的类别" * 40))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, server.dsn],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    rows, largest, grown = (float(word) for word in done.stdout.split())
    assert (rows, largest) == (200_000, 5_000)
    assert grown < 60, f"{grown} MiB for 125 MB of rows"


def test_a_hundred_thousand_rows_in_batches(server: Server, channel: Channel) -> None:
    server.do(insert(100_000))
    channel.source = replace(channel.source, batch_rows=25_000)
    started = time.perf_counter()
    report = channel.pull()
    print(f"{100_000 / (time.perf_counter() - started):,.0f} rows/s")
    assert report.added == 100_000
    assert [part.rows for part in channel.loader.journal.parts()] == [25_000] * 4
    assert equals_source(channel, server)


def retried(channel: Channel, values: dict[str, str | None]) -> Outcome:
    """What a clerk does on the page with the first open reject of the source."""
    copy = channel.loader.copy
    assert copy
    copy.catch_up()
    found = open_rejects(copy, CLERK)["id"].to_pylist()
    rejects = chosen(copy, CLERK, found[0], "row")
    mapping = rules_by_name(list(rejects[0].values), channel.source.table).mapping("更正")
    loader = Loader(channel.loader.journal, copy, tells_each_row=True)
    return load(loader, Retry(rejects, mapping, values), CLERK, TODAY)


def test_a_corrected_reject_belongs_to_its_source(server: Server, channel: Channel) -> None:
    """It is compared at night like any other; and the source's wrong row is told again."""
    server.do(insert(3), "UPDATE hazard SET found_on = '2999-01-01' WHERE id = 2")
    channel.pull()
    done = retried(channel, {"found_on": "2019-08-01"})
    assert (done.report.added, done.again) == (1, ())
    assert channel.open_rejects() == []
    assert [id for id, _ in channel.records()] == ["1", "2", "3"]
    channel.pull()
    assert channel.open_rejects() == []  # nothing new came: the row is not read
    channel.watermark = None
    channel.pull()
    assert [number for number, _ in channel.open_rejects()] == [2]
    assert channel.records("id, found_on")[1] == ("2", date(2019, 8, 1))
    server.do("DELETE FROM hazard WHERE id = 2")
    assert compare_keys(channel.source, channel.loader, ACTOR, TODAY) == 1


def test_a_key_that_looks_like_a_telephone_number_stops_nothing(
    server: Server, channel: Channel
) -> None:
    server.do("INSERT INTO hazard (id, found_on) VALUES (13812345678, '2999-01-01')")
    assert channel.pull().rejected == 1
    server.do(insert(1))
    assert channel.pull().added == 1
    assert len(retried(channel, {"found_on": "2019-08-01"}).held) == 1
    done = retried(channel, {"id": "13812345678", "found_on": "2019-08-01"})
    assert done.report.added == 1
