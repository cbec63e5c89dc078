"""Periods: which days a figure counts, and with which days it is compared (同比, 环比).

A period is written `2019-07`, `2019-W33`, `2019-Q3`, `2019-H1`, `2019` or
`2019-01-01..2019-08-19` (both ends included). Weeks are ISO weeks: Monday to Sunday, and the
year is the one that holds the week's Thursday.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from metrics.calendar.days import day_words, months_before

Kind = Literal["week", "month", "quarter", "half", "year", "range"]
CalendarKind = Literal["week", "month", "quarter", "half", "year"]

MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
FORMS = "2019-07、2019-W33、2019-Q3、2019-H1、2019 或 2019-01-01..2019-08-19"
FIRST_YEAR, LAST_YEAR = 1900, 2999

_UNIT = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<sign>[WQH]?)(?P<number>[0-9]{1,2}))?")
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
# Sign in the text: kind, digits of its number, greatest number (weeks are looked up).
_SIGNS: dict[str, tuple[CalendarKind, int, int]] = {
    "": ("month", 2, 12),
    "W": ("week", 2, 99),
    "Q": ("quarter", 1, 4),
    "H": ("half", 1, 2),
}


class PeriodError(ValueError):
    """A text that names no period which can be shown; one Chinese sentence says why."""


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included.

    text            as it stands in an address: parsed again it gives the same days
    ends_on         the last day that counts
    whole_ends_on   the last day of the whole unit; later than ends_on for a part
    title, note     Chinese name for headings; Chinese remark, mostly empty
    """

    text: str
    kind: Kind
    starts_on: date
    ends_on: date
    whole_ends_on: date
    title: str
    note: str = ""

    @property
    def is_part(self) -> bool:
        """Only the first days of the unit count: it has not ended, or is compared with such."""
        return self.ends_on < self.whole_ends_on

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.ends_on - self.starts_on).days + 1


# --- reading --------------------------------------------------------------------------------


def parse_period(text: str, as_of: date) -> Period:
    """The period that the text names, cut to the as-of day.

    Raises PeriodError for a malformed text, a day or week that the calendar does not have, a
    range that ends before it starts, and a period that starts after as_of.
    """
    written = text.strip()
    whole = _parse_range(written) or _parse_unit(written)
    if whole.starts_on > as_of:
        raise PeriodError(
            f"期间不应晚于数据截止日{day_words(as_of)}，"
            f"收到的“{written}”从{day_words(whole.starts_on)}才开始。"
        )
    return _cut(whole, as_of)


def _cut(whole: Period, as_of: date) -> Period:
    """The part of the period up to the as-of day, under the same text."""
    if whole.ends_on <= as_of:
        return whole
    if whole.kind != "range":
        return replace(_unit(whole.kind, whole.starts_on, as_of), text=whole.text)
    title = f"{whole.title}（至{day_words(as_of, whole.starts_on.year)}）"
    return replace(whole, ends_on=as_of, title=title)


def _parse_range(text: str) -> Period | None:
    match = _RANGE.fullmatch(text)
    if not match:
        return None
    try:
        starts_on, ends_on = (date.fromisoformat(day) for day in match.groups())
    except ValueError as error:
        raise PeriodError(f"期间的起止应是日历上有的日期，收到的是“{text}”。") from error
    if ends_on < starts_on:
        raise PeriodError(f"期间的结束日不应早于开始日，收到的是“{text}”。")
    _check_years(text, starts_on.year, ends_on.year)
    return _range(starts_on, ends_on)


def _parse_unit(text: str) -> Period:
    match = _UNIT.fullmatch(text)
    if not match:
        raise _malformed(text)
    year = int(match["year"])
    _check_years(text, year)
    if match["number"] is None:
        return _unit("year", date(year, 1, 1))
    kind, digits, most = _SIGNS[match["sign"]]
    number = int(match["number"])
    if len(match["number"]) != digits or not 1 <= number <= most:
        raise _malformed(text)
    if kind == "week":
        return _unit("week", _week_start(year, number, text))
    return _unit(kind, date(year, (number - 1) * MONTHS[kind] + 1, 1))


