"""The boards of the wall: for each view of the playlist what the figures say today."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from markupsafe import Markup

from data.decisions.meeting import for_meeting, notices
from data.environment import config
from data.playlist import Playlist, ViewForm, load_playlist
from data.rights import Actor
from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import CHOSEN, Basis
from metrics.calendar.period import (
    Period,
    default_period,
    last_days,
    previous_whole,
    recent,
    year_to_date,
)
from metrics.map.village_layers import HOT
from metrics.scoring.rank import by_group
from metrics.wall.board import Board, MapBoard, Number
from metrics.wall.wall_meeting import decisions_board, notice_board
from metrics.wall.wall_places import map_board, ranking_boards, zero_board
from metrics.wall.wall_summary import WEEKLY, changes_board, glance_board
from metrics.wall.wall_trend import CLEARANCE, KINDS, clearance_board, trend_board
from metrics.wording.tile_content import TILE_INDICATORS
from pages.parts import frame
from pages.parts.clickable import address
from pages.parts.markup import render
from pages.parts.village_map import map_layers
from pages.parts.village_map.map_chart import FILLS, areas_of, station_labels, window_of
from pages.parts.village_map.map_layers import MapSelection

WALL = Actor("wall", "wall")
SHIPPED = Path(__file__).parent / "wall.toml"
TREND_MONTHS = 24
MAP_DAYS = 90


def playlist() -> Playlist:
    return _playlist(config().wall.playlist or SHIPPED)


@cache
def _playlist(path: Path) -> Playlist:
    return load_playlist(path)


@dataclass(frozen=True)
class Asker:
    """Makes the boards. day: whose notices and decisions are shown."""

    screen: frame.Screen
    day: date

    @property
    def month(self) -> Period:
        """The last complete month."""
        return default_period(self.screen.counted.as_of)

    @property
    def week(self) -> Period:
        """The last complete week."""
        current = recent("week", self.screen.counted.as_of, 1)[0]
        return previous_whole(current) if current.is_part else current

    def compared(self, names: Sequence[str], span: Period, basis: Basis) -> list[Comparison]:
        return [
            c
            for name in names
            for c in self.screen.results.comparisons((name,), "bureau", {CHOSEN: span})
            if c.pair.basis == basis
        ]

    def glance(self, form: ViewForm) -> list[Board]:
        score = self.screen.results.score(self.month)
        compared = self.compared(TILE_INDICATORS, self.month, "last_year")
        return [glance_board(self.month, score, compared)]

    def ranking(self, form: ViewForm) -> list[Board]:
        groups = by_group(self.screen.results.lines("station", self.month))
        return ranking_boards(self.month, groups)

    def trend(self, form: ViewForm) -> list[Board]:
        indicators = self.screen.counted.catalogue.indicators
        names = [name for name in form.indicators or TILE_INDICATORS if name in indicators]
        trends = self.screen.results.trends(tuple(names), "bureau", self.month, TREND_MONTHS)
        points = {name: line for (name, _), line in trends.items()}
        compared = self.compared(names, self.month, "last_year")
        return [trend_board(c, points[c.indicator.id]) for c in compared]

    def clearance(self, form: ViewForm) -> list[Board]:
        span = year_to_date(self.screen.counted.as_of)
        by_kind = {
            kind: self.screen.results.figures((CLEARANCE,), "bureau", span, kind)[CLEARANCE][0]
            for kind in KINDS
        }
        return [clearance_board(c, by_kind) for c in self.compared([CLEARANCE], span, "last_year")]

    def to_zero(self, form: ViewForm) -> list[Board]:
        work = self.screen.results.open_work()
        as_of = self.screen.counted.as_of
        return [zero_board(as_of, work, self.screen.names("station", self.month))]

    def map(self, form: ViewForm) -> list[Board]:
        """Of some months: one month of a county has too few cases to tell a hot spot."""
        span = last_days(self.screen.counted.as_of, MAP_DAYS)
        where, _ = map_layers.land_of(self.screen.results, span)
        if where is None:
            return []
        layer = map_layers.layer_of(
            self.screen, MapSelection(span, f"{HOT}case", map_layers.ALL, map_layers.ALL), where
        )
        stations = self.screen.names("station", span)
        return [map_board(span, where, layer, stations, f"{HOT}case")]

    def changes(self, form: ViewForm) -> list[Board]:
        return [changes_board(self.week, self.compared(WEEKLY, self.week, "previous"))]

    def notice(self, form: ViewForm) -> list[Board]:
        return [notice_board(notice) for notice in notices(self.screen.results.log(), self.day)[:1]]

    def decisions(self, form: ViewForm) -> list[Board]:
        resolutions = for_meeting(self.screen.results.log(), self.day)
        return [decisions_board(resolutions, self.day)] if resolutions else []

    def boards_of(self, form: ViewForm) -> list[Board]:
        """A view that fails says so; the others go on: nobody sits at the wall to mend it."""
        make: Callable[[ViewForm], list[Board]] = getattr(self, form.name.replace("-", "_"))
        try:
            return make(form)
        except Exception:
            logging.getLogger(__name__).exception("view %s of the wall", form.name)
            return [Board(form.name, "此屏暂时无法显示", "其余画面不受影响，请告知数据管理员", "")]


@dataclass(frozen=True)
class Programme:
    """turns: the board of each turn; agenda: the boards of a meeting in their order."""

    month: Period
    boards: tuple[Board, ...]
    markup: tuple[str, ...]
    turns: tuple[int, ...]
    agenda: tuple[int, ...]


def programme(screen: frame.Screen, played: Playlist, day: date) -> Programme:
    """Made once for all screens that show the same."""
    key = "wall", played, day, map_layers.map_stamp()
    return screen.results.kept(lambda: _programme(Asker(screen, day), played), *key)


def _programme(asker: Asker, played: Playlist) -> Programme:
    boards, turns = list[Board](), list[int]()
    for form in played.view:
        for board in asker.boards_of(form):
            turns += [len(boards)] * form.times
            boards.append(board)
    order = played.agenda or tuple(dict.fromkeys(form.name for form in played.view))
    if "decisions" in order and not any(board.view == "decisions" for board in boards):
        boards.append(decisions_board([], asker.day))
    agenda = [i for name in order for i, board in enumerate(boards) if board.view == name]
    markup = tuple(board_markup(board) for board in boards)
    return Programme(asker.month, tuple(boards), markup, tuple(turns), tuple(agenda))


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
