"""PostgreSQL: a cluster of its own, memory enough for everything, two workers, indexes, ANALYZE."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi

from tests.bench.five import COVERAGE, DAYS, DISPUTES, POINTS, TASKS, Months, Row
from tests.bench.five.export import COLUMNS
from tests.unit.test_postgres import Server

SETTINGS = {
    "shared_buffers": "2GB",
    "work_mem": "1GB",
    "hash_mem_multiplier": "2",
    "effective_cache_size": "6GB",
    "maintenance_work_mem": "1GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "max_wal_size": "8GB",
    "synchronous_commit": "off",
    "jit": "off",  # compiling costs these queries more than it saves
}
YEAR = "date_trunc('year', started_at)"
STANDING = "voided_on IS NULL AND is_deleted IS NOT TRUE"
VALID = f"household IS NOT NULL AND purpose IS NOT NULL AND ended_at > started_at AND {STANDING}"
RULE = "INCLUDE (village, ended_at, purpose, voided_on, is_deleted"
INDEXES = (
    f"visit(household, {YEAR}, started_at, id) {RULE})",
    f"visit(started_at) {RULE}, household, id)",
    f"visit(officer, (started_at::date)) {RULE}, started_at, household)",
    "patrol(officer, (started_at::date)) INCLUDE (started_at, completed_at, voided_on, is_deleted)",
    "patrol(coalesce(planned_on, started_at::date))",
    "return_visit(officer, done_on) INCLUDE (voided_on, is_deleted)",
    "duty_day(officer, day)",
    "duty_day(day)",
    "dispute(due_on)",
    "task(dispatched_at)",
)
NUMBER = "(date_part('year', {0}) * 12 + date_part('month', {0}) - 23641)::int"
BY_MONTH = (
    "SELECT village, " + NUMBER.format("month") + ", '{name}', above::bigint, below::bigint"
    " FROM (SELECT village, date_trunc('month', {day}) AS month, sum({above}) AS above,"
    " sum({below}) AS below FROM {table} WHERE {asked} AND {standing} GROUP BY 1, 2) grouped"
)
PLANNED = "coalesce(planned_on, started_at::date)"

QUERIES = (
    f"""WITH first AS (
 SELECT DISTINCT ON (household, {YEAR}) village, started_at FROM visit
 WHERE started_at >= '{{since}}' AND started_at < '{{after}}'
 AND village IS NOT NULL AND {VALID}
 ORDER BY household, {YEAR}, started_at, id),
new AS (SELECT village, date_trunc('month', started_at) AS month, count(*) AS n
 FROM first GROUP BY 1, 2),
month AS (SELECT month, month + interval '1 month' - interval '1 day' AS ends_on
 FROM generate_series(timestamp '{{first}}', timestamp '{{last}}', interval '1 month') month)
SELECT code, {NUMBER.format("m.month")}, '{COVERAGE}', coalesce(sum(n), 0)::bigint, households
FROM village JOIN month m ON valid_from <= ends_on AND coalesce(valid_to, ends_on) >= ends_on
LEFT JOIN new ON new.village = code
 AND new.month BETWEEN date_trunc('year', m.month) AND m.month
GROUP BY code, m.month, households""",
    f"""WITH due AS (SELECT village, officer, day FROM duty_day d
 WHERE kind = 'due' AND day BETWEEN '{{first}}' AND '{{last}}' AND {STANDING} AND NOT EXISTS (
  SELECT FROM duty_day a WHERE a.officer = d.officer AND a.day = d.day
  AND a.kind IN ('leave', 'secondment') AND a.voided_on IS NULL AND a.is_deleted IS NOT TRUE)),
grouped AS (SELECT village, date_trunc('month', day::timestamp) AS month, count(*) AS below,
 count(*) FILTER (WHERE EXISTS (SELECT FROM visit
   WHERE visit.officer = due.officer AND started_at::date = due.day AND {VALID})
 OR EXISTS (SELECT FROM patrol WHERE patrol.officer = due.officer
   AND started_at::date = due.day AND completed_at IS NOT NULL AND {STANDING})
 OR EXISTS (SELECT FROM return_visit WHERE return_visit.officer = due.officer
   AND done_on = due.day AND {STANDING})) AS above FROM due GROUP BY 1, 2)
SELECT village, {NUMBER.format("month")}, '{DAYS}', above, below FROM grouped""",
    BY_MONTH.format(
        name=POINTS, table="patrol", day=f"{PLANNED}::timestamp", standing=STANDING,
        asked=f"{PLANNED} BETWEEN '{{first}}' AND '{{last}}'",
        above="coalesce(points_reached, 0)", below="coalesce(points_due, 0)",
    ),
    BY_MONTH.format(
        name=DISPUTES, table="dispute", day="due_on::timestamp", standing=STANDING,
        asked="due_on BETWEEN '{first}' AND '{last}'",
        above="CASE WHEN resolved_on <= due_on THEN 1 ELSE 0 END", below="1",
    ),
    BY_MONTH.format(
        name=TASKS, table="task", day="dispatched_at + interval '1 day'", standing=STANDING,
        asked="dispatched_at >= timestamp '{first}' - interval '1 day'"
        " AND dispatched_at < timestamp '{last}'", below="1",
        above="CASE WHEN signed_at - dispatched_at <= CASE WHEN is_urgent"
        " THEN interval '2 hours' ELSE interval '24 hours' END THEN 1 ELSE 0 END",
    ),
)  # fmt: skip


def programs() -> Path | None:
    """Where the newest PostgreSQL server of this machine lies."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], list[Row]]]:
    with _cluster() as server:
        with dbapi.connect(server.dsn, autocommit=True) as con, con.cursor() as cursor:
            for name in (*COLUMNS, "village"):
                cursor.adbc_ingest(name, pq.read_table(folder / f"{name}.parquet"), mode="create")
        server.do(*(f"CREATE INDEX ON {index}" for index in INDEXES))
        server.do("VACUUM ANALYZE")
        with server.session() as cursor:
            yield lambda months: _answer(cursor, months)


def rows(result: list[Row]) -> Iterable[Row]:
    return result


@contextmanager
def _cluster() -> Iterator[Server]:
    found = programs()
    if found is None:
        raise RuntimeError("no PostgreSQL server here: sudo apt-get install -y postgresql")
    home = Path(tempfile.mkdtemp(prefix="hongfeng-bench-", dir="/tmp"))
    server = Server(found, home)
    try:
        server.do(*(f"ALTER SYSTEM SET {key} = '{value}'" for key, value in SETTINGS.items()))
        server.stop("fast")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


def _answer(cursor, months: Months) -> list[Row]:  # type: ignore[no-untyped-def]
    days = {"first": months.first, "last": months.last}
    days |= {"since": months.since, "after": months.after}
    found: list[Row] = []
    for query in QUERIES:
        cursor.execute(query.format(**days))
        found += cursor.fetchall()
    return found
