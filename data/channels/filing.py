"""Where a file of the drop folder goes when it has been dealt with, and the report beside it."""

from datetime import datetime
from itertools import count
from pathlib import Path

from data.intake.load_report import LoadReport, counts_sentence, left_aside
from data.schema import TABLES

MOST_SHOWN = 100


def file_away(path: Path, root: Path, report: LoadReport, at: datetime) -> Path:
    """Move a file to ROOT/done/YYYY-MM or ROOT/refused, keeping its sub-folder; nothing is
    overwritten. The report is written first: a file that has moved has one."""
    place = root / "refused" if report.refused else root / "done" / f"{at:%Y-%m}"
    target = _free(place / path.relative_to(root))
    target.parent.mkdir(parents=True, exist_ok=True)
    report_path = target.with_name(f"{target.name}.report.txt")
    temporary = report_path.with_name(f".{report_path.name}.tmp")
    temporary.write_text(text_of(report, at), "utf-8")
    temporary.replace(report_path)
    path.rename(target)
    return target


def _free(path: Path) -> Path:
    """The path, or the first of NAME-2, NAME-3 … at which nothing lies."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(name for name in names if not name.exists())


def text_of(report: LoadReport, at: datetime) -> str:
    """The report as a person reads it: the counts and the first rejected rows, or the refusal."""
    lines = [f"文件：{report.source}", f"时间：{at:%Y-%m-%d %H:%M:%S}"]
    if report.refused:
        return "\n".join([*lines, f"结果：未导入。{report.refused}", ""])
    lines += [
        f"数据表：{TABLES[report.table].title}",
        f"结果：{counts_sentence(report)}",
        *left_aside(report),
        *_rejected(report),
        "",
    ]
    return "\n".join(lines)


def _rejected(report: LoadReport) -> list[str]:
    if not report.rejected or report.fates is None:
        return []
    first = report.fates.rejected.slice(0, MOST_SHOWN).to_pydict()
    reasons_by_row = zip(first["row_number"], first["reasons"], strict=True)
    lines = [f"  第 {row} 行：{reasons}" for row, reasons in reasons_by_row]
    more = report.rejected - MOST_SHOWN
    heading = "拒收的行及原因" + (f"（前 {MOST_SHOWN} 行，另有 {more:,} 行）" if more > 0 else "")
    return [f"{heading}：", *lines]
