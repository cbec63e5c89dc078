"""待核: a later version that would take a failure out of the figures waits for a second person.

A record that fell due and failed a duty (`duties` in data/records.toml) counts as it stood until
somebody other than the sender confirms a version that voids it, deletes it, dates it otherwise,
moves it to another unit or changes a result that was entered before. Such a version is written to
the table `pending` instead of its own: acknowledged like any other, but no figure knows of it
(data/decisions/pending_versions.py lets it in). A result that comes late where there was none is
an ordinary correction and passes.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.journal.journal import SHANGHAI
from data.rights import Actor
from data.schema import PENDING, Duty, Table, quoted

OPEN, CONFIRMED, REFUSED, WITHDRAWN = "待核", "已确认", "已退回", "已撤回"


@dataclass(frozen=True)
class Sent:
    """Who sent versions, from where, on which day."""

    source: str
    actor: Actor
    on: date


@dataclass(frozen=True)
class HeldBack:
    """What to write to `pending`.

    ids    of the records whose new version does not become a record now
    open   those of them that wait; the others were refused before
    rows   new and withdrawn versions of `pending`
    """

    ids: frozenset[str]
    open: frozenset[str]
    rows: pa.Table

    def without(self, versions: pa.Table) -> pa.Table:
        """The versions that become records now."""
        held = pa.array(sorted(self.ids), pa.string())
        return versions.filter(pc.invert(pc.is_in(versions["id"], value_set=held)))


def hold_back(
    copy: Copy,
    table: Table,
    versions: pa.Table,
    accepted: pa.Table,
    columns: Collection[str],
    by: Sent,
) -> HeldBack:
    """Which of the new versions of records wait.

    versions   new versions of records, in the columns of the table
    accepted   column `id`: all records that the source speaks of, also as they are
    columns    those that the source has: saying that a record stands as it is withdraws
    """
    if not table.duties:
        return HeldBack(frozenset(), frozenset(), arrow_schema(PENDING).empty_table())
    taken = _taken(copy, table, versions, by.on)
    earlier = _earlier(copy, table, accepted)
    waiting_rows = {
        str(row["record_id"]): row for row in _waiting_rows(copy, table, versions, taken, by)
    }
    again = {
        name
        for name, row in waiting_rows.items()
        if name in earlier and earlier[name]["content"] == row["content"]
    }
    refused = {name for name in again if earlier[name]["state"] == REFUSED}
    withdrawn = [
        row | {"state": WITHDRAWN, "is_deleted": True}
        for name, row in earlier.items()
        if row["state"] == OPEN and name not in taken and _speaks_of(columns, row)
    ]
    new = [row for name, row in waiting_rows.items() if name not in again]
    rows = pa.Table.from_pylist([*new, *withdrawn], schema=arrow_schema(PENDING))
    return HeldBack(frozenset(taken), frozenset(taken.keys() - refused), rows)


def _speaks_of(columns: Collection[str], row: Mapping[str, object]) -> bool:
    """Whether a source with those columns says something of all that the version changes."""
    return set(json.loads(str(row["content"]))) <= set(columns)


def as_text(value: object) -> str | None:
    """A value as it stands in `before` and `content`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _earlier(copy: Copy, table: Table, accepted: pa.Table) -> dict[str, dict[str, object]]:
    """Record id -> what waits or was refused of the records that a source speaks of."""
    cursor = copy.cursor()
    cursor.register("accepted", accepted.select(["id"]))
    names = ", ".join(PENDING.names)
    rows = fetch_arrow(
        cursor,
        f"SELECT {names} FROM record.pending WHERE kind = $kind"
        " AND list_contains($states, state) AND record_id IN (SELECT id FROM accepted)",
        {"kind": table.name, "states": [OPEN, REFUSED]},
    )
    return {str(row["record_id"]): row for row in rows.to_pylist()}


def _waiting_rows(
    copy: Copy, table: Table, versions: pa.Table, taken: Mapping[str, tuple[date, str]], by: Sent
) -> list[dict[str, object]]:
    """The rows of `pending` for the versions that wait: what they change, before and after."""
    if not taken:
        return []
    cursor = copy.cursor()
    cursor.register("versions", versions)
    ids = {"ids": list(taken)}
    names = ", ".join(quoted(name) for name in table.names)
    of_ids = f"SELECT {names} FROM {{}} WHERE list_contains($ids, id) ORDER BY id"
    newer = fetch_arrow(cursor, of_ids.format("versions"), ids).to_pylist()
    older = fetch_arrow(cursor, of_ids.format(f"record.{quoted(table.name)}"), ids).to_pylist()
    return [
        _row(table, old, new, *taken[new["id"]], by) for old, new in zip(older, newer, strict=True)
    ]


