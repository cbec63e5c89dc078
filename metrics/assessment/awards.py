"""年度评优: who is 优秀 over the frozen months of a year, with the reason for everyone else.

The mean of the final scores of all frozen months; eligible is who was ranked in each of them, was
never vetoed and reaches the best grade's bound; places by the grade's quota in each group, a tie at
the edge is out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from data.journal.log import Entry
from metrics.assessment.archive import open_frozen
from metrics.calendar.standing import standing
from metrics.figures import words
from metrics.scheme.scheme import Level, Scheme
from metrics.scoring.rank import Assessment


@dataclass(frozen=True)
class Award:
    """One unit's year. `reason`: why it is not 优秀, or '' ."""

    unit: str
    name: str
    group: str
    months: int
    mean: Fraction | None
    is_excellent: bool
    reason: str


def frozen_months(log: Sequence[Entry], year: int) -> dict[str, str]:
    """Month -> folder of its last revision, of the months that are frozen."""
    folders = {}
    for month in range(1, 13):
        text = f"{year}-{month:02d}"
        frozen = standing(log, text).frozen
        if frozen:
            folders[text] = str(frozen[-1].content["folder"])
    return folders


def awards(
    store: Path, log: Sequence[Entry], scheme: Scheme, level: Level, year: int
) -> list[Award]:
    """All units of a level that have a frozen month, best first within their group."""
    months = frozen_months(log, year)
    lines: dict[str, list[Assessment]] = defaultdict(list)
    for folder in months.values():
        for line in open_frozen(store, folder).lines[level]:
            lines[line.unit].append(line)
    means = {unit: _mean(own) for unit, own in lines.items()}
    barred = {unit: _barred(own, len(months), scheme) for unit, own in lines.items()}
    excellent = _excellent(lines, means, barred, scheme)
    entries = [
        Award(
            unit,
            own[-1].name,
            own[-1].group,
            len(own),
            means[unit],
            unit in excellent,
            "" if unit in excellent else barred[unit] or excellent_reason(scheme),
        )
        for unit, own in lines.items()
    ]
    return sorted(entries, key=lambda a: (a.group, -(a.mean or Fraction(-1)), a.unit))


def excellent_reason(scheme: Scheme) -> str:
    quota = scheme.grades[0].quota
    return f"名额以外（每组 {float(quota) * 100:g}%，并列在线上的不列入）" if quota else ""


def _mean(lines: Sequence[Assessment]) -> Fraction | None:
    scores = [line.score for line in lines if line.score is not None]
    return sum(scores, Fraction(0)) / len(scores) if len(scores) == len(lines) else None


def _barred(lines: Sequence[Assessment], months: int, scheme: Scheme) -> str:
    """Why the unit cannot be chosen at all, or nothing."""
    best, mean = scheme.grades[0], _mean(lines)
    if any(line.is_vetoed for line in lines):
        return "一票否决"
    unranked = sum(1 for line in lines if line.rank is None) + months - len(lines)
    if unranked:
        return f"{unranked} 个月未参加排名"
    if mean is None or mean < best.at_least:
        return f"平均分不足 {words.points(best.at_least)} 分"
    return ""


def _excellent(
    lines: Mapping[str, Sequence[Assessment]],
    means: Mapping[str, Fraction | None],
    barred: Mapping[str, str],
    scheme: Scheme,
) -> set[str]:
    """The units within the quota of their group: rounded down, at least one, no tie at the edge."""
    groups: dict[str, list[str]] = defaultdict(list)
    for unit, own in lines.items():
        groups[own[-1].group].append(unit)
    quota, chosen = scheme.grades[0].quota, set[str]()
    for members in groups.values():
        places = len(members) if quota is None else max(1, int(quota * len(members)))
        eligible = [unit for unit in members if not barred[unit]]
        for unit in eligible:
            mean = means[unit] or Fraction(0)
            as_good = sum(1 for other in eligible if (means[other] or Fraction(0)) >= mean)
            if as_good <= places:
                chosen.add(unit)
    return chosen
