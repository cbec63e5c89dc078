"""How well each village is served, month by month: one hidden figure behind all the rates.

A station's figure moves slowly; the two planted stations move steadily from the start of 2018.
Every rate of the demo city is a base rate, shifted on the logit scale by station, village and
month, so that the 19 indicators agree with each other about as much as real ones do.
"""

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import Real, Times, Whole
from data.demo.city import City
from data.demo.days import MONTH_COUNT, month_number, stream
from data.demo.places import PLACES
from data.demo.stories import DECLINING_STATION, IMPROVING_STATION, station_index

STATION_WEIGHT, VILLAGE_WEIGHT, OWN_WEIGHT = 0.3, 0.25, 0.2
TURNING_MONTH = 24
STEADY_LEVEL = 2.6


@dataclass(frozen=True)
class CityQuality:
    """shift: by station × month, village: by village; both on the logit scale."""

    seed: int
    city: City
    shift: Real
    village: Real

    def chance(self, indicator: str, base: float | Real, village: Whole, days: Times) -> Real:
        """The chance that a duty of this indicator is met, for each (village, day).

        base    the chance in an average village, one for all or one for each duty
        """
        own = stream(self.seed, f"quality {indicator}").normal(0, OWN_WEIGHT, len(PLACES))
        station = self.city.station_on(village, days)
        month = np.clip(month_number(days), 0, MONTH_COUNT - 1)
        logit = np.log(base / (1 - base)) + own[station]
        logit += self.shift[station, month] + self.village[village]
        chance: Real = 1 / (1 + np.exp(-logit))
        return chance

    def weakness(self) -> Real:
        """Month × village: how much more often than average a duty is missed there (odds)."""
        shift = self.shift[self.city.station].T + self.village
        weakness: Real = np.exp(-shift)
        return weakness


def build_quality(seed: int, city: City) -> CityQuality:
    rng = stream(seed, "quality")
    level = rng.permutation(np.linspace(-1.3, 1.3, len(PLACES)))[:, None]
    drift = np.cumsum(rng.normal(0, 0.06, (len(PLACES), MONTH_COUNT)), axis=1)
    station = level + drift
    trend = np.clip((np.arange(MONTH_COUNT) - TURNING_MONTH) / (MONTH_COUNT - TURNING_MONTH), 0, 1)
    steady = STEADY_LEVEL * (2 * trend - 1)
    station[station_index(IMPROVING_STATION)] = steady
    station[station_index(DECLINING_STATION)] = -steady
    village = rng.normal(0, VILLAGE_WEIGHT, len(city.station))
    return CityQuality(seed, city, STATION_WEIGHT * station, village)
