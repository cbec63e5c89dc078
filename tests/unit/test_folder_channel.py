"""The drop folder: what is loaded, what waits, what is refused, and that nothing is overwritten."""

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cli import main
from data.channels import folder
from data.channels.folder import Scan, Seen, scan
from data.channels.runner import run_channels
from data.channels.state import read_state
from data.config import Config, FolderForm
from data.intake import files
from data.intake.loading import Loader
from data.intake.reading.source import Refused
from data.journal.copy import Copy
from data.journal.journal import SHANGHAI, Journal, JournalError
from tests.patience import PATIENCE, wait_until

AT = datetime(2019, 8, 19, 12, tzinfo=SHANGHAI)
STATIONS = "编码,名称,考核分组\nS1,东所,城区\nS2,西所,乡镇\n"
ROOMS = "编码,名称,派出所编码\nR1,一室,S1\n"


class Desk:
    """A drop folder with a clock that the test turns."""

    def __init__(self, home: Path, **more: object) -> None:
        self.root, self.store = home / "inbox", home / "store"
        self.root.mkdir()
        self.form = FolderForm(name="投放", path=self.root, **more)  # type: ignore[arg-type]
        self.journal = Journal(self.store)
        self.loader = Loader(self.journal, Copy(self.journal), tells_each_row=True)
        self.seen, self.clock = Seen(), 100.0

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def look(self, after: float = 1) -> Scan:
        self.clock += after
        return scan(self.form, self.loader, self.seen, AT, self.clock)

    def take(self) -> Scan:
        """Two looks, so that what lies there is settled."""
        self.look()
        return self.look(3)

    def lying(self) -> list[str]:
        return sorted(str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file())

    def parts(self) -> int:
        return self.journal.position()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_is_loaded_moved_and_reported(desk: Desk) -> None:
    desk.put("派出所.csv", STATIONS)
    assert desk.look().reports == []
    (report,) = desk.look(3).reports
    assert (report.added, report.rejected) == (2, 0)
    assert desk.lying() == ["done/2019-08/派出所.csv", "done/2019-08/派出所.csv.report.txt"]
    told = (desk.root / "done/2019-08/派出所.csv.report.txt").read_text("utf-8")
    assert "读入 2 行，新增 2，更正 0，未变 0，拒收 0" in told
    assert desk.look(3).reports == []


def test_a_half_written_file_waits_until_it_is_whole(desk: Desk) -> None:
    path = desk.put("station.csv", STATIONS[:30])
    for _ in range(4):  # it grows a little between every two looks
        desk.look(1.5)
        with path.open("a") as file:
            file.write("\n" if path.stat().st_size > 400 else "")
        os.utime(path, ns=(0, time.time_ns() + int(desk.clock)))
    assert desk.parts() == 0
    path.write_text(STATIONS)
    done = desk.look(3)
    assert (desk.parts(), done.waiting_since) == (0, desk.clock)
    assert desk.look(3).reports[0].added == 2


def test_a_file_that_somebody_still_holds_open_waits(desk: Desk) -> None:
    path = desk.root / "station.csv"
    with path.open("w") as file:
        file.write(STATIONS)
        file.flush()
        desk.take()
        assert desk.parts() == 0
    desk.take()
    assert desk.parts() == 1


def test_a_file_that_grows_while_it_is_read_is_not_moved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("station.csv", STATIONS)
    real = files.read_source

    def read_and_grow(*given: object) -> object:
        found = real(*given)  # type: ignore[arg-type]
        with path.open("a") as file:
            file.write("S3,南所,城区\n")
        return found

    monkeypatch.setattr(files, "read_source", read_and_grow)
    desk.take()
    assert path.exists()
    monkeypatch.undo()
    (report,) = desk.take().reports
    assert (report.added, report.unchanged) == (1, 2)
    assert not path.exists()


