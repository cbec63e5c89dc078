"""Units called by name: which code of a register a text means, if it can mean only one.

A text is never guessed: it is one registered unit by rule, or it is none and the reason says which
ones it may be. What a rule may leave away or add is in data.intake.understanding.name_forms.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import pyarrow as pa

from data.intake.understanding.name_forms import (
    STATION_ENDINGS,
    TOWN_ENDINGS,
    bureau_names,
    normal,
    stems,
    town_names,
)

MOST_LIKELY = 3  # units that a reason offers
LONGEST = 60  # signs: what is longer is no name
NOT_REGISTERED = "未在登记册中"
_ALIKE = 0.6  # of difflib's ratio: 尚店村 and 尚店一村 are 0.86
_FAR = 0.15  # so much less alike than the likeliest one, a unit is not offered
_NEAR = 0.2  # what it counts for likeness to belong to the station that is named
_BRACKETS = re.compile(r"^(.*?)[(\[【〔]([^()\[\]【】〔〕]+)[)\]】〕](.*)$")
_CODE = r"[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?"
_CODE_AND_NAME = re.compile(rf"^({_CODE})[\s:/_-]*([^0-9A-Za-z].*)$")
_NAME_AND_CODE = re.compile(rf"^(.*[^0-9A-Za-z_-])({_CODE})$")

Stations = frozenset[str] | None  # none: no station is named


@dataclass(frozen=True)
class Unit:
    """A registered unit: its latest name and station, and all that it has and had."""

    code: str
    name: str
    station: str | None
    names: frozenset[str]
    kinds: frozenset[str]
    stations: frozenset[str]


@dataclass(frozen=True)
class Meaning:
    """What a text means. `code`: none if no rule settles it, and then `problem` is what a reason
    says behind the quoted text; `likely`: the codes that it may mean, at most MOST_LIKELY."""

    code: str | None = None
    problem: str = ""
    likely: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Forms:
    """Normal forms of names -> places of the units that have them.

    whole   names as they are registered
    names   also without the town's name with 镇, 乡, 街道 …
    stems   also without ending
    short   also without the bare name of the town: means something only beside a station
    """

    whole: dict[str, set[int]] = field(default_factory=dict)
    names: dict[str, set[int]] = field(default_factory=dict)
    stems: dict[str, set[int]] = field(default_factory=dict)
    short: dict[str, set[int]] = field(default_factory=dict)


class UnitNames:
    """The names of one register: village, station or police_room."""

    def __init__(self, register: str, registers: Mapping[str, pa.Table]) -> None:
        """registers: name -> rows (code, name, valid_from, and kind, station where there are): the
        register itself and, for what the name of a town settles, `station` and `bureau`."""
        self.register = register
        self.units = units_of(registers[register])
        self.at = {unit.code: place for place, unit in enumerate(self.units)}
        self.stations = {u.code: u for u in units_of(registers.get("station"))}
        self.bureaus = {n for u in units_of(registers.get("bureau")) for n in bureau_names(u.name)}
        self.towns: dict[str, frozenset[str]] = {}
        for station in self.stations.values():
            for town in {t for name in station.names for t in town_names(normal(name))}:
                self.towns[town] = self.towns.get(town, frozenset()) | {station.code}
        self.longest_town = max(map(len, self.towns), default=0)
        self.forms = _Forms()
        for place, unit in enumerate(self.units):
            self._enter(place, unit)

    def meaning(self, text: str, station: str | None = None, offers: bool = True) -> Meaning:
        """What a text means.

        station   the code of the one that its row names, if it does
        offers    look for units that are called alike, if no rule finds one: takes milliseconds
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain in self.at:
            return Meaning(plain)
        if len(plain) > LONGEST:
            return Meaning(None, NOT_REGISTERED)
        parts = list(self._parts(normal(self._town_first(plain))))
        places = self._named(parts, station)
        within = self._within(places, station)
        if len(within) == 1:
            return Meaning(self.units[within[0]].code)
        if within:
            return self._ambiguous(within)
        if places:
            problem = f"与本行派出所不符，登记册中为 {self._listed(places, with_station=True)}"
            return Meaning(None, problem, self._codes(places))
        return self._of_code_and_name(plain) or self._unregistered(plain, parts, station, offers)

    def fits(self, code: str, station: str | None) -> bool:
        """Whether a registered unit may stand in a row that names a station."""
        return code in self.at and bool(self._within([self.at[code]], station))

    # -- what a text may mean --------------------------------------------------------------

    def _parts(self, name: str) -> Iterator[tuple[str, Stations]]:
        """The name, whole and behind the names of bureau and town -> the stations of the town."""
        for bureau in ("", *self.bureaus):
            if name.startswith(bureau) and name != bureau:
                rest = name.removeprefix(bureau)
                yield rest, None
                yield from self._behind_town(rest, None)

    def _behind_town(self, name: str, stations: Stations) -> Iterator[tuple[str, Stations]]:
        """A second town must be of the same station: 枣林派出所枣林镇三村."""
        if self.register == "station":
            return
        for length in range(2, min(self.longest_town, len(name) - 1) + 1):
            of_town = self.towns.get(name[:length], frozenset())
            both = of_town if stations is None else of_town & stations
            if both:
                yield name[length:], both
            if both and stations is None:
                yield from self._behind_town(name[length:], both)

    def _named(self, parts: Sequence[tuple[str, Stations]], station: str | None) -> list[int]:
        """The units that are meant: a whole name comes before one behind that of a town, and that
        before shorter forms. If all belong to another station than `station`, so be it."""
        places: set[int] = set()
        for tier in (self._whole(parts[:1]), self._whole(parts), self._stem(parts, station)):
            places |= tier
            if self._within(tier, station):
                return sorted(tier)
        return sorted(places)

    def _whole(self, parts: Iterable[tuple[str, Stations]]) -> set[int]:
        return {
            place
            for part, stations in parts
            for place in self.forms.whole.get(part, ())
            if stations is None or self.units[place].stations & stations
        }

    def _stem(self, parts: Iterable[tuple[str, Stations]], station: str | None) -> set[int]:
        places: set[int] = set()
        for part, stations in parts:
            town = self.towns.get(part)
            if self.register == "station":
                places |= {self.at[code] for code in town or ()}
            elif town is None:  # 枣林 alone is the town as well as 枣林村
                beside = stations or (frozenset({station}) if station else frozenset())
                places |= set(self._of_stem(part, stations, beside))
        return places

    def _of_stem(self, part: str, stations: Stations, beside: frozenset[str]) -> Iterator[int]:
        for stem, kind in stems(part, self.register):
            for forms, within in ((self.forms.stems, stations), (self.forms.short, beside)):
                for place in forms.get(stem, ()):
                    unit = self.units[place]
                    is_its_kind = kind in unit.kinds if kind else len(stem) > 1
                    if is_its_kind and (within is None or unit.stations & within):
                        yield place

    def _within(self, places: Collection[int], station: str | None) -> list[int]:
        return [p for p in places if station is None or station in self.units[p].stations]

    def _town_first(self, plain: str) -> str:
        """李庄（枣林镇） → 枣林镇李庄"""
        taken_apart = _BRACKETS.match(plain)
        if taken_apart is None or normal(taken_apart[2]) not in self.towns:
            return plain
        return taken_apart[2] + taken_apart[1] + taken_apart[3]

    def _of_code_and_name(self, plain: str) -> Meaning | None:
        """V134 枣林三村, 枣林三村（V134）: the two must agree."""
        taken_apart = _BRACKETS.match(plain)
        spread = " ".join(filter(None, taken_apart.groups())) if taken_apart else plain
        if parts := _CODE_AND_NAME.match(spread.strip()):
            code, name = parts.groups()
        elif parts := _NAME_AND_CODE.match(spread.strip()):
            name, code = parts.groups()
        else:
            return None
        if code not in self.at:
            return None
        place = self.at[code]
        places = self._named(list(self._parts(normal(name))), None)
        if place in places:
            return Meaning(code)
        either = [place, *places]
        problem = f"编码与名称不符，登记册中有 {self._listed(either, with_station=True)}"
        return Meaning(None, problem, self._codes(either))

    # -- what is said if none is meant, or several -------------------------------------------

    def _ambiguous(self, places: Sequence[int]) -> Meaning:
        is_by_station = len({self.units[place].station for place in places}) > 1
        what = "请指明派出所" if is_by_station else "请写全称"
        listed = self._listed(places, last="或")
        return Meaning(None, f"可能是 {listed}，{what}", self._codes(places))

    def _unregistered(
        self,
        plain: str,
        parts: Sequence[tuple[str, Stations]],
        station: str | None,
        offers: bool,
    ) -> Meaning:
        if self.register != "station" and any(
            part in self.towns and stations is None for part, stations in parts
        ):
            return Meaning(None, "只是派出所或乡镇（街道）的名称")
        anywhere = frozenset(self.stations)
        short = sorted({p for part, _ in parts[:1] for p in self._of_stem(part, None, anywhere)})
        if short:
            listed = self._listed(short, last="或")
            return Meaning(None, f"可能是 {listed}，请指明派出所", self._codes(short))
        places = self._alike(plain, parts, station) if offers else []
        if not places:
            return Meaning(None, NOT_REGISTERED)
        problem = f"{NOT_REGISTERED}，相近的有 {self._listed(places)}"
        return Meaning(None, problem, self._codes(places))

    def _alike(
        self, plain: str, parts: Sequence[tuple[str, Stations]], station: str | None
    ) -> list[int]:
        """The likeliest units, those of the station that is named before others; of a code only
        that which differs in capitals: codes that look alike mean nothing by that."""
        if plain.isascii():
            return [p for p, unit in enumerate(self.units) if unit.code.lower() == plain.lower()]
        beside = {station} if station else set()
        beside |= {code for _, stations in parts for code in stations or ()}
        texts = {part for part, _ in parts}
        scores: dict[int, float] = {}
        for name, places in self.forms.names.items():
            ratio = max((_ratio(text, name) for text in texts), default=0.0)
            for place in places if ratio >= _ALIKE else ():
                more = _NEAR if self.units[place].stations & beside else 0.0
                scores[place] = max(scores.get(place, 0.0), ratio + more)
        least = max(scores.values(), default=0.0) - _FAR
        near = [place for place, score in scores.items() if score >= least]
        return sorted(near, key=lambda p: (-scores[p], self.units[p].code))[:MOST_LIKELY]

    def _codes(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.units[place].code for place in places[:MOST_LIKELY])

    def _listed(self, places: Sequence[int], last: str = "、", with_station: bool = False) -> str:
        """枣林一村（V132）、枣林二村（V133）; a name that stands there twice with its station."""
        shown = [self.units[place] for place in places[:MOST_LIKELY]]
        names = [unit.name for unit in shown]
        words = []
        for unit in shown:
            station = self.stations.get(unit.station or "")
            is_twice = station is not None and names.count(unit.name) > 1
            name = f"{station.name if station and is_twice else ''}{unit.name}"
            where = f"，{station.name}" if station and with_station and not is_twice else ""
            words.append(f"{name}（{unit.code}{where}）")
        if len(places) > len(shown):
            return f"{'、'.join(words)} 等 {len(places)} 个"
        return last.join(["、".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]

    # -- details ----------------------------------------------------------------------------

    def _enter(self, place: int, unit: Unit) -> None:
        for name in map(normal, unit.names):
            _add(self.forms.whole, name, place)
            _add(self.forms.names, name, place)
            if self.register == "station":  # what a station is called stands in `towns`
                continue
            for part, stations in self._parts(name):
                if stations is not None and not stations & unit.stations:
                    continue
                is_bare = stations is not None and not name.removesuffix(part).endswith(_EXPLICIT)
                if not is_bare:
                    _add(self.forms.names, part, place)
                for stem, _ in stems(part, self.register):
                    _add(self.forms.short if is_bare else self.forms.stems, stem, place)


def _add(forms: dict[str, set[int]], form: str, place: int) -> None:
    forms.setdefault(form, set()).add(place)


_EXPLICIT = (*TOWN_ENDINGS, *STATION_ENDINGS)


def units_of(rows: pa.Table | None) -> list[Unit]:
    """The units of a register, by code. rows: one for each period of each unit."""
    versions: dict[str, list[Mapping[str, object]]] = {}
    for row in rows.to_pylist() if rows is not None else ():
        versions.setdefault(str(row["code"]), []).append(row)
    return [_unit(code, versions[code]) for code in sorted(versions)]


def _unit(code: str, rows: Sequence[Mapping[str, object]]) -> Unit:
    in_order = sorted(rows, key=lambda row: str(row.get("valid_from") or ""))

    def values(column: str) -> list[str]:
        return [str(row[column]) for row in in_order if row.get(column)]

    names, stations = values("name"), values("station")
    kinds = {kind for name in names for _, kind in stems(normal(name), "village") if kind}
    return Unit(
        code,
        names[-1] if names else code,
        stations[-1] if stations else None,
        frozenset(names),
        frozenset({*values("kind"), *kinds}),
        frozenset(stations),
    )


def _ratio(one: str, other: str) -> float:
    if 2 * len(set(one) & set(other)) < _ALIKE * (len(set(one)) + len(set(other))):
        return 0.0
    return SequenceMatcher(None, one, other).ratio()
