"""The registers of the demo city: what stands at 2019-08-19, and what stood before."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data.demo import places
from data.demo.arrays import Whole
from data.demo.city import City
from data.demo.days import FIRST_DAY, stream
from data.demo.frame import as_register, numbered, words
from data.demo.places import PLACES, STATION_CODES, numeral
from data.demo.stories import (
    FORMER_NAME,
    MOVED_FROM_STATION,
    MOVED_ON,
    RENAMED_ON,
    RENAMED_VILLAGE,
    village_index,
)

ONE_DAY = timedelta(days=1)
OPENING = date(2016, 1, 1)


def register_tables(city: City, seed: int) -> dict[str, pa.Table]:
    rng = stream(seed, "registers")
    return {
        "bureau": _bureau(),
        "station": _stations(),
        "police_room": _rooms(city),
        "village": _villages(city),
        "officer": _officers(city),
        "assignment": _assignments(city),
        "work_station": _work_stations(city, rng),
        "mediator": _one_per_village(city, "mediator", "TJ-"),
        "security_director": _one_per_village(city, "security_director", "ZB-"),
        "patrol_team": _patrol_teams(city, rng),
        "wechat_group": _wechat_groups(city, rng),
        "equipment": _equipment(city, rng),
    }


def _bureau() -> pa.Table:
    named = {"code": ["410481"], "name": ["舞钢市公安局"]}
    simulated = {"is_simulated": np.array([True]), "observed_until": [date(2019, 8, 19)]}
    return as_register("bureau", {**named, **simulated})


def _stations() -> pa.Table:
    names = [f"{place.name}派出所" for place in PLACES]
    groups = [place.unit_group for place in PLACES]
    return as_register("station", {"code": STATION_CODES, "name": names, "unit_group": groups})


def _rooms(city: City) -> pa.Table:
    seen: dict[int, int] = {}
    names = []
    for station in city.room_station.tolist():
        seen[station] = seen.get(station, 0) + 1
        names.append(f"{PLACES[station].name}第{numeral(seen[station])}警务室")
    stations = words(STATION_CODES, city.room_station)
    return as_register("police_room", {"code": city.room_codes, "name": names, "station": stations})


def village_names(city: City) -> list[str]:
    each = zip(city.station, city.number, city.is_community, strict=True)
    return [
        f"{PLACES[station].name}{numeral(int(number))}{'社区' if is_community else '村'}"
        for station, number, is_community in each
    ]


def _villages(city: City) -> pa.Table:
    """Today's villages, then the two history rows: the village that moved, the one renamed."""
    renamed, moved = village_index(RENAMED_VILLAGE), city.moved_village
    today = len(city.station)
    row = np.concatenate([np.arange(today), [renamed, moved]])
    names, codes = np.array(village_names(city))[row], np.array(city.village_codes)[row]
    names[today] = FORMER_NAME
    room, station = city.room[row], np.array(STATION_CODES)[city.station[row]]
    room[today + 1], station[today + 1] = city.moved_from_room, MOVED_FROM_STATION
    valid_from = [OPENING] * len(row)
    valid_from[renamed], valid_from[moved] = RENAMED_ON, MOVED_ON
    ended = [RENAMED_ON - ONE_DAY, MOVED_ON - ONE_DAY]
    return as_register(
        "village",
        {
            "code": codes.tolist(),
            "name": names.tolist(),
            "kind": words(("village", "community"), city.is_community[row].astype(np.int64)),
            "households": city.households[row],
            "population": city.population[row],
            "longitude": city.longitude[row],
            "latitude": city.latitude[row],
            "room": words(city.room_codes, room),
            "station": station.tolist(),
            "valid_from": valid_from,
            "valid_to": [*[None] * today, *ended],
        },
    )


def _officers(city: City) -> pa.Table:
    """A retired officer ends on the day before the change; the successor begins with it."""
    posts = city.posts
    villages, count = len(city.station), len(posts.officer_codes)
    station = np.zeros(count, np.int64)
    station[posts.current] = np.concatenate(
        [city.station, city.room_station[posts.room[villages:]]]
    )
    valid_from = np.full(count, FIRST_DAY)
    valid_to = np.full(count, np.datetime64("NaT"), "M8[D]")
    is_retired = ~np.isin(posts.earlier, posts.current)
    left, came = posts.earlier[is_retired], posts.current[is_retired]
    station[left] = city.station[is_retired[:villages]]
    valid_from[came] = posts.changed_on[is_retired]
    valid_to[left] = posts.changed_on[is_retired] - 1
    is_community = np.array([code.startswith("民警") for code in posts.officer_codes])
    columns = {
        "code": posts.officer_codes,
        "role": words(("auxiliary", "community"), is_community.astype(np.int64)),
        "station": words(STATION_CODES, station),
        "valid_from": pa.array(valid_from),
        "valid_to": pa.array(valid_to),
    }
    return as_register("officer", columns)


