"""Scores of all units over many periods at once, for trends and for trying out a scheme.

The same rules as metrics/scoring/score.py, on arrays: one query sums the cells of all units and
periods, the rest is arithmetic. Values are floats that agree with the exact scores to nine decimals
(a test holds every unit and month of the demo city against them); what a person is judged by is the
exact score.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.passes import UNUSABLE
from metrics.cells.spans import Span, Want, wants_of
from metrics.cells.sums import cell_sums, sum_cells, sums
from metrics.cells.units import Unit, belonging_changes, parents, units
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, Scheme, Scored
from metrics.scoring.few_cases import POOLED_BY, above, ladder_of
from metrics.scoring.score import span_of
from metrics.scoring.share import shares_reached, target_of
from metrics.statistics.intervals import FloatArray

PARTS = ("numerator", "denominator", UNUSABLE)
DIGITS = 9
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreGrid:
    """Scores (periods × units) under one scheme and one belonging; NaN where nothing applies.

    values      (indicators × periods × units) share of the weight reached; NaN: not applicable
    own_shares  of the same shape: the part of each figure that rests on the unit's own cases
    added       what the ledger adds to the score of each unit, 0.0 for nothing
    """

    scheme: Scheme
    units: tuple[Unit, ...]
    periods: tuple[Period, ...]
    values: FloatArray
    own_shares: FloatArray
    added: FloatArray | float = 0.0

    @cached_property
    def applicable(self) -> FloatArray:
        """适用分值 (periods × units)."""
        return np.tensordot(self._weights, self.own_shares, 1)

    @cached_property
    def scores(self) -> FloatArray:
        earned = np.tensordot(self._weights, np.nan_to_num(self.values), 1)
        full = float(self.scheme.full_points)
        scored = np.tensordot(self._weights, ~np.isnan(self.values), 1)
        raw = np.full(scored.shape, np.nan)
        np.divide(earned * full, scored, out=raw, where=scored > 0)
        return np.round(raw + self.added, DIGITS)

    @cached_property
    def ranks(self) -> IntArray:
        """Places within groups, ties share the better one; 0 where there is no rank."""
        ranks = np.zeros(self.scores.shape, np.int64)
        least = float(self.scheme.rank_from_points)
        for row, period in enumerate(self.periods):
            if self.scheme.role_of(period.kind) == "monitoring":
                continue
            is_ranked = np.round(self.applicable[row], DIGITS) >= least
            for members in self.groups:
                ranked = members[is_ranked[members]]
                ordered = np.sort(-self.scores[row, ranked])
                ranks[row, ranked] = 1 + np.searchsorted(ordered, -self.scores[row, ranked])
        return ranks

    @property
    def _weights(self) -> FloatArray:
        return np.array([float(scored.weight) for scored in self.scheme.indicators])

    @property
    def groups(self) -> list[IntArray]:
        """The units that are ranked together, as places in `units`."""
        names = np.array(["" if unit.group == unit.code else unit.group for unit in self.units])
        return [np.flatnonzero(names == name) for name in np.unique(names)]


def score_grids(
    counted: Counted, level: Level, periods: Sequence[Period], schemes: Mapping[Period, Scheme]
) -> Iterator[ScoreGrid]:
    """The scores of the periods, in groups of one scheme and one belonging of units."""
    for whole in {schemes[period].file: schemes[period] for period in periods}.values():
        scheme = whole.at(level)
        own = [period for period in periods if schemes[period].file == scheme.file]
        sums_of = _PeriodSums(counted, scheme, own)
        changes = belonging_changes(counted, level)
        numbered = enumerate(own)
        for _, together in groupby(numbered, key=lambda at: bisect_right(changes, at[1].ends_on)):
            yield _grid(counted, level, scheme, sums_of, [number for number, _ in together])


def _grid(
    counted: Counted, level: Level, scheme: Scheme, sums_of: "_PeriodSums", numbers: Sequence[int]
) -> ScoreGrid:
    """The grid of some of the periods, all of one belonging."""
    periods = [sums_of.periods[number] for number in numbers]
    listed = units(counted, level, periods[0].ends_on)
    figures = _Figures(counted, level, listed, sums_of, numbers)
    values = np.full((len(scheme.indicators), len(periods), len(listed)), np.nan)
    own_shares = np.zeros(values.shape)
    for row, scored in enumerate(scheme.indicators):
        better = counted.catalogue[scored.id].better
        targets = np.array([[float(target_of(scored, period))] for period in periods])
        value, own_shares[row] = figures.of(row, scheme, scored)
        reached = shares_reached(scored, targets, np.nan_to_num(value), better)
        values[row] = np.where(np.isnan(value), np.nan, reached)
    return ScoreGrid(scheme, tuple(listed), tuple(periods), values, own_shares)


class _Figures:
    """What is scored of the units in some periods, by either way of dealing with few cases."""

    def __init__(
        self,
        counted: Counted,
        level: Level,
        listed: Sequence[Unit],
        sums_of: "_PeriodSums",
        numbers: Sequence[int],
    ) -> None:
        self.counted, self.level, self.listed = counted, level, listed
        self.sums_of, self.numbers = sums_of, numbers
        self.day = sums_of.periods[numbers[0]].ends_on
        self._amounts: dict[Level, FloatArray] = {}

    def of(self, row: int, scheme: Scheme, scored: Scored) -> tuple[FloatArray, FloatArray]:
        """Value (NaN: not applicable) and own share of the indicator (periods × units)."""
        if scheme.is_smoothed:
            return self._mixed(row, scored)
        value = np.full((len(self.numbers), len(self.listed)), np.nan)
        # From the last rung to the first: the first that reaches the minimum stands.
        for rung in reversed(ladder_of(self.level, scored)):
            measured, base, has = self._of_rung(row, rung)
            is_enough = has & ~np.isnan(measured) & (base >= scored.minimum)
            value = np.where(is_enough, measured, value)
        return value, (~np.isnan(value)).astype(float)

    def _mixed(self, row: int, scored: Scored) -> tuple[FloatArray, FloatArray]:
        own, base, _ = self._of_rung(row, self.level)
        is_count = self.counted.catalogue[scored.id].kind == "count"
        alone = (~np.isnan(own)).astype(float)
        if self.level not in POOLED_BY or is_count:
            return own, alone
        pooled, _, has = self._of_rung(row, POOLED_BY[self.level])
        k = scored.minimum
        base = np.where(np.isnan(own), 0, base)
        value = (np.nan_to_num(own) * base + k * pooled) / (base + k)
        shares = np.where(np.isnan(value), 0.0, base / (base + k))
        return np.where(has, value, own), np.where(has, shares, alone)

    def _of_rung(self, row: int, rung: Level) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Of each unit's own unit of the rung: value, base, and whether it has one."""
        codes = [unit.code for unit in units(self.counted, rung, self.day)]
        if rung not in self._amounts:
            self._amounts[rung] = self.sums_of.of_level(rung, codes, self.numbers)
        at = {code: place for place, code in enumerate(codes)}
        places = np.array([at.get(above(unit, rung), -1) for unit in self.listed], np.int64)
        measured, base = self.sums_of.values(row, self._amounts[rung][:, row], self.numbers)
        if not codes:
            nothing = np.full((len(self.numbers), len(self.listed)), np.nan)
            return nothing, np.zeros(nothing.shape), np.zeros(nothing.shape, np.bool_)
        has = np.broadcast_to(places >= 0, (len(self.numbers), len(self.listed)))
        return measured[:, places], base[:, places], has


