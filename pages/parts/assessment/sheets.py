"""The tables of 考核: results, what was done, the year's awards."""

from decimal import Decimal

from metrics.figures import words
from metrics.scoring.rank import Assessment
from pages.documents.rank_sheet import APPLICABLE
from pages.documents.sheet import Column


def _raw(line: Assessment) -> Decimal | None:
    """With the decimals of the 最终分 beside it."""
    return None if line.raw is None else words.rounded(line.raw, line.score_digits)


RESULT = (
    Column("name", "单位"),
    Column("group", "分组"),
    Column("raw", "原始分", "two", _raw),
    Column("bonus", "加分", "two"),
    Column("deduction", "减分", "two"),
    Column("score", "最终分", "two", "shown_score"),
    APPLICABLE,
    Column("rank", "名次", "whole"),
    Column("grade", "等次", of=lambda line: line.grade or words.NONE),
    Column("remark", "说明", of=lambda x: "一票否决" if x.is_vetoed else x.reason, width=260),
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
    Column("result", "结果", of=lambda award: "优秀" if award.is_excellent else words.NONE),
    Column("reason", "说明", width=420),
)
