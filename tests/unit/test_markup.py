"""Markup: whatever a name says, it is read as a name, once, by every maker of markup."""

import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote_plus

import numpy as np
import plotly.graph_objects as go
import pytest
from jinja2 import UndefinedError

from data.intake.reject_words import RejectAdvice
from metrics.analysis.change_sides import Side
from metrics.analysis.clearance_change import RateStep
from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, CHOSEN, Pair
from metrics.analysis.control_chart import ControlChart, ControlPoint
from metrics.analysis.day_map import Day
from metrics.analysis.fairness import Compared, Estimate, UnitComparison
from metrics.analysis.funnel import Funnel
from metrics.analysis.hour_findings import HourFigure, StationWeek
from metrics.analysis.mismatch import Mismatch, Slot
from metrics.analysis.reallocation import Suggestion
from metrics.analysis.unit_verdict import UnitVerdicts
from metrics.calendar.period import last_year, parse_period
from metrics.cells.units import Unit
from metrics.figures.measure import Amount, Figure
from metrics.indicators.catalogue import load_catalogue
from metrics.map.layer import Layer, Shade
from metrics.map.village_shapes import Land, Village
from metrics.scheme.reading import SchemeLine
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import BreakdownStep
from metrics.scoring.weight_sensitivity import Steady
from metrics.scoring.what_if import Move, WhatIf
from metrics.statistics.standardisation import Standardised
from metrics.wall.board import (
    Bar,
    Bars,
    Board,
    BoardRow,
    Course,
    MapBoard,
    Number,
    Places,
    RankedStation,
    Rows,
)
from metrics.wording.assessment_words import Stage
from metrics.wording.compare_readings import Caution
from metrics.wording.tile_content import SparkPoint, Tile, TileChange
from pages.documents.colours import LIGHT
from pages.documents.sheet import Column, Sheet
from pages.parts.clearance.charts import steps_chart
from pages.parts.clearance.view import tracks
from pages.parts.comparison.change_chart import change_chart
from pages.parts.comparison.change_view import card_markup, matrix_markup
from pages.parts.fairness.funnel_chart import funnel_chart
from pages.parts.fairness.shrink_chart import shrink_chart
from pages.parts.fairness.steady_chart import steady_markup
from pages.parts.hours.hour_grid import change_markup, strips_markup, week_markup
from pages.parts.hours.hour_stations import stations_markup
from pages.parts.linked_table import folded_table, linked_table
from pages.parts.markup import ENVIRONMENT, kept_together, render
from pages.parts.overview.heat_table import heat_markup
from pages.parts.overview.tiles import tiles_markup
from pages.parts.ranking.rank_chart import rank_markup
from pages.parts.scheme.what_if_panel import what_if_markup
from pages.parts.trends.small_multiples import small_multiples
from pages.parts.trends.trend_blocks import day_grid
from pages.parts.unit.waterfall import waterfall
from pages.parts.unit_dots import unit_dots
from pages.parts.village_map.map_chart import map_markup
from pages.parts.wall.boards import board_markup

PAGES = Path(__file__).parents[2] / "pages"
HOSTILE = "<b onload=1>\"坏'&amp;&{{7*7}}{% if %}{# #}</b>"
MONTH = parse_period("2019-07", date(2019, 8, 19))
CATALOGUE = load_catalogue()


