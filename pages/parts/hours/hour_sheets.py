"""What can be taken along of 警力与时段: bands, hours, and the suggestion."""

from operator import itemgetter

import numpy as np

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS
from metrics.analysis.mismatch import BAND, Slot
from pages.documents.sheet import Column, Notes, Sheet, sheet_of


def _band(from_hour: int) -> str:
    return f"{from_hour}–{from_hour + BAND} 时"


def _judgement(slot: Slot) -> str:
    return "、".join(["缺巡逻"] * slot.is_short + ["比前12个月突出"] * slot.is_unusual)


BANDS = (
    Column("day", "星期", of=lambda slot: WEEKDAYS[slot.weekday]),
    Column("slot", "时段", of=lambda slot: _band(slot.from_hour)),
    Column("events", "件数", "whole"),
    Column("share", "件数占比（%）", "percent"),
    Column("minutes", "巡逻（分钟）", "whole", lambda slot: slot.seconds / 60),
    Column("patrol_share", "巡逻占比（%）", "percent"),
    Column("usual", "前12个月占比（%）", "percent"),
    Column("said", "判断", of=_judgement),
)


def hours_sheet(figure: HourFigure, name: str, notes: Notes) -> Sheet:
    columns = (
        Column("day", "星期", of=lambda at: WEEKDAYS[at[0]]),
        Column("hour", "小时", "whole", itemgetter(1)),
        Column("events", "件数", "whole", lambda at: int(figure.events[at])),
        Column("minutes", "巡逻（分钟）", "whole", lambda at: int(figure.seconds[at]) / 60),
    )
    return sheet_of(f"逐小时-{name}", columns, np.ndindex(figure.events.shape), notes)


def changes_sheet(figure: HourFigure, name: str, notes: Notes) -> Sheet | None:
    suggestion = figure.suggestion
    if suggestion is None:
        return None
    columns = (
        Column("day", "星期", of=lambda at: WEEKDAYS[at[0]]),
        Column("slot", "时段", of=lambda at: _band(at[1] * BAND)),
        Column("now", "现有（分钟/周）", "whole", lambda at: int(suggestion.present[at])),
        Column("then", "建议（分钟/周）", "whole", lambda at: int(suggestion.suggested[at])),
        Column("change", "增减（分钟/周）", "whole", lambda at: int(suggestion.change[at])),
    )
    places = np.ndindex(suggestion.present.shape)
    return sheet_of(f"巡逻时段调整建议-{name}", columns, places, notes)
