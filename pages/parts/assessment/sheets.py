"""The tables of 考核: results, what was done, the year's awards."""

from collections.abc import Sequence

from metrics.assessment.awards import Award
from metrics.figures import words
from metrics.scoring.rank import Assessment
from pages.documents.sheet import Column, Notes, Sheet, row_of

RESULT = (
    Column("name", "单位"),
    Column("group", "分组"),
    Column("raw", "原始分", "two"),
    Column("bonus", "加分", "two"),
    Column("deduction", "减分", "two"),
    Column("score", "最终分", "two"),
    Column("rank", "名次", "whole"),
    Column("grade", "等次"),
    Column("remark", "说明", width=260),
)
HISTORY = (
    Column("number", "日志序号", "whole", width=70),
    Column("at", "时间"),
    Column("person", "办理人"),
    Column("what", "事项", width=640),
)
AWARDS = (
    Column("name", "单位"),
    Column("group", "分组"),
    Column("months", "定稿月数", "whole"),
    Column("mean", "平均分", "two"),
    Column("result", "结果"),
    Column("reason", "说明", width=420),
)


def result_sheet(name: str, lines: Sequence[Assessment], notes: Notes) -> Sheet:
    rows = [
        row_of(
            RESULT,
            line,
            grade=line.grade or words.NONE,
            remark="一票否决" if line.is_vetoed else line.reason,
        )
        for line in lines
    ]
    return Sheet(name, RESULT, rows, notes)


def award_sheet(name: str, awards: Sequence[Award], notes: Notes) -> Sheet:
    rows = [
        row_of(AWARDS, award, result="优秀" if award.is_excellent else words.NONE)
        for award in awards
    ]
    return Sheet(name, AWARDS, rows, notes)
