"""The records behind a flag, as a person reads them, with what was measured on each.

Where a rule holds a record against another one (an earlier visit), that one stands before it and
says that no verdict would void it.
"""

from collections.abc import Mapping

from data.journal.copy import fetch_arrow
from data.rights import Actor, require
from data.schema import TABLES, quoted
from metrics.cells.count import Counted
from metrics.figures.record_words import Value, rows_in_words, title_in_words
from metrics.figures.records import HIDDEN, Records, titles_of, without_empty
from metrics.figures.words import rounded
from metrics.integrity.flag import Evidence, Flag, require_sight

MEASURED, AGAINST, FATE = "measured", "against", "fate"
IF_TRUE, GOES, STAYS = "如属实", "作废", "不作废，仅供对照"


def flag_records(
    counted: Counted, flag: Flag, actor: Actor
) -> dict[str, tuple[dict[str, str], list[dict[str, Value]]]]:
    """Title of a table -> (column -> its title, rows): voided ones too, in order of time."""
    require(actor, "see-records")
    require_sight(flag, actor)
    keys = _in_order(flag.evidence)
    tables = dict.fromkeys(
        [*(e.table for e in flag.evidence), *(k.partition("/")[0] for k in keys)]
    )
    return {
        TABLES[table].title: _of_table(
            *(counted, flag, table, actor),
            [key.partition("/")[2] for key in keys if key.startswith(f"{table}/")],
        )
        for table in tables
    }


def _in_order(evidence: tuple[Evidence, ...]) -> list[str]:
    """Each conspicuous record once, after the one that it is held against."""
    keys = (key for one in evidence for key in (one.against, one.key) if key)
    return list(dict.fromkeys(keys))


def _of_table(
    counted: Counted, flag: Flag, table: str, actor: Actor, ids: list[str]
) -> tuple[dict[str, str], list[dict[str, Value]]]:
    hidden = HIDDEN | ({"officer"} if not actor.may("see-officers") else set())
    columns = ", ".join(quoted(name) for name in TABLES[table].names if name not in hidden)
    rows = fetch_arrow(
        counted.cursor(),
        f"{counted.relations(table)} SELECT {columns} FROM {quoted(table)}"
        " WHERE list_contains($ids, id) ORDER BY list_position($ids, id)",
        {"ids": ids},
    )
    records = Records(without_empty(rows), rows.num_rows, titles_of(counted, table))
    names = records.rows.column_names
    titles = {key: title_in_words(counted, records, table, key) for key in names}
    seen = {one.id: one for one in flag.evidence if one.table == table}
    more = _titles(flag, has_evidence=bool(seen))
    worded = rows_in_words(counted, records, table)
    return (
        {"id": titles["id"], **more, **titles},
        [
            {**row, **_measurements(seen.get(str(row["id"])), more, flag.rule.voids)}
            for row in worded
        ],
    )


def _titles(flag: Flag, has_evidence: bool) -> dict[str, str]:
    """What the rule says of each record, beside its own columns."""
    rule, titles = flag.rule, dict[str, str]()
    if rule.against or not rule.voids:
        titles[FATE] = IF_TRUE
    if rule.measured and has_evidence:
        titles[MEASURED] = rule.measured
    if rule.against and has_evidence:
        titles[AGAINST] = rule.against
    return titles


def _measurements(one: Evidence | None, titles: Mapping[str, str], voids: bool) -> dict[str, Value]:
    measured = one.measured if one else None
    cells: dict[str, Value] = {
        FATE: GOES if one and voids else STAYS,
        MEASURED: None if measured is None else float(rounded(measured, 1)),
        AGAINST: one.against.partition("/")[2] if one and one.against else None,
    }
    return {key: cells[key] for key in titles}
