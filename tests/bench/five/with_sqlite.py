"""SQLite: days and microseconds as whole numbers, a covering index for every query, ANALYZE."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.five import COVERAGE, DAYS, DISPUTES, POINTS, TASKS, Months, Row, number
from tests.bench.five.export import COLUMNS

DAY = 86_400_000_000  # microseconds
EPOCH = date(1970, 1, 1).toordinal()
ADDED = {  # plain columns: an index covers no query that reads a generated one
    "visit": "CAST(strftime('%Y', started_at / 1000000, 'unixepoch') AS INTEGER) AS visited_in",
    "patrol": f"coalesce(planned_on, started_at / {DAY}) AS day",
    "task": f"dispatched_at / {DAY} + 1 AS day",
}
RULE = "ended_at, household, purpose, voided_on, is_deleted"
INDEXES = {
    "by_household": "visit(household, visited_in, started_at, id, village, ended_at, purpose,"
    " voided_on, is_deleted)",
    "by_start": "visit(started_at, household, visited_in, id, village, ended_at, purpose,"
    " voided_on, is_deleted)",
    "by_officer": f"visit(officer, started_at, {RULE})",
    "patrol_by_day": "patrol(day, village, points_reached, points_due, voided_on, is_deleted)",
    "patrol_by_officer": "patrol(officer, started_at, completed_at, voided_on, is_deleted)",
    "back_by_officer": "return_visit(officer, done_on, voided_on, is_deleted)",
    "duty_by_officer": "duty_day(officer, day, kind, voided_on, is_deleted)",
    "duty_by_day": "duty_day(day, kind, village, officer, voided_on, is_deleted)",
    "dispute_by_day": "dispute(due_on, village, resolved_on, voided_on, is_deleted)",
    "task_by_day": "task(day, village, is_urgent, dispatched_at, signed_at, voided_on, is_deleted)",
}
STANDING = "voided_on IS NULL AND is_deleted IS NOT 1"
VALID = f"household IS NOT NULL AND purpose IS NOT NULL AND ended_at > started_at AND {STANDING}"

# Grouped by day first, which an index gives in order, and only then by month.
BY_MONTH = """SELECT village, month, '{name}', sum(above), sum(below) FROM
(SELECT {day} AS day, village, sum({above}) AS above, sum({below}) AS below FROM {table}
 WHERE {day} BETWEEN :first AND :last AND {standing} GROUP BY 1, 2)
JOIN calendar USING (day) GROUP BY village, month"""

QUERIES = (
    f"""WITH new AS MATERIALIZED (
 SELECT village, month, count(*) AS n FROM
 (SELECT village, min(started_at) / {DAY} AS day FROM visit {{by}}
  WHERE started_at >= :since * {DAY} AND started_at < (:last + 1) * {DAY}
  AND village IS NOT NULL AND {VALID} GROUP BY household, visited_in)
 JOIN calendar USING (day) GROUP BY village, month)
SELECT v.code, m.month, '{COVERAGE}',
 coalesce((SELECT sum(n) FROM new WHERE new.village = v.code
  AND new.month BETWEEN m.month / 12 * 12 AND m.month), 0), v.households
FROM village v JOIN month m
ON v.valid_from <= m.ends_on AND coalesce(v.valid_to, m.ends_on) >= m.ends_on""",
    f"""WITH due AS (
 SELECT village, officer, day FROM duty_day d
 WHERE kind = 'due' AND {STANDING} AND day BETWEEN :first AND :last AND NOT EXISTS (
  SELECT 1 FROM duty_day a WHERE a.officer = d.officer AND a.day = d.day
  AND a.kind IN ('leave', 'secondment') AND {STANDING.replace("voided", "a.voided")}))
SELECT village, month, '{DAYS}', sum(
 EXISTS (SELECT 1 FROM visit WHERE visit.officer = due.officer
  AND started_at >= due.day * {DAY} AND started_at < (due.day + 1) * {DAY} AND {VALID})
 OR EXISTS (SELECT 1 FROM patrol WHERE patrol.officer = due.officer
  AND started_at >= due.day * {DAY} AND started_at < (due.day + 1) * {DAY}
  AND completed_at IS NOT NULL AND {STANDING})
 OR EXISTS (SELECT 1 FROM return_visit WHERE return_visit.officer = due.officer
  AND done_on = due.day AND {STANDING})), count(*)
