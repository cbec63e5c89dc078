"""The chain: whatever is taken out of the journal, rewritten or put into it is named, and a file
that is no part moves nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import DONE, NOTHING, main
from data.journal.journal import Journal, JournalError
from data.journal.sealing import chain_state
from tests.tampering import (
    described,
    digest,
    head,
    part,
    part_files,
    rechain,
    rewrite,
    swap,
    without_chain,
    write,
)
from tests.unit.test_journal import append, damage, names, stations

LAST = 6


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Six parts, each with one station."""
    store = tmp_path / "store"
    for code in "ABCDEF":
        append(Journal(store), stations(code))
    assert Journal(store).damaged() == []
    return store


def compacted(store: Path) -> Path:
    journal = Journal(store)
    with journal.lock():
        assert journal.compact(at_least=2) == LAST
    (path,) = part_files(store)
    return path


def renamed(rows: pa.Table, code: str = "") -> pa.Table:
    """The rows with another name; or only that of one station."""
    pairs = zip(rows["code"].to_pylist(), rows["name"].to_pylist(), strict=True)
    values = ["改" if code in ("", own) else name for own, name in pairs]
    return rows.set_column(rows.column_names.index("name"), "name", pa.array(values))


# -- what stands in the parts -------------------------------------------------------------------


def test_a_part_carries_the_digest_of_all_before_it(store: Path) -> None:
    before = "0" * 64
    for path in part_files(store):
        (fields,) = described(path)
        assert fields["previous"] == before
        before = digest(fields, before)
    assert head(store).name == f"head-{LAST:08d}-{before}"
    assert head(store).read_bytes() == b""


def test_parts_that_are_appended_together_are_linked(tmp_path: Path) -> None:
    from data.journal.journal import Batch
    from tests.unit.test_journal import ACTOR, STATION

    journal = Journal(tmp_path)
    with journal.lock():
        batches = [Batch("station", stations(code), STATION.names) for code in "ABC"]
        journal.append(batches, "test", ACTOR)
    assert Journal(tmp_path).damaged() == []
    assert head(tmp_path).name.startswith("head-00000003-")


def test_a_compaction_keeps_the_chain(store: Path) -> None:
    name = head(store).name
    compacted(store)
    assert head(store).name == name
    append(Journal(store), stations("G"))
    assert Journal(store).damaged() == []
    assert chain_state(Journal(store)) == "日志链条自第 1 部分起"


# -- taken out, rewritten, swapped --------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_part_that_is_gone_is_named_for_good(store: Path, number: int) -> None:
    path = part(store, number)
    kept = path.rename(store / "kept")
    sentence = [f"日志缺少第 {number} 部分"]
    assert Journal(store).damaged() == sentence
    assert append(Journal(store), stations("G")) == LAST + 1  # no number is given twice
    assert names(store).keys() == set("ABCDEFG") - {"ABCDEF"[number - 1]}
    assert Journal(store).damaged() == sentence
    kept.rename(path)  # from a backup
    assert Journal(store).damaged() == []
    assert names(store).keys() == set("ABCDEFG")


def test_a_long_tail_is_one_sentence(store: Path) -> None:
    for number in (4, 5, 6):
        part(store, number).unlink()
    assert Journal(store).damaged() == ["日志缺少第 4 至 6 部分"]


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_part_rewritten_with_a_good_checksum_is_named(store: Path, number: int) -> None:
    rewrite(part(store, number), renamed)
    append(Journal(store), stations("G"))
    assert Journal(store).damaged() == [
        f"日志第 {number + 1} 部分与第 {number} 部分不相衔接，其一已被改写"
    ]


def test_the_last_part_rewritten_is_named_before_anything_follows(store: Path) -> None:
    rewrite(part(store, LAST), renamed)
    assert Journal(store).damaged() == [f"日志第 {LAST} 部分与末端记录不符，已被改写"]


@pytest.mark.parametrize("field", ["actor", "source", "written_at", "loader"])
def test_who_and_when_cannot_be_rewritten(store: Path, field: str) -> None:
    path = part(store, 3)
    (meta,), rows = described(path), pq.read_table(path)
    write(path, rows, [meta | {field: "2019-01-01"}])
    assert any("第 3 部分" in sentence for sentence in Journal(store).damaged())


def test_rows_swapped_between_two_parts_are_named(store: Path) -> None:
    swap(part(store, 2), part(store, 4))
    told = "\n".join(Journal(store).damaged())
    assert "第 2 部分" in told
    assert "第 4 部分" in told


def test_swapped_files_are_named(store: Path) -> None:
    one, other = part(store, 2), part(store, 3)
    one.rename(store / "aside")
    other.rename(one)
    (store / "aside").rename(other)
    told = Journal(store).damaged()
    assert [name for name in (one.name, other.name) if any(name in s for s in told)] == [
        one.name,
        other.name,
    ]