@pytest.mark.parametrize(
    "name",
    """.station.csv ~$station.xlsx station.csv.tmp station.csv.PART a.crdownload
    Thumbs.db sub/desktop.ini .hidden/station.csv ~sync/station.csv""".split(),
)
def test_a_name_that_is_not_yet_a_file_is_left_alone(desk: Desk, name: str) -> None:
    desk.put(name, STATIONS)
    done = desk.take()
    assert (done.reports, done.problems, done.waiting_since) == ([], [], None)
    assert desk.lying() == [name]


def test_a_file_is_taken_when_it_gets_its_name(desk: Desk) -> None:
    path = desk.put("station.csv.part", STATIONS)
    desk.take()
    path.rename(desk.root / "station.csv")
    assert desk.look().reports == []  # under this name it is seen for the first time
    assert desk.look(3).reports[0].added == 2


def test_sub_folders_are_searched_and_kept(desk: Desk) -> None:
    desk.put("东所/八月/station.csv", STATIONS)
    desk.take()
    assert desk.lying()[0] == "done/2019-08/东所/八月/station.csv"


def test_a_folder_called_done_further_down_is_a_folder_like_any_other(desk: Desk) -> None:
    desk.put("东所/done/station.csv", STATIONS)
    assert len(desk.take().reports) == 1


def test_the_same_name_twice_overwrites_nothing(desk: Desk) -> None:
    for content in (STATIONS, STATIONS.replace("东所", "新东所"), STATIONS):
        desk.put("station.csv", content)
        desk.take()
    files = [name for name in desk.lying() if not name.endswith(".txt")]
    assert [Path(name).name for name in files] == ["station-2.csv", "station-3.csv", "station.csv"]
    assert "新东所" in (desk.root / "done/2019-08/station-2.csv").read_text("utf-8")
    assert "更正 1" in (desk.root / "done/2019-08/station-2.csv.report.txt").read_text("utf-8")


def test_registers_come_before_what_refers_to_them(desk: Desk) -> None:
    desk.put("a/police_room.csv", ROOMS)
    desk.put("station.csv", STATIONS)
    assert [report.rejected for report in desk.take().reports] == [0, 0]


