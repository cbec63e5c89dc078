"""PostgreSQL goes down and comes back while the channel pulls and others write and delete."""

import random
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from adbc_driver_manager import dbapi as adbc

from data.channels.postgres_comparison import compare_keys
from data.channels.postgres_reading import PostgresSource, Unreachable
from tests.unit.test_postgres import (
    ACTOR,
    TODAY,
    Channel,
    Server,
    cluster,
    equals_source,
    insert,
    server,
)

__all__ = ["cluster", "server"]  # fixtures
WRITERS = 4
FIRST_ROWS = 2_000


def write(server: Server, number: int, stop: threading.Event) -> None:
    """Insert, correct and delete in transactions that stay open for different times, so that they
    commit out of order; after an outage go on with a new session."""
    chance = random.Random(number)
    while not stop.is_set():
        try:
            with server.session() as cursor:
                while not stop.is_set():
                    one_transaction(cursor, chance)
        except adbc.Error:
            time.sleep(0.05)  # the server is away: what was not committed is gone at the source too


def one_transaction(cursor: adbc.Cursor, chance: random.Random) -> None:
    cursor.execute("BEGIN")
    cursor.execute("SELECT nextval('hazard_id_seq')")  # a low number that commits late
    cursor.fetchall()
    for _ in range(chance.randint(1, 4)):
        row = chance.randint(1, FIRST_ROWS)
        cursor.execute(
            chance.choice(
                [
                    "INSERT INTO hazard (kind, found_on) VALUES ('新', '2025-01-01')",
                    f"UPDATE hazard SET kind = '改{chance.randint(1, 99)}',"
                    f" updated_at = clock_timestamp() WHERE id = {row}",
                    f"UPDATE hazard SET closed_on = '2025-12-0{chance.randint(1, 9)}'"
                    f" WHERE id = {row}",
                    f"DELETE FROM hazard WHERE id = {row} AND id % 10 = 0",
                ]
            )
        )
    cursor.execute(f"SELECT pg_sleep({chance.uniform(0, 0.2)})")
    cursor.fetchall()
    cursor.execute(chance.choice(["COMMIT", "COMMIT", "COMMIT", "ROLLBACK"]))


def pull_through(channel: Channel, stop: threading.Event, failures: list[str]) -> None:
    while not stop.is_set():
        try:
            channel.pull()
        except Unreachable as error:
            failures.append(str(error))
            time.sleep(0.05)


@pytest.mark.parametrize("outages", [4, pytest.param(25, marks=pytest.mark.soak)])
def test_the_journal_equals_the_source_after_outages(
    server: Server, tmp_path: Path, outages: int
) -> None:
    server.do(insert(FIRST_ROWS), f"ALTER SEQUENCE hazard_id_seq RESTART {10 * FIRST_ROWS}")
    slow = "SELECT h.xmin, h.* FROM hazard h WHERE pg_sleep(0.0001) IS NOT NULL"
    source = PostgresSource(
        "警务通", server.dsn, "hazard", slow, watermark="updated_at", sweep_seconds=0.5
    )
    channel, stop, failures = Channel(tmp_path, source), threading.Event(), list[str]()
    threads = [
        threading.Thread(target=write, args=(server, number, stop)) for number in range(WRITERS)
    ]
    threads.append(threading.Thread(target=pull_through, args=(channel, stop, failures)))
    for thread in threads:
        thread.start()
    try:
        chance = random.Random(outages)
        for number in range(outages):
            time.sleep(chance.uniform(0.3, 1.2))
            server.stop("immediate" if number % 2 else "fast")
            time.sleep(chance.uniform(0, 0.3))
            server.start()
        time.sleep(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures
    assert set(failures) == {"数据源“警务通”连接中断、超时或无法连接，稍后自动重试"}
    channel.source = replace(source, table_or_query="hazard", sweep_seconds=0)
    channel.pull()  # a sweep from where the last one that succeeded had begun
    assert channel.open_rejects() == []
    compare_keys(channel.source, channel.loader, ACTOR, TODAY)
    assert equals_source(channel, server)
    assert channel.loader.journal.damaged() == []
    assert len(server.rows("SELECT 1 FROM hazard WHERE kind <> '消防隐患'")) > 10
