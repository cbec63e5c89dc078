"""Rejected rows: kept with file, row number, content and every reason until they are mended."""

from collections.abc import Collection
from datetime import datetime

import duckdb
import pyarrow as pa

from data.intake.personal_columns import may_hold_personal
from data.intake.reading.source import ROW, SHEET_STEP, Source
from data.journal.copy import Copy, arrow_schema, connect, fetch_arrow
from data.journal.journal import SHANGHAI
from data.personal import MASK, holds_personal, holds_personal_sql, masked, masked_word
from data.rights import Actor, require
from data.schema import REJECT, Table, literal, quoted


def rejected_rows(
    source: Source, table: Table, rejected: pa.Table, ignored: Collection[str]
) -> pa.Table:
    """The rejected rows, each with file, row number, the row itself and every reason.

    Columns that nothing refers to are not kept: they may name residents, and cannot be the reason.
    """
    if not rejected.num_rows and not source.broken.num_rows:
        return arrow_schema(REJECT).empty_table()
    cursor = connect()
    cursor.register("source", source.rows)
    cursor.register("rejected", rejected)
    cursor.register("broken", source.broken)
    kept = [n for n in source.rows.column_names if n != ROW and n not in ignored]
    may_hold = may_hold_personal(cursor, "(FROM source JOIN rejected USING (_row))", kept)
    types = source.rows.schema
    named = ", ".join(
        f"{_key(n, at)} := {_kept(n, types.field(n).type) if n in may_hold else quoted(n)}"
        for at, n in enumerate(kept)
    )
    query = f"""
        SELECT $digest || '-' || $kind || '-' || found._row AS id, $kind AS kind,
               {_sheet(source)} AS source, $digest AS source_digest,
               found._row % {SHEET_STEP} AS row_number,
               record_id, content, reasons,
               $at AS rejected_at, false AS is_deleted
        FROM (
            SELECT _row, CAST(to_json(struct_pack({named})) AS VARCHAR) AS content,
                   {_hidden(cursor, "rejected", "record_id", only_cards=True)} AS record_id,
                   {_without_quotes("reasons")} AS reasons
            FROM source JOIN rejected USING (_row)
            UNION ALL
            SELECT _row, {_hidden(cursor, "broken", "content")}, NULL, reason FROM broken
        ) AS found ORDER BY found._row"""
    at = datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)
    parameters = {"digest": source.digest[:16], "kind": table.name, "source": source.name, "at": at}
    return fetch_arrow(cursor, query, parameters).cast(arrow_schema(REJECT))


def _sheet(source: Source) -> str:
    """Where the row stands: the file, and the worksheet if several were read."""
    if len(source.sheets) < 2:
        return "$source"
    cases = " ".join(
        f"WHEN {at} THEN $source || '〔' || {literal(name)} || '〕'"
        for at, name in enumerate(source.sheets)
    )
    return f"CASE found._row // {SHEET_STEP} {cases} END"


def _kept(name: str, type_: pa.DataType) -> str:
    """A column as it is kept, if it may hold a number of a person. A text is masked; of numbers,
    in which no mask can stand, the one that looks like a person's is put away as a whole."""
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return masked(quoted(name))
    personal = holds_personal_sql(f"CAST({quoted(name)} AS VARCHAR)")
    return f"CASE WHEN {personal} THEN to_json('{MASK}') ELSE to_json({quoted(name)}) END"


def _key(name: str, at: int) -> str:
    """The name of a column: in a file without heads it is a value, too."""
    return quoted(f"{masked_word(name)}{at + 1}" if holds_personal(name) else name)


def _without_quotes(reasons: str) -> str:
    """Reasons quote values: if one holds a number, the words around the quotes stay as they are."""
    hidden = f"regexp_replace({reasons}, '“[^”]*”', '“{MASK}”', 'g')"
    return f"CASE WHEN {holds_personal_sql(reasons)} THEN {hidden} ELSE {reasons} END"


def _hidden(
    cursor: duckdb.DuckDBPyConnection, relation: str, column: str, only_cards: bool = False
) -> str:
    may_hold = may_hold_personal(cursor, relation, [column])
    return masked(column, only_cards) if may_hold else column


def changed_rejects(
    copy: Copy, table: Table, source: Source, rejects: pa.Table, accepted: pa.Table
) -> pa.Table:
    """New rejects, and a closing version of those that are records now.

    Mended is a row of the same file that is rejected no longer, and a record of the same id that
    came in another way (a corrected file, another channel).
    """
    cursor = copy.cursor()
    cursor.register("accepted", accepted.select(["id"]))
    cursor.register("rejects", rejects)
    cursor.register("source", source.rows.select([ROW]))
    cursor.register("broken", source.broken.select([ROW]))
    closed = ", ".join("true" if name == "is_deleted" else f"o.{name}" for name in REJECT.names)
    query = f"""
        SELECT {", ".join(f"r.{name}" for name in REJECT.names)}
        FROM rejects r LEFT JOIN record.reject o USING (id)
        WHERE o.id IS NULL OR o.is_deleted OR o.reasons <> r.reasons OR o.content <> r.content
        UNION ALL
        SELECT {closed} FROM record.reject o LEFT JOIN rejects r USING (id)
        WHERE o.kind = $kind AND NOT o.is_deleted AND r.id IS NULL AND (
            o.record_id IN (SELECT id FROM accepted)
            OR o.source_digest = $digest AND o.id IN (
                SELECT $digest || '-' || $kind || '-' || _row FROM source
                UNION ALL SELECT $digest || '-' || $kind || '-' || _row FROM broken))"""
    parameters = {"digest": source.digest[:16], "kind": table.name}
    return fetch_arrow(cursor, query, parameters).cast(arrow_schema(REJECT))


def open_rejects(copy: Copy, actor: Actor) -> pa.Table:
    """The rejects that are not yet mended, latest file first."""
    require(actor, "see-rejects")
    return fetch_arrow(
        copy.cursor(),
        "SELECT kind, source, row_number, content, reasons, rejected_at, id FROM record.reject"
        " WHERE NOT is_deleted ORDER BY rejected_at DESC, source, row_number",
    )
