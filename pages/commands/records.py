"""Records: a simulated city, loading, what was rejected, templates, reconciling."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from data.rights import command_line
from data.schema import LOADABLE, TABLES
from pages.commands.output import DONE, MOST_TOLD, NOTHING, WITH_REJECTS, print_rows, progress_bar
from pages.commands.parser import Commands, takes_format, times


def add(commands: Commands) -> None:
    demo_arguments(commands.add("demo", demo, "在空的数据目录生成模拟数据"))
    load = commands.add("load", _load, "导入文件或文件夹（CSV、XLSX、Parquet）")
    load.add_argument("paths", nargs="+", type=Path, metavar="文件", help="文件或文件夹")
    load.add_argument(
        "--kind", choices=[t.name for t in LOADABLE] + ["bureau"], metavar="表", help="数据表"
    )
    load.add_argument("--mapping", type=Path, metavar="文件", help="映射文件（TOML）")
    load.add_argument(
        "--without-units", action="store_true", help="表中没有村和派出所也导入，全部计入“未知”"
    )
    load.add_argument("--by-row", action="store_true", help="没有编号的表按文件和行编号")
    matched = commands.add("map", _map, "写出一个文件的列怎样对应，作为映射文件")
    matched.add_argument("path", type=Path, metavar="文件", help="要导入的文件")
    matched.add_argument(
        "--kind", choices=[t.name for t in LOADABLE], metavar="表", help="数据表，不写则按列名辨认"
    )
    takes_format(commands.add("rejects", _rejects, "列出拒收的行及原因"))
    template = commands.add("template", _template, "写出导入模板（XLSX）")
    template.add_argument("kind", choices=[t.name for t in LOADABLE], metavar="表", help="数据表")
    template.add_argument("--out", type=Path, metavar="文件", help="写到哪里")
    commands.add("reconcile", _reconcile, "核对：校验日志，并与全部重算比对")
    commands.add("snapshot", _snapshot, "写出快照：此后打开无需重新读取和计数")


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    for name, help in (("scale", "村（社区）数的倍数"), ("density", "每村记录数的倍数")):
        parser.add_argument(f"--{name}", type=times, default=1, metavar="N", help=help)
    parser.add_argument("--seed", type=int, default=2019, metavar="N", help="随机种子")


def demo(options: argparse.Namespace) -> int:
    from data.demo.load import load_demo
    from data.journal.journal import Journal

    if Journal(options.store).position():
        print(f"“{options.store}”中已有数据，模拟数据只写入空的数据目录", file=sys.stderr)
        return NOTHING
    size = {"seed": options.seed, "scale": options.scale, "density": options.density}
    with progress_bar("生成模拟数据") as progress:
        rows = load_demo(options.store, command_line(), **size, progress=progress)
    print(f"已在“{options.store}”生成模拟数据 {rows:,} 条")
    return DONE


def _load(options: argparse.Namespace) -> int:
    from data.intake.files import load_files
    from data.intake.heads_mapping import Consent
    from data.intake.loading import report_sentence

    source = options.paths, command_line(), options.kind, options.mapping
    consent = Consent(options.without_units, options.by_row)
    with progress_bar("导入") as progress:
        reports = load_files(options.store, *source, progress=progress, consent=consent)
    if not reports:
        print("没有找到可导入的文件（CSV、XLSX、Parquet）", file=sys.stderr)
        return NOTHING
    for report in reports:
        sentence = report_sentence(report, rejects_are_in=" hongfeng rejects")
        print(sentence, file=sys.stderr if report.refused else sys.stdout)
    if all(report.refused for report in reports):
        return NOTHING
    return WITH_REJECTS if any(r.refused or r.rejected for r in reports) else DONE


def _map(options: argparse.Namespace) -> int:
    from data.intake.files import read_table
    from data.intake.heads_mapping import COMMAND_LINE
    from data.intake.mapping import as_toml
    from data.intake.matching import as_mapping, lacking, matching_of
    from data.intake.reading.source import Refused

    try:
        source, table = read_table(options.path, options.kind, COMMAND_LINE)
        matched = matching_of(source, table)
    except Refused as error:
        print(error, file=sys.stderr)
        return NOTHING
    notes = [
        f"{source.name} → {table.title}",
        *source.remarks,
        *(f"{m.column.title} ← {m.head}（{m.reason}）" for m in matched if m.head is not None),
    ]
    if absent := lacking(matched):
        notes.append(f"没有的列：{'、'.join(table.column(name).title for name in absent)}")
    print(as_toml(as_mapping(matched, table, "映射"), notes), end="")
    return DONE


def _rejects(options: argparse.Namespace) -> int:
    from data.intake.rejects import open_rejects
    from data.journal.copy import Copy
    from data.journal.journal import Journal

    copy = Copy(Journal(options.store), {"reject"})
    copy.catch_up()
    rows = open_rejects(copy, command_line()).to_pylist()
    titles = {c.name: c.title for c in TABLES["reject"].columns}
    print_rows(
        options.format, rows, titles, narrow=[n for n in rows[0] if n != "id"] if rows else ()
    )
    return DONE


def _template(options: argparse.Namespace) -> int:
    from data.intake.template import write_template

    out = options.out or Path(f"{TABLES[options.kind].title}.xlsx")
    if out.exists():
        print(f"文件“{out}”已存在，未覆盖；请用 --out 另指文件", file=sys.stderr)
        return NOTHING
    write_template(TABLES[options.kind], out)
    print(f"已写出模板“{out}”")
    return DONE


def _reconcile(options: argparse.Namespace) -> int:
    from data.channels.state import now
    from data.journal.reconciliation import Reconciliation, write_reconciliation
    from data.journal.sealing import chain_state
    from metrics.cells.reconcile import reconcile
    from pages.commands.opening import keep, store_of

    store, began = store_of(options), now()
    differences = reconcile(store)
    if not differences:
        keep(store)
    first = differences[0] if differences else ""
    note = Reconciliation(began.isoformat(), store.journal.position(), len(differences), first)
    with suppress(OSError):  # a read-only store can be reconciled too
        write_reconciliation(options.store, note)
    for sentence in differences[:MOST_TOLD]:
        print(sentence, file=sys.stderr)
    if len(differences) > MOST_TOLD:
        print(f"……共 {len(differences):,} 处不一致", file=sys.stderr)
    if differences:
        return NOTHING
    print("一致：日志各部分校验无误，逐条更新的结果与全部重算相同")
    if state := chain_state(store.journal):
        print(state)
    return DONE


def _snapshot(options: argparse.Namespace) -> int:
    from pages.commands.opening import keep, store_of

    snapshot = keep(store_of(options))
    if snapshot is None:
        print("未写出快照：数据目录为空、不可写，日志有损坏，或另一个程序正在写", file=sys.stderr)
        return NOTHING
    size = snapshot.path.stat().st_size / 2**20
    print(f"已写出快照“{snapshot.path}”（{size:,.0f} MB），此后命令与看板直接打开")
    return DONE
