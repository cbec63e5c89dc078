"""The channel PostgreSQL: new and changed rows are pulled, deleted ones found by comparison.

Which rows are new, and why none is missed: data.channels.postgres_watermark. Each pull opens its
own connection, read-only; whoever calls it waits and tries again after Unreachable.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.channels.postgres_reading import PostgresSource, ReadRows, read
from data.channels.postgres_rows import check, in_our_columns, numbered
from data.channels.postgres_watermark import Watermark, highest, is_sweep, wanted
from data.intake.loading import Loader, LoadReport, needed_tables
from data.intake.reading.source import ROW, Source
from data.journal.copy import Copy
from data.personal import MASK
from data.rights import Actor, require

MOST_RETRIED = 10_000  # rejected rows that are tried again, latest first


@dataclass(frozen=True)
class Pulled:
    report: LoadReport
    watermark: Watermark


def pull(
    source: PostgresSource, loader: Loader, actor: Actor, today: date, watermark: Watermark | None
) -> Pulled:
    """Load what is new since the watermark; without one, everything.

    Raises SourceChanged or Unreachable before anything is loaded. If the loading itself breaks
    off, the watermark stays where it was and the next pull does it again, harmlessly.
    """
    require(actor, "load")
    copy = loader.copy or Copy(loader.journal, needed_tables(source.table))
    copy.catch_up()
    started, digest = time.time(), hashlib.sha256(source.journal_name.encode()).hexdigest()
    sweeps = is_sweep(source, watermark, started)
    retried = _open_rejects(copy, source, digest)
    before = watermark or Watermark()
    waiting = retried.values()
    with read(source, lambda now: wanted(source, now, watermark, sweeps, waiting)) as reading:
        columns = check(source, reading, before.columns)
        telling = Loader(loader.journal, copy, tells_each_row=True)
        report = _load(source, reading, telling, actor, today, digest, () if sweeps else retried)
        value = highest(source, reading, before.value)
    if sweeps:
        return Pulled(report, Watermark(value, reading.snapshot.oldest, started, columns))
    return Pulled(report, replace(before, value=value, columns=columns))


def _load(
    source: PostgresSource,
    reading: ReadRows,
    loader: Loader,
    actor: Actor,
    today: date,
    digest: str,
    may_wait: Iterable[int],
) -> LoadReport:
    """Load batch by batch. A load closes the source's rejects that it does not contain, so each
    batch carries along what was rejected before it. Nothing but rows that may wait: no load.
    """
    total = LoadReport(source.journal_name, source.kind)
    carried: pa.Table | None = None
    waiting = pa.array(list(may_wait), pa.int64())
    for batch in reading.batches(source.batch_rows):
        rows = numbered(source, batch)
        if total.rows == 0 and pc.all(pc.is_in(rows[ROW], value_set=waiting)).as_py():
            continue
        if carried is not None:
            rows = pa.concat_tables([rows, _without(carried, rows[ROW])])
        part = Source(rows=rows, name=source.journal_name, digest=digest)
        report = loader.load(part, in_our_columns(source, part), source.table, actor, today)
        total = _sum(total, report, 0 if carried is None else carried.num_rows)
        carried = _rejected(rows, report)
    return total


def _rejected(rows: pa.Table, report: LoadReport) -> pa.Table:
    if report.fates is None or not report.rejected:
        return rows.slice(0, 0)
    numbers = report.fates.rejected["row_number"].combine_chunks()
    return rows.filter(pc.is_in(rows[ROW], value_set=numbers)).slice(0, MOST_RETRIED)


def _without(rows: pa.Table, numbers: pa.ChunkedArray) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows[ROW], value_set=numbers.combine_chunks())))


def _sum(total: LoadReport, report: LoadReport, carried: int) -> LoadReport:
    """Both reports in one; the rows that were carried along have been counted before."""
    return replace(
        report,
        rows=total.rows + report.rows - carried,
        added=total.added + report.added,
        corrected=total.corrected + report.corrected,
        unchanged=total.unchanged + report.unchanged,
        rejected=total.rejected + report.rejected - carried,
        skipped=total.skipped + report.skipped,
        held=total.held + report.held,
        named=tuple(dict.fromkeys((*total.named, *report.named))),
        position=report.position or total.position,
        fates=None,
    )


def _open_rejects(copy: Copy, source: PostgresSource, digest: str) -> dict[int, tuple[str, ...]]:
    """The rows that are rejected so far, and their keys: a register may know their unit by now."""
    rows = copy.cursor().execute(
        "SELECT row_number, content FROM record.reject WHERE NOT is_deleted"
        " AND source_digest = ? AND kind = ? ORDER BY rejected_at DESC, id LIMIT ?",
        [digest[:16], source.kind, MOST_RETRIED],
    )
    contents = ((number, json.loads(content)) for number, content in rows.fetchall())
    return {
        number: tuple(str(row[name]) for name in source.key)
        for number, row in contents
        if all(row.get(name) is not None and MASK not in str(row[name]) for name in source.key)
    }
