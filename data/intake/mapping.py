"""A mapping file says how one source becomes records of one table.

Each of our columns is a DuckDB SQL expression over the source's columns, so that ROC years,
two-digit years, status words and booleans need no code. The expressions run in a connection that
holds nothing but that source and can read nothing else.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from data.declared import DeclarationError, Declared, load_declared
from data.intake.mapping_sql import MOST_SECONDS, bound_memory, forbidden, limited
from data.intake.reading.source import FAULTS, ROW, Reading, Source, legible
from data.journal.copy import connect, fetch_arrow
from data.schema import TABLES, Table, quoted

NESTED = {"tuple", "struct", "list", "array", "map", "union"}


class SourceForm(Declared):
    """How to read the file, and which of its rows count."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    skip_rows: int = 0
    sheet: str | None = None
    rows: str | None = None
    is_distinct: bool = False


class IdForm(Declared):
    """The record id: columns of the source, or file content and row number."""

    columns: tuple[str, ...] = ()
    made_from: Literal["columns", "file and row"] = "columns"


class Mapping(Declared):
    """One mapping file. `columns`: our column -> expression over the source's columns."""

    name: str
    kind: str
    source: SourceForm = SourceForm()
    id: IdForm | None = None
    columns: dict[str, str] = Field(min_length=1)

    @field_validator("kind")
    @classmethod
    def _is_table(cls, kind: str) -> str:
        if kind not in TABLES:
            raise ValueError(f"应为数据表名（{'、'.join(TABLES)}），实为“{kind}”")
        return kind

    @property
    def table(self) -> Table:
        return TABLES[self.kind]

    @property
    def reading(self) -> Reading:
        form = self.source
        return Reading(
            form.encoding,
            form.delimiter,
            form.header_row,
            form.skip_rows,
            form.sheet,
            self.kind,
            frozenset(columns_used(self)),
        )


@dataclass(frozen=True)
class Mapped:
    """A source in our columns, still unchecked: text columns, `_row`, and what was left aside.

    skipped    rows that the mapping's `rows` excludes or `is_distinct` folds
    ignored    columns of the source that nothing refers to
    faults     rows with a cell that holds no value, of columns that are read: `_row`, `reason`
    is_by_row  the ids are made from the file and the row, so that they tell nothing of the event
    remarks    what was taken for what, a few words each
    no_units   why no record may be added, where no column names a unit and nobody said yes to it
    """

    rows: pa.Table
    provided: tuple[str, ...]
    skipped: int = 0
    ignored: tuple[str, ...] = ()
    faults: pa.Table = field(default_factory=FAULTS.empty_table)
    is_by_row: bool = False
    remarks: tuple[str, ...] = ()
    no_units: str = ""


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file; an unknown column or a wrong key is refused with file and key."""
    mapping = load_declared(path, Mapping, name=path.name)
    for column in mapping.columns:
        if column not in mapping.table.names:
            names = "、".join(mapping.table.names)
            raise DeclarationError(
                path.name, f"columns.{column}", f"不是 {mapping.kind} 的列（{names}）"
            )
    if mapping.id and mapping.id.made_from == "columns" and not mapping.id.columns:
        raise DeclarationError(path.name, "id.columns", "缺少，必须列出构成编号的列")
    return mapping


def faults_of(source: Source, columns: Collection[str]) -> pa.Table:
    """Of the cells without a value those that somebody reads. columns: of the source."""
    read = pa.array(sorted(columns), pa.string())
    return source.faults.filter(pc.is_in(source.faults["column"], value_set=read))


def not_deleted(mapped: Mapped) -> Mapped:
    """Rows that are at their source: not deleted, unless a column of theirs says so."""
    if "is_deleted" in mapped.provided:
        return mapped
    present = pa.array([False] * mapped.rows.num_rows, pa.bool_())
    rows = mapped.rows.append_column("is_deleted", present)
    return replace(mapped, rows=rows, provided=(*mapped.provided, "is_deleted"))


def map_source(source: Source, mapping: Mapping) -> Mapped:
    """Apply a mapping's expressions; an expression that fails is refused with file and key."""
    con = connect()
    con.register("given", source.rows)
    con.execute("CREATE TABLE source AS SELECT * FROM given")
    con.unregister("given")
    bound_memory(con, source.rows.nbytes)
    con.execute("SET lock_configuration = true")
    where = _checked(con, mapping, "source.rows", mapping.source.rows or "true")
    expressions = {
        column: _checked(con, mapping, f"columns.{column}", expression)
        for column, expression in mapping.columns.items()
    }
    if mapping.id:
        expressions["id"] = _id_expression(con, mapping, source)
    listed = ", ".join(f"({e}) AS {quoted(c)}" for c, e in expressions.items())
    rows = f"SELECT {ROW}, {listed} FROM source WHERE {where} ORDER BY {ROW}"
    is_by_row = mapping.id is not None and mapping.id.made_from == "file and row"
    if mapping.source.is_distinct:
        rows = _distinct(rows, list(expressions), is_by_row)
    try:
        with limited(con):
            mapped = fetch_arrow(con, rows)
    except duckdb.InterruptException:
        problem = f"执行超过 {MOST_SECONDS:.0f} 秒仍未完成，已中止，请改写表达式"
        raise DeclarationError(mapping.name, "columns", problem) from None
    except duckdb.OutOfMemoryException:
        problem = "执行所需内存超过上限，已中止，请改写表达式"
        raise DeclarationError(mapping.name, "columns", problem) from None
    except duckdb.Error as error:
        raise DeclarationError(mapping.name, "columns", f"执行失败：{_first_line(error)}") from None
    if mapped.num_rows > source.rows.num_rows:
        raise DeclarationError(mapping.name, "columns", "执行失败：有表达式把一行变成了多行")
    used = {ROW}.union(*map(columns_of, (*expressions.values(), where)))
    ignored = [n for n in source.rows.column_names if n.lower() not in used]
    skipped = source.rows.num_rows - mapped.num_rows
    read = set(source.rows.column_names) - set(ignored)
    faults = faults_of(source, read)
    return Mapped(mapped, tuple(expressions), skipped, tuple(sorted(ignored)), faults, is_by_row)


