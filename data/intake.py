"""Intake: source -> rows -> records and rejects -> journal. Every channel ends here."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.copy import Copy, arrow_schema, connect, fetch_arrow
from data.declared import DeclarationError
from data.journal import SHANGHAI, Batch, Journal, JournalError
from data.mapping import ROW, Mapped, Mapping, load_mapping, map_by_name, map_source
from data.read import read_source
from data.rights import Actor, require
from data.schema import LOADABLE, REJECT, TABLES, Table, quoted
from data.source import AS_FOUND, DEFAULT_LIMITS, NOTHING_BROKEN, Limits, Refused, Source, shown
from data.validate import masked, validate

Progress = Callable[[str, int, int], None]
Stage = Callable[[str, int], None]
STAGES = 3  # read, check, write
ENDINGS = {".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".xls"}  # .xls: often a CSV, else told


@dataclass(frozen=True)
class LoadReport:
    """What became of one file. `refused`: why nothing of it was taken, one sentence."""

    source: str
    table: str = ""
    rows: int = 0
    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    ignored: tuple[str, ...] = ()
    position: int = 0
    refused: str = ""


def load_files(
    store: Path,
    paths: Sequence[Path],
    actor: Actor,
    kind: str | None = None,
    mapping: Path | None = None,
    today: date | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = lambda stage, done, total: None,
) -> list[LoadReport]:
    """Load files and folders, registers first. A file is taken or refused, never half."""
    require(actor, "load")
    given = load_mapping(mapping) if mapping else None
    reports = [
        LoadReport(name, refused=f"{name}：文件夹中没有 CSV、XLSX 或 Parquet 表格，请核对路径")
        for path in paths
        if path.is_dir() and not _files([path])
        for name in [shown(path.resolve().name, 255)]
    ]
    files = _in_order(_files(paths), kind)
    for number, path in enumerate(files):

        def stage(name: str, done: int, path: Path = path, number: int = number) -> None:
            progress(f"{path.name}：{name}", number * STAGES + done, len(files) * STAGES)

        reports.append(_load_file(store, path, actor, kind, given, today, limits, stage))
    progress("", len(files) * STAGES, len(files) * STAGES)
    return reports


def load_source(
    store: Path,
    source: Source,
    mapped: Mapped,
    table: Table,
    actor: Actor,
    today: date,
    stage: Stage = lambda name, done: None,
) -> LoadReport:
    """Validate a mapped source and append its records and rejects to the journal."""
    journal = Journal(store)
    needed = {c.refers_to for c in table.columns if c.refers_to}
    with journal.lock():
        copy = Copy(journal, {table.name, REJECT.name, *needed})
        copy.catch_up()
        registers = {name: _codes(copy, name) for name in needed}
        stage("校验", 1)
        checked = validate(mapped.rows, table, registers, today)
        rejects = _rejects(source, table, checked.rejected, mapped.ignored)
        new = _new_versions(copy, table, checked.accepted, mapped.provided)
        mended = _changed_rejects(copy, table, source, rejects)
        batches = [Batch(REJECT.name, mended, REJECT.names), *new.batches]
        stage("写入", 2)
        parts = journal.append(batches, source.name, actor)
    return LoadReport(
        source.name,
        table.name,
        mapped.rows.num_rows + source.broken.num_rows,
        new.added,
        new.corrected,
        checked.accepted.num_rows - new.added - new.corrected,
        rejects.num_rows,
        mapped.skipped,
        mapped.ignored,
        parts[-1].position if parts else 0,
    )


def load_table(
    store: Path, rows: pa.Table, table: Table, name: str, actor: Actor, today: date
) -> LoadReport:
    """The same for rows that are already in our columns (the demo city, later the channels)."""
    require(actor, "load")
    numbered = rows.append_column(ROW, pa.array(range(1, rows.num_rows + 1), pa.int64()))
    digest = hashlib.sha256(name.encode()).hexdigest()
    source = Source(name=name, digest=digest, rows=numbered, broken=NOTHING_BROKEN)
    return load_source(store, source, Mapped(numbered, table.names), table, actor, today)


# -- which file is what -----------------------------------------------------------------------


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in ".~")
            found += [p for p in inside if p.suffix.lower() in ENDINGS]
        else:
            found.append(path)
    return found


def _in_order(files: Iterable[Path], kind: str | None) -> list[Path]:
    """Registers before records: a village must be known before its visits."""
    order = {table.name: number for number, table in enumerate(TABLES.values())}
    return sorted(files, key=lambda path: order.get(kind or kind_of(path) or "", len(order)))


def kind_of(path: Path) -> str | None:
    """The table that the file name begins with: `case-2019.csv`, `案件.xlsx`."""
    stem = path.stem.lower()
    names = [(key.lower(), table.name) for table in LOADABLE for key in (table.name, table.title)]
    names.append(("bureau", "bureau"))
    fitting = [(len(key), name) for key, name in names if stem.startswith(key)]
    return max(fitting)[1] if fitting else None


def _load_file(
    store: Path,
    path: Path,
    actor: Actor,
    kind: str | None,
    mapping: Mapping | None,
    today: date | None,
    limits: Limits,
    stage: Stage,
) -> LoadReport:
    name = mapping.kind if mapping else kind or kind_of(path)
    shown_name = shown(path.name, 255)
    try:
        stage("读取", 0)
        source = read_source(path, mapping.reading if mapping else AS_FOUND, limits)
        if name is None or name not in TABLES or name == REJECT.name:
            known = "、".join(f"{table.name}（{table.title}）" for table in LOADABLE)
            raise Refused(f"{shown_name}：看不出是哪张表，请用 --kind 指明：{known}")
        table = TABLES[name]
        mapped = map_source(source, mapping) if mapping else map_by_name(source, table)
        day = today or datetime.now(SHANGHAI).date()
        return load_source(store, source, mapped, table, actor, day, stage)
    except (Refused, DeclarationError, JournalError) as error:
        return LoadReport(shown_name, name or "", refused=str(error))
    except duckdb.Error as error:
        problem = shown(str(error).strip().splitlines()[0], 120)
        told = f"{shown_name}：内容无法处理，未导入，请从原系统重新导出（{problem}）"
        return LoadReport(shown_name, name or "", refused=told)


# -- rejects ----------------------------------------------------------------------------------


def _rejects(
    source: Source, table: Table, rejected: pa.Table, ignored: Collection[str]
) -> pa.Table:
    """The rejected rows, each with file, row number, the row itself and every reason.

    Columns that nothing refers to are not kept: they may name residents, and cannot be the reason.
    """
    cursor = connect()
    cursor.register("source", source.rows)
    cursor.register("rejected", rejected)
    cursor.register("broken", source.broken)
    kept = [n for n in source.rows.column_names if n != ROW and n not in ignored]
    named = ", ".join(f"{quoted(n)} := {quoted(n)}" for n in kept)
    query = f"""
        SELECT $digest || '-' || $kind || '-' || found._row AS id, $kind AS kind,
               $source AS source, $digest AS source_digest, found._row AS row_number,
               {masked("content")} AS content, {masked("reasons")} AS reasons,
               $at AS rejected_at, false AS is_deleted
        FROM (
            SELECT _row, CAST(to_json(struct_pack({named})) AS VARCHAR) AS content, reasons
            FROM source JOIN rejected USING (_row)
            UNION ALL
            SELECT _row, content, reason AS reasons FROM broken
        ) AS found ORDER BY found._row"""
    at = datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)
    given = {"digest": source.digest[:16], "kind": table.name, "source": source.name, "at": at}
    return fetch_arrow(cursor, query, given).cast(arrow_schema(REJECT))


def _changed_rejects(copy: Copy, table: Table, source: Source, rejects: pa.Table) -> pa.Table:
    """New rejects, and a closing version of those of this file that are records now."""
    cursor = copy.cursor()
    cursor.register("rejects", rejects)
    closed = ", ".join("true" if name == "is_deleted" else f"o.{name}" for name in REJECT.names)
    query = f"""
        SELECT {", ".join(f"r.{name}" for name in REJECT.names)}
        FROM rejects r LEFT JOIN record.reject o USING (id)
        WHERE o.id IS NULL OR o.is_deleted OR o.reasons <> r.reasons
        UNION ALL
        SELECT {closed} FROM record.reject o LEFT JOIN rejects r USING (id)
        WHERE o.source_digest = $digest AND o.kind = $kind AND NOT o.is_deleted AND r.id IS NULL"""
    given = {"digest": source.digest[:16], "kind": table.name}
    return fetch_arrow(cursor, query, given).cast(arrow_schema(REJECT))


# -- new versions -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _NewVersions:
    batches: list[Batch]
    added: int
    corrected: int


def _new_versions(
    copy: Copy, table: Table, accepted: pa.Table, provided: Sequence[str]
) -> _NewVersions:
    """The rows that add or change something. What this source does not have keeps its value.

    A row is a new version also if the source knows a column that was unknown so far: unknown and
    known to be empty are different things. Rows go into one batch for each set of known columns.
    """
    cursor = copy.cursor()
    cursor.register("accepted", accepted)
    given = {"id", *provided, *(c.name for c in table.columns if c.name in table.identity)}
    kept = [name for name in table.names if name not in given]
    values = ", ".join(
        f"CASE WHEN c.id IS NULL THEN a.{quoted(n)} ELSE c.{quoted(n)} END AS {quoted(n)}"
        if n in kept
        else f"a.{quoted(n)}"
        for n in table.names
    )
    telling = set(provided) - table.dispensable
    poorer = [str(number) for number, known in copy.shapes.items() if not known >= telling]
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
    batches = []
    for shape in sorted(rows["shape"].unique().to_pylist(), key=lambda s: -1 if s is None else s):
        fits = pc.is_null(rows["shape"]) if shape is None else pc.equal(rows["shape"], shape)
        known = frozenset(provided) | (frozenset() if shape is None else copy.shapes[shape])
        versions = rows.filter(fits).select(list(table.names)).cast(arrow_schema(table))
        batches.append(Batch(table.name, versions, tuple(sorted(known))))
    added = rows["shape"].null_count
    return _NewVersions(batches, added, rows.num_rows - added)


def _codes(copy: Copy, register: str) -> pa.Table:
    return fetch_arrow(
        copy.cursor(),
        f"SELECT DISTINCT code FROM record.{quoted(register)} WHERE is_deleted IS NOT TRUE",
    )


def open_rejects(copy: Copy, actor: Actor) -> pa.Table:
    """The rejects that are not yet mended, latest file first."""
    require(actor, "see-rejects")
    return fetch_arrow(
        copy.cursor(),
        "SELECT kind, source, row_number, content, reasons, rejected_at FROM record.reject"
        " WHERE NOT is_deleted ORDER BY rejected_at DESC, source, row_number",
    )
