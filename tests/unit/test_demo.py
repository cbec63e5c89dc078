"""The demo city reproduces the report, obeys data.schema, and contains its planted stories."""

import time
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data.demo import demo_tables, stories
from data.schema import EVENTS, REGISTERS, Column, Table, quoted
from tests.report_facts import FACTS, STOCKS, Fact, Stock

City = tuple[int, int, int]
DEFAULT = (2019, 1, 1)
SEEDS: list[City] = [DEFAULT, (1, 1, 1), (2, 1, 1), (3, 1, 1)]
CITIES: list[City] = [*SEEDS, (2019, 2, 1), (2019, 1, 2)]
LAST_DAY = date(2019, 8, 19)


@cache
def tables(city: City = DEFAULT) -> dict[str, pa.Table]:
    return demo_tables(*city)


@cache
def database(city: City) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, table in tables(city).items():
        connection.register(name, table)
    return connection


def rows(query: str, city: City = DEFAULT) -> list[tuple[Any, ...]]:
    return database(city).execute(query).fetchall()


def one(query: str, city: City = DEFAULT) -> Any:
    return rows(query, city)[0][0]


def count(name: str, condition: str, city: City = DEFAULT) -> int:
    return int(one(f"SELECT count(*) FROM {quoted(name)} WHERE {condition}", city))


def today(name: str) -> str:
    held = f"valid_from <= DATE '{LAST_DAY}' AND coalesce(valid_to >= DATE '{LAST_DAY}', true)"
    return f"(SELECT * FROM {name} WHERE {held})"


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_facts_of_the_report_hold(city: City, fact: Fact) -> None:
    when = f"CAST({fact.day} AS DATE) BETWEEN '{fact.year}-01-01' AND '{fact.year}-08-19'"
    found = f"SELECT {fact.what} FROM {quoted(fact.table)} WHERE {fact.where} AND {when}"
    factor = city[1] * city[2]
    assert fact.at_least * factor <= one(found, city) <= fact.at_most * factor
    if fact.key == "visits":
        assert one(f"{found} AND voided_on IS NULL", city) >= fact.at_least * factor


@pytest.mark.parametrize("city", SEEDS)
@pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.key)
def test_registers_hold_the_stock_of_the_report(city: City, stock: Stock) -> None:
    found = f"SELECT {stock.what} FROM {today(stock.table)} WHERE {stock.where}"
    assert one(found, city) == stock.expected


def test_the_city_has_its_size() -> None:
    households, people = rows(f"SELECT sum(households), sum(population) FROM {today('village')}")[0]
    assert abs(households - 107_000) < 200
    assert abs(people - 301_000) < 4_000
    simulated = "SELECT code, is_simulated, observed_until FROM bureau"
    assert rows(simulated) == [("410481", True, LAST_DAY)]


TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


@pytest.mark.parametrize("table", [*REGISTERS, *EVENTS], ids=lambda table: table.name)
def test_columns_and_types_are_those_of_the_schema(table: Table) -> None:
    made = tables()[table.name]
    assert tuple(made.column_names) == table.names
    assert made.schema.types == [TYPES[column.type] for column in table.columns]
    assert list(tables()) == [each.name for each in (*REGISTERS, *EVENTS)]


@pytest.mark.parametrize("city", CITIES)
def test_every_rule_of_the_schema_holds(city: City) -> None:
    for table in (*REGISTERS, *EVENTS):
        ids = f"SELECT count(*) - count(DISTINCT id) FROM {quoted(table.name)}"
        assert one(ids, city) == 0, table.name
        wrong = {f"NOT ({rule.holds})": rule.reason for rule in table.rules}
        wrong |= {each: each for column in table.columns for each in wrong_values(column)}
        for condition, reason in wrong.items():
            assert count(table.name, condition, city) == 0, f"{table.name}: {reason}"


