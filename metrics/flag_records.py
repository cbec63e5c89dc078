"""The records behind a flag, as a person reads them, with what was measured on each."""

from collections.abc import Mapping

from data.copy import fetch_arrow
from data.rights import Actor, require
from data.schema import TABLES, quoted
from metrics.count import Counted
from metrics.flag import Flag, may_see
from metrics.record_words import Value, rows_in_words, title_in_words
from metrics.records import HIDDEN, Records, titles_of

MEASURED = "measured"


def flag_records(
    counted: Counted, flag: Flag, actor: Actor
) -> dict[str, tuple[dict[str, str], list[dict[str, Value]]]]:
    """Title of a table -> (column -> its title, rows): voided ones too, in order of time."""
    require(actor, "see-records")
    if not may_see(flag, actor):
        require(actor, "see-officers")
    return {
        TABLES[table].title: _of_table(counted, flag, table, actor)
        for table in dict.fromkeys(evidence.table for evidence in flag.evidence)
    }


def _of_table(
    counted: Counted, flag: Flag, table: str, actor: Actor
) -> tuple[dict[str, str], list[dict[str, Value]]]:
    own = [evidence for evidence in flag.evidence if evidence.table == table]
    hidden = HIDDEN | ({"officer"} if not actor.may("see-officers") else set())
    shown = ", ".join(quoted(name) for name in TABLES[table].names if name not in hidden)
    rows = fetch_arrow(
        counted.cursor(),
        f"{counted.relations(table)} SELECT {shown} FROM {quoted(table)}"
        " WHERE list_contains($ids, id) ORDER BY list_position($ids, id)",
        {"ids": [evidence.id for evidence in own]},
    )
    kept = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    records = Records(rows.select(kept), rows.num_rows, titles_of(counted, table))
    titles = {key: title_in_words(counted, records, table, key) for key in kept}
    found = rows_in_words(counted, records, table)
    if flag.rule.measured:
        titles = {"id": titles["id"], MEASURED: flag.rule.measured, **titles}
        found = [_with_measured(row, {e.id: e.measured for e in own}) for row in found]
    return titles, found


def _with_measured(
    row: Mapping[str, Value], measured: Mapping[str, float | None]
) -> dict[str, Value]:
    value = measured.get(str(row["id"]))
    number: Value = None if value is None else round(value, 1)
    return {**row, MEASURED: number}
