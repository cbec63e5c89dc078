"""怎么算的: the funnel ends in the figure, the SQL gives it, and each step is what it says."""

import json
from datetime import date
from pathlib import Path

import pytest

from cli import DONE, NOTHING, main
from data.rights import Actor
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted, count
from metrics.cells.store import Store
from metrics.examples.indicator_examples import SCHEMES, example_copy
from metrics.figures.explain import CountExplained, chain_of, explain
from metrics.figures.measure import measure
from metrics.indicators.catalogue import Catalogue, UnknownIndicator, load_catalogue
from metrics.indicators.views import BASE
from tests.unit.test_indicators import GOOD

LEADER = Actor("t", "leader")
CATALOGUE = load_catalogue()
every_indicator = pytest.mark.parametrize("name", list(CATALOGUE.indicators))


@pytest.fixture(scope="module")
def earlier(demo_store: Path) -> Counted:
    """As of a day that hides what came later."""
    return Store(demo_store).counted(date(2019, 7, 20))


def funnel(
    counted: Counted, name: str, period: str = "2019-07", kind: str | None = None
) -> dict[str, CountExplained]:
    """Part -> what is said of it."""
    days = parse_period(period, counted.as_of)
    explanation = explain(counted, counted.catalogue[name], days, LEADER, kind)
    assert explanation.note == ""
    return {each.part: each for each in explanation.counts}


def ends_in_the_figure(counted: Counted, name: str, kind: str | None = None) -> None:
    """The last steps are what `measure` gives, and the SQL gives them again."""
    period = parse_period("2019-07", counted.as_of)
    figure = measure(counted, name, "bureau", period, LEADER, kind)[0]
    explained = funnel(counted, name, kind=kind)
    wanted = {"numerator": figure.numerator}
    if figure.denominator is not None:
        wanted["denominator"] = figure.denominator
    assert {part: each.amount for part, each in explained.items()} == wanted
    if not counted.catalogue[name].sql:
        for part, each in explained.items():
            assert counted.cursor().execute(each.sql).fetchall() == [(wanted[part],)]


@every_indicator
def test_every_funnel_ends_in_the_figure(counted: Counted, name: str) -> None:
    ends_in_the_figure(counted, name)


@every_indicator
def test_every_funnel_ends_in_the_figure_of_an_earlier_day(earlier: Counted, name: str) -> None:
    ends_in_the_figure(earlier, name)


@pytest.mark.parametrize("name", [i.id for i in CATALOGUE if i.breakdown])
def test_the_funnel_of_a_kind_ends_in_the_figure_of_the_kind(counted: Counted, name: str) -> None:
    kind = "theft" if CATALOGUE[name].id.startswith(("clear", "with", "rep")) else "other"
    ends_in_the_figure(counted, name, kind)


@every_indicator
def test_a_condition_leaves_no_more_than_came(counted: Counted, name: str) -> None:
    for each in funnel(counted, name).values():
        counts = [
            step.count
            for step in each.steps
            if not step.words.startswith("整理为") and not step.words.endswith(("之和", "合计"))
        ]
        if "整理为" not in str(each.steps):
            assert counts == sorted(counts, reverse=True)


@every_indicator
def test_every_step_is_told_in_chinese(counted: Counted, name: str) -> None:
    for each in funnel(counted, name).values():
        for step in each.steps:
            assert not any(c.isascii() and c.isalpha() for c in step.words), step.words


# -- steps counted by hand, from the tables of the examples ------------------------------------


def of_example(name: str, catalogue: Catalogue = CATALOGUE, as_of: str = "2020-02-16") -> Counted:
    indicator = catalogue[name]
    only = Catalogue({name: indicator}, catalogue.views, catalogue.queries)
    day = indicator.example.as_of or date.fromisoformat(as_of)
    return count(example_copy(indicator), only, SCHEMES, day)


