"""Figures for the screens: metrics, kept until something comes in. Pages ask here and nowhere else.

Everything that comes from here is shared between sessions and must not be changed.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import streamlit as st

from data.decisions.annotations import Annotation, annotations
from data.decisions.spot_checks import Sample, samples
from data.decisions.verdicts import WORDS, Verdict, verdicts
from data.environment import as_of as day_of_process
from data.environment import config, store_folder
from data.journal.log import Entry, entries
from data.journal.watch import Watch, watch_of
from data.rights import Actor, require
from data.schema import LOG
from metrics.analysis.compare import Comparison, compare_all
from metrics.analysis.compare_spans import CHOSEN, spans_ending
from metrics.analysis.hours import RELATIONS, WeekHours, week_hours
from metrics.assessment.result_of_period import counts_shown, lines_shown, months_shown, standing_of
from metrics.calendar.days import month_end
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.calendar.working_days import WorkingDays, working_days
from metrics.cells.count import Counted
from metrics.cells.store import EmptyStore, Store, opened
from metrics.cells.sums import Span
from metrics.cells.units import Unit, units
from metrics.figures.measure import Figure, TrendPoint, measure_all, trend, trend_over
from metrics.figures.records import Records, records_behind
from metrics.flags.rules import tables_looked_at
from metrics.indicators.catalogue import Indicator, Part
from metrics.indicators.views import tables_read
from metrics.integrity.flag import Flag, find_flags
from metrics.integrity.flag import may_see as may_see_flag
from metrics.integrity.spot_sample import SpotCoverage, ToCheck, coverage, to_check
from metrics.result_cache import Kept, Reach
from metrics.scheme.log import Drafted, drafts_of
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scheme.text import text_of
from metrics.scoring.ledger import ledger
from metrics.scoring.rank import Assessment, Scorer, assess
from metrics.scoring.rank_stability import Steady, steady_ranks
from metrics.scoring.score_trend import ScoreFigure, ScorePoint, score_figure
from metrics.scoring.what_if import WhatIf, what_if
from metrics.wording import attention as alerts_of
from metrics.wording.alerts import Finding
from metrics.wording.flag_words import state_of

T = TypeVar("T")


def store() -> Store:
    """The store of this process."""
    return opened(store_folder())


def watch() -> Watch:
    """Where the journal stands, without looking at the folder each time."""
    return watch_of(store().folder)


@dataclass(frozen=True)
class Generation:
    """The counts at a position of the journal, and what was made of them so far."""

    mark: str
    counted: Counted
    kept: Kept


@st.cache_resource(show_spinner=False)
def _generations() -> Kept:
    """The last two: what was made of older records goes with them."""
    return Kept(most=2)


@st.cache_resource(show_spinner=False)
def _last() -> dict[Path, Generation]:
    """By folder: the generation that the next one may inherit from."""
    return {}


SPOT_CHECKS = Reach(frozenset(), date.min, frozenset({"spot_check"}))
REGISTERS = Reach(frozenset(), date.min)  # a change of a register ends all that was made

# Each run of a page has a context of its own.
_PINNED: ContextVar[Generation | None] = ContextVar("pinned", default=None)


def _key() -> tuple[date | None, str]:
    return day_of_process(), watch().mark()


def is_counted() -> bool:
    """Whether `latest` answers at once."""
    return _generations().has(_key())


def latest() -> Generation:
    """The records as they stand now, counted; raises metrics.cells.store.EmptyStore."""
    as_of, mark = key = _key()

    def make() -> Generation:
        found = store().counted(as_of)
        return Generation(mark, found, _inherited(found))

    generation = _generations().get(key, make)
    _last()[store().folder] = generation
    return generation


def _inherited(now: Counted) -> Kept:
    """What was made before and still holds: a record of today leaves last year's scores alone."""
    last, grown = _last().get(store().folder), now.grown
    if last is None or grown is None or grown.position != last.counted.position:
        return Kept()
    if now.cells != last.counted.cells or now.first_on != last.counted.first_on:
        return Kept()
    if LOG.name in grown.tables:
        return Kept()  # the ledger may have changed any score
    return last.kept.heir(
        lambda reach: grown.leaves(reach.indicators, reach.until, reach.tables, reach.dated)
    )


