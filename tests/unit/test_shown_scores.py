"""Scores that look the same and have different ranks get the decimals that tell them apart."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from json import loads
from math import isnan
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

import cli
from metrics.assessment.result_files import read_lines, write_lines
from metrics.figures.words import points, rounded, telling_digits
from metrics.scoring.rank import Assessment, competition_ranks, told_apart
from pages.documents.rank_sheet import SCORE
from pages.documents.sheet import Sheet, csv_bytes, sheet_of
from pages.documents.workbook import sheet_bytes
from pages.parts.linked_table import linked_table


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ("82.904 82.901", "82.904 82.901"),
        ("82.904 82.901 82.9012 77.5", "82.904 82.9010 82.9012 77.50"),
        ("82.904 82.904", "82.90 82.90"),  # equal: one rank
        ("82.904 82.904 82.901", "82.904 82.904 82.901"),
        ("82.9 82.91", "82.90 82.91"),
        ("82.9 82.901", "82.900 82.901"),
        # 82.9049 and 82.9041 are told apart by three decimals, but 82.905 is another's score then.
        ("82.9049 82.9041 82.9051 82.9054", "82.9049 82.904 82.9051 82.9054"),
        ("100 99.996", "100.000 99.996"),
        ("", ""),
    ],
)
def test_by_hand(scores: str, shown: str) -> None:
    values = [Fraction(score) for score in scores.split()]
    digits = telling_digits(values)
    assert [points(*each) for each in zip(values, digits, strict=True)] == shown.split()


close = st.integers(0, 40).map(lambda n: Fraction(82_900 + n, 1_000))
scores = st.lists(st.fractions(0, 100, max_denominator=10_000) | close, max_size=12)


@given(scores)
@example([Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**9)])
def test_what_is_shown_has_the_order_and_the_ties_of_the_ranks(values: list[Fraction]) -> None:
    digits = telling_digits(values)
    shown = [rounded(value, own) for value, own in zip(values, digits, strict=True)]
    assert competition_ranks([Fraction(s) for s in shown]) == competition_ranks(values)
    assert len({points(*each) for each in zip(values, digits, strict=True)}) == len(set(values))
    assert min(digits, default=2) >= 2


@given(scores)
def test_who_is_alone_at_two_decimals_keeps_them(values: list[Fraction]) -> None:
    """But for a neighbour whose further decimals end where this one's stand."""
    for value, digits in zip(values, telling_digits(values), strict=True):
        others = [v for v in values if v != value]
        if all(abs(v - value) > Fraction(1, 50) for v in others):
            assert digits == 2


def line(unit: str, score: str, group: str = "城区", **more: object) -> Assessment:
    ranked = Assessment(
        unit=unit, name=unit, group=group, station=unit, score=Fraction(score),
        applicable_points=Fraction(100), status="ranked", reason="", contributions=(),
    )  # fmt: skip
    return replace(ranked, **more)  # type: ignore[arg-type]


LINES = [
    line("S1", "82.904"),
    line("S2", "82.901"),
    line("S3", "70"),
    line("S4", "82.902", "乡镇"),
    line("S5", "82.9015", status="not-rankable"),
]


def test_only_units_that_are_ranked_against_each_other() -> None:
    told = told_apart(LINES)
    assert [str(x.shown_score) for x in told] == ["82.904", "82.901", "70.00", "82.90", "82.90"]
    assert replace(LINES[0], score=None).shown_score is None


def test_what_was_frozen_is_shown_alike_and_holds_no_more_than_before(tmp_path: Path) -> None:
    write_lines(tmp_path, {"station": LINES})
    assert read_lines(tmp_path)["station"] == told_apart(LINES)


@pytest.fixture
def sheet() -> Sheet:
    return sheet_of("表", [SCORE], told_apart(LINES))


def test_the_exports_have_numbers(sheet: Sheet) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(sheet).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["得分（分）", "82.904", "82.901", "70.0", "82.9", "82.9"]
    page = load_workbook(io.BytesIO(sheet_bytes(sheet)))["数据"]
    cells = [page.cell(row, 1) for row in range(2, 7)]
    assert [(c.value, c.number_format) for c in cells] == [
        (82.904, "#,##0.000"),
        (82.901, "#,##0.000"),
        (70, "#,##0.00"),
        (82.9, "#,##0.00"),
        (82.9, "#,##0.00"),
    ]


def test_a_table_of_our_own(sheet: Sheet) -> None:
    drawn = str(linked_table(sheet))
    assert all(f">{shown}<" in drawn for shown in ("82.904", "82.901", "70.00", "82.90"))


def test_the_command_shows_villages_apart_and_hands_on_exact_numbers(
    demo_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["assess", "--by", "village", "--period", "2019-07", "--store", str(demo_store)]
    assert cli.main(ask) == 0
    printed = [line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    shown = {cells[1].strip(): cells[3].strip() for cells in printed}
    assert cli.main([*ask, "--format", "json"]) == 0
    rows = loads(capsys.readouterr().out)
    seen = defaultdict[tuple[str, str], set[float]](set)
    for row in rows:
        if row["rank"] is not None:
            seen[row["group"], shown[row["unit"]]].add(row["score"])
            digits = len(shown[row["unit"]].partition(".")[2])
            assert abs(float(shown[row["unit"]]) - row["score"]) <= 0.5 * 10**-digits + 1e-9
    assert all(len(scores) == 1 for scores in seen.values())
    assert any(len(score.partition(".")[2]) > 2 for _, score in seen), "nothing was put to the test"


def show(scores: str) -> None:
    from decimal import Decimal

    from pages.documents.sheet import Column, Sheet
    from pages.parts.table import show_table

    columns = [Column("name", "单位"), Column("score", "得分", "two")]
    rows = [
        {"name": None if text == "—" else text, "score": None if text == "—" else Decimal(text)}
        for text in scores.split()
    ]
    show_table(Sheet("表", columns, rows), "t")


@pytest.mark.parametrize("scores", ["82.904 82.901 70.00 —", "82.904 82.901"])
def test_the_grid_of_a_page(scores: str) -> None:
    app = AppTest.from_function(show, args=(scores,)).run()
    assert not app.exception
    (grid,) = app.dataframe
    numbers = [None if text == "—" else float(text) for text in scores.split()]
    assert [None if isnan(v) else v for v in grid.value["score"]] == numbers, "sorts as numbers"
    words = convert_arrow_bytes_to_pandas_df(grid.proto.arrow_data.styler.display_values)
    assert words["score"].tolist() == scores.split()
    assert words["name"].tolist() == scores.split()
    assert "format" not in loads(grid.proto.columns)["score"]["type_config"], "it would win"


def test_a_grid_without_such_scores_has_one_form_for_the_column() -> None:
    (grid,) = AppTest.from_function(show, args=("82.90 70.00",)).run().dataframe
    assert not grid.proto.arrow_data.HasField("styler")
    assert loads(grid.proto.columns)["score"]["type_config"]["format"] == "%.2f"