BY_HAND = {
    ("C1-disputes-on-time", "numerator"): [
        ("矛盾纠纷记录", 8),
        ("未作废", 7),
        ("应化解日期在 2019-07-01 至 2019-07-31", 5),
        ("化解日期不晚于应化解日期", 2),
    ],
    ("A4-valid-visits", "numerator"): [
        ("走访记录", 12),
        ("已有户号", 11),
        ("结束时间晚于开始时间", 8),
        ("已有走访事由", 7),
        ("未作废", 6),
        ("走访日期在 2019-07-01 至 2019-07-31", 2),
    ],
    ("clearance-cohort-30", "numerator"): [
        ("案件记录", 12),
        ("已有立案日期", 12),
        ("没有撤案日期", 11),
        ("状态不为“撤案”", 10),
        ("未作废", 9),
        ("立案日期在 2019-07-01 至 2019-07-31", 7),
        ("截至 2019-08-19 已满 30 天", 4),
        ("破案日期不晚于立案日期后第 30 天", 2),
    ],
    ("suspects-caught", "numerator"): [
        ("战果记录", 6),
        ("未作废", 5),
        ("日期在 2019-07-01 至 2019-07-31", 3),
        ("类别为“抓获嫌疑人”", 2),
        ("人数之和", 4),
    ],
    ("phones", "numerator"): [
        ("登记的装备", 5),
        ("2019-07-31 在册", 3),
        ("类别为“警务手机”", 2),
        ("数量之和", 5),
    ],
    ("A1-visit-coverage", "denominator"): [
        ("登记的村（社区）", 4),
        ("2019-07-31 在册", 2),
        ("登记户数之和", 30),
    ],
    ("clearance-backlog", "numerator"): [
        ("案件记录", 8),
        ("已有立案日期", 8),
        ("没有撤案日期", 7),
        ("状态不为“撤案”", 6),
        ("未作废", 5),
        ("破案日期不早于期初", 4),
        ("破案日期不晚于期末", 3),
        ("立案日期早于期初", 2),
        ("按本指标的查询合计", 2),
    ],
}


@pytest.mark.parametrize(("name", "part"), list(BY_HAND))
def test_steps_are_those_counted_by_hand(name: str, part: str) -> None:
    explained = funnel(of_example(name), name)[part]
    assert [(step.words, step.count) for step in explained.steps] == BY_HAND[name, part]


def test_a_view_that_reshapes_records_is_one_step() -> None:
    steps = funnel(of_example("A1-visit-coverage"), "A1-visit-coverage")["numerator"].steps
    words = [step.words for step in steps]
    assert words[:2] == ["走访记录", "已有户号"]
    assert "整理为“本年走访到的住户”" in words
    assert words[-2:] == ["走访日期在 2019-01-01 至 2019-07-31", "户数之和"]
    assert steps[-1].count == 4  # as the example says


def test_leave_is_told_where_a_view_takes_it_out() -> None:
    steps = funnel(of_example("A2-days-in-village"), "A2-days-in-village")["numerator"].steps
    words = [step.words for step in steps]
    assert "类别为“应到”" in words
    assert "当天没有休假或借调" in words


def test_a_query_of_its_own_is_shown_as_it_stands() -> None:
    explained = funnel(of_example("clearance-backlog"), "clearance-backlog")["numerator"]
    file = Path(__file__).parents[2] / "metrics" / "indicators" / "clearance-backlog.sql"
    assert explained.sql == file.read_text("utf-8").strip()


# -- what has no figure, and definitions of other forms ----------------------------------------


def test_what_has_no_figure_says_why() -> None:
    indicator = CATALOGUE["visits"]
    records = example_copy(indicator)
    records.con.execute("DELETE FROM record.visit")
    records.shapes_with_rows["visit"].clear()
    only = Catalogue({"visits": indicator}, CATALOGUE.views, {})
    counted = count(records, only, SCHEMES, date(2019, 8, 19))
    explanation = explain(counted, indicator, parse_period("2019-07", date.max), LEADER)
    assert (explanation.counts, explanation.note) == ((), "没有走访记录")


def test_rows_of_a_source_without_a_column_are_a_step_of_their_own() -> None:
    """One of the five disputes that fell due comes from a source that knows no day of resolving."""
    indicator = CATALOGUE["C1-disputes-on-time"]
    records = example_copy(indicator)
    shape = records.shape_of(("id", "village", "due_on"))
    records.con.execute(f"UPDATE record.dispute SET _shape = {shape} WHERE id = 'dispute1'")
    records.shapes_with_rows["dispute"].add(shape)
    only = Catalogue({indicator.id: indicator}, CATALOGUE.views, {})
    counted = count(records, only, SCHEMES, date(2020, 2, 16))
    ends_in_the_figure(counted, indicator.id)
    (last,) = funnel(counted, indicator.id)["denominator"].steps[-1:]
    assert (last.words, last.count) == ("数据来源有所需的各列", 4)


def test_before_the_first_record_nothing_is_counted(counted: Counted) -> None:
    long_ago = parse_period("1999-01", counted.as_of)
    explanation = explain(counted, CATALOGUE["visits"], long_ago, LEADER)
    assert (explanation.counts, explanation.note) == ((), "该期间没有可用的数据")


def test_a_kind_of_what_has_no_kinds_is_refused(counted: Counted) -> None:
    with pytest.raises(ValueError, match="不分类别"):
        funnel(counted, "visits", kind="theft")
    with pytest.raises(UnknownIndicator):
        funnel(counted, "visit")


