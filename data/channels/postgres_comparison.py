"""The nightly comparison: what is no longer at the source becomes a deletion version."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.channels.postgres_reading import PostgresSource, read
from data.channels.postgres_rows import ids_of, numbered
from data.intake.held_back import Sent, hold_back
from data.intake.loading import Loader, needed_tables
from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.journal.journal import Batch
from data.rights import Actor, require
from data.schema import PENDING, quoted

MOST_DELETED = 0.1  # of the source's records at once
FEW = 10  # so many may always go, unless the source shows nothing at all


class MassDeletion(RuntimeError):
    """Too much would be deleted to be believed; the message is one Chinese sentence."""


def compare_keys(source: PostgresSource, loader: Loader, actor: Actor, on: date) -> int:
    """Delete the records that came from this source and are no longer there; return how many.

    A deletion that would take a failure out of the figures waits (data/intake/held_back.py).

    Only what was current before the source was asked can go: a row that is pulled in the
    meantime is not among the keys. A register is not compared: there `valid_to` says what ended.
    Raises SourceChanged, Unreachable or MassDeletion; then nothing is deleted.
    """
    require(actor, "load")
    if source.table.is_register:
        return 0
    copy = loader.copy or Copy(loader.journal, needed_tables(source.table))
    before = copy.catch_up()
    sent = Sent(source.journal_name, actor, on)
    present = _present(source)
    with loader.journal.lock():
        copy.catch_up()
        current = _current(copy, source, before)
        gone = current.filter(pc.invert(pc.is_in(current["id"], value_set=present)))
        _believe(source, gone.num_rows, current.num_rows, len(present))
        held = hold_back(copy, source.table, _deleted(source, gone), gone, source.table.names, sent)
        batches = [
            Batch(PENDING.name, held.rows, PENDING.names),
            *_deletions(copy, source, held.without(gone)),
        ]
        loader.journal.append(batches, source.journal_name, actor)
    copy.catch_up()
    return int(gone.num_rows) - len(held.ids)


def _believe(source: PostgresSource, gone: int, current: int, present: int) -> None:
    is_few = gone <= FEW and present > 0
    if gone > MOST_DELETED * current and not is_few:
        raise MassDeletion(
            f"数据源“{source.name}”缺少 {current:,} 条记录中的 {gone:,} 条，"
            f"超过 {MOST_DELETED:.0%}，本次未作删除，请核对来源"
        )


def _present(source: PostgresSource) -> pa.Array:
    """The record ids at the source. Only the columns that make up the id are read, if they can."""
    mapping, only = source.mapping, [*source.key, "id", "记录编号"]
    if mapping is None:
        reduced = source
    elif mapping.source.rows is None and mapping.id and mapping.id.columns:
        columns, only = {"id": "NULL"}, [*source.key, *mapping.id.columns]
        reduced = replace(source, mapping=mapping.model_copy(update={"columns": columns}))
    else:
        reduced, only = source, []
    with read(reduced, lambda now: "true", only or None) as reading:
        ids = [
            ids_of(reduced, numbered(reduced, batch))["id"]
            for batch in reading.batches(source.batch_rows)
        ]
    return pa.chunked_array(ids, pa.string()).combine_chunks()


def _current(copy: Copy, source: PostgresSource, before: int) -> pa.Table:
    """The undeleted records whose latest version came from this source, up to a position."""
    parts = [p.position for p in copy.journal.parts() if p.source == source.journal_name]
    cursor = copy.cursor()
    cursor.register("mine", pa.table({"position": pa.array(parts, pa.int64())}))
    return fetch_arrow(
        cursor,
        f"SELECT * FROM record.{quoted(source.kind)} WHERE is_deleted IS NOT TRUE"
        " AND _part <= $before AND _part IN (SELECT position FROM mine) ORDER BY id",
        {"before": before},
    )


def _deletions(copy: Copy, source: PostgresSource, gone: pa.Table) -> list[Batch]:
    """One batch for each set of columns that the sources of the records knew."""
    batches = []
    for shape in sorted(gone["_shape"].unique().to_pylist()):
        rows = _deleted(source, gone.filter(pc.equal(gone["_shape"], shape)))
        columns = tuple(sorted(copy.shapes[shape] | {"is_deleted"}))
        batches.append(Batch(source.kind, rows, columns))
    return batches


def _deleted(source: PostgresSource, gone: pa.Table) -> pa.Table:
    """A version of each record that is deleted and otherwise as it was."""
    schema = arrow_schema(source.table)
    at = schema.get_field_index("is_deleted")
    rows = gone.select(schema.names).cast(schema)
    deleted = pa.array([True] * rows.num_rows, pa.bool_())
    return rows.set_column(at, schema.field(at), deleted)
