"""The same week hour by hour, as shades."""

from collections.abc import Iterator

from markupsafe import Markup

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS, IntArray
from metrics.analysis.mismatch import BAND
from metrics.figures import words
from pages.parts.markup import render

CELL, LEFT, TOP, GAP = 17, 34, 18, 1
STEPS = 5


def strips_markup(figure: HourFigure, slot: str, reading: str) -> Markup:
    """Events and patrols by hour and weekday, darker where there is more of the week's total.

    slot   the chosen band, framed
    """
    verb, hours = figure.subject.verb, words.plain(figure.week.seconds // 3600)
    strips = (
        (f"{verb}（共 {figure.week.events} 件）", "件", _squares(figure.events)),
        (f"巡逻（共 {hours} 小时）", "分钟", _squares(figure.seconds // 60)),
    )
    return render(
        "hours/hour_strips.html",
        strips=strips, reading=reading, weekdays=WEEKDAYS, band=BAND,
        cell=CELL, left=LEFT, top=TOP, gap=GAP,
        chosen=(int(slot[0]) - 1, int(slot[2:])) if slot[0].isdigit() else None,
    )  # fmt: skip


def _squares(hours: IntArray) -> Iterator[tuple[int, int, str, int]]:
    """Day, hour, colour and number of each hour of the week."""
    most = max(int(hours.max()), 1)
    for day, row in enumerate(hours.tolist()):
        for hour, number in enumerate(row):
            yield day, hour, _shade(number, most), number


def _shade(number: int, most: int) -> str:
    step = -(-STEPS * number // most)  # 0 only for nothing
    if not step:
        return "var(--hf-panel)"
    strength = 12 + 88 * (step - 1) // (STEPS - 1)
    return f"color-mix(in srgb, var(--hf-data) {strength}%, var(--hf-panel))"
