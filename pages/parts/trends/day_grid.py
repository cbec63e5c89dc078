"""The calendar: a column a week, a row a weekday, the shade how much was recorded."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from markupsafe import Markup

from metrics.analysis.day_map import WEEKDAYS, Day
from pages.documents.colours import Palette
from pages.parts.clickable import address
from pages.parts.markup import render

SIZE, GAP, LEFT, TOP = 15, 2, 22, 16


def day_grid(
    days: Sequence[Day],
    reading: str,
    signs: Mapping[date, str],
    colours: Palette,
    to: Mapping[str, str],
) -> Markup:
    """signs: the marks of days. to: the query of this page; a day opens its month."""
    months = groupby(enumerate(days), lambda one: f"{one[1].on:%Y-%m}")
    return render(
        "trends/day_grid.html",
        months=((address("trends", **{**to, "period": month}), own) for month, own in months),
        names=[(place, day.on.month) for place, day in enumerate(days) if day.on.day == 1],
        reading=reading, signs=signs, colours=colours, weekdays=WEEKDAYS,
        width=LEFT + (len(days) + 6) // 7 * (SIZE + GAP), height=TOP + 7 * (SIZE + GAP),
        left=LEFT, top=TOP, pitch=SIZE + GAP,
    )  # fmt: skip
