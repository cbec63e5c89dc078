"""At which hour of the day things happen: declared shares of a day, and minutes drawn from them.

The shares of thefts follow two counts that police published: thefts of 2012 by kind and hour
(National Police Agency of Japan, 犯罪統計書 平成24年: burglary of empty houses, shoplifting,
vehicles) and burglary of 2003 by hour (滋賀の犯罪: 50 % of the thefts from sleeping houses between
2 and 4, those from empty houses at their height between 14 and 16). That every third theft is one
of an electric bicycle: 张应立 and 罗祈慧, 宁波市公安局北仑分局, 2020. No such count is public for a
county like this one: the tables are rounded, vehicles are moved towards the night, in which they
stand before the house in a village, pickpocketing towards the morning market; the other kinds are
this project's estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.demo.arrays import Real


@dataclass(frozen=True)
class DayShares:
    """How a day is shared out: `shares[i]` of what happens lies from `edges[i]` to the next edge.

    edges in hours after midnight, one more than the shares, which have any sum.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    def minutes(self, quantile: Real) -> Real:
        """The minute after midnight before which this part of the day's events lies."""
        reached = np.cumsum((0.0, *self.shares))
        minutes: Real = 60 * np.interp(quantile * reached[-1], reached, self.edges)
        return minutes


def two_hourly(*shares: float) -> DayShares:
    """Twelve shares in percent: 0–2, 2–4, … 22–24 o'clock, as crime statistics have them."""
    return DayShares(tuple(range(0, 25, 2)), shares)


# Officers call in the morning and from half past two, when people are at home and awake.
VISITS = DayShares((8.2, 9, 11, 12, 14.5, 17, 18.5, 20), (11, 34, 11, 5, 27, 9, 3))
EVEN_DAY = DayShares((490 / 60, 1180 / 60), (1,))
TASKS = DayShares((7.8, 9, 11.5, 14.5, 17.5, 18.2), (16, 38, 10, 33, 3))
# What was found out later is reported by day.
REPORTS = DayShares((7, 8, 11.5, 14.5, 18, 21.5), (4, 42, 12, 30, 12))

BURGLARY = two_hourly(13, 26, 9, 2, 4, 11, 7, 7, 5, 6, 6, 4)  # of sleeping and of empty houses
VEHICLES = two_hourly(16, 17, 9, 3, 3, 5, 6, 7, 7, 8, 10, 9)
POCKETS = two_hourly(0, 0, 1, 6, 25, 24, 10, 9, 12, 9, 3, 1)
THEFTS: tuple[tuple[float, DayShares], ...] = (
    (0.40, BURGLARY),
    (0.35, VEHICLES),
    (0.25, POCKETS),
)
ROBBERY = two_hourly(12, 7, 3, 2, 3, 4, 5, 7, 8, 13, 19, 17)
FRAUD = two_hourly(2, 1, 1, 2, 10, 17, 9, 14, 15, 10, 12, 7)  # office hours, then the telephone
# Drink: from the evening on, and more so in the nights around Saturday.
ASSAULT = two_hourly(8, 3, 1, 2, 5, 7, 8, 8, 10, 15, 19, 14)
WEEKEND_ASSAULT = two_hourly(16, 6, 2, 1, 3, 4, 5, 5, 7, 13, 20, 18)
DAMAGE = two_hourly(10, 7, 4, 3, 6, 8, 8, 9, 10, 12, 12, 11)
OTHER_CASES = two_hourly(4, 2, 2, 4, 11, 14, 9, 12, 13, 12, 11, 6)

DISPUTES: Mapping[str, DayShares] = {
    "邻里纠纷": two_hourly(0, 0, 0, 8, 17, 16, 8, 9, 12, 15, 12, 3),
    "婚姻家庭": two_hourly(3, 1, 0, 4, 9, 9, 7, 7, 9, 16, 22, 13),
    "土地宅基地": two_hourly(0, 0, 0, 9, 23, 19, 6, 13, 16, 9, 4, 1),
    "劳资": two_hourly(0, 0, 0, 4, 22, 21, 7, 19, 18, 6, 2, 1),
    "消费": two_hourly(0, 0, 0, 2, 12, 17, 13, 17, 16, 14, 8, 1),
    "交通事故": two_hourly(1, 1, 2, 15, 13, 10, 9, 10, 16, 14, 6, 3),
    "其他": two_hourly(1, 0, 1, 6, 16, 16, 9, 13, 15, 12, 8, 3),
}
