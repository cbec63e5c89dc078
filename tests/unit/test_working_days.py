"""Deadlines in working days: days off and make-up days count as the notices say."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.declared import DeclarationError
from metrics.calendar.working_days import WorkingDays, working_days


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2019, 8, 16), 3, date(2019, 8, 21)),  # over a weekend
        (date(2019, 9, 29), 3, date(2019, 10, 9)),  # a Sunday worked, then seven days off
        (date(2019, 4, 26), 3, date(2019, 4, 30)),  # Sunday 28 April was a make-up day
        (date(2019, 8, 19), 0, date(2019, 8, 19)),
    ],
)
def test_by_the_yearly_notices(day: date, count: int, due: date) -> None:
    assert WorkingDays().after(day, count) == due


def test_a_year_that_is_not_known_takes_weekdays_and_says_so() -> None:
    days = WorkingDays()
    assert days.after(date(2035, 9, 28), 3) == date(2035, 10, 3)
    assert (
        days.note(date(2035, 9, 28), date(2019, 1, 1)) == "2035年节假日安排尚未登记，按周一至周五计"
    )
    assert days.note(date(2019, 1, 1)) == ""


def test_a_file_of_the_bureau_is_taken_first(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text("off = [2035-10-01, 2035-10-02]\nwork = [2035-09-29]\n", "utf-8")
    days = working_days(file)
    assert days.after(date(2035, 9, 28), 2) == date(2035, 10, 3)
    assert days.note(date(2035, 10, 1)) == ""
    file.write_text("off = ['国庆']\n", "utf-8")
    with pytest.raises(DeclarationError, match=r"holidays\.toml"):
        working_days(file)


@given(st.dates(date(2005, 1, 1), date(2040, 1, 1)), st.integers(1, 15))
def test_the_last_of_them_is_worked_and_exactly_so_many_lie_between(day: date, count: int) -> None:
    days = WorkingDays()
    due = days.after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert days.is_worked(due)
    assert sum(map(days.is_worked, between)) == count
