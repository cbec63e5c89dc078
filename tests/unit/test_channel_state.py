"""The state of the channels: written whole, read by anybody, damaged files contained."""

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.channels.runner import ChannelStep, run_all
from data.channels.state import (
    ChannelState,
    now,
    read_state,
    read_states,
    update_state,
    write_state,
)
from data.channels.summary import rate_in_words
from data.journal.journal import JournalError
from tests.patience import PATIENCE, wait_until


def test_what_is_written_is_read(tmp_path: Path) -> None:
    state = ChannelState("投放", "folder", watermark={"xmin": 7}).worked(3, 1, now())
    write_state(tmp_path, state)
    assert read_states(tmp_path) == [state]
    assert [path.name for path in (tmp_path / "channels").iterdir()] == ["投放.json"]


def test_without_channels_there_is_nothing(tmp_path: Path) -> None:
    assert read_states(tmp_path) == []
    assert read_state(tmp_path, "a") == ChannelState("a")


def test_the_counts_of_the_day_begin_anew_and_the_totals_do_not(tmp_path: Path) -> None:
    yesterday = ChannelState("a").worked(5, 2, now() - timedelta(days=1))
    write_state(tmp_path, yesterday)
    (shown,) = read_states(tmp_path)
    assert (shown.records_today, shown.rejected_today, shown.records_total) == (0, 0, 5)
    today = yesterday.worked(1, 0, now())
    assert (today.records_today, today.records_total, today.rejected_total) == (1, 6, 2)


def test_an_error_is_told_until_the_channel_works_again() -> None:
    failed = ChannelState("a").worked(1, 0, now()).failed("数据库连接中断")
    assert (failed.state, failed.last_error) == ("告警", "数据库连接中断")
    again = failed.worked(0, 0, now())
    assert (again.state, again.last_error) == ("运行", "")
    assert again.last_record_at == failed.last_record_at


def test_a_refusal_is_told_until_a_record_comes_in() -> None:
    state = replace(ChannelState("a").worked(0, 0, now()), last_error="文件被拒")
    assert state.worked(0, 0, now()).last_error == "文件被拒"
    assert state.worked(1, 0, now()).last_error == ""


GOOD = {"name": "a", "state": "运行", "records_total": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff\xfe",
        json.dumps(GOOD | {"state": "?"}).encode(),
        json.dumps(GOOD | {"records_total": "1"}).encode(),
        json.dumps(GOOD | {"records_today": True}).encode(),
        json.dumps(GOOD | {"last_record_at": "yesterday"}).encode(),
        json.dumps(GOOD | {"last_ok_at": "2019-08-01T00:00:00"}).encode(),
        json.dumps(GOOD | {"watermark": None}).encode(),
        json.dumps(GOOD | {"by_minute": {"2019-08-01T00:00": "1"}}).encode(),
        json.dumps(GOOD | {"since": "soon"}).encode(),
    ],
)
def test_a_damaged_file_is_named_and_the_rest_is_read(tmp_path: Path, content: bytes) -> None:
    write_state(tmp_path, ChannelState("b", state="运行"))
    (tmp_path / "channels" / "a.json").write_bytes(content)
    damaged, sound = read_states(tmp_path)
    assert (damaged.name, damaged.state) == ("a", "告警")
    assert "损坏" in damaged.last_error
    assert sound.state == "运行"


def test_a_field_of_a_later_version_is_left_aside(tmp_path: Path) -> None:
    write_state(tmp_path, ChannelState("a"))
    (tmp_path / "channels" / "a.json").write_text(json.dumps(GOOD | {"colour": "red"}))
    assert read_state(tmp_path, "a").records_total == 1


