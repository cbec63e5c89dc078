"""What can be taken along of 警力与时段: bands, hours, and the suggestion."""

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS
from metrics.analysis.mismatch import BAND
from pages.documents.sheet import Column, Notes, Row, Sheet, row_of

BANDS = (
    Column("day", "星期"),
    Column("slot", "时段"),
    Column("events", "件数", "whole"),
    Column("share", "件数占比（%）", "percent"),
    Column("minutes", "巡逻（分钟）", "whole"),
    Column("patrol_share", "巡逻占比（%）", "percent"),
    Column("usual", "前12个月占比（%）", "percent"),
    Column("said", "判断"),
)
HOURS = (
    Column("day", "星期"),
    Column("hour", "小时", "whole"),
    Column("events", "件数", "whole"),
    Column("minutes", "巡逻（分钟）", "whole"),
)
CHANGES = (
    Column("day", "星期"),
    Column("slot", "时段"),
    Column("now", "现有（分钟/周）", "whole"),
    Column("then", "建议（分钟/周）", "whole"),
    Column("change", "增减（分钟/周）", "whole"),
)


def bands_sheet(figure: HourFigure, name: str, notes: Notes) -> Sheet:
    rows = [
        row_of(
            BANDS,
            slot,
            day=WEEKDAYS[slot.weekday],
            slot=_band(slot.from_hour),
            minutes=slot.seconds / 60,
            said="、".join(["缺巡逻"] * slot.is_short + ["比前12个月突出"] * slot.is_unusual),
        )
        for slot in figure.week.slots
    ]
    return Sheet(f"时段对照-{name}", BANDS, rows, notes)


def hours_sheet(figure: HourFigure, name: str, notes: Notes) -> Sheet:
    rows: list[Row] = [
        {
            "day": WEEKDAYS[day],
            "hour": hour,
            "events": int(figure.events[day, hour]),
            "minutes": int(figure.seconds[day, hour]) / 60,
        }
        for day in range(7)
        for hour in range(24)
    ]
    return Sheet(f"逐小时-{name}", HOURS, rows, notes)


def changes_sheet(figure: HourFigure, name: str, notes: Notes) -> Sheet | None:
    suggestion = figure.suggestion
    if suggestion is None:
        return None
    rows: list[Row] = [
        {
            "day": WEEKDAYS[day],
            "slot": _band(band * BAND),
            "now": int(suggestion.present[day, band]),
            "then": int(suggestion.suggested[day, band]),
            "change": int(suggestion.change[day, band]),
        }
        for day in range(7)
        for band in range(suggestion.present.shape[1])
    ]
    return Sheet(f"巡逻时段调整建议-{name}", CHANGES, rows, notes)


def _band(from_hour: int) -> str:
    return f"{from_hour}–{from_hour + BAND} 时"
