"""The map as SVG of our own: one area a village, coloured by its shade; no tiles, nothing fetched.

The keyboard and screen readers have the table beside it: the picture is one image to them.
"""

from collections.abc import Mapping, Sequence
from html import escape

from metrics.map.layer import Layer, Shade, told
from metrics.map.village_shapes import Land, Ring
from pages.parts.clickable import address

SCALE = 100  # drawing units of a km
MARGIN = 0.6  # km
NARROWEST = 5.0  # km: a station of two villages is not blown up to the whole picture
LABEL = 1 / 46  # height of the letters, as a share of the picture's width

STYLE = """
<style>
.map svg { width: 100%; height: auto; max-height: 640px; display: block; }
.map path { stroke: var(--hf-paper); stroke-width: 1px; vector-effect: non-scaling-stroke; }
.map a:hover path { stroke: var(--hf-data); stroke-width: 2px; }
.map .few path { fill: var(--hf-paper); stroke: var(--hf-quiet); stroke-dasharray: 2 2; }
.map .none path { fill: none; stroke: var(--hf-line); }
.map .aside { opacity: .22; }
.map circle { fill: currentColor; opacity: .72; pointer-events: none; }
.map text { fill: currentColor; text-anchor: middle; paint-order: stroke; pointer-events: none;
  stroke: var(--hf-paper); stroke-width: 4px; stroke-linejoin: round; font-weight: 600; }
.map .legend { font-size: .82rem; color: var(--hf-quiet); display: flex; flex-wrap: wrap;
  gap: 2px 14px; margin-top: 4px; }
.map .legend i { display: inline-block; width: 18px; height: 12px; vertical-align: -1px;
  margin-right: 4px; box-sizing: border-box; }
</style>
"""
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
    said: str,
) -> str:
    """only   the station that is looked at: the others step back, and its land fills the picture"""
    shades = layer.shades
    left, top, wide, high = window_of(where, only)
    biggest = max((shade.size for shade in shades), default=0)
    areas = "".join(
        _area(shade, shape, only, period, layer.facts)
        for shade, shape in zip(shades, where.shapes, strict=True)
    )
    dots = "".join(_dot(shade, where.positions[i], biggest, wide) for i, shade in enumerate(shades))
    return (
        f'{STYLE}<div class="map"><svg role="img" aria-label="{escape(said)}"'
        f' viewBox="{left:.0f} {top:.0f} {wide:.0f} {high:.0f}">'
        f"{areas}{dots}{_labels(where, stations, only, wide)}</svg>"
        f"{_legend(layer.legend, biggest)}</div>"
    )


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


def _area(
    shade: Shade, shape: Sequence[Ring], only: str | None, period: str, titles: Sequence[str]
) -> str:
    to = address("unit", level="village", unit=shade.village.code, period=period)
    hint = f"{shade.village.name}：{shade.shown}；{told(shade, titles)}".rstrip("；")
    aside = " aside" if only not in (None, shade.village.station) else ""
    style = shade.tone if shade.tone in ("few", "none") else "area"
    fill = FILLS.get(fill_key(shade))
    coloured = f' style="fill:{fill}"' if fill else ""
    return (
        f'<a href="{escape(to)}" tabindex="-1" class="{style}{aside}">'
        f'<path fill-rule="evenodd" d="{"".join(path_of(ring) for ring in shape)}"{coloured}>'
        f"<title>{escape(hint)}</title></path></a>"
    )


def fill_key(shade: Shade) -> str:
    return f"{shade.tone}-{shade.strength}" if shade.strength else shade.tone


def path_of(ring: Ring) -> str:
    return "M" + "L".join(f"{SCALE * x:.0f} {SCALE * y:.0f}" for x, y in ring) + "Z"


def _dot(shade: Shade, place: Sequence[float], biggest: int, wide: float) -> str:
    """Its area goes with the number of events."""
    if not shade.size:
        return ""
    radius = wide / 110 * (shade.size / biggest) ** 0.5
    return f'<circle cx="{SCALE * place[0]:.0f}" cy="{SCALE * place[1]:.0f}" r="{radius:.1f}"/>'


def _labels(where: Land, stations: Mapping[str, str], only: str | None, wide: float) -> str:
    """The stations by name in the middle of their villages; of a chosen one, its villages."""
    size = wide * LABEL
    if only is not None:
        named = [
            (village.name, where.positions[i : i + 1])
            for i, village in enumerate(where.villages)
            if village.station == only
        ]
        size *= 0.95
    else:
        named = []
        for code, name in stations.items():
            own = [i for i, village in enumerate(where.villages) if village.station == code]
            if own:
                named.append((name.removesuffix("派出所"), where.positions[own]))
    texts = []
    for name, positions in named:
        x, y = SCALE * positions.mean(axis=0)
        lift = size * 0.9 if only else -size * 0.35
        texts.append(
            f'<text x="{x:.0f}" y="{y - lift:.0f}" style="font-size:{size:.0f}px">'
            f"{escape(name)}</text>"
        )
    return "".join(texts)


def _legend(legend: Mapping[str, str], biggest: int) -> str:
    def swatch(key: str) -> str:
        if key == "few":
            return "border:1px dashed var(--hf-quiet)"
        if key == "none":
            return "border:1px solid var(--hf-line)"
        return f"background:{FILLS[key]}"

    parts = [
        f'<span><i style="{swatch(key)}"></i>{escape(word)}</span>' for key, word in legend.items()
    ]
    if biggest:
        parts.append(f"<span>● 越大件数越多（最多 {biggest} 件）</span>")
    return f'<div class="legend">{"".join(parts)}<span>点一个村，打开其单位页</span></div>'
