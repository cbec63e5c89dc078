"""A full disk, a read-only store, damaged files, two writers: named, contained, the rest served."""

import errno
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from cli import DONE, NOTHING, main
from data.journal.copy import Copy
from data.journal.disk_errors import disk_words
from data.journal.journal import Batch, Journal, JournalError
from tests.kills import READY, Tell, content_of, victim
from tests.page_driver import fresh_caches, open_page, text_of
from tests.unit.test_http_intake import seeded
from tests.unit.test_journal import ACTOR, STATION, append, names, stations
from tests.unit.test_kills import check_that_nothing_is_left_behind, file_of

FULL = "写入日志失败：磁盘已满，请清理后再试；本次未导入"


# -- a file system of our own ------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    _mount("-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place))
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting takes root here: {done.stderr.strip()}")


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


def test_a_full_disk_refuses_the_load_and_all_else_is_served(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = seeded(small_disk / "store")
    assert main(["load", str(file_of(tmp_path, 1)), "--store", str(store)]) == DONE
    ballast = fill(small_disk)
    before = content_of(store)
    capsys.readouterr()
    assert main(["load", str(file_of(tmp_path, 2)), "--store", str(store)]) == NOTHING
    assert capsys.readouterr().err == f"merit-2.csv：{FULL}\n"
    assert content_of(store) == before
    assert main(measure(store)) == DONE
    ballast.unlink()
    assert main(["load", str(file_of(tmp_path, 2)), "--store", str(store)]) == DONE
    check_that_nothing_is_left_behind(store)


def measure(store: Path) -> list[str]:
    asked = "measure suspects-caught --by bureau --period 2019 --as-of 2019-12-31 --format csv"
    return [*asked.split(), "--store", str(store)]


def test_a_disk_without_room_for_a_compaction_takes_the_load(small_disk: Path) -> None:
    journal = Journal(small_disk / "store")
    for number in range(8):
        append(journal, stations(f"S{number}"))
    ballast = fill(small_disk)
    with journal.lock():
        assert journal.compact(at_least=2) == 0
    assert len(names(small_disk / "store")) == 8
    ballast.unlink()
    with journal.lock():
        assert journal.compact(at_least=2) == 8
    assert journal.damaged() == []


def test_a_read_only_store_is_served_and_says_so_to_who_loads(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = seeded(small_disk / "store")
    assert main(["load", str(file_of(tmp_path, 1)), "--store", str(store)]) == DONE
    _mount("-o", "remount,ro", str(small_disk))
    capsys.readouterr()
    assert main(["load", str(file_of(tmp_path, 2)), "--store", str(store)]) == NOTHING
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "该位置只读" in told
    assert main(measure(store)) == DONE
    assert "bureau,本局,3" in capsys.readouterr().out
    assert main(["reconcile", "--store", str(store)]) == DONE
    assert main(["rejects", "--store", str(store)]) == DONE


# -- every single step fails, or is the last ---------------------------------------------------


class Died(BaseException):
    """As a kill: nothing after it runs, and nothing is cleared up."""


Work = Callable[[Journal], object]


def broken_at_each_step(
    work: Work, make: Callable[[], Path], failure: BaseException
) -> Iterator[tuple[Path, BaseException | None]]:
    """Stores in which the first, second … call that makes something lasting failed in `work`, and
    what it raised. A process that died makes no further call."""
    for step in count(1):
        store, raised = make(), None
        with pytest.MonkeyPatch.context() as patch:
            calls = breaking(patch, step, failure)
            try:
                work(Journal(store))
            except (Died, JournalError) as error:
                raised = error
        if len(calls) < step:
            return
        yield store, raised


def breaking(patch: pytest.MonkeyPatch, step: int, failure: BaseException) -> list[str]:
    calls: list[str] = []

    def instead(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            calls.append(name)
            if len(calls) == step or (len(calls) > step and isinstance(failure, Died)):
                raise failure
            return real(*arguments, **more)

        return call

    for name in ("fsync", "rename", "unlink"):
        patch.setattr(os, name, instead(name, getattr(os, name)))
    return calls


def append_two_and_compact(journal: Journal) -> None:
    with journal.lock():
        new = [Batch("station", stations(code), STATION.names) for code in ("NEW1", "NEW2")]
        journal.append(new, "test", ACTOR)
        journal.compact(at_least=3)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[], Path]:
    def one() -> Path:
        store = tmp_path / f"store-{len(list(tmp_path.iterdir()))}"
        for code in "AB":
            append(Journal(store), stations(code))
        return store

    return one


def whole(store: Path) -> list[str]:
    """The stations of a store that has no damage and no part twice."""
    journal = Journal(store)
    assert journal.damaged() == []
    assert [part.position for part in journal.parts()] == list(range(1, journal.position() + 1))
    return sorted(names(store))


def test_whatever_step_is_the_last_nothing_is_lost(make: Callable[[], Path]) -> None:
    found = set()
    for store, raised in broken_at_each_step(append_two_and_compact, make, Died()):
        assert isinstance(raised, Died)
        assert whole(store) in (["A", "B"], ["A", "B", "NEW1"], ["A", "B", "NEW1", "NEW2"])
        found.add(len(whole(store)))
        append_two_and_compact(Journal(store))
        assert whole(store) == ["A", "B", "NEW1", "NEW2"]
        check_that_nothing_is_left_behind(store)
    assert found == {2, 3, 4}


def test_whatever_step_fails_is_told_and_nothing_is_lost(make: Callable[[], Path]) -> None:
    failure, fates = OSError(errno.ENOSPC, "No space left on device"), set()
    for store, raised in broken_at_each_step(append_two_and_compact, make, failure):
        told = str(raised) if raised else ""
        fates.add(told)
        expected = {"": 4, FULL: 2}.get(told)
        assert len(whole(store)) == expected or (not expected and "请重新导入同一内容" in told)
        append_two_and_compact(Journal(store))
        assert whole(store) == ["A", "B", "NEW1", "NEW2"]
        check_that_nothing_is_left_behind(store)
    assert len(fates) == 3


# -- damaged files -----------------------------------------------------------------------------


@pytest.mark.parametrize("times", [60, pytest.param(1500, marks=pytest.mark.soak)])
def test_a_flipped_bit_anywhere_is_named_or_harmless(tmp_path: Path, times: int) -> None:
    """Single and merged parts, rows and footers: never other rows in silence, never a crash."""
    store, chance = tmp_path / "store", random.Random(7)
    for number in range(8):
        append(Journal(store), stations(*(f"S{number}{n}" for n in range(20)), name=f"第{number}"))
        if number == 4:
            with Journal(store).lock():
                Journal(store).compact(at_least=2)
    right, files = names(store), sorted((store / "journal").glob("*.parquet"))
    for _ in range(times):
        file = chance.choice(files)
        sound = file.read_bytes()
        changed = bytearray(sound)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        check_one_damage(store, file.name, right)
        file.write_bytes(sound)
    assert whole(store) == sorted(right)


@pytest.mark.parametrize("kept", [0, 3, 11, 0.5, 0.99])
def test_a_truncated_file_is_named(tmp_path: Path, kept: float) -> None:
    for code in "AB":
        append(Journal(tmp_path), stations(code))
    file = tmp_path / "journal" / "00000001-station.parquet"
    content = file.read_bytes()
    file.write_bytes(content[: int(kept if kept > 1 else kept * len(content))])
    check_one_damage(tmp_path, file.name, {"A": "所", "B": "所"})
    assert append(Journal(tmp_path), stations("C")) == 3


def check_one_damage(store: Path, name: str, right: dict[str, str]) -> None:
    copy = Copy(Journal(store), {"station"})
    copy.catch_up()
    found = dict(fetch_rows(copy))
    is_named = name in copy.journal.unreadable
    assert found == right or is_named
    assert found.items() <= right.items()
    if is_named:
        assert f"日志分片 {name} 已损坏，其余数据照常使用" in Journal(store).damaged()
    others = [f for f in copy.journal.files() if f.path.name != name]
    assert len(found) >= sum(part.rows for f in others for part in f.parts)


def fetch_rows(copy: Copy) -> list[tuple[str, str]]:
    return copy.cursor().execute("SELECT code, name FROM record.station").fetchall()


@pytest.fixture
def damaged_part(tmp_path: Path) -> Path:
    """The last of two loads of a small store has lost its end."""
    store = seeded(tmp_path / "store")
    for number in (1, 2):
        main(["load", str(file_of(tmp_path, number)), "--store", str(store)])
    part = store / "journal" / "00000004-merit.parquet"
    part.write_bytes(part.read_bytes()[:-9])
    return part


def test_a_damaged_part_is_named_by_the_command_line(
    damaged_part: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = damaged_part.parent.parent
    capsys.readouterr()
    assert main(measure(store)) == DONE
    shown = capsys.readouterr()
    assert shown.err == f"提示：日志分片 {damaged_part.name} 已损坏，其余数据照常使用\n"
    assert "bureau,本局,4" in shown.out
    assert main(["reconcile", "--store", str(store)]) == NOTHING
    assert damaged_part.name in capsys.readouterr().err


def test_a_damaged_part_is_named_on_the_pages(
    damaged_part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGFENG_STORE", str(damaged_part.parent.parent))
    with fresh_caches():
        app = open_page("intake", role="data")
    assert f"日志分片 {damaged_part.name} 已损坏，其余数据照常使用" in text_of(app)


# -- two writers -------------------------------------------------------------------------------


def load_some(tell: Tell, store: Path, folder: Path, numbers: range) -> None:
    for number in numbers:
        tell(main(["load", str(file_of(folder, number)), "--store", str(store)]))
    tell(READY)
    time.sleep(3600)


def test_two_writers_at_once_both_succeed(tmp_path: Path) -> None:
    store = seeded(tmp_path / "store")
    first, second = range(1, 6), range(11, 16)
    with (
        victim(load_some, store, tmp_path, first) as one,
        victim(load_some, store, tmp_path, second) as other,
    ):
        told = [[writer.told() for _ in range(len(first) + 2)] for writer in (one, other)]
    assert told == [[READY, *([DONE] * len(first)), READY]] * 2
    copy = Copy(Journal(store), {"merit"})
    copy.catch_up()
    found = copy.one("SELECT count(*) FROM record.merit")
    assert found == (2 * len(first) + 2 * len(second) + 1,)
    assert Journal(store).damaged() == []


def test_the_reasons_of_the_disk_are_chinese() -> None:
    for number in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO):
        assert not any(c.isascii() for c in disk_words(OSError(number, os.strerror(number))))
    assert disk_words(OSError(9999, "odd")) == "odd"
