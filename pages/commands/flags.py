"""Flags: listed, and judged by a person."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pages.commands.output import DONE, print_rows
from pages.commands.parser import Commands, takes_act, takes_format, takes_person

if TYPE_CHECKING:
    from data.decisions.verdicts import Word

FLAG_ACTS = {
    "list": "列出",
    "propose": "提出属实",
    "dismiss": "判定排除",
    "confirm": "复核：确认属实",
    "return": "复核：退回",
}
FLAG_WORDS: Mapping[str, "Word"] = {"propose": "属实", "dismiss": "排除"}


def add(commands: Commands) -> None:
    flags = commands.add("flags", _flags, "数据核查：列出异常线索、提出属实、排除、复核")
    takes_act(flags, FLAG_ACTS)
    flags.add_argument("--id", default="", metavar="编号", help="要判定的线索")
    takes_person(flags)
    takes_format(flags)


def _flags(options: argparse.Namespace) -> int:
    from data.decisions.verdicts import judge, settle
    from metrics.integrity.flag import subject_of
    from metrics.results import Results
    from metrics.wording.flag_words import state_of
    from pages.commands.opening import desk_of, period_of

    desk = desk_of(options)
    counted = desk.store.counted()
    period = period_of(options.period or None, counted.as_of)
    results = Results(desk.store, counted, desk.actor)
    flags, verdicts = results.flags(period), results.verdicts()
    if options.act != "list":
        flag = next((flag for flag in flags if flag.id == options.id), None)
        if flag is None:
            raise ValueError(f"{period.title}没有线索 {options.id}")
        subject, journal = subject_of(flag), desk.store.journal
        by = options.remark, desk.actor, desk.at
        if options.act in FLAG_WORDS:
            verdict = judge(journal, subject, FLAG_WORDS[options.act], *by)
        else:
            verdict = settle(journal, counted.copy, subject, options.act == "confirm", *by)
        print(f"已办理 {options.id}：{verdict.state}，作废记录 {len(verdict.voided)} 条")
        return DONE
    rows = [
        {"id": f.id, "rule": f.rule.title, "unit": f.unit.name, "month": f"{f.month:%Y-%m}"}
        | {"total": f.total, "hits": f.hits, "records": [e.key for e in f.evidence]}
        | {"state": state_of(f, verdicts)}
        | {name: getattr(verdicts.get(f.id), name, "") for name in ("person", "second")}
        for f in flags
    ]
    print_rows(options.format, rows, {}, narrow="id rule unit month total hits state".split())
    return DONE
