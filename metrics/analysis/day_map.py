"""The days of a year as a calendar: on which days the work happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from metrics.calendar.days import day_words
from metrics.calendar.period import Period, each_day
from metrics.figures import words
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator, Part

WEEKS = 53
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """n: records of the day; None where nothing can be known. step: 0 for none, 1 to 4 by rank."""

    on: date
    n: int | None
    step: int


def day_periods(period: Period) -> list[Period]:
    """The days of 53 weeks, from a Monday to the period's last day."""
    last = period.ends_on
    monday = last - timedelta(days=last.weekday())
    return each_day(monday - timedelta(weeks=WEEKS - 1), last)


def daily_part(indicator: Indicator) -> Part | None:
    """What is counted by day: of a proportion what it is measured on; None where nothing is."""
    for name in ("numerator", "denominator") if indicator.kind == "count" else PARTS:
        for part, rows in indicator.counts():
            if part == name and not rows.stock:
                return part
    return None


PARTS: tuple[Part, ...] = ("denominator", "numerator")


def day_map(part: Part, points: Sequence[TrendPoint]) -> list[Day]:
    """Each day with its step: the days that have something, in four parts of equal size."""
    counts = [p.numerator if part == "numerator" else p.denominator for p in points]
    some = sorted(n for n in counts if n)
    edges = [some[len(some) * quarter // 4] for quarter in (1, 2, 3)] if some else []
    return [
        Day(p.period.starts_on, n, 0 if not n else 1 + sum(n >= edge for edge in edges))
        for p, n in zip(points, counts, strict=True)
    ]


def day_reading(days: Sequence[Day]) -> str:
    """The busiest and the quietest weekday, the busiest day, days without anything."""
    counted = [(day.on, day.n) for day in days if day.n is not None]
    if not counted or not any(n for _, n in counted):
        return "这一年没有可计的逐日数据。"
    means = [fmean([n for on, n in counted if on.weekday() == w] or [0]) for w in range(7)]
    most, least = means.index(max(means)), means.index(min(means))
    on, top = max(counted, key=lambda one: one[1])
    empty = sum(1 for _, n in counted if not n)
    reading = (
        f"周{WEEKDAYS[most]}最多（日均 {words.plain(means[most], 1)}），"
        f"周{WEEKDAYS[least]}最少（{words.plain(means[least], 1)}）；"
        f"最多的一天是{day_words(on)}（{words.plain(top)}）"
    )
    return f"{reading}；{empty} 天没有记录。" if empty else f"{reading}；没有空白的日子。"
