"""What-if: the ranking under a changed scheme is the one that the scheme would give."""

import random
from fractions import Fraction

import pytest

from data.rights import Actor, NotPermitted, command_line
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import Counted
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scheme.weight_shift import movable, range_of, with_value, with_weight
from metrics.scoring.ledger import Item, Kind, Proposal
from metrics.scoring.rank import assess
from metrics.scoring.score_grid import score_grids
from metrics.scoring.weight_sensitivity import grid_of, sensitivity
from metrics.scoring.what_if import fragility, what_if
from metrics.wording.what_if_readings import reason, what_if_reading

ACTOR = command_line()


@pytest.fixture(scope="module")
def july(counted: Counted) -> Period:
    return parse_period("2019-07", counted.as_of)


def in_force(counted: Counted, period: Period) -> Scheme:
    return scheme_of(counted.schemes, period.ends_on)


def changed_at_random(counted: Counted, scheme: Scheme, seed: int) -> Scheme:
    """Three moves of a slider."""
    chance = random.Random(seed)
    for _ in range(3):
        one = chance.choice(scheme.indicators)
        what = chance.choice(movable(one))
        span = range_of(scheme, one, counted.catalogue[one.id], what)
        value = span.low + chance.randint(0, int((span.high - span.low) // span.step)) * span.step
        scheme = with_value(scheme, one.id, what, value)
    return scheme


@pytest.mark.parametrize(
    ("level", "text", "seed"),
    [("station", "2019-07", 1), ("village", "2019-07", 2), ("village", "2019-Q2", 3),
     ("officer", "2019-06", 4), ("room", "2018", 5), ("station", "2019-W30", 6)],
)  # fmt: skip
def test_scores_ranks_and_grades_are_those_of_the_scheme(
    counted: Counted, level: Level, text: str, seed: int
) -> None:
    period = parse_period(text, counted.as_of)
    changed = changed_at_random(counted, in_force(counted, period), seed)
    found = what_if(counted, level, period, ACTOR, changed)
    wanted = assess(counted, level, period, ACTOR, scheme=changed, is_simulated=False)
    assert [move.line for move in found.moves] == wanted
    before = assess(counted, level, period, ACTOR, is_simulated=False)
    assert {m.before.unit: m.before for m in found.moves} == {line.unit: line for line in before}
    for move in found.ranked:
        if move.before.rank is not None and move.line.rank is not None:
            assert move.places == move.before.rank - move.line.rank
        gained = {c.indicator: c.points or Fraction(0) for c in move.line.contributions}
        for c in move.before.contributions:
            gained[c.indicator] = gained.get(c.indicator, Fraction(0)) - (c.points or 0)
        assert sum(gained.values()) == move.difference
        assert abs(move.gained) == max(abs(points) for points in gained.values())


def test_the_unchanged_scheme_moves_nobody(counted: Counted, july: Period) -> None:
    found = what_if(counted, "station", july, ACTOR, in_force(counted, july))
    assert found.ranked
    assert found.moved == []
    assert all(move.indicator is None and not move.difference for move in found.moves)
    assert what_if_reading(found, "station", july).startswith("2019年7月")


@pytest.mark.parametrize("level", ["station", "village"])
def test_fragility_is_about_the_ranks_shown(counted: Counted, july: Period, level: Level) -> None:
    changed = with_weight(in_force(counted, july), "A1-visit-coverage", Fraction(25))
    found = what_if(counted, level, july, ACTOR, changed)
    (grid,) = score_grids(counted, level, [july], {july: changed})
    ranks = dict(zip((u.code for u in grid.units), grid.ranks[0].tolist(), strict=True))
    for move in found.moves:
        assert (ranks[move.line.unit] or None) == move.line.rank
        assert (move.held is None) == (move.line.rank is None)
    alone = fragility(counted, level, july, changed, [m.line for m in found.moves])
    for move in found.ranked:
        assert 0 <= (move.held or 0) <= 1
        assert move.held == pytest.approx(alone[move.line.unit], abs=0.06)
    whole = sensitivity(grid)
    places = {unit.code: place for place, unit in enumerate(grid.units)}
    for unit, held in alone.items():
        assert held == pytest.approx(whole.held[places[unit]], abs=1e-3)


def test_who_moves_is_told_why(counted: Counted, july: Period) -> None:
    changed = with_weight(in_force(counted, july), "A1-visit-coverage", Fraction(30), "village")
    found = what_if(counted, "village", july, ACTOR, changed)
    assert found.moved
    said = what_if_reading(found, "village", july)
    assert f"{len(found.moved)} 个名次变动" in said
    for move in found.moved:
        assert move.indicator is not None
        assert reason(move).startswith(f"{move.indicator.title} ")


def test_a_week_is_not_ranked_under_any_scheme(counted: Counted) -> None:
    week = parse_period("2019-W30", counted.as_of)
    found = what_if(counted, "station", week, ACTOR, in_force(counted, week))
    assert found.ranked == []
    assert "不排名" in what_if_reading(found, "station", week)


def item(unit: str, kind: Kind, points: int, reason: str, indicator: str = "") -> Item:
    given = Proposal(
        "2019-07", "station", unit, kind, Fraction(points), reason, "文", reason, indicator
    )
    return Item("log-1", given, "approved", "甲", "乙")


def test_the_ledger_counts_under_any_scheme(counted: Counted, july: Period) -> None:
    """A bonus may win places, and what is exempt stays so; fragility knows of both."""
    items = [
        item("S08", "bonus", 4, "commendation"),
        item("S02", "exemption", 0, "leave", "A2-days-in-village"),
    ]
    changed = changed_at_random(counted, in_force(counted, july), 7)
    found = what_if(counted, "station", july, ACTOR, changed, items=items)
    wanted = assess(counted, "station", july, ACTOR, changed, is_simulated=False, items=items)
    assert [move.line for move in found.moves] == wanted
    of = {move.line.unit: move for move in found.moves}
    assert of["S08"].line.bonus == 4
    assert any("免考核" in c.reason for c in of["S02"].line.contributions)
    lines = [move.line for move in found.moves]
    grid = grid_of(counted, "station", july, changed, lines)
    for unit, rank in zip(grid.units, grid.ranks[0].tolist(), strict=True):
        assert (rank or None) == of[unit.code].line.rank


def test_persons_need_the_right(counted: Counted, july: Period) -> None:
    with pytest.raises(NotPermitted):
        what_if(counted, "officer", july, Actor("x", "station"), in_force(counted, july))
