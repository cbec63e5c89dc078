"""A board as markup: title, sentence, the one number, the others, the picture."""

from markupsafe import Markup

from metrics.wall.board import Board, MapBoard, Number
from pages.parts.clickable import address
from pages.parts.markup import render
from pages.parts.village_map.map_chart import FILLS, areas_of, station_labels, window_of


def board_markup(board: Board) -> Markup:
    """The picture has a template of its own, named after its kind."""
    period = {k: v for k, v in board.query.items() if k == "period" and v}

    def opens_of(number: Number) -> str:
        if number.indicator:
            return address("indicator", indicator=number.indicator, **period)
        return opens(board)

    return render(
        "wall/board.html",
        board=board,
        picture=type(board.picture).__name__.lower(),
        opens_of=opens_of,
        station_of=lambda code: address("unit", level="station", unit=code, **period),
        **_map_parts(board.picture) if isinstance(board.picture, MapBoard) else {},
    )


def opens(board: Board) -> str:
    """The address of the page behind a board."""
    return address(board.opens, **board.query) if board.opens else ""


def _map_parts(board: MapBoard) -> dict[str, object]:
    return {
        "window": window_of(board.land, None),
        "areas": areas_of(board.land, board.layer),
        "labels": station_labels(board.land, board.stations),
        "fills": FILLS,
    }
