"""What is frozen, against whoever may write the folder: each way of tampering is named, and what
was redone as a whole is found by the receipt that was kept elsewhere."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from cli import DONE, NOTHING, main
from data.journal.journal import Journal
from data.journal.log import entries
from metrics.assessment.receipt import Receipt, read_receipt, receipt_of
from metrics.assessment.steps import freeze
from metrics.calendar.standing import standing
from metrics.cells.store import Store
from pages.documents.bulletin import Imprint, bulletin_bytes
from pages.documents.receipt_page import hash_lines
from tests.assessing import LEADER, PERIOD, desk, to_hearing
from tests.papers import docx_lines, material
from tests.tampering import described, part_files, rechain, rewrite, without_chain

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def frozen_store(town_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with June 2019 frozen. Read only."""
    folder = tmp_path_factory.mktemp("evidence") / "store"
    shutil.copytree(town_store, folder)
    frozen(Store(folder))
    return folder


def frozen(store: Store) -> None:
    to_hearing(store)
    freeze(desk(store, LEADER, 9), PERIOD)


@pytest.fixture
def store(frozen_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen_store, tmp_path / "store"))


def verify(store: Path, *words: str) -> int:
    return main(["verify", "--store", str(store), *words])


def named(store: Path, sentence: str, told: Told, *words: str) -> None:
    """`verify` says so on stderr and ends with 1."""
    told.readouterr()
    assert verify(store, *words) == NOTHING
    assert sentence in told.readouterr().err


def of_table(store: Path, table: str) -> list[Path]:
    return [path for path in part_files(store) if path.name.endswith(f"-{table}.parquet")]


def receipt(store: Path) -> Receipt:
    opened = Store(store)
    opened.copy.catch_up()
    found = receipt_of(standing(entries(opened.copy), PERIOD))
    assert found is not None
    return found


# -- what is named without a receipt ------------------------------------------------------------


def test_what_nobody_touched_agrees(store: Path, capsys: Told) -> None:
    assert verify(store) == DONE
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "日志链条自第 1 部分起"
    assert told.out.splitlines()[-1].endswith("：一致")
    assert told.err == ""


def test_removed_visits_are_named(store: Path, capsys: Told) -> None:
    """With a right checksum; the visits lie outside the period, so no figure of it moves."""
    path = of_table(store, "visit")[0]
    number = int(path.name[:8])
    rewrite(path, lambda rows: rows.slice(100))
    named(store, f"日志第 {number + 1} 部分与第 {number} 部分不相衔接", capsys)
    assert main(["reconcile", "--store", str(store)]) == NOTHING
    assert f"日志第 {number + 1} 部分与第 {number} 部分" in capsys.readouterr().err


def test_a_removed_tail_is_named(store: Path, capsys: Told) -> None:
    """The last part holds the freezing: without it nothing seems frozen."""
    tail = part_files(store)[-1]
    assert tail.name.endswith("-log.parquet")
    tail.unlink()
    named(store, f"日志缺少第 {int(tail.name[:8])} 部分", capsys)
    named(store, "assessments 中的 2019-06-r1-", capsys)
    assert main(["reconcile", "--store", str(store)]) == NOTHING


def test_removed_parts_of_the_log_are_named(store: Path, capsys: Told) -> None:
    gone = of_table(store, "log")[1]
    gone.unlink()
    named(store, "办理日志缺少第 2 条", capsys)
    named(store, f"日志缺少第 {int(gone.name[:8])} 部分", capsys)


def test_a_journal_that_was_linked_anew_is_named_by_the_manifest(store: Path, capsys: Told) -> None:
    """The chain agrees with itself; what was frozen remembers the other one."""
    rewrite(of_table(store, "visit")[0], lambda rows: rows.slice(100))
    rechain(store)
    assert Journal(store).damaged() == []
    position = receipt(store).position
    named(store, f"日志第 1 至 {position} 部分与定稿 2019-06-r1-", capsys)


def test_a_folder_that_no_entry_names_is_reported(store: Path, capsys: Told) -> None:
    (folder,) = (store / "assessments").iterdir()
    shutil.copytree(folder, folder.with_name("2019-06-r1-00000000"))
    named(store, "assessments 中的 2019-06-r1-00000000 未见于办理日志，不是定稿", capsys)


