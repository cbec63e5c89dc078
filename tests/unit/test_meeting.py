"""Decisions of a meeting and notices: entries of the log, with the state that was reported."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data.decisions.meeting import (
    MOST_NOTICE,
    MOST_WORDS,
    SETTLED_FOR,
    Wanted,
    decide,
    for_meeting,
    notices,
    post,
    report,
    resolutions,
    take_down,
)
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import Entry, NotNow, broken_links, entries
from data.rights import Actor, NotPermitted
from data.schema import LOG
from metrics.wall.board import Rows
from metrics.wall.wall_meeting import MOST_ROWS, decisions_board, notice_board

POLITICAL, WALL = Actor("政治处-01", "political"), Actor("wall", "wall")
AT, DAY = datetime(2019, 8, 19, 9, 30), date(2019, 8, 19)
UNITS = ("寺坡派出所", "政治处")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "store")


def log_of(journal: Journal) -> tuple[Entry, ...]:
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    return entries(copy)


def decided(journal: Journal, words: str = "逐户核实隐患", days: int = 7) -> str:
    wanted = Wanted(words, UNITS[0], DAY + timedelta(days), "to-zero")
    decide(journal, POLITICAL, AT, wanted, UNITS)
    return resolutions(log_of(journal))[-1].id


def test_a_decision_comes_back_with_its_state(journal: Journal) -> None:
    first, second = decided(journal), decided(journal, "补录巡逻记录", 3)
    assert [r.id for r in for_meeting(log_of(journal), DAY)] == [second, first]
    report(journal, POLITICAL, AT, second, "done", "已补齐")
    back = for_meeting(log_of(journal), DAY + timedelta(8))
    assert [(r.id, r.state) for r in back] == [(first, "open"), (second, "done")]
    assert back[0].is_late(DAY + timedelta(8))
    later = DAY + SETTLED_FOR + timedelta(1)
    assert [r.id for r in for_meeting(log_of(journal), later)] == [first]
    assert broken_links(log_of(journal)) == []


def test_what_is_settled_stays_settled(journal: Journal) -> None:
    id = decided(journal)
    report(journal, POLITICAL, AT, id, "open", "正在办")
    report(journal, POLITICAL, AT, id, "dropped", "事项已并入专项")
    with pytest.raises(NotNow, match="已撤销"):
        report(journal, POLITICAL, AT, id, "done", "")
    with pytest.raises(NotNow, match="没有决定"):
        report(journal, POLITICAL, AT, "log-00000099", "done", "")


@pytest.mark.parametrize(
    ("words", "unit", "days", "why"),
    [
        ("", UNITS[0], 7, "请填写决定事项"),
        ("办" * (MOST_WORDS + 1), UNITS[0], 7, "不超过"),
        ("联系 13812345678 核实", UNITS[0], 7, "手机号"),
        ("核实", "某人", 7, "责任单位"),
        ("核实", UNITS[0], -1, "完成期限"),
        ("核实", UNITS[0], 400, "完成期限"),
    ],
)
def test_a_decision_must_be_right(
    journal: Journal, words: str, unit: str, days: int, why: str
) -> None:
    wanted = Wanted(words, unit, DAY + timedelta(days), "glance")
    with pytest.raises(NotNow, match=why):
        decide(journal, POLITICAL, AT, wanted, UNITS)
    assert log_of(journal) == ()


def test_a_dropped_decision_needs_a_reason(journal: Journal) -> None:
    with pytest.raises(NotNow, match="请填写说明"):
        report(journal, POLITICAL, AT, decided(journal), "dropped", " ")


def test_a_notice_stands_until_its_day_or_until_it_is_taken_down(journal: Journal) -> None:
    post(journal, POLITICAL, AT, "月度考核", "请各所于本周五前核对数据", DAY + timedelta(3))
    post(journal, POLITICAL, AT, "公示", "七月得分公示三个工作日", DAY + timedelta(1))
    held = notices(log_of(journal), DAY)
    assert [notice.title for notice in held] == ["公示", "月度考核"]
    assert [n.title for n in notices(log_of(journal), DAY + timedelta(2))] == ["月度考核"]
    take_down(journal, POLITICAL, AT, held[0].id)
    assert [n.title for n in notices(log_of(journal), DAY)] == ["月度考核"]
    with pytest.raises(NotNow, match="已撤下"):
        take_down(journal, POLITICAL, AT, held[0].id)
    with pytest.raises(NotNow, match="不超过"):
        post(journal, POLITICAL, AT, "长", "字" * (MOST_NOTICE + 1), DAY)
    assert notice_board(held[1]).sentence == "请各所于本周五前核对数据"


@pytest.mark.parametrize("actor", [WALL, Actor("局领导-01", "leader"), Actor("数据-01", "data")])
def test_only_who_assesses_writes(journal: Journal, actor: Actor) -> None:
    wanted = Wanted("核实", UNITS[0], DAY, "glance")
    for act in (
        lambda: decide(journal, actor, AT, wanted, UNITS),
        lambda: report(journal, actor, AT, "log-00000001", "done", ""),
        lambda: post(journal, actor, AT, "标题", "内容", DAY),
        lambda: take_down(journal, actor, AT, "log-00000001"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert log_of(journal) == ()


def test_the_board_says_how_many_are_late_and_shows_the_first(journal: Journal) -> None:
    for number in range(MOST_ROWS + 1):
        decided(journal, f"事项{number}", 2 + number)
    found = for_meeting(log_of(journal), DAY + timedelta(3))
    board = decisions_board(found, DAY + timedelta(3))
    assert board.sentence == "会议决定 5 项：逾期 1 项、办理中 4 项；以下为前 4 项"
    assert isinstance(board.picture, Rows)
    rows = board.picture.rows
    assert (len(rows), rows[0].state, rows[0].is_pressing) == (MOST_ROWS, "逾期 1 天", True)
    assert all(POLITICAL.code not in f"{row.words}{row.aside}{row.state}" for row in rows)
    assert decisions_board([], DAY).sentence == "没有待办的会议决定"


def test_all_kinds_are_of_the_log(journal: Journal) -> None:
    id = decided(journal)
    report(journal, POLITICAL, AT, id, "done", "")
    post(journal, POLITICAL, AT, "标题", "内容", DAY)
    take_down(journal, POLITICAL, AT, notices(log_of(journal), DAY)[0].id)
    kinds = [entry.kind for entry in log_of(journal)]
    assert kinds == ["meeting-decision", "decision-state", "notice", "notice-taken-down"]
