"""春节: it moves between late January and late February, and with it visits, cases, everything.

Source of the days: the official calendar (GB/T 33661-2017, Purple Mountain Observatory) as the Hong
Kong Observatory publishes it for 1901 to 2100 in its Gregorian-Lunar Calendar Conversion Table.
"""

from datetime import date, timedelta

EVE, LAST = timedelta(days=-1), timedelta(days=5)  # 除夕 and 初六, seen from 初一
FIRST_YEAR = 1901
# one line for each decade
NEW_YEARS = """
    02-19 02-08 01-29 02-16 02-04 01-25 02-13 02-02 01-22
    02-10 01-30 02-18 02-06 01-26 02-14 02-03 01-23 02-11 02-01
    02-20 02-08 01-28 02-16 02-05 01-24 02-13 02-02 01-23 02-10
    01-30 02-17 02-06 01-26 02-14 02-04 01-24 02-11 01-31 02-19
    02-08 01-27 02-15 02-05 01-25 02-13 02-02 01-22 02-10 01-29
    02-17 02-06 01-27 02-14 02-03 01-24 02-12 01-31 02-18 02-08
    01-28 02-15 02-05 01-25 02-13 02-02 01-21 02-09 01-30 02-17
    02-06 01-27 02-15 02-03 01-23 02-11 01-31 02-18 02-07 01-28
    02-16 02-05 01-25 02-13 02-02 02-20 02-09 01-29 02-17 02-06
    01-27 02-15 02-04 01-23 02-10 01-31 02-19 02-07 01-28 02-16
    02-05 01-24 02-12 02-01 01-22 02-09 01-29 02-18 02-07 01-26
    02-14 02-03 01-23 02-10 01-31 02-19 02-08 01-28 02-16 02-05
    01-25 02-12 02-01 01-22 02-10 01-29 02-17 02-06 01-26 02-13
    02-03 01-23 02-11 01-31 02-19 02-08 01-28 02-15 02-04 01-24
    02-12 02-01 01-22 02-10 01-30 02-17 02-06 01-26 02-14 02-02
    01-23 02-11 02-01 02-19 02-08 01-28 02-15 02-04 01-24 02-12
    02-02 01-21 02-09 01-29 02-17 02-05 01-26 02-14 02-03 01-23
    02-11 01-31 02-19 02-07 01-27 02-15 02-05 01-24 02-12 02-02
    01-22 02-09 01-29 02-17 02-06 01-26 02-14 02-03 01-24 02-10
    01-30 02-18 02-07 01-27 02-15 02-05 01-25 02-12 02-01 01-21
    02-09
""".split()


def new_year(year: int) -> date | None:
    """正月初一 of a year; None outside of 1901 to 2100, for which there are published tables."""
    place = year - FIRST_YEAR
    if not 0 <= place < len(NEW_YEARS):
        return None
    return date.fromisoformat(f"{year}-{NEW_YEARS[place]}")


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