def is_empty() -> bool:
    """Whether nothing has been loaded yet."""
    try:
        latest()
    except EmptyStore:
        return True
    return False


def pin() -> Generation:
    """Let this run of a page see one generation from here to its end."""
    generation = latest()
    _PINNED.set(generation)
    return generation


def counted() -> Counted:
    """What this run of a page shows."""
    return (_PINNED.get() or latest()).counted


def kept(make: Callable[[Counted], T], *key: Hashable, reach: Reach | None = None) -> T:
    """What `make` makes of the counts, made once for all who ask for the same.

    key     a name, and everything besides the records that the result depends on
    reach   the sums that it is made from, if those and the registers are all
    """
    now = _PINNED.get() or latest()
    return now.kept.get(key, lambda: make(now.counted), reach)


def of_scores(period: Period, *more: str) -> Reach:
    """What is made from the scores of a period (and of those before), and of more indicators."""
    return of_sums([*(scored.id for scored in scheme_for(period).indicators), *more], period)


def of_sums(ids: Iterable[str], period: Period) -> Reach:
    """What is made from sums of these indicators up to the period's end.

    One with a query of its own is made from its records, which are not seen in cells.
    """
    names, catalogue = frozenset(ids), store().catalogue
    own = (catalogue.queries[name] for name in names if catalogue[name].sql)
    views = catalogue.views
    read = {
        relation for query in own for relation in tables_read(query).intersection(views.relations)
    }
    tables = frozenset(table for relation in read for table in views.tables(relation))
    return Reach(names, period.ends_on, tables)


def of_records(relations: Iterable[str]) -> Reach:
    """What is made from the records themselves: of which day one is, cells do not say."""
    views = store().catalogue.views
    return Reach(frozenset(), date.min, frozenset(t for r in relations for t in views.tables(r)))


def week(period: Period, actor: Actor) -> WeekHours:
    """What happened over the hours of the week, and the patrols beside it."""
    may_see("station", actor)
    return kept(
        lambda now: week_hours(now, period, actor), "week", period, reach=of_records(RELATIONS)
    )


def _scorer(level: Level, actor: Actor) -> Scorer:
    """Scores of other periods, for comparisons and trends.

    Kept without their contributions, which are most of them; the bureau's are few.
    """

    def make(now: Counted, period: Period) -> list[Assessment]:
        lines = lines_shown(store(), now, level, period, actor, is_simulated=False)
        return lines if level == "bureau" else [replace(x, contributions=()) for x in lines]

    def scored(period: Period) -> list[Assessment]:
        reach = _reach(period)
        return kept(lambda now: make(now, period), "scores", level, period, reach=reach)

    return scored


def data_time() -> datetime | None:
    """数据时间: when the last part was acknowledged."""
    return kept(lambda now: store().data_time(), "data-time")


def bureau() -> tuple[str, bool]:
    """Name of the bureau, and whether the data are simulated."""
    return kept(lambda now: now.copy.bureau(), "bureau", reach=REGISTERS)


def scheme_for(period: Period) -> Scheme:
    return scheme_of(counted().schemes, period.ends_on)


def scheme_problems() -> tuple[str, ...]:
    """A sentence for each published scheme that cannot be read any more."""
    return store().scheme_problems


def scheme_drafts() -> dict[str, Drafted]:
    """Name -> the draft as the log leaves it."""
    return kept(lambda now: drafts_of(now.copy), "scheme-drafts")


def may_see(level: Level, actor: Actor) -> None:
    """Asked on every call, also when the figure itself is kept."""
    require(actor, "see-officers" if level == "officer" else "see-units")


def assessments(level: Level, period: Period, actor: Actor) -> list[Assessment]:
    """Scores and ranks of all units of a level, best first within groups."""
    may_see(level, actor)
    return kept(
        lambda now: lines_shown(store(), now, level, period, actor, _scorer(level, actor)),
        *("assessments", level, period),
        reach=_reach(period),
    )


