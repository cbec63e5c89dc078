"""Days and months by the calendar, and how a day is written."""

from calendar import monthrange
from datetime import date


def day_words(day: date, known_year: int | None = None) -> str:
    """2019年8月19日, or 8月19日 where the year is known already."""
    year = "" if day.year == known_year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def month_words(day: date) -> str:
    """2019年8月"""
    return f"{day.year}年{day.month}月"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day (31 May → 30 April)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
