"""What is made once is made once, holds as long as it is true, and no longer."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.journal.copy import arrow_schema
from data.journal.journal import Batch, Journal
from data.journal.watch import Watch
from data.rights import Actor, command_line
from data.schema import TABLES
from metrics.calendar.period import parse_period
from metrics.cells.count import Grown
from metrics.cells.reads import note_everything, note_log, note_records, note_sums
from metrics.cells.store import Store
from metrics.flags.rules import load_rules
from metrics.indicators.views import tables_read
from metrics.integrity.flag import Flag, find_flags
from metrics.result_cache import ResultCache
from metrics.scoring.rank import assess
from pages.parts import page_cache
from tests.page_driver import fresh_caches, open_page, text_of
from tests.patience import PATIENCE

LEADER = Actor("试", "leader")
JULY = date(2019, 7, 1)


def test_many_who_ask_at_once_have_it_made_once() -> None:
    kept, made, together = ResultCache(), [], threading.Barrier(25)
    is_made = threading.Event()

    def make() -> str:
        made.append(threading.get_ident())
        is_made.wait(PATIENCE)
        return "figure"

    answers: list[str] = []

    def ask() -> None:
        together.wait()
        answers.append(kept.get("key", make))

    threads = [threading.Thread(target=ask) for _ in range(25)]
    for thread in threads:
        thread.start()
    is_made.set()
    for thread in threads:
        thread.join()
    assert answers == ["figure"] * 25
    assert len(made) == 1


def test_an_error_is_forgotten() -> None:
    kept = ResultCache()

    def fail() -> str:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        kept.get("key", fail)
    assert kept.get("key", lambda: "figure") == "figure"


def test_the_least_recently_asked_for_is_forgotten_first() -> None:
    kept = ResultCache(most=2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)
    assert [key for key in "abc" if kept.has(key)] == ["a", "c"]


def test_an_heir_has_what_still_holds() -> None:
    kept, june = ResultCache(), date(2019, 6, 30)

    def reads(name: str, note: Callable[[], None]) -> None:
        kept.get(name, note)

    reads("sums until June", lambda: note_sums([("A", june)]))
    reads("sums until July", lambda: note_sums([("A", date(2019, 7, 31))]))
    reads("other sums", lambda: note_sums([("B", date(2019, 7, 31))]))
    reads("records until June", lambda: note_records(["visit"], june))
    reads("all records", lambda: note_records(["visit"]))
    reads("log of June", lambda: note_log(["appeal-filed"], ["2019-06"]))
    reads("log of July", lambda: note_log([], ["2019-07"]))
    reads("log of a kind", lambda: note_log(["appeal-filed"], []))
    reads("made of another", lambda: kept.get("all records", note_everything))
    reads("everything", note_everything)
    reads("nothing", lambda: None)
    first = date(2019, 7, 1)
    acts = frozenset({("appeal-filed", "2019-07")})
    tables = {"visit": first, "annotation": date.min}  # a row that names no day
    heir = kept.heir(Grown(7, {"A.numerator": first}, tables, acts).leaves)
    assert [key for key in kept._made if heir.has(key)] == [
        "sums until June", "other sums", "records until June", "log of June", "nothing",
    ]  # fmt: skip


@pytest.fixture
def store(town_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "store"
    shutil.copytree(town_store, place)
    monkeypatch.setenv("HONGFENG_STORE", str(place))
    with fresh_caches():
        yield place


def come_in(store: Path, table: str, *new: dict[str, Any]) -> None:
    journal = Journal(store)
    with journal.lock():
        rows = pa.Table.from_pylist(list(new), arrow_schema(TABLES[table]))
        journal.append([Batch(table, rows, TABLES[table].names)], "test", command_line())


def visits_of(month: str) -> list[dict[str, Any]]:
    query = (
        "SELECT * EXCLUDE (_part, _shape) FROM record.visit"
        f" WHERE strftime(started_at, '%Y-%m') = '{month}' AND village IS NOT NULL ORDER BY id"
    )
    rows = page_cache.latest().counted.cursor().sql(query).to_arrow_table().to_pylist()
    return [dict(row) for row in rows]


def a_visit_of(month: str) -> dict[str, Any]:
    return visits_of(month)[0]


def test_a_record_ends_the_scores_that_it_reaches_and_no_others(store: Path) -> None:
    as_of = page_cache.latest().counted.as_of
    june, july = (parse_period(f"2019-0{n}", as_of) for n in (6, 7))
    before = {p: page_cache.results(LEADER).lines("station", p) for p in (june, july)}
    visit = a_visit_of("2019-07")
    come_in(store, "visit", visit | {"purpose": None})  # a visit without a purpose is not valid
    after = {p: page_cache.results(LEADER).lines("station", p) for p in (june, july)}
    assert all(one is other for one, other in zip(after[june], before[june], strict=True))
    assert after[july] != before[july]
    fresh = Store(store).counted()
    assert after == {p: assess(fresh, "station", p, LEADER) for p in (june, july)}


def test_a_correction_of_an_old_record_ends_all_scores_since_then(store: Path) -> None:
    june = parse_period("2019-06", page_cache.latest().counted.as_of)
    months = page_cache.results(LEADER).months("station", june)
    score = page_cache.results(LEADER).score(june)
    come_in(store, "visit", *(visit | {"purpose": None} for visit in visits_of("2019-03")))
    with_it = page_cache.results(LEADER).months("station", june)
    assert with_it != months
    page_cache.results(LEADER).score(june)
    with fresh_caches():
        assert page_cache.results(LEADER).months("station", june) == with_it
        assert page_cache.results(LEADER).score(june).previous is not None
    assert score.line.unit == "bureau"


def test_the_watch_sees_what_comes_in_and_asks_the_folder_when_it_does_not_run(
    store: Path,
) -> None:
    watch, stop = Watch(store), threading.Event()
    start = watch.position()
    come_in(store, "visit", a_visit_of("2019-07"))
    assert watch.position() == start + 1
    running = threading.Thread(target=watch.run, args=(stop,))
    running.start()
    come_in(store, "visit", a_visit_of("2019-07"))
    moved = threading.Event()
    for _ in range(200):
        if watch.position() == start + 2:
            moved.set()
            break
        stop.wait(0.05)
    stop.set()
    running.join()
    assert moved.is_set()


def test_a_figure_with_a_query_of_its_own_follows_every_record(store: Path) -> None:
    july = parse_period("2019-07", page_cache.latest().counted.as_of)

    def backlog() -> int | None:
        figures = page_cache.results(LEADER).figures(("clearance-backlog",), "bureau", july)
        return figures["clearance-backlog"][0].numerator

    query = (
        "SELECT * EXCLUDE (_part, _shape) FROM record.case WHERE filed_on BETWEEN"
        " DATE '2019-06-01' AND DATE '2019-06-30' AND cleared_on IS NULL AND withdrawn_on IS NULL"
        " AND village IS NOT NULL AND voided_on IS NULL AND status IS DISTINCT FROM 'cleared'"
        " ORDER BY id LIMIT 1"
    )
    (case,) = page_cache.latest().counted.cursor().sql(query).to_arrow_table().to_pylist()
    before = backlog()
    come_in(store, "case", case | {"cleared_on": date(2019, 7, 10), "status": "cleared"})
    assert before is not None
    assert backlog() == before + 1


def test_a_visit_leaves_what_is_made_from_cases(store: Path) -> None:
    july = parse_period("2019-07", page_cache.latest().counted.as_of)

    def made() -> object:
        results = page_cache.results(LEADER)
        return results.figures(("clearance-backlog",), "bureau", july)["clearance-backlog"][0]

    before = made()
    come_in(store, "visit", a_visit_of("2019-07"))
    assert made() is before
    query = "SELECT * EXCLUDE (_part, _shape) FROM record.case WHERE village IS NOT NULL LIMIT 1"
    (case,) = page_cache.latest().counted.cursor().sql(query).to_arrow_table().to_pylist()
    come_in(store, "case", case)
    assert made() is not before


def flags_of_july() -> list[Flag]:
    july = parse_period("2019-07", page_cache.latest().counted.as_of)
    return page_cache.results(Actor("政治处-01", "political")).flags(july)


def test_flags_of_a_month_outlive_what_is_dated_later(store: Path) -> None:
    before = flags_of_july()
    come_in(store, "visit", a_visit_of("2019-08") | {"id": "new-1"})
    come_in(store, "survey_answer", a_row("survey_answer"))
    after = flags_of_july()
    assert before
    assert all(one is other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": datetime(2019, 7, 9, 9), "ended_at": datetime(2019, 7, 9, 9, 1)},
        {"started_at": datetime(2019, 8, 9, 9), "ended_at": datetime(2019, 8, 9, 9, 40)},
        {"entered_at": None},
    ],
    ids=["within", "out of it", "entered at no known time"],
)
def test_a_record_of_the_month_ends_its_flags(store: Path, change: dict[str, Any]) -> None:
    before = flags_of_july()
    come_in(store, "visit", a_visit_of("2019-07") | change)
    after = flags_of_july()
    assert after[0] is not before[0]
    assert after == list(find_flags(Store(store).counted(), JULY, JULY).flags)


def test_a_record_entered_in_the_month_ends_its_flags(store: Path) -> None:
    """Though it happened later: month-end entries are told by the day of the entry."""
    before = flags_of_july()
    visit = a_visit_of("2019-08") | {"id": "new-1", "entered_at": datetime(2019, 7, 31, 20)}
    come_in(store, "visit", visit)
    assert flags_of_july()[0] is not before[0]


def test_the_rules_look_at_no_record_that_names_later_days_only(store: Path) -> None:
    """What the flags of a month are kept by: without all later records they are the same."""
    shutil.rmtree(store / "snapshots", ignore_errors=True)  # its records cannot be deleted
    whole = find_flags(page_cache.latest().counted, JULY, JULY).flags
    cursor = page_cache.latest().counted.copy.cursor()
    for name in set().union(*(tables_read(rule.sql) for rule in load_rules().values())):
        if not TABLES[name].is_register:
            days = [column.name for column in TABLES[name].dates] + ["entered_at"]
            least = ", ".join(f"CAST({day} AS DATE)" for day in days)
            cursor.execute(f"DELETE FROM record.{name} WHERE least({least}) > DATE '2019-07-31'")
    assert find_flags(page_cache.latest().counted, JULY, JULY).flags == whole


def a_row(table: str) -> dict[str, Any]:
    query = (
        f"SELECT * EXCLUDE (_part, _shape) FROM record.{table} WHERE village IS NOT NULL LIMIT 1"
    )
    (row,) = page_cache.latest().counted.cursor().sql(query).to_arrow_table().to_pylist()
    return dict(row)


PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("overview", {}),
    ("ranking", {"level": "village"}),
    ("unit", {"unit": "S08"}),
    ("indicator", {"indicator": "visits"}),
    ("indicator", {"indicator": "clearance-theft-robbery-fraud"}),
    ("indicator", {"indicator": "clearance-backlog"}),
    ("clearance", {}),
    ("comparison", {"indicators": "clearance-backlog,visits,hazards-found"}),
    ("trends", {"indicator": "visits", "step": "week"}),
    ("fairness", {"indicator": "C1-disputes-on-time"}),
    ("village_map", {}),
    ("village_map", {"layer": "visits"}),
    ("hours", {"what": "both"}),
)
NOW: dict[str, dict[str, Any]] = {  # table -> what makes a record of it one of July 2019
    "visit": {"started_at": datetime(2019, 7, 9, 9), "ended_at": datetime(2019, 7, 9, 10)},
    "case": {"filed_on": date(2019, 7, 9), "cleared_on": date(2019, 7, 10)},
    "hazard": {"found_on": date(2019, 7, 9)},
    "dispute": {"received_at": datetime(2019, 7, 9, 9)},
    "patrol": {"started_at": datetime(2019, 7, 9, 9), "ended_at": datetime(2019, 7, 9, 11)},
    "task": {"dispatched_at": datetime(2019, 7, 9, 9), "due_on": date(2019, 7, 12)},
}


@pytest.mark.parametrize("table", NOW)
def test_after_a_record_a_page_says_what_it_would_say_anew(store: Path, table: str) -> None:
    def said() -> list[str]:
        return [text_of(open_page(page, period="2019-07", **query)) for page, query in PAGES]

    before = said()
    query = (
        f"SELECT * EXCLUDE (_part, _shape) FROM record.{table} WHERE village IS NOT NULL LIMIT 1"
    )
    (row,) = page_cache.latest().counted.cursor().sql(query).to_arrow_table().to_pylist()
    for number in range(3):
        come_in(store, table, row | NOW[table] | {"id": f"new-{number}"})
    after = said()
    with fresh_caches():
        assert said() == after
    assert after != before


VIEWS = {
    "trends": {"indicator": "visits"},
    "fairness": {"indicator": "A4-valid-visits"},
    "village-map": {"layer": "visits"},
    "hours-page": {},
}


def test_a_record_of_an_open_week_leaves_the_views_of_a_closed_month(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = set[str](), ResultCache._make

    def noted(kept: ResultCache, key: Any, future: Any, how: Any) -> None:
        made.add(key[0] if isinstance(key, tuple) else key)
        make(kept, key, future, how)

    monkeypatch.setattr(ResultCache, "_make", noted)

    def drawn(period: str) -> set[str]:
        made.clear()
        for name, query in VIEWS.items():
            page = name.removesuffix("-page").replace("-", "_")
            open_page(page, period=period, **query)
        return made & set(VIEWS)

    assert drawn("2019-06") == set(VIEWS)
    come_in(store, "visit", a_visit_of("2019-08") | {"id": "new-1"})
    assert drawn("2019-06") == set()
    assert drawn("2019-08") == set(VIEWS)
    come_in(store, "visit", a_visit_of("2019-08") | {"id": "new-2"})
    assert drawn("2019-08") == {"trends", "fairness", "village-map"}  # no visit walks the hours
