"""The rows of the ranking, and of the heat table; no screen code."""

from collections.abc import Callable, Mapping, Sequence

from metrics.figures import words
from metrics.scoring.rank import Assessment
from metrics.scoring.score_trend import ScorePoint
from metrics.wording.alerts import place
from metrics.wording.rank_words import alike_places
from metrics.wording.verdict_words import AGAINST_BASE
from pages.documents.sheet import Cell, Column, Notes, Sheet, number, sheet_of

TOTAL = "全局合计"

RANK = Column("rank", "名次", "whole", width=60)
NAME, GROUP = Column("name", "单位"), Column("group", "分组")
SCORE = Column("score", "得分（分）", "two", "shown_score")
APPLICABLE = Column("applicable", "适用分值（分）", "one", "applicable_points")
WATCHED_COLUMNS = (NAME, GROUP, SCORE, APPLICABLE)
OTHER_COLUMNS = (*WATCHED_COLUMNS, Column("reason", "原因", width=340))
SCORED_COLUMNS = (
    RANK,
    NAME,
    GROUP,
    SCORE,
    Column("grade", "等次", of=lambda line: line.grade or words.NONE),
    Column("interval", "名次区间（95%）", of=place),
    Column("previous", "上期名次", "whole", "previous_rank"),
    Column("movement", "进退位", of=lambda x: words.movement(x.rank, x.previous_rank)),
    APPLICABLE,
)


def rank_columns(
    months: Mapping[str, Sequence[ScorePoint]], groups: Mapping[str, Sequence[Assessment]]
) -> tuple[Column, ...]:
    """Of ranked units. months: unit -> its scores of twelve months; groups: who is ranked there."""

    def trend(line: Assessment) -> Cell:
        return [number(point.score, "two") for point in months.get(line.unit, ())]

    def alike(line: Assessment) -> str:
        return alike_places(line, groups[line.group])

    return (
        *SCORED_COLUMNS,
        Column("alike", "分不出先后的名次", of=alike),
        Column("months", "近12个月得分", "trend", trend),
    )


def heat_sheet(
    bureau: Assessment,
    groups: Mapping[str, Sequence[Assessment]],
    apart: Mapping[str, str],
    notes: Notes,
    name: str,
) -> Sheet:
    """The rows of the table: the bureau first, then the stations group by group.

    apart   unit -> in which indicators it differs from the whole
    """
    title = Column("name", "单位", of=lambda line: TOTAL if line is bureau else line.name)
    indicators = [
        Column(c.indicator, f"{c.title}（计分值，%）", "percent", _value_of(c.indicator))
        for c in bureau.contributions
    ]
    lines = [bureau, *(line for members in groups.values() for line in members)]
    verdict = Column("apart", AGAINST_BASE, of=lambda line: apart.get(line.unit, ""))
    columns = (title, GROUP, SCORE, APPLICABLE, *indicators, verdict)
    return sheet_of(name, columns, lines, notes)


def _value_of(indicator: str) -> Callable[[Assessment], Cell]:
    def value(line: Assessment) -> Cell:
        return next((c.value for c in line.contributions if c.indicator == indicator), None)

    return value
