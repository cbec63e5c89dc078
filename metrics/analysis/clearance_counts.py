"""Cases by station and kind over spans: what the page 破案 adds up in every direction.

The counts are those of the catalogue's indicators, so that the page, the page 指标 and the command
line cannot differ; every figure is a sum over some stations and kinds.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calendar.period import Period, last_year, months_back
from metrics.cells.count import Counted
from metrics.cells.passes import UNUSABLE
from metrics.cells.spans import MATURING, Span
from metrics.cells.sums import Kinds, sums_by_kind
from metrics.cells.units import UNKNOWN, UNKNOWN_NAME, Unit, units
from metrics.figures.measure import LAST_YEAR, NOTHING, THIS, Amount
from metrics.figures.record_words import kinds_of
from metrics.indicators.catalogue import Catalogue

Counts = NDArray[np.int64]

OF_PROPERTY = "clearance-theft-robbery-fraud"  # the same rate of 盗抢骗, an indicator of its own
IN_PERIOD, BACKLOG = "clearance-period", "clearance-backlog"
WITHDRAWN, REPORTS = "withdrawn", "reports-filed"
WITHIN = {days: f"clearance-cohort-{days}" for days in (30, 60, 90)}
RATES = (IN_PERIOD, *WITHIN.values())
INDICATORS = (*RATES, BACKLOG, WITHDRAWN, REPORTS)

ALL, PROPERTY, UNNAMED = "all", "property", ""
PROPERTY_KINDS = ("theft", "robbery", "fraud")  # 盗抢骗, as in metrics/views/filed_case.sql
UNNAMED_KIND = "未填类别"
MONTHS = 12


@dataclass(frozen=True)
class Choice:
    """What the page looks at. station: a code or ALL; kind: a code, PROPERTY or ALL."""

    station: str = ALL
    kind: str = PROPERTY


def catalogued(indicator: str, kind: str) -> tuple[str, Kinds]:
    """The indicator and the kinds of it by which 同比环比 judges the same counts."""
    if kind == PROPERTY:
        return (OF_PROPERTY, None) if indicator == IN_PERIOD else (indicator, PROPERTY_KINDS)
    return indicator, None if kind == ALL else kind


@dataclass(frozen=True)
class CaseCounts:
    """Counts by station (rows, 未知 last) and kind (columns, 未填类别 last).

    tables   (label of a span, `ID.part`) -> counts; what is absent is 0
    known    labels of the spans that do not lie before the first record
    absent   indicator id -> why it is 不适用
    """

    period: Period
    stations: tuple[Unit, ...]
    kinds: Mapping[str, str]
    months: tuple[Period, ...]
    tables: Mapping[tuple[str, str], Counts]
    recorded: frozenset[str]
    absent: Mapping[str, str]
    catalogue: Catalogue

    def table(self, indicator: str, part: str, label: str = THIS) -> Counts:
        shape = len(self.stations), len(self.kinds)
        return self.tables.get((label, f"{indicator}.{part}"), np.zeros(shape, np.int64))

    def columns(self, kind: str) -> list[int]:
        """The columns of a kind, of 盗抢骗 or of all."""
        wanted = PROPERTY_KINDS if kind == PROPERTY else (kind,)
        return [i for i, code in enumerate(self.kinds) if kind == ALL or code in wanted]

    def rows(self, station: str) -> list[int]:
        return [i for i, unit in enumerate(self.stations) if station in (ALL, unit.code)]

    def chosen(self, indicator: str, part: str, choice: Choice, label: str = THIS) -> Counts:
        """The counts of the stations and kinds that are looked at."""
        rows, columns = self.rows(choice.station), self.columns(choice.kind)
        return self.table(indicator, part, label)[np.ix_(rows, columns)]

    def amount(self, indicator: str, choice: Choice, label: str = THIS) -> Amount:
        """Numerator, denominator and the rows that are too young; nothing where 不适用."""
        if indicator in self.absent or label not in self.recorded:
            return NOTHING
        numerator, denominator, maturing = (
            int(self.chosen(indicator, part, choice, label).sum())
            for part in ("numerator", "denominator", MATURING)
        )
        declared = self.catalogue[indicator]
        base = None if declared.kind == "count" else denominator
        return Amount(numerator, base, maturing if declared.matures_after else None)

    def unusable(self, choice: Choice) -> int:
        """Filed cases from sources without a clearing date, which no rate can count."""
        return int(self.chosen(IN_PERIOD, UNUSABLE, choice).sum())


def case_counts(counted: Counted, period: Period) -> CaseCounts:
    """This period, the same of last year, and the twelve months that end with the period."""
    months = months_back(period, MONTHS)
    compared = [(THIS, period), (LAST_YEAR, last_year(period)), *((m.text, m) for m in months)]
    spans = [Span(label, p.starts_on, p.ends_on) for label, p in compared]
    kinds = {  # those of which nothing was filed may still have been reported
        kind: word
        for name in (WITHDRAWN, REPORTS, IN_PERIOD)
        for kind, word in kinds_of(counted, counted.catalogue[name]).items()
    }
    indicators = [counted.catalogue[name] for name in INDICATORS]
    sums = sums_by_kind(counted, "station", period.ends_on, indicators, spans)
    stations = _stations(counted, period, sums.values())
    tables = _tables(sums, [unit.code for unit in stations], list(kinds))
    has_unnamed = any(table[:, -1].any() for table in tables.values())
    if not has_unnamed:
        tables = {key: table[:, :-1] for key, table in tables.items()}
    return CaseCounts(
        period,
        stations,
        {**kinds, **({UNNAMED: UNNAMED_KIND} if has_unnamed else {})},
        tuple(months),
        tables,
        frozenset(span.label for span in spans if span.ends_on >= counted.first_on),
        {name: why for name, why in counted.absent.items() if name in INDICATORS},
        counted.catalogue,
    )


KindSums = Mapping[tuple[str, str, str], int]


def _stations(counted: Counted, period: Period, sums: Collection[KindSums]) -> tuple[Unit, ...]:
    """The stations of the period's last day, then those that are gone, then 未知 if it counts."""
    listed = units(counted, "station", period.ends_on)
    codes = {code for each in sums for code, _, _ in each}
    gone = sorted(codes - {unit.code for unit in listed} - {UNKNOWN})
    more = [Unit(code, f"{code}（已撤并）", "station") for code in gone]
    unknown = [Unit(UNKNOWN, UNKNOWN_NAME, "station")] if UNKNOWN in codes else []
    return (*listed, *more, *unknown)


def _tables(
    sums: Mapping[str, KindSums], stations: Sequence[str], kinds: Sequence[str]
) -> dict[tuple[str, str], Counts]:
    """One column for each kind; what is of no kind comes last."""
    row = {code: i for i, code in enumerate(stations)}
    column = {kind: i for i, kind in enumerate(kinds)}
    shape = len(stations), len(kinds) + 1
    tables: dict[tuple[str, str], Counts] = defaultdict(lambda: np.zeros(shape, np.int64))
    for kind, each in sums.items():
        for (unit, label, measure), n in each.items():
            tables[label, measure][row[unit], column.get(kind, len(kinds))] += n
    return dict(tables)