def _row(
    table: Table,
    old: Mapping[str, object],
    new: Mapping[str, object],
    due_on: date,
    acts: str,
    by: Sent,
) -> dict[str, object]:
    changed = [name for name in table.names if old[name] != new[name]]
    return {
        "id": f"{table.name}/{old['id']}",
        "kind": table.name,
        "record_id": old["id"],
        **{name: old[name] for name in ("village", "station", "officer")},
        "acts": acts,
        "due_on": due_on,
        "before": json.dumps({n: as_text(old[n]) for n in changed}, ensure_ascii=False),
        "content": json.dumps({n: as_text(new[n]) for n in changed}, ensure_ascii=False),
        "source": by.source,
        "sender": by.actor.code,
        "role": by.actor.role,
        "state": OPEN,
        "entered_at": datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0),
        "is_deleted": False,
    }


def _taken(copy: Copy, table: Table, versions: pa.Table, on: date) -> dict[str, tuple[date, str]]:
    """Record id -> first day of a failure that its new version takes away, and what it changes."""
    if not versions.num_rows:
        return {}
    cursor = copy.cursor()
    cursor.register("versions", versions)
    older, newer = (
        " UNION ALL ".join(_owed(name, duty, rows) for name, duty in table.duties.items())
        for rows in (f"record.{quoted(table.name)} SEMI JOIN versions USING (id)", "versions")
    )
    rows = cursor.execute(_TAKEN.format(older=older, newer=newer), {"on": on}).fetchall()
    return {name: (due_on, acts) for name, due_on, acts in rows}


def _owed(name: str, duty: Duty, rows: str) -> str:
    """SELECT of one duty of each row: when it counts, how often it was failed."""
    is_standing = "is_deleted IS NOT TRUE" + (
        "" if duty.counts_voided else " AND voided_on IS NULL"
    )
    due_on = f"CAST(({duty.due_on}) AS DATE)"
    return (
        f"SELECT id, village, station, officer, voided_on, is_deleted, '{name}' AS duty,"
        f" {is_standing} AS is_standing,"
        f" {due_on} AS due_on, CAST(({duty.terms}) AS VARCHAR) AS terms,"
        f" CAST(({duty.fact}) AS VARCHAR) AS fact,"
        f" CASE WHEN {is_standing} AND {due_on} < $on THEN greatest(0,"
        f" coalesce(CAST(({duty.cases}) AS BIGINT), 0)"
        f" - coalesce(CAST(({duty.met}) AS BIGINT), 0)) ELSE 0 END AS missed FROM {rows}"
    )


# A village that is named at last belongs to the station that stood there: nothing is moved.
_TAKEN = """
    WITH older AS ({older}), newer AS ({newer}),
    compared AS (
        SELECT o.id, o.due_on, o.missed, n.missed AS missed_now,
            n.is_deleted AND o.is_deleted IS NOT TRUE AS is_deleting,
            n.voided_on IS NOT NULL AND o.voided_on IS NULL AS is_voiding,
            n.is_standing AND o.is_standing AS is_standing,
            CASE WHEN o.village IS NOT NULL THEN n.village IS DISTINCT FROM o.village
                 WHEN o.station IS NOT NULL THEN n.station IS DISTINCT FROM o.station
                    OR n.village IS NOT NULL AND n.village NOT IN (
                        SELECT v.code FROM record.village v
                        WHERE v.station = o.station AND v.is_deleted IS NOT TRUE)
                 ELSE false END
            OR o.officer IS NOT NULL AND n.officer IS DISTINCT FROM o.officer AS is_moving,
            n.due_on IS DISTINCT FROM o.due_on OR n.terms IS DISTINCT FROM o.terms AS is_redating,
            date_trunc('month', n.due_on) IS DISTINCT FROM date_trunc('month', o.due_on)
                AS is_another_month,
            o.fact IS NOT NULL AND n.fact IS DISTINCT FROM o.fact AS is_changing_result,
            o.fact IS NOT NULL AND n.fact IS NULL AS is_clearing_result
        FROM older o JOIN newer n USING (id, duty) WHERE o.missed > 0
    ),
    taken AS (
        SELECT * FROM compared
        WHERE coalesce(is_moving, false) OR is_another_month AND is_redating
           OR missed_now < missed AND (
                NOT coalesce(is_standing, false) OR is_redating OR is_changing_result)
           OR is_clearing_result
    )
    SELECT id, min(due_on), concat_ws('、',
        CASE WHEN bool_or(is_deleting) THEN '删除' END,
        CASE WHEN bool_or(is_voiding) THEN '作废' END,
        CASE WHEN bool_or(is_moving) THEN '改挂单位' END,
        CASE WHEN bool_or(is_redating AND is_standing) THEN '改期' END,
        CASE WHEN bool_or(is_changing_result AND is_standing) THEN '改结果' END)
    FROM taken GROUP BY id"""
