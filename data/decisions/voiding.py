"""Voiding records: the same record again, as a new version that says when and why it was voided.

Nothing is taken away. The versions are written together with the decision that they follow from
(`data.journal.log.write`), so that there is never one without the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.journal.journal import Batch
from data.schema import EVENTS, TABLES, quoted

VOIDABLE = {table.name for table in EVENTS}
VOIDING = frozenset({"voided_on", "voided_reason"})


@dataclass(frozen=True)
class Voided:
    """What to append, and which records (table/id) it voids."""

    batches: tuple[Batch, ...]
    records: tuple[str, ...]


def voided(copy: Copy, records: Iterable[str], on: date, reason: str) -> Voided:
    """New versions of the records `table/id`. What is voided or deleted already is left alone.

    The copy must have caught up under the writers' lock: the versions are made from its rows.
    """
    by_table: dict[str, list[str]] = {}
    for record in records:
        table, _, name = record.partition("/")
        if table not in VOIDABLE:
            raise ValueError(f"records of “{table}” cannot be voided")
        by_table.setdefault(table, []).append(name)
    batches, done = list[Batch](), list[str]()
    for table, names in sorted(by_table.items()):
        for batch in _versions(copy, table, names, on, reason):
            batches.append(batch)
            done += [f"{table}/{name}" for name in batch.rows["id"].to_pylist()]
    return Voided(tuple(batches), tuple(sorted(done)))


def _versions(copy: Copy, table: str, names: Sequence[str], on: date, reason: str) -> list[Batch]:
    """One batch for each set of columns that the sources of the records knew."""
    rows = fetch_arrow(
        copy.cursor(),
        f"SELECT * REPLACE (CAST($on AS DATE) AS voided_on, $reason AS voided_reason)"
        f" FROM record.{quoted(table)} WHERE list_contains($names, id)"
        " AND voided_on IS NULL AND is_deleted IS NOT TRUE ORDER BY id",
        {"on": on, "reason": reason, "names": list(names)},
    )
    declared, batches = TABLES[table], []
    for shape in sorted(pc.unique(rows["_shape"]).to_pylist()):
        own = rows.filter(pc.equal(rows["_shape"], shape)).select(list(declared.names))
        columns = tuple(sorted(copy.shapes[shape] | VOIDING))
        batches.append(Batch(table, pa.table(own).cast(arrow_schema(declared)), columns))
    return batches
