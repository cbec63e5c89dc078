"""What is at stake with 待核 versions: the score of each station with them and without."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from data.decisions.pending_versions import (
    PendingVersion,
    confirmed_versions,
    let_in,
    pending_versions,
)
from data.journal.copy import Copy
from data.rights import Actor
from metrics.calendar.period import Period
from metrics.cells.count import Counted, count
from metrics.cells.store import Store
from metrics.cells.units import units
from metrics.scoring.rank import assess


@dataclass(frozen=True)
class Stake:
    """One station: its score of the period as it stands, and if the versions were let in."""

    unit: str
    name: str
    before: Fraction | None
    after: Fraction | None

    @property
    def change(self) -> Fraction | None:
        return _difference(self.before, self.after)


@dataclass(frozen=True)
class Waiting:
    """A version that waits, with the names of the unit whose record it is; '' where unknown."""

    version: PendingVersion
    station: str = ""
    station_name: str = ""
    village_name: str = ""


def waiting_versions(counted: Counted, actor: Actor) -> tuple[Waiting, ...]:
    """All that wait, the oldest first; who speaks for a station sees that of the station."""
    day = counted.as_of
    villages = {unit.code: unit for unit in units(counted, "village", day)}
    stations = {unit.code: unit.name for unit in units(counted, "station", day)}
    listed = []
    for version in pending_versions(counted.copy):
        station = _station(counted, version)
        if actor.unit in ("", station):
            village = villages.get(version.village or "")
            name = village.name if village else ""
            listed.append(Waiting(version, station, stations.get(station, ""), name))
    return tuple(listed)


def stakes(
    store: Store, versions: Sequence[PendingVersion], period: Period, actor: Actor
) -> list[Stake]:
    """The stations whose score would change, by how much; counted in a copy of its own."""
    trial = Store(store.folder)
    before = _scores(trial.counted(), period, actor)
    let_in(trial.copy, versions)
    after = _scores(trial.counted(), period, actor)
    changed = (
        Stake(unit, name, score, after[unit][1] if unit in after else None)
        for unit, (name, score) in before.items()
    )
    return _largest_first(stake for stake in changed if stake.before != stake.after)


@dataclass(frozen=True)
class Effect:
    """A station whose later versions were let in: how many, and what they did to its score."""

    unit: str
    name: str
    count: int
    change: Fraction | None


def effects(store: Store, counted: Counted, period: Period, actor: Actor) -> list[Effect]:
    """期后作废、改期 of the period: the failures that confirmed versions took out of it.

    counted   the records that the period is answered from
    """
    dated = (v for v in confirmed_versions(counted.copy) if v.due_on <= period.ends_on)
    versions = [v for v in dated if v.due_on >= period.starts_on]
    if not versions:
        return []
    copy = Copy(store.journal)
    copy.catch_up(until=counted.position)
    as_of = counted.catalogue, counted.schemes, counted.as_of
    after = _scores(count(copy, *as_of), period, actor)
    let_in(copy, [replace(version, after=version.before) for version in versions])
    before = _scores(count(copy, *as_of), period, actor)
    numbers = Counter(_station(counted, version) for version in versions)
    return [
        Effect(unit, name, numbers[unit], _difference(before[unit][1], score))
        for unit, (name, score) in after.items()
        if numbers[unit]
    ]


def _difference(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    return None if before is None or after is None else after - before


def _station(counted: Counted, version: PendingVersion) -> str:
    """The station whose record it was; '' where unknown."""
    villages = {unit.code: unit for unit in units(counted, "village", counted.as_of)}
    village = villages.get(version.village or "")
    return village.station if village else version.station or ""


def _scores(
    counted: Counted, period: Period, actor: Actor
) -> dict[str, tuple[str, Fraction | None]]:
    lines = assess(counted, "station", period, actor, is_simulated=False)
    return {line.unit: (line.name, line.score) for line in lines}


def _largest_first(changed: Iterable[Stake]) -> list[Stake]:
    return sorted(changed, key=lambda stake: (-abs(stake.change or 0), stake.unit))
