"""The command line: the same product without a screen."""

import argparse
import csv
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from data.channels.state import now
from data.config import CONFIG_NAME, Config, load_config
from data.copy import Copy
from data.declared import DeclarationError
from data.intake import load_files
from data.journal import Journal, JournalError
from data.loading import report_sentence
from data.log import entries
from data.reconciliation import Reconciliation, write_reconciliation
from data.rejects import open_rejects
from data.rights import Actor, NotPermitted, command_line
from data.schema import LOADABLE, TABLES
from data.verdicts import Word
from metrics.assessment.steps import Desk
from metrics.catalogue import UnknownIndicator
from metrics.count import Counted
from metrics.period import FORMS, Period, PeriodError, last_complete, parse_period
from metrics.scheme import LEVELS, warnings
from metrics.store import EmptyStore, Store
from metrics.words import harmless
from metrics.working_days import working_days

DONE, NOTHING, WITH_REJECTS = 0, 1, 3
MOST_TOLD = 20  # differences on one screen
Refusals = (
    DeclarationError,
    EmptyStore,
    JournalError,
    NotPermitted,
    PeriodError,
    UnknownIndicator,
    ValueError,
)
FIGURE = """unit name numerator denominator value lower upper last_year last_year_numerator
    last_year_denominator previous change_points change_relative maturing status note""".split()
ASSESSMENT = """unit name group station score grade rank rank_low rank_high previous_rank
    applicable_points status reason""".split()
CONTRIBUTION = """indicator title weight effective_weight points value numerator denominator
    target floor rule level unit reason""".split()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 nothing done (why, on stderr), 3 done with rejects."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except Refusals as error:
        print(error, file=sys.stderr)
        return NOTHING
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


# -- commands ---------------------------------------------------------------------------------


def _demo(given: argparse.Namespace) -> int:
    from data.demo.load import load_demo

    if Journal(given.store).position():
        print(f"“{given.store}”中已有数据，模拟数据只写入空的数据目录", file=sys.stderr)
        return NOTHING
    with _progress() as progress:
        bar = progress.add_task("生成模拟数据", total=len(TABLES))
        rows = load_demo(
            given.store,
            command_line(),
            seed=given.seed,
            scale=given.scale,
            density=given.density,
            progress=lambda name, done, total: progress.update(
                bar, description=name, completed=done, total=total
            ),
        )
    print(f"已在“{given.store}”生成模拟数据 {rows:,} 条")
    return DONE


def _load(given: argparse.Namespace) -> int:
    with _progress() as progress:
        bar = progress.add_task("导入", total=None)
        reports = load_files(
            given.store,
            given.paths,
            command_line(),
            given.kind,
            given.mapping,
            progress=lambda name, done, total: progress.update(
                bar, description=name or "完成", completed=done, total=total
            ),
        )
    if not reports:
        print("没有找到可导入的文件（CSV、XLSX、Parquet）", file=sys.stderr)
        return NOTHING
    for report in reports:
        sentence = report_sentence(report, rejects_are_in=" hongfeng rejects")
        print(sentence, file=sys.stderr if report.refused else sys.stdout)
    if all(report.refused for report in reports):
        return NOTHING
    return WITH_REJECTS if any(r.refused or r.rejected for r in reports) else DONE


def _rejects(given: argparse.Namespace) -> int:
    copy = Copy(Journal(given.store), {"reject"})
    copy.catch_up()
    rows = open_rejects(copy, command_line()).to_pylist()
    titles = {c.name: c.title for c in TABLES["reject"].columns}
    _print(given.format, rows, titles, narrow=[n for n in rows[0] if n != "id"] if rows else ())
    return DONE


def _template(given: argparse.Namespace) -> int:
    from data.template import write_template

    out = given.out or Path(f"{TABLES[given.kind].title}.xlsx")
    if out.exists():
        print(f"文件“{out}”已存在，未覆盖；请用 --out 另指文件", file=sys.stderr)
        return NOTHING
    write_template(TABLES[given.kind], out)
    print(f"已写出模板“{out}”")
    return DONE


