"""One record as a person reads it who is to check it: what it says, and nobody's household."""

from data.journal.copy import fetch_arrow
from data.rights import Actor, require
from data.schema import TABLES, quoted
from metrics.cells.count import Counted
from metrics.figures.record_words import rows_in_words, title_in_words
from metrics.figures.records import HIDDEN, Records, titles_of

RESIDENT = {"household"}  # opaque, but whoever has the source's register can look it up
MINUTES = "时长（分钟）"


def record_card(counted: Counted, record: str, actor: Actor) -> list[tuple[str, str]]:
    """Title and value of what stands in the record `table/id`; empty if it was deleted."""
    require(actor, "see-records")
    table, _, id = record.partition("/")
    hidden = HIDDEN | RESIDENT | (set() if actor.may("see-officers") else {"officer"})
    names = [name for name in TABLES[table].names if name not in hidden]
    has_times = {"started_at", "ended_at"} <= set(names)
    minutes = "date_diff('second', started_at, ended_at) // 60" if has_times else "NULL"
    rows = fetch_arrow(
        counted.cursor(),
        f"{counted.relations(table)} SELECT {', '.join(map(quoted, names))},"
        f" {minutes} AS minutes FROM {quoted(table)} WHERE id = $id",
        {"id": id},
    )
    titles = titles_of(counted, table) | {"minutes": MINUTES}
    records = Records(rows, rows.num_rows, titles)
    return [
        (title_in_words(counted, records, table, key), str(value))
        for row in rows_in_words(counted, records, table)
        for key, value in row.items()
        if value is not None
    ]
