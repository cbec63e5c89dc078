"""Scores of many months at once are those of each month alone."""

from collections.abc import Sequence

import pytest

from data.rights import command_line
from metrics.calendar.period import months_back, parse_period
from metrics.cells.count import Counted
from metrics.scheme.scheme import Level
from metrics.scoring.rank import assess
from metrics.scoring.score_trend import ScorePoint, score_months

ACTOR = command_line()
MONTHS = 46  # all of the demo city, and two before it
EXACT = 1e-9


def points(counted: Counted, level: Level) -> dict[str, list[ScorePoint]]:
    august = parse_period("2019-08", counted.as_of)
    return score_months(counted, level, august, ACTOR, MONTHS)


@pytest.mark.parametrize(
    ("level", "each"),
    [("bureau", 1), ("group", 3), ("station", 2), ("room", 7), ("village", 9), ("officer", 21)],
)
def test_a_month_has_the_score_and_rank_that_it_has_alone(
    counted: Counted, level: Level, each: int
) -> None:
    found = points(counted, level)
    months: Sequence[int] = range(MONTHS - 1, -1, -each)
    for place in months:
        month = months_back(parse_period("2019-08", counted.as_of), MONTHS)[place]
        for line in assess(counted, level, month, ACTOR, is_simulated=False):
            point = found[line.unit][place]
            assert (point.score is None) == (line.score is None), (month.text, line.unit)
            if line.score is not None and point.score is not None:
                assert abs(point.score - line.score) < EXACT, (month.text, line.unit)
            assert point.rank == line.rank, (month.text, line.unit)


def test_a_unit_that_did_not_exist_has_no_score(counted: Counted) -> None:
    found = points(counted, "village")
    assert {len(line) for line in found.values()} == {MONTHS}
    assert all(point.score is None for line in found.values() for point in line[:2])


def test_scores_of_persons_need_the_right(counted: Counted) -> None:
    from data.rights import Actor, NotPermitted

    with pytest.raises(NotPermitted):
        score_months(counted, "officer", parse_period("2019-08", counted.as_of), Actor("x", "wall"))
