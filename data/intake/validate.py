"""Rows become records or rejects, all reasons named, as one set-based query.

The query is written from data.schema: nothing about a table stands here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import duckdb
import pyarrow as pa
from sqlglot import exp, parse_one

from data.entered_text import LONGEST, cleaned_sql, unfit_sql
from data.intake.aliases import Alias
from data.intake.named_units import NamedUnit, code_column, joins, look_up, problem_column
from data.intake.personal_columns import may_hold_personal
from data.intake.reading.source import FAULTS, SHEET_STEP, Serials
from data.intake.understanding.instant_columns import InstantColumns, plain_columns, read_unusual
from data.intake.understanding.instants import Order
from data.intake.understanding.unit_names import NOT_REGISTERED
from data.intake.understanding.words import meant
from data.journal.copy import arrow_schema, connect, fetch_arrow
from data.personal import holds_personal_sql
from data.schema import SQL_TYPES, Column, Table, quoted

# What a spreadsheet makes of a long number when it writes text: 2.01908E+18.
SCIENTIFIC = r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]{2}"
ROUNDED = "是科学计数法，原号已失真，请将该列设为文本后从原系统重新导出"
EARLIEST, LATEST = "DATE '1990-01-01'", "DATE '9999-12-31'"
NO_ORDERS: Mapping[str, Order] = MappingProxyType({})
BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff"
# A serial number may well look like a mobile number, but not like an identity card.
SERIALS = ("id", "record")
_KINDS = {
    "integer": "整数",
    "number": "数值",
    "boolean": "“是”或“否”",
}


@dataclass(frozen=True)
class Checked:
    """accepted: rows in the table's columns; rejected: `_row`, `record_id`, `reasons`
    (joined by ；); repeated: `_row`, `id` of rows that say again what an accepted one says;
    orders: of day and month, of the columns whose own dates had to settle it; named: the words
    that were taken for a unit."""

    accepted: pa.Table
    rejected: pa.Table
    repeated: pa.Table
    orders: Mapping[str, Order] = field(default_factory=dict)
    named: tuple[NamedUnit, ...] = ()


def validate(
    rows: pa.Table,
    table: Table,
    registers: Mapping[str, pa.Table],
    today: date,
    faults: pa.Table | None = None,
    serials: Serials | None = None,
    orders: Mapping[str, Order] = NO_ORDERS,
    aliases: Sequence[Alias] = (),
) -> Checked:
    """Check rows in our columns (any type, with `_row`) against the schema.

    registers   register name -> its units (data.intake.named_units), for the columns that refer
                to it and what their names need
    today       dates of what happened may not lie after it
    faults      cells that hold no value: `_row`, `reason`
    serials     the rows come from a spreadsheet, in which a day may stand as a number
    orders      day and month of a column, where a person has settled it
    aliases     what is remembered of this source
    """
    con = connect()
    con.register("given", rows)
    con.register("faults", FAULTS.empty_table() if faults is None else faults)
    for name, units in registers.items():
        con.register(f"register_{name}", units)
    texts = f"SELECT _row, {_raw(table, rows.column_names)} FROM given"
    con.execute(f"CREATE TABLE raw AS SELECT *{plain_columns(table)} FROM ({texts})")
    instants = read_unusual(con, table, orders, serials)
    named = look_up(con, table, registers, aliases)
    con.execute(
        f"CREATE TABLE parsed AS SELECT raw._row, {_parsed(table, instants)}"
        f" FROM raw{joins(table)}{instants.joins('raw')} ORDER BY raw._row"
    )
    reasons = ",\n".join(_reasons(table, instants, today, _looked_at(con, table, rows)))
    con.execute(
        f"CREATE TABLE judged AS SELECT p.*, concat_ws('；', f.reason, {reasons}) AS reasons,"
        " coalesce(d.first_row < p._row AND d.contents = 1, false) AS is_repeated"
        f" FROM parsed p JOIN raw r USING (_row){instants.joins('r')}{_repeats(table)}"
        " LEFT JOIN (SELECT _row, string_agg(DISTINCT reason, '；' ORDER BY reason) AS reason"
        " FROM faults GROUP BY _row) f ON f._row = p._row ORDER BY p._row"
    )
    columns = ", ".join(quoted(name) for name in table.names)
    good = "FROM judged WHERE reasons = '' AND"
    accepted = fetch_arrow(con, f"SELECT {columns} {good} NOT is_repeated ORDER BY _row")
    repeated = fetch_arrow(con, f"SELECT _row, id {good} is_repeated ORDER BY _row")
    rejected = fetch_arrow(
        con, "SELECT _row, id AS record_id, reasons FROM judged WHERE reasons <> '' ORDER BY _row"
    )
    checked = accepted.cast(arrow_schema(table))
    return Checked(checked, rejected, repeated, instants.orders, named)


def _looked_at(con: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table) -> set[str]:
    """The columns of texts in which a number of a person may stand: the others are not searched."""
    texts = [c.name for c in table.columns if c.type == "text" and c.name in rows.column_names]
    return may_hold_personal(con, "parsed", texts)


def _raw(table: Table, present: list[str]) -> str:
    """Every column of the table as trimmed text; what the source does not have is null."""
    return ", ".join(
        f"NULLIF(trim({_text(c)}, '{BLANKS}'), '') AS {quoted(c.name)}"
        if c.name in present
        else f"CAST(NULL AS VARCHAR) AS {quoted(c.name)}"
        for c in table.columns
    )


def _text(column: Column) -> str:
    text = f"CAST({quoted(column.name)} AS VARCHAR)"
    return cleaned_sql(text) if column.type == "text" else text


def _parsed(table: Table, instants: InstantColumns) -> str:
    parsed = {}
    problems = [
        f"{problem_column(c)} AS {quoted(_problem(c))}" for c in table.columns if c.refers_to
    ]
    for column in table.columns:
        value = _value(column, instants)
        default = (
            f", CAST('{column.default}' AS {SQL_TYPES[column.type]})" if column.default else ""
        )
        parsed[column.name] = f"coalesce({value}{default})" if default else value
    if table.identity:
        parsed["id"] = _identity(table, parsed)
    return ",\n".join([*(f"{value} AS {quoted(n)}" for n, value in parsed.items()), *problems])


def _problem(column: Column) -> str:
    return f"_problem_{column.name}"


def _identity(table: Table, parsed: Mapping[str, str]) -> str:
    """code@valid_from, or key|key@valid_from."""
    *key, valid_from = (f"coalesce(CAST({parsed[name]} AS VARCHAR), '')" for name in table.identity)
    return " || '|' || ".join(key) + f" || '@' || {valid_from}"


def _value(column: Column, instants: InstantColumns) -> str:
    """The parsed value of the raw text, null where it cannot be parsed."""
    raw = quoted(column.name)
    if column.refers_to:
        return f"coalesce({code_column(column)}, {raw})"
    match column.type:
        case "date" | "instant":
            return instants.value(column)
        case "integer":
            number = f"TRY_CAST({raw} AS DOUBLE)"
            return f"CASE WHEN {number} = floor({number}) THEN TRY_CAST({number} AS BIGINT) END"
        case "number":
            return f"TRY_CAST({raw} AS DOUBLE)"
        case "boolean":
            return meant(column, raw)
    return f"coalesce({meant(column, raw)}, {raw})" if column.choices else raw


def _reasons(
    table: Table, instants: InstantColumns, today: date, looked_at: Collection[str]
) -> list[str]:
    reasons = []
    for column in table.columns:
        if not (table.identity and column.name == "id"):
            reasons += _column_reasons(column, instants, today)
            reasons += _text_reasons(column, column.name in looked_at)
    reasons += [_when(f"NOT ({_own(rule.holds)})", f"'{rule.reason}'") for rule in table.rules]
    differ = "d.contents > 1 AND"
    first = f"d.first_row % {SHEET_STEP}"
    reasons.append(_when(f"{differ} d.first_row < p._row", f"'编号与第 ' || {first} || ' 行重复'"))
    reasons.append(
        _when(f"{differ} d.first_row = p._row", "'同一编号有多行且内容不一，无法判断以哪行为准'")
    )
    return reasons


def _column_reasons(column: Column, instants: InstantColumns, today: date) -> list[str]:
    value, raw, title = f"p.{quoted(column.name)}", f"r.{quoted(column.name)}", column.title
    quote = f"'{title}“' || left({raw}, 40) || '”"
    reasons = []
    if column.required:
        reasons.append(_when(f"{raw} IS NULL AND {value} IS NULL", f"'缺少{title}'"))
    if column.type != "text":
        failed = f"{raw} IS NOT NULL AND ({value} IS NULL OR {_untaken(column, instants, raw)})"
        is_instant = column.type in ("date", "instant")
        why = instants.problem(column) if is_instant else f"'不是{_KINDS[column.type]}'"
        reasons.append(_when(failed, f"{quote}' || {why}"))
    if column.type in ("date", "instant"):
        if not column.name.startswith("valid_"):
            reasons.append(_when(f"{value} < {EARLIEST}", f"{quote}早于 1990 年'"))
        latest, why = (LATEST, "晚于 9999 年") if column.is_plan else (f"DATE '{today}'", "在未来")
        reasons.append(_when(f"CAST({value} AS DATE) > {latest}", f"{quote}{why}'"))
    if column.minimum is not None:
        reasons.append(_when(f"{value} < {column.minimum}", f"{quote}小于 {column.minimum:g}'"))
    if column.maximum is not None:
        reasons.append(_when(f"{value} > {column.maximum}", f"{quote}大于 {column.maximum:g}'"))
    if column.choices and not column.is_open:
        words = "、".join(column.choices.values())
        reasons.append(
            _when(f"{value} NOT IN ({_list(column.choices)})", f"{quote}不在可选值（{words}）内'")
        )
    if column.refers_to:
        unknown = f"{value} NOT IN (SELECT code FROM register_{column.refers_to})"
        problem = f"coalesce(p.{quoted(_problem(column))}, '{NOT_REGISTERED}')"
        reasons.append(_when(unknown, f"'{title}“' || left({raw}, 40) || '”' || {problem}"))
    if column.type == "text":
        reasons.append(_when(f"regexp_full_match({value}, '{SCIENTIFIC}')", f"{quote}{ROUNDED}'"))
    return reasons


def _text_reasons(column: Column, is_looked_at: bool) -> list[str]:
    if column.type != "text":
        return []
    value, title = f"p.{quoted(column.name)}", column.title
    reasons = [
        unfit_sql(value, title),
        _when(f"length({value}) > {LONGEST}", f"'{title}超过 {LONGEST} 字'"),
    ]
    if is_looked_at:
        personal = holds_personal_sql(value, only_cards=column.name in SERIALS)
        reasons.append(_when(personal, f"'{title}疑似身份证号或手机号，不得录入'"))
    return reasons


def _untaken(column: Column, instants: InstantColumns, raw: str) -> str:
    """True where a default would hide that the text could not be parsed."""
    if not column.default:
        return "false"
    raw_value = _value(column, instants).replace(quoted(column.name), raw)
    return f"({raw_value}) IS NULL"


def _repeats(table: Table) -> str:
    columns = ", ".join(quoted(name) for name in table.names)
    return (
        " LEFT JOIN (SELECT id AS repeated, min(_row) AS first_row,"
        f" count(DISTINCT hash({columns})) AS contents FROM parsed"
        " WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1) d ON d.repeated = p.id"
    )


def _own(condition: str) -> str:
    """The rule over the parsed row; but only what is not there at all is missing (IS NULL)."""
    tree = parse_one(condition, dialect="duckdb")
    for column in tree.find_all(exp.Column):
        is_raw = isinstance(column.parent, exp.Is)
        column.set("table", exp.to_identifier("r" if is_raw else "p"))
    return tree.sql(dialect="duckdb")


def _when(condition: str, reason: str) -> str:
    return f"CASE WHEN {condition} THEN {reason} END"


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