def standing(period: Period) -> Standing:
    """Where the period stands between 暂定 and 通报."""
    return kept(lambda now: standing_of(now, period), "standing", period.text)


def flags(period: Period, actor: Actor) -> list[Flag]:
    """The flags of the months of a period that the actor may see."""
    first, last = period.starts_on, period.ends_on
    reach = Reach(frozenset(), month_end(last), dated=tables_looked_at())
    found = kept(lambda now: find_flags(now, first, last), "flags", first, last, reach=reach)
    return [flag for flag in found.flags if may_see_flag(flag, actor)]


def known_verdicts() -> dict[str, Verdict]:
    """Flag id -> what was said of it last."""
    return kept(lambda now: verdicts(now.copy), "verdicts")


def open_flags(period: Period, actor: Actor) -> int:
    """How many flags wait for a verdict, or for the second person."""
    known = known_verdicts()
    return sum(state_of(flag, known) not in WORDS for flag in flags(period, actor))


def spot_coverage(period: Period) -> list[SpotCoverage]:
    """By station how far the spot checks of a period cover the villages."""
    first, last = period.starts_on, period.ends_on
    return kept(lambda now: coverage(now, first, last), "coverage", first, last, reach=SPOT_CHECKS)


def drawn(month: date) -> tuple[Sample, list[ToCheck]] | None:
    """The sample of a month and what its checks found so far; None before it is drawn."""

    def make(now: Counted) -> tuple[Sample, list[ToCheck]] | None:
        sample = next((s for s in samples(now.copy) if s.month == month), None)
        return (sample, to_check(now, sample)) if sample else None

    return kept(make, "drawn", month, reach=SPOT_CHECKS)


def days() -> WorkingDays:
    """The working days by which deadlines are counted."""
    return working_days(config().calendar.holidays)


def log() -> tuple[Entry, ...]:
    """What people decided, in order."""
    return kept(lambda now: entries(now.copy), "log")


def _reach(period: Period) -> Reach | None:
    """After its cut-off a period is left alone by what comes in; the log ends it all the same."""
    return REGISTERS if standing(period).cut else of_scores(period)


def _counts(now: Counted, period: Period) -> Counted:
    """The counts that the result of a period is made from."""
    return counts_shown(store(), now, standing(period))


@st.cache_resource(show_spinner=False)
def _trials() -> Kept:
    """The last few: a slider that moves must not push out what the other pages show."""
    return Kept(most=8)


def trial(level: Level, period: Period, actor: Actor, changed: Scheme) -> WhatIf:
    """The ranking of a period under another scheme, from what its result is made from."""
    may_see(level, actor)
    now = counted()

    def make() -> WhatIf:
        then, items = _counts(now, period), ledger(log())
        before = kept(
            lambda now: assess(then, level, period, actor, is_simulated=False, items=items),
            *("trial", level, period),
        )
        return what_if(then, level, period, actor, changed, before, items)

    key = store().folder, now.key, level, period, text_of(changed)
    return _trials().get(key, make)


def steady(level: Level, period: Period, actor: Actor) -> list[Steady]:
    """The ranked units with how steady their ranks are under chance and other weights."""
    lines = assessments(level, period, actor)
    return kept(
        lambda now: steady_ranks(_counts(now, period), level, period, lines),
        *("steady", level, period),
        reach=_reach(period),
    )


def bureau_score(period: Period, actor: Actor) -> ScoreFigure:
    """本局得分 with its interval, 同比 and the whole period before."""
    may_see("bureau", actor)
    return kept(
        lambda now: score_figure(now, period, actor, _scorer("bureau", actor)),
        *("bureau-score", period),
        reach=of_scores(period),
    )


def monthly_scores(level: Level, period: Period, actor: Actor) -> dict[str, list[ScorePoint]]:
    """Unit -> its scores of the 12 months that end with the period."""
    may_see(level, actor)
    return kept(
        lambda now: months_shown(now, level, period, actor, _scorer(level, actor)),
        *("months", level, period),
        reach=of_scores(period),
    )