def _malformed(text: str) -> PeriodError:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return PeriodError(f"期间应写作 {FORMS}，收到的是“{shown}”。")


def _check_years(text: str, *years: int) -> None:
    # Far from the ends of the calendar, so that no comparison can fall off it.
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise PeriodError(f"期间的年份应在{FIRST_YEAR}至{LAST_YEAR}之间，收到的是“{text}”。")


def _week_start(year: int, week: int, text: str) -> date:
    weeks = date(year, 12, 28).isocalendar().week  # 28 December is always in the last week
    if week > weeks:
        raise PeriodError(f"{year}年只有{weeks}周，收到的是“{text}”。")
    return date.fromisocalendar(year, week, 1)


# --- building -------------------------------------------------------------------------------


def _unit(kind: Kind, starts_on: date, ends_on: date | None = None, note: str = "") -> Period:
    """The calendar unit that starts on this day, cut to ends_on if that comes earlier."""
    whole = _whole_end(kind, starts_on)
    end = whole if ends_on is None else min(ends_on, whole)
    text = _unit_text(kind, starts_on) if end == whole else _range_text(starts_on, end)
    return Period(text, kind, starts_on, end, whole, _title(kind, starts_on, end, whole), note)


def _range(starts_on: date, ends_on: date) -> Period:
    title = day_words(starts_on)
    if ends_on > starts_on:
        title += f"至{day_words(ends_on, starts_on.year)}"
    return Period(_range_text(starts_on, ends_on), "range", starts_on, ends_on, ends_on, title)


def _whole_end(kind: Kind, starts_on: date) -> date:
    if kind == "week":
        return starts_on + timedelta(days=6)
    return months_before(starts_on, -MONTHS[kind]) - timedelta(days=1)


def _unit_start(kind: CalendarKind, day: date) -> date:
    if kind == "week":
        return day - timedelta(days=day.weekday())
    return date(day.year, day.month - (day.month - 1) % MONTHS[kind], 1)


def _unit_text(kind: Kind, starts_on: date) -> str:
    year, week, _ = starts_on.isocalendar()
    month = starts_on.month
    return {
        "week": f"{year}-W{week:02}",
        "month": starts_on.isoformat()[:7],
        "quarter": f"{starts_on.year}-Q{(month + 2) // 3}",
        "half": f"{starts_on.year}-H{(month + 5) // 6}",
        "year": f"{starts_on.year}",
    }[kind]


def _range_text(starts_on: date, ends_on: date) -> str:
    return f"{starts_on.isoformat()}..{ends_on.isoformat()}"


def _title(kind: Kind, starts_on: date, ends_on: date, whole_ends_on: date) -> str:
    """2019年第三季度, 2019年8月（至8月19日）, 2019年第33周（8月12日—8月18日）."""
    iso, month = starts_on.isocalendar(), starts_on.month
    year = iso.year if kind == "week" else starts_on.year
    name = {
        "week": f"第{iso.week}周",
        "month": f"{month}月",
        "quarter": f"第{'一二三四'[(month - 1) // 3]}季度",
        "half": f"{'上下'[(month - 1) // 6]}半年",
        "year": "",
    }[kind]
    if ends_on < whole_ends_on:
        return f"{year}年{name}（至{day_words(ends_on, year)}）"
    if kind == "week":
        first, last = (day_words(day, day.year) for day in (starts_on, ends_on))
        return f"{year}年{name}（{first}—{last}）"
    return f"{year}年{name}"


# --- comparing ------------------------------------------------------------------------------


def last_year(period: Period) -> Period:
    """同比: the same dates of last year, 29 February with 28 February.

    A whole calendar unit goes with the whole unit (February 2021 with all 29 days of February
    2020), a part with the same part. ISO week N goes with week N of the ISO year before, with
    the same number of days; week 53 goes with week 52 and says so in its note.
    """
    if period.kind == "week":
        return _week_last_year(period)
    starts_on, ends_on = (months_before(day, 12) for day in (period.starts_on, period.ends_on))
    if period.kind == "range":
        return _range(starts_on, ends_on)
    return _unit(period.kind, starts_on, ends_on if period.is_part else None)


