"""The tables of 申诉与台账."""

from collections.abc import Mapping, Sequence

from metrics.assessment.appeals import OUTCOMES, Appeal, Objection
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import LEVELS, Scheme
from metrics.scoring.ledger import KINDS, LEDGER_STATES, Item, Proposal
from pages.documents.sheet import Column, Notes, Sheet, sheet_of

Names = Mapping[str, str]


def ledger_sheet(items: Sequence[Item], scheme: Scheme, names: Names, notes: Notes) -> Sheet:
    def reason_of(item: Item) -> str:
        reason = scheme.ledger.reason(item.proposal.reason)
        return reason.title if reason else item.proposal.reason

    columns = (
        Column("period", "月份", of="proposal.period"),
        Column("unit", "单位", of=lambda item: _name(names, item.proposal)),
        Column("kind", "类别", of=lambda item: KINDS[item.proposal.kind]),
        Column("points", "分值", "two", lambda item: item.proposal.points or None),
        Column("reason", "事由", of=reason_of),
        Column("evidence", "依据文号", of="proposal.evidence"),
        Column("event", "事项编号", of="proposal.event"),
        Column("state", "状态", of=lambda item: LEDGER_STATES[item.state]),
        Column("proposer", "提出人"),
        Column("decider", "批准人"),
        Column("remark", "意见"),
        Column("id", "编号"),
    )
    return sheet_of("台账", columns, reversed(items), notes)


def appeal_sheet(
    appeals: Sequence[Appeal], catalogue: Catalogue, names: Names, notes: Notes
) -> Sheet:
    columns = (
        Column("period", "期间", of="objection.period"),
        Column("unit", "单位", of=lambda a: _name(names, a.objection)),
        Column("level", "层级", of=lambda a: LEVELS[a.objection.level]),
        Column("indicator", "指标", of=lambda a: catalogue[a.objection.indicator].title),
        Column("reason", "理由", of="objection.reason", width=260),
        Column("record", "更正记录", of="objection.record"),
        Column("outcome", "结果", of=lambda a: OUTCOMES[a.outcome]),
        Column("change", "得分变化", of=lambda a: f"{a.before} → {a.after}" if a.before else ""),
        Column("appellant", "申诉人"),
        Column("reviewer", "复核人"),
        Column("remark", "复核意见", width=220),
        Column("id", "编号"),
    )
    return sheet_of("申诉", columns, reversed(appeals), notes)


def _name(names: Names, of: Proposal | Objection) -> str:
    return names.get(f"{of.level}:{of.unit}", of.unit)