def test_two_writers_lose_no_count(tmp_path: Path) -> None:
    def count() -> None:
        for _ in range(25):
            update_state(tmp_path, "a", lambda state: state.worked(1, 0, now()))

    writers = [threading.Thread(target=count) for _ in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert read_state(tmp_path, "a").records_total == 75


class Scripted:
    """A channel that fails as often as it is told to, then works."""

    kind, every_seconds = "folder", 0.05

    def __init__(self, name: str, failures: list[Exception]) -> None:
        self.name, self.failures, self.steps = name, failures, 0

    def step(self) -> ChannelStep:
        self.steps += 1
        if self.failures:
            raise self.failures.pop(0)
        return ChannelStep(accepted=1, watermark={"steps": self.steps})


class Hurried(threading.Event):
    """Told to stop like any other; its first pauses are written down and take no time."""

    def __init__(self, pauses: int) -> None:
        super().__init__()
        self.hurried, self.pauses = pauses, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None:
            return super().wait()
        self.pauses.append(timeout)
        return super().wait(timeout if len(self.pauses) > self.hurried else 0)


def running(store: Path, *channels: Scripted) -> tuple[threading.Event, threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=run_all, args=(channels, store, stop))
    thread.start()
    return stop, thread


def test_a_channel_that_fails_alarms_comes_back_and_disturbs_no_other(tmp_path: Path) -> None:
    bad = Scripted(
        "a",
        [
            JournalError("磁盘已满"),
        ],
    )
    stop, thread = running(tmp_path, bad, Scripted("b", []))
    wait_until(lambda: read_state(tmp_path, "a").last_error == "磁盘已满")
    wait_until(lambda: read_state(tmp_path, "b").records_total > 2)
    wait_until(lambda: read_state(tmp_path, "a").state == "运行")
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    states = read_states(tmp_path)
    assert [state.state for state in states] == ["停止", "停止"]
    assert states[0].watermark == {"steps": bad.steps}


def test_the_pause_grows_and_an_unexpected_error_is_told_in_a_sentence(tmp_path: Path) -> None:
    bad, stop = Scripted("a", [RuntimeError("boom")] * 99), Hurried(8)
    thread = threading.Thread(target=run_all, args=([bad], tmp_path, stop))
    thread.start()
    wait_until(lambda: "内部错误" in read_state(tmp_path, "a").last_error)
    wait_until(lambda: len(stop.pauses) > 8)
    assert stop.pauses[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert bad.steps == 9
    stop.set()
    thread.join(40)  # the last pause is a whole one, and is not waited for
    assert not thread.is_alive()


def test_a_step_that_takes_long_is_left_behind(tmp_path: Path) -> None:
    is_begun, is_free = threading.Event(), threading.Event()

    class Long(Scripted):
        def step(self) -> ChannelStep:
            is_begun.set()
            is_free.wait(10 * PATIENCE)
            return super().step()

    stop, thread = running(tmp_path, Long("a", []))
    is_begun.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    is_free.set()


def test_one_process_at_a_time_runs_a_channel_and_the_other_takes_over(tmp_path: Path) -> None:
    first, second = Scripted("a", []), Scripted("a", [])
    stop_first, thread_first = running(tmp_path, first)
    wait_until(lambda: first.steps > 0)
    stop_second, thread_second = running(tmp_path, second)
    time.sleep(0.3)
    assert second.steps == 0
    stop_first.set()
    wait_until(lambda: second.steps > 0)
    stop_second.set()
    thread_first.join(PATIENCE)
    thread_second.join(PATIENCE)


def test_the_rate_is_of_the_last_hour_and_honest_when_there_is_little(tmp_path: Path) -> None:
    at = now()
    new = ChannelState("a")
    assert rate_in_words(new, at) is None
    started = new.worked(5, 0, at)
    assert rate_in_words(started, at) == "刚启动，5 条"
    assert rate_in_words(started, at + timedelta(minutes=5)) == "近 5 分钟 5 条"
    old = new.worked(100, 0, at - timedelta(minutes=90))
    assert rate_in_words(old, at) == "近 1 小时 0 条"
    assert rate_in_words(old.worked(9, 0, at), at) == "近 1 小时 9 条"
    some = old.worked(12, 3, at - timedelta(minutes=30)).worked(25, 0, at)
    assert rate_in_words(some, at) == "37 条/时"
    assert rate_in_words(some.worked(563, 0, at), at) == "10.0 条/分"
    write_state(tmp_path, some)
    assert rate_in_words(read_state(tmp_path, "a"), at) == "37 条/时"


def test_what_is_counted_by_minute_does_not_grow() -> None:
    state, at = ChannelState("a"), now()
    for minute in range(300):
        state = state.worked(1, 0, at + timedelta(minutes=minute))
    assert len(state.by_minute) == 60
    assert state.recent(at + timedelta(minutes=299)) == (60, timedelta(hours=1))