def _week_last_year(period: Period) -> Period:
    year, week, _ = period.starts_on.isocalendar()
    note = ""
    if week == 53:  # no two ISO years in a row have one
        note, week = f"{year - 1}年没有第53周，{year}年第53周与{year - 1}年第52周比较。", 52
    starts_on = date.fromisocalendar(year - 1, week, 1)
    return _unit("week", starts_on, starts_on + timedelta(days=period.days - 1), note)


def previous(period: Period) -> Period:
    """环比: a calendar unit with the unit before, a free range with the equal span before.

    A whole unit goes with the whole unit before. Of a part both ends move back by the unit's
    months, clipped to the month's end (1-30 March with 1-28 February); a week's by 7 days.
    """
    if period.kind == "range":
        return _range(
            period.starts_on - timedelta(days=period.days), period.starts_on - timedelta(days=1)
        )
    ends_on = _one_before(period.kind, period.ends_on) if period.is_part else None
    return _unit(period.kind, _one_before(period.kind, period.starts_on), ends_on)


def previous_whole(period: Period) -> Period:
    """The whole calendar unit before, also of a part (for 进退位); of a range as `previous`."""
    if period.kind == "range":
        return previous(period)
    return _unit(period.kind, _one_before(period.kind, period.starts_on))


def _one_before(kind: Kind, day: date) -> date:
    return day - timedelta(days=7) if kind == "week" else months_before(day, MONTHS[kind])


# --- offering -------------------------------------------------------------------------------


def months_back(period: Period, n: int) -> list[Period]:
    """The n calendar months that end with the month of period.ends_on, oldest first.

    The last one is cut at period.ends_on. n < 1 gives an empty list.
    """
    newest = period.ends_on.replace(day=1)
    starts = [months_before(newest, back) for back in range(n - 1, -1, -1)]
    return [_unit("month", starts_on, period.ends_on) for starts_on in starts]


def weeks_back(period: Period, n: int) -> list[Period]:
    """The n ISO weeks that end with the week of period.ends_on, oldest first, the last one cut."""
    return recent("week", period.ends_on, n)[::-1] if n > 0 else []


def each_day(first: date, last: date) -> list[Period]:
    """Every day from the first to the last as a period of its own."""
    days = range(first.toordinal(), last.toordinal() + 1)
    return [_range(day, day) for day in map(date.fromordinal, days)]


def elapsed_year(on: date) -> Fraction:
    """The share of the year that has passed by the end of this day; 31 December gives 1."""
    last = date(on.year, 12, 31)
    return Fraction(on.timetuple().tm_yday, last.timetuple().tm_yday)


def recent(kind: CalendarKind, as_of: date, count: int) -> list[Period]:
    """The unit of this kind that holds as_of, cut there, and those before it, newest first."""
    periods = [_cut(_unit(kind, _unit_start(kind, as_of)), as_of)]
    while len(periods) < count:
        periods.append(previous_whole(periods[-1]))
    return periods


def year_to_date(as_of: date) -> Period:
    """The range from 1 January to as_of."""
    return _range(date(as_of.year, 1, 1), as_of)


def last_days(on: date, days: int) -> Period:
    """The range of so many days (at least 1) that ends on this day."""
    return _range(on - timedelta(days=days - 1), on)


def recent_periods(
    as_of: date,
    months: int = 13,
    quarters: int = 5,
    halves: int = 3,
    years: int = 3,
    weeks: int = 9,
) -> list[Period]:
    """The choices of a page: year to date, then months, quarters, halves, years and weeks.

    Within each kind newest first; the first of each kind is the one that holds as_of, mostly
    a part. The counts are at least 1.
    """
    counts: dict[CalendarKind, int] = {
        "month": months,
        "quarter": quarters,
        "half": halves,
        "year": years,
        "week": weeks,
    }
    units = [period for kind, count in counts.items() for period in recent(kind, as_of, count)]
    return [year_to_date(as_of), *units]


def default_period(as_of: date) -> Period:
    """The last complete month: on its last day the month is complete."""
    return last_complete("month", as_of)


def last_complete(kind: CalendarKind, as_of: date) -> Period:
    """The last unit of this kind that has ended by the end of the day."""
    current = recent(kind, as_of, 1)[0]
    return previous_whole(current) if current.is_part else current