class _PeriodSums:
    """The parts of a scheme's indicators in all the periods: one query, then sums of arrays."""

    def __init__(self, counted: Counted, scheme: Scheme, periods: Sequence[Period]) -> None:
        self.counted = counted
        self.periods = periods
        self.indicators = [counted.catalogue[scored.id] for scored in scheme.indicators]
        self.spans = [
            [Span(str(number), span.starts_on, span.ends_on) for number, span in enumerate(spans)]
            for spans in ([span_of(s, p) for p in periods] for s in scheme.indicators)
        ]
        self.wants = [
            want
            for indicator, spans in zip(self.indicators, self.spans, strict=True)
            if not indicator.sql
            for want in wants_of(indicator, spans, counted.as_of)
            if want.measure.rpartition(".")[2] in PARTS
        ]
        self._by_officer: dict[int, tuple[list[str], FloatArray]] = {}

    def of_level(self, level: Level, codes: Sequence[str], numbers: Sequence[int]) -> FloatArray:
        """(parts × indicators × periods × units) for some periods of one belonging."""
        day = self.periods[numbers[0]].ends_on
        if level == "officer":
            names, cells = self._officers(day)
            parent = {name: name for name in names}
        else:
            names, cells = self._cells
            parent = parents(self.counted, level, day)
        at = {code: place for place, code in enumerate(codes)}
        sums = np.zeros((*cells.shape[:2], len(numbers), len(codes)))
        for column, name in enumerate(names):
            place = at.get(parent.get(name, parent.get("*", "")))
            if place is not None:
                sums[..., place] += cells[:, :, numbers, column]
        self._add_queries(sums, level, codes, numbers)
        return sums

    def values(
        self, row: int, parts: FloatArray, numbers: Sequence[int]
    ) -> tuple[FloatArray, FloatArray]:
        """Value (NaN where not known or without a base) and base (periods × units)."""
        indicator = self.indicators[row]
        numerator, denominator, unusable = parts
        stocks = {part for part, rows in indicator.counts() if rows.stock}
        without = np.full(numerator.shape, "denominator" in stocks) | (denominator == 0)
        is_unknown = (unusable > 0) & (numerator == 0) & without
        if indicator.id in self.counted.absent:
            is_unknown[:] = True
        elif "numerator" not in stocks:
            ends = [self.spans[row][number].ends_on for number in numbers]
            is_unknown |= np.array([[end < self.counted.first_on] for end in ends])
        value = numerator.copy()
        if indicator.kind != "count":
            scale = indicator.scale if indicator.kind == "rate" else 1
            value = np.full(numerator.shape, np.nan)
            np.divide(numerator * scale, denominator, out=value, where=denominator != 0)
        value[is_unknown] = np.nan
        return value, numerator if indicator.kind == "count" else denominator

    @cached_property
    def _cells(self) -> tuple[list[str], FloatArray]:
        """The same by unit of the cells, which every other level is made of, and these units."""
        return self._array(cell_sums(self.counted, self.wants))

    def _officers(self, day: date) -> tuple[list[str], FloatArray]:
        """The same by officer; who is posted where is settled day by day within the query."""
        epoch = bisect_right(belonging_changes(self.counted, "village"), day)
        if epoch not in self._by_officer:
            rows = sum_cells(self.counted, "officer", day, self.wants)
            self._by_officer[epoch] = self._array(rows)
        return self._by_officer[epoch]

    def _array(self, rows: pa.Table) -> tuple[list[str], FloatArray]:
        """The units, and the sums as an array (parts × indicators × periods × units)."""
        names = sorted(rows["unit"].unique().to_pylist())
        counts = np.zeros((len(PARTS), len(self.indicators), len(self.periods), len(names)))
        place = pc.index_in(rows["unit"], pa.array(names, pa.string())).combine_chunks()
        want = rows["want"].to_numpy()
        at = (*(axis[want] for axis in _axes(self.wants, self.indicators)), place.to_numpy())
        np.add.at(counts, at, rows["n"].to_numpy())
        return names, counts

    def _add_queries(
        self, totals: FloatArray, level: Level, codes: Sequence[str], numbers: Sequence[int]
    ) -> None:
        """Indicators with a query of their own are not summed from cells."""
        at = {code: place for place, code in enumerate(codes)}
        for row, indicator in enumerate(self.indicators):
            if indicator.sql:
                spans = [self.spans[row][number] for number in numbers]
                day = self.periods[numbers[0]].ends_on
                summed = sums(self.counted, level, day, [indicator], spans)
                labels = {span.label: place for place, span in enumerate(spans)}
                for (unit, label, measure), n in summed.items():
                    if unit in at:
                        part = PARTS.index(measure.rpartition(".")[2])
                        totals[part, row, labels[label], at[unit]] = n


def _axes(
    wants: Sequence[Want], indicators: Collection[Indicator]
) -> tuple[IntArray, IntArray, IntArray]:
    """Of each want: its part, its indicator and its period, as places in the array."""
    rows = {indicator.id: row for row, indicator in enumerate(indicators)}
    named = [want.measure.rpartition(".") for want in wants]
    return (
        np.array([PARTS.index(part) for _, _, part in named], np.int64),
        np.array([rows[name] for name, _, _ in named], np.int64),
        np.array([int(want.label) for want in wants], np.int64),
    )
