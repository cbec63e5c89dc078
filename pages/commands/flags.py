"""Flags: listed, and judged by a person."""

import argparse
from collections.abc import Mapping

from data.verdicts import Word
from metrics.period import parse_period
from pages.commands.opening import desk_of
from pages.commands.output import DONE, print_rows
from pages.commands.parser import Commands, takes_act, takes_format, takes_person

FLAG_ACTS = {"list": "列出", "confirm": "判定属实", "dismiss": "判定排除"}
FLAG_WORDS: Mapping[str, Word] = {"confirm": "属实", "dismiss": "排除"}


def add(commands: Commands) -> None:
    flags = commands.add("flags", _flags, "数据核查：列出异常线索、判定")
    takes_act(flags, FLAG_ACTS)
    flags.add_argument("--id", default="", metavar="编号", help="要判定的线索")
    takes_person(flags)
    takes_format(flags)


def _flags(given: argparse.Namespace) -> int:
    from data.verdicts import judge, verdicts
    from metrics.flag import flags_of, subject_of

    desk = desk_of(given)
    counted = desk.store.counted()
    period = parse_period(given.period, counted.as_of)
    found, known = flags_of(counted, period, desk.actor).flags, verdicts(counted.copy)
    if given.act != "list":
        flag = next((flag for flag in found if flag.id == given.id), None)
        if flag is None:
            raise ValueError(f"{period.title}没有线索 {given.id}")
        word = FLAG_WORDS[given.act]
        subject, journal = subject_of(flag), desk.store.journal
        said = judge(journal, counted.copy, subject, word, given.remark, desk.actor, desk.at)
        print(f"已判定 {given.id}：{said.word}，作废记录 {len(said.voided)} 条")
        return DONE
    rows = [
        {"id": f.id, "rule": f.rule.title, "unit": f.unit.name, "month": f"{f.month:%Y-%m}"}
        | {"total": f.total, "hits": f.hits, "records": [e.key for e in f.evidence]}
        | {"state": known[f.id].word if f.id in known else "待核"}
        for f in found
    ]
    print_rows(given.format, rows, {}, narrow="id rule unit month total hits state".split())
    return DONE
