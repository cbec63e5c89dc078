"""The one sentence at the head of 总览 and 排名, computed from what the page shows."""

from collections.abc import Mapping, Sequence

from metrics.analysis.compare import Comparison
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Level, Scheme, Scored
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_trend import ScoreFigure
from metrics.wording.alerts import moved_beyond
from metrics.wording.compare_words import yearly_change
from metrics.wording.rank_words import alike_clause, alike_ranks, alike_with_first
from metrics.wording.tile_content import compared_with

MOST_NAMES = 3


def lead_indicator(scheme: Scheme) -> Scored:
    """The indicator with the most points: the one that a chief asks about first."""
    return max(scheme.indicators, key=lambda scored: scored.weight)


def overview_headline(
    period: Period,
    score: ScoreFigure,
    lead: Figure,
    changes: Sequence[Comparison],
    catalogue: Catalogue,
    stations: Sequence[Assessment],
) -> str:
    """7月本局得分 84.31 分，比6月高 …；走访覆盖率 31.8%，较去年同期高 …，3 个所未达目标."""
    if score.score is None:
        return f"{period.title}没有可以计分的数据"
    parts = [f"{period.title}本局得分 {words.points(score.score)} 分{_against_previous(score)}"]
    indicator = catalogue[lead.indicator]
    if lead.exact is not None:
        change = yearly_change(indicator, lead, changes)
        value = words.value_of(indicator, lead.exact)
        short = below_target(indicator.id, indicator.better, stations)
        clauses = (f"{indicator.title} {value}", change, short)
        parts.append("，".join(part for part in clauses if part))
    return "；".join(parts)


def _against_previous(score: ScoreFigure) -> str:
    if score.score is None or score.previous is None:
        return ""
    than = compared_with(score.previous_period)
    difference = words.rounded(score.score - score.previous, 2)
    if difference == 0:
        return f"，与{than}持平"
    return f"，比{than}{'高' if difference > 0 else '低'} {abs(difference)} 分"


def below_target(indicator: str, better: str, stations: Sequence[Assessment]) -> str:
    """3 个所未达目标（29.0%）/ 各所均达目标."""
    of_stations = [c for line in stations for c in line.contributions if c.indicator == indicator]
    valued = [c for c in of_stations if c.plain_value is not None]
    if not valued:
        return ""
    target = words.percent(valued[0].target)
    missed = sum(1 for c in valued if is_short(c, better))
    return f"{missed} 个所未达目标（{target}）" if missed else f"各所均达目标（{target}）"


def is_short(c: Contribution, better: str) -> bool:
    """The unit's own value lies on the worse side of the target, whatever it is mixed with."""
    if c.plain_value is None:
        return False
    return c.plain_value < c.target if better == "higher" else c.plain_value > c.target


def ranking_headline(
    level: Level, period: Period, groups: Mapping[str, Sequence[Assessment]]
) -> str:
    """Who is first in each group, from whom that cannot be told apart, and who moved most."""
    lines = [line for members in groups.values() for line in members]
    if any(line.status == "monitoring" for line in lines):
        return f"{period.title}：周数据只作监测，不排名"
    leaders = [_leader(name, members) for name, members in groups.items()]
    if not any(leaders):
        return f"{period.title}没有可以排名的单位"
    return "；".join(part for part in [*leaders, _mover(level, lines)] if part)


def _leader(group: str, members: Sequence[Assessment]) -> str:
    ranked = [line for line in members if line.rank is not None]
    first = [line for line in ranked if line.rank == 1]
    if not first:
        return ""
    names = words.listed([line.name for line in first], MOST_NAMES)
    tied = "并列" if len(first) > 1 else ""
    ranks = {line.unit: line.rank for line in ranked if line.rank and line.rank > 1}
    unsure = alike_clause(alike_ranks(alike_with_first(ranked), ranks))
    lead = f"{group}：{names}" if group else names
    score = words.points(first[0].score, first[0].score_digits)
    placed = f"{lead}{tied}第一（{score} 分）"
    return f"{placed}，{unsure}" if unsure else placed


def _mover(level: Level, lines: Sequence[Assessment]) -> str:
    """The largest fall of stations, the largest rise of villages and persons: these are not
    singled out for a fall. Only what is beyond chance."""
    sign = -1 if level == "station" else 1
    moves = {
        line.unit: sign * (line.previous_rank - line.rank)
        for line in lines
        if line.rank is not None and line.previous_rank is not None
    }
    if not any(moves.values()):
        return ""
    real = [line for line in lines if moved_beyond(line) and moves[line.unit] > 0]
    if not real:
        return f"{'退位' if level == 'station' else '进位'}均在误差范围内"
    most = max(moves[line.unit] for line in real)
    names = words.listed([line.name for line in real if moves[line.unit] == most], MOST_NAMES)
    return f"{names}{'退' if level == 'station' else '进'} {most} 位，超出误差范围"
