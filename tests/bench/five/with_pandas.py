"""pandas: the codes as categories, everything else by column."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from tests.bench.five import COVERAGE, DAYS, DISPUTES, POINTS, TASKS, Months, Row
from tests.bench.five.export import COLUMNS

CODES = ("village", "officer", "household", "purpose", "kind")
Frame = pd.DataFrame
Frames = dict[str, Frame]


@contextmanager
def opened(folder: Path) -> Iterator[Callable[[Months], Frame]]:
    frames = {name: _loaded(folder / f"{name}.parquet") for name in (*COLUMNS, "village")}
    officers = pd.api.types.union_categoricals(
        [frames[n].officer for n in ("visit", "patrol", "return_visit", "duty_day")]
    ).categories
    for name in ("visit", "patrol", "return_visit", "duty_day"):
        frames[name]["officer"] = frames[name].officer.cat.set_categories(officers)
    yield lambda months: _answer(frames, months)


def rows(result: Frame) -> Iterable[Row]:
    columns = ("village", "month", "indicator", "above", "below")
    return zip(*(result[name].to_list() for name in columns), strict=True)


def _loaded(file: Path) -> Frame:
    table = pq.read_table(file)
    codes = [name for name in table.column_names if name in CODES]
    frame = table.to_pandas(categories=codes, date_as_object=False)
    for name in frame.select_dtypes("datetime"):
        frame[name] = frame[name].astype("datetime64[us]")
    if "is_deleted" in frame:
        frame["is_deleted"] = frame.is_deleted.eq(True)
    return frame


def _answer(frames: Frames, months: Months) -> Frame:
    parts = [_coverage, _days, _points, _disputes, _tasks]
    return pd.concat([part(frames, months) for part in parts], ignore_index=True)


def _standing(frame: Frame) -> pd.Series:
    return frame.voided_on.isna() & ~frame.is_deleted


def _month(day: pd.Series) -> np.ndarray:
    return day.to_numpy().astype("datetime64[M]").astype(np.int64)


def _within(day: pd.Series, months: Months) -> pd.Series:
    return (day >= pd.Timestamp(months.first)) & (day < pd.Timestamp(months.after))


def _by_month(indicator: str, village: pd.Series, day: pd.Series, above, below) -> Frame:
    rows = Frame({"village": village, "month": _month(day), "above": above, "below": below})
    found = rows.groupby(["village", "month"], observed=True, sort=False).sum().reset_index()
    return found.assign(indicator=indicator)


def _valid(visit: Frame) -> pd.Series:
    return (
        _standing(visit)
        & visit.household.notna()
        & visit.purpose.notna()
        & (visit.ended_at > visit.started_at)
    )


def _coverage(frames: Frames, months: Months) -> Frame:
    """Households by the village and month of their first valid visit of the year, added up."""
    visit = frames["visit"]
    day = visit.started_at
    is_asked = (day >= pd.Timestamp(months.since)) & (day < pd.Timestamp(months.after))
    visit = visit.loc[
        is_asked & visit.village.notna() & _valid(visit),
        ["household", "village", "started_at"],
    ]
    visit = visit.assign(year=visit.started_at.to_numpy().astype("datetime64[Y]").astype(int))
    first = visit.sort_values("started_at", kind="stable").drop_duplicates(["household", "year"])
    first["month"] = _month(first.started_at)
    new = first.groupby(["village", "month"], observed=True).size()
    since = range(months.since.year * 12 - 1970 * 12, months.each[-1][0] + 1)
    grid = new.unstack("month", fill_value=0).reindex(columns=since, fill_value=0)
    total = grid.T.groupby(grid.columns // 12).cumsum().T
    register, found = frames["village"], []
    for month, _, last in months.each:
        end = pd.Timestamp(last)
        is_valid = (register.valid_from <= end) & ~(register.valid_to < end)
        stock = register[is_valid].groupby("code").households.sum()
        above = total[month].reindex(stock.index, fill_value=0).to_numpy()
        line = {"village": stock.index, "month": month, "above": above, "below": stock.to_numpy()}
        found.append(Frame(line))
    return pd.concat(found).assign(indicator=COVERAGE)


def _days(frames: Frames, months: Months) -> Frame:
    """Due days with and without a valid activity; an officer's day is one whole number."""
    duty = frames["duty_day"]
    duty = duty[_standing(duty) & _within(duty.day, months)]
    away = duty[duty.kind.isin(["leave", "secondment"])]
    due = duty[(duty.kind == "due") & duty.village.notna()]
    due = due[~np.isin(_officer_day(due, "day"), _of_somebody(away, "day"))]
    visit, patrol, back = frames["visit"], frames["patrol"], frames["return_visit"]
    visit = visit[_within(visit.started_at, months) & _valid(visit)]
    is_done = patrol.completed_at.notna() & _standing(patrol)
    patrol = patrol[_within(patrol.started_at, months) & is_done]
    back = back[_within(back.done_on, months) & _standing(back)]
    days = ((visit, "started_at"), (patrol, "started_at"), (back, "done_on"))
    active = pd.unique(np.concatenate([_of_somebody(*each) for each in days]))
    is_active = np.isin(_officer_day(due, "day"), active)
    return _by_month(DAYS, due.village, due.day, is_active, 1)


def _officer_day(frame: Frame, day: str) -> np.ndarray:
    days = frame[day].to_numpy().astype("datetime64[D]").astype(np.int64)
    return frame.officer.cat.codes.to_numpy().astype(np.int64) * 100_000 + days


def _of_somebody(frame: Frame, day: str) -> np.ndarray:
    return _officer_day(frame[frame.officer.notna()], day)


def _points(frames: Frames, months: Months) -> Frame:
    patrol = frames["patrol"]
    day = patrol.planned_on.fillna(patrol.started_at)
    kept = _standing(patrol) & _within(day, months)
    patrol, day = patrol[kept], day[kept]
    reached, due = (patrol[c].fillna(0).astype(np.int64) for c in ("points_reached", "points_due"))
    return _by_month(POINTS, patrol.village, day, reached, due)


def _disputes(frames: Frames, months: Months) -> Frame:
    dispute = frames["dispute"]
    dispute = dispute[_standing(dispute) & _within(dispute.due_on, months)]
    on_time = dispute.resolved_on <= dispute.due_on
    return _by_month(DISPUTES, dispute.village, dispute.due_on, on_time, 1)


def _tasks(frames: Frames, months: Months) -> Frame:
    """Dated on the day after dispatch."""
    task = frames["task"]
    day = task.dispatched_at.dt.floor("D") + pd.Timedelta(days=1)
    kept = _standing(task) & _within(day, months)
    task, day = task[kept], day[kept]
    limit = np.where(task.is_urgent.eq(True), np.timedelta64(2, "h"), np.timedelta64(24, "h"))
    on_time = task.signed_at - task.dispatched_at <= limit
    return _by_month(TASKS, task.village, day, on_time, 1)
