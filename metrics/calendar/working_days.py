"""Working days, by which deadlines are counted, with days off and make-up days (调休).

The calendar is that of the State Council's yearly notices, from the package chinesecalendar. A year
that it does not know takes Monday to Friday and says so; the bureau may give a file of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from data.declared import Declared, load_declared


class Exceptions(Declared):
    """The bureau's own file: days off and make-up days, before those of the package."""

    off: tuple[date, ...] = ()
    work: tuple[date, ...] = ()


@dataclass(frozen=True)
class WorkingDays:
    """`own`: day -> whether it is worked, where the bureau's file names it."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_worked(self, day: date) -> bool:
        if day in self.own:
            return self.own[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def is_known(self, day: date) -> bool:
        """Whether the year's days off are known."""
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            return any(known.year == day.year for known in self.own)
        return True

    def after(self, day: date, count: int) -> date:
        """The count-th working day after a day, which itself does not count."""
        while count:
            day += timedelta(days=1)
            count -= self.is_worked(day)
        return day

    def note(self, *days: date) -> str:
        """What a reader must know of these deadlines, or nothing."""
        unknown = sorted({day.year for day in days if not self.is_known(day)})
        if not unknown:
            return ""
        years = "、".join(f"{year}年" for year in unknown)
        return f"{years}节假日安排尚未登记，按周一至周五计"


def working_days(file: Path | None = None) -> WorkingDays:
    """With the bureau's own file, if it has one: `off = [2027-10-01]`, `work = [2027-10-09]`."""
    if file is None:
        return WorkingDays()
    declared = load_declared(file, Exceptions)
    return WorkingDays({**dict.fromkeys(declared.off, False), **dict.fromkeys(declared.work, True)})
