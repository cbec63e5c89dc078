"""PostgreSQL as a running channel: state, nightly comparison, a server that comes back."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from data.channels.postgres_channel import PostgresChannel
from data.channels.runner import run_channels
from data.channels.state import now, read_states
from data.config import Config, PostgresForm
from data.intake.loading import Loader
from data.journal.copy import Copy
from data.journal.journal import Journal
from tests.patience import wait_until
from tests.unit.test_postgres import Server, cluster, server

__all__ = ["cluster", "server"]  # fixtures


@pytest.fixture
def form(server: Server, monkeypatch: pytest.MonkeyPatch) -> PostgresForm:
    monkeypatch.setenv("TEST_DSN", server.dsn)
    return PostgresForm(
        name="警务通",
        dsn_env="TEST_DSN",
        kind="hazard",
        table="hazard",
        key=("id",),
        watermark="updated_at",
        every_seconds=0.2,
        sweep_seconds=1,
    )


def insert(server: Server, *kinds: str) -> None:
    rows = ", ".join(f"('{kind}', DATE '2019-07-01')" for kind in kinds)
    server.do(f"INSERT INTO hazard (kind, found_on) VALUES {rows}")


def kinds(store: Path) -> list[str]:
    copy = Copy(Journal(store), {"hazard"})
    copy.catch_up()
    query = "SELECT kind FROM record.hazard WHERE NOT is_deleted ORDER BY id"
    return [row[0] for row in copy.cursor().execute(query).fetchall()]


def test_it_runs_tells_its_state_and_survives_a_server_that_stops(
    server: Server, form: PostgresForm, tmp_path: Path
) -> None:
    insert(server, "一", "二")
    stop = threading.Event()
    runner = threading.Thread(
        target=run_channels, args=(Config(postgres=(form,)), tmp_path, stop), daemon=True
    )
    runner.start()
    try:
        wait_until(lambda: kinds(tmp_path) == ["一", "二"])
        server.stop()
        wait_until(lambda: read_states(tmp_path)[0].state == "告警")
        server.start()
        insert(server, "三")
        wait_until(lambda: kinds(tmp_path) == ["一", "二", "三"])
        wait_until(lambda: read_states(tmp_path)[0].state == "运行")
    finally:
        stop.set()
        runner.join(10)
    (state,) = read_states(tmp_path)
    assert (state.name, state.kind, state.state) == ("警务通", "postgres", "停止")
    assert state.watermark["value"]


def test_it_goes_on_from_the_watermark_that_the_state_keeps(
    server: Server, form: PostgresForm, tmp_path: Path
) -> None:
    insert(server, "一")
    stop = threading.Event()
    runner = threading.Thread(
        target=run_channels, args=(Config(postgres=(form,)), tmp_path, stop), daemon=True
    )
    runner.start()
    wait_until(lambda: kinds(tmp_path) == ["一"])
    wait_until(lambda: bool(read_states(tmp_path) and read_states(tmp_path)[0].watermark))
    stop.set()
    runner.join(10)
    loader = Loader(Journal(tmp_path), Copy(Journal(tmp_path)))
    assert PostgresChannel(form, loader, tmp_path).watermark is not None


def test_deletions_are_found_at_night(server: Server, form: PostgresForm, tmp_path: Path) -> None:
    insert(server, "一", "二")
    clock = [now().replace(hour=12, minute=0)]
    loader = Loader(Journal(tmp_path), Copy(Journal(tmp_path)))
    channel = PostgresChannel(form, loader, tmp_path, lambda: clock[0])
    assert channel.step().accepted == 2
    server.do("DELETE FROM hazard WHERE kind = '一'")
    channel.step()
    assert kinds(tmp_path) == ["一", "二"]
    clock[0] += timedelta(days=1)
    assert channel.step().accepted == 1
    assert kinds(tmp_path) == ["二"]
    server.do("DELETE FROM hazard")
    channel.step()
    assert kinds(tmp_path) == ["二"]  # once a day is enough