FROM due JOIN calendar USING (day) GROUP BY village, month""",
    BY_MONTH.format(
        name=POINTS, table="patrol", day="day", standing=STANDING,
        above="coalesce(points_reached, 0)", below="coalesce(points_due, 0)",
    ),
    BY_MONTH.format(
        name=DISPUTES, table="dispute", day="due_on", standing=STANDING,
        above="coalesce(resolved_on <= due_on, 0)", below="1",
    ),
    BY_MONTH.format(
        name=TASKS, table="task", day="day", standing=STANDING, below="1",
        above=f"coalesce(signed_at - dispatched_at <= iif(is_urgent, {DAY // 12}, {DAY}), 0)",
    ),
)  # fmt: skip


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], list[Row]]]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        con = sqlite3.connect(Path(place) / "five.sqlite", isolation_level=None)
        for setting in ("journal_mode=off", "synchronous=off", "cache_size=-4000000"):
            con.execute(f"PRAGMA {setting}")
        con.execute("PRAGMA temp_store=memory")
        con.execute("PRAGMA threads=2")
        for name in (*COLUMNS, "village"):
            _load(con, name, pq.read_table(folder / f"{name}.parquet"))
        for name, columns in INDEXES.items():
            con.execute(f"CREATE INDEX {name} ON {columns}")
        _calendar(con)
        con.execute("ANALYZE")
        yield lambda months: _answer(con, months)
        con.close()


def rows(result: list[Row]) -> Iterable[Row]:
    return result


def _load(con: sqlite3.Connection, name: str, rows: pa.Table) -> None:
    arrays = [_numbers(column) for column in rows.columns]
    columns = [f"{c} {'TEXT' if pa.types.is_string(a.type) else 'INTEGER'}"
               for c, a in zip(rows.column_names, arrays, strict=True)]  # fmt: skip
    con.execute(f"CREATE TEMP TABLE loading ({', '.join(columns)})")
    insert = f"INSERT INTO loading VALUES ({', '.join('?' * len(arrays))})"
    con.execute("BEGIN")
    for batch in pa.table(arrays, rows.column_names).to_batches(100_000):
        con.executemany(insert, zip(*(c.to_pylist() for c in batch.columns), strict=True))
    con.execute("COMMIT")
    added = f", {ADDED[name]}" if name in ADDED else ""
    con.execute(f"CREATE TABLE {name} AS SELECT *{added} FROM loading")
    con.execute("DROP TABLE loading")


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(column.type):
        return column.cast(pa.int32()).cast(pa.int64())
    if pa.types.is_timestamp(column.type) or pa.types.is_boolean(column.type):
        return column.cast(pa.int64())
    return column


def _calendar(con: sqlite3.Connection) -> None:
    con.execute("CREATE TABLE calendar (day INTEGER PRIMARY KEY, month INTEGER)")
    first, last = date(2010, 1, 1).toordinal(), date(2030, 1, 1).toordinal()
    days = ((n - EPOCH, number(date.fromordinal(n))) for n in range(first, last))
    con.executemany("INSERT INTO calendar VALUES (?, ?)", days)
    con.execute("CREATE TEMP TABLE month (month INTEGER, ends_on INTEGER)")


def _answer(con: sqlite3.Connection, months: Months) -> list[Row]:
    con.execute("DELETE FROM month")
    each = [(n, last.toordinal() - EPOCH) for n, _, last in months.each]
    con.executemany("INSERT INTO month VALUES (?, ?)", each)
    days = {"first": months.first, "last": months.last, "since": months.since}
    given = {name: day.toordinal() - EPOCH for name, day in days.items()}
    # The planner would look up the days of many years, too, and then sort all visits.
    by = "INDEXED BY by_household" if len(months.each) > 12 else ""
    return [row for query in QUERIES for row in con.execute(query.format(by=by), given)]
