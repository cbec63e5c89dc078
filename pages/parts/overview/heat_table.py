"""The heat table: stations down, scored indicators across, colour = share of the points reached.

The keyboard reaches a row by its name, not by each of its nineteen cells.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.wording.alerts import own_points
from pages.documents.colours import Palette
from pages.documents.rank_sheet import TOTAL
from pages.documents.sheet import number
from pages.parts.markup import render

MARK = "▼"


def heat_markup(
    colours: Palette,
    period: Period,
    bureau: Assessment,
    groups: Mapping[str, Sequence[Assessment]],
    catalogue: Catalogue,
) -> Markup:
    """The table as drawn; a row opens its station, a heading its indicator."""
    return render(
        "overview/heat_table.html",
        bureau=bureau,
        groups=groups,
        catalogue=catalogue,
        period=period.text,
        colours=colours,
        colour_of=partial(_colour_of, colours),
        value_of=_value_of,
        hint_of=_hint_of,
        mark=MARK,
        own_points=own_points,
        total=TOTAL,
    )


def _value_of(c: Contribution) -> str:
    percent = number(c.value, "percent")
    return words.NONE if percent is None else f"{percent:.1f}"


def _hint_of(line: Assessment, c: Contribution) -> str:
    return (
        f"{line.name}　{c.title} {words.percent(c.plain_value)}"
        f"（{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}），"
        + (f"与本组合并计 {words.percent(c.value)}，" if c.mixed else "")
        + f"目标 {words.percent(c.target)}，"
        f"得 {words.points(c.points)} / {words.points(c.effective_weight)} 分"
    )


def _colour_of(colours: Palette, c: Contribution) -> str:
    """Below a quarter of the points, … below all, all."""
    highest = len(colours.steps) - 1
    return colours.steps[min(int((c.share or 0) * highest), highest)]
