"""The city as arrays: which village belongs where, how large it is, and who serves it when.

The arrays are ordered as the codes are (index 0 is 'V001', 'S01', 'R001'). With scale N the 219
units stand N times behind each other, so the codes of the planted stories hold for every scale.
"""

from dataclasses import dataclass

import numpy as np

from data.demo import places
from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import stream
from data.demo.places import COMMUNITY_OFFICERS, PLACES, ROOMS, STATION_CODES, UNITS
from data.demo.stories import (
    MOVED_FROM_STATION,
    MOVED_ON,
    MOVED_VILLAGE,
    SCANTY_VILLAGE,
    STORY_VILLAGES,
    station_index,
    village_index,
)

SCANTY_HOUSEHOLDS = 38
RETIREMENTS, EXCHANGES = 10, 6


@dataclass(frozen=True)
class Posts:
    """Every post and who holds it: first the villages' (auxiliaries), then the rooms' (community).

    A post changes hands at most once: before `changed_on` it is the `earlier` officer's.
    """

    officer_codes: tuple[str, ...]
    room: Whole
    current: Whole
    earlier: Whole
    changed_on: Times

    def holder(self, post: Whole, days: Times) -> Whole:
        """The officer of each post on each day, as an index into officer_codes."""
        is_earlier = days.astype("M8[D]") < self.changed_on[post]
        return np.where(is_earlier, self.earlier[post], self.current[post])


@dataclass(frozen=True)
class City:
    """station, room: of each village today; room_station: of each room."""

    scale: int
    station: Whole
    room: Whole
    room_station: Whole
    is_community: Mask
    number: Whole
    households: Whole
    population: Whole
    longitude: Real
    latitude: Real
    posts: Posts

    @property
    def village_codes(self) -> tuple[str, ...]:
        return tuple(f"V{number:03d}" for number in range(1, len(self.station) + 1))

    @property
    def room_codes(self) -> tuple[str, ...]:
        return tuple(f"R{number:03d}" for number in range(1, len(self.room_station) + 1))

    @property
    def moved_village(self) -> int:
        return village_index(MOVED_VILLAGE)

    @property
    def moved_from_room(self) -> int:
        """The room of the moved village before it moved: the first room of its old station."""
        return int(np.argmax(self.room_station == station_index(MOVED_FROM_STATION)))

    def station_on(self, village: Whole, days: Times) -> Whole:
        """The station of each village on each day."""
        is_before = (village == self.moved_village) & (days < np.datetime64(MOVED_ON))
        return np.where(is_before, station_index(MOVED_FROM_STATION), self.station[village])


def build_city(seed: int, scale: int) -> City:
    rng = stream(seed, "city")
    station = np.repeat(np.arange(len(PLACES)), [place.units for place in PLACES])
    number = np.concatenate([_within_kind(place) for place in PLACES])
    is_community = np.concatenate([np.arange(place.units) >= place.villages for place in PLACES])
    room = _split_into_rooms()
    room_station = np.repeat(np.arange(len(PLACES)), [place.rooms for place in PLACES])
    copy = np.repeat(np.arange(scale), UNITS)
    all_kinds = np.tile(is_community, scale)
    households = _households(rng, all_kinds, scale)
    per_household = places.PEOPLE_PER_HOUSEHOLD * rng.normal(1, 0.05, len(households))
    rooms = np.tile(room, scale) + ROOMS * copy
    longitude, latitude = _positions(rng, np.tile(station, scale), rooms)
    kind_size = [
        (place.communities if is_comm else place.villages)
        for place, is_comm in zip(np.array(PLACES, object)[station], is_community, strict=True)
    ]
    return City(
        scale=scale,
        station=np.tile(station, scale),
        room=rooms,
        room_station=np.tile(room_station, scale),
        is_community=all_kinds,
        number=np.tile(number, scale) + copy * np.tile(np.array(kind_size), scale),
        households=households,
        population=np.rint(households * per_household).astype(np.int64),
        longitude=longitude,
        latitude=latitude,
        posts=_posts(rng, np.tile(station, scale), scale),
    )


def _within_kind(place: places.Township) -> Whole:
    """The number in the name: villages 1 … n, then communities 1 … m."""
    return np.concatenate([np.arange(1, place.villages + 1), np.arange(1, place.communities + 1)])


