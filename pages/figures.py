"""Figures for the screens: metrics, cached by journal position. Pages ask here and nowhere else.

Everything that comes from here is shared between sessions and must not be changed.
"""

import os
from datetime import date, datetime
from pathlib import Path

import streamlit as st

from data.rights import Actor, require
from metrics.catalogue import Indicator, Part
from metrics.count import Counted
from metrics.findings import findings
from metrics.measure import Figure, TrendPoint, measure_all, trend
from metrics.period import Period
from metrics.rank import Assessment, assess
from metrics.records import Records, records_behind
from metrics.scheme import Level, Scheme, scheme_of
from metrics.score_trend import ScoreFigure, ScorePoint, score_figure, score_months
from metrics.station_findings import Finding
from metrics.store import EmptyStore, Store, opened
from metrics.sums import Span
from metrics.units import Unit, units


def store() -> Store:
    """The store of this process."""
    return opened(Path(os.environ.get("HONGFENG_STORE", "var")).resolve())


def counted() -> Counted:
    """The records counted as of the store's day; raises metrics.store.EmptyStore."""
    return _counted(os.environ.get("HONGFENG_AS_OF"))


def state() -> str:
    """What the figures are made of: changes when something came in; empty for an empty store."""
    try:
        return counted().key
    except EmptyStore:
        return ""


# A page asks a dozen times in one run, and every open page once a second whether there is news.
@st.cache_resource(ttl=0.5, max_entries=4, show_spinner=False)
def _counted(as_of: str | None) -> Counted:
    return store().counted(date.fromisoformat(as_of) if as_of else None)


@st.cache_data(max_entries=4, show_spinner=False)
def data_time(position: int) -> datetime | None:
    """数据时间: when the part at a journal position was acknowledged."""
    return store().data_time()


def scheme_for(period: Period) -> Scheme:
    return scheme_of(store().schemes, period.ends_on)


def may_see(level: Level, actor: Actor) -> None:
    """Asked on every call, also when the figure itself is cached."""
    require(actor, "see-officers" if level == "officer" else "see-units")


def assessments(level: Level, period: Period, actor: Actor) -> list[Assessment]:
    """Scores and ranks of all units of a level, best first within groups."""
    may_see(level, actor)
    now = counted()
    return _assessments(now.key, level, period, _counted=now, _actor=actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _assessments(
    cells: str, level: Level, period: Period, _counted: Counted, _actor: Actor
) -> list[Assessment]:
    return assess(_counted, level, period, _actor)


def bureau_score(period: Period, actor: Actor) -> ScoreFigure:
    """本局得分 with its interval, 同比 and the whole period before."""
    may_see("bureau", actor)
    now = counted()
    return _bureau_score(now.key, period, _counted=now, _actor=actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _bureau_score(cells: str, period: Period, _counted: Counted, _actor: Actor) -> ScoreFigure:
    return score_figure(_counted, period, _actor)


def monthly_scores(level: Level, period: Period, actor: Actor) -> dict[str, list[ScorePoint]]:
    """Unit -> its scores of the 12 months that end with the period."""
    may_see(level, actor)
    now = counted()
    return _monthly_scores(now.key, level, period, _counted=now, _actor=actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _monthly_scores(
    cells: str, level: Level, period: Period, _counted: Counted, _actor: Actor
) -> dict[str, list[ScorePoint]]:
    return score_months(_counted, level, period, _actor)


def attention(period: Period, actor: Actor) -> list[Finding]:
    """需关注 for this actor: what the role may not see is not among it."""
    bureau, stations = bureau_score(period, actor).line, assessments("station", period, actor)
    now = counted()
    return _attention(now.key, period, actor, _counted=now, _bureau=bureau, _stations=stations)


@st.cache_resource(max_entries=64, show_spinner=False)
def _attention(
    cells: str,
    period: Period,
    actor: Actor,
    _counted: Counted,
    _bureau: Assessment,
    _stations: list[Assessment],
) -> list[Finding]:
    return findings(_counted, period, actor, _bureau, _stations)


def figures(
    ids: tuple[str, ...], level: Level, period: Period, actor: Actor, kind: str | None = None
) -> dict[str, list[Figure]]:
    """Indicator id -> figures by unit, with interval, 同比 and 环比."""
    may_see(level, actor)
    now = counted()
    return _figures(now.key, ids, level, period, kind, _counted=now, _actor=actor)


@st.cache_resource(max_entries=128, show_spinner=False)
def _figures(
    cells: str,
    ids: tuple[str, ...],
    level: Level,
    period: Period,
    kind: str | None,
    _counted: Counted,
    _actor: Actor,
) -> dict[str, list[Figure]]:
    indicators = [_counted.catalogue[name] for name in ids]
    return measure_all(_counted, indicators, level, period, _actor, kind)


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
    now = counted()
    return _trends(now.key, ids, level, period, months, kind, _counted=now, _actor=actor)


@st.cache_resource(max_entries=128, show_spinner=False)
def _trends(
    cells: str,
    ids: tuple[str, ...],
    level: Level,
    period: Period,
    months: int,
    kind: str | None,
    _counted: Counted,
    _actor: Actor,
) -> dict[tuple[str, str], list[TrendPoint]]:
    indicators = [_counted.catalogue[name] for name in ids]
    return trend(_counted, indicators, level, period, _actor, months, kind)


def unit_list(level: Level, period: Period, actor: Actor) -> list[Unit]:
    may_see(level, actor)
    now = counted()
    return _unit_list(now.key, level, period.ends_on, _counted=now)


@st.cache_resource(max_entries=64, show_spinner=False)
def _unit_list(cells: str, level: Level, day: date, _counted: Counted) -> list[Unit]:
    return units(_counted, level, day)


def records(
    indicator: Indicator, part: Part, level: Level, unit: str, span: Span, actor: Actor
) -> Records:
    """The rows behind a figure; not cached, because they are restricted."""
    return records_behind(counted(), indicator, part, level, unit, span, actor)
