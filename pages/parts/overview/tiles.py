"""Tiles: one figure each, with its comparisons, its interval and twelve months."""

from collections.abc import Sequence
from html import escape

from metrics.wording.tiles import SparkPoint, Tile, TileChange
from pages.parts.clickable import link

WIDTH, HEIGHT, EDGE = 170, 34, 4

STYLE = """
<style>
.tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; }
@media (max-width: 1000px) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
@media (max-width: 560px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.tile { display: flex; flex-direction: column; border: 1px solid var(--hf-line); border-radius: 6px;
  padding: 8px 12px 9px; line-height: 1.5; font-size: .84rem; break-inside: avoid;
  font-variant-numeric: tabular-nums; }
.tile:hover { border-color: var(--hf-data); }
.tile .name { font-size: .95rem; }
.tile .value { font-size: 1.85rem; font-weight: 600; line-height: 1.25; white-space: nowrap; }
.tile .value small { font-size: .86rem; font-weight: 400; color: var(--hf-quiet); }
.tile .quiet { color: var(--hf-quiet); }
.tile svg { display: block; width: 100%; height: 34px; margin: 3px 0 4px; }
.tile .change { display: grid; grid-template-columns: 2.5em 1fr; }
.tile b { font-weight: 600; white-space: nowrap; }
.tile .change span { white-space: normal; word-break: keep-all; }
.tile .better { color: var(--hf-better); }
.tile .worse { color: var(--hf-worse); }
.tile .last { margin-top: auto; padding-top: 2px; font-size: .8rem; }
.tile span { white-space: nowrap; }
</style>
"""


def tiles_markup(tiles: Sequence[Tile], addresses: Sequence[str]) -> str:
    """All tiles in one row; each opens its page."""
    cells = "".join(_tile(tile, to) for tile, to in zip(tiles, addresses, strict=True))
    return f'{STYLE}<div class="tiles">{cells}</div>'


def _tile(tile: Tile, to: str) -> str:
    changes = "".join(_change(change) for change in tile.changes)
    interval = f"95% 区间 {escape(tile.interval)}" if tile.interval != "—" else "不设区间"
    inner = (
        f'<span class="name">{escape(tile.title)}</span>'
        f'<span class="value">{escape(tile.value)} <small>{escape(tile.unit)}</small></span>'
        f'<span class="quiet">{escape(tile.status)}</span>'
        f"{sparkline(tile.months)}{changes}"
        f'<span class="quiet last">{interval}</span>'
    )
    return link(inner, to, "tile", tile.note)


def _change(change: TileChange) -> str:
    tone = {True: "better", False: "worse", None: ""}[change.is_better]
    word = f" {escape(change.words)}" if change.words else ""
    more = f'<br><span class="quiet">{escape(change.more)}</span>' if change.more else ""
    return (
        f'<div class="change"><span class="quiet">{change.label}</span>'
        f'<div><b class="{tone}">{escape(change.amount)}</b><span>{word}</span>{more}</div></div>'
    )


def sparkline(months: Sequence[SparkPoint]) -> str:
    """Twelve months as a line; the last one as a dot, hollow where the month is not complete."""
    known = [(i, month.value) for i, month in enumerate(months) if month.value is not None]
    if len(known) < 2:
        return '<svg viewBox="0 0 170 34" aria-hidden="true"></svg>'
    low, high = min(v for _, v in known), max(v for _, v in known)
    step = (WIDTH - 2 * EDGE) / (len(months) - 1)

    def at(i: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return EDGE + i * step, HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(i, v) for i, v in known))
    x, y = at(*known[-1])
    fill = "var(--hf-paper)" if months[known[-1][0]].is_part else "var(--hf-data)"
    spoken = (
        f"{months[0].title}至{months[-1].title}，"
        f"最低 {_shown(months, low)}，最高 {_shown(months, high)}"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" preserveAspectRatio="none">'
        f"<title>{escape(spoken)}</title>"
        f'<polyline points="{line}" fill="none" stroke="var(--hf-data)" stroke-width="1.6"'
        ' vector-effect="non-scaling-stroke"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{fill}" stroke="var(--hf-data)"/></svg>'
    )


def _shown(months: Sequence[SparkPoint], value: float) -> str:
    return next(month.shown for month in months if month.value == value)
