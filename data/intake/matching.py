"""Which column of a file becomes which of ours: shown before a load, and kept as a mapping."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from data.heads import head_key
from data.intake.heads_mapping import heads_read
from data.intake.mapping import IdForm
from data.intake.mapping import Mapping as MappingFile
from data.intake.reading.source import Source, legible
from data.personal import masked_word
from data.schema import Column, Table, quoted

SAMPLES = 3  # different values of a column that are shown
SAMPLED = 200  # rows that they are taken from
ASIDE = frozenset(("entered_at", "is_deleted", "voided_on", "voided_reason"))


@dataclass(frozen=True)
class MatchedColumn:
    """One of our columns, and the column of the file that is taken for it, if there is one.

    reason   why it is taken, as a person reads it
    samples  some of its values; numbers of persons are hidden
    filled   the share of its rows that hold something
    """

    column: Column
    head: str | None = None
    reason: str = ""
    samples: tuple[str, ...] = ()
    filled: float = 0.0


def matching_of(source: Source, table: Table) -> tuple[MatchedColumn, ...]:
    """How `map_by_name` understands the columns of a source, and which of ours it lacks."""
    heads = heads_read(source, table)
    matched = []
    for column in table.columns:
        head, guess = heads.chosen.get(column.name), heads.guesses.get(column.name)
        if head is not None:
            reason = guess.reason if guess else _why(head, column)
            matched.append(_matched(source, column, head, reason))
        elif not _is_aside(column, table):
            matched.append(MatchedColumn(column))
    return tuple(matched)


def _is_aside(column: Column, table: Table) -> bool:
    """Whether nobody misses the column: it is made, or tells of the entry, or has a default."""
    is_made = column.name == "id" and bool(table.identity)
    return is_made or column.name in ASIDE or (table.is_register and bool(column.default))


def _why(head: str, column: Column) -> str:
    is_ours = head_key(head) in (head_key(column.title), column.name)
    return "列名相同" if is_ours else "列名同义"


def _matched(source: Source, column: Column, head: str, reason: str) -> MatchedColumn:
    values = source.rows[head]
    first = [str(one) for one in values.slice(0, SAMPLED).to_pylist() if one is not None]
    samples = [legible(masked_word(text), 24) for text in dict.fromkeys(first)][:SAMPLES]
    filled = 1 - values.null_count / max(1, len(values))
    return MatchedColumn(column, head, reason, tuple(samples), filled)


def lacking(matched: Collection[MatchedColumn]) -> tuple[str, ...]:
    """Our columns that the file does not have."""
    return tuple(one.column.name for one in matched if one.head is None)


def as_mapping(matched: Collection[MatchedColumn], table: Table, name: str) -> MappingFile:
    """The same as a mapping file; rows without a number are numbered by file and row."""
    columns = {one.column.name: quoted(one.head) for one in matched if one.head is not None}
    is_numbered = "id" in columns or bool(table.identity)
    id_form = None if is_numbered else IdForm(made_from="file and row")
    return MappingFile(name=name, kind=table.name, id=id_form, columns=columns)


def matching_rows(
    matched: Collection[MatchedColumn], costs: Mapping[str, str]
) -> list[dict[str, str | float | None]]:
    """The matching as a table for people. costs: our column -> what its absence costs."""
    return [
        {
            "column": f"{one.column.title}{'（必填）' if one.column.required else ''}",
            "head": one.head or "—",
            "reason": one.reason or costs.get(one.column.name, "没有这一列"),
            "samples": "、".join(one.samples),
            "filled": one.filled if one.head is not None else None,
        }
        for one in matched
    ]
