"""The one way to ask for a number: what pages, wall, documents, exports, commands and HTTP show.

A period that has a cut-off is answered from the records of its cut-off, a frozen one with its
frozen scores; what concerns the records themselves (flags, samples, quality, open work) from those
of today. Answers are shared between all who ask the same and must not be changed.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from data.decisions.annotations import Annotation, annotations
from data.decisions.spot_checks import Sample, samples_of
from data.decisions.verdicts import KINDS as VERDICTS
from data.decisions.verdicts import WORDS, Verdict, verdicts_of
from data.journal.log import Entry
from data.journal.log_kinds import LogKind
from data.rights import Actor, require
from metrics.analysis.clearance_cases import Cases, filed_cases
from metrics.analysis.clearance_counts import CaseCounts, case_counts
from metrics.analysis.compare import Comparison, compare_all
from metrics.analysis.hours import WeekHours, week_hours
from metrics.analysis.open_work import OpenWork, open_work
from metrics.assessment.archive import open_frozen
from metrics.assessment.steps import counts_of
from metrics.calendar.period import Period, months_back
from metrics.calendar.standing import STEP, Standing, standing
from metrics.cells.count import Counted
from metrics.cells.reads import note, note_everything, note_records, read_so_far, unnoted
from metrics.cells.store import Store
from metrics.cells.sums import Span
from metrics.cells.units import Unit, units
from metrics.figures.choices import kinds_of
from metrics.figures.explain import Explanation, explain
from metrics.figures.measure import Figure, TrendPoint, measure_all, trend_over
from metrics.figures.records import Records, records_behind
from metrics.indicators.catalogue import Catalogue, Indicator, Part
from metrics.integrity.data_quality import Quality, data_quality
from metrics.integrity.flag import Flag, find_flags
from metrics.integrity.flag import may_see as may_see_flag
from metrics.integrity.spot_sample import SpotCoverage, ToCheck, coverage, to_check
from metrics.result_cache import ResultCache
from metrics.scheme.log import STATES as DRAFTING
from metrics.scheme.log import Drafted, drafts
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scheme.text import text_of
from metrics.scoring.ledger import LEDGER, Item, ledger, months_of
from metrics.scoring.rank import Assessment, Scorer, assess
from metrics.scoring.score_trend import ScoreFigure, ScorePoint, score_figure, score_months
from metrics.scoring.weight_sensitivity import Steady, steady_ranks
from metrics.scoring.what_if import WhatIf, what_if
from metrics.wording import attention
from metrics.wording.alerts import Finding
from metrics.wording.flag_words import state_of
from metrics.wording.state import Stamp

T = TypeVar("T")
Key = TypeVar("Key")
Kind = str | None
TRIALS = ResultCache(most=8)  # a slider that moves must not push out what the pages show


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
class Results:
    """What one actor may know of a store as it was counted. `cache`: of these counts."""

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
        return scheme_of(self.counted.schemes, period.ends_on)

    def log(self, *kinds: str, periods: Sequence[str] = ()) -> tuple[Entry, ...]:
        """What people decided, in order."""
        return self.counted.log(*kinds, periods=periods)

    def ledger(self, period: Period) -> tuple[Item, ...]:
        """The entries of the ledger that may count in a period."""
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
        if not where.cut:
            return self.counted
        with unnoted():  # what was cut off does not change any more
            return counts_of(self.store, where)[1]

    def units(self, level: Level, period: Period) -> Answer[Unit]:
        self.require_sight(level)
        day = period.ends_on
        return self._rows(period, lambda: units(self.counted, level, day), "units", level, day)

    def require_sight(self, level: Level) -> None:
        """Asked on every call, also when the answer is kept; raises NotPermitted."""
        require(self.actor, "see-officers" if level == "officer" else "see-units")

    # -- scores -------------------------------------------------------------------------------

    def lines(self, level: Level, period: Period) -> Answer[Assessment]:
        """The result: scores and ranks of all units of a level, best first within groups."""
        self.require_sight(level)
        return self._rows(period, lambda: self._lines(level, period, True), "lines", level, period)

    def _lines(self, level: Level, period: Period, is_simulated: bool) -> list[Assessment]:
        frozen = self.standing(period).frozen
        if frozen:
            folder = str(frozen[-1].content["folder"])
            return list(open_frozen(self.store.folder, folder).lines[level])
        counted, items = self.counts(period), self.ledger(period)
        scorer = self._scorer(level)
        return assess(
            *(counted, level, period, self.actor),
            is_simulated=is_simulated,
            scored=scorer,
            items=items,
        )

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
        self.require_sight(level)

        def make() -> list[Steady]:
            return steady_ranks(self.counts(period), level, period, self.lines(level, period))

        return self._rows(period, make, "steady", level, period)

    def trial(self, level: Level, period: Period, changed: Scheme) -> WhatIf:
        """The ranking of a period under another scheme, from what its result is made from."""
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

    def attention(self, period: Period, with_rejects: bool = True) -> Answer[Finding]:
        """需关注 for this actor: what the role may not see is not among it."""

        def make() -> list[Finding]:
            line, stations = self.score(period).line, self.lines("station", period)
            return attention.of_sums(self.counts(period), period, self.actor, line, stations)

        self.require_sight("station")
        every = self._kept(make, "attention", period)
        rejects = attention.rejects(self.counted, self.actor) if with_rejects else []
        return Answer(attention.chosen([*rejects, *every]), self.stamp(period))

    # -- figures ------------------------------------------------------------------------------

    def figures(
        self, ids: Sequence[str], level: Level, period: Period, kind: Kind = None
    ) -> AnswerBy[str, list[Figure]]:
        """Indicator id -> figures by unit, with interval, 同比 and 环比."""
        self.require_sight(level)

        def make() -> dict[str, list[Figure]]:
            asked = self._indicators(ids)
            return measure_all(self.counts(period), asked, level, period, self.actor, kind)

        return self._by(period, make, "figures", tuple(ids), level, period, kind)

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
        self.require_sight(level)

        def make() -> dict[tuple[str, str], list[TrendPoint]]:
            counted, asked = self.counts(until), self._indicators(ids)
            day = until.ends_on
            return trend_over(counted, asked, level, periods, day, self.actor, kind, only)

        key = tuple(ids), level, tuple(periods), until, only, kind
        return self._by(until, make, "trends", *key)

    def comparisons(
        self,
        ids: Sequence[str],
        level: Level,
        spans: Mapping[str, Period],
        unit: str | None = None,
        kind: Kind = None,
    ) -> Answer[Comparison]:
        """Indicators × units × spans × 同比 and 环比. `spans`: as in compare_all."""
        self.require_sight(level)
        period = next(iter(spans.values()))

        def make() -> list[Comparison]:
            counted, asked = self.counts(period), self._indicators(ids)
            return compare_all(counted, asked, level, spans, self.actor, unit, kind)

        key = tuple(ids), level, tuple(spans.items()), unit, kind
        return self._rows(period, make, "comparisons", *key)

    def explanation(self, indicator: Indicator, period: Period, kind: Kind = None) -> Explanation:
        """How many records each condition of an indicator leaves, and the SQL."""
        self.require_sight("bureau")

        def make() -> Explanation:
            return explain(self.counts(period), indicator, period, self.actor, kind)

        return self._kept(make, "explanation", indicator.id, period, kind)

    def cases(self, period: Period) -> CaseCounts:
        """Cases by station and kind: what the page 破案 adds up."""
        self.require_sight("station")
        return self._kept(lambda: case_counts(self.counts(period), period), "cases", period)

    def filed_cases(self, period: Period, since: date) -> Cases:
        self.require_sight("station")
        key = "filed-cases", period, since
        return self._kept(lambda: filed_cases(self.counts(period), period, since), *key)

    def week(self, period: Period) -> WeekHours:
        """What happened over the hours of the week, and the patrols beside it."""
        self.require_sight("station")
        return self._kept(
            lambda: week_hours(self.counts(period), period, self.actor), "week", period
        )

    def kinds(self, indicator: Indicator) -> Mapping[str, str]:
        """Kind -> its word, of those that the records have."""
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
        counted = self.counts(result_of) if result_of else self.counted
        return records_behind(counted, indicator, part, level, unit, span, self.actor)

    # -- the records themselves ---------------------------------------------------------------

    def open_work(self) -> OpenWork:
        self.require_sight("station")
        return self._kept(lambda: open_work(self.counted, self.actor), "open-work")

    def quality(self, period: Period) -> Answer[Quality]:
        """Completeness, timeliness and consistency by station, table and source."""
        require(self.actor, "see-records")
        first, last = period.starts_on, period.ends_on

        def make() -> list[Quality]:
            note_everything()  # the sources are those of all parts
            return data_quality(self.counted, first, last)

        return self._rows(period, make, "quality", first, last)

    def flags(self, period: Period) -> Answer[Flag]:
        """The flags of the months of a period that the actor may see."""
        require(self.actor, "see-records")
        first, last = period.starts_on, period.ends_on
        every = self._kept(lambda: find_flags(self.counted, first, last), "flags", first, last)
        own = (flag for flag in every.flags if may_see_flag(flag, self.actor))
        return Answer(own, self.stamp(period))

    def verdicts(self) -> Mapping[str, Verdict]:
        """Flag id -> what was said of it last."""
        return self._kept(lambda: verdicts_of(self.log(*VERDICTS)), "verdicts")

    def open_flags(self, period: Period) -> int:
        """How many flags wait for a verdict, or for the second person."""
        verdicts = self.verdicts()
        return sum(state_of(flag, verdicts) not in WORDS for flag in self.flags(period))

    def spot_coverage(self, period: Period) -> Answer[SpotCoverage]:
        """By station how far the spot checks of a period cover the villages."""
        first, last = period.starts_on, period.ends_on
        return self._rows(
            period, lambda: coverage(self.counted, first, last), "coverage", first, last
        )

    def sample(self, month: date) -> tuple[Sample, list[ToCheck]] | None:
        """The sample of a month and what its checks found so far; None before it is drawn."""

        def make() -> tuple[Sample, list[ToCheck]] | None:
            drawn = samples_of(self.log(LogKind.SPOT_SAMPLE))
            sample = next((s for s in drawn if s.month == month), None)
            return (sample, to_check(self.counted, sample)) if sample else None

        return self._kept(make, "sample", month)

    def marks(self) -> tuple[Annotation, ...]:
        """The marks on the charts, up to the as-of day."""

        def make() -> tuple[Annotation, ...]:
            note_records(["annotation"])
            return annotations(self.counted.copy, self.counted.as_of)

        return self._kept(make, "marks")

    def scheme_drafts(self) -> Mapping[str, Drafted]:
        """Name -> the draft as the log leaves it."""
        return self._kept(lambda: drafts(self.log(*DRAFTING)), "scheme-drafts")

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