def wrong_values(column: Column) -> list[str]:
    """Conditions that no row may fulfil, as the column declares them."""
    name = column.name
    wrong = [f"{name} IS NULL"] if column.required else []
    if column.choices:
        wrong.append(f"{name} NOT IN ({', '.join(repr(code) for code in column.choices)})")
    if column.refers_to:
        wrong.append(f"{name} NOT IN (SELECT code FROM {column.refers_to})")
    if column.minimum is not None:
        wrong.append(f"{name} < {column.minimum}")
    if column.maximum is not None:
        wrong.append(f"{name} > {column.maximum}")
    if column.type in ("date", "instant"):
        wrong.append(f"CAST({name} AS DATE) < DATE '2016-01-01'")
    if column.type in ("date", "instant") and name != "due_on":
        wrong.append(f"CAST({name} AS DATE) > DATE '{LAST_DAY}'")
    return wrong


def test_ids_are_made_as_the_journal_expects() -> None:
    assert one("SELECT min(id) FROM station") == "S01@2016-01-01"
    assert one("SELECT min(id) FROM assignment WHERE room = 'R001'") == "民警-0001||R001@2016-01-01"
    assert one("SELECT min(id) FROM visit") == "V-0000001"


def test_spot_checks_name_visits_of_their_village() -> None:
    assert count("spot_check", "record IS NULL") < 100
    strange = """SELECT count(*) FROM spot_check c LEFT JOIN visit v ON v.id = c.record
        WHERE c.record IS NOT NULL AND (v.id IS NULL OR v.village <> c.village)"""
    assert one(strange) == 0


@pytest.mark.parametrize("name", ["visit", "patrol", "task", "survey_answer"])
def test_records_without_a_village_are_few_and_of_both_sorts(name: str) -> None:
    station_only = count(name, "village IS NULL AND station IS NOT NULL")
    nowhere = count(name, "village IS NULL AND station IS NULL")
    assert 0 < nowhere < station_only < 0.02 * count(name, "true")
    assert count(name, "village IS NOT NULL AND station IS NOT NULL") == 0


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    again, other = demo_tables(2019), tables((1, 1, 1))
    assert all(table.equals(again[name]) for name, table in tables().items())
    assert all(not tables()[table.name].equals(other[table.name]) for table in EVENTS)


def test_scale_multiplies_villages_and_density_multiplies_records() -> None:
    large, dense = (2019, 2, 1), (2019, 1, 2)
    assert one(f"SELECT count(DISTINCT name) FROM {today('village')}", large) == 2 * 219
    for table in EVENTS:
        base = tables()[table.name].num_rows
        assert tables(large)[table.name].num_rows == pytest.approx(2 * base, rel=0.05)
        factor = 1 if table.name == "duty_day" else 2
        assert tables(dense)[table.name].num_rows == pytest.approx(factor * base, rel=0.05)
    with pytest.raises(ValueError, match="must be 1 or more"):
        demo_tables(2019, 0)


def test_generation_time_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    made = sum(table.num_rows for table in demo_tables(7).values())
    with capsys.disabled():
        print(f"\ndemo city: {made:,} rows in {time.perf_counter() - started:.2f} s")
    assert 400_000 < made < 600_000


# The planted stories


def test_every_story_names_what_exists() -> None:
    names = dict(
        rows(f"SELECT code, name FROM {today('village')} UNION SELECT code, name FROM station")
    )
    stations = (stories.IMPROVING_STATION, stories.DECLINING_STATION, stories.SERIES_STATION)
    assert [names[code] for code in stations] == ["武功派出所", "院岭派出所", "寺坡派出所"]
    assert [names[code] for code in stories.SERIES_VILLAGES] == [f"寺坡{n}社区" for n in "一二三"]
    others = sorted(stories.STORY_VILLAGES - {*stories.SERIES_VILLAGES})
    assert [names[code] for code in others] == (
        "红山六村 尚店十四村 尹集六村 尹集八村 枣林九村 庙街十二村".split()
    )


