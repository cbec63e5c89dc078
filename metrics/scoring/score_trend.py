"""The bureau's score with its interval and comparisons, and scores month by month."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from data.rights import Actor, require
from metrics.calendar.period import Period, last_year, months_back, previous_whole
from metrics.cells.count import Counted
from metrics.scheme.scheme import Level, scheme_of
from metrics.scoring.rank import Assessment, Scorer, scorer
from metrics.scoring.score_draws import draws_of, group_scores
from metrics.scoring.score_grid import DIGITS, score_grids
from metrics.statistics.intervals import FloatArray

TAIL = 2.5  # per cent on either side of a 95 % interval


@dataclass(frozen=True)
class ScoreFigure:
    """The bureau's score. None where nothing could be scored.

    lower, upper   95 % interval: the scores when the cases of every proportion are drawn anew
    previous       of the whole period before; last_year: of the same days last year
    """

    line: Assessment
    lower: float | None
    upper: float | None
    last_year: Fraction | None
    previous: Fraction | None
    previous_period: Period
    is_monitoring: bool

    @property
    def score(self) -> Fraction | None:
        return self.line.score


@dataclass(frozen=True)
class ScorePoint:
    """One month of a unit's scores, with its place in the group if it was ranked."""

    period: Period
    score: Fraction | None
    rank: int | None = None


def score_figure(
    counted: Counted, period: Period, actor: Actor, scored: Scorer | None = None
) -> ScoreFigure:
    """The bureau's score, compared with the whole period before and with last year.

    scored   as in `metrics.scoring.rank.assess`
    """
    scored = scored or scorer(counted, "bureau", actor)
    line = scored(period)[0]
    scheme = scheme_of(counted.schemes, period.ends_on)
    lower = upper = None
    if line.raw is not None:
        scores = group_scores([float(line.raw)], [line.contributions], scheme, counted)
        draws = np.clip(draws_of(scores).unsure, 0, float(scheme.full_points)) + float(line.net)
        lower, upper = (float(bound) for bound in np.percentile(draws, [TAIL, 100 - TAIL]))
    before = previous_whole(period)
    return ScoreFigure(
        line,
        lower,
        upper,
        scored(last_year(period))[0].score,
        scored(before)[0].score,
        before,
        scheme.role_of(period.kind) == "monitoring",
    )


def score_months(
    counted: Counted, level: Level, period: Period, actor: Actor, months: int = 12
) -> dict[str, list[ScorePoint]]:
    """Unit -> its scores in the calendar months that end with the period's last day."""
    require(actor, "see-officers" if level == "officer" else "see-units")
    periods = months_back(period, months)
    schemes = {month: scheme_of(counted.schemes, month.ends_on) for month in periods}
    by_unit: dict[str, dict[Period, ScorePoint]] = {}
    for grid in score_grids(counted, level, periods, schemes):
        for row, month in enumerate(grid.periods):
            scores, ranks = _exact(grid.scores[row]), grid.ranks[row].tolist()
            for unit, score, rank in zip(grid.units, scores, ranks, strict=True):
                point = ScorePoint(month, score, rank or None)
                by_unit.setdefault(unit.code, {})[month] = point
    return {
        unit: [points.get(month, ScorePoint(month, None)) for month in periods]
        for unit, points in sorted(by_unit.items())
    }


def _exact(scores: FloatArray) -> list[Fraction | None]:
    """The scores to nine decimals as fractions, so that they are rounded like any other."""
    whole = np.rint(np.nan_to_num(scores) * 10**DIGITS).astype(np.int64).tolist()
    is_scored = (~np.isnan(scores)).tolist()
    return [Fraction(n, 10**DIGITS) if k else None for n, k in zip(whole, is_scored, strict=True)]
