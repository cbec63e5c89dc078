"""Which spans are compared, and what a reader must know before comparing them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from metrics.calendar.days import day_words
from metrics.calendar.period import Period, last_days, last_year, previous, recent, year_to_date
from metrics.calendar.spring_festival import festival_caution
from metrics.cells.count import Counted
from metrics.cells.units import UNKNOWN, parents, units
from metrics.scheme.scheme import Level

Basis = Literal["last_year", "previous"]
BASES: Mapping[Basis, Callable[[Period], Period]] = {"last_year": last_year, "previous": previous}

CHOSEN = "chosen"
SPAN_NAMES: Mapping[str, str] = {
    CHOSEN: "所选期间",
    "week": "当周",
    "28-days": "近28天",
    "month": "当月",
    "quarter": "当季",
    "year-to-date": "本年累计",
}
THAN: Mapping[str, str] = {"last_year": "去年同期", "previous": "上期"}
BASIS_NAMES: Mapping[Basis, str] = {"last_year": "同比", "previous": "环比"}
GATHERED: tuple[Level, ...] = ("group", "station", "room")


def spans_ending(period: Period) -> dict[str, Period]:
    """Code -> period: five spans that end with the period, before them the period itself
    unless it is one of them."""
    on = period.ends_on
    spans = {
        "week": recent("week", on, 1)[0],
        "28-days": last_days(on, 28),
        "month": recent("month", on, 1)[0],
        "quarter": recent("quarter", on, 1)[0],
        "year-to-date": year_to_date(on),
    }
    return spans if code_of(period, spans) else {CHOSEN: period, **spans}


def code_of(period: Period, spans: Mapping[str, Period]) -> str:
    """The code of the span that is this period, '' if none is."""
    own = period.kind, period.starts_on, period.ends_on
    return next((c for c, s in spans.items() if (s.kind, s.starts_on, s.ends_on) == own), "")


@dataclass(frozen=True)
class Pair:
    """Two spans that are compared.

    code       of the span that is now, as in SPAN_NAMES
    cautions   what they do not have in common, in Chinese
    moved      unit -> villages that belong to it on one of the two days only
    """

    code: str
    basis: Basis
    now: Period
    base: Period
    cautions: tuple[str, ...]
    moved: Mapping[str, int]

    @property
    def key(self) -> str:
        """What tells it from the other pairs of a question."""
        return f"{self.code}.{self.basis}"

    def label(self, side: Literal["now", "base"]) -> str:
        """Under which the sums of a side are asked."""
        return f"{self.code}.{'now' if side == 'now' else self.basis}"


def pairs_of(counted: Counted, level: Level, spans: Mapping[str, Period]) -> list[Pair]:
    """Every span with last year's same and with the one before."""
    pairs = []
    for code, now in spans.items():
        for basis, back in BASES.items():
            base = back(now)
            cautions = tuple(span_cautions(counted, now, base, basis))
            pairs.append(Pair(code, basis, now, base, cautions, moved(counted, level, now, base)))
    return pairs


def span_cautions(counted: Counted, now: Period, base: Period, basis: Basis) -> list[str]:
    """What the two spans do not have in common, one sentence each."""
    than = THAN[basis]
    cautions = [base.note.rstrip("。")] if base.note else []
    if now.is_part:
        cautions.append("期间未满，只与对比期的同一部分比较")
    if now.days != base.days:
        cautions.append(f"天数不同（本期 {now.days} 天，{than} {base.days} 天），数量按日均检验")
    here, there = (now.starts_on, now.ends_on), (base.starts_on, base.ends_on)
    if festival := festival_caution(here, there, than):
        cautions.append(festival)
    if base.starts_on < counted.first_on:
        cautions.append(f"数据自{day_words(counted.first_on)}起，{than}数据不全，不作比较")
    return cautions


def moved(counted: Counted, level: Level, now: Period, base: Period) -> dict[str, int]:
    """Unit -> villages that belonged to another unit when the base began than they do now."""
    if level not in GATHERED:
        return {}
    here, there = (parents(counted, level, day) for day in (now.ends_on, base.starts_on))
    if here is there:  # no change between the two days
        return {}
    moves = [
        {here[unit], there[unit]} - {UNKNOWN}
        for unit in here.keys() & there.keys()
        if unit.startswith("v:") and here[unit] != there[unit]
    ]
    return dict(Counter(unit for move in moves for unit in move))


def was_there(counted: Counted, level: Level, unit: str, base: Period) -> bool:
    """Whether a village existed in the base; other units are compared over their villages."""
    if level != "village" or unit == UNKNOWN:
        return True
    return any(each.code == unit for each in units(counted, level, base.ends_on))


def days_in_words(period: Period) -> str:
    """7月1日—19日, with the year where it is another than that of the end."""
    first, last = period.starts_on, period.ends_on
    if first == last:
        return day_words(first)
    if first.year != last.year:
        return f"{day_words(first)}—{day_words(last)}"
    month = "" if first.month == last.month else f"{last.month}月"
    return f"{day_words(first)}—{month}{last.day}日"
