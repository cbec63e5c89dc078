"""What is at stake with what waits, what was let in, and that a frozen period is not touched."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from cli import DONE, NOTHING, main
from data.rights import Actor
from metrics.assessment.open_points import needs
from metrics.assessment.steps import freeze
from metrics.assessment.verify import verify
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.integrity.pending_stakes import effects, stakes, waiting_versions
from metrics.results import Results
from metrics.wording.pending_words import (
    after_words,
    before_words,
    effects_sentence,
    record_words,
)
from tests.assessing import LEADER, desk, to_hearing
from tests.unit.test_pending_versions import (
    ACTS,
    JULY,
    LATE,
    PART,
    POLITICAL,
    by_file,
    by_http,
    figures,
    settle,
    store,
    town,
    waiting,
)

__all__ = ["store", "town"]  # fixtures

# -- what is at stake -------------------------------------------------------------------------


def test_what_is_at_stake_is_what_confirming_changes(store: Path) -> None:
    before = figures(store)
    by_file(store, [LATE | dict(ACTS["作废"])])
    opened = Store(store)
    counted = opened.counted()
    period = parse_period(JULY, counted.as_of)
    versions = [w.version for w in waiting_versions(counted, POLITICAL)]
    told = {s.unit: (s.before, s.after) for s in stakes(opened, versions, period, POLITICAL)}
    assert figures(store) == before
    settle(store)
    after = figures(store)
    real = {"S": (before.scores[0], after.scores[0]), "T": (before.scores[1], after.scores[1])}
    assert told == {unit: both for unit, both in real.items() if both[0] != both[1]}
    assert "S" in told


def test_a_station_sees_what_waits_of_its_own(store: Path) -> None:
    by_file(store, [LATE | dict(ACTS["作废"])])
    counted = Store(store).counted()
    (own,) = waiting_versions(counted, Actor("甲所-01", "station", "S"))
    assert (own.station_name, own.village_name) == ("甲所", "一村")
    assert waiting_versions(counted, Actor("乙所-01", "station", "T")) == ()


def test_before_and_after_are_told_in_words(store: Path) -> None:
    by_http(store, [PART | {"due_on": "2019-08-30", "resolved_on": ""}])
    (version,) = waiting(store)
    assert record_words(version) == "矛盾纠纷 D0"
    assert before_words(version) == "应化解日期 2019-07-20；化解日期 2019-07-29"
    assert after_words(version) == "应化解日期 2019-08-30；化解日期 （空）"


def test_the_bulletin_tells_what_was_let_in(store: Path) -> None:
    opened, counted = Store(store), Store(store).counted()
    period = parse_period(JULY, counted.as_of)
    assert (
        effects_sentence(effects(opened, counted, period, POLITICAL)) == "期后作废、改期：本期没有"
    )
    before = figures(store)
    by_file(store, [LATE | dict(ACTS["作废"])])
    settle(store)
    after = figures(store)
    (told,) = effects(opened, opened.counted(), period, POLITICAL)
    assert (told.unit, told.name, told.count) == ("S", "甲所", 1)
    assert before.scores[0] is not None
    assert after.scores[0] is not None
    assert told.change == after.scores[0] - before.scores[0]
    in_words = f"影响 {float(told.change):+.2f} 分"
    assert effects_sentence([told]) == f"期后作废、改期（均经他人确认）：甲所 1 件，{in_words}"
    june = parse_period("2019-06", counted.as_of)
    assert effects(opened, opened.counted(), june, POLITICAL) == []


# -- a frozen period --------------------------------------------------------------------------


def test_a_frozen_period_verifies_whatever_is_confirmed_later(store: Path) -> None:
    opened = Store(store)
    to_hearing(opened, JULY)
    by_file(store, [LATE | dict(ACTS["作废"])])
    freeze(desk(opened, LEADER, 14), JULY)
    frozen = figures_shown(opened)
    settle(store)
    assert figures_shown(opened) == frozen
    (verified,) = verify(opened.journal, POLITICAL)
    assert verified.problems == ()


def figures_shown(opened: Store) -> list[tuple[str, Fraction | None]]:
    counted = opened.counted()
    period = parse_period(JULY, counted.as_of)
    lines = Results(opened, counted, POLITICAL).lines("station", period)
    return [(line.unit, line.score) for line in lines]


def test_the_open_points_count_what_waits(store: Path) -> None:
    opened = Store(store)
    by_file(store, [LATE | dict(ACTS["作废"])])
    opened.counted()
    sentences = [need.sentence for need in needs(opened, (), JULY, {})]
    assert "待核改动 1 件，确认前按原记录计" in sentences


def test_the_command_lists_and_settles(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_file(store, [LATE | dict(ACTS["作废"])])
    where = ["--store", str(store)]
    assert main(["pending", "list", "--format", "json", *where]) == DONE
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["unit"], row["acts"]) == ("dispute/D0", "甲所一村", "作废")
    assert (row["sender"], row["twin"]) == ("数据-01", "")
    confirm = ["pending", "confirm", "--remark", "已核原件", *where]
    assert main([*confirm, "--person", "数据-01"]) == NOTHING
    assert "不得核定本人报送的版本" in capsys.readouterr().err
    assert main([*confirm, "--person", "政治处-02"]) == DONE
    assert capsys.readouterr().out == "已确认 1 件\n"
    assert waiting(store) == ()
