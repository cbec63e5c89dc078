"""Results for the screens: counted once for all who look, and pinned for one run of a page."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from data.environment import as_of as day_of_process
from data.environment import config, store_folder
from data.intake.loading import Loader
from data.journal.watch import Watch, watch_of
from data.rights import Actor
from metrics.calendar.working_days import WorkingDays, working_days
from metrics.cells.count import Counted
from metrics.cells.reads import begin_run
from metrics.cells.store import EmptyStore, Store, opened
from metrics.result_cache import ResultCache
from metrics.results import Results


@dataclass(frozen=True)
class Generation:
    """The counts at a position of the journal, and what was made of them so far."""

    mark: str
    counted: Counted
    cache: ResultCache

    def results(self, actor: Actor) -> Results:
        return Results(store(), self.counted, actor, self.cache)


def store() -> Store:
    """The store of this process."""
    return opened(store_folder())


def loader() -> Loader:
    """For what a person enters: the intake with the copy that the pages read."""
    return Loader(store().journal, store().copy, tells_each_row=True)


def watch() -> Watch:
    """Where the journal stands, without looking at the folder each time."""
    return watch_of(store().folder)


def days() -> WorkingDays:
    """The working days by which deadlines are counted."""
    return working_days(config().calendar.holidays)


@st.cache_resource(show_spinner=False)
def _generations() -> ResultCache:
    """The last two: what was made of older records goes with them."""
    return ResultCache(most=2)


@st.cache_resource(show_spinner=False)
def _last() -> dict[Path, Generation]:
    """By folder: the generation that the next one may inherit from."""
    return {}


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
        counted = store().counted(as_of)
        return Generation(mark, counted, _inherited(counted))

    generation = _generations().get(key, make)
    _last()[store().folder] = generation
    return generation


def _inherited(now: Counted) -> ResultCache:
    """What was made before and still holds: a record of today leaves last year's scores alone."""
    last, grown = _last().get(store().folder), now.grown
    if last is None or grown is None or grown.position != last.counted.position:
        return ResultCache()
    if now.cells != last.counted.cells or now.first_on != last.counted.first_on:
        return ResultCache()
    return last.cache.heir(grown.leaves)


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
    begin_run()
    return generation


def results(actor: Actor) -> Results:
    """What this run of a page shows, for an actor."""
    return (_PINNED.get() or latest()).results(actor)
