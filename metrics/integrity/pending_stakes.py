"""What is at stake with 待核 versions: the score of each station with them and without."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from data.decisions.pending_versions import PendingVersion, let_in, pending_versions
from data.rights import Actor
from metrics.calendar.period import Period
from metrics.cells.count import Counted
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
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


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
        village = villages.get(version.village or "")
        station = village.station if village else version.station or ""
        if actor.unit in ("", station):
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


def _scores(
    counted: Counted, period: Period, actor: Actor
) -> dict[str, tuple[str, Fraction | None]]:
    lines = assess(counted, "station", period, actor, is_simulated=False)
    return {line.unit: (line.name, line.score) for line in lines}


def _largest_first(changed: Iterable[Stake]) -> list[Stake]:
    return sorted(changed, key=lambda stake: (-abs(stake.change or 0), stake.unit))
