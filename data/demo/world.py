"""What every event module needs: the city, its quality, how many events, and who was in charge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.city import City
from data.demo.days import stream
from data.demo.frame import words
from data.demo.picks import pick
from data.demo.places import STATION_CODES
from data.demo.quality import CityQuality
from data.demo.stories import SCANTY_VILLAGE, village_index

# Records whose village is not known: most at least name the station, a few not even that (未知).
STATION_ONLY, NOWHERE = 0.004, 0.001
# Gamma: shape and scale of what a village has of an average village's events per head.
LIVELINESS = (6.0, 1 / 6.0)
SAME_RATE = (1.0,) * len(STATION_CODES)


@dataclass(frozen=True)
class World:
    seed: int
    density: int
    city: City
    quality: CityQuality

    @property
    def factor(self) -> int:
        """How many times the facts of the report this city has."""
        return self.city.scale * self.density

    @property
    def villages(self) -> int:
        return len(self.city.station)

    def by_population(self, rng: np.random.Generator) -> Real:
        """Weights of the villages for what people bring in: population × a station's own rate.

        Some villages are livelier than others of their size, in cases as in disputes.
        """
        own = np.exp(rng.normal(0, 0.3, len(STATION_CODES)))[self.city.station]
        liveliness = stream(self.seed, "liveliness").gamma(*LIVELINESS, self.villages)
        weight: Real = self.city.population * own * liveliness
        weight[village_index(SCANTY_VILLAGE)] = 0
        return weight

    def pick_villages(
        self, rng: np.random.Generator, count: int, rate: Sequence[float] = SAME_RATE
    ) -> Whole:
        """The village of each event. rate: by station, how often it happens there to one person."""
        return pick(rng, self.by_population(rng) * np.array(rate)[self.city.station], count)


def whereabouts(
    world: World,
    rng: np.random.Generator,
    village: Whole,
    days: Times,
    *,
    is_sure: Mask | None = None,
    post: Whole | None = None,
) -> dict[str, pa.Array]:
    """The columns village, station and officer of events.

    is_sure   events whose village must be known (planted stories)
    post      whose officer acted; without it the village's own auxiliary
    """
    draw = rng.random(len(village))
    if is_sure is not None:
        draw[is_sure] = 1.0
    posts = world.city.posts
    holder = posts.holder(village if post is None else post, days)
    station = world.city.station_on(village, days)
    has_village = draw >= STATION_ONLY + NOWHERE
    return {
        "village": words(world.city.village_codes, village, has_village),
        "station": words(STATION_CODES, station, ~has_village & (draw >= NOWHERE)),
        "officer": words(posts.officer_codes, holder, draw >= NOWHERE),
    }


def in_groups(values: Whole) -> Whole:
    """The place of each value among its equals, in the given order: [7, 7, 3, 7] → [0, 1, 0, 2]."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(values)]
    starts = np.maximum.accumulate(np.where(is_first, np.arange(len(values)), 0))
    place = np.empty(len(values), np.int64)
    place[order] = np.arange(len(values)) - starts
    return place


def most_likely(rng: np.random.Generator, weight: Real, count: int) -> Mask:
    """Exactly `count` rows, without replacement, in proportion to the weights (Gumbel draws)."""
    with np.errstate(divide="ignore"):
        draw = np.log(weight) + rng.gumbel(size=len(weight))
    chosen = np.zeros(len(weight), np.bool_)
    chosen[np.argsort(-draw, kind="stable")[:count]] = True
    return chosen
