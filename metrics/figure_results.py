"""What is asked about the work itself: figures, verdicts, changes, cases, hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from metrics.answers import Answer, AnswerBy
from metrics.calendar.period import Period, months_back
from metrics.record_results import RecordResults

if TYPE_CHECKING:
    from metrics.analysis.clearance_cases import Cases
    from metrics.analysis.clearance_counts import CaseCounts, Choice
    from metrics.analysis.compare import Comparison
    from metrics.analysis.hours import WeekHours
    from metrics.analysis.unit_verdict import UnitVerdicts
    from metrics.cells.sums import Kinds
    from metrics.figures.explain import Explanation
    from metrics.figures.measure import Figure, TrendPoint
    from metrics.indicators.catalogue import Indicator
    from metrics.scheme.scheme import Level

Kind = str | None


class FigureResults(RecordResults):
    """Indicators by unit and period, how they ran and changed; cases and hours of the week."""

    def figures(
        self, ids: Sequence[str], level: Level, period: Period, kind: Kind = None
    ) -> AnswerBy[str, list[Figure]]:
        """Indicator id -> figures by unit, with interval, 同比 and 环比."""
        from metrics.figures.measure import measure_all

        self.require_sight(level)

        def make() -> dict[str, list[Figure]]:
            indicators = self._indicators(ids)
            return measure_all(self.counts(period), indicators, level, period, self.actor, kind)

        return self._by(period, make, "figures", tuple(ids), level, period, kind)

    def unit_verdicts(
        self,
        ids: Sequence[str],
        level: Level,
        period: Period,
        kind: Kind = None,
        over: Period | None = None,
    ) -> Mapping[str, UnitVerdicts]:
        """Indicator id -> which units of a level differ from the whole bureau.

        over   days that are not those of the period, counted from the same records
        """
        from metrics.analysis.unit_verdict import verdicts
        from metrics.figures.measure import measure_all

        self.require_sight(level)

        def figures(of: Level) -> Mapping[str, list[Figure]]:
            if over is None:
                return self.figures(ids, of, period, kind)
            indicators = self._indicators(ids)
            return measure_all(self.counts(period), indicators, of, over, self.actor, kind)

        def make() -> dict[str, UnitVerdicts]:
            units, whole, scheme = figures(level), figures("bureau"), self.scheme(period)
            return {
                i.id: verdicts(units[i.id], whole[i.id][0], i, scheme.scored(i.id))
                for i in self._indicators(ids)
            }

        return self._kept(make, "unit-verdicts", tuple(ids), level, period, kind, over)

    def trends(
        self,
        ids: Sequence[str],
        level: Level,
        period: Period,
        months: int = 12,
        kind: Kind = None,
    ) -> AnswerBy[tuple[str, str], list[TrendPoint]]:
        """(indicator id, unit) -> the months that end with the period."""
        return self.trends_over(ids, level, months_back(period, months), period, kind=kind)

    def trends_over(
        self,
        ids: Sequence[str],
        level: Level,
        periods: Sequence[Period],
        until: Period,
        only: str | None = None,
        kind: Kind = None,
    ) -> AnswerBy[tuple[str, str], list[TrendPoint]]:
        """The same over any periods that end with `until`; of one unit, if it is named."""
        from metrics.figures.measure import trend_over

        self.require_sight(level)

        def make() -> dict[tuple[str, str], list[TrendPoint]]:
            counted, indicators = self.counts(until), self._indicators(ids)
            day = until.ends_on
            return trend_over(counted, indicators, level, periods, day, self.actor, kind, only)

        key = tuple(ids), level, tuple(periods), until, only, kind
        return self._by(until, make, "trends", *key)

    def comparisons(
        self,
        ids: Sequence[str],
        level: Level,
        spans: Mapping[str, Period],
        unit: str | None = None,
        kind: Kinds = None,
    ) -> Answer[Comparison]:
        """Indicators × units × spans × 同比 and 环比. `spans`: as in compare_all."""
        from metrics.analysis.compare import compare_all

        self.require_sight(level)
        period = next(iter(spans.values()))

        def make() -> list[Comparison]:
            counted, indicators = self.counts(period), self._indicators(of)
            return compare_all(counted, indicators, level, spans, self.actor, unit, kind)

        # Those of the bureau are decided all together: whoever asks for some shares them.
        of = tuple(self.catalogue.indicators) if level == "bureau" and kind is None else tuple(ids)
        key = of, level, tuple(spans.items()), unit, kind
        every = self._kept(make, "comparisons", *key)
        by_id: dict[str, list[Comparison]] = {}
        for c in every:
            by_id.setdefault(c.indicator.id, []).append(c)
        self._indicators(ids)  # raises UnknownIndicator
        return Answer([c for name in ids for c in by_id.get(name, [])], self.stamp(period))

    def case_change(self, indicator: str, choice: Choice, period: Period) -> Comparison | None:
        """同比 of what 破案 looks at, as on 同比环比; None where the unit is not counted."""
        from metrics.analysis.clearance_counts import ALL, catalogued
        from metrics.analysis.compare_spans import CHOSEN

        name, kinds = catalogued(indicator, choice.kind)
        level: Level = "bureau" if choice.station == ALL else "station"
        own = [
            c
            for c in self.comparisons((name,), level, {CHOSEN: period}, kind=kinds)
            if c.pair.basis == "last_year" and choice.station in (ALL, c.unit.code)
        ]
        return own[0] if own else None

    def explanation(self, indicator: Indicator, period: Period, kind: Kind = None) -> Explanation:
        """How many records each condition of an indicator leaves, and the SQL."""
        from metrics.figures.explain import explain

        self.require_sight("bureau")

        def make() -> Explanation:
            return explain(self.counts(period), indicator, period, self.actor, kind)

        return self._kept(make, "explanation", indicator.id, period, kind)

    def cases(self, period: Period) -> CaseCounts:
        """Cases by station and kind: what the page 破案 adds up."""
        from metrics.analysis.clearance_counts import case_counts

        self.require_sight("station")
        return self._kept(lambda: case_counts(self.counts(period), period), "cases", period)

    def filed_cases(self, period: Period, since: date) -> Cases:
        from metrics.analysis.clearance_cases import filed_cases

        self.require_sight("station")
        key = "filed-cases", period, since
        return self._kept(lambda: filed_cases(self.counts(period), period, since), *key)

    def week(self, period: Period) -> WeekHours:
        """What happened over the hours of the week, and the patrols beside it."""
        from metrics.analysis.hours import week_hours

        self.require_sight("station")
        return self._kept(
            lambda: week_hours(self.counts(period), period, self.actor), "week", period
        )
