"""待核版本: later versions that would take a failure out of the figures, let in or sent back.

They wait in the table `pending` (data/intake/held_back.py). A person who may confirm and did not
send them lets them in, many at once where one reason covers them: with the entry of the log the
new versions of the records are written, and only from then on do the figures know of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from data.intake.held_back import CONFIRMED, OPEN, REFUSED
from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.journal.journal import Batch, Journal
from data.journal.log import Decision, Draft, Entry, NotNow, write
from data.journal.log_kinds import LogKind
from data.journal.log_text import stated
from data.rights import Actor, require
from data.schema import PENDING, TABLES, Table, quoted

Values = Mapping[str, str | None]
# What may differ between a record and its duplicate.
OF_ENTRY = frozenset({"id", "entered_at", "is_deleted", "voided_on", "voided_reason"})


@dataclass(frozen=True)
class PendingVersion:
    """A version that waits. `id`: table/record id; `before`, `after`: the columns that it changes;
    `acts`: what it does, as words; `due_on`: the first day of a failure that it takes away."""

    id: str
    table: str
    record: str
    village: str | None
    station: str | None
    officer: str | None
    acts: str
    due_on: date
    before: Values
    after: Values
    source: str
    sender: str
    at: datetime

    @property
    def removes(self) -> bool:
        """Whether the record is voided or deleted, and not only changed."""
        return bool({"is_deleted", "voided_on"} & self.after.keys())


def pending_versions(copy: Copy) -> tuple[PendingVersion, ...]:
    """Those that wait, the oldest first."""
    return _in_state(copy, OPEN)


def confirmed_versions(copy: Copy) -> tuple[PendingVersion, ...]:
    """Those that were let in, the oldest first; of each record the last."""
    return _in_state(copy, CONFIRMED)


def _in_state(copy: Copy, state: str) -> tuple[PendingVersion, ...]:
    rows = fetch_arrow(
        copy.cursor(),
        'SELECT id, kind AS "table", record_id AS record, village, station, officer, acts, due_on,'
        " before, content AS after, source, sender, entered_at AS at FROM record.pending"
        " WHERE state = $state ORDER BY entered_at, id",
        {"state": state},
    )
    return tuple(
        PendingVersion(
            **{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])}
        )
        for row in rows.to_pylist()
    )


def may_settle(version: PendingVersion, actor: Actor) -> bool:
    """Whether this person may let it in or send it back."""
    return actor.may("confirm") and actor.code != version.sender


def twins(copy: Copy, versions: Sequence[PendingVersion]) -> dict[str, str]:
    """Id of a version that removes a record -> another record that stands with equal content.

    What itself waits to be removed is nobody's twin: of two that name each other one must stay.
    """
    by_table: dict[str, list[str]] = {}
    for version in versions:
        if version.removes:
            by_table.setdefault(version.table, []).append(version.record)
    twin_by_id: dict[str, str] = {}
    for table, records in by_table.items():
        same = " AND ".join(
            f"one.{quoted(name)} IS NOT DISTINCT FROM other.{quoted(name)}"
            for name in TABLES[table].names
            if name not in OF_ENTRY
        )
        rows = copy.cursor().execute(
            f"SELECT one.id, min(other.id) FROM record.{quoted(table)} one"
            f" JOIN record.{quoted(table)} other ON other.id <> one.id AND {same}"
            " WHERE list_contains($records, one.id)"
            " AND other.voided_on IS NULL AND other.is_deleted IS NOT TRUE"
            " AND other.id NOT IN (SELECT record_id FROM record.pending"
            f" WHERE kind = $table AND state = '{OPEN}') GROUP BY one.id",
            {"records": records, "table": table},
        )
        twin_by_id |= {f"{table}/{one}": other for one, other in rows.fetchall()}
    return twin_by_id


def confirm(
    journal: Journal, copy: Copy, ids: Sequence[str], reason: str, actor: Actor, at: datetime
) -> Entry:
    """Let versions in, all or none. The reason may be left out where each has a twin.

    copy   of all tables of the records; it is caught up under the lock
    Raises NotPermitted, or NotNow: settled already, sent by the same person, or no fit reason.
    """
    require(actor, "confirm")

    def decide(before: Sequence[Entry]) -> Decision:
        chosen = _chosen(copy, ids, actor)
        twin_by_id = twins(copy, chosen)
        is_at_sight = not reason.strip() and twin_by_id.keys() == {v.id for v in chosen}
        why = "重复记录" if is_at_sight else stated(reason, "理由")
        draft = _draft(LogKind.VERSION_CONFIRMED, chosen, why, twin_by_id)
        batches = [_closed(copy, chosen, CONFIRMED), *_let_in(copy, chosen)]
        return Decision([draft], batches)

    (entry,) = write(journal, actor, at, decide)
    return entry


def refuse(
    journal: Journal, copy: Copy, ids: Sequence[str], reason: str, actor: Actor, at: datetime
) -> Entry:
    """Send versions back, all or none: the records stay as they stand. See `confirm`."""
    require(actor, "confirm")
    why = stated(reason, "理由")

    def decide(before: Sequence[Entry]) -> Decision:
        chosen = _chosen(copy, ids, actor)
        draft = _draft(LogKind.VERSION_REFUSED, chosen, why, {})
        return Decision([draft], [_closed(copy, chosen, REFUSED)])

    (entry,) = write(journal, actor, at, decide)
    return entry


def let_in(copy: Copy, versions: Sequence[PendingVersion]) -> None:
    """Put versions into a copy that nobody else reads, to see what they would change; it is then
    one position ahead for each part that they would be."""
    for batch in _let_in(copy, versions):
        copy.position += 1
        rows, shape = batch.rows, copy.shape_of(batch.provided)
        rows = rows.append_column("_part", pa.array([copy.position] * rows.num_rows, pa.int64()))
        rows = rows.append_column("_shape", pa.array([shape] * rows.num_rows, pa.int16()))
        copy.merge(TABLES[batch.table], rows, copy.position)


def _chosen(copy: Copy, ids: Sequence[str], actor: Actor) -> list[PendingVersion]:
    copy.catch_up()
    waiting = {version.id: version for version in pending_versions(copy)}
    chosen = [waiting[i] for i in dict.fromkeys(ids) if i in waiting]
    if not chosen or len(chosen) < len(set(ids)):
        raise NotNow("所选版本已由他人办理或已撤回，请重新核对")
    if any(version.sender == actor.code for version in chosen):
        raise NotNow("不得核定本人报送的版本，请由他人办理")
    return chosen


def _draft(
    kind: LogKind, chosen: Sequence[PendingVersion], reason: str, twin_by_id: Mapping[str, str]
) -> Draft:
    content = {
        "records": [version.id for version in chosen],
        "senders": sorted({version.sender for version in chosen}),
        "reason": reason,
        "twins": dict(twin_by_id),
    }
    return Draft(kind, chosen[0].id, content)


def _closed(copy: Copy, chosen: Sequence[PendingVersion], state: str) -> Batch:
    names = ", ".join(PENDING.names)
    rows = fetch_arrow(
        copy.cursor(),
        f"SELECT * REPLACE ($state AS state, true AS is_deleted) FROM"
        f" (SELECT {names} FROM record.pending WHERE list_contains($ids, id)) ORDER BY id",
        {"state": state, "ids": [version.id for version in chosen]},
    )
    return Batch(PENDING.name, rows.cast(arrow_schema(PENDING)), PENDING.names)


def _let_in(copy: Copy, chosen: Sequence[PendingVersion]) -> list[Batch]:
    """The records as they stand with what the versions change; one batch for each set of columns
    that their sources knew."""
    groups: dict[tuple[str, tuple[str, ...]], list[dict[str, object]]] = {}
    for table in sorted({version.table for version in chosen}):
        after = {v.record: v.after for v in chosen if v.table == table}
        for row in _standing(copy, TABLES[table], list(after)):
            changes = after[str(row["id"])]
            columns = tuple(sorted(copy.shapes[int(str(row.pop("_shape")))] | changes.keys()))
            groups.setdefault((table, columns), []).append(row | _values(TABLES[table], changes))
    return [
        Batch(table, pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[table])), columns)
        for (table, columns), rows in groups.items()
    ]


def _standing(copy: Copy, table: Table, records: Sequence[str]) -> list[dict[str, object]]:
    names = ", ".join(quoted(name) for name in table.names)
    rows = fetch_arrow(
        copy.cursor(),
        f"SELECT {names}, _shape FROM record.{quoted(table.name)}"
        " WHERE list_contains($records, id) ORDER BY id",
        {"records": list(records)},
    )
    return list(rows.to_pylist())


def _values(table: Table, changes: Values) -> dict[str, object]:
    schema = arrow_schema(table)
    return {
        name: None if text is None else pa.scalar(text).cast(schema.field(name).type).as_py()
        for name, text in changes.items()
    }
