"""One question, one answer: page = wall = export = document = command = units.parquet, in each
state of a period, after records were corrected that its result does not count any more."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

import cli
from data.config import DocumentsForm
from data.journal.journal import Batch
from data.rights import command_line
from data.schema import TABLES
from metrics.assessment.steps import announce, check, cut_off, freeze, hear, publish, run
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.scoring.rank import assess
from pages.documents.build import Wish, make
from tests import surfaces
from tests.assessing import FIRST, LEADER, desk
from tests.page_driver import fresh_caches, open_page
from tests.papers import half_up, material
from tests.surfaces import Exports

MONTH, STATION, INDICATOR = "2019-07", "S13", "F2-tasks-on-time"
# The acts of a period in order, and the state that each leads to.
WAY: tuple[tuple[str, Callable[[Store], object]], ...] = (
    ("cut", lambda store: cut_off(desk(store, FIRST), MONTH)),
    ("run", lambda store: run(desk(store, FIRST), MONTH)),
    ("checked", lambda store: check(desk(store, FIRST), MONTH, "已逐项核对")),
    ("published", lambda store: publish(desk(store, FIRST), MONTH)),
    ("hearing", lambda store: hear(desk(store, FIRST, 4), MONTH)),
    ("frozen", lambda store: freeze(desk(store, LEADER, 14), MONTH)),
    ("announced", lambda store: announce(desk(store, FIRST, 15), MONTH)),
)


@dataclass(frozen=True)
class Expected:
    """Station -> name, score, place; and one indicator's parts at one station."""

    lines: dict[str, tuple[str, Fraction | None, int | None]]
    parts: tuple[int | None, int | None]

    def shown(self) -> dict[str, tuple[str, int]]:
        """Name -> score with two decimals and place, of those that have one."""
        return {
            name: (str(half_up(score, 2)), rank)
            for name, score, rank in self.lines.values()
            if score is not None and rank is not None
        }


def expected(folder: Path) -> Expected:
    """Counted from the records of a folder, without anything that was kept."""
    counted = Store(folder).counted()
    lines = assess(counted, "station", parse_period(MONTH, counted.as_of), command_line())
    (own,) = [c for x in lines if x.unit == STATION for c in x.contributions
              if c.indicator == INDICATOR]  # fmt: skip
    return Expected(
        {x.unit: (x.name, x.score, x.rank) for x in lines}, (own.numerator, own.denominator)
    )


@pytest.fixture
def folder(recent_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "store"
    shutil.copytree(recent_store, place)
    monkeypatch.setenv("HONGFENG_STORE", str(place))
    with fresh_caches():
        yield place


def correct(store: Store) -> None:
    """Every late task of a station that fell due in the month was done in time after all."""
    store.copy.catch_up()
    query = (
        "SELECT * EXCLUDE (_part, _shape) REPLACE (due_on AS done_on) FROM record.task"
        f" WHERE strftime(due_on, '%Y-%m') = '{MONTH}' AND done_on IS DISTINCT FROM due_on"
        " AND (done_on IS NULL OR done_on > due_on) AND village IN"
        f" (SELECT code FROM record.village WHERE station = '{STATION}')"
    )
    rows = store.copy.cursor().sql(query).to_arrow_table()
    assert rows.num_rows
    with store.journal.lock():
        batch = Batch("task", rows, TABLES["task"].names)
        store.journal.append([batch], "更正", command_line())


@pytest.mark.parametrize("last", [None, *(state for state, _ in WAY)])
def test_all_surfaces_give_one_answer(
    folder: Path,
    last: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(folder)
    before = expected(folder)
    for state, act in WAY if last else ():
        act(store)
        if state == last:
            break
    correct(store)
    now = expected(folder)
    assert before.lines[STATION] != now.lines[STATION]
    wanted = before if last else now
    for read in (on_ranking, on_assessment, in_workbook):
        assert read(store, monkeypatch) == wanted.shown(), read.__name__
    places, first = on_wall()
    assert places == {name: rank for name, (_, rank) in wanted.shown().items()}
    assert first.items() <= {name: score for name, (score, _) in wanted.shown().items()}.items()
    assert len(first) == 2
    assert on_month_lines(store)[STATION] == half_up(wanted.lines[STATION][1] or Fraction(0), 2)
    assert by_command(capsys, folder, last) == (wanted.shown(), wanted.parts)
    assert on_indicator(monkeypatch, wanted.lines[STATION][0]) == wanted.parts
    if last in ("frozen", "announced"):
        assert in_parquet(folder) == wanted.shown()


def on_ranking(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, int]]:
    """The table of 排名, which must equal what is taken along from it."""
    exports, app = opened("ranking", monkeypatch)
    shown = from_frame(app)
    rows = list(csv.DictReader(io.StringIO(exports["名次表-csv"]().decode("utf-8-sig"))))
    assert {r["单位"]: (two(r["得分（分）"]), int(r["名次"])) for r in rows} == shown
    return shown


def on_assessment(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, int]]:
    exports, _ = opened("assessment", monkeypatch)
    (made,) = [make for key, make in exports.items() if key == "result-csv"]
    rows = list(csv.DictReader(io.StringIO(made().decode("utf-8-sig"))))
    return {r["单位"]: (two(r["最终分"]), int(r["名次"])) for r in rows if r["名次"]}


