"""The one way to ask for a number: what pages, wall, documents, exports, commands and HTTP show.

A period that has a cut-off is answered from the records of its cut-off, a frozen one with its
frozen scores; what concerns the records themselves (flags, samples, quality, open work) from those
of today. Answers are shared between all who ask the same and must not be changed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from metrics.answers import Answer, AnswerBy
from metrics.calendar.period import Period, default_period, months_back, parse_period
from metrics.calendar.standing import STEP
from metrics.figure_results import FigureResults
from metrics.result_cache import ResultCache

if TYPE_CHECKING:
    from metrics.analysis.scheme_health import SchemeHealth
    from metrics.analysis.unit_verdict import UnitVerdict
    from metrics.cells.spans import Span
    from metrics.scheme.scheme import Level, Scheme
    from metrics.scoring.rank import Assessment, Scorer
    from metrics.scoring.score import Contribution
    from metrics.scoring.score_trend import ScoreFigure, ScorePoint
    from metrics.scoring.weight_sensitivity import Steady
    from metrics.scoring.what_if import WhatIf
    from metrics.wording.alerts import Finding


TRIALS = ResultCache(most=8)  # a slider that moves must not push out what the pages show


class Results(FigureResults):
    """Every question about the work: scores, and what FigureResults and RecordResults have."""

    def lines(self, level: Level, period: Period) -> Answer[Assessment]:
        """The result: scores and ranks of all units of a level, best first within groups."""
        self.require_sight(level)
        return self._rows(period, lambda: self._lines(level, period, True), "lines", level, period)

    def _lines(self, level: Level, period: Period, is_simulated: bool) -> list[Assessment]:
        from metrics.scoring.rank import assess

        frozen = self.standing(period).frozen
        if frozen:
            from metrics.assessment.archive import open_frozen  # and Arrow with it

            folder = str(frozen[-1].content["folder"])
            return list(open_frozen(self.store.folder, folder).lines[level])
        if is_simulated and (kept := self._kept_ranking(level, period)) is not None:
            return kept
        counted, items = self.counts(period), self.ledger(period)
        scorer = self._scorer(level)
        return assess(
            *(counted, level, period, self.actor),
            is_simulated=is_simulated,
            scored=scorer,
            items=items,
        )

    def line_verdicts(self, level: Level, period: Period) -> AnswerBy[str, dict[str, UnitVerdict]]:
        """Unit -> scored indicator -> verdict on the figure that is taken, over its own days."""

        def make() -> dict[str, dict[str, UnitVerdict]]:
            lines = self.lines(level, period)
            taken: dict[tuple[Level, Span], set[str]] = {}
            for c in (c for line in lines for c in line.contributions):
                taken.setdefault((c.level, c.span), set()).add(c.indicator)
            verdicts = {
                (of, span): self.unit_verdicts(sorted(ids), of, period, over=_over(span, period))
                for (of, span), ids in taken.items()
            }
            return {
                line.unit: {
                    c.indicator: verdicts[c.level, c.span][c.indicator].of(c.unit)
                    for c in line.contributions
                }
                for line in lines
            }

        return self._by(period, make, "line-verdicts", level, period)

    def beside(self, line: Assessment, level: Level, period: Period) -> list[Contribution]:
        """What of the unit's station is scored there but not at this level: information only."""
        own = {c.indicator for c in line.contributions}
        if level == "station" or not line.station:
            return []
        stations = (x for x in self.lines("station", period) if x.unit == line.station)
        return [c for x in stations for c in x.contributions if c.indicator not in own]

    def _kept_ranking(self, level: Level, period: Period) -> list[Assessment] | None:
        """What the snapshot has; nothing of a scheme that is tried."""
        from metrics.kept_results import kept_ranking

        return None if self.store.is_trial else kept_ranking(self.counted, level, period)

    def to_keep(self) -> dict[str, str]:
        """The rankings of the last whole month, as a snapshot keeps them."""
        from metrics.kept_results import LEVELS_KEPT, name_of, ranking_text

        period = default_period(self.counted.as_of)
        return {
            name_of(self.counted, level, period): ranking_text(
                partial(self._lines, level, period, True)
            )
            for level in LEVELS_KEPT
        }

    def _scorer(self, level: Level) -> Scorer:
        """Scores of other periods, for comparisons and trends.

        Kept without their contributions, which are most of them; the bureau's are few.
        """

        def make(period: Period) -> list[Assessment]:
            lines = self._lines(level, period, False)
            return lines if level == "bureau" else [replace(x, contributions=()) for x in lines]

        return lambda period: self._kept(lambda: make(period), "scores", level, period)

    def score(self, period: Period) -> ScoreFigure:
        """本局得分 with its interval, 同比 and the whole period before."""
        from metrics.scoring.score_trend import score_figure

        self.require_sight("bureau")

        def make() -> ScoreFigure:
            return score_figure(self.counts(period), period, self.actor, self._scorer("bureau"))

        return self._kept(make, "bureau-score", period)

    def months(self, level: Level, period: Period) -> AnswerBy[str, list[ScorePoint]]:
        """Unit -> its scores of the 12 months that end with the period."""
        self.require_sight(level)
        return self._by(period, lambda: self._months(level, period), "months", level, period)

    def _months(self, level: Level, period: Period) -> dict[str, list[ScorePoint]]:
        """Months that have a cut-off or entries of the ledger have results of their own."""
        from metrics.scoring.ledger import ledger
        from metrics.scoring.score_trend import ScorePoint, score_months

        points = score_months(self.counted, level, period, self.actor)
        months = months_back(period, 12)
        log = self.log(periods=[month.text for month in months])
        touched = {i.proposal.period for i in ledger(log) if i.proposal.level == level}
        touched |= {entry.subject for entry in log if entry.kind.startswith(STEP)}
        for place, month in enumerate(months):
            for line in self._scorer(level)(month) if month.text in touched else ():
                if line.unit in points:
                    points[line.unit][place] = ScorePoint(month, line.score, line.rank)
        return points

    def steady(self, level: Level, period: Period) -> Answer[Steady]:
        """The ranked units with how steady their ranks are under chance and other weights."""
        from metrics.scoring.weight_sensitivity import steady_ranks

        self.require_sight(level)

        def make() -> list[Steady]:
            return steady_ranks(self.counts(period), level, period, self.lines(level, period))

        return self._rows(period, make, "steady", level, period)

    def trial(self, level: Level, period: Period, changed: Scheme) -> WhatIf:
        """The ranking of a period under another scheme, from what its result is made from."""
        from metrics.scheme.text import text_of
        from metrics.scoring.rank import assess
        from metrics.scoring.what_if import what_if

        self.require_sight(level)

        def make() -> WhatIf:
            counted, items = self.counts(period), self.ledger(period)
            before = self._kept(
                lambda: assess(counted, level, period, self.actor, is_simulated=False, items=items),
                *("trial", level, period),
            )
            return what_if(counted, level, period, self.actor, changed, before, items)

        key = self.store.folder, self.counted.key, level, period, text_of(changed)
        return TRIALS.get(key, make)

    def scheme_health(self, level: Level, period: Period) -> SchemeHealth:
        """What each indicator of the scheme does to the ranking of a level."""
        from metrics.analysis.scheme_health import scheme_health

        def make() -> SchemeHealth:
            lines, whole = (self._lines(name, period, False) for name in (level, "bureau"))
            return scheme_health(self.counted.catalogue, lines, whole[0] if whole else None)

        self.require_sight(level)
        return self._kept(make, "scheme-health", level, period)

    def attention(self, period: Period, with_rejects: bool = True) -> Answer[Finding]:
        """需关注 for this actor: what the role may not see is not among it."""
        from metrics.wording import attention

        def make() -> list[Finding]:
            line, stations = self.score(period).line, self.lines("station", period)
            return attention.of_sums(self.counts(period), period, self.actor, line, stations)

        self.require_sight("station")
        every = self._kept(make, "attention", period)
        rejects = attention.rejects(self.counted, self.actor) if with_rejects else []
        return Answer(attention.chosen([*rejects, *every]), self.stamp(period))


def _over(span: Span, period: Period) -> Period | None:
    """The days of a scored figure where they are not those of the period."""
    if span.starts_on == period.starts_on:
        return None
    return parse_period(f"{span.starts_on}..{span.ends_on}", span.ends_on)
