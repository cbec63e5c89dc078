"""The columns of the demo city that the planting of made-up records reads and writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.arrays import Mask, Times, Whole
from data.demo.frame import as_array

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Visits:
    """The columns that are looked at. is_sound: what makes a visit valid, voided or not."""

    village: Whole
    officer: Whole
    month: Times
    day: Times
    is_sound: Mask

    def of(self, village: int, month: date) -> Mask:
        here = (self.village == village) & (self.month == np.datetime64(month, "M"))
        sound: Mask = here & self.is_sound
        return sound

    def own(self, village: int, month: date) -> Mask:
        """Those of the village's own officer: in these months they have the village's number."""
        own: Mask = self.of(village, month) & (self.officer == village)
        return own


@dataclass(frozen=True)
class Tasks:
    """is_soon: signed on the day of the dispatch, or at least within the time that all have."""

    village: Whole
    dispatched: Times
    is_soon: Mask
    signed: Times
    done: Times
    due: Times

    @staticmethod
    def of(tasks: pa.Table) -> "Tasks":
        names = ("dispatched_at", "signed_at", "done_on", "due_on")
        dispatched, signed, done, due = (times_of(tasks, name) for name in names)
        is_soon = signed.astype("M8[D]") == dispatched.astype("M8[D]")
        in_time = signed - dispatched <= np.timedelta64(1, "D")
        is_soon |= in_time & ~is_value(tasks, "is_urgent", True)
        return Tasks(index_of(tasks, "village", "V"), dispatched, is_soon, signed, done, due)

    def closable(self, village: int, month: date) -> Mask:
        """Those that were done and signed in time, so that no score sees the difference."""
        here = self.dispatched.astype("M8[M]") == np.datetime64(month, "M")
        rows: Mask = here & (self.village == village) & (self.done <= self.due) & self.is_soon
        return rows


def visits_of(tables: Tables) -> Visits:
    visit = tables["visit"]
    start, end = times_of(visit, "started_at"), times_of(visit, "ended_at")
    is_sound = (
        (end > start) & ~is_value(visit, "household", None) & ~is_value(visit, "purpose", None)
    )
    return Visits(
        index_of(visit, "village", "V"),
        index_of(visit, "officer", "辅警-"),
        start.astype("M8[M]"),
        start.astype("M8[D]"),
        is_sound,
    )


def times_of(table: pa.Table, name: str) -> Times:
    times: Times = table[name].combine_chunks().to_numpy(zero_copy_only=False).copy()
    return times.astype("M8[D]") if times.dtype == np.dtype("M8[D]") else times.astype("M8[s]")


def index_of(table: pa.Table, name: str, prefix: str) -> Whole:
    """'V007' → 6; -1 for what is missing or begins otherwise."""
    codes = table[name].combine_chunks().dictionary_encode()
    indices = [
        int(code.removeprefix(prefix)) - 1 if code.startswith(prefix) else -1
        for code in codes.dictionary.to_pylist()
    ]
    where = codes.indices.fill_null(len(indices)).to_numpy(zero_copy_only=False)
    index: Whole = np.array([*indices, -1], np.int64)[where]
    return index


def is_value(table: pa.Table, name: str, value: str | bool | None) -> Mask:
    column = table[name].combine_chunks()
    if value is None:
        missing: Mask = column.is_null().to_numpy(zero_copy_only=False)
        return missing
    mask: Mask = pc.fill_null(pc.equal(column, value), False).to_numpy(zero_copy_only=False)
    return mask


def with_columns(table: pa.Table, columns: Mapping[str, Times | pa.Array]) -> pa.Table:
    """The table with other values in some columns, of the same types."""
    for name, values in columns.items():
        place, kind = table.schema.get_field_index(name), table.schema.field(name).type
        table = table.set_column(place, name, as_array(kind, values, len(values)))
    return table