def _indicators(given: argparse.Namespace) -> int:
    store = Store(given.store, given.indicators, given.scheme)
    scheme = store.schemes[-1]
    for warning in warnings(scheme, store.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    rows = [
        {
            "id": i.id,
            "title": i.title,
            "kind": i.kind,
            "better": i.better,
            "scored": scheme.scored(i.id) is not None,
            "unit": i.unit,
            "definition": i.definition,
            "source": i.source,
        }
        for i in store.catalogue
    ]
    _print(given.format, rows, {}, narrow=("id", "title", "kind", "better", "scored"))
    return DONE


def _measure(given: argparse.Namespace) -> int:
    from metrics.measure import measure

    counted = _counted(Store(given.store, given.indicators, given.scheme), given.as_of)
    period = parse_period(given.period, counted.as_of)
    figures = measure(counted, given.id, given.by, period, command_line(), given.kind)
    rows = [{name: getattr(figure, name) for name in FIGURE} for figure in figures]
    _print(given.format, rows, {}, narrow=FIGURE[:7] + FIGURE[7:8] + ["previous", "status"])
    return DONE


def _compare(given: argparse.Namespace) -> int:
    from metrics.compare import compare_all
    from metrics.compare_row import row_of
    from metrics.compare_spans import CHOSEN

    counted = _counted(Store(given.store, given.indicators, given.scheme), given.as_of)
    spans = {CHOSEN: parse_period(given.period, counted.as_of)}
    asked = [counted.catalogue[name] for name in dict.fromkeys(given.ids)]
    found = compare_all(counted, asked, given.by, spans, command_line(), kind=given.kind)
    narrow = "indicator name basis value base_value difference change verdict".split()
    _print(given.format, [row_of(c) for c in found], {}, narrow)
    return DONE


def _assess(given: argparse.Namespace) -> int:
    from metrics.rank import assess
    from metrics.scheme import scheme_of

    store = Store(given.store, given.indicators, given.scheme)
    counted = _counted(store, given.as_of)
    period = parse_period(given.period, counted.as_of)
    scheme = scheme_of(counted.schemes, period.ends_on)
    for warning in warnings(scheme, store.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    rows = []
    for line in assess(counted, given.by, period, command_line()):
        row = {name: getattr(line, name) for name in ASSESSMENT}
        row["contributions"] = [
            {name: getattr(c, name) for name in CONTRIBUTION}
            | {"starts_on": c.span.starts_on, "ends_on": c.span.ends_on}
            for c in line.contributions
        ]
        rows.append(row)
    _print(given.format, rows, {}, narrow=[*ASSESSMENT[:2], *ASSESSMENT[4:12]])
    return DONE


def _counted(store: Store, as_of: date | None) -> Counted:
    """The counts; what could not be read is told, so that nobody takes a part for the whole."""
    counted = store.counted(as_of)
    for sentence in store.journal.unreadable.values():
        print(f"提示：{sentence}", file=sys.stderr)
    return counted


def _reconcile(given: argparse.Namespace) -> int:
    from metrics.reconcile import reconcile

    store, began = Store(given.store), now()
    found = reconcile(store)
    first = found[0] if found else ""
    note = Reconciliation(began.isoformat(), store.journal.position(), len(found), first)
    with suppress(OSError):  # a read-only store can be reconciled too
        write_reconciliation(given.store, note)
    for sentence in found[:MOST_TOLD]:
        print(sentence, file=sys.stderr)
    if len(found) > MOST_TOLD:
        print(f"……共 {len(found):,} 处不一致", file=sys.stderr)
    if found:
        return NOTHING
    print("一致：日志各部分校验无误，逐条更新的结果与全部重算相同")
    return DONE


PERIOD_ACTS = {
    "show": "现状",
    "cut": "截止数据",
    "run": "一键考核",
    "check": "通过初核",
    "publish": "公示",
    "hear": "转入申诉复核",
    "freeze": "定稿",
    "announce": "通报",
    "late": "与现有记录比对",
    "correct": "提出更正",
    "revise": "批准更正",
}
FLAG_ACTS = {
    "list": "列出",
    "propose": "提出属实",
    "dismiss": "判定排除",
    "confirm": "复核：确认属实",
    "return": "复核：退回",
}
FLAG_WORDS: Mapping[str, Word] = {"propose": "属实", "dismiss": "排除"}
LEDGER_ACTS = {"list": "列出", "propose": "提出", "approve": "批准", "decline": "不予批准"}
APPEAL_ACTS = {"list": "列出", "file": "提出", "grant": "认定成立", "refuse": "不成立"}


def _desk(given: argparse.Namespace) -> Desk:
    """Who acts, when, on which store."""
    store = Store(given.store)
    counted = _counted(store, None)
    at = now().replace(tzinfo=None)
    if given.on:
        if not counted.copy.bureau()[1]:
            raise ValueError("--on 仅模拟数据可用")
        at = at.combine(given.on, at.time())
    actor = command_line()
    who = Actor(given.person, actor.role) if given.person else actor
    return Desk(store, who, at, working_days(_configuration(given).calendar.holidays))


def _period(given: argparse.Namespace) -> int:
    from metrics.assessment import steps
    from metrics.assessment.next_step import next_step
    from metrics.assessment.verify import late_differences
    from metrics.assessment.words import headline, history

    desk = _desk(given)
    period = parse_period(given.period, desk.store.as_of())
    text, records = period.text, [tuple(r.split(":", 1)) for r in given.record or ()]
    with _progress() as progress:
        bar = progress.add_task("", total=None, visible=False)

        def told(name: str, done: int, total: int) -> None:
            progress.update(bar, description=name, completed=done, total=total, visible=True)

        acts: dict[str, Callable[[], object]] = {
            "show": lambda: None,
            "cut": lambda: steps.cut_off(desk, text),
            "run": lambda: steps.run(desk, text, told),
            "check": lambda: steps.check(desk, text, given.remark),
            "publish": lambda: steps.publish(desk, text),
            "hear": lambda: steps.hear(desk, text),
            "freeze": lambda: steps.freeze(desk, text, told),
            "announce": lambda: steps.announce(desk, text),
            "late": lambda: late_differences(desk, text),
            "correct": lambda: steps.propose_revision(desk, text, given.remark, records),
            "revise": lambda: steps.revise(desk, text, told),
        }
        answer = acts[given.act]()
    if given.act == "late":
        assert isinstance(answer, list)
        print("\n".join(answer) or "现有记录与定稿没有差别")
        return DONE
    found, log = desk.standing(text), desk.log()
    step = next_step(found, log, period, desk.at.date(), desk.days)
    print(headline(period, found, step, (), False))
    if given.act == "show":
        for row in history(log, text, {}):
            print(f"{row['at']}  {row['person']}  {row['what']}")
    return DONE


def _ledger(given: argparse.Namespace) -> int:
    from metrics.assessment.ledger import Proposal, ledger, propose, settle
    from metrics.scheme import scheme_of

    desk = _desk(given)
    if given.act == "propose":
        period = parse_period(given.period, desk.store.as_of())
        scheme = scheme_of(desk.store.counted().schemes, period.ends_on)
        what = (given.kind, given.points, given.reason, given.evidence, given.event)
        said = Proposal(period.text, given.by, given.unit, *what, given.indicator)
        item = propose(desk.store.journal, scheme, said, desk.actor, desk.at)
        print(f"已提出 {item.id}，待他人批准")
        return DONE
    if given.act in ("approve", "decline"):
        is_approved = given.act == "approve"
        settle(desk.store.journal, given.id, is_approved, given.remark, desk.actor, desk.at)
        print(f"已办理 {given.id}：{LEDGER_ACTS[given.act]}")
        return DONE
    rows = [
        {"id": i.id, **vars(i.proposal), "state": i.state, "proposer": i.proposer}
        | {"decider": i.decider, "remark": i.remark}
        for i in ledger(desk.log())
        if given.period in ("", i.proposal.period)
    ]
    _print(given.format, rows, {}, narrow="id period unit kind points evidence state".split())
    return DONE


def _appeal(given: argparse.Namespace) -> int:
    from metrics.assessment.appeals import Objection, appeals, file_appeal, review_appeal
    from metrics.assessment.effect import appeal_effect
    from metrics.scheme import scheme_of

    desk = _desk(given)
    if given.act == "file":
        period = parse_period(given.period, desk.store.as_of())
        scheme = scheme_of(desk.store.counted().schemes, period.ends_on)
        table, _, record = given.record.partition(":")
        what = (given.by, given.unit, given.indicator, given.remark, table, record)
        said = Objection(period.text, *what)
        entry = file_appeal(desk.store.journal, scheme, said, desk.days, desk.actor, desk.at)
        print(f"已受理 {entry.id}，待复核")
        return DONE
    if given.act in ("grant", "refuse"):
        effect = ("", "")
        named = [a for a in appeals(desk.log()) if a.id == given.id]
        if named and given.act == "grant":
            effect = appeal_effect(desk, named[0])
        is_granted = given.act == "grant"
        journal, actor = desk.store.journal, desk.actor
        review_appeal(journal, given.id, is_granted, given.remark, actor, desk.at, effect)
        print(f"已复核 {given.id}：{APPEAL_ACTS[given.act]}" + " → ".join(effect).strip(" →"))
        return DONE
    rows = [
        {"id": a.id, **vars(a.objection), "outcome": a.outcome, "appellant": a.appellant}
        | {"reviewer": a.reviewer, "remark": a.remark, "before": a.before, "after": a.after}
        for a in appeals(desk.log())
        if given.period in ("", a.objection.period)
    ]
    _print(given.format, rows, {}, narrow="id period unit indicator outcome reviewer".split())
    return DONE


def _flags(given: argparse.Namespace) -> int:
    from data.verdicts import judge, settle, verdicts
    from metrics.flag import flags_of, subject_of
    from metrics.flag_words import state_of

    desk = _desk(given)
    counted = desk.store.counted()
    period = parse_period(given.period, counted.as_of)
    found, known = flags_of(counted, period, desk.actor).flags, verdicts(counted.copy)
    if given.act != "list":
        flag = next((flag for flag in found if flag.id == given.id), None)
        if flag is None:
            raise ValueError(f"{period.title}没有线索 {given.id}")
        subject, journal = subject_of(flag), desk.store.journal
        by = given.remark, desk.actor, desk.at
        if given.act in FLAG_WORDS:
            said = judge(journal, subject, FLAG_WORDS[given.act], *by)
        else:
            said = settle(journal, counted.copy, subject, given.act == "confirm", *by)
        print(f"已办理 {given.id}：{said.state}，作废记录 {len(said.voided)} 条")
        return DONE
    rows = [
        {"id": f.id, "rule": f.rule.title, "unit": f.unit.name, "month": f"{f.month:%Y-%m}"}
        | {"total": f.total, "hits": f.hits, "records": [e.key for e in f.evidence]}
        | {"state": state_of(f, known)}
        | {name: getattr(known.get(f.id), name, "") for name in ("person", "second")}
        for f in found
    ]
    _print(given.format, rows, {}, narrow="id rule unit month total hits state".split())
    return DONE


def _verify(given: argparse.Namespace) -> int:
    from metrics.assessment.verify import verify

    found = verify(Journal(given.store), command_line(), given.period)
    if not found:
        print("没有定稿", file=sys.stderr)
        return NOTHING
    for each in found:
        print(f"{each.period}（{each.folder}）：{'一致' if each.is_same else '不一致'}")
        for sentence in each.found[:MOST_TOLD]:
            print(f"  {sentence}", file=sys.stderr)
        if len(each.found) > MOST_TOLD:
            print(f"  ……共 {len(each.found):,} 处", file=sys.stderr)
    return DONE if all(each.is_same for each in found) else NOTHING


def _award(given: argparse.Namespace) -> int:
    from metrics.assessment.awards import awards
    from metrics.scheme import scheme_of

    store = Store(given.store)
    counted = _counted(store, None)
    scheme = scheme_of(counted.schemes, date(given.year, 12, 31))
    log = entries(counted.copy)
    rows = [vars(a) for a in awards(store.folder, log, scheme, given.by, given.year)]
    narrow = "name group months mean is_excellent reason".split()
    _print(given.format, rows, {}, narrow)
    return DONE


def _report(given: argparse.Namespace) -> int:
    from metrics.documents.material import Material
    from pages.documents.made import Wish, make, template_bytes
    from pages.documents.pdf import NoPdf

    form = _configuration(given).documents
    if given.write_template:
        out = given.out or Path(f"模板.{'pptx' if given.kind == 'weekly' else 'docx'}")
        return _write(out, template_bytes(given.kind), given.force)
    changed = {"red_header": True} if given.red_header else {}
    changed |= {"number": given.number} if given.number else {}
    changed |= {given.kind: given.template} if given.template else {}
    if given.template and given.kind == "table":
        raise ValueError("考核数据不用模板")
    store = Store(given.store)
    counted = _counted(store, given.as_of)
    period = _period_of_report(given, counted)
    material = Material(store, counted, period, command_line())
    is_folder = given.out is None or given.out.is_dir()
    level = given.level or ("village" if given.kind == "dossier" else "station")
    ending = "" if is_folder else given.out.suffix.removeprefix(".").lower()
    wish = Wish(given.kind, level, given.unit, ending)
    out = (given.out or Path()) / wish.name(material) if is_folder else given.out
    if not out.parent.is_dir():
        raise ValueError(f"没有文件夹“{out.parent}”，请核对 --out")
    if out.exists() and not given.force:
        return _kept(out)
    with _progress() as progress:
        bar = progress.add_task(wish.name(material), total=None)
        try:
            content = make(
                material,
                wish,
                form.model_copy(update=changed),
                lambda name, done, total: progress.update(
                    bar, description=name, completed=done, total=total
                ),
                given.on,
            )
        except NoPdf as error:
            print(error, file=sys.stderr)
            return NOTHING
    return _write(out, content, given.force)


def _period_of_report(given: argparse.Namespace, counted: Counted) -> Period:
    """Without --period the last complete week or month: what a schedule wants."""
    if given.period:
        return parse_period(given.period, counted.as_of)
    return last_complete("week" if given.kind == "weekly" else "month", counted.as_of)


def _write(out: Path, content: bytes, is_forced: bool) -> int:
    """Whole or not at all."""
    if out.exists() and not is_forced:
        return _kept(out)
    making = out.with_name(f".{out.name}.tmp")
    making.write_bytes(content)
    making.replace(out)
    print(f"已写出“{out}”")
    return DONE


def _kept(out: Path) -> int:
    print(f"文件“{out}”已存在，未覆盖；请用 --out 另指文件，或加 --force", file=sys.stderr)
    return NOTHING


def _serve(given: argparse.Namespace) -> int:
    if given.demo and not Journal(given.store).position():
        code = _demo(given)
        if code != DONE:
            return code
    _configuration(given)
    os.environ["HONGFENG_CONFIG"] = str((given.config or Path(CONFIG_NAME)).resolve())
    os.environ["HONGFENG_STORE"] = str(given.store.resolve())
    if given.as_of:
        os.environ["HONGFENG_AS_OF"] = given.as_of.isoformat()
    from pages.server import serve

    return serve(given.port)


def _intake(given: argparse.Namespace) -> int:
    from data.channels.runner import run_channels
    from metrics.nightly import reconcile_nightly

    config = _configuration(given)
    if not config.folder and not config.postgres:
        print(f"没有配置任何渠道，请在 {given.config or CONFIG_NAME} 中填写", file=sys.stderr)
        return NOTHING
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    names = "、".join([*(f.name for f in config.folder), *(p.name for p in config.postgres)])
    print(f"渠道运行中：{names}；按 Ctrl-C 停止", flush=True)
    nightly = (config.reconcile.at, given.store, stop)
    threading.Thread(target=reconcile_nightly, args=nightly, daemon=True).start()
    run_channels(config, given.store, stop)
    print("渠道已停止", flush=True)
    return DONE


def _configuration(given: argparse.Namespace) -> Config:
    """The channels; a file that is named must exist, the usual one may be absent."""
    if given.config and not given.config.exists():
        raise DeclarationError(str(given.config), "", "没有这个文件，请核对 --config")
    return load_config(given.config or Path(CONFIG_NAME))


# -- output -----------------------------------------------------------------------------------


def _print(
    form: str, rows: list[dict[str, Any]], titles: dict[str, str], narrow: Sequence[str] = ()
) -> None:
    """Rows as a JSON list, as CSV, or as a table (of the `narrow` columns)."""
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=_plain))
    elif form == "csv":
        out = io.StringIO()
        flat = [{k: v for k, v in row.items() if not isinstance(v, list)} for row in rows]
        if flat:
            writer = csv.DictWriter(out, list(flat[0]))
            writer.writeheader()
            writer.writerows({k: _cell(v) for k, v in row.items()} for row in flat)
        print(out.getvalue(), end="")
    else:
        _print_grid(rows, titles, narrow)


