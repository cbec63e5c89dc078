"""Which rows of a PostgreSQL source are new: the watermark, and the sweep that misses nothing.

Neither sequence values nor updated_at are in the order of commits: a row with a lower value may
become visible after higher ones were pulled, however long its transaction was open. So a sweep
asks which transaction wrote a row (`xmin`): each sweep records its snapshot's horizon, the oldest
transaction that was still running. Whatever an earlier transaction wrote was visible then; so the
next sweep reads the rows written by the horizon or later, and no row can be missed.

`xmin` has no index, so a sweep looks at the whole table (0.06 s per million rows). It is done
every `sweep_seconds`; the pulls in between follow the watermark, which has an index, and bring
the usual row at once. Whatever is read twice adds nothing: the same row is the same version.

Transaction numbers in rows have 32 bits. A row's distance from the next transaction, modulo 2**32,
is right as long as fewer than 2**32 transactions lie between two sweeps; beyond that, and when the
numbers went back (another server), everything is read. An old row may look new, never the reverse.

Views, queries without `xmin` and databases without `txid_current_snapshot` have no horizon: there
each pull goes back by the overlap. A transaction that stays open for longer is missed there, until
a pull without a watermark reads everything; do that every night.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from data.channels.postgres_reading import PostgresSource, ReadRows, Snapshot
from data.schema import literal, quoted

_CYCLE = 2**32


@dataclass(frozen=True)
class Watermark:
    """How far a source has been read; JSON can hold it (`dataclasses.asdict`).

    value      the highest value of the watermark column so far, as text
    horizon    the oldest transaction that was running at the last sweep
    swept_at   when that was, in seconds since 1970
    columns    our columns that the source had: one that is missing later is an alarm
    """

    value: str | None = None
    horizon: int | None = None
    swept_at: float = 0
    columns: tuple[str, ...] = ()

    @staticmethod
    def of(content: Mapping[str, Any]) -> "Watermark | None":
        """What `asdict` gave, also by way of JSON; an empty one is none."""
        return Watermark(**{**content, "columns": tuple(content["columns"])}) if content else None


def is_sweep(source: PostgresSource, watermark: Watermark | None, now: float) -> bool:
    if watermark is None or source.watermark is None:
        return True
    return not 0 <= now - watermark.swept_at < source.sweep_seconds


def wanted(
    source: PostgresSource,
    now: Snapshot,
    watermark: Watermark | None,
    sweeps: bool,
    retried: Iterable[tuple[str, ...]],
) -> str:
    """The condition on the source's rows."""
    if watermark is None:
        return "true"
    if now.oldest is None or now.following is None:
        conditions = [_above(source, watermark.value, back_by=source.overlap)]
    else:
        conditions = [_above(source, watermark.value)] if source.watermark else []
        if sweeps:
            conditions.append(_written_since(watermark.horizon, now.following))
    return " OR ".join([*conditions, *_with_keys(source, retried)])


def _above(source: PostgresSource, value: str | None, back_by: float | None = None) -> str:
    """Above the watermark; where no sweep follows, also what has none."""
    if source.watermark is None or value is None:
        return "true"
    column = quoted(source.watermark)
    if back_by is None:
        return f"{column} > {literal(value)}"
    is_number = value.lstrip("-").isdigit()
    less = f"{int(back_by)}" if is_number else f"interval '{back_by} seconds'"
    typed = value if is_number else f"timestamp {literal(value)}"
    return f"{column} > {typed} - {less} OR {column} IS NULL"


def _written_since(horizon: int | None, following: int) -> str:
    """Written by the transaction `horizon` or a later one (see the head of this file)."""
    if horizon is None or not 0 <= following - horizon < _CYCLE:
        return "true"
    distance = f"(({following} - source.xmin::text::bigint) & {_CYCLE - 1})"
    return f"{distance} <= {following - horizon}"


def _with_keys(source: PostgresSource, keys: Iterable[tuple[str, ...]]) -> list[str]:
    listed = ", ".join(f"({', '.join(map(literal, key))})" for key in keys)
    return [f"({', '.join(map(quoted, source.key))}) IN ({listed})"] if listed else []


def highest(source: PostgresSource, reading: ReadRows, before: str | None) -> str | None:
    """The highest value of the watermark column so far, as text that PostgreSQL reads back."""
    if source.watermark is None:
        return None
    most = (pc.max(rows[source.watermark]) for rows in reading.batches(source.batch_rows))
    values = [str(one.cast("string").as_py()) for one in most if one.is_valid]
    # Times have one form and sort as text; sequence values do not.
    return max([*values, *filter(None, [before])], key=lambda v: (_number(v), v), default=None)


def _number(value: str) -> int:
    return int(value) if value.lstrip("-").isdigit() else 0
