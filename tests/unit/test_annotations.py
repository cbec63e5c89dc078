"""Marks on the charts: written through the intake, by right, without numbers of persons."""

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from data.decisions.annotations import Annotation, annotate, annotations, take_down
from data.intake.loading import Loader
from data.intake.reading.source import Refused
from data.rights import Actor, NotPermitted
from metrics.analysis.marks import mark_in_words, marks_of, signs_by_place
from metrics.calendar.period import months_back, parse_period
from metrics.cells.store import Store
from metrics.cells.units import BUREAU, Unit

NOW = datetime(2019, 8, 19, 9, 30)
POLITICAL, DATA = Actor("政治处-01", "political"), Actor("数据-01", "data")
MARK = Annotation(date(2018, 1, 1), "巡逻队扩编", "政治处-01", station="S13")
STATION = Unit("S13", "武功派出所", "station", "乡镇", "S13")
OTHER = Unit("S04", "院岭派出所", "station", "城区", "S04")
VILLAGE = Unit("V182", "庙街十二村", "village", "乡镇", "S12")
WHOLE = Unit(BUREAU, "舞钢市公安局", "bureau")


@pytest.fixture
def store(recent_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(recent_store, tmp_path / "store")
    return Store(tmp_path / "store")


def loader(store: Store) -> Loader:
    return Loader(store.journal, store.copy, tells_each_row=True)


def shown(store: Store, until: date = date(2019, 8, 19)) -> list[str]:
    store.copy.catch_up()
    return [note.remark for note in annotations(store.copy, until)]


def test_a_mark_is_written_once_found_and_taken_down(store: Store) -> None:
    annotate(loader(store), MARK, POLITICAL, NOW)
    position = store.journal.position()
    annotate(loader(store), MARK, POLITICAL, NOW)
    assert shown(store) == ["巡逻队扩编"]
    assert store.journal.position() <= position + 1
    assert annotations(store.copy, NOW.date()) == (MARK,)
    assert shown(store, date(2017, 12, 31)) == []
    take_down(loader(store), MARK, DATA, NOW)
    assert shown(store) == []
    kept = store.copy.one("SELECT remark, voided_on FROM record.annotation")
    assert kept == ("巡逻队扩编", NOW.date())
    annotate(loader(store), MARK, POLITICAL, NOW)
    assert shown(store) == ["巡逻队扩编"]


@pytest.mark.parametrize("role", ["leader", "station", "wall"])
def test_who_may_not_is_told_who_may(store: Store, role: str) -> None:
    position = store.journal.position()
    with pytest.raises(NotPermitted, match="可由政治处、数据管理操作"):
        annotate(loader(store), MARK, Actor("x", role), NOW)
    with pytest.raises(NotPermitted):
        take_down(loader(store), MARK, Actor("x", role), NOW)
    assert store.journal.position() == position


@pytest.mark.parametrize(
    ("remark", "reason"),
    [
        ("联系 13812345678", "疑似身份证号或手机号"),
        ("410481198001011231 来访", "疑似身份证号或手机号"),
        ("长" * 41, "超过 40 字"),
        ("  ", "缺少标注"),
    ],
)
def test_what_must_not_stand_there_is_refused_and_not_kept(
    store: Store, remark: str, reason: str
) -> None:
    position = store.journal.position()
    with pytest.raises(Refused, match=reason):
        annotate(loader(store), replace(MARK, remark=remark), POLITICAL, NOW)
    assert store.journal.position() == position


def test_a_station_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="未在登记册中"):
        annotate(loader(store), replace(MARK, station="S99"), POLITICAL, NOW)


def test_a_mark_counts_nothing_anew(store: Store) -> None:
    before = store.counted()
    annotate(loader(store), MARK, POLITICAL, NOW)
    after = store.counted()
    assert after.position > before.position
    assert after.cells == before.cells
    assert after.cut == before.cut
    assert after.grown is not None
    assert after.grown.first_days == {}


def test_which_marks_stand_on_which_charts() -> None:
    whole = Annotation(date(2019, 5, 3), "全局行动", "政治处-01")
    village = Annotation(date(2019, 6, 3), "驻村辅警到岗", "政治处-01", village="V182")
    notes = (MARK, whole, village)
    assert [m.note for m in marks_of(notes, STATION)] == [MARK, whole]
    assert [m.note for m in marks_of(notes, OTHER)] == [whole]
    assert [m.note for m in marks_of(notes, VILLAGE)] == [whole, village]
    assert [m.note for m in marks_of(notes, WHOLE)] == [whole]
    assert mark_in_words(marks_of(notes, STATION)[0], STATION) == (
        "① 2018年1月1日 巡逻队扩编（本所）"
    )
    months = months_back(parse_period("2019-08", NOW.date()), 24)
    signs = signs_by_place(marks_of(notes, STATION), months)
    assert {months[place].text: sign for place, sign in signs.items()} == {
        "2018-01": "①",
        "2019-05": "②",
    }
