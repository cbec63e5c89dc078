"""Real data, end to end: 3,479 cases, nine districts, no closing date, three status words."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.intake.files import load_files
from data.rights import command_line
from metrics.analysis.fairness import compare_units
from metrics.analysis.unit_verdict import verdicts
from metrics.calendar.period import parse_period
from metrics.cells.spans import Span
from metrics.cells.store import Store
from metrics.cells.sums import sums
from metrics.figures.measure import measure
from metrics.scoring.rank import assess
from metrics.statistics.rank_uncertainty import draws_for, jeffreys_draws, rank_intervals
from tests.conftest import shared

HERE = Path(__file__).parent / "baltimore"
AS_OF = date(2017, 7, 26)
ACTOR = command_line()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("baltimore")
    cases = shared("realdata/baltimore/cases.csv")
    for mapping, added in (("station", 9), ("case", 3479)):
        (report,) = load_files(folder, [cases], ACTOR, mapping=HERE / f"{mapping}.toml")
        assert (report.refused, report.rejected, report.added) == ("", 0, added)
    return Store(folder, indicators=HERE / "indicators")


def rows(name: str) -> list[dict[str, str]]:
    with shared(f"realdata/baltimore/{name}").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_cases_of_a_range_cleared(store: Store) -> None:
    period = parse_period("2015-04-20..2015-12-31", AS_OF)
    (figure,) = measure(store.counted(AS_OF), "clearance-cohort", "bureau", period, ACTOR)
    assert (figure.numerator, figure.denominator) == (168, 665)
    assert figure.value == pytest.approx(0.252632, abs=5e-7)


def test_status_words_are_kept(store: Store) -> None:
    store.counted(AS_OF)
    query = (
        'SELECT status, count(*) FROM record."case"'
        " WHERE year(filed_on) IN (2015, 2016) GROUP BY status ORDER BY status"
    )
    found = dict(store.copy.cursor().execute(query).fetchall())
    assert found["open"] == 1146
    assert found["open-warrant"] == 1
    period = parse_period("2015-01-01..2016-12-31", AS_OF)
    (figure,) = measure(store.counted(AS_OF), "clearance-cohort", "bureau", period, ACTOR)
    assert (figure.denominator or 0) - (figure.numerator or 0) == 1147


@pytest.mark.parametrize("year", range(2012, 2018))
def test_yearly_rates_by_district_with_wilson_limits(store: Store, year: int) -> None:
    golden = {r["district"]: r for r in rows("district_year.csv") if r["year"] == str(year)}
    assert len(golden) == 9
    figures = measure(
        store.counted(AS_OF), "clearance-cohort", "station", parse_period(str(year), AS_OF), ACTOR
    )
    for figure in figures:
        if figure.unit:
            row = golden.pop(figure.unit)
            assert (figure.numerator, figure.denominator) == (int(row["closed"]), int(row["n"]))
            assert figure.value == pytest.approx(float(row["rate"]), abs=1e-6)
            assert figure.lower == pytest.approx(float(row["wilson_lo"]), abs=1e-6)
            assert figure.upper == pytest.approx(float(row["wilson_hi"]), abs=1e-6)
            # 2017 is a part year, which the file compares with all of 2016.
            if row["yoy_rate_pp"] and year < 2017:
                assert figure.change_points is not None
                assert figure.change_points * 100 == pytest.approx(
                    float(row["yoy_rate_pp"]), abs=1e-5
                )
    assert not golden


def test_the_published_rolling_file_is_reproduced(store: Store) -> None:
    golden = rows("rolling_golden.csv")
    assert len(golden) == 1461
    days = [date.fromisoformat(row["CASE_DATE"]) for row in golden]
    spans = [Span(str(day), day - timedelta(days=364), day) for day in days]
    counted = store.counted(AS_OF)
    wanted = [counted.catalogue[f"closure-rate-{kind}"] for kind in ("fatal", "nonfatal")]
    every = counted.catalogue["clearance-cohort"]
    found = sums(counted, "bureau", AS_OF, [*wanted, every], spans)

    def rate(kind: str, day: str) -> float:
        numerator = found["bureau", day, f"closure-rate-{kind}.numerator"]
        return numerator / found["bureau", day, f"closure-rate-{kind}.denominator"]

    for row in golden:
        day = row["CASE_DATE"]
        assert found["bureau", day, "clearance-cohort.denominator"] == int(row["incidents_total"])
        assert abs(rate("fatal", day) - float(row["closure_rate_fatal"])) < 1e-9
        assert abs(rate("nonfatal", day) - float(row["closure_rate_nonfatal"])) < 1e-9


def test_the_case_in_no_district_is_unknown_and_not_ranked(store: Store) -> None:
    counted = store.counted(AS_OF)
    period = parse_period("2012-01-01..2017-07-26", AS_OF)
    figures = measure(counted, "clearance-cohort", "station", period, ACTOR)
    unknown = [figure for figure in figures if figure.status == "unknown"]
    assert [(u.name, u.denominator) for u in unknown] == [("未知", 1)]
    (bureau,) = measure(counted, "clearance-cohort", "bureau", period, ACTOR)
    assert bureau.denominator == sum(figure.denominator or 0 for figure in figures) == 3479
    assert "" not in {line.unit for line in assess(counted, "station", period, ACTOR)}


def test_rank_uncertainty_of_2016(store: Store) -> None:
    """From the records to the places that each district's own cases alone would give (Jeffreys)."""
    counted, period = store.counted(AS_OF), parse_period("2016", AS_OF)
    figures = measure(counted, "clearance-cohort", "station", period, ACTOR)
    (whole,) = measure(counted, "clearance-cohort", "bureau", period, ACTOR)
    indicator = counted.catalogue["clearance-cohort"]
    found = compare_units(figures, verdicts(figures, whole, indicator, None))
    golden = {row["district"]: row for row in rows("rank_uncertainty_2016.csv")}
    assert [line.figure.unit for line in found.lines] == list(golden)
    lines = sorted(found.lines, key=lambda line: line.figure.unit)
    cases = [(line.figure.numerator or 0, line.figure.denominator or 0) for line in lines]
    alone = rank_intervals(jeffreys_draws(*zip(*cases, strict=True), draws_for(9), 20190819))
    for at, line in enumerate(lines):
        row, place = golden[line.figure.unit], line.standing
        assert place is not None
        assert place.rank == int(row["rank"])
        assert alone.p_first[at] == pytest.approx(float(row["p_top1"]), abs=0.02)
        assert alone.p_last[at] == pytest.approx(float(row["p_bottom1"]), abs=0.02)
        # Where near 2.5 % of the draws reach a rank, the seed decides by one.
        assert alone.rank_low[at] == pytest.approx(float(row["r_lo"]), abs=1)
        assert alone.rank_high[at] == pytest.approx(float(row["r_hi"]), abs=1)
        # Beside the others, which differ no more than by chance, each is less sure.
        assert place.low <= alone.rank_low[at] + 1
        assert place.high >= alone.rank_high[at] - 1
        assert 1 / 9 - 0.06 < place.p_first < max(0.3, alone.p_first[at])
        assert len(place.alike) == 8
        assert line.verdict.where == "alike"
    assert found.funnel is not None
    assert found.verdicts.tau2 == 0, "nine districts differ no more than by chance"


@pytest.mark.parametrize(
    "name",
    [
        "clearance-period",
        "clearance-cohort-30",
        "clearance-cohort-60",
        "clearance-cohort-90",
        "clearance-backlog",
        "withdrawn",
        "visits",
        "H1-case-decisions",
        "H2-case-call-backs",
    ],
)
def test_what_needs_a_date_that_is_not_there_is_not_applicable(store: Store, name: str) -> None:
    figures = measure(store.counted(AS_OF), name, "station", parse_period("2016", AS_OF), ACTOR)
    assert {figure.status for figure in figures} == {"not-applicable"}
    assert {figure.value for figure in figures} == {None}
    assert {figure.numerator for figure in figures} == {None}
    assert all("没有" in figure.note for figure in figures)


def test_nothing_can_be_scored_from_it(store: Store) -> None:
    lines = assess(store.counted(AS_OF), "station", parse_period("2016-07", AS_OF), ACTOR)
    assert {line.status for line in lines} == {"not-applicable"}
    assert {line.score for line in lines} == {None}
