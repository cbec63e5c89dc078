"""What an answer is, who asks, and how answers are kept: the ground of metrics/results.py."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from data.journal.log import Entry
from data.rights import Actor, require
from metrics.calendar.period import Period
from metrics.calendar.standing import Cut, Standing, Version, standing
from metrics.cells.count import Counted
from metrics.cells.reads import note, note_everything, read_so_far, unnoted
from metrics.cells.store import Store
from metrics.cells.units import Unit, units
from metrics.indicators.views import BASE
from metrics.result_cache import ResultCache
from metrics.wording.state import Stamp

if TYPE_CHECKING:
    from metrics.indicators.catalogue import Catalogue, Indicator
    from metrics.scheme.scheme import Level, Scheme
    from metrics.scoring.ledger import Item


T = TypeVar("T")
Key = TypeVar("Key")


class Answer(list[T]):
    """Rows with what they are: period, state, hash, data time, scheme."""

    def __init__(self, rows: Iterable[T], stamp: Stamp) -> None:
        super().__init__(rows)
        self.stamp = stamp


class AnswerBy(dict[Key, T]):
    """The same by a key: indicator, unit."""

    def __init__(self, rows: Mapping[Key, T], stamp: Stamp) -> None:
        super().__init__(rows)
        self.stamp = stamp


@dataclass(frozen=True)
class Answers:
    """What one actor may know of a store as it was counted, and what every answer says of itself.

    cache   of these counts
    """

    store: Store
    counted: Counted
    actor: Actor
    cache: ResultCache = field(default_factory=ResultCache, compare=False, repr=False)

    # -- what is asked about ------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        return self.counted.catalogue

    def bureau(self) -> tuple[str, bool]:
        """Name of the bureau, and whether the data are simulated."""
        return self._kept(lambda: self.counted.copy.bureau(), "bureau")

    def data_time(self) -> datetime | None:
        """数据时间: when the last part was acknowledged."""

        def make() -> datetime | None:
            note_everything()
            return self.store.data_time()

        return self._kept(make, "data-time")

    def scheme(self, period: Period) -> Scheme:
        """The one in force on the last day of the period."""
        from metrics.scheme.scheme import scheme_of

        return scheme_of(self.counted.schemes, period.ends_on)

    def log(self, *kinds: str, periods: Sequence[str] = ()) -> tuple[Entry, ...]:
        """What people decided, in order."""
        return self.counted.log(*kinds, periods=periods)

    def ledger(self, period: Period) -> tuple[Item, ...]:
        """The entries of the ledger that may count in a period."""
        from metrics.scoring.ledger import LEDGER, ledger, months_of

        months = months_of(period)
        return ledger(self.counted.log(*LEDGER, periods=months)) if months else ()

    def standing(self, period: Period) -> Standing:
        """Where the period stands between 暂定 and 通报; nowhere under a scheme that is tried."""
        text = period.text
        if self.store.is_trial:
            return standing((), text)
        return self._kept(lambda: standing(self.log(periods=[text]), text), "standing", text)

    def stamp(self, period: Period) -> Stamp:
        """What every answer about the period says of itself."""
        where = self.standing(period)
        as_of = where.cut.as_of if where.cut else self.counted.as_of
        return Stamp(
            period, where, as_of, self.scheme(period), *self.bureau(), read_at=self.data_time
        )

    def counts(self, period: Period) -> Counted:
        """The records that answers about the period are made from."""
        where = self.standing(period)
        if where.cut is None or self._is_as_at(where.cut, where.admitted):
            return self.counted
        from metrics.assessment.steps import counts_of

        with unnoted():  # what was cut off does not change any more
            return counts_of(self.store, where)[1]

    def _is_as_at(self, cut: Cut, admitted: Sequence[Version]) -> bool:
        """Whether nothing that is counted came in since a cut-off."""
        parts = self.store.journal.parts(cut.position)
        is_same_day = self.counted.as_of == cut.as_of and not admitted
        return is_same_day and not any(part.table in BASE for part in parts)

    def units(self, level: Level, period: Period) -> Answer[Unit]:
        self.require_sight(level)
        day = period.ends_on
        return self._rows(period, lambda: units(self.counted, level, day), "units", level, day)

    def require_sight(self, level: Level) -> None:
        """Asked on every call, also when the answer is kept; raises NotPermitted."""
        require(self.actor, "see-officers" if level == "officer" else "see-units")

    # -- keeping ------------------------------------------------------------------------------

    def _indicators(self, ids: Sequence[str]) -> list[Indicator]:
        return [self.catalogue[name] for name in ids]

    def kept(self, make: Callable[[], T], *key: Hashable) -> T:
        """What a page or a document makes of answers, made once for all who look at the same.

        It ends with what `make` reads, and with what was read before in the same run, since `make`
        may use that too. `key`: a name, and everything else that it depends on.
        """
        before = read_so_far()

        def made() -> T:
            note(before)
            return make()

        return self.cache.get(key, made)

    def _kept(self, make: Callable[[], T], *key: Hashable) -> T:
        """`make` uses nothing but what it asks for itself."""
        return self.cache.get(key, make)

    def _rows(self, period: Period, make: Callable[[], list[T]], *key: Hashable) -> Answer[T]:
        return Answer(self._kept(make, *key), self.stamp(period))

    def _by(
        self, period: Period, make: Callable[[], dict[Key, T]], *key: Hashable
    ) -> AnswerBy[Key, T]:
        return AnswerBy(self._kept(make, *key), self.stamp(period))