def test_a_row_rewritten_in_a_merged_file_is_named(store: Path) -> None:
    path = compacted(store)
    rewrite(path, lambda rows: renamed(rows, "C"))
    assert Journal(store).damaged() == ["日志第 4 部分与第 3 部分不相衔接，其一已被改写"]


def test_a_part_taken_out_of_a_merged_file_is_named(store: Path) -> None:
    path = compacted(store)
    meta, rows = described(path), pq.read_table(path)
    kept = [each for each in meta if each["position"] != 3]
    write(path, rows.filter(pa.compute.not_equal(rows["_part"], 3)), kept)
    assert Journal(store).damaged() == ["日志缺少第 3 部分"]


# -- the head -----------------------------------------------------------------------------------


def test_a_head_that_is_gone_is_named_and_hinders_no_load(store: Path) -> None:
    part(store, LAST).unlink()
    head(store).unlink()
    told = ["日志的末端记录缺失，末尾是否完整无从核对；查明后请运行 hongfeng seal"]
    assert Journal(store).damaged() == told
    assert append(Journal(store), stations("G")) == LAST
    assert "G" in names(store)
    assert Journal(store).damaged()[-1:] == told
    with_seal(store)
    assert Journal(store).damaged() == []
    assert "此前各部分已封存" in chain_state(Journal(store))


def test_a_head_that_is_behind_is_caught_up_with(store: Path) -> None:
    """As after a kill between the last part and its head."""
    before = head(store)
    append(Journal(store), stations("G"))
    append(Journal(store), stations("H"))
    head(store).rename(before)
    assert Journal(store).position() == LAST + 2
    assert Journal(store).damaged() == []
    append(Journal(store), stations("I"))
    assert head(store).name.startswith(f"head-{LAST + 3:08d}-")
    assert Journal(store).damaged() == []


def test_a_forged_head_loses_no_record(store: Path) -> None:
    forged = head(store).with_name(f"head-99999999-{'a' * 64}")
    forged.touch()
    with pytest.raises(JournalError, match="末端记录超出范围"):
        append(Journal(store), stations("G"))
    told = Journal(store).damaged()
    assert told[0] == "日志缺少第 7 至 99999999 部分"
    assert names(store).keys() == set("ABCDEF")
    forged.unlink()
    assert Journal(store).damaged() == []


def test_an_end_that_was_redone_with_its_head_is_for_the_receipt(store: Path) -> None:
    """What the journal alone cannot know: `tests/unit/test_evidence.py`."""
    rewrite(part(store, 2), renamed)
    rechain(store)
    assert Journal(store).damaged() == []


# -- strays -------------------------------------------------------------------------------------


def too_high(folder: Path) -> Path:
    return shutil.copy(folder / "00000001-station.parquet", folder / "99999999-station.parquet")


def not_numbered(folder: Path) -> Path:
    return shutil.copy(folder / "00000001-station.parquet", folder / "station (1).parquet")


def empty(folder: Path) -> Path:
    path = folder / "00000007-merit.parquet"
    path.touch()
    return path


def foreign(folder: Path) -> Path:
    pq.write_table(pa.table({"id": ["M-1"]}), folder / "00000008-merit.parquet")
    return folder / "00000008-merit.parquet"


def under_another_number(folder: Path) -> Path:
    return shutil.copy(folder / "00000001-station.parquet", folder / "00000003-merit.parquet")


def under_the_next_number(folder: Path) -> Path:
    return shutil.copy(folder / "00000001-station.parquet", folder / "00000007-merit.parquet")


def merged_elsewhere(folder: Path) -> Path:
    name = "c00000001-00000009-station.parquet"
    return shutil.copy(folder / "00000001-station.parquet", folder / name)


def too_many_digits(folder: Path) -> Path:
    return shutil.copy(folder / "00000001-station.parquet", folder / "100000000-station.parquet")


STRAYS = [
    too_high,
    not_numbered,
    empty,
    foreign,
    under_another_number,
    under_the_next_number,
    merged_elsewhere,
    too_many_digits,
]