def quality(station: str, first: str, last: str, city: City) -> float:
    """Tasks done on time and satisfied answers together."""
    query = f"""SELECT avg(CAST(is_good AS INTEGER)) FROM (
        SELECT village, due_on AS day, coalesce(done_on <= due_on, false) AS is_good FROM task
        UNION ALL SELECT village, asked_on, is_satisfied FROM survey_answer WHERE is_valid
        ) JOIN {today("village")} v ON v.code = village
        WHERE v.station = '{station}' AND day BETWEEN '{first}' AND '{last}'"""
    return float(one(query, city))


@pytest.mark.parametrize("city", SEEDS)
def test_one_station_improves_and_one_declines(city: City) -> None:
    early, late = ("2018-01-01", "2018-04-30"), ("2019-04-01", "2019-07-31")
    for station, way in ((stories.IMPROVING_STATION, 1), (stories.DECLINING_STATION, -1)):
        change = quality(station, *late, city) - quality(station, *early, city)
        assert way * change > 0.03, station


def month_end_share(village: str, month: str, column: str) -> float:
    query = f"""SELECT avg(CAST(CAST({column} AS DATE) > last_day({column}) - 2 AS INTEGER))
        FROM visit WHERE village = '{village}' AND strftime({column}, '%Y-%m') = '{month}'"""
    return float(one(query))


@pytest.mark.parametrize("month", ["2019-06", "2019-07"])
def test_month_ends_one_village_only_enters_the_other_really_visits(month: str) -> None:
    burst, honest = stories.BURST_VILLAGE, stories.HONEST_MONTH_END_VILLAGE
    assert month_end_share(burst, month, "entered_at") > 0.6
    assert month_end_share(burst, month, "started_at") < 0.3
    made = month_end_share(honest, month, "started_at")
    assert 0.15 < made < 0.4
    assert abs(month_end_share(honest, month, "entered_at") - made) < 0.1


def test_the_scanty_village_has_too_little_to_judge() -> None:
    here = f"village = '{stories.SCANTY_VILLAGE}'"
    assert [count(name, here) for name in ("dispute", "hazard", "case")] == [0, 0, 0]
    assert count("visit", f"{here} AND started_at >= '2019-07-01'") < 5


@pytest.mark.parametrize("city", CITIES)
def test_a_series_of_thefts_on_friday_evenings(city: City) -> None:
    of_series = f"series_id = '{stories.SERIES_ID}'"
    assert count("case", of_series, city) == stories.SERIES_CASES
    places = ", ".join(repr(code) for code in stories.SERIES_VILLAGES)
    when = "dayofweek(happened_at) = 5 AND hour(happened_at) >= 20 AND happened_at >= '2019-06-01'"
    where = f"kind = 'theft' AND village IN ({places}) AND filed_on < '2019-08-01'"
    assert count("case", f"{of_series} AND {when} AND {where}", city) == stories.SERIES_CASES


def test_round_start_times_of_one_village_are_honest() -> None:
    here = f"village = '{stories.ROUND_TIMES_VILLAGE}'"
    assert count("patrol", f"{here} AND minute(started_at) NOT IN (0, 30)") == 0
    assert count("patrol", "minute(started_at) IN (0, 30)") < 0.15 * count("patrol", "true")
    assert (
        one(f"SELECT sum(fields_correct) / sum(fields_sampled) FROM spot_check WHERE {here}") > 0.9
    )


def test_one_village_moved_one_was_renamed_and_posts_changed_hands() -> None:
    moved = (
        f"SELECT station FROM village WHERE code = '{stories.MOVED_VILLAGE}' ORDER BY valid_from"
    )
    assert rows(moved) == [("S06",), ("S07",)]
    assert count("village", f"code = '{stories.RENAMED_VILLAGE}'") == 2
    assert count("assignment", "valid_to IS NOT NULL") == 24
