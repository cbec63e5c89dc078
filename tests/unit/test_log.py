"""The log of what people decide: in order, chained, and nobody overtakes anybody."""

import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from data.intake.files import load_files
from data.journal.copy import Copy, arrow_schema
from data.journal.journal import Batch, Journal
from data.journal.log import (
    Decision,
    Draft,
    Entry,
    NotNow,
    broken_links,
    entries,
    moment,
    moment_words,
    write,
)
from data.rights import Actor, command_line
from data.schema import LOG

AT = datetime(2019, 8, 19, 9, 30)
ACTOR = Actor("政治处-01", "political")


def say(journal: Journal, word: str) -> tuple[Entry, ...]:
    return write(journal, ACTOR, AT, lambda before: Decision([Draft("note", word, {"言": word})]))


def read(journal: Journal) -> tuple[Entry, ...]:
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    return entries(copy)


def test_entries_are_numbered_and_chained(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    written = [*say(journal, "一"), *say(journal, "二")]
    found = read(journal)
    assert list(found) == written
    assert [entry.number for entry in found] == [1, 2]
    assert found[1].previous == found[0].hash
    assert broken_links(found) == []


def test_a_day_that_was_chosen_has_no_clock() -> None:
    assert moment_words(moment(date(2019, 8, 19))) == "2019-08-19"
    assert moment_words(AT) == "2019-08-19 09:30"


def test_what_was_changed_or_taken_out_is_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for word in "一二三":
        say(journal, word)
    one, two, three = read(journal)
    assert broken_links((one, replace(two, content={"言": "改"}), three)) == [
        "办理日志第 2 条内容与校验码不符"
    ]
    assert "办理日志缺少第 2 条" in broken_links((one, three))
    forged = replace(two, person="别人")
    assert broken_links((one, forged, three)) == ["办理日志第 2 条内容与校验码不符"]


def test_a_later_version_of_an_entry_is_noticed(tmp_path: Path) -> None:
    """Who can write the journal could write an entry again: the chain tells."""
    journal = Journal(tmp_path)
    (entry,) = say(journal, "一")
    row = {"id": entry.id, "number": 1, "kind": "note", "subject": "一", "content": "{}"}
    row |= {
        "person": "x",
        "role": "y",
        "acted_at": AT,
        "previous": entry.previous,
        "hash": entry.hash,
    }
    with journal.lock():
        rows = pa.Table.from_pylist([row], schema=arrow_schema(LOG))
        journal.append([Batch(LOG.name, rows, LOG.names)], "伪造", ACTOR)
    assert broken_links(read(journal)) == ["办理日志第 1 条内容与校验码不符"]


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    journal, told = Journal(tmp_path), list[str]()

    def only_first(before: tuple[Entry, ...]) -> Decision:
        if before:
            raise NotNow("已由他人办理")
        return Decision([Draft("note", "only", {})])

    def act() -> None:
        try:
            write(Journal(tmp_path), ACTOR, AT, only_first)
        except NotNow as error:
            told.append(str(error))

    threads = [threading.Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["已由他人办理"] * 5
    assert len(read(journal)) == 1


def test_nothing_is_written_when_an_act_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path)

    def never(before: tuple[Entry, ...]) -> Decision:
        raise NotNow("不可")

    with pytest.raises(NotNow):
        write(journal, ACTOR, AT, never)
    assert journal.position() == 0


def test_entries_outlive_compaction(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(6):
        say(journal, str(number))
    with journal.lock():
        assert journal.compact(at_least=2)
    assert broken_links(read(journal)) == []
    assert len(read(journal)) == 6


def test_the_log_is_not_loaded_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("id,number,kind\nlog-00000001,1,note\n", "utf-8")
    (report,) = load_files(tmp_path / "store", [file], command_line(), "log")
    assert "没有数据表“log”" in report.refused
