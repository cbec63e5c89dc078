"""A year of weeks against the same weeks of earlier years: is it the season, or something else?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.calendar.period import Period, last_year, weeks_back
from metrics.figures import words
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.statistics.too_few import FEWEST_WEEKS

WEEKS = 52
YEARS_BEFORE = 3


@dataclass(frozen=True)
class SeasonWeek:
    """A week and the same ISO weeks of the years before it, the latest first."""

    point: TrendPoint
    earlier: tuple[TrendPoint, ...]

    @property
    def earlier_values(self) -> list[float]:
        return [point.value for point in self.earlier if point.value is not None]

    @property
    def low(self) -> float | None:
        return min(self.earlier_values, default=None)

    @property
    def high(self) -> float | None:
        return max(self.earlier_values, default=None)

    @property
    def mean(self) -> float | None:
        return sum(self.earlier_values) / len(self.earlier_values) if self.earlier_values else None

    @property
    def is_compared(self) -> bool:
        is_whole = self.point.value is not None and not self.point.period.is_part
        return is_whole and bool(self.earlier_values)

    @property
    def place(self) -> str:
        """above or below all of the earlier years, else ''."""
        value, low, high = self.point.value, self.low, self.high
        if not self.is_compared or value is None or low is None or high is None:
            return ""
        return "above" if value > high else "below" if value < low else ""


def season_periods(period: Period) -> dict[Period, tuple[Period, ...]]:
    """Each of the last 52 weeks -> the same ISO weeks of the years before it."""
    return {this: _before(this) for this in weeks_back(period, WEEKS)}


def _before(week: Period) -> tuple[Period, ...]:
    weeks: list[Period] = []
    for _ in range(YEARS_BEFORE):
        week = last_year(week)
        weeks.append(week)
    return tuple(weeks)


def season(
    periods: Mapping[Period, Sequence[Period]], points: Sequence[TrendPoint]
) -> list[SeasonWeek]:
    """The weeks with those before them, from the points of all the periods."""
    by_period = {point.period: point for point in points}
    return [
        SeasonWeek(by_period[this], tuple(by_period[week] for week in earlier))
        for this, earlier in periods.items()
    ]


def season_reading(indicator: Indicator, weeks: Sequence[SeasonWeek]) -> str:
    """Where the last whole week lies among the same weeks, and how many weeks lie outside."""
    compared = [week for week in weeks if week.is_compared]
    if not compared:
        return "没有更早年份的同周数据，不能按季节比较。"
    last = compared[-1]
    years = len(last.earlier_values)
    title = last.point.period.title.partition("（")[0]
    place = {"above": "高于各年同周", "below": "低于各年同周", "": "在各年同周之间"}[last.place]
    reading = (
        f"{title} {words.value_of(indicator, last.point.value)}，前 {years} 年同周为"
        f" {words.range_of(indicator, last.low, last.high)}，{place}"
    )
    if len(compared) < FEWEST_WEEKS:
        return f"{reading}。"
    above, below = (sum(w.place == way for w in compared) for way in ("above", "below"))
    chance = sum(1 / (len(week.earlier_values) + 1) for week in compared)
    return (
        f"{reading}；{len(compared)} 个整周中 {above} 周高于、{below} 周低于各年同周"
        f"（各年若无差别，两头平均各约 {words.plain(chance)} 周）。"
    )