def value_of(kind: Any) -> Any:
    """A value of a type in which every text is hostile."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return inner[0]
    if origin in (typing.Union, types.UnionType):
        return value_of(inner[0])
    if is_dataclass(kind):
        return MONTH if kind is type(MONTH) else filled(kind)
    if origin is tuple or origin is Sequence:
        return (value_of(inner[0]),)
    plain: dict[Any, Any] = {
        str: HOSTILE, int: 1, float: 0.5, bool: True, Fraction: Fraction(1, 2), date: MONTH.ends_on
    }  # fmt: skip
    return plain.get(kind, {})


def filled(kind: Any, **chosen: Any) -> Any:
    """A dataclass in which every text that is not chosen is hostile."""
    types_of = typing.get_type_hints(kind)
    others = [one for one in fields(kind) if one.init and one.name not in chosen]
    return kind(**chosen, **{one.name: value_of(types_of[one.name]) for one in others})


CONTRIBUTION = filled(Contribution, indicator="visits")
LINE = filled(Assessment, contributions=(CONTRIBUTION, replace(CONTRIBUTION, points=Fraction(0))))
ABSENT = replace(LINE, contributions=(replace(CONTRIBUTION, value=None), CONTRIBUTION))
UNIT = filled(Unit)
SLOT = filled(Slot)
WEEK = Mismatch((SLOT,), 9, 9)
HOURS = np.arange(168).reshape(7, 24)
INDICATOR = CATALOGUE["visits"].model_copy(update={"title": HOSTILE, "definition": HOSTILE})
SIDES = [Side(p, Amount(9, None), Fraction(9)) for p in (MONTH, last_year(MONTH))]
COMPARISONS = [
    Comparison(
        INDICATOR, UNIT, Pair(CHOSEN, basis, MONTH, last_year(MONTH), (), {}), *SIDES, verdict
    )
    for basis, verdict in zip(BASIS_NAMES, ("up", "small"), strict=True)
]  # fmt: skip
SHEET = Sheet(
    HOSTILE,
    (Column("name", HOSTILE, help=HOSTILE), Column("text", HOSTILE), Column("n", HOSTILE, "whole")),
    [{"name": HOSTILE, "text": HOSTILE, "n": -1}],
    [],
)
VILLAGE = filled(Village)
RING = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
LAND = Land((VILLAGE,), np.zeros((1, 2)), ((RING,),), 0, 1)
SHADE = filled(Shade, village=VILLAGE, tone="few", strength=0)
LAYER = filled(Layer, shades=(SHADE,), legend={"few": HOSTILE}, facts=(HOSTILE,))
POINT = filled(ControlPoint, type="concern")
CHART = ControlChart([POINT, POINT], [], None, None)
STATIONS = {HOSTILE: HOSTILE}


def board(picture: Any) -> str:
    numbers = (filled(Number), filled(Number, indicator="", is_real=False))
    query = {"a": HOSTILE}
    return board_markup(
        filled(
            Board, lead=numbers[0], numbers=numbers, picture=picture, opens="overview", query=query
        )  # a page's name is no text of a person: one that there is not is an error
    )


def counts() -> Any:
    return types.SimpleNamespace(stations=[UNIT])


MAKERS: dict[str, Callable[[], str]] = {
    "linked table": lambda: linked_table(SHEET, [HOSTILE], [0], pictures=(HOSTILE, [render(
        "link.html", to=HOSTILE, text=HOSTILE)])),
    "folded table": lambda: folded_table(SHEET),
    "heat table": lambda: heat_markup(
        LIGHT, MONTH, LINE, {HOSTILE: [LINE, ABSENT]}, {"visits": INDICATOR}),
    "tiles": lambda: tiles_markup(
        [filled(Tile, changes=(filled(TileChange),), months=(filled(SparkPoint),) * 3)], [HOSTILE]),
    "attention": lambda: render(
        "overview/attention.html", findings=[(HOSTILE, HOSTILE), (HOSTILE, "")]),
    "ranking": lambda: rank_markup({HOSTILE: [LINE]}, "station", MONTH),
    "steadiness": lambda: steady_markup([filled(Steady, line=LINE)], "village", "", lambda u: u),
    "trial ranking": lambda: what_if_markup(
        WhatIf(CATALOGUE, (filled(Move, line=LINE, before=LINE, indicator=CONTRIBUTION),), 1),
        "station", MONTH),
    "matrix": lambda: matrix_markup(
        COMPARISONS, {CHOSEN: MONTH}, COMPARISONS[0], lambda i, s, b: HOSTILE),
    "card": lambda: card_markup(COMPARISONS[0]),
    "cautions": lambda: render("comparison/cautions.html", cautions=[filled(Caution)]),
    "week": lambda: week_markup(
        filled(HourFigure, week=WEEK), {"station": HOSTILE}, SLOT.code),
    "change of hours": lambda: change_markup(
        Suggestion(np.zeros((7, 6), int), np.ones((7, 6), int), 0.1, 0.2)),
    "hours": lambda: strips_markup(
        filled(HourFigure, events=HOURS, seconds=HOURS, week=WEEK), "1-04", HOSTILE),
    "stations by hours": lambda: stations_markup(
        [StationWeek(UNIT, WEEK, SLOT)], {"what": HOSTILE}, ""),
    "map": lambda: map_markup(LAND, LAYER, STATIONS, None, HOSTILE, HOSTILE),
    "map of a station": lambda: map_markup(LAND, LAYER, STATIONS, HOSTILE, HOSTILE, HOSTILE),
    "calendar": lambda: day_grid(
        [filled(Day)], HOSTILE, {MONTH.ends_on: HOSTILE}, LIGHT, {"unit": HOSTILE}),
    "small multiples": lambda: small_multiples(
        INDICATOR, {HOSTILE: CHART}, [UNIT], HOSTILE, {HOSTILE: [0]}, LIGHT, {"a": HOSTILE}),
    "path": lambda: render(
        "assessment/period_path.html", stages=[filled(Stage, mark="now")]),
    "advice": lambda: render("intake/advice.html", advice=[filled(RejectAdvice)]),
    "facts": lambda: render("facts.html", facts=[(HOSTILE, HOSTILE)], is_framed=True),
    "document of a scheme": lambda: render(
        "scheme/document.html", lines=[filled(SchemeLine)], most=1, articles=[(HOSTILE, HOSTILE)],
        number_words=str, in_words=lambda line: HOSTILE),
    "marks": lambda: render("marks.html", words=[HOSTILE]),
    "headline": lambda: render(
        "sentence.html", kind="headline", inner=kept_together(HOSTILE, HOSTILE)),
    "reading": lambda: render("sentence.html", kind="reading", inner=HOSTILE),
    "wall: one sentence": lambda: render("wall/alone.html", sentence=HOSTILE),
    "wall: numbers": lambda: board(None),
    "wall: course": lambda: board(Course([HOSTILE] * 2, [1.0, None], [None, 2.0], HOSTILE, True)),
    "wall: bars": lambda: board(Bars(HOSTILE, [filled(Bar)], [HOSTILE, HOSTILE])),
    "wall: places": lambda: board(Places({HOSTILE: [filled(RankedStation)]}, {HOSTILE: 1})),
    "wall: map": lambda: board(MapBoard(LAND, LAYER, STATIONS)),
    "wall: rows": lambda: board(Rows([filled(BoardRow)])),
    "stations by ratio": lambda: tracks(
        counts(), [Standardised(3, 9, Fraction(1), Fraction(3), 0.5, 4.0)])[0],
}  # fmt: skip


class Reader(HTMLParser):
    """What a browser would make of the markup: elements, their attributes, the text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("maker", MAKERS)
