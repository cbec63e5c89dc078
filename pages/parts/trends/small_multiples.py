"""All stations beside each other on one scale, each with its own mean and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from metrics.analysis.control_chart import ControlChart
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.wording.control_readings import in_short
from pages.documents.colours import Palette
from pages.parts.clickable import address
from pages.parts.markup import render

WIDTH, HEIGHT, EDGE = 240, 84, 5


def small_multiples(
    indicator: Indicator,
    charts: Mapping[str, ControlChart],
    units: Sequence[Unit],
    chosen: str,
    places: Mapping[str, Sequence[int]],
    colours: Palette,
    to: Mapping[str, str],
) -> Markup:
    """A cell opens its station on this page.

    places   where in the lines of a station its marks lie
    to       the query of this page
    """
    scale = Scale(*scale_of(charts))
    cells = [
        {
            **_words(indicator, charts[unit.code], unit),
            **scale.drawing(charts[unit.code], places.get(unit.code, ())),
            "to": address("trends", **{**to, "level": "station", "unit": unit.code}),
            "is_chosen": unit.code == chosen,
        }
        for unit in units
        if unit.code in charts
    ]
    return render(
        "trends/small_multiples.html",
        cells=cells, colours=colours, width=WIDTH, height=HEIGHT,
        low=words.value_of(indicator, scale.low), high=words.value_of(indicator, scale.high),
    )  # fmt: skip


def scale_of(charts: Mapping[str, ControlChart]) -> tuple[float, float]:
    """The least and the greatest value and limit of all."""
    points = [p for chart in charts.values() for p in chart.points if p.point.value is not None]
    every = [v for p in points for v in (p.point.value, p.lower, p.upper) if v is not None]
    return (min(every), max(every)) if every else (0.0, 1.0)


def _words(indicator: Indicator, chart: ControlChart, unit: Unit) -> dict[str, str]:
    newest, state = chart.newest, in_short(chart)
    value = words.value_of(indicator, newest.point.value if newest else None)
    return {
        "name": unit.name,
        "tone": newest.type if newest else "",
        "value": value,
        "state": state,
        "hint": f"{unit.name}：最近 {value}，{state}",
    }


@dataclass(frozen=True)
class Scale:
    """Places the lines and dots of a cell on the scale of all cells."""

    low: float
    high: float

    def drawing(self, chart: ControlChart, marked: Sequence[int]) -> dict[str, object]:
        points = chart.points
        step = (WIDTH - 2 * EDGE) / max(len(points) - 1, 1)
        xs = [EDGE + place * step for place in range(len(points))]

        def line(values: Sequence[float | None]) -> list[tuple[float, float]]:
            pairs = zip(xs, values, strict=True)
            return [(x, self._y(value)) for x, value in pairs if value is not None]

        return {
            "marks": [xs[place] for place in marked],
            "means": line([p.mean for p in points]),
            "limits": [line([p.upper for p in points]), line([p.lower for p in points])],
            "line": line([p.point.value for p in points]),
            "signals": [
                (x, self._y(p.point.value), p.type == "improvement")
                for x, p in zip(xs, points, strict=True)
                if p.is_signal and p.point.value is not None
            ],
        }

    def _y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)
