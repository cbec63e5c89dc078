"""What is kept of rejects, chosen by a person and put back into the form that it came in.

Only the columns that were read are kept, and the numbers of persons in them are masked.
"""

import hashlib
import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

from data.intake.mapping import Mapping
from data.intake.reading.source import ROW, Serials, Source
from data.journal.copy import Copy
from data.personal import MASK
from data.rights import Actor, require
from data.schema import TABLES

Scope = Literal["row", "reason", "source"]
MOST = 20_000  # rejects that one retry takes
SPREADSHEETS = (".xlsx", ".xls", ".et", ".ods")
UNREAD = "〔未能读出〕"
HELD = (MASK, UNREAD)  # nothing that holds one of these can be tried as it is
# Reasons of data.channels.body: the value that came is not the value that was kept.
_LOST = re.compile(r"“([^”]*)”(?:应为单个值|含空字符|含不成对|重复，同一列)")
_SAME_COLUMNS = "{keys} IS NOT DISTINCT FROM (SELECT {keys} FROM one)"
_KEYS = (
    "CASE WHEN json_valid(content) AND json_type(content) = 'OBJECT'"
    " THEN list_sort(json_keys(content)) END"
)
# Reasons are alike whatever value, row or likely units they name.
_PATTERN = (
    r"regexp_replace(regexp_replace(reasons, '“[^”]*”', '“”', 'g'),"
    r" '第 \d+ 行|，相近的有 [^；]*|(可能是|登记册中为|登记册中有) [^；]*', '', 'g')"
)
_ALIKE: Map[Scope, str] = {
    "row": "id = (SELECT id FROM one)",
    "reason": f"{_SAME_COLUMNS.format(keys=_KEYS)} AND {_PATTERN} = (SELECT {_PATTERN} FROM one)",
    "source": _SAME_COLUMNS.format(keys=_KEYS),
}
_FROM = (
    "WITH one AS (SELECT * FROM record.reject WHERE id = $id AND NOT is_deleted)"
    " SELECT {what} FROM record.reject WHERE NOT is_deleted"
    " AND kind = (SELECT kind FROM one) AND source = (SELECT source FROM one)"
)


@dataclass(frozen=True)
class OpenReject:
    """One open reject as a person sees it. `part`: the journal position of this version."""

    id: str
    kind: str
    source: str
    digest: str
    row_number: int
    content: str
    reasons: str
    part: int

    @property
    def number_by_row(self) -> str:
        """The id that its record gets if it has none: of the file and the row, sheet included."""
        return f"{self.digest}-{self.id.rsplit('-', 1)[-1]}"

    @cached_property
    def values(self) -> dict[str, object]:
        """The values by the source's columns; none if the row could not be taken apart."""
        try:
            row: object = json.loads(self.content)
        except ValueError:
            return {}
        if not isinstance(row, dict):
            return {}
        ours = {c.title: c.name for c in TABLES[self.kind].columns}
        lost = {ours.get(name, name) for name in _LOST.findall(self.reasons)}
        return {name: UNREAD if name in lost else value for name, value in row.items()}


def chosen(copy: Copy, actor: Actor, id: str, scope: Scope) -> tuple[OpenReject, ...]:
    """The open reject of that id first, then the others of the scope, at most MOST.

    reason   same table, source, columns and reasons, whatever the values are
    source   same table, source and columns
    """
    require(actor, "see-rejects")
    what = "id, kind, source, source_digest, row_number, content, reasons, _part"
    rows = copy.cursor().execute(
        f"{_FROM.format(what=what)} AND {_ALIKE[scope]}"
        f" ORDER BY id <> $id, rejected_at, row_number, id LIMIT {MOST}",
        {"id": id},
    )
    return tuple(OpenReject(*row) for row in rows.fetchall())


def counts(copy: Copy, actor: Actor, id: str) -> dict[Scope, int]:
    """How many rejects each scope holds; zeros if the reject is no longer open."""
    require(actor, "see-rejects")
    what = ", ".join(f"count(*) FILTER (WHERE {alike})" for alike in _ALIKE.values())
    (row,) = copy.cursor().execute(_FROM.format(what=what), {"id": id}).fetchall()
    return dict(zip(_ALIKE, row, strict=True))


def is_by_row(mapping: Mapping) -> bool:
    return mapping.id is not None and mapping.id.made_from == "file and row"


def source_of(
    rejects: Sequence[OpenReject], corrected: Map[str, str | None]
) -> tuple[Source, dict[int, OpenReject]]:
    """The rejects as a source, and which row is which.

    Row numbers are those of their file, unless the rejects come from several.
    """
    rows = [{**reject.values, **corrected} for reject in rejects]
    numbers = [reject.row_number for reject in rejects]
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(rejects) + 1))
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: _array([row.get(name) for row in rows]) for name in names}
    table = pa.table({**columns, ROW: pa.array(numbers, pa.int64())})
    name = rejects[0].source
    digest = hashlib.sha256("\n".join(reject.id for reject in rejects).encode()).hexdigest()
    serials: Serials | None = 1900 if name.lower().endswith(SPREADSHEETS) else None
    heads = tuple(rejects[0].values)
    source = Source(name=name, digest=digest, rows=table, serials=serials, heads=heads)
    return source, dict(zip(numbers, rejects, strict=True))


def _array(values: list[object]) -> pa.Array:
    """Whole numbers, numbers and yes/no as they came, so that a mapping can reckon with them."""
    kinds = {type(value) for value in values if value is not None}
    typed = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    if len(kinds) == 1 and (type_ := typed.get(next(iter(kinds)))):
        try:
            return pa.array(values, type_)
        except (OverflowError, pa.ArrowInvalid):
            pass
    return pa.array([None if v is None else as_text(v) for v in values], pa.string())


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
