"""A board as markup: title, sentence, the one number, the others, the picture."""

from html import escape

from metrics.wall.board import Bars, Board, Course, Ground, Number, Places, Rows
from metrics.wording.tiles import TileChange
from pages.parts.clickable import address, link
from pages.parts.frame import KEPT_TOGETHER
from pages.parts.wall.pictures import (
    bars_markup,
    course_markup,
    ground_markup,
    places_markup,
    rows_markup,
)


def board_markup(board: Board) -> str:
    """What can be followed is a link; outside a meeting the script opens none."""
    lead = f'<div class="lead">{_number(board.lead, board)}</div>' if board.lead else ""
    numbers = "".join(_number(number, board) for number in board.numbers)
    few = " few" if board.picture else ""
    grid = f'<div class="numbers{few}">{numbers}</div>' if numbers else ""
    note = f'<span class="note">{escape(board.note)}</span>' if board.note else ""
    beside = lead + (grid if few else "")
    side = f'<div class="side">{beside}</div>' if beside else ""
    body = side + (grid if not few else "") + _picture(board)
    return (
        f'<h1>{escape(board.title)}<span class="when">{escape(board.when)}</span>{note}</h1>'
        f'<p class="say">{_kept(board.sentence)}</p><div class="body {board.view}">{body}</div>'
    )


def _kept(sentence: str) -> str:
    """A number and its unit stay on one line."""
    parts = KEPT_TOGETHER.split(sentence)
    return "".join(
        f'<span class="kept">{escape(part)}</span>' if i % 2 else escape(part)
        for i, part in enumerate(parts)
    )


def _number(number: Number, board: Board) -> str:
    change = _change(number.change) if number.change else ""
    tone = "real" if number.is_real else "quiet"
    note = f'<span class="{tone}">{escape(number.note)}</span>' if number.note else ""
    inner = (
        f'<span class="name">{escape(number.title)}</span><span class="value">'
        f"{escape(number.value)}<small>{escape(number.unit)}</small></span>{change}{note}"
    )
    return link(inner, _opens(number, board), "number")


def _opens(number: Number, board: Board) -> str:
    if number.indicator:
        period = {k: v for k, v in board.query.items() if k == "period"}
        return address("indicator", indicator=number.indicator, **period)
    return opens(board)


def opens(board: Board) -> str:
    """The address of the page behind a board."""
    return address(board.opens, **board.query) if board.opens else ""


def _change(change: TileChange) -> str:
    tone = {True: "better", False: "worse", None: "even"}[change.is_better]
    word = f" {escape(change.words)}" if change.words else ""
    return (
        f'<span class="change">{escape(change.label)} '
        f'<b class="{tone}">{escape(change.amount)}{word}</b></span>'
    )


def _picture(board: Board) -> str:
    period = str(board.query.get("period", ""))
    match board.picture:
        case Course() as course:
            return course_markup(course, board.sentence)
        case Bars() as bars:
            return bars_markup(bars, period)
        case Places() as places:
            return places_markup(places, period)
        case Ground() as ground:
            return ground_markup(ground, board.sentence)
        case Rows() as rows:
            return rows_markup(rows)
    return ""
