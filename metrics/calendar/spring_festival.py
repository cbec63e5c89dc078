"""春节: it moves between late January and late February, and with it visits, cases, everything."""

from datetime import date, timedelta
from functools import cache

from lunardate import LunarDate

EVE, LAST = timedelta(days=-1), timedelta(days=5)  # 除夕 and 初六, seen from 初一


@cache
def new_year(year: int) -> date | None:
    """正月初一 of a year; None outside of 1900 to 2099, which the calendar's table covers."""
    try:
        first: date = LunarDate(year, 1, 1).to_solar_date()
    except ValueError:
        return None
    return first


def festival_days(starts_on: date, ends_on: date) -> int:
    """How many of the seven days 除夕 to 初六 lie in the span, both ends included."""
    days = 0
    for year in range(starts_on.year, ends_on.year + 1):
        if first := new_year(year):
            span = min(ends_on, first + LAST) - max(starts_on, first + EVE)
            days += max(0, span.days + 1)
    return days


def festival_caution(now: tuple[date, date], base: tuple[date, date], than: str) -> str:
    """One sentence where the two spans hold different shares of the festival, else nothing."""
    here, there = festival_days(*now), festival_days(*base)
    if here == there:
        return ""
    return f"春节假期（除夕至初六）本期占 {here} 天，{than}占 {there} 天，受节日影响，不宜直接比较"
