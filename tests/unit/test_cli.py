"""The command line: the same figures as the screen, Chinese sentences, exit status."""

import csv
import functools
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
from pages.commands import opening

TO_DATE = "2019-01-01..2019-08-19"
FIGURE = set(
    """unit name numerator denominator value lower upper last_year last_year_numerator
    last_year_denominator previous change_points change_relative maturing status""".split()
)
ASSESSMENT = set(
    """unit name score grade rank rank_low rank_high previous_rank applicable_points status
    contributions""".split()
)


class Run:
    """What one command printed and its exit status."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        try:
            self.status = cli.main(arguments)
        except SystemExit as stop:
            self.status = int(stop.code or 0)
        printed = capsys.readouterr()
        self.out, self.err = printed.out, printed.err

    def rows(self) -> list[dict[str, Any]]:
        assert self.status == 0, self.err
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    """A store that was opened once stays open between the tests."""
    stores = functools.cache(opening.Store)
    yield stores
    stores.cache_clear()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, opened: Any) -> Any:
    """Runs a command in this process."""
    monkeypatch.setattr(opening, "Store", opened)
    return lambda *arguments: Run(capsys, *arguments)


def test_the_clearance_of_the_report_is_compared(run: Any, demo_store: Path) -> None:
    given = ("--by", "bureau", "--period", TO_DATE, "--store", str(demo_store))
    year, before = run(
        "compare", "clearance-theft-robbery-fraud", *given, "--format", "json"
    ).rows()
    assert (year["basis"], before["basis"]) == ("last_year", "previous")
    assert (year["numerator"], year["denominator"]) == (114, 250)
    assert year["change_relative"] == pytest.approx(0.425)
    assert year["change_points"] == pytest.approx(0.136)
    assert (year["difference"], year["change"]) == ("+13.6 个百分点", "+42.5%")
    assert (year["base_starts_on"], year["base_ends_on"]) == ("2018-01-01", "2018-08-19")
    # Counting alone gives 0.018; the 36 months before spread 1.67 times as much as counting does
    # (a Poisson model with years and calendar months, fitted apart).
    assert 0.05 < year["p_value"] < 0.2
    assert "按此前各月的起伏放宽（φ = 1.7）" in year["method"]
    assert "在随机波动之内" in year["sentence"]
    assert before["base_ends_on"] == "2018-12-31"


def test_a_count_has_no_points(run: Any, demo_store: Path) -> None:
    given = ("--by", "station", "--period", "2019-07", "--store", str(demo_store))
    rows = run("compare", "patrols", "C1-disputes-on-time", *given, "--format", "json").rows()
    points = {
        name: [row["change_points"] for row in rows if row["indicator"] == name]
        for name in ("patrols", "C1-disputes-on-time")
    }
    assert set(points["patrols"]) == {None}
    assert any(value is not None for value in points["C1-disputes-on-time"])


def bureau(run: Any, store: Path, name: str, period: str = TO_DATE) -> dict[str, Any]:
    given = ("--by", "bureau", "--period", period, "--store", str(store), "--format", "json")
    (row,) = run("measure", name, *given).rows()
    return dict(row)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("visits", 37_000, 37_999),
        ("patrols", 5_560, 5_569),
        ("disputes-resolved", 118, 118),
        ("hazards-found", 141, 141),
        ("crimes-stopped", 5, 5),
        ("suspects-caught", 10, 10),
        ("auxiliaries", 219, 219),
        ("work-stations", 224, 224),
        ("police-rooms", 27, 27),
        ("community-officers", 30, 30),
        ("patrol-members", 285, 285),
        ("phones", 600, 600),
        ("wechat-groups", 284, 284),
        ("patrol-teams", 220, 220),
    ],
)
def test_the_facts_of_the_report(
    run: Any, demo_store: Path, name: str, least: int, most: int
) -> None:
    row = bureau(run, demo_store, name)
    assert least <= row["value"] <= most
    assert row["numerator"] == row["value"]
    assert row["denominator"] is None


def test_theft_robbery_fraud_rose_by_42_5_percent(run: Any, demo_store: Path) -> None:
    row = bureau(run, demo_store, "clearance-theft-robbery-fraud")
    assert round(row["change_relative"] * 100, 1) == 42.5
    assert row["change_points"] == pytest.approx(row["value"] - row["last_year"])
    assert (row["lower"], row["upper"]) == (None, None)  # a ratio has no binomial interval
    assert row["numerator"] / row["denominator"] == row["value"]
    assert row["last_year_numerator"] / row["last_year_denominator"] == row["last_year"]


def test_every_row_has_the_agreed_fields(run: Any, demo_store: Path) -> None:
    given = ("--store", str(demo_store), "--format", "json")
    rows = run("indicators", *given).rows()
    assert all({"id", "title", "kind", "better", "scored"} <= set(row) for row in rows)
    assert sum(row["scored"] for row in rows) == 19
    july = ("--by", "station", "--period", "2019-07", *given)
    for name in ("A1-visit-coverage", "visits", "filings-per-10000", "clearance-cohort-30"):
        assert all(set(row) >= FIGURE for row in run("measure", name, *july).rows())
    for row in run("assess", *july).rows():
        assert set(row) >= ASSESSMENT
        assert sum(c["points"] or 0 for c in row["contributions"]) == pytest.approx(row["score"])


def test_indicators_say_why_and_when_they_are_reviewed(run: Any, demo_store: Path) -> None:
    given = ("indicators", "--store", str(demo_store), "--format")
    rows = {row["id"]: row for row in run(*given, "json").rows()}
    assert len({row["why"] for row in rows.values()}) == len(rows) >= 45
    row = rows["C1-disputes-on-time"]
    assert (row["authored_by"], row["checked_by"]) == ("红枫项目组", "待启用单位复核")
    assert (row["reviewed_on"], row["next_review"]) == ("2026-11-27", "2027-11-27")
    assert row["tags"] == ["纠纷", "时效"]
    head, *lines = run(*given, "csv").out.splitlines()
    assert head.endswith("why,authored_by,checked_by,reviewed_on,next_review,tags")
    assert any(line.endswith("待启用单位复核,2026-11-27,2027-11-27,纠纷、时效") for line in lines)


def test_a_kind_is_a_part_of_the_whole(run: Any, demo_store: Path) -> None:
    given = ("--by", "bureau", "--period", TO_DATE, "--store", str(demo_store), "--format", "json")
    parts = [
        run("measure", "clearance-period", *given, "--kind", kind).rows()[0]
        for kind in ("theft", "robbery", "fraud")
    ]
    whole = run("measure", "clearance-theft-robbery-fraud", *given).rows()[0]
    assert sum(part["numerator"] for part in parts) == whole["numerator"]
    assert sum(part["denominator"] for part in parts) == whole["denominator"]


def test_an_earlier_as_of_day_hides_what_came_later(run: Any, demo_store: Path) -> None:
    given = (
        "--by",
        "bureau",
        "--store",
        str(demo_store),
        "--format",
        "json",
        "--period",
        "2019-05",
    )
    now = run("measure", "clearance-cohort", *given).rows()[0]
    then = run("measure", "clearance-cohort", *given, "--as-of", "2019-05-31").rows()[0]
    assert then["denominator"] >= now["denominator"]  # later withdrawn, not yet so
    assert then["numerator"] < now["numerator"]
    young = run("measure", "clearance-cohort-30", *given, "--as-of", "2019-06-10").rows()[0]
    assert young["maturing"] > 0
    grown = run("measure", "clearance-cohort-30", *given).rows()[0]
    assert grown["maturing"] == 0


def test_formats_agree(run: Any, demo_store: Path) -> None:
    given = (
        "measure",
        "visits",
        "--by",
        "station",
        "--period",
        "2019-07",
        "--store",
        str(demo_store),
    )
    rows = run(*given, "--format", "json").rows()
    table = run(*given)
    lines = list(csv.DictReader(io.StringIO(run(*given, "--format", "csv").out)))
    assert [line["unit"] for line in lines] == [row["unit"] for row in rows]
    assert [int(line["numerator"]) for line in lines] == [row["numerator"] for row in rows]
    assert table.status == 0
    assert all(row["name"] in table.out for row in rows)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("measure", "nothing", "--by", "bureau", "--period", "2019-07"), "没有指标“nothing”"),
        (("measure", "visits", "--by", "bureau", "--period", "2019-13"), "2019-13"),
        (("measure", "visits", "--by", "bureau", "--period", "2020-01"), "2020"),
        (("measure", "visits", "--by", "bureau", "--period", "2019-07", "--kind", "x"), "不分类别"),
        (("assess", "--by", "bureau", "--period", "2019-07", "--scheme", "no.toml"), "no.toml"),
        (("load", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_nothing_done_says_why_in_one_sentence(
    run: Any, demo_store: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments, "--store", str(demo_store))
    assert done.status == 1
    assert says in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert done.out == ""


def test_wrong_words_are_answered_in_chinese(run: Any) -> None:
    done = run("measure", "visits", "--by", "street", "--period", "2019-07")
    assert done.status == 2
    assert "说明见" in done.err
    help_page = run("--help").out
    assert "用法" in help_page
    assert "usage" not in help_page


def test_an_empty_store_says_what_to_do(run: Any, tmp_path: Path) -> None:
    done = run("measure", "visits", "--by", "bureau", "--period", "2019", "--store", str(tmp_path))
    assert done.status == 1
    assert "hongfeng demo" in done.err


def test_the_demo_is_not_poured_over_data(run: Any, demo_store: Path) -> None:
    done = run("demo", "--store", str(demo_store))
    assert done.status == 1
    assert "已有数据" in done.err


def test_load_rejects_and_templates(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "station.csv"
    file.write_text("编码,名称,考核分组\nS1,一所,城区\n,二所,城区\n=cmd,三所,\n", "utf-8")
    store = ("--store", str(tmp_path / "store"))
    done = run("load", str(file), *store)
    assert done.status == 3
    assert "新增 1" in done.out
    assert "拒收 2" in done.out
    rejects = run("rejects", *store, "--format", "json").rows()
    assert [(r["source"], r["row_number"], r["reasons"]) for r in rejects] == [
        ("station.csv", 3, "缺少编码"),
        ("station.csv", 4, "缺少考核分组"),
    ]
    assert "二所" in rejects[0]["content"]
    again = run("load", str(file), *store)
    assert (again.status, "新增 0" in again.out) == (3, True)
    out = tmp_path / "案件.xlsx"
    assert run("template", "case", "--out", str(out)).status == 0
    assert out.read_bytes()[:2] == b"PK"
    assert run("template", "case", "--out", str(out)).status == 1  # nothing is overwritten


def test_a_scheme_that_scores_clearance_loads_with_a_warning(run: Any, demo_store: Path) -> None:
    example = Path(__file__).parents[2] / "metrics/schemes/examples/clearance-scored.toml"
    given = (
        "--by",
        "station",
        "--period",
        "2019-07",
        "--store",
        str(demo_store),
        "--format",
        "json",
    )
    done = run("assess", *given, "--scheme", str(example))
    assert "公通字〔2015〕32号" in done.err
    assert len(done.rows()) == 14
