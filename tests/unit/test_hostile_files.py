"""Files made to fill or stop the server: by command, by the page's preview and in a drop folder.

Whoever reads them lives, takes no more than 1 GB, and says one Chinese sentence of each.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from data.channels.folder import Seen, scan
from data.config import FolderForm
from data.intake.loading import Loader
from data.intake.preview import preview_file
from data.intake.reading.read import read_source
from data.intake.reading.source import Limits, Refused
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import PROGRAM, Actor

pytestmark = pytest.mark.apart
ROOT = Path(__file__).parents[2]
GIBIBYTE = 2**30
CLERK = Actor("test", PROGRAM)
GOOD = "编码,名称,考核分组\nS1,东所,城区\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("hostile")
    # By a process of its own, since what it takes would count as taken by those started later.
    command = [sys.executable, "-m", "tests.hostile_files", str(folder)]
    yield folder, json.loads(subprocess.check_output(command, cwd=ROOT))
    for file in folder.iterdir():
        file.unlink()


def assert_sentence(name: str, sentence: str, reason: str) -> None:
    assert sentence.startswith(f"{name}："), sentence
    assert reason in sentence, sentence
    assert "\n" not in sentence
    assert not re.search(r"Error|Exception|Traceback|/tmp", sentence), sentence


def test_by_command(hostile: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, reasons = hostile
    assert len(reasons) >= 30
    command = [sys.executable, "cli.py", "load", "--store", str(tmp_path), "--kind", "visit"]
    process = subprocess.Popen(
        [*command, *(str(folder / name) for name in reasons)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)  # of the command and of all whom it waited for
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1
    assert usage.ru_maxrss * 1024 <= GIBIBYTE
    for name, reason in reasons.items():
        (line,) = (line for line in lines if line.startswith(f"{name}："))
        assert_sentence(name, line, reason)


def test_by_preview(hostile: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, reasons = hostile
    loader = Loader(Journal(tmp_path), tells_each_row=True)
    for name, reason in reasons.items():
        preview = preview_file(loader, folder / name, CLERK, "visit")
        assert_sentence(name, preview.report.refused, reason)


def test_in_a_drop_folder(hostile: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, reasons = hostile
    drop = tmp_path / "投放"
    drop.mkdir()
    for name in reasons:
        os.link(folder / name, drop / name)
    (drop / "station.csv").write_text(GOOD)
    form = FolderForm(name="投放", path=drop, settle_seconds=1, kind="visit")
    journal = Journal(tmp_path / "store")
    loader, at = Loader(journal, Copy(journal), tells_each_row=True), datetime(2019, 8, 20, 9)
    seen = Seen()
    assert scan(form, loader, seen, at, 0.0).reports == []
    done = scan(form, loader, seen, at, 3.0)
    assert (len(done.reports), done.problems) == (len(reasons) + 1, [])
    assert sum(report.added for report in done.reports) == 1  # the folder goes on
    for name, reason in reasons.items():
        text = (drop / "refused" / f"{name}.report.txt").read_text("utf-8")
        (line,) = (line for line in text.splitlines() if line.startswith("结果："))
        assert_sentence(name, line.removeprefix("结果：未导入。"), reason)
    again = Seen()  # as after a restart: nothing is tried again
    assert [scan(form, loader, again, at, clock).reports for clock in (4.0, 7.0)] == [[], []]


def test_who_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "走访.csv"
    path.write_text("编号\n1\n")
    with pytest.raises(Refused, match="读取超过 0 秒仍未完成，已中止"):
        read_source(path, limits=Limits(max_seconds=0))


def test_who_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "走访.csv"
    path.write_text("编号\n1\n")
    with pytest.raises(Refused, match="展开后所需内存超过上限"):
        read_source(path, limits=Limits(max_memory_bytes=10 << 20))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "走访.csv"
    path.write_text("编号,村\n1,甲\n2\n")
    open_before = set(os.listdir("/proc/self/fd"))
    source = read_source(path)
    assert (source.rows.to_pylist(), source.broken.num_rows) == (
        [{"编号": "1", "村": "甲", "_row": 2}],
        1,
    )
    assert os.listdir(tmp_path / "temporary") == []
    del source
    assert set(os.listdir("/proc/self/fd")) <= open_before
