"""Beside the indicators: the ledger of points given and taken, and appeals."""

import argparse
from fractions import Fraction

from metrics.calendar.period import parse_period
from pages.commands.output import DONE, print_rows
from pages.commands.parser import (
    Commands,
    Parser,
    takes_act,
    takes_format,
    takes_level,
    takes_person,
)

LEDGER_ACTS = {"list": "列出", "propose": "提出", "approve": "批准", "decline": "不予批准"}
APPEAL_ACTS = {"list": "列出", "file": "提出", "grant": "认定成立", "refuse": "不成立"}


def add(commands: Commands) -> None:
    ledger = commands.add("ledger", _ledger, "台账：列出、提出、批准、不予批准")
    takes_act(ledger, LEDGER_ACTS)
    _takes_item(ledger)
    ledger.add_argument(
        "--kind",
        choices=["bonus", "deduction", "veto", "exemption"],
        help="加分、减分、一票否决或免考核",
    )
    ledger.add_argument(
        "--points", type=Fraction, default=Fraction(0), metavar="分值", help="加减多少分"
    )
    for name, help in (("reason", "事由代码"), ("evidence", "依据文号"), ("event", "事项编号")):
        ledger.add_argument(f"--{name}", default="", metavar=help, help=help)
    appeal = commands.add("appeal", _appeal, "申诉：列出、提出、认定成立、不成立")
    takes_act(appeal, APPEAL_ACTS)
    _takes_item(appeal)
    appeal.add_argument("--record", default="", metavar="表:编号", help="已更正的记录")


def _takes_item(parser: Parser) -> None:
    """Which entry, or about which unit and indicator a new one is."""
    parser.add_argument("--id", default="", metavar="编号", help="要办理的那一条")
    takes_level(parser)
    parser.add_argument("--unit", default="", metavar="单位", help="单位编码")
    parser.add_argument("--indicator", default="", metavar="指标", help="指标编号")
    takes_person(parser)
    takes_format(parser)


def _ledger(options: argparse.Namespace) -> int:
    from metrics.scheme.scheme import scheme_of
    from metrics.scoring.ledger import Proposal, ledger, propose, settle
    from pages.commands.opening import desk_of

    desk = desk_of(options)
    if options.act == "propose":
        period = parse_period(options.period, desk.store.as_of())
        scheme = scheme_of(desk.store.counted().schemes, period.ends_on)
        what = (options.kind, options.points, options.reason, options.evidence, options.event)
        proposal = Proposal(period.text, options.by, options.unit, *what, options.indicator)
        item = propose(desk.store.journal, scheme, proposal, desk.actor, desk.at)
        print(f"已提出 {item.id}，待他人批准")
        return DONE
    if options.act in ("approve", "decline"):
        is_approved = options.act == "approve"
        settle(desk.store.journal, options.id, is_approved, options.remark, desk.actor, desk.at)
        print(f"已办理 {options.id}：{LEDGER_ACTS[options.act]}")
        return DONE
    rows = [
        {"id": i.id, **vars(i.proposal), "state": i.state, "proposer": i.proposer}
        | {"decider": i.decider, "remark": i.remark}
        for i in ledger(desk.log())
        if options.period in ("", i.proposal.period)
    ]
    print_rows(options.format, rows, {}, narrow="id period unit kind points evidence state".split())
    return DONE


def _appeal(options: argparse.Namespace) -> int:
    from metrics.assessment.appeals import Objection, appeals, file_appeal, review_appeal
    from metrics.assessment.effect import appeal_effect
    from metrics.scheme.scheme import scheme_of
    from pages.commands.opening import desk_of

    desk = desk_of(options)
    if options.act == "file":
        period = parse_period(options.period, desk.store.as_of())
        scheme = scheme_of(desk.store.counted().schemes, period.ends_on)
        table, _, record = options.record.partition(":")
        what = (options.by, options.unit, options.indicator, options.remark, table, record)
        objection = Objection(period.text, *what)
        entry = file_appeal(desk.store.journal, scheme, objection, desk.days, desk.actor, desk.at)
        print(f"已受理 {entry.id}，待复核")
        return DONE
    if options.act in ("grant", "refuse"):
        is_granted = options.act == "grant"
        named = [a for a in appeals(desk.log()) if a.id == options.id]
        effect = appeal_effect(desk, named[0]) if named and is_granted else ("", "")
        by = options.remark, desk.actor, desk.at, effect
        review_appeal(desk.store.journal, options.id, is_granted, *by)
        print(f"已复核 {options.id}：{APPEAL_ACTS[options.act]}" + " → ".join(effect).strip(" →"))
        return DONE
    rows = [
        {"id": a.id, **vars(a.objection), "outcome": a.outcome, "appellant": a.appellant}
        | {"reviewer": a.reviewer, "remark": a.remark, "before": a.before, "after": a.after}
        for a in appeals(desk.log())
        if options.period in ("", a.objection.period)
    ]
    print_rows(options.format, rows, {}, narrow="id period unit indicator outcome reviewer".split())
    return DONE