def in_workbook(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, int]]:
    content = make(material(store, MONTH), Wish("table"), DocumentsForm())
    sheet = openpyxl.load_workbook(io.BytesIO(content))["名次"]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    return {str(row[1]): (two(row[3]), int(row[0])) for row in rows}


def on_wall() -> tuple[dict[str, int], dict[str, str]]:
    """The boards of 排名: places, and the scores of those who are first."""
    app = open_page("wall", role="wall")
    (drawn,) = [e for e in app.get("bidi_component") if e.proto.id.endswith("-wall")]
    text = re.sub(r"<[^>]+>", " ", " ".join(json.loads(drawn.proto.json)["boards"]))
    (board,) = re.findall(r"派出所排名(.*?)圆点为名次", text)
    places = re.findall(r"(?<![0-9.]) (\d+)\s+(\S+派出所)\s", board)
    first = re.findall(r"(\w+派出所)第一（\s*([0-9.]+)\s*分", board)
    return {name: int(rank) for rank, name in places}, dict(first)


def on_month_lines(store: Store) -> dict[str, Any]:
    months = material(store, MONTH).months("station")
    return {unit: half_up(points[-1].score or Fraction(0), 2) for unit, points in months.items()}


def by_command(
    capsys: pytest.CaptureFixture[str], folder: Path, last: str | None
) -> tuple[dict[str, tuple[str, int]], tuple[int, int]]:
    rows = printed(capsys, "assess", folder)
    is_frozen = last in ("frozen", "announced")
    assert {(row["state"] == "定稿", bool(row["hash"])) for row in rows} == {(is_frozen, is_frozen)}
    parts = [r for r in printed(capsys, "measure", folder, INDICATOR) if r["unit"] == STATION]
    shown = {
        r["name"]: (str(half_up(Fraction(r["score"]).limit_denominator(10**9), 2)), r["rank"])
        for r in rows
        if r["rank"]
    }
    return shown, (parts[0]["numerator"], parts[0]["denominator"])


def printed(
    capsys: pytest.CaptureFixture[str], command: str, folder: Path, *more: str
) -> list[dict[str, Any]]:
    options = ("--by", "station", "--period", MONTH, "--store", str(folder), "--format", "json")
    assert cli.main([command, *more, *options]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def on_indicator(monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[int, int]:
    exports, _ = opened("indicator", monkeypatch, indicator=INDICATOR, level="station")
    (made,) = [make for key, make in exports.items() if "csv" in key and key.startswith("units")]
    rows = list(csv.DictReader(io.StringIO(made().decode("utf-8-sig"))))
    (row,) = [row for row in rows if row["派出所"] == name]
    return int(row["分子"]), int(row["分母"])


def in_parquet(folder: Path) -> dict[str, tuple[str, int]]:
    (place,) = (folder / "assessments").glob("*/units.parquet")
    rows: list[dict[str, Any]] = pq.read_table(place).to_pylist()
    return {
        r["name"]: (str(half_up(Fraction(r["score"]), 2)), r["rank"])
        for r in rows
        if r["of_level"] == "station" and r["rank"]
    }


def opened(page: str, monkeypatch: pytest.MonkeyPatch, **query: str) -> tuple[Exports, AppTest]:
    """The page of the month, and what can be taken along from it."""
    return surfaces.opened(page, monkeypatch, period=MONTH, **query)


def from_frame(app: AppTest) -> dict[str, tuple[str, int]]:
    frame = app.dataframe[0].value
    return {r["name"]: (two(r["score"]), int(r["rank"])) for r in frame.to_dict("records")}


def two(number: Any) -> str:
    return f"{float(number):.2f}"
