"""The tables of 申诉与台账."""

from collections.abc import Mapping, Sequence

from metrics.assessment.appeals import OUTCOMES, Appeal
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import LEVELS, Scheme
from metrics.scoring.ledger import KINDS, LEDGER_STATES, Item
from pages.documents.sheet import Column, Notes, Sheet, row_of

LEDGER = (
    Column("period", "月份"),
    Column("unit", "单位"),
    Column("kind", "类别"),
    Column("points", "分值", "two"),
    Column("reason", "事由"),
    Column("evidence", "依据文号"),
    Column("event", "事项编号"),
    Column("state", "状态"),
    Column("proposer", "提出人"),
    Column("decider", "批准人"),
    Column("remark", "意见"),
    Column("id", "编号"),
)
APPEALS = (
    Column("period", "期间"),
    Column("unit", "单位"),
    Column("level", "层级"),
    Column("indicator", "指标"),
    Column("reason", "理由", width=260),
    Column("record", "更正记录"),
    Column("outcome", "结果"),
    Column("change", "得分变化"),
    Column("appellant", "申诉人"),
    Column("reviewer", "复核人"),
    Column("remark", "复核意见", width=220),
    Column("id", "编号"),
)
Names = Mapping[str, str]


def ledger_sheet(items: Sequence[Item], scheme: Scheme, names: Names, notes: Notes) -> Sheet:
    rows = []
    for item in reversed(items):
        p = item.proposal
        reason = scheme.ledger.reason(p.reason)
        row = row_of(
            LEDGER,
            item,
            p,
            unit=names.get(f"{p.level}:{p.unit}", p.unit),
            kind=KINDS[p.kind],
            points=p.points if p.points else None,
            reason=reason.title if reason else p.reason,
            state=LEDGER_STATES[item.state],
        )
        rows.append(row)
    return Sheet("台账", LEDGER, rows, notes)


def appeal_sheet(
    appeals: Sequence[Appeal], catalogue: Catalogue, names: Names, notes: Notes
) -> Sheet:
    rows = [
        row_of(
            APPEALS,
            a,
            o := a.objection,
            unit=names.get(f"{o.level}:{o.unit}", o.unit),
            level=LEVELS[o.level],
            indicator=catalogue[o.indicator].title,
            outcome=OUTCOMES[a.outcome],
            change=f"{a.before} → {a.after}" if a.before else "",
        )
        for a in reversed(appeals)
    ]
    return Sheet("申诉", APPEALS, rows, notes)
