"""Intake of files and folders: which file is what, read, map, load."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from data.declared import DeclarationError
from data.heads import likely_tables
from data.intake.heads_mapping import COMMAND_LINE, NO_CONSENT, Advice, Consent, map_by_name
from data.intake.loading import Loader, LoadReport, Stage, in_columns_of
from data.intake.mapping import Mapped, Mapping, load_mapping, map_source
from data.intake.reading.read import read_source
from data.intake.reading.source import (
    DEFAULT_LIMITS,
    ROW,
    Limits,
    Reading,
    Refused,
    Source,
    legible,
)
from data.journal.journal import SHANGHAI, Journal, JournalError
from data.rights import Actor, require
from data.schema import LOADABLE, OWN_TABLES, TABLES, Table

Progress = Callable[[str, int, int], None]
STAGES = 3  # read, check, write
ENDINGS = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".et", ".ods", ".parquet"}
CLEARLY, AHEAD = 1.0, 0.8  # how like a table the heads must be, and how much more than another


def load_files(
    store: Path,
    paths: Sequence[Path],
    actor: Actor,
    kind: str | None = None,
    mapping: Path | None = None,
    today: date | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = lambda stage, done, total: None,
    consent: Consent = NO_CONSENT,
    advice: Advice = COMMAND_LINE,
) -> list[LoadReport]:
    """Load files and folders, registers first. A file is taken or refused, never half."""
    require(actor, "load")
    loaded_mapping = load_mapping(mapping) if mapping else None
    reports = [
        LoadReport(name, refused=f"{name}：文件夹中没有 Excel、CSV 或 Parquet 表格，请核对路径")
        for path in paths
        if path.is_dir() and not _files([path])
        for name in [legible(path.resolve().name, 255)]
    ]
    files = _in_order(_files(paths), kind)
    for number, path in enumerate(files):

        def stage(name: str, done: int, path: Path = path, number: int = number) -> None:
            progress(f"{path.name}：{name}", number * STAGES + done, len(files) * STAGES)

        def load(source: Source, mapped: Mapped, table: Table, stage: Stage = stage) -> LoadReport:
            day = today or datetime.now(SHANGHAI).date()
            return Loader(Journal(store)).load(source, mapped, table, actor, day, stage)

        stage("读取", 0)
        table = loaded_mapping.kind if loaded_mapping else kind or kind_of(path)
        try:
            Journal(store).look_for_writers()  # before the file is read, which may take long
            reports.append(load_file(path, table, loaded_mapping, load, advice, limits, consent))
        except JournalError as error:
            name = legible(path.name, 255)
            reports.append(LoadReport(name, table or "", refused=f"{name}：{error}"))
    progress("", len(files) * STAGES, len(files) * STAGES)
    return reports


def load_table(
    store: Path, rows: pa.Table, table: Table, name: str, actor: Actor, today: date
) -> LoadReport:
    """The same for rows that are already in our columns (the demo city, later the channels)."""
    require(actor, "load")
    source, mapped = in_columns_of(table, rows, name, name)
    return Loader(Journal(store)).load(source, mapped, table, actor, today)


# -- which file is what -----------------------------------------------------------------------


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in ".~")
            files += [p for p in inside if p.suffix.lower() in ENDINGS]
        else:
            files.append(path)
    return files


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


def load_file(
    path: Path,
    kind: str | None,
    mapping: Mapping | None,
    load: Callable[[Source, Mapped, Table], LoadReport],
    advice: Advice = COMMAND_LINE,
    limits: Limits = DEFAULT_LIMITS,
    consent: Consent = NO_CONSENT,
) -> LoadReport:
    """Read and map one file and have it loaded; what is wrong with the file itself is a refusal.

    kind     the table that the mapping, a person or the file's name says; None if none does
    advice   how a person can say what nobody may assume
    """
    name = legible(path.name, 255)
    try:
        return load(*read_and_map(path, kind, mapping, advice, limits, consent))
    except (Refused, DeclarationError) as error:
        problem = str(error)
    except duckdb.Error as error:
        first = legible(str(error).strip().splitlines()[0], 120)
        problem = f"{name}：内容无法处理，未导入，请从原系统重新导出（{first}）"
    return LoadReport(name, kind or "", refused=problem)


def read_and_map(
    path: Path,
    kind: str | None,
    mapping: Mapping | None,
    advice: Advice = COMMAND_LINE,
    limits: Limits = DEFAULT_LIMITS,
    consent: Consent = NO_CONSENT,
) -> tuple[Source, Mapped, Table]:
    """The source, its rows in our columns, and the table: said, or told by the heads."""
    name = legible(path.name, 255)
    if kind is not None and (kind not in TABLES or kind in OWN_TABLES):
        raise Refused(f"{name}：没有数据表“{legible(kind)}”，{advice.kind}")
    if mapping:
        source = read_source(path, mapping.reading, limits)
        return source, map_source(source, mapping), mapping.table
    source, table = read_table(path, kind, advice, limits)
    return source, map_by_name(source, table, consent, advice), table


def read_table(
    path: Path, kind: str | None, advice: Advice, limits: Limits = DEFAULT_LIMITS
) -> tuple[Source, Table]:
    """The source, and the table: said, or told by the heads. Refused if it is not clear."""
    source = read_source(path, Reading(table=kind), limits)
    return source, TABLES[kind] if kind else table_by_heads(source, advice)


def table_by_heads(source: Source, advice: Advice) -> Table:
    """The table that the heads belong to; Refused with the likeliest if it is not clear."""
    heads = [name for name in source.rows.column_names if name != ROW]
    likely = likely_tables(heads, f"{source.name} {source.title}")
    next_best = likely[1][1] if len(likely) > 1 else 0.0
    if likely and likely[0][1] >= CLEARLY and likely[0][1] - next_best >= AHEAD:
        return likely[0][0]
    first = "、".join(f"{table.title}（{table.name}）" for table, _ in likely[:3])
    guesses = f"最像{first}" if first else "没有一列是已知的列名"
    raise Refused(f"{source.name}：看不出是哪张表，{guesses}，{advice.kind}")