def test_what_was_frozen_before_the_chain_verifies(
    town_store: Path, tmp_path: Path, capsys: Told
) -> None:
    older = Path(shutil.copytree(town_store, tmp_path / "older"))
    without_chain(older)
    frozen(Store(older))
    assert all("previous" not in m or not m["previous"] for m in described(part_files(older)[-1]))
    assert verify(older) == DONE
    assert "日志未建立链条" in capsys.readouterr().out
    assert main(["seal", "--store", str(older)]) == DONE
    assert verify(older) == DONE
    assert "自第" in capsys.readouterr().out


# -- the receipt --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def redone_store(town_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An insider makes all of it again, with fewer visits: parts, chain, log and assessment."""
    folder = tmp_path_factory.mktemp("redone") / "store"
    shutil.copytree(town_store, folder)
    for path in of_table(folder, "visit"):
        rewrite(path, lambda rows: rows.slice(rows.num_rows // 2))
    rechain(folder)
    frozen(Store(folder))
    return folder


def test_what_an_insider_redid_is_found_by_the_receipt(
    store: Path, redone_store: Path, tmp_path: Path, capsys: Told
) -> None:
    kept = tmp_path / "回执.txt"
    assert main(f"receipt --period {PERIOD} --store {store} --out {kept}".split()) == DONE
    assert verify(store, "--receipt", str(kept)) == DONE
    assert "回执：一致" in capsys.readouterr().out
    assert verify(redone_store) == DONE  # it agrees with itself in everything
    named(redone_store, "定稿已被整体改写", capsys, "--receipt", str(kept))


def test_a_hash_typed_from_paper_is_enough(store: Path, redone_store: Path, capsys: Told) -> None:
    typed = "\n".join(hash_lines(receipt(store).hash)).upper()
    assert verify(store, "--receipt", typed) == DONE
    named(redone_store, "没有校验码为", capsys, "--receipt", typed)


def test_a_receipt_of_another_period_or_position_is_named(
    store: Path, tmp_path: Path, capsys: Told
) -> None:
    kept, own = tmp_path / "回执.txt", receipt(store)
    kept.write_text(own.text.replace("2019-06", "2019-05"), "utf-8")
    named(store, "回执所记的定稿 2019-05 第 1 版不在数据目录中", capsys, "--receipt", str(kept))
    moved = own.text.replace(f"日志位置 {own.position}", "日志位置 3")
    kept.write_text(moved, "utf-8")
    named(store, f"日志位置现为 {own.position}，回执为 3", capsys, "--receipt", str(kept))


@pytest.mark.parametrize("text", ["", "abc", "红枫定稿回执", "g" * 64, "a" * 63])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是定稿回执"):
        read_receipt(text)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", "定稿".encode()])
def test_a_file_that_is_no_receipt_is_refused_in_one_sentence(
    store: Path, tmp_path: Path, content: bytes, capsys: Told
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert verify(store, "--receipt", str(tmp_path / "file")) == NOTHING
    told = capsys.readouterr().err
    assert "不是定稿回执" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("period", ["2019-06", "2019-W23", "2019-Q3", "2019-01-01..2019-08-19"])
def test_a_receipt_is_read_as_it_was_written(period: str) -> None:
    own = Receipt(period, 2, 57, "0123456789abcdef" * 4)
    assert read_receipt(own.text) == own
    assert read_receipt(f"\n{own.text}\r\n") == own


def test_before_it_is_frozen_there_is_none(town_store: Path, capsys: Told) -> None:
    assert main(f"receipt --period {PERIOD} --store {town_store}".split()) == NOTHING
    assert capsys.readouterr().err == f"{PERIOD}尚未定稿，没有回执\n"


def test_the_bulletin_carries_it_once_it_is_frozen(store: Path, town_store: Path) -> None:
    imprint = Imprint(date(2019, 8, 28))
    before = bulletin_bytes(material(Store(town_store), PERIOD), imprint)
    assert "附件：各派出所考核得分及名次" in docx_lines(before)
    assert "定稿回执" not in docx_lines(before)
    after = bulletin_bytes(material(Store(store), PERIOD, LEADER), imprint)
    lines = docx_lines(after)
    assert "附件：1.各派出所考核得分及名次" in lines
    assert lines.index("附件1") < lines.index("附件2") < lines.index("定稿回执")
    own = receipt(store)
    assert f"日志位置：{own.position}" in lines
    assert "".join("".join(lines).split()).count(own.hash) == 1
    assert len(Document(io.BytesIO(after)).inline_shapes) == 1
