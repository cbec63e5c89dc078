"""Every indicator of the catalogue: its example holds, and notices every small error.

A file dropped into metrics/indicators is tested with no other change; so are the files of the
folder that the environment variable HONGFENG_INDICATORS names.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from data.declared import DeclarationError
from data.journal.copy import Copy
from data.schema import EVENTS, REGISTERS, quoted
from metrics.examples.check import unnoticed
from metrics.examples.indicator_examples import differences, example_copy, read_table
from metrics.examples.mutations import EQUIVALENT, mutations
from metrics.indicators.catalogue import Catalogue, Indicator, load_catalogue
from metrics.indicators.record_part import YearOf
from metrics.indicators.views import BASE, load_views
from metrics.wording.definition import overdue_reviews, review_in_words

EXTRA = [Path(folder) for folder in [os.environ.get("HONGFENG_INDICATORS", "")] if folder]
CATALOGUE = load_catalogue(extra=EXTRA)

SCORED = """
A1-visit-coverage A2-days-in-village A3-return-visits A4-valid-visits B1-patrols-completed
B2-patrol-points B3-peak-hours C1-disputes-on-time C2-first-response C3-call-backs C4-recurrence
D1-hazards-on-time D2-rechecked E-spot-check-accuracy F1-tasks-signed F2-tasks-on-time
G-satisfaction H1-case-decisions H2-case-call-backs
""".split()
OTHERS = """
visits patrols disputes-resolved hazards-found crimes-stopped suspects-caught wechat-groups
patrol-teams patrol-members phones police-rooms work-stations auxiliaries community-officers
filings-per-10000 mediation-success withdrawn clearance-period clearance-cohort clearance-cohort-30
clearance-cohort-60 clearance-cohort-90 clearance-backlog clearance-theft-robbery-fraud
clearance-cohort-theft-robbery-fraud reports-filed
""".split()

every_indicator = pytest.mark.parametrize("name", list(CATALOGUE.indicators))


def test_the_catalogue_has_every_indicator_that_was_agreed() -> None:
    assert not {*SCORED, *OTHERS} - set(CATALOGUE.indicators)


def of_example(catalogue: Catalogue, name: str) -> list[str]:
    """What the example expects and does not get."""
    return differences(catalogue, catalogue[name], example_copy(catalogue[name]))


@every_indicator
def test_the_example_holds(name: str) -> None:
    assert of_example(CATALOGUE, name) == []


@every_indicator
def test_the_example_notices_every_small_error(name: str) -> None:
    assert unnoticed(CATALOGUE, CATALOGUE[name]) == []


def test_every_listed_equivalence_is_still_one() -> None:
    """An entry that is no longer met would hide a later error of the same words."""
    names = (
        "A1-visit-coverage A2-days-in-village A4-valid-visits B3-peak-hours clearance-cohort"
        " auxiliaries"
    )
    done = {done for name in names.split() for done, _ in mutations(CATALOGUE, CATALOGUE[name])}
    assert set(EQUIVALENT) <= done


@every_indicator
def test_the_records_of_the_example_could_be_loaded(name: str) -> None:
    """No record of an example breaks a rule of its table."""
    records = example_copy(CATALOGUE[name])
    for table in (*REGISTERS, *EVENTS):
        for rule in table.rules:
            broken = records.one(
                f"SELECT id FROM record.{quoted(table.name)} WHERE NOT ({rule.holds})"
            )
            assert broken == (), rule.reason


def test_case_figures_are_marked_as_not_for_scoring() -> None:
    cases = {i.id for i in CATALOGUE if i.id.startswith(("clearance", "filings"))}
    assert {i.id for i in CATALOGUE if i.banned} == cases
    assert not any(CATALOGUE[name].banned or CATALOGUE[name].volume for name in SCORED)


def test_posted_officers_have_each_day_in_exactly_one_village() -> None:
    """P6 has two villages at once, P7 changes from one to the other with days between."""
    records = example_copy(CATALOGUE["auxiliaries"])
    head = CATALOGUE.views.with_clause(["posted_officer"])
    found = records.cursor().execute(
        f"{head} SELECT code, village, valid_from, valid_to FROM posted_officer"
        " WHERE code IN ('P2', 'P3', 'P6', 'P7') ORDER BY code, valid_from"
    )
    start = date(2000, 1, 1)
    assert found.fetchall() == [
        ("P2", "V1", start, date(2019, 7, 31)),
        ("P3", None, start, None),
        ("P6", "V1", start, None),
        ("P7", "V1", start, date(2019, 7, 10)),
        ("P7", None, date(2019, 7, 11), date(2019, 7, 14)),
        ("P7", "V2", date(2019, 7, 15), None),
    ]


# -- why, who and when -------------------------------------------------------------------------


@every_indicator
def test_every_definition_says_why_by_whom_and_until_when(name: str) -> None:
    indicator = CATALOGUE[name]
    assert 1 <= indicator.why.count("。") <= 2
    assert indicator.why.endswith("。")
    assert indicator.why != indicator.definition
    assert indicator.tags
    assert indicator.reviewed_on is not None
    assert indicator.next_review is not None
    assert (indicator.next_review - indicator.reviewed_on).days <= 366


def test_every_why_is_its_own() -> None:
    reasons = [indicator.why for indicator in CATALOGUE]
    assert len(set(reasons)) == len(reasons)


def test_a_definition_that_nobody_looked_at_again_says_so(tmp_path: Path) -> None:
    indicator = loaded(tmp_path, GOOD)["new-one"]
    assert review_in_words(indicator) == "政治处编制；待启用单位复核；尚未审阅"
    dated = indicator.model_copy(
        update={
            "checked_by": "法制大队",
            "reviewed_on": date(2026, 1, 5),
            "next_review": date(2027, 1, 5),
        }
    )
    assert review_in_words(dated) == "政治处编制；法制大队复核；2026-01-05 审阅，下次 2027-01-05"


def test_a_review_is_overdue_after_its_day(tmp_path: Path) -> None:
    """Oldest first; what has no day is not overdue."""
    indicator = loaded(tmp_path, GOOD)["new-one"]

    def due(title: str, on: date | None) -> Indicator:
        return indicator.model_copy(update={"title": title, "next_review": on})

    three = [due("甲", date(2026, 3, 1)), due("乙", date(2026, 2, 1)), due("丙", None)]
    assert overdue_reviews(three, date(2026, 2, 1)) == []
    assert overdue_reviews(three, date(2026, 2, 2)) == [("乙", date(2026, 2, 1))]
    assert overdue_reviews(three, date(2027, 1, 1)) == [
        ("乙", date(2026, 2, 1)),
        ("甲", date(2026, 3, 1)),
    ]


def test_a_frozen_definition_may_be_older_than_these_keys(tmp_path: Path) -> None:
    """A result that was frozen before there was a `why` can still be verified."""
    older = GOOD.replace('why = "一句理由"\nauthored_by = "政治处"\n', "")
    (tmp_path / "new-one.toml").write_text(older, "utf-8")
    assert load_catalogue(tmp_path, is_archived=True)["new-one"].why == ""
    with pytest.raises(DeclarationError, match="why 缺少"):
        load_catalogue(tmp_path)


def test_a_definition_of_the_bureau_stands_for_ours_of_the_same_id(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD, "visits")["visits"].title == "化解纠纷积分点"
    with pytest.raises(DeclarationError, match="没有指标文件"):
        load_catalogue(extra=[tmp_path / "absent"])


# -- needs -------------------------------------------------------------------------------------


def test_a_view_needs_only_the_columns_that_are_asked_for() -> None:
    views = CATALOGUE.views
    visit = {"household", "started_at", "ended_at", "purpose"}
    assert views.needs("valid_visit", ["visited_on"]) == {"visit": visit}
    assert views.needs("valid_visit", ["officer"]) == {"visit": visit | {"officer"}}
    assert "called_back_on" not in views.needs("filed_case", ["filed_on"])["case"]


def test_days_in_village_do_without_patrols_but_not_without_visits() -> None:
    a2 = CATALOGUE["A2-days-in-village"]
    records = example_copy(a2)
    records.con.execute("DELETE FROM record.patrol; DELETE FROM record.return_visit")
    assert differences(CATALOGUE, a2, records) == [
        "A2-days-in-village 的示例：numerator 应为 3，实为 1"
    ]
    records.con.execute("DELETE FROM record.visit")
    records.shapes_with_rows["visit"].clear()
    assert "没有走访记录" in differences(CATALOGUE, a2, records)[0]


def test_a_source_without_a_needed_column_gives_no_figure() -> None:
    """Filings need the day of filing only; the clearance rate needs the day of clearing as well."""
    filings, period = CATALOGUE["filings-per-10000"], CATALOGUE["clearance-period"]
    records = example_copy(filings)
    _provide_only(records, "case", "id", "village", "filed_on")
    assert differences(CATALOGUE, filings, records) == []
    assert "没有“破案日期”一列" in differences(CATALOGUE, period, records)[0]


def _provide_only(records: Copy, table: str, *columns: str) -> None:
    shape = records.shape_of(columns)
    records.con.execute(f"UPDATE record.{quoted(table)} SET _shape = {shape}")
    records.shapes_with_rows[table] = {shape}


# -- a new file --------------------------------------------------------------------------------

GOOD = '''title = "化解纠纷积分点"
kind = "proportion"
better = "higher"
smallest_change = 0.01
definition = "一句话"
source = "本局"
why = "一句理由"
authored_by = "政治处"

[denominator]
of = "patrol"
dated_by = "planned_on"
sum = "points_due"

[numerator]
of = "patrol"
dated_by = "planned_on"
where = "completed_at IS NOT NULL"
sum = "points_reached"

[example]
period = "2019-07"
numerator = 3
denominator = 9
[example.records]
patrol = """
planned_on | started_at       | completed_at     | points_due | points_reached | # why
2019-07-01 | 2019-06-30 23:00 | 2019-06-30 23:30 | 4          | 3              | done
2019-07-31 | 2019-07-31 20:00 |                  | 5          | 1              | not done
2019-08-01 | 2019-07-31 23:00 | 2019-08-01 00:30 | 7          | 7              | later
"""
'''


def loaded(folder: Path, text: str, name: str = "new-one") -> Catalogue:
    (folder / f"{name}.toml").write_text(text, "utf-8")
    return load_catalogue(extra=[folder])


def test_a_dropped_in_file_is_an_indicator(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD)
    assert set(catalogue.indicators) == {*CATALOGUE.indicators, "new-one"}
    assert of_example(catalogue, "new-one") == []
    assert unnoticed(catalogue, catalogue["new-one"]) == []


def test_a_dropped_in_file_may_bring_its_own_query(tmp_path: Path) -> None:
    (tmp_path / "new-one.sql").write_text(
        "SELECT visit.village, visit.station, CAST(visit.started_at AS DATE) AS day,"
        " periods.label, COUNT(*) AS numerator,"
        " CAST(NULL AS BIGINT) AS denominator FROM periods INNER JOIN visit"
        " ON CAST(visit.started_at AS DATE) = periods.ends_on GROUP BY ALL",
        "utf-8",
    )
    text = GOOD[: GOOD.index("[denominator]")].replace("proportion", "count")
    text += (
        'sql = "new-one.sql"\n[example]\nperiod = "2019-07"\nnumerator = 1\n[example.records]\n'
        'visit = """\nstarted_at\n2019-07-30 10:00\n2019-07-31 10:00\n"""\n'
    )
    catalogue = loaded(tmp_path, text)
    assert of_example(catalogue, "new-one") == []


def test_a_weak_example_is_found_out(tmp_path: Path) -> None:
    weak = GOOD.replace("|                  | 5 ", "| 2019-07-31 21:00 | 5 ")
    weak = weak.replace("numerator = 3", "numerator = 4")
    catalogue = loaded(tmp_path, weak)
    assert of_example(catalogue, "new-one") == []
    assert "numerator.where：去掉" in unnoticed(catalogue, catalogue["new-one"])


BROKEN = [
    ("better", ('"higher"', '"up"'), "better 应为 'higher', 'lower' 或 'neither'"),
    ("unknown key", ('source = "本局"', 'source = "本局"\nweight = 3'), "weight 不是可用的项"),
    ("no why", ('why = "一句理由"\n', ""), "why 缺少，必须填写"),
    ("empty why", ('why = "一句理由"', 'why = "  "'), "why 缺少，必须填写"),
    ("why is no text", ('why = "一句理由"', "why = 3"), "why 应为文字，实为“3”"),
    ("no author", ('authored_by = "政治处"\n', ""), "authored_by 缺少，必须填写"),
    ("no checker", ('"政治处"', '"政治处"\nchecked_by = ""'), "checked_by 缺少，必须填写"),
    ("tag", ('"政治处"', '"政治处"\ntags = ["走访", "打卡"]'), "tags.1 应为 '走访', '巡逻'"),
    ("tags", ('"政治处"', '"政治处"\ntags = "走访"'), "tags 应为列表，实为“走访”"),
    ("reviewed only", ('"政治处"', '"政治处"\nreviewed_on = 2026-01-01'), "next_review 与 rev"),
    ("next only", ('"政治处"', '"政治处"\nnext_review = 2026-01-01'), "next_review 与 reviewed_on"),
    (
        "reviewed too late",
        ('"政治处"', '"政治处"\nreviewed_on = 2026-01-02\nnext_review = 2026-01-02'),
        "next_review 应晚于 reviewed_on（2026-01-02），实为“2026-01-02”",
    ),
    ("no day", ('"政治处"', '"政治处"\nreviewed_on = "明年"'), "reviewed_on 应为日期"),
    ("missing key", ('definition = "一句话"\n', ""), "definition 缺少"),
    ("no denominator", (GOOD[GOOD.index("[den") : GOOD.index("[num")], ""), "denominator 除 kind"),
    ("no numerator", (GOOD[GOOD.index("[num") : GOOD.index("[exa")], ""), "numerator 缺少"),
    ("syntax", ('title = "', "title = "), "不是合法的 TOML"),
    ("type", ('source = "本局"', "source = 2019"), "source 应为文字，实为“2019”"),
    ("not a number", ('"本局"', '"本局"\nmatures_after = "N"'), "matures_after 应为整数"),
    ("table", ('of = "patrol"', 'of = "patrols"'), "denominator.of 应为记录表或视图"),
    ("column", ("completed_at IS", "completed IS"), "numerator.where 不能执行"),
    ("SQL syntax", ("completed_at IS NOT NULL", "completed_at IS"), "numerator.where 不能执行"),
    ("where", ("completed_at IS NOT NULL", "points_due"), "numerator.where 应为真假，实为 BIGINT"),
    ("dated_by", ('dated_by = "planned_on"', 'dated_by = "team"'), "dated_by 应为日期"),
    ("sum", ('sum = "points_due"', 'sum = "points_due / 2"'), "denominator.sum 应为整数"),
    ("no date", ('dated_by = "planned_on"\nsum', "sum"), "denominator.dated_by 与 stock 必须"),
    ("stock", ('of = "patrol"', 'of = "patrol"\nstock = true'), "dated_by 与 stock 必须"),
    ("breakdown", ('"本局"', '"本局"\nbreakdown = "colour"'), "breakdown 不是 patrol 的列"),
    ("needs", ('"本局"', '"本局"\nneeds = ["visit.purpose"]'), "needs “visit.purpose”不是"),
    ("both", ('"本局"', '"本局"\nsql = "clearance-backlog.sql"'), "sql 没有文件"),
    ("half an example", ("denominator = 9\n", ""), "example.denominator 缺少"),
    (
        "no analysis",
        ("completed_at IS NOT NULL", "(points_due::INTEGER)! = 24"),
        "numerator.where 无法分析",
    ),
    ("two statements", ("completed_at IS NOT NULL", "true) AS x; SELECT (true"), "不能执行"),
]


@pytest.mark.parametrize(("what", "change", "sentence"), BROKEN)
def test_a_broken_file_is_refused_with_file_and_key(
    tmp_path: Path, what: str, change: tuple[str, str], sentence: str
) -> None:
    assert change[0] in GOOD, what
    one_sentence = rf"\Anew-one\.toml：.*{re.escape(sentence)}.*\Z"
    with pytest.raises(DeclarationError, match=one_sentence):
        loaded(tmp_path, GOOD.replace(*change, 1))


def test_a_broken_query_is_refused_before_any_data_is_read(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT village, purse AS numerator FROM visit", "utf-8")
    text = GOOD[: GOOD.index("[denominator]")].replace("proportion", "count")
    text += 'sql = "q.sql"\n[example]\nperiod = "2019-07"\nnumerator = 1\nrecords = {}\n'
    with pytest.raises(DeclarationError, match=r"q\.sql：不能执行"):
        loaded(tmp_path, text)
    (tmp_path / "q.sql").write_text("SELECT village, 1 AS numerator FROM visit", "utf-8")
    with pytest.raises(
        DeclarationError, match=r"q\.sql：必须给出列 day、denominator、label、station"
    ):
        loaded(tmp_path, text)


# -- pipe tables -------------------------------------------------------------------------------


def test_a_pipe_table_gives_rows_with_defaults() -> None:
    row, other = read_table(BASE["task"], "dispatched_at | # why\n2019-07-01 09:00 | a\n | b\n")
    assert (row["id"], row["village"]) == ("task1", "V1")
    assert (row["is_urgent"], row["signed_at"], other["dispatched_at"]) == (False, None, None)
    assert read_table(BASE["task"], "station\nS1\n")[0]["village"] is None
    assert read_table(BASE["task"], "is_urgent\n是\n")[0]["is_urgent"] is True
    assert read_table(BASE["case"], "kind\n盗窃\n")[0]["kind"] == "theft"
    village = read_table(BASE["village"], "households\n7\n")[0]
    assert (village["code"], village["station"], village["households"]) == ("V1", "S1", 7)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有表头"),
        ("signed\n", "没有列“signed”"),
        ("signed_at | done_on\n2019-07-01\n", "第 1 行应有 2 格，实为 1 格"),
        ("done_on\n2019-07-01\n2019-02-30\n", "第 2 行“done_on”不能是“2019-02-30”"),
    ],
)
def test_a_pipe_table_that_cannot_be_read_says_why(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_table(BASE["task"], text)


def test_an_example_of_an_unknown_table_says_so(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD.replace('patrol = """', 'patrols = """'))
    with pytest.raises(
        DeclarationError, match=r"^new-one\.toml：example\.records\.patrols 不是记录表或登记表$"
    ):
        of_example(catalogue, "new-one")


@pytest.mark.parametrize(
    "line", ["gone is the day of visit.started_at", "day is the day of tour.on"]
)
def test_a_view_may_only_be_cut_by_a_column_that_is_there(tmp_path: Path, line: str) -> None:
    view = f"-- By calendar year: {line}.\nSELECT village, station, ended_at AS day FROM visit"
    (tmp_path / "cut.sql").write_text(view, "utf-8")
    with pytest.raises(DeclarationError, match=r"cut\.sql：By calendar year 所指的列不存在"):
        load_views(tmp_path)
    (tmp_path / "cut.sql").write_text(view.replace(line, "day is the day of visit.ended_at"))
    assert load_views(tmp_path).year_of("cut") == YearOf("day", {"visit": "ended_at"})
