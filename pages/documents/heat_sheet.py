"""The rows of the heat table: 合计 first, then the stations; no screen code."""

from collections.abc import Mapping, Sequence

from metrics.scoring.rank import Assessment
from pages.documents.sheet import Column, Notes, Row, Sheet

TOTAL = "全局合计"


def heat_sheet(
    bureau: Assessment, groups: Mapping[str, Sequence[Assessment]], notes: Notes, name: str
) -> Sheet:
    """The rows of the table: the bureau first, then the stations group by group."""
    columns = [
        Column("name", "单位"),
        Column("group", "分组"),
        Column("score", "得分（分）", "two"),
        *(Column(c.indicator, f"{c.title}（%）", "percent") for c in bureau.contributions),
    ]
    lines = [bureau, *(line for members in groups.values() for line in members)]
    return Sheet(name, columns, [_row(line, line is bureau) for line in lines], notes)


def _row(line: Assessment, is_total: bool) -> Row:
    return {
        "name": TOTAL if is_total else line.name,
        "group": line.group,
        "score": line.score,
        **{c.indicator: c.value for c in line.contributions},
    }
