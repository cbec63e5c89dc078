"""Two sources, one of which lacks a column: 不适用 at its stations, a figure at the others."""

from datetime import date
from pathlib import Path

import pytest

from data.intake.files import load_files
from data.rights import command_line
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures.measure import Figure, measure

ACTOR = command_line()
AS_OF = date(2019, 8, 19)
FILES = {
    "station.csv": "code,name,unit_group\nS1,一所,城区\nS2,二所,城区\n",
    "village.csv": "code,name,kind,station,households\nV1,一村,村,S1,10\nV2,二村,村,S2,10\n",
    "case-with.csv": "id,station,kind,filed_on,cleared_on\n1,S1,theft,2019-07-01,2019-07-03\n",
    "case-without.csv": "id,station,kind,filed_on\n2,S2,theft,2019-07-01\n",
    "visit-with.csv": "id,village,household,started_at,ended_at,purpose\n"
    "1,V1,H1,2019-07-01 09:00,2019-07-01 09:20,走访\n",
    "visit-without.csv": "id,village,household,started_at,ended_at\n"
    "2,V2,H2,2019-07-01 09:00,2019-07-01 09:20\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("two-sources")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    reports = load_files(folder / "store", [folder], ACTOR)
    assert {(r.refused, r.rejected) for r in reports} == {("", 0)}
    return Store(folder / "store")


def by_station(store: Store, name: str) -> dict[str, Figure]:
    period = parse_period("2019-07", AS_OF)
    figures = measure(store.counted(AS_OF), name, "station", period, ACTOR)
    return {figure.unit: figure for figure in figures}


@pytest.mark.parametrize(
    ("name", "value"),
    [("clearance-period", 1.0), ("A4-valid-visits", 1.0), ("A1-visit-coverage", 0.1)],
)
def test_not_applicable_where_the_column_is_missing(store: Store, name: str, value: float) -> None:
    figures = by_station(store, name)
    assert (figures["S1"].status, figures["S1"].value) == ("ok", value)
    assert (figures["S2"].status, figures["S2"].value) == ("not-applicable", None)


def test_what_does_not_need_the_column_is_counted_everywhere(store: Store) -> None:
    assert {f.value for f in by_station(store, "visits").values()} == {1.0}


def test_the_bureau_counts_only_what_can_be_counted(store: Store) -> None:
    period = parse_period("2019-07", AS_OF)
    (figure,) = measure(store.counted(AS_OF), "A4-valid-visits", "bureau", period, ACTOR)
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_a_later_source_with_the_column_makes_it_applicable(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "case.csv"
    file.write_text("id,station,kind,filed_on,cleared_on\n2,S2,theft,2019-07-01,\n", "utf-8")
    (report,) = load_files(store.folder, [file], ACTOR)
    assert report.corrected + report.unchanged == 1
