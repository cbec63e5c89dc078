"""Ranking: scores -> places within groups, their uncertainty, movement and grades."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from data.rights import Actor, require
from metrics.calendar.period import Period, previous_whole
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.ledger import LEDGER, Adjustment, Item, adjustments, ledger, months_of
from metrics.scoring.score import Contribution, EarlierFigures, Score, score_units
from metrics.scoring.score_draws import draws_of, group_scores
from metrics.statistics.rank_uncertainty import alike, rank_intervals


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One unit's line in the ranking.

    rank                  place in its group, ties share it (1, 2, 2, 4); None if not ranked
    rank_low, rank_high   95 % interval of the place, by simulation
    alike                 units of its group from which it cannot be told apart, pair by pair: all
                          differences that are told hold together with 95 % confidence
    p_first, p_last       how often it comes first, last of its group in that simulation
    status                ranked, not-rankable, not-applicable, monitoring
    score                 最终分 = 原始分 (raw) + 加分 (bonus) − 减分 (deduction)
    score_digits          decimals with which it is shown: those that tell it from other ranks
    """

    unit: str
    name: str
    group: str
    station: str
    score: Fraction | None
    grade: str | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    previous_rank: int | None = None
    alike: tuple[str, ...] | None = None
    applicable_points: Fraction
    status: str
    reason: str
    contributions: tuple[Contribution, ...]
    p_first: float | None = None
    p_last: float | None = None
    bonus: Fraction = Fraction(0)
    deduction: Fraction = Fraction(0)
    is_vetoed: bool = False
    score_digits: int = words.SCORE_DIGITS

    @property
    def net(self) -> Fraction:
        return self.bonus - self.deduction

    @property
    def raw(self) -> Fraction | None:
        """原始分: what the indicators give."""
        return None if self.score is None else self.score - self.net

    @property
    def shown_score(self) -> Decimal | None:
        """The score as every table and sentence has it."""
        return None if self.score is None else words.rounded(self.score, self.score_digits)


Scorer = Callable[[Period], list[Assessment]]


def assess(
    counted: Counted,
    level: Level,
    period: Period,
    actor: Actor,
    scheme: Scheme | None = None,
    is_simulated: bool = True,
    scored: Scorer | None = None,
    items: Sequence[Item] | None = None,
    earlier: EarlierFigures | None = None,
) -> list[Assessment]:
    """Score and rank all units of a level, group by group, best first; the unranked follow.

    scheme         instead of the one in force on the period's last day
    is_simulated   False leaves out rank intervals and movement (faster)
    scored         gives the same without simulation of another period, if the caller keeps them
    items          the ledger, if it is not that of the counted records
    earlier        figures of the same counts, level, period and ledger, found under another scheme
    """
    require(actor, "see-officers" if level == "officer" else "see-units")
    in_force = (scheme or scheme_of(counted.schemes, period.ends_on)).at(level)
    entered = ledger(counted.log(*LEDGER, periods=months_of(period))) if items is None else items
    adjusted = adjustments(entered, level, period)
    exempt = {unit: _in_words(in_force, a.exempt) for unit, a in adjusted.items()}
    scores = score_units(counted, in_force, level, period, exempt=exempt, earlier=earlier)
    lines = [_line(score, in_force, period, adjusted.get(score.unit.code)) for score in scores]
    ranked = told_apart(_places(lines))
    if is_simulated:
        ranked = _with_intervals(ranked, in_force, counted)
        if scored is None:
            scored = scorer(counted, level, actor, scheme)
        ranked = _with_movement(ranked, scored(previous_whole(period)))
    if in_force.role_of(period.kind) in ("grade", "award"):
        ranked = _with_grades(ranked, in_force)
    return sorted(ranked, key=_order)


def scorer(counted: Counted, level: Level, actor: Actor, scheme: Scheme | None = None) -> Scorer:
    """Scores a period without simulation."""
    return lambda period: assess(counted, level, period, actor, scheme, is_simulated=False)


def _in_words(scheme: Scheme, exempt: Mapping[str, str]) -> dict[str, str]:
    """Indicator -> why it is left out, by the scheme's words."""
    reasons = {name: scheme.ledger.reason(code) for name, code in exempt.items()}
    return {name: reason.title if reason else exempt[name] for name, reason in reasons.items()}


def _line(
    score: Score, scheme: Scheme, period: Period, adjusted: Adjustment | None = None
) -> Assessment:
    adjustment = adjusted or Adjustment()
    status, reason = "ranked", ""
    if score.score is None:
        status, reason = "not-applicable", "没有适用的指标"
    elif scheme.role_of(period.kind) == "monitoring":
        status, reason = "monitoring", "周数据只作监测，不排名"
    elif score.applicable_points < scheme.rank_from_points:
        own, least = words.points(score.applicable_points), float(scheme.rank_from_points)
        status, reason = "not-rankable", f"适用分值 {own} 分，不足 {least:g} 分，只计分不排名"
    unit = score.unit
    return Assessment(
        unit=unit.code,
        name=unit.name,
        group=unit.group,
        station=unit.station,
        score=None if score.score is None else score.score + adjustment.net,
        applicable_points=score.applicable_points,
        status=status,
        reason=reason,
        contributions=score.contributions,
        bonus=adjustment.bonus,
        deduction=adjustment.deduction,
        is_vetoed=adjustment.is_vetoed,
    )


