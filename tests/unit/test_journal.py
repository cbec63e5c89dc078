"""The journal: nothing acknowledged is lost, nothing overwritten, damage is named and contained."""

import threading
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_files
from data.journal.copy import Copy, arrow_schema
from data.journal.journal import Batch, Journal, JournalError
from data.journal.part_rows import row_checksum
from data.rights import Actor, command_line
from data.schema import TABLES

ACTOR = Actor("tester", "data")
STATION = TABLES["station"]


def stations(*codes: str, name: str = "所") -> pa.Table:
    rows = [
        {
            "id": f"{c}@1900-01-01",
            "code": c,
            "name": name,
            "unit_group": "城区",
            "is_deleted": False,
        }
        for c in codes
    ]
    return pa.Table.from_pylist(rows, arrow_schema(STATION))


def append(journal: Journal, rows: pa.Table, source: str = "test") -> int:
    with journal.lock():
        batch = Batch("station", rows, tuple(rows.column_names))
        parts = journal.append([batch], source, ACTOR)
    return parts[-1].position if parts else 0


def names(store: Path) -> dict[str, str]:
    copy = Copy(Journal(store), {"station"})
    copy.catch_up()
    return dict(copy.cursor().execute("SELECT code, name FROM record.station").fetchall())


def test_parts_are_numbered_and_described(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.position() == 0
    assert journal.data_time() is None
    assert append(journal, stations("S1")) == 1
    assert append(journal, stations("S2", "S3"), "two.csv") == 2
    first, second = journal.parts()
    assert (first.rows, second.rows, second.source, second.actor) == (
        1,
        2,
        "two.csv",
        "data:tester",
    )
    assert second.checksum == row_checksum(stations("S2", "S3"))
    assert second.loader
    assert journal.data_time() is not None


def test_nothing_to_append_writes_no_part(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert append(journal, stations()) == 0
    assert journal.position() == 0


def test_a_later_version_replaces_by_id_and_the_older_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    append(journal, stations("S1", "S2", name="旧"))
    append(journal, stations("S2", name="新"))
    assert names(tmp_path) == {"S1": "旧", "S2": "新"}
    assert journal.read(journal.files()[0])["name"].to_pylist() == ["旧", "旧"]


def test_a_copy_tails_new_parts(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    append(journal, stations("S1"))
    copy = Copy(Journal(tmp_path), {"station"})
    assert copy.catch_up() == 1
    append(journal, stations("S1", name="改"))
    assert copy.catch_up() == 2
    assert copy.one("SELECT name FROM record.station") == ("改",)


def test_compaction_changes_nothing_that_a_reader_sees(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(30):
        append(journal, stations(f"S{number % 7}", name=f"第{number}版"))
    before, parts = names(tmp_path), journal.parts()
    with journal.lock():
        assert journal.compact(at_least=10) == 30
    assert names(tmp_path) == before
    assert journal.parts() == parts
    assert len(journal._known) == 1  # a server that runs for weeks forgets what was merged
    assert Journal(tmp_path).parts() == parts
    assert Journal(tmp_path).position() == 30
    assert Journal(tmp_path).damaged() == []
    append(journal, stations("S0", name="之后"))
    assert names(tmp_path)["S0"] == "之后"
    assert Journal(tmp_path).position() == 31


def test_a_reader_loses_nothing_while_parts_are_compacted(tmp_path: Path) -> None:
    writing, done = Journal(tmp_path), threading.Event()

    def write() -> None:
        for number in range(120):
            with writing.lock():
                writing.append(
                    [Batch("station", stations(f"S{number}"), STATION.names)], "t", ACTOR
                )
                writing.compact(at_least=7)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    copy = Copy(Journal(tmp_path), {"station"})
    while not done.is_set():
        seen = copy.catch_up()
        assert copy.one("SELECT count(*) FROM record.station") == (seen,)
    writer.join()
    assert copy.catch_up() == 120
    assert copy.one("SELECT count(*) FROM record.station") == (120,)
    assert copy.journal.unreadable == {}


def test_a_truncated_part_is_named_and_the_rest_is_served(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    append(journal, stations("S1"))
    append(journal, stations("S2"))
    part = tmp_path / "journal" / "00000001-station.parquet"
    part.write_bytes(part.read_bytes()[:-20])
    assert names(tmp_path) == {"S2": "所"}
    assert [s for s in Journal(tmp_path).damaged() if "00000001-station.parquet" in s]
    assert append(Journal(tmp_path), stations("S3")) == 3


def test_an_edited_part_is_found_by_its_checksum(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    journal = Journal(tmp_path)
    append(journal, stations("S1"))
    part = tmp_path / "journal" / "00000001-station.parquet"
    meta = pq.read_schema(part).metadata
    pq.write_table(stations("S1", name="篡改").replace_schema_metadata(meta), part)
    assert Journal(tmp_path).damaged() == [
        "日志第 1 部分（00000001-station.parquet）内容与校验码不符"
    ]


def test_an_unfinished_part_is_not_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    append(journal, stations("S1"))
    (tmp_path / "journal" / "00000002-station.tmp").write_bytes(b"half")
    assert names(tmp_path) == {"S1": "所"}
    assert append(journal, stations("S2")) == 2


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(JournalError, match="无法写入"), Journal(tmp_path / "store").lock():
        pass


def test_a_load_beside_a_writer_is_told_before_its_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.journal.journal.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("data.intake.files.read_source", lambda *_: pytest.fail("read"))
    with Journal(tmp_path).lock():
        (report,) = load_files(tmp_path, [tmp_path / "station.csv"], command_line())
    assert report.refused == "station.csv：另一个程序正在写入，请稍后再试"


def test_a_second_writer_waits_then_is_told(tmp_path: Path) -> None:
    first, second = Journal(tmp_path), Journal(tmp_path)
    with first.lock(), pytest.raises(JournalError, match="正在写入"), second.lock(0.1):
        pass
    with second.lock(0.1):
        pass


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.text(max_size=5)), max_size=12))
def test_replay_gives_the_latest_version_of_each(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str]]
) -> None:
    store = tmp_path_factory.mktemp("replay")
    journal, tailing = Journal(store), Copy(Journal(store), {"station"})
    for code, name in changes:
        append(journal, stations(code, name=name))
        tailing.catch_up()
    assert names(store) == dict(changes)
    found = tailing.cursor().execute("SELECT code, name FROM record.station").fetchall()
    assert dict(found) == dict(changes)


def test_what_a_killed_compaction_left_behind_is_not_read_twice(tmp_path: Path) -> None:
    """Killed before it removed the single files: the merged one stands for them."""
    journal, folder = Journal(tmp_path), tmp_path / "journal"
    for code in "AB":
        append(journal, stations(code))
    kept = {p.name: p.read_bytes() for p in folder.glob("*.parquet")}
    with journal.lock():
        journal.compact(at_least=1)
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    assert [part.position for part in Journal(tmp_path).parts()] == [1, 2]
    assert names(tmp_path) == {"A": "所", "B": "所"}
    with journal.lock():
        Journal(tmp_path).compact()
    assert [p.name for p in folder.glob("*.parquet")] == ["c00000001-00000002-station.parquet"]


def test_a_damaged_part_is_left_out_of_a_compaction_and_hinders_no_load(tmp_path: Path) -> None:
    journal, folder = Journal(tmp_path), tmp_path / "journal"
    for code in "ABCDE":
        append(journal, stations(code))
    damage(folder / "00000003-station.parquet")
    with journal.lock():
        assert Journal(tmp_path).compact(at_least=2) == 4
    found = sorted(path.name for path in folder.glob("*.parquet"))
    assert found == [
        "00000003-station.parquet",
        "c00000001-00000002-station.parquet",
        "c00000004-00000005-station.parquet",
    ]
    assert sorted(names(tmp_path)) == ["A", "B", "D", "E"]
    assert Journal(tmp_path).damaged() == [
        "日志分片 00000003-station.parquet 已损坏，其余数据照常使用"
    ]


def test_parts_of_an_older_version_with_fewer_columns_keep_their_checksums(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(4):
        rows = stations(f"S{number}")
        older = rows.drop_columns(["unit_group"]) if number < 2 else rows
        append(journal, older)
    with journal.lock():
        assert journal.compact(at_least=2) == 4
    assert Journal(tmp_path).damaged() == []
    assert sorted(names(tmp_path)) == ["S0", "S1", "S2", "S3"]


def test_a_missing_part_is_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for code in "ABC":
        append(journal, stations(code))
    (tmp_path / "journal" / "00000002-station.parquet").unlink()
    assert Journal(tmp_path).damaged() == ["日志缺少第 2 部分"]
    assert sorted(names(tmp_path)) == ["A", "C"]


def damage(part: Path) -> None:
    """Change one byte in the middle of the rows."""
    content = bytearray(part.read_bytes())
    content[40] ^= 1
    part.write_bytes(content)
