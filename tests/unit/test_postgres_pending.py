"""What a business database sends waits as what a file brings does, a deletion at night as well."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from data.channels.postgres_comparison import compare_keys
from data.channels.postgres_pull import pull
from data.channels.postgres_reading import PostgresSource
from data.channels.postgres_watermark import Watermark
from data.intake.load_report import LoadReport
from data.intake.loading import Loader
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import PROGRAM, Actor
from tests.unit.test_pending_versions import (
    ACTS,
    COLUMNS,
    ROWS,
    TODAY,
    figures,
    settle,
    town,
    waiting,
)
from tests.unit.test_postgres import Server, cluster, server

__all__ = ["cluster", "server", "town"]  # fixtures

NAMES = COLUMNS.split(",")
CHANNEL = Actor("postgres-警务通", PROGRAM)
TABLE = """CREATE TABLE dispute (
    id text PRIMARY KEY, village text, received_at timestamp, first_handled_at timestamp,
    due_on date, resolved_on date, called_back_on date, is_deleted boolean, voided_on date,
    voided_reason text, updated_at timestamptz NOT NULL DEFAULT clock_timestamp())"""


class Source:
    """The disputes of the town in a database that is pulled as the runner does it."""

    def __init__(self, store: Path, server: Server) -> None:
        rows = ", ".join(f"({', '.join(_sql(row.get(n)) for n in NAMES)})" for row in ROWS)
        insert = f"INSERT INTO dispute ({COLUMNS}) VALUES {rows}"
        server.do("DROP TABLE IF EXISTS dispute", TABLE, insert)
        journal = Journal(store)
        self.server, self.loader = server, Loader(journal, Copy(journal))
        self.source = PostgresSource(
            "警务通", server.dsn, "dispute", "dispute", watermark="updated_at", sweep_seconds=0
        )
        self.watermark: Watermark | None = Watermark.of({})
        assert self.pull().added == len(ROWS)

    def pull(self) -> LoadReport:
        pulled = pull(self.source, self.loader, CHANNEL, TODAY, self.watermark)
        self.watermark = Watermark.of(asdict(pulled.watermark))
        return pulled.report

    def change(self, values: Mapping[str, str]) -> None:
        changes = ", ".join(f"{name} = {_sql(value)}" for name, value in values.items())
        self.server.do(
            f"UPDATE dispute SET {changes}, updated_at = clock_timestamp() WHERE id = 'D0'"
        )


def _sql(value: str | None) -> str:
    return "NULL" if value is None else f"'{value}'"


@pytest.mark.parametrize("act", ACTS)
def test_what_the_database_changes_waits(town: Path, server: Server, act: str) -> None:
    source = Source(town, server)
    before = figures(town)
    assert before.cases == ((10, 11), (10, 10))
    source.change(ACTS[act])
    report = source.pull()
    assert (report.corrected, report.held) == (0, 1)
    source.watermark = None  # all is read again: it waits once
    assert source.pull().held == 1
    assert figures(town) == before
    (version,) = waiting(town)
    assert (version.acts, version.sender) == (act, "postgres-警务通")
    settle(town)
    assert figures(town) != before
    source.watermark = None
    report = source.pull()
    assert (report.corrected, report.held) == (0, 0)


def test_what_is_gone_at_night_waits(town: Path, server: Server) -> None:
    source = Source(town, server)
    before = figures(town)
    server.do("DELETE FROM dispute WHERE id IN ('D0', 'D1')")
    assert compare_keys(source.source, source.loader, CHANNEL, TODAY) == 1  # D1 met its deadline
    assert compare_keys(source.source, source.loader, CHANNEL, TODAY) == 0
    assert figures(town).cases == ((9, 10), before.cases[1])
    (version,) = waiting(town)
    assert (version.id, version.acts) == ("dispute/D0", "删除")
    settle(town)
    assert figures(town).cases == ((9, 9), before.cases[1])