def competition_ranks(scores: Sequence[Fraction]) -> list[int]:
    """1, 2, 2, 4: equal scores share the better place."""
    ordered = sorted(scores, reverse=True)
    first: dict[Fraction, int] = {}
    for place, score in enumerate(ordered, 1):
        first.setdefault(score, place)
    return [first[score] for score in scores]


def _places(lines: Sequence[Assessment]) -> list[Assessment]:
    placed = list(lines)
    for members in _groups(lines).values():
        ranks = competition_ranks([lines[i].score or Fraction(0) for i in members])
        for i, rank in zip(members, ranks, strict=True):
            placed[i] = replace(lines[i], rank=rank)
    return placed


def told_apart(lines: Sequence[Assessment]) -> list[Assessment]:
    """With the decimals that tell the scores of a group apart where the ranks are not the same."""
    shown = list(lines)
    for members in _groups(lines).values():
        digits = words.telling_digits([lines[i].score or Fraction(0) for i in members])
        for i, own in zip(members, digits, strict=True):
            if own != lines[i].score_digits:
                shown[i] = replace(lines[i], score_digits=own)
    return shown


def _groups(lines: Sequence[Assessment]) -> Mapping[str, list[int]]:
    """Group -> positions of its ranked units. Groups themselves are ranked in one list."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if line.status == "ranked":
            groups["" if line.group == line.unit else line.group].append(i)
    return groups


def _with_intervals(
    lines: Sequence[Assessment], scheme: Scheme, counted: Counted
) -> list[Assessment]:
    """95 % rank intervals, chances and who is alike, from draws of each group's true scores."""
    with_intervals = list(lines)
    for members in _groups(lines).values():
        group = [lines[i] for i in members]
        raw = [float(line.raw or 0) for line in group]
        added = [float(line.net) for line in group]
        draws = draws_of(group_scores(raw, [x.contributions for x in group], scheme, counted))
        intervals = rank_intervals(draws.unsure + added)
        chances = rank_intervals(draws.likely + added)
        pairs = alike(draws.unsure + added, [line.rank or 0 for line in group])
        for place, i in enumerate(members):
            rank = lines[i].rank or 0
            with_intervals[i] = replace(
                lines[i],
                rank_low=min(int(intervals.rank_low[place]), rank),
                rank_high=max(int(intervals.rank_high[place]), rank),
                alike=tuple(
                    x.unit for x, is_one in zip(group, pairs[place], strict=True) if is_one
                ),
                p_first=float(chances.p_first[place]),
                p_last=float(chances.p_last[place]),
            )
    return with_intervals


def _with_movement(lines: Sequence[Assessment], before: Sequence[Assessment]) -> list[Assessment]:
    ranks = {line.unit: line.rank for line in before}
    return [replace(line, previous_rank=ranks.get(line.unit)) for line in lines]


def _with_grades(lines: Sequence[Assessment], scheme: Scheme) -> list[Assessment]:
    graded = list(lines)
    for members in _groups(lines).values():
        for i in members:
            graded[i] = replace(lines[i], grade=_grade(lines[i], scheme, members, lines))
    return graded


def _grade(
    line: Assessment, scheme: Scheme, members: Sequence[int], lines: Sequence[Assessment]
) -> str | None:
    """The best grade whose bound is reached and whose quota has room (a tie at the edge is out).

    After a veto the grades above `veto_grade` are closed; who is vetoed takes no place in them.
    """
    score = line.score or Fraction(0)
    rivals = [lines[i] for i in members if line.is_vetoed or not lines[i].is_vetoed]
    at_least_as_good = sum(1 for rival in rivals if (rival.score or Fraction(0)) >= score)
    names = [grade.name for grade in scheme.grades]
    first = 0
    if line.is_vetoed:
        left = scheme.ledger.veto_grade
        first = names.index(left) if left else len(names) - 1
    for grade in scheme.grades[first:]:
        if score >= grade.at_least:
            places = len(members)
            if grade.quota is not None:
                places = max(1, int(grade.quota * len(members)))
            if at_least_as_good <= places:
                return grade.name
    return None


def _order(line: Assessment) -> tuple[str, int, int, float, str]:
    order = {"ranked": 0, "monitoring": 0, "not-rankable": 1, "not-applicable": 2}
    return (
        "" if line.group == line.unit else line.group,
        order[line.status],
        line.rank or 0,
        -float(line.score or 0),
        line.unit,
    )


def by_group(lines: Sequence[Assessment]) -> dict[str, list[Assessment]]:
    """Group -> its lines as they are ordered, the group of the first station first."""
    groups: dict[str, list[Assessment]] = {}
    for line in sorted(lines, key=lambda line: line.station or line.unit):
        groups.setdefault(line.group, [])
    for line in lines:
        groups[line.group].append(line)
    return groups
