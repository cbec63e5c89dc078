"""HTTP intake: a request body becomes records and rejects, with an answer for every row.

Idempotent by record id: the same body again adds nothing. The rows of a body may know different
columns; what a row does not name keeps its value, so rows are loaded in groups of equal columns.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import pyarrow as pa

from data.channels.body import Body, BodyRow, Unacceptable, read_body
from data.config import HttpForm
from data.intake.loading import Loader, LoadReport, RowFates
from data.intake.mapping import Mapped
from data.intake.reading.source import BROKEN, ROW, Source, legible
from data.personal import masked_word
from data.rights import Actor
from data.schema import LOADABLE, Table

Outcome = Literal["added", "corrected", "unchanged", "held", "rejected"]
KINDS = {table.name: table for table in LOADABLE}
MOST_GROUPS = 50  # each group is one load: without an end a body could keep the journal busy
SOURCE = "HTTP 接口"


@dataclass(frozen=True)
class RowAnswer:
    """What became of one row. `id`: as stored, or of a rejected row as sent."""

    row: int
    id: str | None
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a request. `position`: the journal position by which all of it is safe."""

    status: int
    message: str
    position: int = 0
    ignored: tuple[str, ...] = ()
    rows: tuple[RowAnswer, ...] = ()

    @property
    def rejected(self) -> int:
        return sum(row.outcome == "rejected" for row in self.rows)

    @property
    def accepted(self) -> int:
        return len(self.rows) - self.rejected

    def as_json(self) -> dict[str, Any]:
        counts = {"accepted": self.accepted, "rejected": self.rejected}
        return asdict(self) | counts if self.rows else {"message": self.message}


@dataclass(frozen=True)
class RecordsRequest:
    """A body that was understood. groups: the columns that rows know -> these rows."""

    table: Table
    groups: Mapping[tuple[str, ...], list[BodyRow]]
    digest: str
    ignored: tuple[str, ...]


def read_request(kind: str, body: bytes, content_type: str, limits: HttpForm) -> RecordsRequest:
    """Understand a request body; raises Unacceptable. Nobody has to wait for it."""
    table = table_of(kind)
    read = read_body(body, content_type, table, limits)
    digest = hashlib.sha256(body).hexdigest()
    return RecordsRequest(table, _groups(table, read), digest, read.ignored)


def load_request(loader: Loader, request: RecordsRequest, actor: Actor, today: date) -> Answer:
    """Load what was sent. The loader must tell each row (`Loader.tells_each_row`)."""
    answers: dict[int, RowAnswer] = {}
    position = 0
    for columns, rows in request.groups.items():
        report = _load(loader, request.table, columns, rows, request.digest, actor, today)
        position = max(position, report.position)
        answers |= _answers(report, rows)
    position = position or loader.journal.position()
    ignored = tuple(map(masked_word, request.ignored))
    return _answer(tuple(answers[number] for number in sorted(answers)), position, ignored)


def table_of(kind: str) -> Table:
    if kind not in KINDS:
        kinds = "、".join(f"{table.name}（{table.title}）" for table in LOADABLE)
        raise Unacceptable(404, f"没有数据表“{legible(kind)}”，可用：{kinds}")
    return KINDS[kind]


def _groups(table: Table, body: Body) -> dict[tuple[str, ...], list[BodyRow]]:
    """Rows by the columns that they know. Rows of one record stay together: only so is it seen
    that they contradict each other."""
    key = table.identity or ("id",)
    columns: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in body.rows:
        columns[_key(row, key)] |= row.values.keys()
    groups: dict[tuple[str, ...], list[BodyRow]] = defaultdict(list)
    for row in body.rows:
        groups[tuple(n for n in table.names if n in columns[_key(row, key)])].append(row)
    if len(groups) > MOST_GROUPS:
        problem = f"各行的列有 {len(groups)} 种组合，最多 {MOST_GROUPS} 种，请分批，或空值也写 null"
        raise Unacceptable(413, problem)
    return dict(groups)


def _key(row: BodyRow, key: tuple[str, ...]) -> tuple[str, ...]:
    """What tells records apart; rows without any of it stand each for itself by their columns."""
    values = tuple((row.values.get(name) or "").strip() for name in key)
    return values if any(values) else tuple(sorted(row.values))


def _load(
    loader: Loader,
    table: Table,
    columns: tuple[str, ...],
    rows: list[BodyRow],
    digest: str,
    actor: Actor,
    today: date,
) -> LoadReport:
    sound = [row for row in rows if not row.reason]
    values = {name: pa.array([r.values.get(name) for r in sound], pa.string()) for name in columns}
    numbered = pa.table({ROW: pa.array([row.number for row in sound], pa.int64()), **values})
    broken = [
        {
            "_row": r.number,
            "content": json.dumps(dict(r.values), ensure_ascii=False),
            "reason": r.reason,
        }
        for r in rows
        if r.reason
    ]
    # Rejects of an earlier load of the same digest count as mended: each group has its own.
    own = hashlib.sha256(f"{digest} {' '.join(columns)}".encode()).hexdigest()
    unread = pa.Table.from_pylist(broken, BROKEN)
    source = Source(name=SOURCE, digest=own, rows=numbered, broken=unread)
    return loader.load(source, Mapped(numbered, columns), table, actor, today)


def _answers(report: LoadReport, rows: list[BodyRow]) -> dict[int, RowAnswer]:
    fates = report.fates
    if fates is None:
        raise TypeError("an answer needs a Loader with tells_each_row")
    answers: dict[int, RowAnswer] = {}
    for number, id_ in zip(*fates.accepted.to_pydict().values(), strict=True):
        answers[number] = RowAnswer(number, id_, _outcome(fates, id_))
    sent = {row.number: row.values.get("id") for row in rows}
    for number, reasons in zip(*fates.rejected.to_pydict().values(), strict=True):
        answers[number] = RowAnswer(number, sent[number], "rejected", split_reasons(reasons))
    return answers


def _outcome(fates: RowFates, id_: str) -> Outcome:
    if id_ in fates.held:
        return "held"
    if id_ in fates.added:
        return "added"
    return "corrected" if id_ in fates.corrected else "unchanged"


def split_reasons(joined: str) -> tuple[str, ...]:
    """The reasons one by one: a ；between “ and ” belongs to a value."""
    return tuple(re.split(r"；(?![^“]*”)", joined))


def _answer(rows: tuple[RowAnswer, ...], position: int, ignored: tuple[str, ...]) -> Answer:
    rejected = sum(row.outcome == "rejected" for row in rows)
    message = f"接收 {len(rows) - rejected:,} 行，拒收 {rejected:,} 行"
    if held := sum(row.outcome == "held" for row in rows):
        message += f"；其中待核 {held:,} 行，他人确认后计入"
    if ignored:
        message += f"；未使用的列：{legible('、'.join(ignored), 400)}"
    return Answer(422 if rejected == len(rows) else 200, message, position, ignored, rows)
