"""Tiles: one figure each, with its comparisons, its interval and twelve months."""

from collections.abc import Sequence

from markupsafe import Markup

from metrics.wording.tile_content import SparkPoint, Tile
from pages.parts.markup import render

WIDTH, HEIGHT, EDGE = 170, 34, 4
TONES = {True: "better", False: "worse", None: ""}


def tiles_markup(tiles: Sequence[Tile], addresses: Sequence[str]) -> Markup:
    """All tiles in one row; each opens its page."""
    lines = [sparkline(tile.months) for tile in tiles]
    rows = zip(tiles, addresses, lines, strict=True)
    return render("overview/tiles.html", tiles=rows, tones=TONES)


def sparkline(months: Sequence[SparkPoint]) -> Markup:
    """Twelve months as a line; the last one as a dot, hollow where the month is not complete."""
    values = {i: month.value for i, month in enumerate(months) if month.value is not None}
    size = {"width": WIDTH, "height": HEIGHT}
    if len(values) < 2:
        return render("overview/sparkline.html", points=[], **size)
    low, high = min(values.values()), max(values.values())
    step = (WIDTH - 2 * EDGE) / (len(months) - 1)

    def height_of(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    return render(
        "overview/sparkline.html",
        points=[(EDGE + i * step, height_of(value)) for i, value in values.items()],
        fill="var(--hf-paper)" if months[max(values)].is_part else "var(--hf-data)",
        hint=f"{months[0].title}至{months[-1].title}，"
        f"最低 {_shown(months, low)}，最高 {_shown(months, high)}",
        **size,
    )


def _shown(months: Sequence[SparkPoint], value: float) -> str:
    return next(month.text for month in months if month.value == value)
