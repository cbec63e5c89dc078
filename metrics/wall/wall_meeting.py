"""The boards 会议决定 and 政治处通知: what people wrote, with the state that it is in."""

from collections.abc import Sequence
from datetime import date

from data.decisions.meeting import STATES, Notice, Resolution
from metrics.calendar.days import day_words
from metrics.wall.board import Board, BoardRow, Rows

MOST_ROWS = 4


def decisions_board(decisions: Sequence[Resolution], day: date) -> Board:
    """Late ones first. Without any decision it says so."""
    rows = [
        BoardRow(
            r.words,
            f"{r.unit}　{r.remark or f'{r.due_on.month}月{r.due_on.day}日前'}",
            f"逾期 {(day - r.due_on).days} 天" if r.is_late(day) else STATES[r.state],
            r.is_late(day),
        )
        for r in decisions[:MOST_ROWS]
    ]
    return Board(
        "decisions",
        "会议决定",
        _sentence(decisions, day),
        f"截至{day_words(day)}",
        picture=Rows(rows) if rows else None,
    )


def _sentence(decisions: Sequence[Resolution], day: date) -> str:
    if not decisions:
        return "没有待办的会议决定"
    late = sum(1 for r in decisions if r.is_late(day))
    still = sum(1 for r in decisions if r.state == "open") - late
    done = sum(1 for r in decisions if r.state == "done")
    dropped = len(decisions) - late - still - done
    named = (("逾期", late), ("办理中", still), ("已办结", done), ("已撤销", dropped))
    parts = "、".join(f"{word} {n} 项" for word, n in named if n)
    more = f"；以下为前 {MOST_ROWS} 项" if len(decisions) > MOST_ROWS else ""
    return f"会议决定 {len(decisions)} 项：{parts}{more}"


def notice_board(notice: Notice) -> Board:
    return Board(
        "notice",
        "政治处通知",
        notice.words,
        day_words(notice.posted_on),
        picture=Rows([BoardRow(notice.title)]),
    )
