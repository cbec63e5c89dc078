"""Documents by command, for a schedule."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from data.rights import command_line
from metrics.calendar.period import FORMS, Period, last_complete, parse_period
from metrics.scheme.level import LEVELS, Level
from pages.commands.output import NOTHING, progress_bar, told_kept, write_file
from pages.commands.parser import Commands, day, offered, takes_as_of, takes_config

if TYPE_CHECKING:
    from metrics.cells.count import Counted

REPORTS = {
    "weekly": "周例会材料（PPTX）",
    "bulletin": "考核通报（DOCX）",
    "dossier": "档案（DOCX；不指定单位时为该层级全部单位的 ZIP）",
    "table": "考核数据（XLSX）",
}


def add(commands: Commands) -> None:
    report = commands.add("report", _report, "生成文件：周例会材料、考核通报、档案、考核数据")
    report.add_argument("kind", choices=list(REPORTS), metavar="文件", help=offered(REPORTS))
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
    report.add_argument("--on", type=day, metavar="日期", help="通报的成文日期")
    report.add_argument("--force", action="store_true", help="覆盖已有的文件")
    report.add_argument("--write-template", action="store_true", help="只写出默认模板，供修改")
    takes_config(report)
    takes_as_of(report)


def _report(options: argparse.Namespace) -> int:
    from metrics.documents.material import Material
    from metrics.results import Results
    from pages.commands.opening import configuration, counted_of, store_of
    from pages.documents.build import Wish, make, template_bytes
    from pages.documents.pdf import NoPdf

    form = configuration(options).documents
    if options.write_template:
        out = options.out or Path(f"模板.{'pptx' if options.kind == 'weekly' else 'docx'}")
        return write_file(out, template_bytes(options.kind), options.force)
    changed = {"red_header": True} if options.red_header else {}
    changed |= {"number": options.number} if options.number else {}
    changed |= {options.kind: options.template} if options.template else {}
    if options.template and options.kind == "table":
        raise ValueError("考核数据不用模板")
    store = store_of(options)
    counted = counted_of(store, options.as_of)
    period = _period_of_report(options, counted)
    material = Material(Results(store, counted, command_line()), period)
    is_folder = options.out is None or options.out.is_dir()
    level: Level = options.level or ("village" if options.kind == "dossier" else "station")
    ending = "" if is_folder else options.out.suffix.removeprefix(".").lower()
    wish = Wish(options.kind, level, options.unit, ending)
    out = (options.out or Path()) / wish.name(material) if is_folder else options.out
    if not out.parent.is_dir():
        raise ValueError(f"没有文件夹“{out.parent}”，请核对 --out")
    if out.exists() and not options.force:
        return told_kept(out)
    try:
        with progress_bar(wish.name(material)) as progress:
            form = form.model_copy(update=changed)
            content = make(material, wish, form, progress, options.on)
    except NoPdf as error:
        print(error, file=sys.stderr)
        return NOTHING
    return write_file(out, content, options.force)


def _period_of_report(options: argparse.Namespace, counted: "Counted") -> Period:
    """Without --period the last complete week or month: what a schedule wants."""
    if options.period:
        return parse_period(options.period, counted.as_of)
    return last_complete("week" if options.kind == "weekly" else "month", counted.as_of)
