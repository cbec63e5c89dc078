"""What is asked about the records themselves: can they be trusted, what waits, what is behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from data.rights import require
from metrics.answers import Answer, Answers
from metrics.calendar.period import Period
from metrics.cells.reads import note_everything, note_records
from metrics.cells.recount import REGISTER_NAMES

if TYPE_CHECKING:
    from data.decisions.annotations import Annotation
    from data.decisions.spot_checks import Sample
    from data.decisions.verdicts import Verdict
    from metrics.analysis.open_work import OpenWork
    from metrics.cells.spans import Span
    from metrics.figures.outcomes import Outcome, Outcomes
    from metrics.figures.records import Records
    from metrics.indicators.catalogue import Indicator, Part
    from metrics.integrity.data_quality import Quality
    from metrics.integrity.flag import Flag, FoundFlags
    from metrics.integrity.pending_stakes import Effect, Stake, Waiting
    from metrics.integrity.spot_sample import SpotCoverage, ToCheck
    from metrics.scheme.log import Drafted
    from metrics.scheme.scheme import Level


class RecordResults(Answers):
    """Flags, verdicts, samples, quality, marks, open work, drafts; the records behind figures."""

    def open_work(self) -> OpenWork:
        from metrics.analysis.open_work import open_work

        self.require_sight("station")
        return self._kept(lambda: open_work(self.counted, self.actor), "open-work")

    def quality(self, period: Period) -> Answer[Quality]:
        """Completeness, timeliness and consistency by station, table and source."""
        from metrics.integrity.data_quality import data_quality

        require(self.actor, "see-records")
        first, last = period.starts_on, period.ends_on

        def make() -> list[Quality]:
            note_everything()  # the sources are those of all parts
            return data_quality(self.counted, first, last)

        return self._rows(period, make, "quality", first, last)

    def flags(self, period: Period) -> Answer[Flag]:
        """The flags of the months of a period that the actor may see."""
        from metrics.integrity.flag import may_see as may_see_flag

        require(self.actor, "see-records")
        every = self._found(period)
        own = (flag for flag in every.flags if may_see_flag(flag, self.actor))
        return Answer(own, self.stamp(period))

    def _found(self, period: Period) -> FoundFlags:
        from metrics.integrity.flag import find_flags

        first, last = period.starts_on, period.ends_on
        return self._kept(lambda: find_flags(self.counted, first, last), "flags", first, last)

    def unexamined(self, period: Period) -> list[str]:
        """What the rules could not look at, each with the reason; of the whole bureau."""
        from metrics.flags.rules import load_rules
        from metrics.wording.flag_words import unexamined

        require(self.actor, "see-records")
        rules = load_rules().values()
        seen = [rule for rule in rules if rule.unit != "officer" or self.actor.may("see-officers")]
        return unexamined(seen, self._found(period))

    def verdicts(self) -> Mapping[str, Verdict]:
        """Flag id -> what was said of it last."""
        from data.decisions.verdicts import KINDS as VERDICTS
        from data.decisions.verdicts import verdicts_of

        return self._kept(lambda: verdicts_of(self.log(*VERDICTS)), "verdicts")

    def open_flags(self, period: Period) -> int:
        """How many flags wait for a verdict, or for the second person."""
        from data.decisions.verdicts import WORDS
        from metrics.wording.flag_words import state_of

        verdicts = self.verdicts()
        return sum(state_of(flag, verdicts) not in WORDS for flag in self.flags(period))

    def pending(self) -> tuple[Waiting, ...]:
        """The versions that wait for a second person."""
        from metrics.integrity.pending_stakes import waiting_versions

        require(self.actor, "see-records")

        def make() -> tuple[Waiting, ...]:
            note_records(["pending", *REGISTER_NAMES])
            return waiting_versions(self.counted, self.actor)

        return self._kept(make, "pending", self.actor.unit)

    def stakes(self, waiting: Sequence[Waiting], period: Period) -> Sequence[Stake]:
        """What the scores of the stations would change if these were let in."""
        from metrics.integrity.pending_stakes import stakes

        require(self.actor, "see-records")
        if not waiting:
            return ()

        def make() -> list[Stake]:
            note_everything()
            versions = [w.version for w in waiting]
            every = stakes(self.store, versions, period, self.actor)
            return [stake for stake in every if self.actor.unit in ("", stake.unit)]

        ids = tuple(w.version.id for w in waiting)
        return self._rows(period, make, "stakes", ids, self.actor.unit, period)

    def effects(self, period: Period) -> Answer[Effect]:
        """What the versions that were let in did to the scores of a period."""
        from metrics.integrity.pending_stakes import effects

        self.require_sight("station")

        def make() -> list[Effect]:
            note_everything()
            return effects(self.store, self.counts(period), period, self.actor)

        return self._rows(period, make, "effects", period)

    def spot_coverage(self, period: Period) -> Answer[SpotCoverage]:
        """By station how far the spot checks of a period cover the villages."""
        from metrics.integrity.spot_sample import coverage

        first, last = period.starts_on, period.ends_on
        return self._rows(
            period, lambda: coverage(self.counted, first, last), "coverage", first, last
        )

    def sample(self, month: date) -> tuple[Sample, list[ToCheck]] | None:
        """The sample of a month and what its checks found so far; None before it is drawn."""
        from data.decisions.spot_checks import samples_of
        from data.journal.log_kinds import LogKind
        from metrics.integrity.spot_sample import to_check

        def make() -> tuple[Sample, list[ToCheck]] | None:
            drawn = samples_of(self.log(LogKind.SPOT_SAMPLE))
            sample = next((s for s in drawn if s.month == month), None)
            return (sample, to_check(self.counted, sample)) if sample else None

        return self._kept(make, "sample", month)

    def marks(self) -> tuple[Annotation, ...]:
        """The marks on the charts, up to the as-of day."""
        from data.decisions.annotations import annotations

        def make() -> tuple[Annotation, ...]:
            note_records(["annotation"])
            return annotations(self.counted.copy, self.counted.as_of)

        return self._kept(make, "marks")

    def scheme_drafts(self) -> Mapping[str, Drafted]:
        """Name -> the draft as the log leaves it."""
        from metrics.scheme.log import STATES as DRAFTING
        from metrics.scheme.log import drafts

        return self._kept(lambda: drafts(self.log(*DRAFTING)), "scheme-drafts")

    def kinds(self, indicator: Indicator) -> Mapping[str, str]:
        """Kind -> its word, of those that the records have."""
        from metrics.figures.record_words import kinds_of

        return self._kept(lambda: kinds_of(self.counted, indicator), "kinds", indicator.id)

    def records(
        self,
        indicator: Indicator,
        part: Part,
        level: Level,
        unit: str,
        span: Span,
        result_of: Period | None = None,
    ) -> Records:
        """The rows behind a figure; not kept, because they are restricted.

        result_of   the period that the figure belongs to: its cut-off decides
        """
        from metrics.figures.records import records_behind

        counted = self.counts(result_of) if result_of else self.counted
        return records_behind(counted, indicator, part, level, unit, span, self.actor)

    def outcomes(
        self,
        indicator: Indicator,
        level: Level,
        unit: str,
        span: Span,
        result_of: Period,
        only: Outcome | None = None,
    ) -> Outcomes | None:
        """The records that gained or lost points; not kept either. None: `records` has them."""
        from metrics.figures.outcomes import outcomes_behind

        counted = self.counts(result_of)
        return outcomes_behind(counted, indicator, level, unit, span, self.actor, only)
