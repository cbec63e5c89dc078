"""The rows of the ranking, and of the heat table; no screen code."""

from collections.abc import Mapping, Sequence

from metrics.figures import words
from metrics.scoring.rank import Assessment
from metrics.scoring.score_trend import ScorePoint
from metrics.wording.alerts import place
from pages.documents.sheet import Cell, Column, Notes, Row, Sheet, row_of

TOTAL = "全局合计"

RANK = Column("rank", "名次", "whole", width=60)
NAME, GROUP = Column("name", "单位"), Column("group", "分组")
SCORE = Column("score", "得分（分）", "two")
APPLICABLE = Column("applicable", "适用分值（分）", "one")
WATCHED_COLUMNS = (NAME, GROUP, SCORE, APPLICABLE)
REASON = Column("reason", "原因", width=340)
OTHER_COLUMNS = (*WATCHED_COLUMNS, REASON)
COLUMNS = (
    RANK,
    NAME,
    GROUP,
    SCORE,
    Column("grade", "等次"),
    Column("interval", "名次区间（95%）"),
    Column("previous", "上期名次", "whole"),
    Column("movement", "进退位"),
    APPLICABLE,
    Column("months", "近12个月得分", "trend"),
)


def rank_row(line: Assessment, months: Mapping[str, Sequence[ScorePoint]]) -> Row:
    trend: Cell = [
        None if point.score is None else float(point.score) for point in months.get(line.unit, ())
    ]
    return row_of(
        (*COLUMNS, REASON),
        line,
        grade=line.grade or words.NONE,
        interval=place(line),
        previous=line.previous_rank,
        movement=words.movement(line.rank, line.previous_rank),
        applicable=line.applicable_points,
        months=trend,
    )


def heat_sheet(
    bureau: Assessment, groups: Mapping[str, Sequence[Assessment]], notes: Notes, name: str
) -> Sheet:
    """The rows of the table: the bureau first, then the stations group by group."""
    indicators = [Column(c.indicator, f"{c.title}（%）", "percent") for c in bureau.contributions]
    lines = [bureau, *(line for members in groups.values() for line in members)]
    rows = [
        row_of((NAME, GROUP, SCORE), line, name=TOTAL if line is bureau else line.name)
        | {c.indicator: c.value for c in line.contributions}
        for line in lines
    ]
    return Sheet(name, (NAME, GROUP, SCORE, *indicators), rows, notes)
