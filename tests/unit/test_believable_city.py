"""The demo city looks like a place: bounds written by hand, wide enough for any seed.

What is known comes from published counts of thefts by the hour (see data/demo/hours.py), from the
rule of five spot checks a unit and month, and from how such a place lives: people sleep at night,
rest at noon, drink on Friday. That the facts of the report hold is in test_demo.py.
"""

from functools import cache
from itertools import combinations
from typing import Any

import duckdb
import pytest

from data.demo import demo_tables

SEEDS = (2019, 1, 2)
ROWS = "SELECT kind, extract(hour FROM {at}) AS h, isodow({at}) AS day FROM {table}"
CASES, DISPUTES = (
    ROWS.format(at="happened_at", table='"case"'),
    ROWS.format(at="received_at", table="dispute"),
)
UNITS = "(SELECT code, station, population FROM village WHERE valid_to IS NULL)"


@cache
def city(seed: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, table in demo_tables(seed).items():
        connection.register(name, table)
    return connection


def rows(seed: int, query: str) -> list[tuple[Any, ...]]:
    return city(seed).execute(query).fetchall()


def share(seed: int, of: str, where: str) -> float:
    """The part of the rows (kind, h, day) that fulfils the condition."""
    return float(rows(seed, f"SELECT avg(CAST({where} AS INTEGER)) FROM ({of})")[0][0])


def hour_share(seed: int, of: str, kind: str, hours: str) -> float:
    return share(seed, f"SELECT * FROM ({of}) WHERE kind = '{kind}'", f"h {hours}")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_purposes_are_about_as_frequent(seed: int) -> None:
    counted = rows(seed, "SELECT purpose, count(*) FROM visit WHERE purpose <> '' GROUP BY purpose")
    counts = dict(counted)
    assert len(counts) == 7
    assert all(abs(a - b) > 0.1 * max(a, b) for a, b in combinations(counts.values(), 2))
    most, least = (kind(counts, key=lambda each: counts[each]) for kind in (max, min))
    assert (most, least) == ("入户走访", "回访")
    assert 0.25 < counts[most] / sum(counts.values()) < 0.45
    assert counts[least] / sum(counts.values()) < 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_people_are_visited_in_the_morning_and_the_afternoon(seed: int) -> None:
    of = "SELECT extract(hour FROM started_at) AS h FROM visit WHERE started_at IS NOT NULL"
    assert 0.45 < share(seed, of, "h BETWEEN 8 AND 11") < 0.65
    assert 0.25 < share(seed, of, "h BETWEEN 14 AND 17") < 0.45
    assert 0.02 < share(seed, of, "h IN (12, 13)") < 0.08
    assert 0.01 < share(seed, of, "h >= 18") < 0.08
    assert share(seed, of, "h NOT BETWEEN 8 AND 20") == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_each_question_has_its_own_answers(seed: int) -> None:
    satisfied = dict(
        rows(
            seed,
            "SELECT question, avg(CAST(is_satisfied AS INTEGER)) FROM survey_answer"
            " WHERE is_valid GROUP BY question",
        )
    )
    assert len(satisfied) == 4
    assert all(abs(a - b) > 0.01 for a, b in combinations(satisfied.values(), 2))
    assert min(satisfied, key=lambda each: satisfied[each]) == "见警率"
    assert max(satisfied, key=lambda each: satisfied[each]) == "治安感受"
    assert 0.85 < min(satisfied.values()) < max(satisfied.values()) < 0.98


@pytest.mark.parametrize("seed", SEEDS)
def test_every_unit_is_checked_five_times_a_month_some_more_often(seed: int) -> None:
    by_month = (
        "SELECT count(*) AS n FROM spot_check GROUP BY village, date_trunc('month', checked_on)"
    )
    counts = [n for (n,) in rows(seed, by_month)]
    assert len(counts) == 219 * 44
    assert min(counts) == 5
    assert 8 <= max(counts) <= 14
    assert 0.15 < sum(n > 5 for n in counts) / len(counts) < 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_round_and_a_night_round_reach_fewer_points(seed: int) -> None:
    def reached(where: str) -> float:
        query = f"SELECT sum(points_reached) / sum(points_due) FROM patrol WHERE {where}"
        return float(rows(seed, query)[0][0])

    by_number = [reached(f"points_due = {due}") for due in range(3, 8)]
    assert by_number == sorted(by_number, reverse=True)
    assert by_number[0] - by_number[-1] > 0.02
    by_day, by_night = (reached(f"extract(hour FROM started_at) {h}") for h in ("< 18", ">= 22"))
    assert by_day - by_night > 0.03


@pytest.mark.parametrize("seed", SEEDS)
def test_thefts_have_two_heights_at_night_and_before_noon(seed: int) -> None:
    night, waking, morning = (
        hour_share(seed, CASES, "theft", f"IN ({hours})") for hours in ("2, 3", "6, 7", "10, 11")
    )
    assert night > 0.11  # an even day: 0.083
    assert morning > 0.09
    assert waking < 0.05
    assert hour_share(seed, CASES, "theft", "IN (0, 23)") < night  # no slope from midnight


@pytest.mark.parametrize("seed", SEEDS)
def test_fights_and_robberies_belong_to_the_evening_frauds_to_the_working_day(seed: int) -> None:
    assert hour_share(seed, CASES, "assault", "NOT BETWEEN 2 AND 17") > 0.55
    assert hour_share(seed, CASES, "assault", "BETWEEN 11 AND 13") < 0.13
    assert hour_share(seed, CASES, "robbery", "NOT BETWEEN 2 AND 17") > 0.45
    assert hour_share(seed, CASES, "fraud", "BETWEEN 8 AND 17") > 0.55
    assert 0.2 < hour_share(seed, CASES, "fraud", "BETWEEN 18 AND 22") < 0.35
    assert hour_share(seed, CASES, "fraud", "< 8") < 0.1
    fights = f"SELECT * FROM ({CASES}) WHERE kind = 'assault'"
    assert share(seed, fights, "day IN (5, 6, 7)") > 0.48  # an even week: 0.43
    assert share(seed, fights, "day >= 5 AND (h >= 20 OR h < 2)") > 0.2  # an even one: 0.11


@pytest.mark.parametrize("seed", SEEDS)
def test_a_case_is_reported_after_it_happened_and_few_at_night(seed: int) -> None:
    assert rows(seed, 'SELECT count(*) FROM "case" WHERE reported_at < happened_at') == [(0,)]
    of = 'SELECT extract(hour FROM reported_at) AS h FROM "case"'
    assert 0.03 < share(seed, of, "h BETWEEN 0 AND 5") < 0.12
    assert all(share(seed, of, f"h = {hour}") < 0.09 for hour in range(24))


@pytest.mark.parametrize("seed", SEEDS)
def test_disputes_come_when_their_kind_does(seed: int) -> None:
    family = hour_share(seed, DISPUTES, "婚姻家庭", ">= 18")
    wages = hour_share(seed, DISPUTES, "劳资", "IN (8, 9, 10, 11, 14, 15, 16, 17)")
    assert family > 0.38
    assert wages > 0.6
    assert share(seed, DISPUTES, "h < 6") < 0.03


def dispersion(seed: int, table: str, day: str, unit: str) -> float:
    """Chi-square over its degrees of freedom of last year's events by population: 1 is chance."""
    query = f"""WITH u AS (SELECT {unit} AS k, sum(population) AS p FROM {UNITS} GROUP BY k),
        n AS (SELECT u.{unit} AS k, count(*) AS n FROM "{table}" e JOIN {UNITS} u
            ON u.code = e.village WHERE {day} >= '2018-08-20' GROUP BY k),
        c AS (SELECT p, coalesce(n, 0) AS n FROM u LEFT JOIN n USING (k)),
        e AS (SELECT n, p * (SELECT sum(n) / sum(p) FROM c) AS e FROM c)
        SELECT sum((n - e) * (n - e) / e) / (count(*) - 1) FROM e"""
    return float(rows(seed, query)[0][0])


@pytest.mark.parametrize("seed", SEEDS)
def test_stations_and_villages_differ_by_more_than_chance(seed: int) -> None:
    assert 2 < dispersion(seed, "case", "reported_at", "station") < 40
    assert 1.4 < dispersion(seed, "case", "reported_at", "code") < 5
    assert dispersion(seed, "dispute", "received_at", "station") > 1.2
    good = {
        "survey_answer": ("is_satisfied AND is_valid", "is_valid", "asked_on"),
        "task": ("coalesce(done_on <= due_on, false)", "due_on < '2019-08-19'", "due_on"),
    }
    for table, (is_good, where, day) in good.items():
        query = f"""WITH s AS (SELECT u.station AS k, count(*) AS n,
                avg(CAST({is_good} AS INTEGER)) AS p FROM {table} e JOIN {UNITS} u
                ON u.code = e.village WHERE {where} AND {day} >= '2018-08-20' GROUP BY k),
            m AS (SELECT sum(n * p) / sum(n) AS m FROM s)
            SELECT sum(n * (p - m) * (p - m) / (m * (1 - m))) / (count(*) - 1) FROM s, m"""
        assert 2 < float(rows(seed, query)[0][0]) < 20, table


@pytest.mark.parametrize("seed", SEEDS)
def test_where_the_shops_are_more_is_stolen_per_head(seed: int) -> None:
    query = f"""SELECT u.station IN ('S02', 'S03') AS has_shops, sum(n) / sum(population)
        FROM {UNITS} u JOIN (SELECT village, count(*) AS n FROM "case" GROUP BY village) e
        ON u.code = e.village GROUP BY has_shops"""
    rate = dict(rows(seed, query))
    assert 1.1 < rate[True] / rate[False] < 4
