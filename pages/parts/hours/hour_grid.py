"""The week as a grid of seven days and six bands, and hour by hour.

What happened against what was patrolled, and the suggested change of each band.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from markupsafe import Markup

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS, IntArray
from metrics.analysis.mismatch import BAND, BANDS, Slot, slot_name
from metrics.analysis.reallocation import Suggestion
from metrics.figures import words
from pages.parts.clickable import address
from pages.parts.markup import render

CELL, LEFT, TOP, GAP = 17, 34, 18, 1
STEPS = 5

HEADS = tuple(f"{band * BAND}–{band * BAND + BAND} 时" for band in range(BANDS))


def week_markup(figure: HourFigure, query: dict[str, str], chosen: str) -> Markup:
    """A click on a band chooses it; a click on the chosen one lets it go."""
    slots = figure.week.slots
    return render(
        "hours/hour_grid.html",
        bands=HEADS,
        days={name: [s for s in slots if s.weekday == day] for day, name in enumerate(WEEKDAYS)},
        widest=max((max(s.share, s.patrol_share) for s in slots), default=0) or 1,
        chosen=chosen,
        to=lambda slot: address("hours", **{**query, "slot": slot}),
        hint_of=partial(_hint_of, figure.subject.verb),
        verb=figure.subject.verb,
    )


def _hint_of(verb: str, slot: Slot) -> str:
    minutes = words.plain(slot.seconds // 60)
    usual = f"；前12个月占 {words.percent(slot.usual)}" if slot.usual is not None else ""
    return (
        f"{slot.name}：{verb} {slot.events} 件，占 {words.percent(slot.share)}；"
        f"巡逻 {minutes} 分钟，占 {words.percent(slot.patrol_share)}{usual}"
    )


def change_markup(suggestion: Suggestion) -> Markup:
    """Minutes of an average week, now → suggested, with the change; more in blue, less in grey."""
    most = max(int(np.abs(suggestion.change).max()), 1)

    def slots(day: int) -> list[tuple[str, int, int]]:
        names = [slot_name(day, band * BAND) for band in range(BANDS)]
        present, suggested = suggestion.present[day].tolist(), suggestion.suggested[day].tolist()
        return list(zip(names, map(int, present), map(int, suggested), strict=True))

    return render(
        "hours/hour_changes.html",
        bands=HEADS,
        days={name: slots(day) for day, name in enumerate(WEEKDAYS)},
        strength=lambda now, then: round(34 * abs(then - now) / most),
    )


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
