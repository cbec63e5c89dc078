"""What records.toml says that a record owes is what the scored indicators count as failed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from data.intake.held_back import Sent, hold_back
from data.journal.copy import arrow_schema, fetch_arrow
from data.rights import command_line
from data.schema import EVENTS, TABLES, quoted
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.indicators.catalogue import Count, Indicator
from metrics.scheme.scheme import scheme_of

# A1 owes households and not records; A2 looks into other records; B3 is a ratio of minutes.
OTHERWISE = {"A1-visit-coverage", "A2-days-in-village", "B3-peak-hours"}
OWING = [table.name for table in EVENTS if table.duties]


@pytest.fixture(scope="module")
def counted(town_store: Path) -> Counted:
    return Store(town_store).counted()


def scored(counted: Counted) -> Iterator[Indicator]:
    for line in scheme_of(counted.schemes, counted.as_of).indicators:
        if line.id not in OTHERWISE:
            yield counted.catalogue[line.id]


def table_of(indicator: Indicator) -> str:
    assert indicator.denominator
    return indicator.denominator.of.removeprefix("filed_")


def cases(rows: Count) -> str:
    return (
        f"SELECT id, sum(CASE WHEN {rows.where or 'true'} THEN {rows.sum or 1} ELSE 0 END) AS n"
        f" FROM {quoted(rows.of)} WHERE CAST({rows.dated_by} AS DATE) < $on GROUP BY id"
    )


def failed(counted: Counted, indicator: Indicator) -> set[str]:
    """The records of which an indicator counted less than it might, up to the as-of day."""
    assert indicator.numerator
    assert indicator.denominator
    is_failed = "d.n > coalesce(m.n, 0)" if indicator.better == "higher" else "m.n > 0"
    head = counted.relations(indicator.numerator.of, indicator.denominator.of)
    query = (
        f"{head}, d AS ({cases(indicator.denominator)}), m AS ({cases(indicator.numerator)})"
        f" SELECT d.id FROM d LEFT JOIN m USING (id) WHERE {is_failed}"
    )
    rows = counted.cursor().execute(query, {"on": counted.as_of}).fetchall()
    return {name for (name,) in rows}


def held_if_deleted(counted: Counted, name: str) -> set[str]:
    table = TABLES[name]
    cursor = counted.cursor()
    names = ", ".join(quoted(column) for column in table.names)
    rows = fetch_arrow(cursor, f"SELECT {names} FROM record.{quoted(name)}")
    at = rows.schema.get_field_index("is_deleted")
    gone = rows.set_column(at, "is_deleted", pa.array([True] * rows.num_rows))
    gone = gone.cast(arrow_schema(table))
    by = Sent("试", command_line(), counted.as_of)
    return set(hold_back(counted.copy, table, gone, gone, table.names, by).ids)


@pytest.mark.parametrize("name", [name for name in OWING if name != "duty_day"])
def test_a_record_waits_exactly_where_an_indicator_counts_it_as_failed(
    counted: Counted, name: str
) -> None:
    mine = [indicator for indicator in scored(counted) if table_of(indicator) == name]
    expected = set().union(*(failed(counted, indicator) for indicator in mine))
    assert len(expected) > 5
    held = held_if_deleted(counted, name)
    assert expected <= held
    extra = held - expected
    if name == "case":  # a withdrawn case is in no figure; that it was filed and is gone waits, too
        extra -= withdrawn(counted)
    assert extra == set()


def withdrawn(counted: Counted) -> set[str]:
    query = (
        'SELECT id FROM record."case" WHERE withdrawn_on IS NOT NULL'
        " OR coalesce(status, '') = 'withdrawn'"
    )
    return {name for (name,) in counted.cursor().execute(query).fetchall()}


def test_every_day_of_duty_that_is_over_waits(counted: Counted) -> None:
    query = "SELECT id FROM record.duty_day WHERE kind = 'due' AND day < ?"
    over = {name for (name,) in counted.cursor().execute(query, [counted.as_of]).fetchall()}
    assert held_if_deleted(counted, "duty_day") == over
    assert counted.as_of > date(2019, 1, 1)
