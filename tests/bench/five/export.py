"""The records that the five indicators read, once for all engines, as Parquet files."""

from pathlib import Path

import pyarrow.parquet as pq

from data.journal.copy import fetch_arrow
from data.schema import EVENTS, quoted
from metrics.cells.count import Counted

COLUMNS = {
    "visit": "id village officer household started_at ended_at purpose",
    "patrol": "village officer planned_on started_at completed_at points_due points_reached",
    "return_visit": "officer done_on",
    "duty_day": "village officer day kind",
    "dispute": "village due_on resolved_on",
    "task": "village dispatched_at signed_at is_urgent",
}
ALWAYS = ("voided_on", "is_deleted")
REGISTER = ("code", "households", "valid_from", "valid_to")


def export(counted: Counted, folder: Path) -> Path:
    """One file per table, in order of id, so that the first of two visits at the same instant is
    the one that the definition means; the register with its rows' true last days.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        asked = ", ".join(quoted(c) for c in (*columns.split(), *ALWAYS))
        query = f"SELECT {asked} FROM record.{quoted(name)} ORDER BY id"
        rows = fetch_arrow(counted.cursor(), query)
        pq.write_table(rows, folder / f"{name}.parquet", compression="zstd")
    query = f"{counted.relations('village')} SELECT {', '.join(REGISTER)} FROM village"
    pq.write_table(fetch_arrow(counted.cursor(), query), folder / "village.parquet")
    return folder


def events(counted: Counted) -> int:
    """How many events the store has, of all tables."""
    tables = [table.name for table in EVENTS if table.name in counted.copy.tables]
    total = " + ".join(f"(SELECT count(*) FROM record.{quoted(name)})" for name in tables)
    ((found,),) = counted.cursor().execute(f"SELECT {total}").fetchall()
    return int(found)
