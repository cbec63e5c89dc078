"""The map as SVG of our own: one area a village, coloured by its shade; no tiles, nothing fetched.

The keyboard and screen readers have the table beside it: the picture is one image to them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from metrics.map.layer import Layer, Shade, in_full
from metrics.map.village_shapes import Land, Ring
from pages.parts.markup import render

SCALE = 100  # drawing units of a km
MARGIN = 0.6  # km
NARROWEST = 5.0  # km: a station of two villages is not blown up to the whole picture
LABEL = 1 / 46  # height of the letters, as a share of the picture's width
FILLS = {
    "worse-3": "var(--hf-accent)",
    "worse-2": "color-mix(in srgb, var(--hf-accent) 66%, var(--hf-panel))",
    "worse-1": "color-mix(in srgb, var(--hf-accent) 34%, var(--hf-panel))",
    "better-3": "var(--hf-data)",
    "better-2": "color-mix(in srgb, var(--hf-data) 66%, var(--hf-panel))",
    "better-1": "color-mix(in srgb, var(--hf-data) 34%, var(--hf-panel))",
    "even": "color-mix(in srgb, var(--hf-quiet) 18%, var(--hf-panel))",
}


def map_markup(
    where: Land,
    layer: Layer,
    stations: Mapping[str, str],
    only: str | None,
    period: str,
    reading: str,
) -> Markup:
    """only   the station that is looked at: the others step back, and its land fills the picture"""
    window = window_of(where, only)
    biggest = max((shade.size for shade in layer.shades), default=0)
    size = window[2] * LABEL * (1 if only is None else 0.95)

    def hint_of(shade: Shade) -> str:
        return f"{shade.village.name}：{shade.value}；{in_full(shade, layer.facts)}".rstrip("；")

    return render(
        "village_map/map_chart.html",
        reading=reading, window=window, period=period, only=only,
        areas=areas_of(where, layer), hint_of=hint_of,
        dots=_dots(where, layer, biggest, window[2]), biggest=biggest,
        labels=station_labels(where, stations) if only is None else _village_labels(where, only),
        size=size, lift=-size * 0.35 if only is None else size * 0.9,
        legend=layer.legend, fills=FILLS,
    )  # fmt: skip


def window_of(where: Land, only: str | None) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown."""
    chosen = [
        shape
        for village, shape in zip(where.villages, where.shapes, strict=True)
        if only is None or village.station == only
    ] or list(where.shapes)
    points = [point for shape in chosen for ring in shape for point in ring]
    lows = [min(p[axis] for p in points) - MARGIN for axis in (0, 1)]
    sizes = [max(p[axis] for p in points) + MARGIN - lows[axis] for axis in (0, 1)]
    for axis in (0, 1):
        missing = max(NARROWEST - sizes[axis], 0)
        lows[axis], sizes[axis] = lows[axis] - missing / 2, sizes[axis] + missing
    return lows[0] * SCALE, lows[1] * SCALE, sizes[0] * SCALE, sizes[1] * SCALE


@dataclass(frozen=True)
class Area:
    """A village as drawn. outline: the path of its rings; fill: empty where the style says it."""

    shade: Shade
    outline: str
    fill: str


def areas_of(where: Land, layer: Layer) -> Iterator[Area]:
    for shade, shape in zip(layer.shades, where.shapes, strict=True):
        key = f"{shade.tone}-{shade.strength}" if shade.strength else shade.tone
        yield Area(shade, "".join(_path_of(ring) for ring in shape), FILLS.get(key, ""))


def _path_of(ring: Ring) -> str:
    return "M" + "L".join(f"{SCALE * x:.0f} {SCALE * y:.0f}" for x, y in ring) + "Z"


def _dots(
    where: Land, layer: Layer, biggest: int, wide: float
) -> Iterator[tuple[float, float, float]]:
    """Place and radius: the area of a dot goes with the number of events."""
    for shade, (x, y) in zip(layer.shades, where.positions, strict=True):
        if shade.size:
            yield SCALE * x, SCALE * y, wide / 110 * (shade.size / biggest) ** 0.5


def station_labels(where: Land, stations: Mapping[str, str]) -> list[tuple[float, float, str]]:
    """The stations by name in the middle of their villages."""
    labels = []
    for code, name in stations.items():
        own = [i for i, village in enumerate(where.villages) if village.station == code]
        if own:
            x, y = SCALE * where.positions[own].mean(axis=0)
            labels.append((x, y, name.removesuffix("派出所")))
    return labels


def _village_labels(where: Land, station: str) -> list[tuple[float, float, str]]:
    return [
        (SCALE * x, SCALE * y, village.name)
        for village, (x, y) in zip(where.villages, where.positions, strict=True)
        if village.station == station
    ]
