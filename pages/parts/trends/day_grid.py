"""The calendar: a column a week, a row a weekday, the shade how much was recorded."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from itertools import groupby

from metrics.analysis.day_map import WEEKDAYS, Day
from metrics.figures import words
from pages.parts.clickable import address, link
from pages.parts.theme import Palette

SIZE, GAP, LEFT, TOP = 15, 2, 22, 16
STYLE = """
<style>
svg { width: 100%; max-width: 1000px; height: auto; display: block; }
svg text { fill: var(--hf-quiet); font-size: 12px; }
rect { width: 15px; height: 15px; rx: 2px; }
svg a:hover rect { stroke: var(--hf-data); stroke-width: 1; }
.legend { font-size: .82rem; color: var(--hf-quiet); display: flex; gap: .9em; flex-wrap: wrap; }
.legend i { display: inline-block; width: 14px; height: 14px; vertical-align: -2px; }
</style>
"""


def day_grid(
    days: Sequence[Day],
    said: str,
    signs: Mapping[date, str],
    colours: Palette,
    to: Mapping[str, str],
) -> str:
    """signs: the marks of days. to: the query of this page; a day opens its month."""
    width = LEFT + (len(days) + 6) // 7 * (SIZE + GAP)
    height = TOP + 7 * (SIZE + GAP)
    rows = "".join(
        f'<text x="4" y="{TOP + row * (SIZE + GAP) + 12}">{WEEKDAYS[row]}</text>'
        for row in range(7)
    )
    # One link a month: a link for each day would be most of the page.
    months = groupby(enumerate(days), lambda one: f"{one[1].on:%Y-%m}")
    cells = "".join(_month(month, list(own), signs, to) for month, own in months)
    return (
        f'{STYLE}{_shades(colours)}<div class="days"><svg viewBox="0 0 {width} {height}"'
        f' role="img" aria-label="{escape(said)}">{rows}{_months(days)}{cells}</svg></div>'
        f"{_legend()}"
    )


def _month(
    month: str,
    days: Sequence[tuple[int, Day]],
    signs: Mapping[date, str],
    to: Mapping[str, str],
) -> str:
    cells = "".join(_cell(place, day, signs.get(day.on, "")) for place, day in days)
    return link(cells, address("trends", **{**to, "period": month}))


def _cell(place: int, day: Day, sign: str) -> str:
    column, row = divmod(place, 7)
    x, y = LEFT + column * (SIZE + GAP), TOP + row * (SIZE + GAP)
    said = f"{day.on} 周{WEEKDAYS[row]}：{words.plain(day.n)}{f'　{sign}' if sign else ''}"
    style = f"s{day.step} marked" if sign else f"s{day.step}"
    return f'<rect x="{x}" y="{y}" class="{style}"><title>{said}</title></rect>'


def _shades(colours: Palette) -> str:
    rules = "".join(
        f".s{step} {{ fill: {colour}; background: {colour}; }}"
        for step, colour in enumerate(colours.steps)
    )
    return f"<style>{rules} .marked {{ stroke: {colours.accent}; stroke-width: 2; }}</style>"


def _months(days: Sequence[Day]) -> str:
    """The name of a month over the column in which it begins."""
    return "".join(
        f'<text x="{LEFT + place // 7 * (SIZE + GAP)}" y="11">{day.on.month}月</text>'
        for place, day in enumerate(days)
        if day.on.day == 1
    )


def _legend() -> str:
    names = ("无", "少", "较少", "较多", "多")
    swatches = "".join(
        f'<span><i class="s{step}"></i> {name}</span>' for step, name in enumerate(names)
    )
    hint = "有记录的日子按多少分为四等份；红框为有标注的日子；点一天看到当月为止"
    return f'<div class="legend">{swatches}<span>{hint}</span></div>'
