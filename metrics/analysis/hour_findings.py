"""警力与时段 as it is put together: the bureau or one station, its week, what could be done."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.analysis.hours import (
    SUBJECTS,
    Happening,
    IntArray,
    PatrolSubject,
    WeekHours,
    by_hour,
    chosen,
)
from metrics.analysis.mismatch import BAND, Mismatch, Slot, mismatch
from metrics.analysis.reallocation import Suggestion, suggest
from metrics.calendar.period import Period
from metrics.cells.units import Unit


@dataclass(frozen=True)
class HourFigure:
    """events, seconds   (7, 24) of the unit;   villages   slot code -> village code -> events

    timeless   events whose time is not known; they count nowhere else
    midnight   events at 0:00 sharp: perhaps only the day was noted
    """

    unit: str
    name: str
    subject: PatrolSubject
    period: Period
    events: IntArray
    seconds: IntArray
    week: Mismatch
    suggestion: Suggestion | None
    timeless: int
    midnight: int
    villages: Mapping[str, Mapping[str, int]]


def hour_figure(
    hours: WeekHours, what: str, period: Period, name: str, station: str | None = None
) -> HourFigure:
    """station   None: the whole bureau"""
    subject = SUBJECTS[what]
    own = chosen(hours.happened, subject, station)
    events, seconds = by_hour(own), hours.patrolled(station)
    usual = by_hour([*chosen(hours.happened, subject), *chosen(hours.before, subject)])
    return HourFigure(
        station or "",
        name,
        subject,
        period,
        events,
        seconds,
        mismatch(events, seconds, by_hour(chosen(hours.before, subject, station))),
        suggest(events, seconds, usual, period),
        sum(h.n for h in own if h.hour is None),
        sum(h.midnight for h in own),
        _villages(own),
    )


def _villages(own: Sequence[Happening]) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for h in own:
        if h.hour is not None:
            counts[f"{h.weekday + 1}-{h.hour // BAND * BAND:02d}"][h.village] += h.n
    return counts


@dataclass(frozen=True)
class StationWeek:
    """A station, its week, and the band that is looked at: the chosen one, else the one that
    lacks most, else the one with most events."""

    unit: Unit
    week: Mismatch
    slot: Slot | None


def station_weeks(
    hours: WeekHours, what: str, stations: Sequence[Unit], slot: str | None
) -> list[StationWeek]:
    """Every station, those with a band beyond chance first, then by the width of the gap."""
    lines = []
    for unit in stations:
        now, before = (chosen(h, SUBJECTS[what], unit.code) for h in (hours.happened, hours.before))
        week = mismatch(by_hour(now), hours.patrolled(unit.code), by_hour(before))
        lines.append(StationWeek(unit, week, _looked_at(week, slot)))
    return sorted(lines, key=_order)


def _looked_at(week: Mismatch, slot: str | None) -> Slot | None:
    if slot is not None:
        return week.slot(slot)
    if week.short:
        return week.short[0]
    busiest = max(week.slots, key=lambda s: (s.events, s.gap))
    return busiest if busiest.events else None


def _order(line: StationWeek) -> tuple[bool, bool, float]:
    slot = line.slot
    is_short = slot is not None and slot.is_short
    return not is_short, not line.week.is_judged, -float(slot.gap) if slot else 0.0
