"""A PostgreSQL source, and reading it: one read-only snapshot, spooled to disk, read in batches.

The rows go to an unnamed temporary file first. So memory stays bounded, the source's snapshot is
held for seconds and not for as long as the loading takes, and nothing is loaded of a reading that
breaks off in the middle.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

import pyarrow as pa
from adbc_driver_manager import dbapi as adbc
from adbc_driver_postgresql import dbapi

from data.intake.mapping import Mapping
from data.intake.reading.source import DEFAULT_LIMITS, Refused, check_names
from data.schema import TABLES, Table, quoted


class SourceChanged(RuntimeError):
    """The source no longer is what was declared; the message is one Chinese sentence."""


class Unreachable(RuntimeError):
    """The source does not answer or broke off; the message is one Chinese sentence."""


@dataclass(frozen=True)
class PostgresSource:
    """A table or query of a PostgreSQL-compatible database and how it becomes records.

    key            columns that are unique at the source and not null
    watermark      a column that grows with changes and has an index, or none
    overlap        how far to read back where there is no horizon: seconds, or sequence values
    sweep_seconds  how often to look for what the watermark missed (see data.channels.postgres_pull)
    """

    name: str
    dsn: str
    kind: str
    table_or_query: str
    mapping: Mapping | None = None
    key: tuple[str, ...] = ("id",)
    watermark: str | None = None
    overlap: float = 300
    sweep_seconds: float = 10
    batch_rows: int = 50_000

    @property
    def table(self) -> Table:
        return TABLES[self.kind]

    @property
    def journal_name(self) -> str:
        return f"postgres:{self.name}"

    @property
    def relation(self) -> str:
        """What stands behind FROM; a query has no system columns unless it hands on `xmin`."""
        text = self.table_or_query.strip().rstrip(";")
        is_query = text.split(None, 1)[0].lower() in ("select", "with", "values")
        return f"({text}\n) AS source" if is_query else f"{text} AS source"


CONNECT_SECONDS, STATEMENT_SECONDS, LOCK_SECONDS = 10, 300, 10
_AS_THEY_ARE = {"int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar", "bpchar"}
_AWAY = {"08", "28", "3D", "40", "53", "55", "57", "58", "XX"}  # SQLSTATE: not the query's fault


@dataclass(frozen=True)
class Snapshot:
    """What a transaction sees. `columns`: name -> PostgreSQL type.

    oldest, following   the oldest transaction that still runs, and the next to begin (64 bits);
                        None where the rows do not tell which transaction wrote them
    """

    columns: dict[str, str]
    oldest: int | None
    following: int | None


@dataclass(frozen=True)
class ReadRows:
    """The rows of one reading, on disk."""

    snapshot: Snapshot
    schema: pa.Schema
    file: IO[bytes]

    def batches(self, most_rows: int) -> Iterator[pa.Table]:
        self.file.seek(0)
        waiting: list[pa.RecordBatch] = []
        for batch in pa.ipc.open_stream(self.file):
            waiting.append(batch)
            while sum(one.num_rows for one in waiting) >= most_rows:
                rows = pa.Table.from_batches(waiting)
                yield rows.slice(0, most_rows)
                waiting = rows.slice(most_rows).to_batches()
        if any(one.num_rows for one in waiting):
            yield pa.Table.from_batches(waiting)


@contextmanager
def read(
    source: PostgresSource, wanted: Callable[[Snapshot], str], only: Sequence[str] | None = None
) -> Iterator[ReadRows]:
    """The rows for which the condition `wanted` holds, and the snapshot that they belong to."""
    with tempfile.TemporaryFile(prefix="hongfeng-") as file:
        try:
            with dbapi.connect(_with_limits(source.dsn), autocommit=True) as connection:
                rows = _spool(source, connection, wanted, only, file)
        except adbc.Error as error:
            raise _refusal(source, error) from None
        yield rows


def _spool(
    source: PostgresSource,
    connection: adbc.Connection,
    wanted: Callable[[Snapshot], str],
    only: Sequence[str] | None,
    file: IO[bytes],
) -> ReadRows:
    with connection.cursor() as cursor:
        snapshot = _begin(source, cursor)
        for name in (*source.key, *filter(None, [source.watermark])):
            if name not in snapshot.columns:
                raise SourceChanged(
                    f"数据源“{source.name}”缺少“{name}”列，本次未读取，请核对来源表"
                )
        chosen = [name for name in snapshot.columns if only is None or name in only]
        listed = ", ".join(_projection(name, snapshot.columns[name]) for name in chosen)
        cursor.execute(f"SELECT {listed} FROM {source.relation} WHERE {wanted(snapshot)}")
        with cursor.fetch_record_batch() as rows, pa.ipc.new_stream(file, rows.schema) as writer:
            while (batch := _next(source, rows)) is not None:
                writer.write_batch(batch)
            return ReadRows(snapshot, rows.schema, file)


def _next(source: PostgresSource, rows: pa.RecordBatchReader) -> pa.RecordBatch | None:
    """The next batch. What breaks while rows arrive is told by Arrow, without an SQLSTATE."""
    try:
        return rows.read_next_batch()
    except StopIteration:
        return None
    except OSError:
        raise _gone(source) from None
    except pa.ArrowException:
        raise _unworkable(source, "查询无法执行") from None


def _begin(source: PostgresSource, cursor: adbc.Cursor) -> Snapshot:
    """Begin a transaction of one snapshot, and see what it tells of itself and of the source.

    The functions txid_… are the older names of pg_snapshot_…: databases that descend from an
    earlier PostgreSQL have them, and new versions keep them.
    """
    for setting in (
        "default_transaction_read_only = on",
        f"statement_timeout = '{STATEMENT_SECONDS}s'",
        f"lock_timeout = '{LOCK_SECONDS}s'",
        "client_encoding = 'UTF8'",
        "timezone = 'Asia/Shanghai'",
        "standard_conforming_strings = on",
    ):
        cursor.execute(f"SET {setting}")
    now = "txid_current_snapshot()"
    has_horizon = False
    with suppress(adbc.ProgrammingError, adbc.NotSupportedError):
        cursor.execute(
            f"SELECT txid_snapshot_xmin({now}), source.xmin::text::bigint"
            f" FROM {source.relation} LIMIT 0"
        )
        has_horizon = True
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    horizon: tuple[int | None, int | None] = (None, None)
    if has_horizon:
        cursor.execute(f"SELECT txid_snapshot_xmin({now}), txid_snapshot_xmax({now})")
        ((oldest, following),) = cursor.fetchall()
        horizon = (oldest, following)
    cursor.execute(f"SELECT * FROM {source.relation} LIMIT 0")
    schema = cursor.fetch_arrow_table().schema
    columns = {f.name: (f.metadata or {}).get(b"POSTGRESQL:type", b"").decode() for f in schema}
    columns.pop("xmin", None)
    try:
        check_names(list(columns), f"数据源“{source.name}”", DEFAULT_LIMITS)
    except Refused as error:
        raise SourceChanged(str(error)) from None
    return Snapshot(columns, *horizon)


def _projection(name: str, kind: str) -> str:
    """Types that Arrow shares stay, others become text; an infinite time counts as not known."""
    column = f"source.{quoted(name)}"
    if kind == "timestamptz":
        shanghai = f"{column} AT TIME ZONE 'Asia/Shanghai'"
        return f"CASE WHEN isfinite({column}) THEN {shanghai} END AS {quoted(name)}"
    if kind in ("timestamp", "date"):
        return f"CASE WHEN isfinite({column}) THEN {column} END AS {quoted(name)}"
    return column if kind in _AS_THEY_ARE else f"CAST({column} AS text) AS {quoted(name)}"


def _with_limits(dsn: str) -> str:
    """The connection string with time limits, so that a dead network is noticed."""
    limits = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 30_000}
    added = [f"{key}={value}" for key, value in limits.items() if f"{key}=" not in dsn]
    if "://" in dsn:
        return "&".join([dsn if "?" in dsn else f"{dsn}?", *added]).replace("?&", "?")
    return " ".join([dsn, *added])


def _refusal(source: PostgresSource, error: adbc.Error) -> SourceChanged | Unreachable:
    """The database's error as one sentence of ours; its own words may hold data or passwords."""
    state = error.sqlstate or ""
    if state[:2] == "28":
        return Unreachable(f"数据源“{source.name}”拒绝登录，请核对连接串中的用户名和密码")
    if not state or state[:2] in _AWAY:
        return _gone(source)
    why = {"42P01": "来源表不存在", "42501": "无权读取来源表", "42703": "查询用到的列不存在"}
    return _unworkable(source, why.get(state, f"查询无法执行（SQLSTATE {state}）"))


def _gone(source: PostgresSource) -> Unreachable:
    return Unreachable(f"数据源“{source.name}”连接中断、超时或无法连接，稍后自动重试")


def _unworkable(source: PostgresSource, problem: str) -> SourceChanged:
    return SourceChanged(f"数据源“{source.name}”：{problem}，本次未读取，请核对来源表和配置")