def test_a_kind_is_text_and_no_sql(counted: Counted) -> None:
    each = funnel(counted, "withdrawn", kind="' OR true --")["numerator"]
    assert each.amount == 0
    assert each.steps[-1].words == "类别为“' OR true --”"


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            "completed_at IS NOT NULL OR started_at IS NOT NULL",
            ["已有完成时间，或已有开始时间"],
        ),
        (
            "(completed_at IS NULL OR points_due > 4) AND (voided_on IS NULL)",
            ["未作废", "completed_at IS NULL OR points_due > 4"],
        ),
        ("NOT (points_due = 7)", ["NOT (points_due = 7)"]),
        ("1 = 1 AND 'a' = 'a'", ["1 = 1", "'a' = 'a'"]),
    ],
)
def test_any_condition_counts_as_it_is_written(
    tmp_path: Path, where: str, words: list[str]
) -> None:
    """What has no words stands as SQL; OR binds no further than it does in the file."""
    text = GOOD.replace("completed_at IS NOT NULL", where)
    (tmp_path / "new-one.toml").write_text(text, "utf-8")
    counted = of_example("new-one", load_catalogue(extra=[tmp_path]))
    ends_in_the_figure(counted, "new-one")
    steps = funnel(counted, "new-one")["numerator"].steps
    assert [s.words for s in steps if s.words in words] == words


OWN = GOOD[: GOOD.index("[denominator]")].replace("proportion", "count")
TWO_RELATIONS = """SELECT visit.village, visit.station, CAST(visit.started_at AS DATE) AS day,
    periods.label, COUNT(*) AS numerator, CAST(NULL AS BIGINT) AS denominator
FROM periods
INNER JOIN visit ON CAST(visit.started_at AS DATE) BETWEEN periods.starts_on AND periods.ends_on
LEFT JOIN task ON task.village = visit.village
GROUP BY ALL"""


def test_a_query_of_another_form_gives_its_total(tmp_path: Path) -> None:
    (tmp_path / "own.sql").write_text(TWO_RELATIONS, "utf-8")
    example = 'sql = "own.sql"\n[example]\nperiod = "2019-07"\nnumerator = 1\n[example.records]\n'
    rows = 'visit = """\nstarted_at\n2019-07-31 10:00\n"""\ntask = """\ndue_on\n2019-07-01\n"""\n'
    (tmp_path / "own.toml").write_text(OWN + example + rows, "utf-8")
    counted = of_example("own", load_catalogue(extra=[tmp_path]))
    ends_in_the_figure(counted, "own")
    steps = funnel(counted, "own")["numerator"].steps
    assert [(step.words, step.count) for step in steps] == [("按本指标的查询合计", 1)]


def test_every_view_comes_from_a_table_that_is_known() -> None:
    for name, sql in CATALOGUE.views.sql.items():
        assert chain_of(sql).source in {*BASE, *CATALOGUE.views.sql}, name
    plain = {name for name, sql in CATALOGUE.views.sql.items() if chain_of(sql).is_plain}
    assert plain == {"valid_visit", "filed_case", "due_day", "patrol_minutes"}


# -- the command -------------------------------------------------------------------------------

ASKED = ["measure", "C1-disputes-on-time", "--period", "2019-07", "--explain"]


def test_the_command_prints_funnel_and_sql(
    demo_store: Path, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASKED, "--by", "bureau", "--store", str(demo_store)]) == DONE
    out = capsys.readouterr().out
    assert out.startswith("纠纷按期化解率　2019年7月　全局\n")
    for each in funnel(counted, "C1-disputes-on-time").values():
        assert f"\n{each.title} {each.amount:,}\n" in out
        assert f"\n{each.sql}\n" in out
        for step in each.steps:
            assert f"{step.count:,}  {step.words}\n" in out
    assert "\n  COUNT(*) AS numerator\n" in out


def test_the_command_gives_the_same_as_json_and_csv(
    demo_store: Path, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*ASKED, "--by", "bureau", "--store", str(demo_store), "--format"]
    assert main([*asked, "json"]) == DONE
    rows = {row["part"]: row for row in json.loads(capsys.readouterr().out)}
    explained = funnel(counted, "C1-disputes-on-time")
    assert rows.keys() == explained.keys()
    for part, each in explained.items():
        steps = [{"words": step.words, "count": step.count} for step in each.steps]
        assert rows[part] == {"part": part, "amount": each.amount, "steps": steps, "sql": each.sql}
    assert main([*asked, "csv"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "part,words,count"
    assert len(lines) == 1 + sum(len(each.steps) for each in explained.values())


def test_only_the_whole_bureau_is_explained(
    demo_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASKED, "--by", "station", "--store", str(demo_store)]) == NOTHING
    assert capsys.readouterr().err == "--explain 只说明全局的数，请用 --by bureau\n"
