"""Filed cases one by one: how long each has waited, and what became of the cohort of a month."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.journal.copy import fetch_arrow
from metrics.analysis.clearance_counts import (
    ALL,
    IN_PERIOD,
    PROPERTY,
    PROPERTY_KINDS,
    UNNAMED,
    Choice,
)
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.units import belonging, registers_on
from metrics.indicators.absence import unfit_shapes
from metrics.statistics.survival import Times

OF = "filed_case"
RIPE = 90  # days after which a cohort is judged

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cases:
    """Filed cases, without withdrawn ones; one element each.

    cleared_on   NaT where not cleared, or cleared without a date (`is_undated`)
    """

    station: Texts
    kind: Texts
    filed_on: Days
    cleared_on: Days
    is_undated: Flags
    as_of: date

    def of(self, choice: Choice) -> "Cases":
        kinds = PROPERTY_KINDS if choice.kind == PROPERTY else (choice.kind,)
        is_chosen = np.ones(len(self.filed_on), np.bool_)
        if choice.station != ALL:
            is_chosen &= self.station == choice.station
        if choice.kind != ALL:
            is_chosen &= np.isin(self.kind.astype(str), kinds)
        return self._only(is_chosen)

    def filed_in(self, period: Period) -> "Cases":
        first, last = np.datetime64(period.starts_on), np.datetime64(period.ends_on)
        return self._only((self.filed_on >= first) & (self.filed_on <= last))

    def _only(self, is_chosen: Flags) -> "Cases":
        return replace(
            self,
            station=self.station[is_chosen],
            kind=self.kind[is_chosen],
            filed_on=self.filed_on[is_chosen],
            cleared_on=self.cleared_on[is_chosen],
            is_undated=self.is_undated[is_chosen],
        )

    @property
    def ages(self) -> NDArray[np.int64]:
        """Days since filing, on the as-of day."""
        return (np.datetime64(self.as_of) - self.filed_on).astype(np.int64)

    @property
    def times(self) -> Times:
        """Days to clearance; cases cleared without a date are left out."""
        is_cleared = ~np.isnat(self.cleared_on)
        ends = np.where(is_cleared, self.cleared_on, np.datetime64(self.as_of))
        waited = (ends - self.filed_on).astype(np.float64)
        return Times(waited[~self.is_undated], is_cleared[~self.is_undated])


def filed_cases(counted: Counted, period: Period, since: date) -> Cases:
    """The cases filed from `since` to the period's end, at the stations of its last day."""
    indicator = counted.catalogue[IN_PERIOD]
    columns = counted.catalogue.views.columns(OF)
    unit = unit_of(OF, columns)
    unfit = unfit_shapes(counted.copy, counted.catalogue, indicator, OF)
    usable = f" AND _shape NOT IN ({', '.join(map(str, sorted(unfit)))})" if unfit else ""
    rows = fetch_arrow(
        counted.cursor(),
        f"{registers_on(counted, period.ends_on, OF)},\n"
        f"found AS (SELECT *, {unit} AS unit FROM {OF}"
        f" WHERE filed_on BETWEEN DATE '{since}' AND DATE '{period.ends_on}'{usable})\n"
        f"SELECT coalesce(b.parent, '') AS station, coalesce(f.kind, '{UNNAMED}') AS kind,"
        " f.filed_on, f.cleared_on, f.is_cleared AND f.cleared_on IS NULL AS is_undated"
        f" FROM found f LEFT JOIN ({belonging('station')}) b ON b.unit = f.unit ORDER BY f.id",
    )
    texts = (np.array(rows[name].to_pylist(), object) for name in ("station", "kind"))
    days = (rows[name].to_numpy().astype("M8[D]") for name in ("filed_on", "cleared_on"))
    undated = np.array(rows["is_undated"].to_pylist(), np.bool_)
    station, kind = texts
    filed_on, cleared_on = days
    return Cases(station, kind, filed_on, cleared_on, undated, counted.as_of)


@dataclass(frozen=True)
class Cohort:
    """What became of the cases filed in a month; the parts add up to `filed`.

    cleared    within 30, 31 to 60, 61 to 90 days, later, and without a date
    open_ripe  not cleared, at least 90 days old;  open_young: not cleared, younger
    young      younger than 90 days, cleared or not: left out of the 90-day rate
    """

    period: Period
    filed: int
    cleared: tuple[int, int, int, int, int]
    open_ripe: int
    open_young: int
    young: int


def cohorts(cases: Cases, months: Sequence[Period]) -> list[Cohort]:
    return [_cohort(cases.filed_in(month), month) for month in months]


def _cohort(cases: Cases, month: Period) -> Cohort:
    is_dated = ~np.isnat(cases.cleared_on)
    is_open = ~is_dated & ~cases.is_undated
    days = (cases.cleared_on - cases.filed_on)[is_dated].astype(np.int64)
    by_time = np.bincount(np.digitize(days, (30, 60, 90), right=True), minlength=4)
    within_30, within_60, within_90, later = by_time.tolist()
    is_young = cases.ages < RIPE
    return Cohort(
        month,
        len(cases.filed_on),
        (within_30, within_60, within_90, later, int(cases.is_undated.sum())),
        int((is_open & ~is_young).sum()),
        int((is_open & is_young).sum()),
        int(is_young.sum()),
    )
