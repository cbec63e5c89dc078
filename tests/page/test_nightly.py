"""The nightly reconciling: at its time, by one process of a store, told on page and in metrics."""

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from cli import DONE, NOTHING, main
from data.channels.exposition import exposition
from data.channels.state import now
from data.config import load_config
from data.declared import DeclarationError
from data.journal.journal import SHANGHAI, Journal
from data.journal.reconciliation import (
    FILE,
    Reconciliation,
    read_reconciliation,
    reconciliation_sentence,
    write_reconciliation,
)
from pages.server import nightly
from pages.server.nightly import reconcile_nightly
from tests.page_driver import fresh_caches, open_page, text_of
from tests.patience import wait_until
from tests.unit.test_http_intake import seeded

EVENING = datetime(2019, 8, 19, 22, 0, tzinfo=SHANGHAI)


class Night:
    """The thread of a serving process, with a clock that the test turns."""

    def __init__(self, store: Path, at: str = "03:30") -> None:
        self.now, self.stop, self.looks = EVENING, threading.Event(), 0
        given = (at, store, self.stop, self.clock, 0.01)
        self.thread = threading.Thread(target=reconcile_nightly, args=given, daemon=True)
        self.thread.start()

    def clock(self) -> datetime:
        self.looks += 1
        return self.now

    def turn_to(self, at: datetime) -> None:
        """Set the clock, and wait until the thread has looked at it and done what was due."""
        wait_until(lambda: self.looks > 0)
        self.now = at
        seen = self.looks
        wait_until(lambda: self.looks > seen + 1)

    def end(self) -> None:
        self.stop.set()
        self.thread.join(60)
        assert not self.thread.is_alive()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return seeded(tmp_path / "store")


@pytest.fixture
def runs(store: Path, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Instead of the program: when it was run."""
    found: list[datetime] = []

    def run(store: Path, stop: threading.Event) -> None:
        found.append(nights[0].now)
        write_reconciliation(store, Reconciliation(nights[0].now.isoformat()))

    monkeypatch.setattr(nightly, "_reconcile_apart", run)
    nights.clear()
    return found


nights: list[Night] = []


def test_it_runs_once_a_night_at_its_time(store: Path, runs: list[datetime]) -> None:
    nights.append(night := Night(store))
    for half_hours in range(120):  # from 22:00 on for two and a half days
        night.turn_to(EVENING + timedelta(minutes=30 * half_hours))
    night.end()
    assert [f"{at:%d %H:%M}" for at in runs] == ["20 03:30", "21 03:30", "22 03:30"]


def test_of_two_processes_one_does_it(store: Path, runs: list[datetime]) -> None:
    nights.extend([Night(store), Night(store)])
    for night in nights:
        night.turn_to(EVENING + timedelta(hours=6))
    for night in nights:
        night.end()
    assert len(runs) == 1


def test_while_another_process_does_it_nobody_waits(store: Path, runs: list[datetime]) -> None:
    with FileLock(store / ".reconcile.running"):
        nights.append(night := Night(store))
        night.turn_to(EVENING + timedelta(hours=6))
        night.end()
    assert runs == []


def test_switched_off_it_does_nothing(store: Path) -> None:
    night = Night(store, at="")
    night.thread.join(60)
    assert not night.thread.is_alive()


def test_it_runs_the_program_and_keeps_what_that_found(store: Path) -> None:
    night = Night(store)
    wait_until(lambda: night.looks > 0)
    night.now = EVENING + timedelta(hours=6)
    wait_until(lambda: read_reconciliation(store) is not None)
    night.end()
    found = read_reconciliation(store)
    assert found is not None
    assert (found.position, found.differences, found.problem) == (2, 0, "")
    assert abs(found.at - now()) < timedelta(hours=1)
    assert sorted(p.name for p in store.iterdir()) == [
        ".reconcile.running",
        "journal",
        FILE,
        "snapshots",
    ]


def test_a_program_that_breaks_off_is_told(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(nightly, "PROGRAM", broken)
    night = Night(store)
    wait_until(lambda: night.looks > 0)
    night.now = EVENING + timedelta(hours=6)
    wait_until(lambda: read_reconciliation(store) is not None)
    night.end()
    assert "未能完成：核对程序中途退出（代码 -9）" in reconciliation_sentence(
        read_reconciliation(store)
    )


def test_the_end_of_the_server_ends_it(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, begun = tmp_path / "slow.py", tmp_path / "begun"
    slow.write_text(f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(3600)")
    monkeypatch.setattr(nightly, "PROGRAM", slow)
    night = Night(store)
    wait_until(lambda: night.looks > 0)
    night.now = EVENING + timedelta(hours=6)
    wait_until(begun.exists)
    night.end()
    assert read_reconciliation(store) is None


def test_the_command_line_notes_what_it_finds(store: Path) -> None:
    assert main(["reconcile", "--store", str(store)]) == DONE
    assert reconciliation_sentence(read_reconciliation(store)).endswith("，一致")
    (store / "journal" / "00000001-station.parquet").unlink()
    assert main(["reconcile", "--store", str(store)]) == NOTHING
    told = reconciliation_sentence(read_reconciliation(store))
    assert told.endswith("，发现 1 处不一致，首处：日志缺少第 1 部分")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"began_at": "x"}', '{"began_at": 1}'])
def test_a_damaged_note_counts_as_none(store: Path, content: str) -> None:
    (store / FILE).write_text(content)
    assert read_reconciliation(store) is None


def test_the_page_and_the_metrics_tell_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2019, 8, 19, 3, 30, tzinfo=SHANGHAI)
    monkeypatch.setenv("HONGFENG_STORE", str(store))
    with fresh_caches():
        assert "尚未核对" in text_of(open_page("intake", role="data"))
        write_reconciliation(store, Reconciliation(at.isoformat(), 2))
        assert "上次核对 08-19 03:30，一致" in text_of(open_page("intake", role="data"))
    last = Reconciliation(at.isoformat(), 2, 3, "日志缺少第 1 部分")
    text = exposition(Journal(store), [], 0, at + timedelta(hours=1), last)
    assert "hongfeng_reconcile_age_seconds 3600.0" in text
    assert "hongfeng_reconcile_differences 3" in text
    broken = Reconciliation(at.isoformat(), problem="x")
    lines = exposition(Journal(store), [], 0, at, broken).splitlines()
    assert not [line for line in lines if line.startswith("hongfeng_reconcile_differences")]


@pytest.mark.parametrize("at", ["03:30", "", "23:59"])
def test_the_time_is_configured(tmp_path: Path, at: str) -> None:
    file = tmp_path / "hongfeng.toml"
    file.write_text(f"[reconcile]\nat = {json.dumps(at)}\n")
    assert load_config(file).reconcile.at == at


def test_a_wrong_time_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hongfeng.toml"
    file.write_text('[reconcile]\nat = "25:00"\n')
    with pytest.raises(DeclarationError, match=r"hongfeng.toml：reconcile.at 应为时刻"):
        load_config(file)