def _print_grid(rows: list[dict[str, Any]], titles: dict[str, str], narrow: Sequence[str]) -> None:
    if not rows:
        print("没有记录")
        return
    names = list(narrow) or list(rows[0])
    grid = Grid()
    for name in names:
        is_number = isinstance(rows[0].get(name), int | float | Fraction)
        grid.add_column(titles.get(name, name), justify="right" if is_number else "left")
    for row in rows:
        grid.add_row(*(_short(row.get(name)) for name in names))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(grid)


def _short(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | Fraction):
        return f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return str(value)


def _cell(value: Any) -> Any:
    """A value for CSV."""
    if isinstance(value, Fraction):
        return float(value)
    return harmless(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction | Decimal) else str(value)


def _progress() -> Progress:
    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


# -- arguments --------------------------------------------------------------------------------


class _Help(argparse.ArgumentParser):
    """argparse with Chinese headings and one-sentence errors."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, add_help=False, **more)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：")

    def error(self, message: str) -> Any:
        self.exit(2, f"{_translated(message)}；说明见 {self.prog} --help\n")


def _translated(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required:", "缺少参数"),
        ("unrecognized arguments:", "不认识的参数"),
        ("invalid choice:", "不在可选值内："),
        ("(choose from", "（可选"),
        ("expected one argument", "缺少值"),
        ("argument ", "参数 "),
    ):
        message = message.replace(english, chinese)
    return message


def _parser() -> argparse.ArgumentParser:
    parser = _Help(prog="hongfeng", description="红枫：一村（格）一警考核分析")
    commands = parser.add_subparsers(
        title="命令", required=True, metavar="命令", parser_class=_Help
    )

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> _Help:
        added: _Help = commands.add_parser(name, help=help, description=help)
        default = Path(os.environ.get("HONGFENG_STORE", "var"))
        added.add_argument("--store", type=Path, default=default, metavar="目录", help="数据目录")
        added.set_defaults(run=run)
        return added

    demo = command("demo", _demo, "在空的数据目录生成模拟数据")
    _demo_arguments(demo)
    load = command("load", _load, "导入文件或文件夹（CSV、XLSX、Parquet）")
    load.add_argument("paths", nargs="+", type=Path, metavar="文件", help="文件或文件夹")
    load.add_argument(
        "--kind", choices=[t.name for t in LOADABLE] + ["bureau"], metavar="表", help="数据表"
    )
    load.add_argument("--mapping", type=Path, metavar="文件", help="映射文件（TOML）")
    rejects = command("rejects", _rejects, "列出拒收的行及原因")
    template = command("template", _template, "写出导入模板（XLSX）")
    template.add_argument("kind", choices=[t.name for t in LOADABLE], metavar="表", help="数据表")
    template.add_argument("--out", type=Path, metavar="文件", help="写到哪里")
    indicators = command("indicators", _indicators, "列出指标")
    measure = command("measure", _measure, "计算一项指标")
    measure.add_argument("id", metavar="指标", help="指标编号，如 C1-disputes-on-time")
    measure.add_argument("--kind", metavar="类别", help="只计某一类别，如 theft")
    compare = command("compare", _compare, "与去年同期、上期比较，并检验变化是否超出随机波动")
    compare.add_argument("ids", nargs="+", metavar="指标", help="一个或几个指标编号")
    compare.add_argument("--kind", metavar="类别", help="只计某一类别，如 theft")
    assess = command("assess", _assess, "计分并排名")
    for added in (measure, compare, assess):
        added.add_argument(
            "--by", required=True, choices=list(LEVELS), metavar="层级", help="、".join(LEVELS)
        )
        added.add_argument("--period", required=True, metavar="期间", help=FORMS)
    _assessment_arguments(command)
    report = _report_arguments(command)
    command("reconcile", _reconcile, "核对：校验日志，并与全部重算比对")
    serve = command("serve", _serve, "打开看板（仅本机可访问）")
    serve.add_argument("--port", type=int, default=8501, metavar="端口", help="默认 8501")
    serve.add_argument("--demo", action="store_true", help="数据目录为空时先生成模拟数据")
    _demo_arguments(serve)
    intake = command("intake", _intake, "只运行数据渠道，不打开看板")
    for added in (serve, intake, report):
        added.add_argument(
            "--config", type=Path, metavar="文件", help=f"渠道配置，默认为当前目录的 {CONFIG_NAME}"
        )
    for added in (measure, compare, assess, report, serve):
        added.add_argument("--as-of", type=_day, metavar="日期", help="数据截至日，如 2019-08-19")
    for added in (indicators, measure, compare, assess):
        added.add_argument("--indicators", type=Path, metavar="目录", help="另加的指标文件夹")
        added.add_argument("--scheme", type=Path, metavar="文件", help="改用此考核方案")
    for added in (rejects, indicators, measure, compare, assess):
        added.add_argument(
            "--format",
            choices=["table", "json", "csv"],
            default="table",
            metavar="格式",
            help="table、json 或 csv",
        )
    return parser


def _assessment_arguments(command: Callable[..., argparse.ArgumentParser]) -> None:
    period = command("period", _period, "办理考核：截止、计算、初核、公示、复核、定稿、通报、更正")
    period.add_argument(
        "act", choices=list(PERIOD_ACTS), metavar="步骤", help=_offered(PERIOD_ACTS)
    )
    period.add_argument("--record", action="append", metavar="表:编号", help="更正所据的记录")
    ledger = command("ledger", _ledger, "台账：列出、提出、批准、不予批准")
    ledger.add_argument(
        "act", choices=list(LEDGER_ACTS), metavar="事项", help=_offered(LEDGER_ACTS)
    )
    appeal = command("appeal", _appeal, "申诉：列出、提出、认定成立、不成立")
    appeal.add_argument(
        "act", choices=list(APPEAL_ACTS), metavar="事项", help=_offered(APPEAL_ACTS)
    )
    flags = command("flags", _flags, "数据核查：列出异常线索、提出属实、排除、复核")
    flags.add_argument("act", choices=list(FLAG_ACTS), metavar="事项", help=_offered(FLAG_ACTS))
    flags.add_argument("--id", default="", metavar="编号", help="要判定的线索")
    for added in (ledger, appeal):
        added.add_argument("--id", default="", metavar="编号", help="要办理的那一条")
        added.add_argument("--by", choices=list(LEVELS), default="station", metavar="层级")
        added.add_argument("--unit", default="", metavar="单位", help="单位编码")
        added.add_argument("--indicator", default="", metavar="指标")
    ledger.add_argument("--kind", choices=["bonus", "deduction", "veto", "exemption"])
    ledger.add_argument("--points", type=Fraction, default=Fraction(0), metavar="分值")
    for name, help in (("reason", "事由代码"), ("evidence", "依据文号"), ("event", "事项编号")):
        ledger.add_argument(f"--{name}", default="", metavar=help, help=help)
    appeal.add_argument("--record", default="", metavar="表:编号", help="已更正的记录")
    verify = command("verify", _verify, "核验定稿：按当时的记录、方案、口径重算并逐项比对")
    award = command("award", _award, "年度评优：按定稿月份的平均最终分")
    award.add_argument("--year", type=int, required=True, metavar="年")
    award.add_argument("--by", choices=list(LEVELS), default="station", metavar="层级")
    for added in (period, ledger, appeal, flags):
        added.add_argument("--period", default="", metavar="期间", help=FORMS)
        added.add_argument("--remark", default="", metavar="意见", help="意见或理由")
        added.add_argument("--person", metavar="工号", help="办理人；默认为当前系统用户")
        added.add_argument("--config", type=Path, metavar="文件", help="配置，内有节假日文件")
        added.add_argument("--on", type=_day, metavar="日期", help="办理日期，仅模拟数据可用")
    verify.add_argument("--period", default=None, metavar="期间", help="只核验这一期")
    for added in (ledger, appeal, award, flags):
        added.add_argument(
            "--format", choices=["table", "json", "csv"], default="table", metavar="格式"
        )


REPORTS = {
    "weekly": "周例会材料（PPTX）",
    "bulletin": "考核通报（DOCX）",
    "dossier": "档案（DOCX；不指定单位时为该层级全部单位的 ZIP）",
    "table": "考核数据（XLSX）",
}


def _report_arguments(command: Callable[..., _Help]) -> _Help:
    report = command("report", _report, "生成文件：周例会材料、考核通报、档案、考核数据")
    report.add_argument("kind", choices=list(REPORTS), metavar="文件", help=_offered(REPORTS))
    report.add_argument(
        "--period", default="", metavar="期间", help=f"{FORMS}；默认为上一完整周（月）"
    )
    report.add_argument("--unit", default="", metavar="单位", help="档案的单位编码或工号")
    report.add_argument(
        "--level", choices=list(LEVELS), metavar="层级", help="默认档案为 village，其余为 station"
    )
    report.add_argument(
        "--out", type=Path, metavar="文件", help="文件或已有的文件夹；后缀为 .pdf 时转为 PDF"
    )
    report.add_argument("--template", type=Path, metavar="文件", help="改用此模板")
    report.add_argument("--number", default="", metavar="文号", help="通报的发文字号")
    report.add_argument("--red-header", action="store_true", help="通报印红头")
    report.add_argument("--on", type=_day, metavar="日期", help="通报的成文日期")
    report.add_argument("--force", action="store_true", help="覆盖已有的文件")
    report.add_argument("--write-template", action="store_true", help="只写出默认模板，供修改")
    return report


def _offered(acts: Mapping[str, str]) -> str:
    return "；".join(f"{name} {title}" for name, title in acts.items())


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    for name, help in (("scale", "村（社区）数的倍数"), ("density", "每村记录数的倍数")):
        parser.add_argument(f"--{name}", type=_times, default=1, metavar="N", help=help)
    parser.add_argument("--seed", type=int, default=2019, metavar="N", help="随机种子")


def _times(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为不小于 1 的整数，实为“{text}”")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为日期，如 2019-08-19，实为“{text}”") from None


if __name__ == "__main__":
    sys.exit(main())
