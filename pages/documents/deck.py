"""PPTX: slides with a finding as title, a native chart or table below, sources in the notes.

Drawn on the layouts of a template: one for the cover, one with a title alone. A bureau may bring
its own; layouts are found by their names (封面, 内容) or by their kind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from pages.documents.colours import LIGHT
from pages.documents.paper import BadTemplate, read_template
from pages.documents.writing import clean, saved, tight

WIDE, HIGH = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.55)
FONT = "微软雅黑"
COVER, CONTENT = "封面", "内容"
TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
CHARTS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
COLOURS = (LIGHT.data, LIGHT.context, LIGHT.accent)
MANY = 12  # categories, from which on letters are smaller
TITLE_SIZES = ((48, 26), (80, 22), (10_000, 18))  # up to so many characters: pt


@dataclass(frozen=True)
class Graph:
    """A native chart. groups: name of a group -> its categories; one nameless group for none."""

    kind: Literal["bar", "column", "line"]
    groups: Mapping[str, Sequence[str]]
    series: Mapping[str, Sequence[float | None]]
    form: str = "#,##0"


@dataclass(frozen=True)
class Grid:
    """A native table. widths: shares of the slide's width; aligns: l or r for each column."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    aligns: str


@dataclass(frozen=True)
class Slide:
    """title: the finding; notes: what it means and where it comes from."""

    title: str
    body: Graph | Grid
    notes: Sequence[str]


@dataclass(frozen=True)
class Cover:
    title: str
    lines: Sequence[str]
    notes: Sequence[str]


def deck_bytes(cover: Cover, slides: Sequence[Slide], foot: str, template: Path | None) -> bytes:
    deck = _opened(template)
    _cover(deck, cover)
    for number, slide in enumerate(slides, 2):
        _slide(deck, slide, f"{foot}　·　{number}")
    texts = map(clean, (cover.title, cover.lines[0], foot))
    properties = deck.core_properties
    properties.title, properties.author, properties.comments = texts
    return saved(deck)


def _opened(template: Path | None) -> Any:
    if template is None:
        return blank()
    deck = read_template(template, "PPTX", Presentation)
    for name, otherwise in ((COVER, 0), (CONTENT, 5)):
        kinds = [p.placeholder_format.type for p in _layout(deck, name, otherwise).placeholders]
        if not TITLES.intersection(kinds):
            raise BadTemplate(f"模板“{template}”的版式“{name}”没有标题占位符")
    return deck


