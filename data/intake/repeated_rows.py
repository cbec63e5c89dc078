"""Rows without a number of their own that came before: a list that grows is sent as a whole."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from data.journal.copy import Copy, fetch_arrow
from data.schema import Table, quoted

BY_ROW = "^[0-9a-f]{16}-[0-9]+$"  # an id made from a file and a row


def known_rows(copy: Copy, table: Table, accepted: pa.Table, provided: Sequence[str]) -> pa.Table:
    """The ids of accepted rows that say what a record numbered by another file's row says.

    The n-th of equal rows is the n-th of equal records: two events alike stay two.
    """
    telling = [name for name in table.names if name in provided and name != "id"]
    packed = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in telling)
    key = f"CAST(to_json(struct_pack({packed})) AS VARCHAR)"
    nth = "row_number() OVER (PARTITION BY content ORDER BY id)"
    cursor = copy.cursor()
    cursor.register("accepted", accepted)
    return fetch_arrow(
        cursor,
        f"WITH new AS (SELECT id, {key} AS content FROM accepted"
        f"   WHERE id NOT IN (SELECT id FROM record.{quoted(table.name)} WHERE id IS NOT NULL)),"
        f" old AS (SELECT id, {key} AS content FROM record.{quoted(table.name)}"
        f"   WHERE regexp_matches(id, '{BY_ROW}') AND is_deleted IS NOT TRUE"
        "   AND id NOT IN (SELECT id FROM accepted)),"
        f" ranked AS (SELECT id, content, {nth} AS nth FROM new),"
        f" there AS (SELECT content, {nth} AS nth FROM old)"
        " SELECT id FROM ranked JOIN there USING (content, nth) ORDER BY id",
    )


def without(accepted: pa.Table, known: pa.Table) -> pa.Table:
    """The accepted rows whose ids are not among the known."""
    is_known = pc.is_in(accepted["id"], value_set=known["id"].combine_chunks())
    return accepted.filter(pc.invert(is_known))
