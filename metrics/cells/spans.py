"""Which cells a question sums: spans of days, windows, whole months and the days around them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.calendar.days import month_end
from metrics.cells.passes import UNUSABLE
from metrics.indicators.catalogue import Count, Indicator

MATURING = "maturing"
BEGINNING = date(1, 1, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days over which a measure of an indicator is summed, under a label."""

    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Want:
    """One measure over one span: `ID.numerator`, with the label under which it is asked."""

    label: str
    measure: str
    starts_on: date
    ends_on: date
    cell: str = ""


def wants_of(indicator: Indicator, spans: Iterable[Span], as_of: date) -> list[Want]:
    """Which cells the indicator sums for each span: window, maturing and stock are settled here."""
    wants = []
    for span in spans:
        ends = min(span.ends_on, as_of)
        ripe = ends
        if indicator.matures_after:
            ripe = min(ends, date.fromordinal(as_of.toordinal() - indicator.matures_after))
        for part, rows in indicator.counts():
            name = f"{indicator.id}.{part}"
            wants.append(Want(span.label, name, _starts(indicator, part, rows, span), ripe, name))
        if ripe < ends:
            first = max(span.starts_on, date.fromordinal(ripe.toordinal() + 1))
            cell = f"{indicator.id}.denominator"
            wants.append(Want(span.label, f"{indicator.id}.{MATURING}", first, ends, cell))
        name = f"{indicator.id}.{UNUSABLE}"
        wants.append(Want(span.label, name, span.starts_on, ends, name))
    return wants


def _starts(indicator: Indicator, part: str, rows: Count, span: Span) -> date:
    if rows.stock:
        return BEGINNING
    if indicator.window == "year" and part == "numerator":
        return date(span.ends_on.year, 1, 1)
    return span.starts_on


def days_asked(wants: Collection[Want]) -> str:
    """The few stretches of days that lie outside of whole months, so that others are not read."""
    stretches = sorted({stretch for want in wants for stretch in _edges(want)})
    joined: list[tuple[date, date]] = []
    for first, last in stretches:
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    ranges = [f"c.day BETWEEN DATE '{first}' AND DATE '{last}'" for first, last in joined]
    return f"({' OR '.join(ranges)})" if ranges else "false"


def _edges(want: Want) -> list[tuple[date, date]]:
    """The days of a want before and after its whole months."""
    months = whole_months(want.starts_on, want.ends_on)
    if months is None:
        return [(want.starts_on, want.ends_on)] if want.starts_on <= want.ends_on else []
    first, last = months[0], month_end(months[1])
    before = [(want.starts_on, first - DAY)] if want.starts_on < first else []
    return before + ([(last + DAY, want.ends_on)] if last < want.ends_on else [])


def whole_months(starts_on: date, ends_on: date) -> tuple[date, date] | None:
    """The first days of the first and of the last calendar month that lie wholly within."""
    first = starts_on if starts_on.day == 1 else month_end(starts_on) + DAY
    last = ends_on.replace(day=1)
    if ends_on != month_end(ends_on):
        last = (last - DAY).replace(day=1) if last > date.min else last
    return (first, last) if first <= last and month_end(last) <= ends_on else None