def test_rejected_rows_stand_in_the_report(desk: Desk) -> None:
    rows = "".join(f"R{n},室,S9\n" for n in range(150))
    desk.put("police_room.csv", ROOMS.splitlines()[0] + "\n" + rows)
    desk.take()
    told = (desk.root / "done/2019-08/police_room.csv.report.txt").read_text("utf-8")
    assert "前 100 行，另有 50 行" in told
    assert "第 2 行：派出所编码“S9”未在登记册中" in told
    assert told.count("未在登记册中") == 100


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("station.csv", b"", "空"),
        ("station.pdf", b"%PDF-1.4 ...", "PDF"),
        ("station.xlsx", b"PK\x03\x04broken", ""),
        ("station.csv", "甲,乙\n1,2\n", "没有一列"),
        ("whatever.csv", "编码,名称\nS1,东所\n", "看不出是哪张表"),
        ("reject.csv", "编码,名称\nS1,东所\n", "看不出是哪张表"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason_beside_it(
    desk: Desk, name: str, content: str | bytes, reason: str
) -> None:
    desk.put(name, content)
    desk.take()
    assert desk.lying() == [f"refused/{name}", f"refused/{name}.report.txt"]
    told = (desk.root / f"refused/{name}.report.txt").read_text("utf-8")
    assert "结果：未导入" in told
    assert reason in told
    assert desk.parts() == 0


def test_a_link_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(STATIONS)
    (desk.root / "station.csv").symlink_to(tmp_path / "secret.csv")
    (desk.root / "more").symlink_to(tmp_path)
    os.mkfifo(desk.root / "station2.csv")
    assert desk.take().reports == []
    assert (tmp_path / "secret.csv").exists()


def test_killed_between_the_journal_and_the_move_adds_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    desk.put("station.csv", STATIONS)
    monkeypatch.setattr(folder, "file_away", kill)
    with pytest.raises(Killed):
        desk.take()
    monkeypatch.undo()
    desk.seen = Seen()  # a new process knows nothing of the old one
    (report,) = desk.take().reports
    assert (report.added, report.unchanged, desk.parts()) == (0, 2, 1)
    assert desk.lying()[0] == "done/2019-08/station.csv"


def test_a_file_that_cannot_be_moved_is_told_and_not_loaded_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    desk.put("station.csv", STATIONS)
    monkeypatch.setattr(folder, "file_away", fail)
    first = desk.take()
    assert "无法读取或移动" in first.problems[0]
    assert (len(first.reports), desk.look().reports) == (1, [])
    monkeypatch.undo()
    assert desk.look().problems == []
    assert desk.lying()[0] == "done/2019-08/station.csv"


def test_a_journal_that_cannot_be_written_lets_the_file_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    desk.put("station.csv", STATIONS)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(JournalError):
        desk.take()
    monkeypatch.undo()
    assert desk.lying() == ["station.csv"]
    assert desk.look().reports[0].added == 2


def test_a_folder_that_is_not_there_is_told(desk: Desk) -> None:
    desk.root.rmdir()
    with pytest.raises(Refused, match="不存在或无法访问"):
        desk.look()


# -- mapping files ----------------------------------------------------------------------------

MAPPING = """
kind = "station"
[columns]
code = "代码"
name = "单位"
unit_group = "'城区'"
"""


def test_the_mapping_with_the_longest_fitting_name_is_used(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "单位.toml").write_text(MAPPING.replace("代码", "没有这列"), "utf-8")
    (maps / "单位表.toml").write_text(MAPPING, "utf-8")
    desk = Desk(tmp_path, mappings=maps)
    desk.put("单位表2019.csv", "代码,单位\nS1,东所\n")
    desk.put("单位2019.csv", "代码,单位\nS1,东所\n")
    reports = desk.take().reports
    assert sorted(bool(report.refused) for report in reports) == [False, True]
    assert "没有这列" in next(report.refused for report in reports if report.refused)


def test_a_wrong_mapping_file_of_ours_lets_the_file_wait(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "单位.toml").write_text("kind = 'nothing'", "utf-8")
    desk = Desk(tmp_path, mappings=maps)
    desk.put("单位.csv", "代码,单位\nS1,东所\n")
    assert "单位.toml" in desk.take().problems[0]
    assert desk.lying() == ["单位.csv"]
    (maps / "单位.toml").write_text(MAPPING, "utf-8")
    assert desk.look().reports[0].added == 1


def test_a_kind_of_the_channel_serves_names_that_say_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, kind="station")
    desk.put("导出0819.csv", STATIONS)
    assert desk.take().reports[0].added == 2


# -- the whole channel ------------------------------------------------------------------------


def test_the_channel_runs_tells_its_state_and_stops(tmp_path: Path) -> None:
    inbox, store, stop = tmp_path / "inbox", tmp_path / "store", threading.Event()
    form = FolderForm(name="投放", path=inbox, settle_seconds=0.2, every_seconds=0.1)
    config = Config(folder=(form,))
    thread = threading.Thread(target=run_channels, args=(config, store, stop))
    thread.start()
    try:
        wait_for(store, lambda: "不存在" in read_state(store, "投放").last_error)
        inbox.mkdir()
        (inbox / "station.csv").write_text(STATIONS)
        wait_for(store, lambda: read_state(store, "投放").records_today == 2)
        (inbox / "noise.csv").write_text("a,b\n1,2\n")
        wait_for(store, lambda: "看不出是哪张表" in read_state(store, "投放").last_error)
        assert read_state(store, "投放").state == "运行"
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()
    assert read_state(store, "投放").state == "停止"


def wait_for(store: Path, holds: Callable[[], bool]) -> None:
    wait_until(holds, lambda: read_state(store, "投放"))


def test_the_command_without_channels_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["intake", "--store", str(tmp_path / "s")]) == 1
    assert "没有配置任何渠道" in capsys.readouterr().err
    assert main(["intake", "--config", "absent.toml"]) == 1
    assert "没有这个文件" in capsys.readouterr().err
    Path("hongfeng.toml").write_text("[http]\nport = 1\n")
    assert main(["intake"]) == 1
    assert "hongfeng.toml：http.port" in capsys.readouterr().err