def test_a_hostile_name_is_read_as_it_is_written(maker: str) -> None:
    seen = Reader(MAKERS[maker]())
    assert seen.open == []
    assert not {name for name, _ in seen.attributes if name.startswith("on")}
    shown = [seen.text, *(unquote_plus(v) if n == "href" else v for n, v in seen.attributes)]
    for part in shown:
        assert part.count("坏") == part.count(HOSTILE), part
    has_names = maker not in ("change of hours", "stations by ratio")
    assert any(HOSTILE in part for part in shown) == has_names


COVERED = CATALOGUE["A1-visit-coverage"].model_copy(update={"title": HOSTILE})
FIGURE = filled(Figure, numerator=1, denominator=2, lower=0.1, upper=0.9, exact=Fraction(1, 2))
VERDICTS = UnitVerdicts(COVERED, 0.5, 1.0, 0.0, {})
CHARTS: dict[str, Callable[[], go.Figure | None]] = {
    "units": lambda: unit_dots(INDICATOR, [FIGURE, FIGURE], [True, False], FIGURE, 0.5),
    "funnel": lambda: funnel_chart(
        COVERED, Funnel(COVERED, VERDICTS, 0.5, (FIGURE,), (1.0, 2.0)), 0.5, HOSTILE),
    "shrunk": lambda: shrink_chart(
        UnitComparison(INDICATOR, None, VERDICTS, None, None, (filled(
            Compared, figure=FIGURE, shrunk=filled(Estimate), standing=None),)), HOSTILE),
    "changes": lambda: change_chart(COMPARISONS),
    "losses": lambda: waterfall(
        [replace(filled(BreakdownStep), kind=kind) for kind in ("full", "loss")]),
    "rate": lambda: steps_chart([filled(RateStep)] * 3, True),
}  # fmt: skip


def drawn_texts(part: object) -> Iterator[str]:
    """Every text in which Plotly reads tags and entities; what a click says is none."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            if key not in ("customdata", "template"):
                yield from drawn_texts(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from drawn_texts(inner)


@pytest.mark.parametrize("name", CHARTS)
def test_a_hostile_name_in_a_chart_is_shown_as_it_is_written(name: str) -> None:
    figure = CHARTS[name]()
    assert figure is not None
    texts = list(drawn_texts(figure.to_plotly_json()))
    assert any("坏" in text for text in texts)
    for text in texts:
        seen = Reader(text)
        assert (seen.open, seen.attributes) == ([], [])
        assert seen.text.count("坏") == seen.text.count(HOSTILE), text
    assert not any("坏" in text for trace in figure.data for text in [trace.hovertemplate or ""])


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="words"):
        render("marks.html")


def test_a_line_break_between_tags_is_not_drawn_and_one_in_a_sentence_is_kept() -> None:
    source = "<p>\n  <b>甲</b>\n  {% if true %}\n  乙 丙\n  {% endif %}\n  丁\n  戊\n</p>\n"
    assert ENVIRONMENT.from_string(source).render() == "<p><b>甲</b>乙 丙丁\n  戊</p>"


def test_no_template_switches_escaping_off_or_leaves_an_attribute_unquoted() -> None:
    templates = sorted((PAGES / "parts").rglob("*.html"))
    assert len(templates) > 20
    for template in templates:
        source = template.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), template
        assert not re.search(r"\s[a-z-]+={[{%]", source), template


def test_no_page_makes_markup_by_hand() -> None:
    """Plotly's own <br>, <b> and <extra> in the words of a chart are no markup of ours."""
    by_hand = re.compile(
        r"html import escape|html\.escape|f['\"][^'\"\n]*<(?!b>|br>|extra>)[a-z]+[ >]"
    )
    for file in PAGES.rglob("*.py"):
        if "documents" not in file.parts:
            assert not by_hand.search(file.read_text("utf-8")), file
