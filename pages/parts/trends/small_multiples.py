"""All stations beside each other on one scale, each with its own mean and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from metrics.analysis.control_chart import ControlChart, ControlPoint
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.control_readings import in_short
from pages.parts.clickable import address, link
from pages.parts.theme import Palette

WIDTH, HEIGHT, EDGE = 240, 84, 5
STYLE = """
<style>
.cells { display: grid; gap: 10px 14px;
  grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); }
a.cell { display: block; border: 1px solid var(--hf-line); border-radius: 6px; padding: 4px 8px; }
a.cell:hover, a.chosen { border-color: var(--hf-data); }
a.chosen { box-shadow: inset 0 0 0 1px var(--hf-data); }
.name { display: flex; justify-content: space-between; font-size: .86rem; gap: .6em; }
.name b { font-weight: 600; white-space: nowrap; }
.name span { color: var(--hf-quiet); white-space: nowrap; }
.name .improvement { color: var(--hf-better); }
.name .concern, .name .neutral_high, .name .neutral_low { color: var(--hf-accent); }
svg { width: 100%; height: auto; display: block; }
.scale { font-size: .82rem; color: var(--hf-quiet); margin-top: 6px; }
</style>
"""


def small_multiples(
    indicator: Indicator,
    charts: Mapping[str, ControlChart],
    units: Sequence[Unit],
    chosen: str,
    places: Mapping[str, Sequence[int]],
    colours: Palette,
    to: Mapping[str, str],
) -> str:
    """A cell opens its station on this page.

    places   where in the lines of a station its marks lie
    to       the query of this page
    """
    low, high = scale_of(charts)
    drawing = Drawing(low, high, colours)
    cells = "".join(
        _cell(
            indicator, charts[unit.code], unit, chosen == unit.code,
            drawing.picture(charts[unit.code].points, places.get(unit.code, ())), to,
        )
        for unit in units
        if unit.code in charts
    )  # fmt: skip
    return (
        f'{STYLE}<div class="cells">{cells}</div><div class="scale">各图同一纵轴：'
        f"{words.value_of(indicator, low)} 至 {words.value_of(indicator, high)}；实线为均值，"
        "虚线为控制界限；◆ 改善，■ 变差或偏离；点一格看这个派出所</div>"
    )


def scale_of(charts: Mapping[str, ControlChart]) -> tuple[float, float]:
    """The least and the greatest value and limit of all."""
    points = [p for chart in charts.values() for p in chart.points if p.point.value is not None]
    every = [v for p in points for v in (p.point.value, p.lower, p.upper) if v is not None]
    return (min(every), max(every)) if every else (0.0, 1.0)


def _cell(
    indicator: Indicator,
    chart: ControlChart,
    unit: Unit,
    is_chosen: bool,
    picture: str,
    to: Mapping[str, str],
) -> str:
    newest, state = chart.newest, in_short(chart)
    value = words.value_of(indicator, newest.point.value if newest else None)
    tone = newest.type if newest else ""
    said = f"{unit.name}：最近 {value}，{state}"
    inner = (
        f'<div class="name"><b>{escape(unit.name)}</b>'
        f'<span class="{tone}">{value}　{state}</span></div>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">'
        f"{picture}</svg>"
    )
    query = {**to, "level": "station", "unit": unit.code}
    return link(inner, address("trends", **query), "cell chosen" if is_chosen else "cell", said)


@dataclass(frozen=True)
class Drawing:
    """Lines and dots of a cell on the scale of all cells."""

    low: float
    high: float
    colours: Palette

    def picture(self, points: Sequence[ControlPoint], marked: Sequence[int]) -> str:
        step = (WIDTH - 2 * EDGE) / max(len(points) - 1, 1)
        xs = [EDGE + place * step for place in range(len(points))]
        grey, dashed = f'stroke="{self.colours.context}"', 'stroke-dasharray="3 3"'
        own = f'stroke="{self.colours.data}" stroke-width="1.5"'
        lines = (
            self._path(xs, [p.mean for p in points], grey)
            + self._path(xs, [p.upper for p in points], f"{grey} {dashed}")
            + self._path(xs, [p.lower for p in points], f"{grey} {dashed}")
            + self._path(xs, [p.point.value for p in points], own)
        )
        marks = "".join(
            f'<line x1="{xs[at]:.1f}" x2="{xs[at]:.1f}" y1="0" y2="{HEIGHT}" {grey}/>'
            for at in marked
        )
        return marks + lines + self._dots(xs, points)

    def _y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    def _path(self, xs: Sequence[float], values: Sequence[float | None], stroke: str) -> str:
        pairs = zip(xs, values, strict=True)
        path = " ".join(f"{x:.1f},{self._y(v):.1f}" for x, v in pairs if v is not None)
        return f'<polyline points="{path}" fill="none" {stroke}/>'

    def _dots(self, xs: Sequence[float], points: Sequence[ControlPoint]) -> str:
        return "".join(
            self._dot(x, self._y(p.point.value), p.type == "improvement")
            for x, p in zip(xs, points, strict=True)
            if p.is_signal and p.point.value is not None
        )

    def _dot(self, x: float, y: float, is_better: bool) -> str:
        """A diamond for the better, a square for all other signals."""
        colour = self.colours.better if is_better else self.colours.accent
        turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if is_better else ""
        return (
            f'<rect x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5"'
            f' fill="{colour}"{turn}/>'
        )
