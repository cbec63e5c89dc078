"""A ranking that a snapshot keeps is the one that would be worked out, or it is left aside."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.rights import command_line
from metrics import kept_results
from metrics.calendar.period import Period, default_period, previous_whole
from metrics.cells.reads import noting
from metrics.cells.store import Store
from metrics.kept_results import LEVELS_KEPT, kept_ranking
from metrics.results import Results
from metrics.scheme.level import Level
from metrics.scoring.rank import assess
from tests.unit.test_recount import make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("kept")
    make_store(folder)
    writing = Store(folder)
    assert writing.keep(lambda counted: Results(writing, counted, command_line()).to_keep())
    return Store(folder)


@pytest.fixture(scope="module")
def period(store: Store) -> Period:
    return default_period(store.counted().as_of)


@pytest.mark.parametrize("level", LEVELS_KEPT)
def test_what_is_kept_is_what_would_be_worked_out(
    store: Store, period: Period, level: Level
) -> None:
    counted = store.counted()
    kept = kept_ranking(counted, level, period)
    assert kept == assess(counted, level, period, command_line())
    assert Results(store, counted, command_line()).lines(level, period) == kept


def test_what_a_kept_ranking_was_made_from_is_noted(store: Store, period: Period) -> None:
    counted = store.counted()
    with noting() as worked_out:
        assess(counted, "station", period, command_line())
    with noting() as reads:
        assert kept_ranking(counted, "station", period) is not None
    assert worked_out.sums.items() <= reads.sums.items()
    assert worked_out.records.keys() <= reads.records.keys()
    assert worked_out.log <= reads.log


def test_another_day_position_period_or_program_has_nothing_kept(
    store: Store, period: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = store.counted()
    later = replace(counted, position=counted.position + 1)
    other_day = replace(counted, as_of=counted.as_of + timedelta(days=1))
    in_memory = replace(counted, kept="")
    for other in (later, other_day, in_memory):
        assert kept_ranking(other, "station", period) is None
    assert kept_ranking(counted, "station", previous_whole(period)) is None
    assert kept_ranking(counted, "officer", period) is None
    monkeypatch.setattr(kept_results, "_program", lambda: "another")
    assert kept_ranking(counted, "station", period) is None


def test_a_kept_ranking_that_cannot_be_read_is_left_aside(
    store: Store, period: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_results, "kept_answer", lambda *_: '{"lines": [{"unit": "S1"}]}')
    counted = store.counted()
    assert kept_ranking(counted, "station", period) is None
    lines = Results(store, counted, command_line()).lines("station", period)
    assert lines == assess(counted, "station", period, command_line())


def test_a_scheme_that_is_tried_is_always_worked_out(store: Store, tmp_path: Path) -> None:
    usual = Path(kept_results.__file__).parent / "schemes" / "2016.toml"
    trial = tmp_path / "trial.toml"
    trial.write_text(usual.read_text("utf-8"), "utf-8")
    tried = Store(store.folder, scheme=trial)
    counted = tried.counted()
    results = Results(tried, counted, command_line())
    assert results._kept_ranking("station", default_period(counted.as_of)) is None