@pytest.mark.parametrize("lay", STRAYS)
def test_a_stray_file_moves_nothing_and_is_named(
    store: Path, lay: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    stray = lay(store / "journal")
    sentence = f"日志目录中的 {stray.name} 不是日志的一部分，未读取"
    journal = Journal(store)
    assert (journal.position(), journal.parts()[-1].position) == (LAST, LAST)
    assert names(store).keys() == set("ABCDEF")
    assert journal.damaged() == [sentence]
    assert journal.unreadable == {}  # nothing of ours is missing
    assert append(Journal(store), stations("G")) == LAST + 1
    assert names(store).keys() == set("ABCDEFG")
    assert Journal(store).damaged() == [sentence]
    assert main(["reconcile", "--store", str(store)]) == NOTHING
    assert sentence in capsys.readouterr().err
    assert main(["verify", "--store", str(store)]) == NOTHING
    assert sentence in capsys.readouterr().err
    with Journal(store).lock():
        Journal(store).compact(at_least=2)
    assert stray.exists()
    stray.unlink()
    assert Journal(store).damaged() == []
    assert main(["reconcile", "--store", str(store)]) == DONE


def test_a_second_sound_file_of_a_number_is_named_and_stays(store: Path) -> None:
    path = part(store, 3)
    (meta,), rows = described(path), pq.read_table(path)
    other = path.with_name("00000003-village.parquet")
    write(other, rows, [meta | {"table": "village"}])
    assert Journal(store).damaged() == [f"日志目录中的 {other.name} 不是日志的一部分，未读取"]
    compacted_with_stray = Journal(store)
    with compacted_with_stray.lock():
        compacted_with_stray.compact(at_least=2)
    assert other.exists()
    assert names(store).keys() == set("ABCDEF")


def test_a_stray_in_an_empty_journal_begins_no_numbering(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "99999999-merit.parquet").touch()
    assert Journal(tmp_path).position() == 0
    assert append(Journal(tmp_path), stations("A")) == 1
    assert names(tmp_path) == {"A": "所"}


# -- stores of before the chain -----------------------------------------------------------------


@pytest.fixture
def older(store: Path) -> Path:
    without_chain(store)
    assert "previous" not in described(part(store, 1))[0]
    return store


def with_seal(store: Path) -> None:
    assert main(["seal", "--store", str(store)]) == DONE


def test_an_older_store_works_as_before_and_says_so(
    older: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert append(Journal(older), stations("G")) == LAST + 1
    assert names(older).keys() == set("ABCDEFG")
    assert Journal(older).damaged() == []
    assert list((older / "journal").glob("head-*")) == []
    assert main(["reconcile", "--store", str(older)]) == DONE
    assert "日志未建立链条" in capsys.readouterr().out
    main(["verify", "--store", str(older)])
    assert "日志未建立链条" in capsys.readouterr().out
    too_high(older / "journal")
    assert append(Journal(older), stations("H")) == LAST + 2
    assert "H" in names(older)


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_parts_of_an_older_store_are_sealed_as_found(
    older: Path, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with_seal(older)
    told = capsys.readouterr().out
    assert "第 1 至 6 部分" in told
    assert "自第 7 部分起" in told
    assert Journal(older).damaged() == []
    assert append(Journal(older), stations("G")) == LAST + 1
    assert Journal(older).damaged() == []
    assert "日志链条自第 7 部分起" in chain_state(Journal(older))
    rewrite(part(older, number), renamed)
    assert Journal(older).damaged() == [f"日志第 {number} 部分与封存时不符"]


def test_a_sealed_store_misses_its_tail_and_its_seal(older: Path) -> None:
    with_seal(older)
    kept = part(older, LAST).rename(older / "kept")
    assert Journal(older).damaged() == [f"日志缺少第 {LAST} 部分"]
    kept.rename(older / "journal" / f"{LAST:08d}-station.parquet")
    append(Journal(older), stations("G"))
    (older / "journal" / "seal.json").write_text("{}")
    assert Journal(older).damaged() == ["日志第 1 至 6 部分未纳入校验链条"]


def test_sealed_parts_are_compacted(older: Path) -> None:
    with_seal(older)
    path = compacted(older)
    append(Journal(older), stations("G"))
    assert Journal(older).damaged() == []
    rewrite(path, lambda rows: renamed(rows, "C"))
    assert Journal(older).damaged() == ["日志第 3 部分与封存时不符"]


def test_what_is_wrong_already_is_told_when_sealing(
    older: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(part(older, LAST))
    part(older, 2).unlink()
    with_seal(older)
    told = capsys.readouterr().err
    assert "此前已有的问题不因此消除" in told
    assert "日志缺少第 2 部分" in told
    append(Journal(older), stations("G"))
    assert [s for s in Journal(older).damaged() if "第 2 部分" not in s and "损坏" not in s] == []


def test_parts_that_an_older_program_appended_are_read_named_and_sealed(store: Path) -> None:
    before = head(store).name
    path = part(store, LAST)
    (meta,), rows = described(path), renamed(pq.read_table(path))
    del meta["previous"]
    write(path.with_name("00000007-station.parquet"), rows, [meta | {"position": 7}])
    assert Journal(store).position() == LAST + 1
    assert names(store)["F"] == "改"
    assert Journal(store).damaged() == ["日志第 7 部分未纳入校验链条"]
    append(Journal(store), stations("G"))
    assert head(store).name > before
    with_seal(store)
    assert Journal(store).damaged() == []
    append(Journal(store), stations("H"))
    assert Journal(store).damaged() == []


def test_nothing_to_seal_is_told(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seal", "--store", str(store)]) == NOTHING
    assert capsys.readouterr().err == "日志链条自第 1 部分起，无需再建\n"
    assert main(["seal", "--store", str(tmp_path / "nothing")]) == NOTHING
    assert "还没有数据" in capsys.readouterr().err
