"""The fourteen stations of the demo city and the shares of each (domain.md, section 1).

Which town has how many villages is public for five towns; the other figures, the positions and
all village names are invented. The sums are those of the newspaper report.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Township:
    """One 街道, 镇 or 乡 with its police station.

    case_rate    cases per head, an average village's being 1: shops, the market, works and guests
                 bring strangers and goods together
    """

    name: str
    unit_group: str
    villages: int
    communities: int
    rooms: int
    longitude: float
    latitude: float
    case_rate: float = 1.0

    @property
    def units(self) -> int:
        return self.villages + self.communities


TOWN, COUNTRY = "城区", "乡镇"

PLACES: tuple[Township, ...] = (
    Township("垭口", TOWN, 1, 5, 1, 113.524, 33.304, 1.3),
    Township("寺坡", TOWN, 2, 8, 2, 113.508, 33.291, 1.7),
    Township("朱兰", TOWN, 1, 7, 2, 113.546, 33.288, 1.6),
    Township("院岭", TOWN, 9, 4, 2, 113.497, 33.327, 1.2),
    Township("矿建", TOWN, 3, 2, 1, 113.478, 33.283, 1.2),
    Township("铁山", TOWN, 11, 1, 1, 113.573, 33.262),
    Township("红山", TOWN, 7, 1, 1, 113.556, 33.333),
    Township("尚店", COUNTRY, 27, 0, 3, 113.402, 33.281),
    Township("八台", COUNTRY, 23, 0, 3, 113.613, 33.368),
    Township("尹集", COUNTRY, 19, 0, 2, 113.604, 33.214, 1.1),
    Township("枣林", COUNTRY, 39, 0, 4, 113.662, 33.392),
    Township("庙街", COUNTRY, 12, 0, 1, 113.441, 33.238),
    Township("武功", COUNTRY, 16, 0, 2, 113.671, 33.306),
    Township("杨庄", COUNTRY, 21, 0, 2, 113.468, 33.201, 1.1),
)

STATION_CODES: tuple[str, ...] = tuple(f"S{number:02d}" for number in range(1, len(PLACES) + 1))

# Stations by the posts that they have beside the villages.
ENTERPRISE_STATION, COMMERCIAL_STATIONS, SCENIC_STATIONS = "S04", ("S02", "S03"), ("S14", "S10")

HOUSEHOLDS = 107_000
PEOPLE_PER_HOUSEHOLD = 301_000 / 107_000
COMMUNITY_OFFICERS = 30
PATROL_MEMBERS = 285
WECHAT_GROUPS = 284
PHONES = 600
UNITS = sum(place.units for place in PLACES)
ROOMS = sum(place.rooms for place in PLACES)

DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A Chinese numeral for 1 to 9999: 12 → 十二, 39 → 三十九, 105 → 一百零五."""
    written, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            written += ("零" if gap else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = bool(written)
    return written.removeprefix("一") if written.startswith("一十") else written