def _distinct(rows: str, columns: Sequence[str], is_by_row: bool) -> str:
    """Rows that say the same once, under the first of them; an id from the row tells nothing."""
    telling = [quoted(c) for c in columns if not (c == "id" and is_by_row)]
    listed = ", ".join(
        quoted(c) if quoted(c) in telling else f"arg_min({quoted(c)}, {ROW}) AS {quoted(c)}"
        for c in columns
    )
    grouped = ", ".join(telling)
    return f"SELECT min({ROW}) AS {ROW}, {listed} FROM ({rows}) GROUP BY {grouped} ORDER BY 1"


def _checked(con: duckdb.DuckDBPyConnection, mapping: Mapping, key: str, expression: str) -> str:
    """The expression, if it is one over the source's columns that gives one value."""
    query = f"SELECT ({expression}\n) FROM source LIMIT 0"
    try:
        if len(con.extract_statements(query)) != 1:
            raise DeclarationError(mapping.name, key, "应为一个表达式，不能含多条语句")
        types = [type_.id for _, type_, *_ in con.execute(query).description]
        if len(types) != 1 or types[0] in NESTED:
            raise DeclarationError(mapping.name, key, "应为一个值，实为空、多个值或嵌套的值")
    except duckdb.Error as error:
        raise DeclarationError(mapping.name, key, _why(con, expression, error)) from None
    if word := forbidden(con, query):
        raise DeclarationError(mapping.name, key, f"只能用本文件的列来计算，不能使用 {word}")
    return f"{expression}\n"


def _why(con: duckdb.DuckDBPyConnection, expression: str, error: duckdb.Error) -> str:
    """The commonest mistakes in words of our own."""
    if isinstance(error, duckdb.ParserException):
        return f"不是合法的 SQL 表达式：{_first_line(error)}"
    if isinstance(error, duckdb.PermissionException):
        return "只能使用本文件的列，不能读取其他文件"
    present = [name for name, *_ in con.execute("DESCRIBE source").fetchall() if name != ROW]
    absent = sorted(columns_of(expression) - {ROW, *(name.lower() for name in present)})
    if absent and isinstance(error, duckdb.BinderException):
        return f"用到的列“{absent[0]}”文件中没有，现有：{legible('、'.join(present), 400)}"
    return f"不能执行：{_first_line(error)}"


def columns_used(mapping: Mapping) -> set[str]:
    """The columns of the source that a mapping looks at, in small letters."""
    expressions = [*mapping.columns.values(), mapping.source.rows or "true"]
    key = mapping.id.columns if mapping.id else ()
    return set().union(*map(columns_of, expressions), (name.lower() for name in key))


def columns_of(expression: str) -> set[str]:
    """The columns that an expression names, in small letters."""
    try:
        tree = parse_one(expression, dialect="duckdb")
    except SqlglotError:  # DuckDB takes it all the same: then every word counts
        return {word.lower() for word in re.findall(r"[^\W\d]\w*", expression)}
    return {column.name.lower() for column in tree.find_all(exp.Column)}


def _id_expression(con: duckdb.DuckDBPyConnection, mapping: Mapping, source: Source) -> str:
    form = mapping.id
    if form is None or form.made_from == "file and row":
        return f"'{source.digest[:16]}-' || {ROW}"
    named = [_checked(con, mapping, "id.columns", quoted(name)) for name in form.columns]
    if len(named) == 1:
        return named[0]
    # No separator may make two different keys equal, so each part carries its length.
    parts = [f"length(CAST({n} AS VARCHAR)) || ':' || CAST({n} AS VARCHAR)" for n in named]
    return " || '|' || ".join(parts)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def as_toml(mapping: Mapping, notes: Sequence[str] = ()) -> str:
    """The mapping as the text of a mapping file; `notes` stand above it."""
    lines = [f"# {' '.join(note.split())}" for note in notes]
    lines.append(f"kind = {_toml(mapping.kind)}")
    form = mapping.source.model_dump(exclude_defaults=True)
    if form:
        lines += ["", "[source]", *(f"{key} = {_toml(value)}" for key, value in form.items())]
    if mapping.id:
        form = mapping.id.model_dump(exclude_defaults=True)
        lines += ["", "[id]", *(f"{key} = {_toml(value)}" for key, value in form.items())]
    lines += ["", "[columns]"]
    lines += [f"{name} = {_toml(sql.strip())}" for name, sql in mapping.columns.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Strings of JSON are strings of TOML but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
