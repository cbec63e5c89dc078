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
from metrics.scheme.scheme import Level, Scheme
from metrics.scoring.score import above, ladder_of, span_of
from metrics.scoring.share import shares_reached, target_of
from metrics.statistics.intervals import FloatArray

PARTS = ("numerator", "denominator", UNUSABLE)
DIGITS = 9
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScoreGrid:
    """Scores (periods × units) under one scheme and one belonging; NaN where nothing applies.

    values      (indicators × periods × units) share of the weight reached; NaN: not applicable
    applicable  points of the indicators that apply
    added       what the ledger adds to the score of each unit, 0.0 for nothing
    """

    scheme: Scheme
    units: tuple[Unit, ...]
    periods: tuple[Period, ...]
    values: FloatArray
    added: FloatArray | float = 0.0

    @cached_property
    def applicable(self) -> FloatArray:
        return np.tensordot(self._weights, ~np.isnan(self.values), 1)

    @cached_property
    def scores(self) -> FloatArray:
        earned = np.tensordot(self._weights, np.nan_to_num(self.values), 1)
        full = float(self.scheme.full_points)
        applicable = self.applicable
        raw = np.full(applicable.shape, np.nan)
        np.divide(earned * full, applicable, out=raw, where=applicable > 0)
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
    for scheme in {schemes[period].file: schemes[period] for period in periods}.values():
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
    values = np.full((len(scheme.indicators), len(periods), len(listed)), np.nan)
    amounts: dict[Level, FloatArray] = {}
    for row, scored in enumerate(scheme.indicators):
        better = counted.catalogue[scored.id].better
        targets = np.array([[float(target_of(scored, period))] for period in periods])
        value = np.full(values.shape[1:], np.nan)
        # From the last rung to the first: the first that reaches the minimum stands.
        for rung in reversed(ladder_of(level, scored)):
            rungs = [unit.code for unit in units(counted, rung, periods[0].ends_on)]
            if rung not in amounts:
                amounts[rung] = sums_of.of_level(rung, rungs, numbers)
            at = {code: place for place, code in enumerate(rungs)}
            places = np.array([at.get(above(unit, rung), -1) for unit in listed], np.int64)
            if (places >= 0).any():
                measured, base = sums_of.values(row, amounts[rung][:, row], numbers)
                is_enough = ~np.isnan(measured) & (base >= scored.minimum)
                has = (places >= 0) & is_enough[:, places]
                value = np.where(has, measured[:, places], value)
        reached = shares_reached(scored, targets, np.nan_to_num(value), better)
        values[row] = np.where(np.isnan(value), np.nan, reached)
    return ScoreGrid(scheme, tuple(listed), tuple(periods), values)


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