def attention(period: Period, actor: Actor) -> list[Finding]:
    """需关注 for this actor: what the role may not see is not among it."""
    score, stations = bureau_score(period, actor).line, assessments("station", period, actor)
    standing = kept(
        lambda now: alerts_of.of_sums(now, period, actor, score, stations),
        *("attention", period),
        reach=of_scores(period),
    )
    return alerts_of.chosen([*alerts_of.rejects(counted(), actor), *standing])


def figures(
    ids: tuple[str, ...], level: Level, period: Period, actor: Actor, kind: str | None = None
) -> dict[str, list[Figure]]:
    """Indicator id -> figures by unit, with interval, 同比 and 环比."""
    may_see(level, actor)

    def make(now: Counted) -> dict[str, list[Figure]]:
        return measure_all(now, [now.catalogue[i] for i in ids], level, period, actor, kind)

    return kept(make, "figures", ids, level, period, kind, reach=of_sums(ids, period))


def trends(
    ids: tuple[str, ...],
    level: Level,
    period: Period,
    actor: Actor,
    months: int = 12,
    kind: str | None = None,
) -> dict[tuple[str, str], list[TrendPoint]]:
    """(indicator id, unit) -> the months that end with the period."""
    may_see(level, actor)

    def make(now: Counted) -> dict[tuple[str, str], list[TrendPoint]]:
        return trend(now, [now.catalogue[i] for i in ids], level, period, actor, months, kind)

    return kept(make, "trends", ids, level, period, months, kind, reach=of_sums(ids, period))


def comparisons(
    ids: tuple[str, ...],
    level: Level,
    period: Period,
    actor: Actor,
    unit: str | None = None,
    kind: str | None = None,
) -> list[Comparison]:
    """Indicators × units × spans that end with the period × 同比 and 环比."""
    may_see(level, actor)

    def make(now: Counted) -> list[Comparison]:
        asked = [now.catalogue[i] for i in ids]
        return compare_all(now, asked, level, spans_ending(period), actor, unit, kind)

    return kept(make, "comparisons", ids, level, period, unit, kind, reach=of_sums(ids, period))


def unit_comparisons(
    name: str, level: Level, span: Period, actor: Actor, kind: str | None = None
) -> list[Comparison]:
    """One indicator of every unit of a level over one span, 同比 and 环比."""
    may_see(level, actor)

    def make(now: Counted) -> list[Comparison]:
        return compare_all(now, [now.catalogue[name]], level, {CHOSEN: span}, actor, kind=kind)

    return kept(make, "unit-comparisons", name, level, span, kind, reach=of_sums((name,), span))


def courses(
    name: str,
    level: Level,
    periods: Sequence[Period],
    until: Period,
    actor: Actor,
    only: str | None = None,
    kind: str | None = None,
) -> dict[str, list[TrendPoint]]:
    """Unit -> one indicator over any periods that end with `until`; of one unit, if it is named."""
    may_see(level, actor)

    def make(now: Counted) -> dict[str, list[TrendPoint]]:
        found = trend_over(
            now, [now.catalogue[name]], level, periods, until.ends_on, actor, kind, only
        )
        return {unit: line for (_, unit), line in found.items()}

    key = name, level, tuple(periods), until, only, kind
    return kept(make, "courses", *key, reach=of_sums((name,), until))


def marks() -> tuple[Annotation, ...]:
    """The marks on the charts, up to the as-of day."""
    return kept(lambda now: annotations(now.copy, now.as_of), "marks")


def unit_list(level: Level, period: Period, actor: Actor) -> list[Unit]:
    may_see(level, actor)
    return kept(
        lambda now: units(now, level, period.ends_on),
        *("units", level, period.ends_on),
        reach=REGISTERS,
    )


def records(
    indicator: Indicator,
    part: Part,
    level: Level,
    unit: str,
    span: Span,
    actor: Actor,
    result_of: Period | None = None,
) -> Records:
    """The rows behind a figure; not kept, because they are restricted.

    result_of   the period whose result the figure belongs to: its cut-off decides
    """
    now = _counts(counted(), result_of) if result_of else counted()
    return records_behind(now, indicator, part, level, unit, span, actor)
