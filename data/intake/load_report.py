"""What became of one file, and the sentences that say it: on the command line and on the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from data.intake.named_units import NamedUnit
from data.intake.understanding.instants import Order
from data.personal import masked_word
from data.schema import TABLES

MOST_ALIASES = 5  # that a sentence names


@dataclass(frozen=True)
class RowFates:
    """What became of each row, for a channel that answers row by row.

    accepted   columns `row`, `id`
    added      ids that are new, corrected: ids with a new version; the other ids are unchanged
    rejected   columns `row_number`, `reasons`
    held       ids whose new version waits for a second person
    """

    accepted: pa.Table
    added: frozenset[str]
    corrected: frozenset[str]
    rejected: pa.Table
    held: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LoadReport:
    """What became of one file. `refused`: why nothing of it was taken, one sentence.

    held         new versions that wait for a second person (data/intake/held_back.py)
    repeated     rows that say again what another row of the file says, under the same id
    came_before  of the unchanged: rows without a number that came in an earlier file
    remarks      how the file was understood, a few words each
    orders       of day and month, of the columns whose own dates had to settle it
    named        words that were taken for units
    fates        of each row, if the loader was asked to tell them
    """

    source: str
    table: str = ""
    rows: int = 0
    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    ignored: tuple[str, ...] = ()
    position: int = 0
    refused: str = ""
    held: int = 0
    repeated: int = 0
    came_before: int = 0
    remarks: tuple[str, ...] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)
    named: tuple[NamedUnit, ...] = ()
    fates: RowFates | None = field(default=None, compare=False, repr=False)

    @property
    def accepted(self) -> int:
        return self.added + self.corrected + self.unchanged + self.held + self.repeated


def report_sentence(report: LoadReport, rejects_are_in: str) -> str:
    """What was loaded. rejects_are_in: where the reader finds the rejected rows."""
    if report.refused:
        return report.refused
    source = f"{report.source} → {TABLES[report.table].title}"
    parts = [f"{source}：{counts_sentence(report)}", *left_aside(report)]
    return "；".join([*parts, f"拒收的行见{rejects_are_in}"] if report.rejected else parts)


def preview_sentence(report: LoadReport) -> str:
    """What would be loaded: the report of a check."""
    if report.refused:
        return report.refused
    parts = [
        f"{report.source} → {TABLES[report.table].title}：读入 {report.rows:,} 行，"
        f"可导入 {report.accepted:,} 行（新增 {report.added:,}，更正 {report.corrected:,}，"
        f"未变 {report.unchanged:,}{held_words(report)}{repeated_words(report)}），"
        f"将拒收 {report.rejected:,} 行",
        *left_aside(report),
    ]
    return "；".join([*parts, "尚未写入"])


def counts_sentence(report: LoadReport) -> str:
    return (
        f"读入 {report.rows:,} 行，新增 {report.added:,}，更正 {report.corrected:,}，"
        f"未变 {report.unchanged:,}{held_words(report)}{repeated_words(report)}，"
        f"拒收 {report.rejected:,}"
    )


def held_words(report: LoadReport) -> str:
    """What is written but does not count before another person confirms it."""
    return f"，待核 {report.held:,}（他人确认后计入）" if report.held else ""


def repeated_words(report: LoadReport) -> str:
    return f"，重复 {report.repeated:,}" if report.repeated else ""


def left_aside(report: LoadReport) -> list[str]:
    """What a person should know besides the counts: rows and columns left out, names understood."""
    titles = {column.name: column.title for column in TABLES[report.table].columns}
    parts = [*report.remarks, *names_understood(report)]
    parts += [f"“{titles[name]}”按 {order} 读" for name, order in report.orders.items()]
    parts += [f"按映射略过 {report.skipped:,} 行"] if report.skipped else []
    if report.came_before:
        parts.append(
            f"{report.came_before:,} 行与此前导入的无编号记录内容相同，视为同一条；"
            "无编号的行一经改动即成另一条，请在来源补上编号"
        )
    unused = "、".join(map(masked_word, report.ignored))
    return [*parts, f"未使用的列：{unused}"] if unused else parts


def names_understood(report: LoadReport) -> list[str]:
    """按登记的名称认定 3 种单位写法; 按记住的写法认定：“三村”为 V134（数据-01 指认）"""
    remembered = [unit for unit in report.named if unit.alias]
    by_rule = len(report.named) - len(remembered)
    parts = [f"按登记的名称认定 {by_rule:,} 种单位写法"] if by_rule else []
    if not remembered:
        return parts
    words = [
        f"“{unit.word[:20]}”为 {unit.code}（{unit.alias.author} 指认）"
        for unit in remembered[:MOST_ALIASES]
        if unit.alias
    ]
    more = f" 等 {len(remembered):,} 种" if len(remembered) > MOST_ALIASES else ""
    return [*parts, f"按记住的写法认定：{'、'.join(words)}{more}"]
