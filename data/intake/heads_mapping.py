"""Without a mapping file: a table whose heads are known, by the words that records.toml declares.

What nobody may assume, a table without units or rows without a number, a person says (Consent).
"""

from collections.abc import Collection
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from data.heads import column_of, head_key
from data.intake.mapping import Mapped, faults_of
from data.intake.reading.source import ROW, Refused, Source, legible
from data.intake.understanding.columns import Guess, guessed
from data.schema import EVENTS, Table

NAME = r"^\s*[\p{Han}·]{2,4}([、，, ]+[\p{Han}·]{2,4})*\s*$"


@dataclass(frozen=True)
class Consent:
    """What nobody may assume: a person says it.

    without_units   the table names no village and no station: all its records count as 未知
    by_row          the rows have no number of their own: they get one from file and row
    """

    without_units: bool = False
    by_row: bool = False


NO_CONSENT = Consent()


class NeedsConsent(Refused):
    """Refused until a person says yes; `part`: to which part of `Consent`."""

    def __init__(self, part: Literal["without_units", "by_row"], sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True)
class Advice:
    """How a person says it where they are: on the command line, on the page."""

    kind: str = "请用 --kind 指明"
    without_units: str = "请补上该列，确需导入请加 --without-units"
    by_row: str = "请补上该列，确需导入请加 --by-row（按文件和行编号）"


COMMAND_LINE = Advice()


@dataclass(frozen=True)
class HeadsRead:
    """chosen: our column -> the column of the source, in our order; guesses: which of them are
    guessed, and why; left_out: what is said of columns that are known and must not be read."""

    chosen: Map[str, str]
    guesses: Map[str, Guess]
    left_out: tuple[str, ...]


def heads_read(source: Source, table: Table) -> HeadsRead:
    """What the heads of a source mean, by the declared words, else by name and content."""
    meant = heads_meant(source, table)
    names = columns_of_names(source, table, meant)
    declared = {our: head for our, head in meant.items() if our not in names}
    others = set(source.rows.column_names) - {ROW, *meant.values()}
    lacking = [name for name in table.names if name not in meant] if declared else []
    guesses = guessed(source.rows, others, table, lacking)
    every = declared | {name: guess.head for name, guess in guesses.items()}
    chosen = {name: every[name] for name in table.names if name in every}
    return HeadsRead(chosen, guesses, tuple(names.values()))


def map_by_name(
    source: Source, table: Table, consent: Consent = NO_CONSENT, advice: Advice = COMMAND_LINE
) -> Mapped:
    """Without a mapping: our column names, their titles and the heads that records.toml lists."""
    heads = heads_read(source, table)
    chosen = heads.chosen
    if not chosen:
        titles = "、".join(column.title for column in table.columns[:6])
        raise Refused(
            f"{source.name}：没有一列是“{table.title}”的列（如{titles}），请用模板或映射文件"
        )
    refuse_unnumbered(source, table, chosen, consent, advice)
    rows = source.rows.select([ROW, *chosen.values()]).rename_columns([ROW, *chosen])
    is_by_row = _needs_id(table, chosen)
    if is_by_row:
        ids = [f"{source.digest[:16]}-{number}" for number in rows[ROW].to_pylist()]
        rows = rows.append_column("id", pa.array(ids, pa.string()))
    return Mapped(
        rows,
        provided=(*chosen, "id") if is_by_row else tuple(chosen),
        ignored=tuple(sorted(set(source.rows.column_names) - {ROW, *chosen.values()})),
        faults=faults_of(source, chosen.values()),
        is_by_row=is_by_row,
        remarks=(*heads.left_out, *_taken_for(heads, table)),
        no_units=_unless_units(source, table, chosen, consent, advice),
    )


def heads_meant(source: Source, table: Table) -> dict[str, str]:
    """Our column -> the column of the source. Of two heads that mean one column the title wins."""
    heads: dict[str, list[str]] = {}
    for name in source.rows.column_names:
        if name != ROW and (our := column_of(name, table)) is not None:
            heads.setdefault(our, []).append(name)
    chosen = {}
    for our, names in heads.items():
        column = table.column(our)
        titles = [n for n in names if head_key(n) in (head_key(column.title), our)]
        if len(titles or names) > 1:
            both = "”和“".join((titles or names)[:2])
            raise Refused(f"{source.name}：“{both}”都是“{column.title}”列，请删去一列")
        chosen[our] = (titles or names)[0]
    return {name: chosen[name] for name in table.names if name in chosen}


def columns_of_names(source: Source, table: Table, chosen: Map[str, str]) -> dict[str, str]:
    """Our columns of people in which the source writes names: the registers know work numbers
    only, and names are not kept. With what is said of each; a required column stays."""
    remarks = {}
    for our, head in chosen.items():
        column = table.column(our)
        if column.refers_to != "officer" or column.required:
            continue
        is_name = pc.match_substring_regex(pc.cast(source.rows[head], pa.string()), NAME)
        if source.rows[head].null_count < source.rows.num_rows and pc.all(is_name).as_py():
            remarks[our] = f"“{legible(head)}”列是姓名，登记册只有工号，未读入"
    return remarks


def refuse_unnumbered(
    source: Source, table: Table, chosen: Collection[str], consent: Consent, advice: Advice
) -> None:
    """Only a person may decide to take rows that have no number of their own."""
    if _needs_id(table, chosen) and not consent.by_row:
        raise NeedsConsent(
            "by_row",
            f"{source.name}：没有“{table.column('id').title}”列，同一件事再次导入时无从辨认；"
            f"现有列：{_heads(source)}；{advice.by_row}",
        )


def _unless_units(
    source: Source, table: Table, chosen: Collection[str], consent: Consent, advice: Advice
) -> str:
    """Why new records may not come from a table that names no unit; "" if they may."""
    units = {"village", "station"} | ({"officer"} if table.name == "duty_day" else set())
    if table not in EVENTS or units & set(chosen) or consent.without_units:
        return ""
    return (
        f"{source.name}：没有一列是村（社区）或派出所，新记录将全部计入“未知”；"
        f"现有列：{_heads(source)}；{advice.without_units}"
    )


def _heads(source: Source) -> str:
    return legible("、".join(name for name in source.rows.column_names if name != ROW), 200)


def _needs_id(table: Table, chosen: Collection[str]) -> bool:
    return not table.identity and "id" not in chosen


def _taken_for(heads: HeadsRead, table: Table) -> tuple[str, ...]:
    """The heads that are not written as we write them, with our titles; the guesses apart."""
    synonyms, guesses = [], []
    for our, head in heads.chosen.items():
        title = table.column(our).title
        if guess := heads.guesses.get(our):
            guesses.append(f"{head}→{title}（{guess.reason}）")
        elif head.strip() not in (our, title):
            synonyms.append(f"{head}→{title}")
    listed = (("列名对应：", synonyms), ("按列名和内容推定：", guesses))
    return tuple(f"{words}{legible('、'.join(pairs), 300)}" for words, pairs in listed if pairs)
