"""警力与时段: patrols cut to the hours of the week, events at theirs, and what stands out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from data.demo.stories import SERIES_STATION
from data.intake.files import load_files
from data.rights import Actor, NotPermitted, command_line
from metrics.analysis.hour_findings import hour_figure, station_weeks
from metrics.analysis.hours import SUBJECTS, by_hour, chosen, week_hours
from metrics.analysis.mismatch import beyond_before, beyond_share, mismatch
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.cells.units import units
from metrics.wording.hour_readings import hour_headline, slot_reading, week_reading

LEADER = Actor("t", "leader")
SERIES = "2019-06-01..2019-07-31"
FRIDAY_EVENING = "5-20"

FILES: Mapping[str, str] = {
    "station": "code,name,unit_group\nS1,甲所,城区\nS2,乙所,城区\n",
    "village": "code,name,kind,station\nV1,甲村,village,S1\nV2,乙村,village,S2\n",
    # 31 July 2019 is a Wednesday, 1 July a Monday.
    "patrol": "id,village,station,started_at,ended_at,voided_on\n"
    "P1,V1,,2019-07-30 22:30,2019-07-31 01:15,\n"  # Tuesday into Wednesday
    "P2,V1,,2019-07-31 23:00,2019-08-01 02:00,\n"  # only the hour in July counts
    "P3,V1,,2019-06-30 23:30,2019-07-01 00:20,\n"  # only 20 minutes of Monday count
    "P4,,S2,2019-07-03 09:00,2019-07-03 10:00,\n"  # ends at the full hour
    "P5,V1,,2019-07-04 09:00,2019-07-04 10:00,2019-07-05\n"  # voided
    "P6,V1,,2019-07-08 09:00,,\n"  # no end
    "P7,V1,,2019-07-09 09:00,2019-07-11 09:00,\n",  # nobody walks for two days
    "case": "id,village,station,kind,reported_at,happened_at,filed_on,withdrawn_on\n"
    "C1,V1,,盗窃,2019-07-06 08:00,2019-07-05 23:10,2019-07-06,\n"
    "C2,,S2,诈骗,2019-07-06 08:00,2019-06-30 23:59,2019-07-06,\n"  # happened before
    "C3,V2,,伤害,2019-07-07 08:00,,2019-07-08,\n"  # no time
    "C4,V2,,盗窃,2019-07-08 08:00,2019-07-07 20:00,2019-07-08,2019-07-20\n"  # withdrawn
    "C5,,,盗窃,2019-07-09 08:00,2019-07-08 00:00,2019-07-09,\n"  # nowhere; midnight sharp
    "C6,V1,,盗窃,2019-07-09 08:00,2019-07-08 10:00,,\n",  # not filed
    "dispute": "id,village,kind,received_at\nD1,V1,邻里纠纷,2019-07-05 10:30\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    folder = tmp_path_factory.mktemp("hours")
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        (report,) = load_files(folder / "store", [folder / f"{name}.csv"], command_line())
        assert report.rejected == 0, name
    return Store(folder / "store").counted()


def minutes(seconds: np.ndarray) -> dict[tuple[int, int], float]:
    return {
        (int(day), int(hour)): float(seconds[day, hour]) / 60
        for day, hour in zip(*np.nonzero(seconds), strict=True)
    }


def test_patrols_are_cut_at_hours_at_midnight_and_at_the_ends_of_the_period(small: Counted) -> None:
    found = week_hours(small, parse_period("2019-07", small.as_of), LEADER)
    assert minutes(found.patrolled("S1")) == {
        (1, 22): 30,
        (1, 23): 60,
        (2, 0): 60,
        (2, 1): 15,
        (2, 23): 60,
        (0, 0): 20,
    }
    assert minutes(found.patrolled("S2")) == {(2, 9): 60}
    assert (found.endless, found.too_long) == (1, 1)
    assert found.patrolled().sum() == found.patrolled("S1").sum() + found.patrolled("S2").sum()


def test_the_months_of_a_patrol_add_up(small: Counted) -> None:
    """What is cut off at the end of July is there in August."""
    july, august, both = (
        week_hours(small, parse_period(text, small.as_of), LEADER).patrolled()
        for text in ("2019-07", "2019-08", "2019-07-01..2019-08-31")
    )
    assert (july + august == both).all()


def test_a_case_counts_at_its_hour_and_one_without_is_said(small: Counted) -> None:
    found = week_hours(small, parse_period("2019-07", small.as_of), LEADER)
    cases = chosen(found.happened, SUBJECTS["case"])
    assert {tuple(map(int, place)) for place in np.argwhere(by_hour(cases))} == {(4, 23), (0, 0)}
    assert sum(h.n for h in cases if h.hour is None) == 1
    assert {h.station for h in cases} == {"S1", "S2", ""}
    assert by_hour(chosen(found.happened, SUBJECTS["both"])).sum() == 3
    assert by_hour(chosen(found.happened, SUBJECTS["dispute"]))[4, 10] == 1
    assert [h.kind for h in chosen(found.before, SUBJECTS["case"])] == ["fraud"]


def test_little_is_not_judged(small: Counted) -> None:
    period = parse_period("2019-07", small.as_of)
    figure = hour_figure(week_hours(small, period, LEADER), "case", period, "本局")
    assert hour_headline(figure) == "本局2019年7月案件样本不足（2 件），各时段不作比较"
    assert figure.suggestion is None
    said = week_reading(figure, week_hours(small, period, LEADER))
    assert "没有时间的 1 件（33.3%）未计入" in said
    assert "恰为 0 时整的 1 件" in said
    assert "没有结束时间的巡逻 1 次" in said


def test_as_of_an_earlier_day_later_things_are_unknown(small: Counted) -> None:
    early = Store(small.copy.journal.folder.parent).counted(datetime(2019, 7, 30).date())
    found = week_hours(early, parse_period("2019-07", early.as_of), LEADER)
    assert (1, 22) not in minutes(found.patrolled())


def test_only_who_may_see_units(small: Counted) -> None:
    with pytest.raises(NotPermitted):
        week_hours(small, parse_period("2019-07", small.as_of), Actor("x", "nobody"))


def test_the_hours_of_the_demo_are_those_of_its_patrols(counted: Counted) -> None:
    """Counted once more, minute by minute, without SQL."""
    period = parse_period("2019-W27", counted.as_of)
    first = datetime.combine(period.starts_on, datetime.min.time())
    last = first + timedelta(days=period.days)
    rows = counted.copy.cursor().execute(
        "SELECT started_at, ended_at FROM record.patrol WHERE voided_on IS NULL"
        " AND is_deleted IS NOT TRUE AND ended_at > started_at"
    )
    expected = np.zeros((7, 24))
    for starts, ends in rows.fetchall():
        at, until = max(starts, first), min(ends, last)
        while at < until:
            step = min(until, at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
            expected[at.weekday(), at.hour] += (step - at).total_seconds()
            at = step
    found = week_hours(counted, period, LEADER).patrolled()
    assert found.sum() > 0
    assert np.abs(found - expected).max() < 60  # whole seconds, rounded down once a station


def test_the_theft_series_stands_out(counted: Counted) -> None:
    period = parse_period(SERIES, counted.as_of)
    found = week_hours(counted, period, LEADER)
    figure = hour_figure(found, "theft", period, "寺坡派出所", SERIES_STATION)
    worst = figure.week.short[0]
    assert worst.code == FRIDAY_EVENING
    assert worst.events >= 8
    assert worst.is_unusual
    headline = hour_headline(figure)
    share = Fraction(worst.events, figure.week.events)
    assert f"周五 20–24 时盗窃发案占 {float(share * 100):.1f}%" in headline
    names = {unit.code: unit.name for unit in units(counted, "village", period.ends_on)}
    said = slot_reading(figure, FRIDAY_EVENING, names)
    for village in ("V009", "V010", "V011"):
        assert names[village] in said
    stations = units(counted, "station", period.ends_on)
    first = station_weeks(found, "theft", stations, FRIDAY_EVENING)[0]
    assert first.unit.code == SERIES_STATION


def test_the_series_stands_out_in_the_whole_bureau_too(counted: Counted) -> None:
    period = parse_period(SERIES, counted.as_of)
    figure = hour_figure(week_hours(counted, period, LEADER), "theft", period, "本局")
    assert FRIDAY_EVENING in [slot.code for slot in figure.week.unusual]


def test_stations_and_unknown_add_up_to_the_bureau(counted: Counted) -> None:
    period = parse_period("2019-07", counted.as_of)
    found = week_hours(counted, period, LEADER)
    codes = {h.station for h in found.happened} | set(found.seconds)
    for what, subject in SUBJECTS.items():
        whole = by_hour(chosen(found.happened, subject))
        parts = sum(by_hour(chosen(found.happened, subject, code)) for code in codes)
        assert (whole == parts).all(), what
    assert (found.patrolled() == sum(found.patrolled(code) for code in codes)).all()


# -- the tests of the bands --------------------------------------------------------------------


def test_the_tails_are_those_of_the_textbook() -> None:
    counts, shares = np.array([9, 11]), np.array([0.2, 0.8])
    expected = stats.binomtest(9, 20, 0.2, alternative="greater").pvalue
    assert beyond_share(counts, shares)[0] == pytest.approx(expected)
    before = np.array([30, 970])
    table = [[9, 11], [30, 970]]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    assert beyond_before(counts, before)[0] == pytest.approx(expected)


def test_events_that_follow_the_patrols_are_seldom_called_short() -> None:
    """Under chance alone at most one week in twenty has a band singled out."""
    rng = np.random.default_rng(4)
    seconds = rng.integers(600, 40_000, (7, 24))
    weeks = [
        mismatch(
            rng.multinomial(120, (seconds / seconds.sum()).ravel()).reshape(7, 24),
            seconds,
            np.zeros((7, 24), np.int64),
        )
        for _ in range(400)
    ]
    assert sum(bool(week.short) for week in weeks) / len(weeks) <= 0.05


def test_what_goes_together_matches_wholly() -> None:
    seconds = np.arange(168).reshape(7, 24)
    week = mismatch(seconds, seconds * 60, np.zeros((7, 24), np.int64))
    assert week.match == 1
    assert not week.short
    assert sum(slot.share for slot in week.slots) == 1