def blank() -> Any:
    """The template that is used where the bureau has none: 16:9, two layouts renamed."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    _set_theme_font(deck)
    cover, content = deck.slide_layouts[0], deck.slide_layouts[5]
    cover.name, content.name = COVER, CONTENT
    for shape in [*cover.placeholders, *content.placeholders]:
        if shape.placeholder_format.idx >= 10:  # date, footer, number: we write our own foot
            shape._element.getparent().remove(shape._element)
    title, subtitle = cover.placeholders
    _put(title, MARGIN, Inches(2.0), WIDE - 2 * MARGIN, Inches(1.3))
    _put(subtitle, MARGIN, Inches(3.4), WIDE - 2 * MARGIN, Inches(2.6))
    _put(content.placeholders[0], MARGIN, Inches(0.35), WIDE - 2 * MARGIN, Inches(1.3))
    return deck


def _set_theme_font(deck: Any) -> None:
    for relation in deck.slide_masters[0].part.rels.values():
        if relation.reltype.endswith("/theme"):
            part = relation.target_part
            part._blob = re.sub(
                rb'<a:(latin|ea) typeface="[^"]*"',
                rb'<a:\1 typeface="' + FONT.encode() + rb'"',
                part.blob,
            )


def _put(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Emu, (left, top, width, height))


def _layout(deck: Any, name: str, otherwise: int) -> Any:
    named = [layout for layout in deck.slide_layouts if layout.name == name]
    return (named or [deck.slide_layouts[min(otherwise, len(deck.slide_layouts) - 1)]])[0]


def _cover(deck: Any, cover: Cover) -> None:
    slide = deck.slides.add_slide(_layout(deck, COVER, 0))
    slide.shapes.title.text = clean(cover.title)
    _style(slide.shapes.title.text_frame, 36, LIGHT.accent, bold=True, align=PP_ALIGN.LEFT)
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == 1:
            shape.text = clean("\n".join(cover.lines))
            _style(shape.text_frame, 18, LIGHT.ink, align=PP_ALIGN.LEFT)
    slide.notes_slide.notes_text_frame.text = clean("\n".join(cover.notes))


def _slide(deck: Any, content: Slide, foot: str) -> None:
    slide = deck.slides.add_slide(_layout(deck, CONTENT, 5))
    title = slide.shapes.title
    title.text = clean(tight(content.title))
    size = next(points for most, points in TITLE_SIZES if len(content.title) <= most)
    title.text_frame.word_wrap, title.text_frame.vertical_anchor = True, MSO_ANCHOR.TOP
    _style(title.text_frame, size, LIGHT.ink, bold=True, align=PP_ALIGN.LEFT)
    top = title.top + title.height + Inches(0.1)
    wide, high = deck.slide_width, deck.slide_height
    place = MARGIN, top, wide - 2 * MARGIN, high - top - Inches(0.55)
    if isinstance(content.body, Grid):
        _grid(slide, content.body, place)
    else:
        _graph(slide, content.body, place)
    line = slide.shapes.add_textbox(MARGIN, high - Inches(0.5), wide - 2 * MARGIN, Inches(0.35))
    line.text_frame.text, line.text_frame.word_wrap = clean(foot), True
    _style(line.text_frame, 9, LIGHT.quiet, align=PP_ALIGN.LEFT)
    slide.notes_slide.notes_text_frame.text = clean("\n".join(content.notes))


def _style(frame: Any, size: float, colour: str, bold: bool = False, align: Any = None) -> None:
    for paragraph in frame.paragraphs:
        if align is not None:
            paragraph.alignment = align
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = _rgb(colour)


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))


def _graph(slide: Any, graph: Graph, place: tuple[int, int, int, int]) -> None:
    data = CategoryChartData(number_format=graph.form)
    for group, names in graph.groups.items():
        if group:
            parent = data.add_category(clean(group))
            for name in names:
                parent.add_sub_category(clean(name))
        else:
            for name in names:
                data.add_category(clean(name))
    for name, values in graph.series.items():
        data.add_series(clean(name), values)
    chart = slide.shapes.add_chart(CHARTS[graph.kind], *map(Emu, place), data).chart
    chart.has_legend = len(graph.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.has_title = False
    many = sum(map(len, graph.groups.values())) > MANY
    chart.font.size, chart.font.color.rgb = Pt(11 if many else 13), _rgb(LIGHT.ink)
    _axes(chart, graph)
    for series, colour in zip(chart.plots[0].series, COLOURS, strict=False):
        _paint(series, graph.kind, colour)
    if len(graph.series) == 1 or graph.kind != "line":
        plot = chart.plots[0]
        plot.has_data_labels = True
        plot.data_labels.number_format = graph.form
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.font.size = Pt(9 if many and len(graph.series) > 1 else 11)
        if graph.kind == "line":
            plot.data_labels.position = XL_LABEL_POSITION.ABOVE


def _axes(chart: Any, graph: Graph) -> None:
    values = chart.value_axis
    values.major_gridlines.format.line.color.rgb = _rgb(LIGHT.line)
    values.format.line.fill.background()
    values.tick_labels.number_format = graph.form
    values.tick_labels.number_format_is_linked = False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if graph.kind == "bar":
        chart.category_axis.reverse_order = True
        values.visible = False
    if graph.kind != "line":
        chart.plots[0].gap_width = 60
        numbers = [value for line in graph.series.values() for value in line if value is not None]
        if all(value >= 0 for value in numbers):
            values.minimum_scale = 0


def _paint(series: Any, kind: str, colour: str) -> None:
    if kind == "line":
        series.format.line.color.rgb, series.smooth = _rgb(colour), False
        series.format.line.width = Pt(2.25)
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _rgb(colour)
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)
        series.invert_if_negative = False


def _grid(slide: Any, grid: Grid, place: tuple[int, int, int, int]) -> None:
    left, top, wide, high = place
    rows = [grid.heads, *grid.rows]
    each = min(Inches(0.42), high // len(rows))
    box = map(Emu, (left, top, wide, each * len(rows)))
    shape = slide.shapes.add_table(len(rows), len(grid.heads), *box)
    table = shape.table
    for column, share in zip(table.columns, grid.widths, strict=True):
        column.width = Emu(round(wide * share / sum(grid.widths)))
    size = 13 if len(rows) <= 12 else 11
    for line, row in enumerate(rows):
        table.rows[line].height = Emu(each)
        for at, text in enumerate(row):
            _fill(
                table.cell(line, at), text, size, line == 0, grid.aligns[at] == "l", line % 2 == 0
            )


def _fill(cell: Any, text: str, size: float, is_head: bool, is_left: bool, is_even: bool) -> None:
    cell.text = clean(text)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    align = PP_ALIGN.LEFT if is_left else PP_ALIGN.RIGHT
    _style(cell.text_frame, size, LIGHT.ink, bold=is_head, align=align)
    cell.fill.solid()
    shade = LIGHT.data_soft if is_head else "#FFFFFF" if is_even else LIGHT.panel
    cell.fill.fore_color.rgb = _rgb(shade)
