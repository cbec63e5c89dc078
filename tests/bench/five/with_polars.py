"""polars: lazy queries over frames in memory, collected together; the codes as categories."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import polars as pl

from tests.bench.five import COVERAGE, DAYS, DISPUTES, POINTS, TASKS, Months, Row
from tests.bench.five.export import COLUMNS

CODES = ("village", "officer", "household", "purpose", "kind", "code")
Frames = dict[str, pl.LazyFrame]
STANDING = pl.col("voided_on").is_null() & pl.col("is_deleted").ne_missing(True)
VALID = (
    STANDING
    & pl.col("household").is_not_null()
    & pl.col("purpose").is_not_null()
    & (pl.col("ended_at") > pl.col("started_at"))
)


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], list[pl.DataFrame]]]:
    frames = {name: _loaded(folder / f"{name}.parquet") for name in (*COLUMNS, "village")}
    parts = (_coverage, _days, _points, _disputes, _tasks)
    yield lambda months: pl.collect_all([part(frames, months) for part in parts])


def rows(result: list[pl.DataFrame]) -> Iterable[Row]:
    for indicator, frame in zip((COVERAGE, DAYS, POINTS, DISPUTES, TASKS), result, strict=True):
        columns = frame.select("village", "month", "above", "below").iter_rows()
        for village, month, above, below in columns:
            yield village, month, indicator, above, below


def _loaded(file: Path) -> pl.LazyFrame:
    frame = pl.read_parquet(file)
    codes = [pl.col(name).cast(pl.Categorical) for name in CODES if name in frame.columns]
    return frame.with_columns(codes).rechunk().lazy()


def _month(day: pl.Expr) -> pl.Expr:
    return (day.dt.year() - 1970) * 12 + day.dt.month().cast(pl.Int32) - 1


def _by_month(rows: pl.LazyFrame, day: pl.Expr, above: pl.Expr, below: pl.Expr) -> pl.LazyFrame:
    return rows.group_by("village", _month(day).alias("month")).agg(
        above.sum().cast(pl.Int64).alias("above"), below.cast(pl.Int64).alias("below")
    )


def _within(day: pl.Expr, months: Months) -> pl.Expr:
    return (day >= months.first) & (day < months.after)


def _coverage(frames: Frames, months: Months) -> pl.LazyFrame:
    """Households by the village and month of their first valid visit of the year, added up."""
    started = pl.col("started_at")
    is_asked = (started >= months.since) & (started < months.after)
    first = (
        frames["visit"]
        .filter(is_asked & VALID & pl.col("village").is_not_null())
        .group_by("household", started.dt.year().alias("year"))
        .agg(pl.col("village", "started_at").min_by("started_at"))
    )
    new = first.group_by("village", _month(started).alias("month")).agg(pl.len().alias("new"))
    ends = pl.LazyFrame(
        [(n, n // 12 * 12, last) for n, _, last in months.each],
        schema={"month": pl.Int32, "since": pl.Int32, "ends_on": pl.Date},
        orient="row",
    )
    is_valid = (pl.col("valid_from") <= pl.col("ends_on")) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("ends_on"))
    )
    stock = (
        frames["village"]
        .join(ends, how="cross")
        .filter(is_valid)
        .group_by(pl.col("code").alias("village"), "month", "since")
        .agg(pl.col("households").sum().alias("below"))
    )
    counted = (
        stock.join(new, on="village", suffix="_new")
        .filter(pl.col("month_new").is_between(pl.col("since"), pl.col("month")))
        .group_by("village", "month")
        .agg(pl.col("new").sum().alias("above"))
    )
    joined = stock.join(counted, on=["village", "month"], how="left")
    return joined.with_columns(pl.col("above").fill_null(0))


def _days(frames: Frames, months: Months) -> pl.LazyFrame:
    day = pl.col("day")
    duty = frames["duty_day"].filter(STANDING & _within(day, months))
    away = duty.filter(pl.col("kind").cast(pl.String).is_in(["leave", "secondment"]))
    due = duty.filter(pl.col("kind") == "due", pl.col("village").is_not_null())
    due = due.join(away, on=["officer", "day"], how="anti")
    started, done = pl.col("started_at"), pl.col("done_on")
    visits = frames["visit"].filter(_within(started, months) & VALID)
    is_done = pl.col("completed_at").is_not_null() & STANDING
    patrols = frames["patrol"].filter(_within(started, months) & is_done)
    back = frames["return_visit"].filter(_within(done, months) & STANDING)
    active = pl.concat(
        [
            visits.select("officer", started.dt.date().alias("day")),
            patrols.select("officer", started.dt.date().alias("day")),
            back.select("officer", done.alias("day")),
        ]
    )
    active = active.unique().with_columns(is_active=True)
    joined = due.join(active, on=["officer", "day"], how="left")
    return _by_month(joined, day, pl.col("is_active").fill_null(False), pl.len())


def _points(frames: Frames, months: Months) -> pl.LazyFrame:
    day = pl.coalesce("planned_on", pl.col("started_at").dt.date())
    rows = frames["patrol"].with_columns(day=day).filter(STANDING & _within(pl.col("day"), months))
    return _by_month(rows, pl.col("day"), pl.col("points_reached"), pl.col("points_due").sum())


def _disputes(frames: Frames, months: Months) -> pl.LazyFrame:
    rows = frames["dispute"].filter(STANDING & _within(pl.col("due_on"), months))
    on_time = (pl.col("resolved_on") <= pl.col("due_on")).fill_null(False)
    return _by_month(rows, pl.col("due_on"), on_time, pl.len())


def _tasks(frames: Frames, months: Months) -> pl.LazyFrame:
    """Dated on the day after dispatch."""
    dispatched, day = pl.col("dispatched_at"), timedelta(days=1)
    is_asked = (dispatched >= months.first - day) & (dispatched < months.after - day)
    limit = pl.when(pl.col("is_urgent")).then(timedelta(hours=2)).otherwise(day)
    on_time = (pl.col("signed_at") - dispatched <= limit).fill_null(False)
    rows = frames["task"].filter(STANDING & is_asked)
    return _by_month(rows, dispatched.dt.date() + day, on_time, pl.len())
