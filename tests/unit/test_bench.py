"""The engines of the bench compute the product's figures: on a city of six villages."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.demo import demo_tables
from data.intake.files import load_table
from data.rights import command_line
from data.schema import TABLES
from tests.bench.engines import ENGINES, RAW, differences, prepared, timed
from tests.bench.figure import BEGINS, ENDS, Figure, markdown, percentile, put_into, quoted
from tests.bench.five import Answer
from tests.bench.five.export import COLUMNS
from tests.bench.five.with_postgres import programs


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of six villages, and of nowhere."""
    store = tmp_path_factory.mktemp("city")
    tables = demo_tables()
    few = pa.array([f"V{number:03}" for number in range(1, 7)])
    until = tables["bureau"]["observed_until"][0].as_py()
    for name, rows in tables.items():
        if not TABLES[name].is_register and name not in COLUMNS:
            continue
        if name in COLUMNS:
            is_near = pc.or_(pc.is_in(rows["village"], few), pc.is_null(rows["village"]))
            rows = rows.filter(is_near)
        load_table(store, rows, TABLES[name], name, command_line(), until)
    return store


@pytest.fixture(scope="module")
def wanted(city: Path) -> dict[int, Answer]:
    return _found(RAW, city)


def _found(name: str, city: Path) -> dict[int, Answer]:
    asked, villages, _ = prepared(city, city / "five")
    return timed(name, city, city / "five", asked, villages, times=0).found


@pytest.mark.parametrize("name", [name for name in ENGINES if name != RAW])
def test_every_engine_counts_what_the_product_counts(
    name: str, city: Path, wanted: dict[int, Answer]
) -> None:
    if name == "PostgreSQL" and not programs():
        pytest.skip("no PostgreSQL server here: sudo apt-get install -y postgresql")
    found = _found(name, city)
    assert not differences(found, wanted)
    assert {indicator for _, _, indicator in found[36]} == {key[2] for key in wanted[36]}
    assert len({village for village, _, indicator in found[1] if indicator[0] != "A"}) >= 6


def test_another_figure_is_named() -> None:
    key = ("V001", 594, "B2-patrol-points")
    assert differences({1: {key: (3, 4)}}, {1: {key: (3, 4)}}) == ""
    assert "(2, 4), wanted (3, 4)" in differences({1: {key: (2, 4)}}, {1: {key: (3, 4)}})
    assert "None, wanted (3, 4)" in differences({1: {}}, {1: {key: (3, 4)}})


def test_a_goal_is_a_ceiling_or_a_floor() -> None:
    assert Figure("a", 99.0, goal=100).is_met
    assert not Figure("a", 101.0, goal=100).is_met
    assert Figure("a", 13.0, "×", 12, "≥").is_met
    assert Figure("a", 1.0).is_met is None
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(range(1, 21), 0.95) == 19
    assert percentile([7], 0.95) == 7


def test_the_table_of_a_document_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(f"before\n\n{BEGINS}\nold\n{ENDS}\n\nafter\n", "utf-8")
    rows = [Figure("all counted", 1234.5, "ms", 4_000).row(), Figure("events", 5, "").row()]
    put_into(document, rows)
    put_into(document, rows)
    text = document.read_text("utf-8")
    assert text == f"before\n\n{BEGINS}\n{markdown(rows)}{ENDS}\n\nafter\n"
    assert "| all counted | 1,234 ms | ≤ 4,000 | yes |" in text
    assert quoted([*rows, Figure("load, csv", 1.0).row()]) == [Figure("load, csv", 1.0).row()]
    document.write_text("no markers", "utf-8")
    with pytest.raises(ValueError, match="needs the lines"):
        put_into(document, rows)
