"""What the registers say of a unit on the last day of a period."""

from collections.abc import Iterator, Mapping

from metrics.cells.units import Unit, registers_on
from metrics.documents.material import Material
from metrics.figures import words

HELD = ("work-stations", "wechat-groups", "patrol-teams", "phones")
KINDS = {"village": "村", "community": "社区"}
ROLES = {
    "auxiliary": "驻村辅警",
    "community": "社区民警",
    "patrol": "巡防队员",
    "other": "其他",
}


def facts_of(
    material: Material, unit: Unit, stations: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    if unit.level != "station":
        yield "所属派出所", stations.get(unit.station, unit.station or words.NONE)
    yield "考核分组", unit.group or words.NONE
    if unit.level == "officer":
        yield "岗位", ROLES.get(unit.kind, unit.kind)
        yield "包村（格）", _posts(material, unit)
        return
    yield from _places(material, unit)
    if unit.level in ("village", "room"):
        yield "包村民（辅）警", _officers(material, unit)
    if unit.level in ("village", "station"):
        yield from _held(material, unit)


def _villages(material: Material) -> list[tuple[str, ...]]:
    """code, name, kind, households, population, room, room's name, station."""
    return material.rows(
        "villages",
        "SELECT v.code, v.name, v.kind, v.households, v.population, v.room, r.name, v.station"
        " FROM village_on v LEFT JOIN room_on r ON r.code = v.room WHERE v.is_valid ORDER BY 1",
        registers_on(material.counted, material.period.ends_on),
    )


def _places(material: Material, unit: Unit) -> Iterator[tuple[str, str]]:
    at = {"village": 0, "room": 5, "station": 7}[unit.level]
    own = [row for row in _villages(material) if row[at] == unit.code]
    if unit.level == "village" and own:
        yield "类别", KINDS.get(own[0][2], own[0][2])
        yield "警务室", own[0][6] or words.NONE
    else:
        yield "村（社区）", f"{len(own)} 个"
    yield "登记户数", _total([row[3] for row in own], "户")
    yield "登记人口", _total([row[4] for row in own], "人")


def _total(values: list[str], unit: str) -> str:
    numbers = [int(value) for value in values if value]
    return f"{words.plain(sum(numbers))} {unit}" if numbers else words.NONE


def _assigned(material: Material) -> list[tuple[str, ...]]:
    """officer, village, village's name, room."""
    return material.rows(
        "assigned",
        "SELECT p.officer, p.village, v.name, p.room FROM post p LEFT JOIN village_on v"
        f" ON v.code = p.village WHERE DATE '{material.period.ends_on}'"
        " BETWEEN p.valid_from AND p.valid_to ORDER BY 1, 2",
        registers_on(material.counted, material.period.ends_on),
    )


def _posts(material: Material, unit: Unit) -> str:
    own = [row for row in _assigned(material) if row[0] == unit.code]
    named = [row[2] or row[1] for row in own if row[1]]
    rooms = [row[3] for row in own if row[3] and not row[1]]
    return "、".join([*named, *(f"警务室 {room}" for room in rooms)]) or words.NONE


def _officers(material: Material, unit: Unit) -> str:
    """Work numbers, for those who may see them."""
    if not material.results.actor.may("see-officers"):
        return "按权限不显示"
    at = 1 if unit.level == "village" else 3
    return "、".join(row[0] for row in _assigned(material) if row[at] == unit.code) or words.NONE


def _held(material: Material, unit: Unit) -> Iterator[tuple[str, str]]:
    """Work stations, groups, teams, phones: the figures of the catalogue."""
    ids = tuple(name for name in HELD if name in material.catalogue.indicators)
    by_indicator = material.figures_by_unit(ids, unit.level)
    for name in ids:
        indicator, figure = material.catalogue[name], by_indicator[name].get(unit.code)
        if figure is not None and figure.exact is not None:
            yield indicator.title, f"{words.plain(figure.exact)} {indicator.unit}".rstrip()
