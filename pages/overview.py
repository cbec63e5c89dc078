"""总览: how are we doing, and what needs me?"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from metrics.analysis.compare_spans import CHOSEN
from metrics.calendar.period import Period
from metrics.figures.measure import Figure
from metrics.scoring.rank import by_group
from metrics.wording.alerts import Finding
from metrics.wording.definition import terms_of
from metrics.wording.headlines import lead_indicator, overview_headline
from metrics.wording.tile_content import TILE_INDICATORS, Tile, indicator_tile, score_tile
from metrics.wording.verdict_words import units_apart
from pages.documents.build import Wish
from pages.documents.rank_sheet import heat_sheet
from pages.documents.sheet import Notes, Sheet
from pages.parts import frame, table
from pages.parts.clickable import address, show_clickable
from pages.parts.controls import ControlRow
from pages.parts.document_buttons import document_buttons
from pages.parts.markup import render
from pages.parts.overview.heat_table import heat_markup
from pages.parts.overview.tiles import tiles_markup
from pages.parts.theme import palette

DOCUMENTS = [
    ("周例会材料（PPT）", Wish("weekly")),
    ("考核通报（Word）", Wish("bulletin")),
    ("考核数据（Excel）", Wish("table")),
]


def draw() -> None:
    controls = ControlRow("overview", 2, 4)
    screen, period = controls.screen, controls.period()
    view = screen.results.kept(
        lambda: _view(screen, period), *("overview", period, screen.actor, palette())
    )
    controls.headline(period, view.headline)
    show_clickable(view.tiles, key="tiles")
    st.subheader("需关注", anchor=False)
    if findings := screen.results.attention(period):
        show_clickable(_attention(findings, period), key="attention")
    else:
        frame.reading("没有达到提示条件的事项")
    st.subheader("各所各项指标", anchor=False)
    show_clickable(view.heat, key="heat")
    table.export_buttons(view.sheet, "heat")
    document_buttons(screen, period, DOCUMENTS, "overview")
    frame.foot(screen, period, view.definitions)


@dataclass(frozen=True)
class View:
    """What the page draws of a period, as markup, and the definitions of what it shows."""

    headline: str
    tiles: str
    heat: str
    sheet: Sheet
    definitions: Notes


def _view(screen: frame.Screen, period: Period) -> View:
    catalogue = screen.counted.catalogue
    bureau = screen.results.score(period).line
    groups = by_group(screen.results.lines("station", period))
    definitions = terms_of(bureau, catalogue)
    notes = screen.notes(period, *definitions)
    apart = units_apart(screen.results.line_verdicts("station", period), catalogue)
    return View(
        _sentence(screen, period),
        _tiles(screen, period),
        heat_markup(palette(), period, bureau, groups, catalogue),
        heat_sheet(bureau, groups, apart, notes, f"各所各项指标-{period.text}"),
        definitions,
    )


def _bureau_figure(screen: frame.Screen, name: str, period: Period) -> Figure:
    return screen.results.figures(_ids(screen, period), "bureau", period)[name][0]


def _ids(screen: frame.Screen, period: Period) -> tuple[str, ...]:
    """One cached query for all that the page shows of the bureau."""
    return (*TILE_INDICATORS, lead_indicator(screen.results.scheme(period)).id)


def _sentence(screen: frame.Screen, period: Period) -> str:
    lead = lead_indicator(screen.results.scheme(period))
    return overview_headline(
        period,
        screen.results.score(period),
        _bureau_figure(screen, lead.id, period),
        screen.results.comparisons((lead.id,), "bureau", {CHOSEN: period}),
        screen.counted.catalogue,
        screen.results.lines("station", period),
    )


def _tiles(screen: frame.Screen, period: Period) -> str:
    tiles = bureau_tiles(screen, period)
    addresses = [address("ranking", period=period.text)] + [
        address("indicator", indicator=tile.id, period=period.text) for tile in tiles[1:]
    ]
    return tiles_markup(tiles, addresses)


def bureau_tiles(screen: frame.Screen, period: Period) -> list[Tile]:
    """The score and five measures of the bureau."""
    scheme = screen.results.scheme(period)
    months = screen.results.months("bureau", period)
    trends = screen.results.trends(TILE_INDICATORS, "bureau", period)
    score = screen.results.score(period)
    catalogue = screen.counted.catalogue
    changes = screen.results.comparisons(TILE_INDICATORS, "bureau", {CHOSEN: period})
    return [
        score_tile(score, scheme, months[score.line.unit]),
        *(
            indicator_tile(
                catalogue[name],
                _bureau_figure(screen, name, period),
                scheme,
                trends[name, score.line.unit],
                [c for c in changes if c.indicator.id == name],
            )
            for name in TILE_INDICATORS
        ),
    ]


def _attention(findings: Sequence[Finding], period: Period) -> Markup:
    opened = [(finding.sentence, _opens(finding, period)) for finding in findings]
    return render("overview/attention.html", findings=opened)


def _opens(finding: Finding, period: Period) -> str:
    """The page behind a finding; some have none."""
    if finding.unit:
        return address("unit", level="station", unit=finding.unit, period=period.text)
    if finding.indicator:
        return address("indicator", indicator=finding.indicator, period=period.text)
    return ""


draw()