def _split_into_rooms() -> Whole:
    """Neighbouring units of a station share a room; returns the room of each of the 219."""
    rooms, first = [], 0
    for place in PLACES:
        rooms.append(first + np.arange(place.units) * place.rooms // place.units)
        first += place.rooms
    return np.concatenate(rooms)


def _households(rng: np.random.Generator, is_community: Mask, scale: int) -> Whole:
    village = np.clip(rng.normal(440, 95, len(is_community)), 170, 720)
    community = np.clip(rng.normal(820, 150, len(is_community)), 480, 1300)
    size = np.where(is_community, community, village)
    scanty = village_index(SCANTY_VILLAGE)
    size[scanty] = 0
    size *= (places.HOUSEHOLDS * scale - SCANTY_HOUSEHOLDS) / size.sum()
    size[scanty] = SCANTY_HOUSEHOLDS
    return np.rint(size).astype(np.int64)


def _positions(rng: np.random.Generator, station: Whole, room: Whole) -> tuple[Real, Real]:
    """Villages lie around their room, rooms around their station."""
    angle = room * 2.4
    east = np.array([place.longitude for place in PLACES])[station]
    north = np.array([place.latitude for place in PLACES])[station]
    spread = rng.normal(0, 0.007, (2, len(room)))
    longitude = east + 0.02 * np.cos(angle) + spread[0]
    latitude = north + 0.016 * np.sin(angle) + spread[1]
    return np.round(longitude, 5), np.round(latitude, 5)


def _posts(rng: np.random.Generator, station: Whole, scale: int) -> Posts:
    """Retired officers are numbered behind the serving ones, so that 辅警-0001 serves V001."""
    villages, community = len(station), COMMUNITY_OFFICERS * scale
    retired = RETIREMENTS * scale
    auxiliary_codes = tuple(f"辅警-{n:04d}" for n in range(1, villages + retired + 1))
    community_codes = tuple(f"民警-{n:04d}" for n in range(1, community + 1))
    serving = np.concatenate([np.arange(villages), villages + retired + np.arange(community)])
    earlier, changed_on = serving.copy(), np.full(len(serving), np.datetime64("NaT"), "M8[D]")
    posts = rng.permutation(_free_pairs(station))[: (RETIREMENTS + EXCHANGES) * scale]
    months = rng.integers(8, 40, len(posts)) + 46 * 12
    days = months.astype("M8[M]").astype("M8[D]")
    leaving, exchanging = posts[:retired], posts[retired:]
    earlier[leaving] = villages + np.arange(len(leaving))
    earlier[exchanging], earlier[exchanging + 1] = serving[exchanging + 1], serving[exchanging]
    changed_on[posts], changed_on[exchanging + 1] = days, days[retired:]
    _exchange_community_officers(villages, serving, earlier, changed_on)
    room = np.concatenate([np.full(villages, -1), _community_rooms(scale)])
    return Posts(auxiliary_codes + community_codes, room, serving, earlier, changed_on)


def _free_pairs(station: Whole) -> Whole:
    """Even villages whose neighbour has the same station, with no planted story on either."""
    even = np.arange(0, len(station) - 1, 2)
    taken = {village_index(code) for code in STORY_VILLAGES}
    is_free = [int(v) not in taken and int(v) + 1 not in taken for v in even]
    pairs: Whole = even[(station[even] == station[even + 1]) & np.array(is_free)]
    return pairs


def _exchange_community_officers(
    villages: int, serving: Whole, earlier: Whole, changed_on: Times
) -> None:
    """The officers of the first two rooms of 枣林 changed places on 1 April 2018."""
    first = villages + int(np.argmax(_community_rooms(1) == _first_room(STATION_CODES[10])))
    earlier[[first, first + 1]] = serving[[first + 1, first]]
    changed_on[[first, first + 1]] = np.datetime64("2018-04-01")


def _first_room(station: str) -> int:
    return sum(place.rooms for place in PLACES[: station_index(station)])


def _community_rooms(scale: int) -> Whole:
    """One officer a room, and a second one in the three busiest rooms of the town."""
    second = _first_room("S02") + np.arange(COMMUNITY_OFFICERS - ROOMS)
    rooms = np.sort(np.concatenate([np.arange(ROOMS), second]))
    return np.concatenate([rooms + ROOMS * copy for copy in range(scale)])