def _assignments(city: City) -> pa.Table:
    """Who holds each post now, then who held it before the change."""
    posts = city.posts
    changed = np.flatnonzero(~np.isnat(posts.changed_on))
    post = np.concatenate([np.arange(len(posts.current)), changed])
    officer = np.concatenate([posts.current, posts.earlier[changed]])
    starts = np.where(np.isnat(posts.changed_on), FIRST_DAY, posts.changed_on)
    valid_from = np.concatenate([starts, np.full(len(changed), FIRST_DAY)])
    open_end = np.full(len(posts.current), np.datetime64("NaT"), "M8[D]")
    is_village = post < len(city.station)
    columns = {
        "officer": words(posts.officer_codes, officer),
        "village": words(city.village_codes, np.where(is_village, post, 0), is_village),
        "room": words(city.room_codes, np.where(is_village, 0, posts.room[post]), ~is_village),
        "valid_from": pa.array(valid_from),
        "valid_to": pa.array(np.concatenate([open_end, posts.changed_on[changed] - 1])),
    }
    return as_register("assignment", columns)


def _opened(rng: np.random.Generator, count: int, first: str, last: str) -> pa.Array:
    """First days of months between two months: the stock grew over the years."""
    lower = np.datetime64(first, "M").astype(np.int64)
    upper = np.datetime64(last, "M").astype(np.int64)
    months = rng.integers(int(lower), int(upper) + 1, count)
    return pa.array(months.astype("M8[M]").astype("M8[D]"))


def _codes(prefix: str, count: int) -> pa.Array:
    return numbered(prefix, np.arange(1, count + 1), 3)


def _at_villages_then_stations(
    city: City, villages: Whole, stations: tuple[str, ...]
) -> dict[str, pa.Array]:
    """The village and station columns of things that stand in villages, then at stations."""
    index = np.concatenate([villages, np.zeros(len(stations), np.int64)])
    in_village = np.arange(len(index)) < len(villages)
    station: list[str | None] = [*[None] * len(villages), *stations]
    return {"village": words(city.village_codes, index, in_village), "station": pa.array(station)}


def _work_stations(city: City, rng: np.random.Generator) -> pa.Table:
    others = (
        places.ENTERPRISE_STATION,
        *places.COMMERCIAL_STATIONS,
        *places.SCENIC_STATIONS,
    ) * city.scale
    kinds = ("enterprise", "commercial", "commercial", "scenic", "scenic") * city.scale
    villages = len(city.station)
    columns = {
        "code": _codes("GZ-", villages + len(others)),
        "kind": [*["village"] * villages, *kinds],
        **_at_villages_then_stations(city, np.arange(villages), others),
        "valid_from": _opened(rng, villages + len(others), "2016-01", "2017-06"),
    }
    return as_register("work_station", columns)


def _one_per_village(city: City, name: str, prefix: str) -> pa.Table:
    codes = _codes(prefix, len(city.station))
    return as_register(name, {"code": codes, "village": city.village_codes})


def _patrol_teams(city: City, rng: np.random.Generator) -> pa.Table:
    """One team a village and one for the scenic area; larger villages have more members."""
    villages = len(city.station)
    teams = villages + city.scale
    weight = np.append(city.households, np.full(city.scale, 900)).astype(np.float64)
    more = rng.multinomial(places.PATROL_MEMBERS * city.scale - teams, weight / weight.sum())
    scenic = places.SCENIC_STATIONS[:1] * city.scale
    place = _at_villages_then_stations(city, np.arange(villages), scenic)
    return as_register("patrol_team", {"code": team_codes(city), **place, "members": 1 + more})


def team_codes(city: City) -> pa.Array:
    """Teams in the order of the villages, the scenic ones last."""
    return _codes("XL-", len(city.station) + city.scale)


def _wechat_groups(city: City, rng: np.random.Generator) -> pa.Table:
    """Every village has a group, the largest ones a second."""
    villages = len(city.station)
    second = np.argsort(-city.households, kind="stable")
    second = np.sort(second[: places.WECHAT_GROUPS * city.scale - villages])
    columns = {
        "code": _codes("WX-", places.WECHAT_GROUPS * city.scale),
        **_at_villages_then_stations(city, np.concatenate([np.arange(villages), second]), ()),
        "valid_from": _opened(rng, places.WECHAT_GROUPS * city.scale, "2016-01", "2019-07"),
    }
    return as_register("wechat_group", columns)


def _equipment(city: City, rng: np.random.Generator) -> pa.Table:
    """Two phones a village, the rest at the stations."""
    villages, stations = len(city.station), len(PLACES)
    rest = places.PHONES * city.scale - 2 * villages
    at_stations = rest // stations + (np.arange(stations) < rest % stations)
    columns = {
        "code": _codes("SJ-", villages + stations),
        "kind": ["phone"] * (villages + stations),
        "quantity": np.concatenate([np.full(villages, 2), at_stations]),
        **_at_villages_then_stations(city, np.arange(villages), STATION_CODES),
        "valid_from": _opened(rng, villages + stations, "2016-01", "2018-12"),
    }
    return as_register("equipment", columns)
