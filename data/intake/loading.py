"""Loading: rows in our columns become records and rejects. Every channel ends here."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.intake.aliases import aliases_of, form_of
from data.intake.heads_mapping import NeedsConsent
from data.intake.held_back import HeldBack, Sent, hold_back
from data.intake.load_report import LoadReport as LoadReport  # where every channel looks for it
from data.intake.load_report import RowFates as RowFates
from data.intake.load_report import report_sentence as report_sentence
from data.intake.mapping import Mapped
from data.intake.named_units import register_rows, registers_of
from data.intake.reading.source import ROW, Refused, Source
from data.intake.rejects import changed_rejects, rejected_rows
from data.intake.repeated_rows import known_rows, without
from data.intake.validate import Checked, validate
from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.journal.journal import Batch, Journal
from data.rights import Actor, require
from data.schema import ALIAS, PENDING, REJECT, Table, quoted

Stage = Callable[[str, int], None]
# The versions of rejects to write: of the copy, the source, its rejects and accepted records.
Settle = Callable[[Copy, Table, Source, pa.Table, pa.Table], pa.Table]


class Loader:
    """Loads into one journal. A channel that lives on keeps its copy, so that a small load is fast.

    copy             of all tables, kept up to date; without one each load reads what it needs
    tells_each_row   the report says what became of each row (costs memory for large files)
    """

    def __init__(
        self, journal: Journal, copy: Copy | None = None, tells_each_row: bool = False
    ) -> None:
        self.journal = journal
        self.copy = copy
        self.tells_each_row = tells_each_row

    def load(
        self,
        source: Source,
        mapped: Mapped,
        table: Table,
        actor: Actor,
        today: date,
        stage: Stage = lambda name, done: None,
        settle: Settle = changed_rejects,
    ) -> LoadReport:
        """Validate a mapped source and append its records and rejects to the journal.

        today   dates of what happened may not lie after it
        settle  what becomes of the rejects; asked under the lock, may refuse by raising
        """
        require(actor, table.right)
        with self.journal.lock():
            judged = self._judge(source, mapped, table, actor, today, stage)
            accepted = judged.checked.accepted
            mended = settle(judged.copy, table, source, judged.rejects, accepted)
            batches = [
                Batch(REJECT.name, mended, REJECT.names),
                Batch(PENDING.name, judged.new.held.rows, PENDING.names),
                *judged.new.batches,
            ]
            stage("写入", 2)
            parts = self.journal.append(batches, source.name, actor)
            self.journal.compact()
        return self._report(source, mapped, table, judged, parts[-1].position if parts else 0)

    def check(
        self, source: Source, mapped: Mapped, table: Table, actor: Actor, today: date
    ) -> LoadReport:
        """What `load` would report now; nothing is written, and no writer has to wait."""
        require(actor, table.right)
        judged = self._judge(source, mapped, table, actor, today, lambda name, done: None)
        return self._report(source, mapped, table, judged, 0)

    def _judge(
        self,
        source: Source,
        mapped: Mapped,
        table: Table,
        actor: Actor,
        today: date,
        stage: Stage,
    ) -> "_Judged":
        copy = self.copy or Copy(self.journal, needed_tables(table))
        copy.catch_up()
        registers = {name: register_rows(copy, name) for name in registers_of(table)}
        aliases = aliases_of(copy, _form(source, mapped, table))
        stage("校验", 1)
        checked = validate(
            mapped.rows,
            table,
            registers,
            today,
            mapped.faults,
            source.serials,
            aliases=aliases,
        )
        rejects = rejected_rows(source, table, checked.rejected, mapped.ignored)
        sent = Sent(source.name, actor, today)
        before = (
            known_rows(copy, table, checked.accepted, mapped.provided)
            if (mapped.is_by_row)
            else None
        )
        fresh = checked.accepted if before is None else without(checked.accepted, before)
        new = _new_versions(copy, table, fresh, mapped.provided, sent)
        if mapped.no_units and new.added:
            raise NeedsConsent("without_units", mapped.no_units)
        return _Judged(copy, checked, rejects, new, before.num_rows if before else 0)

    def _report(
        self, source: Source, mapped: Mapped, table: Table, judged: "_Judged", position: int
    ) -> LoadReport:
        new, checked = judged.new, judged.checked
        return LoadReport(
            source.name,
            table.name,
            mapped.rows.num_rows + source.broken.num_rows,
            new.added,
            new.corrected,
            checked.accepted.num_rows - new.added - new.corrected - len(new.held.open),
            judged.rejects.num_rows,
            mapped.skipped,
            mapped.ignored,
            position,
            held=len(new.held.open),
            repeated=checked.repeated.num_rows,
            came_before=judged.came_before,
            remarks=(*source.remarks, *mapped.remarks),
            orders=checked.orders,
            named=checked.named,
            fates=_fates(mapped, checked, judged.rejects, new) if self.tells_each_row else None,
        )


def needed_tables(table: Table) -> frozenset[str]:
    """The tables that a load of this table looks into."""
    own = {REJECT.name, PENDING.name, ALIAS.name}
    return registers_of(table) | own | {table.name}


def load_record(
    loader: Loader, table: Table, values: Mapping[str, object], actor: Actor, on: date
) -> None:
    """Write one record that a person made on a page. The loader must tell each row.

    values   by column, with an id; what is missing or None stays empty
    Raises Refused, and writes nothing, if the intake would not take it.
    """
    texts = {name: None if values.get(name) is None else str(values[name]) for name in table.names}
    rows = pa.table({name: pa.array([text], pa.string()) for name, text in texts.items()})
    source, mapped = in_columns_of(table, rows, table.title, str(values["id"]))
    fates = loader.check(source, mapped, table, actor, on).fates
    if fates and fates.rejected.num_rows:
        raise Refused("；".join(fates.rejected["reasons"].to_pylist()))
    loader.load(source, mapped, table, actor, on)


def in_columns_of(table: Table, rows: pa.Table, name: str, key: str) -> tuple[Source, Mapped]:
    """Rows that are in the columns of a table as a source of that name, known by a key."""
    numbered = rows.append_column(ROW, pa.array(range(1, rows.num_rows + 1), pa.int64()))
    digest = hashlib.sha256(key.encode()).hexdigest()
    return Source(name=name, digest=digest, rows=numbered), Mapped(numbered, table.names)


@dataclass(frozen=True)
class _NewVersions:
    """`ids` of the new versions, and of each whether there was no earlier one (`is_added`);
    without those that are held back."""

    held: HeldBack
    batches: list[Batch]
    ids: pa.ChunkedArray
    is_added: pa.ChunkedArray
    added: int
    corrected: int


@dataclass(frozen=True)
class _Judged:
    """A source held against the records that are there, before anything is written.

    came_before   rows without a number that say what records do which came in another file
    """

    copy: Copy
    checked: Checked
    rejects: pa.Table
    new: _NewVersions
    came_before: int


def _fates(mapped: Mapped, checked: Checked, rejects: pa.Table, new: _NewVersions) -> RowFates:
    """Accepted records come in the order of their rows, so they meet their row numbers again."""
    numbers = mapped.rows[ROW].combine_chunks()
    is_rejected = pc.is_in(numbers, value_set=checked.rejected[ROW].combine_chunks())
    repeated = checked.repeated.rename_columns(["row", "id"])
    is_accepted = pc.invert(pc.or_(is_rejected, pc.is_in(numbers, value_set=repeated["row"])))
    rows = numbers.filter(is_accepted).sort()
    accepted = pa.table({"row": rows, "id": checked.accepted["id"]})
    return RowFates(
        pa.concat_tables([accepted, repeated.cast(accepted.schema)]).sort_by("row"),
        frozenset(new.ids.filter(new.is_added).to_pylist()),
        frozenset(new.ids.filter(pc.invert(new.is_added)).to_pylist()),
        rejects.select(["row_number", "reasons"]),
        new.held.open,
    )


def _new_versions(
    copy: Copy, table: Table, accepted: pa.Table, provided: Sequence[str], sent: Sent
) -> _NewVersions:
    """The rows that add or change something. What this source does not have keeps its value.

    A row is a new version also if the source knows a column that was unknown so far: unknown and
    known to be empty are different things. Rows go into one batch for each set of known columns.
    """
    cursor = copy.cursor()
    cursor.register("accepted", accepted)
    overwritten = {"id", *provided, *(c.name for c in table.columns if c.name in table.identity)}
    kept = [name for name in table.names if name not in overwritten]
    values = ", ".join(
        f"CASE WHEN c.id IS NULL THEN a.{quoted(n)} ELSE c.{quoted(n)} END AS {quoted(n)}"
        if n in kept
        else f"a.{quoted(n)}"
        for n in table.names
    )
    telling = set(provided) - table.dispensable
    poorer = [str(number) for number, columns in copy.shapes.items() if not columns >= telling]
    changes = [
        f"a.{quoted(n)} IS DISTINCT FROM c.{quoted(n)}" for n in table.names if n not in kept
    ]
    changes += [f"c._shape IN ({', '.join(poorer)})"] if poorer else []
    rows = fetch_arrow(
        cursor,
        f"SELECT {values}, c._shape AS shape FROM accepted a"
        f" LEFT JOIN record.{quoted(table.name)} c USING (id)"
        f" WHERE c.id IS NULL OR {' OR '.join(changes)} ORDER BY a.id",
    )
    held = hold_back(copy, table, rows.select(list(table.names)), accepted, provided, sent)
    rows = held.without(rows)
    batches = []
    for shape in sorted(rows["shape"].unique().to_pylist(), key=lambda s: -1 if s is None else s):
        fits = pc.is_null(rows["shape"]) if shape is None else pc.equal(rows["shape"], shape)
        columns = frozenset(provided) | (frozenset() if shape is None else copy.shapes[shape])
        versions = rows.filter(fits).select(list(table.names)).cast(arrow_schema(table))
        batches.append(Batch(table.name, versions, tuple(sorted(columns))))
    added = rows["shape"].null_count
    is_added = pc.is_null(rows["shape"])
    return _NewVersions(held, batches, rows["id"], is_added, added, rows.num_rows - added)


def _form(source: Source, mapped: Mapped, table: Table) -> str:
    """The form of a source: what is remembered of it is known by that."""
    columns = source.rows.column_names
    read = [name for name in columns if name != ROW and name not in mapped.ignored]
    return form_of(table.name, source.heads or read)
