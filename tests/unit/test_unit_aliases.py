"""A unit that no rule settles is told once: by whom, for which form of table, until taken back."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from data.decisions.unit_aliases import forget, remember
from data.intake.aliases import Alias, aliases_of, form_of
from data.intake.correction import rules_by_name, unknown_words
from data.intake.files import load_files
from data.intake.load_report import LoadReport, report_sentence
from data.intake.loading import Loader
from data.intake.named_units import meanings_of
from data.intake.reading.source import Refused
from data.intake.reject_selection import OpenReject, chosen
from data.intake.reject_words import remedy
from data.intake.rejects import open_rejects
from data.intake.retry import Retry, check
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import Actor, NotPermitted
from data.schema import ALIAS, LOADABLE, TABLES

CLERK = Actor("数据-01", "data")
TODAY, NOW = date(2019, 8, 19), datetime(2019, 8, 19, 9, 30)
REGISTERS = {
    "station": "code,name,unit_group\nS1,枣林派出所,乡镇\nS2,八台派出所,乡镇\n",
    "village": "code,name,kind,station\nV1,李庄村,村,S1\nV2,李庄村,村,S2\nV3,王庄村,村,S1\n",
}
HEAD = "id,village,station,found_on\n"
FORM = form_of("hazard", ["id", "village", "station", "found_on"])


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("registers")
    for name, text in REGISTERS.items():
        (base / f"{name}.csv").write_text(text, "utf-8")
    files = [base / f"{name}.csv" for name in REGISTERS]
    assert [r.rejected for r in load_files(base / "store", files, CLERK, today=TODAY)] == [0, 0]
    return base / "store"


@pytest.fixture
def loader(registers: Path, tmp_path: Path) -> Loader:
    journal = Journal(Path(shutil.copytree(registers, tmp_path / "store")))
    return Loader(journal, Copy(journal), tells_each_row=True)


def load(loader: Loader, name: str, rows: str, head: str = HEAD) -> LoadReport:
    store = loader.journal.folder.parent
    file = store.parent / name
    file.write_text(head + rows, "utf-8")
    (report,) = load_files(store, [file], CLERK, "hazard", today=TODAY)
    assert loader.copy is not None
    loader.copy.catch_up()
    return report


def villages(loader: Loader) -> dict[str, str | None]:
    assert loader.copy is not None
    rows = loader.copy.cursor().execute("SELECT id, village FROM record.hazard").fetchall()
    return dict(rows)


def opened(loader: Loader) -> tuple[OpenReject, ...]:
    assert loader.copy is not None
    first = open_rejects(loader.copy, CLERK).to_pylist()[0]["id"]
    return chosen(loader.copy, CLERK, first, "source")


def alias(word: str = "老街", code: str = "V3", form: str = FORM) -> Alias:
    return Alias(form, "village", word, code, "")


def test_what_a_person_said_holds_for_tables_of_that_form_only(loader: Loader) -> None:
    assert load(loader, "隐患-6月.csv", "A,老街,,2019-06-01\n").rejected == 1
    remember(loader, alias(), CLERK, NOW)
    report = load(loader, "隐患-7月.csv", "B, 老 街,,2019-07-01\nC,王庄,,2019-07-01\n")
    assert (report.added, report.rejected) == (2, 0)
    assert villages(loader) == {"B": "V3", "C": "V3"}
    told = report_sentence(report, "拒收清单")
    assert "按登记的名称认定 1 种单位写法" in told
    assert "按记住的写法认定：“老 街”为 V3（数据-01 指认）" in told
    other = load(loader, "隐患-另.csv", "D,老街,2019-07-01\n", "id,village,found_on\n")
    assert (other.added, other.rejected) == (0, 1)


def test_a_rule_and_the_station_of_the_row_come_before_it(loader: Loader) -> None:
    remember(loader, alias("王庄", "V1"), CLERK, NOW)
    remember(loader, alias("李庄", "V1"), CLERK, NOW)
    rows = "A,王庄,,2019-06-01\nB,李庄,,2019-06-01\nC,李庄,八台,2019-06-01\nD,李庄,S1,2019-06-01\n"
    assert load(loader, "隐患.csv", rows).rejected == 0
    assert villages(loader) == {"A": "V3", "B": "V1", "C": "V2", "D": "V1"}
    remember(loader, alias("老街", "V3"), CLERK, NOW)
    assert load(loader, "隐患-2.csv", "E,老街,八台,2019-06-01\n").rejected == 1


def test_it_is_kept_with_who_said_it_and_can_be_taken_back(loader: Loader) -> None:
    copy = loader.copy
    assert copy is not None
    remember(loader, alias(), CLERK, NOW)
    remember(loader, alias("老 街", "V1"), Actor("数据-02", "data"), NOW)
    copy.catch_up()
    (kept,) = aliases_of(copy, FORM)
    assert (kept.word, kept.code, kept.author) == ("老 街", "V1", "数据-02")
    assert aliases_of(copy, form_of("hazard", ["id"])) == ()
    forget(loader, kept, CLERK, NOW)
    copy.catch_up()
    assert aliases_of(copy, FORM) == ()
    assert load(loader, "隐患.csv", "A,老街,,2019-06-01\n").rejected == 1


def test_what_must_not_be_remembered_is_not(loader: Loader) -> None:
    position = loader.journal.position()
    with pytest.raises(Refused, match="登记册中没有编码“V9”"):
        remember(loader, alias(code="V9"), CLERK, NOW)
    with pytest.raises(Refused, match="疑似身份证号或手机号"):
        remember(loader, alias("老街13812345678"), CLERK, NOW)
    with pytest.raises(Refused, match="缺少写法"):
        remember(loader, alias("  "), CLERK, NOW)
    with pytest.raises(NotPermitted):
        remember(loader, alias(), Actor("政治处-01", "political"), NOW)
    with pytest.raises(NotPermitted):
        forget(loader, alias(), Actor("政治处-01", "political"), NOW)
    assert loader.journal.position() == position


def test_no_file_writes_it(loader: Loader, tmp_path: Path) -> None:
    assert ALIAS not in LOADABLE
    file = tmp_path / "alias.csv"
    file.write_text("id,source,register,word,code,author\n1,x,village,老街,V3,甲\n", "utf-8")
    mapping = tmp_path / "alias.toml"
    mapping.write_text('kind = "alias"\n[columns]\nid = "id"\nword = "word"\n', "utf-8")
    position = loader.journal.position()
    for kind, how in (("alias", None), (None, None), (None, mapping)):
        (report,) = load_files(loader.journal.folder.parent, [file], CLERK, kind, how, today=TODAY)
        assert report.refused
    assert loader.journal.position() == position


def test_the_same_columns_are_the_same_form() -> None:
    assert form_of("hazard", ["编号", "村"]) == form_of("hazard", ["村 ", "编号"])
    assert form_of("hazard", ["编号", "村"]) != form_of("task", ["编号", "村"])
    assert form_of("hazard", ["编号", "村"]) != form_of("hazard", ["编号", "村", "所"])


def test_rejects_are_known_by_the_form_of_their_source(loader: Loader) -> None:
    """A retry of one row, with a value for a column that lacked, still knows what was said."""
    remember(loader, alias(form=form_of("hazard", ["id", "village"])), CLERK, NOW)
    load(loader, "隐患.csv", "A,老街\n", "id,village\n")
    (reject,) = opened(loader)
    assert reject.reasons == "缺少发现日期"
    columns = ["id", "village", "发现日期"]
    mapping = rules_by_name(columns, TABLES["hazard"]).mapping("更正")
    outcome = check(loader, Retry((reject,), mapping, {"发现日期": "2019-06-01"}), CLERK, TODAY)
    assert (outcome.report.added, outcome.again) == (1, ())


def test_only_words_that_mean_nothing_are_asked_for(loader: Loader) -> None:
    rows = (
        "A,王庄,,x\nB,李庄,,x\nC,老街,,x\nD,老街,,x\nE,V1,,x\nF,枣林镇李庄,,x\n"
        "G,吴庄,,x\nH,吴庄,枣林,x\nI,李庄,枣林,x\n"
    )
    load(loader, "隐患.csv", rows)
    rejects = opened(loader)
    assert loader.copy is not None
    table = TABLES["hazard"]
    rules = rules_by_name(list(rejects[0].values), table)
    words = unknown_words(rules, rejects, meanings_of(loader.copy, table, FORM))
    assert words == {"village": ["吴庄", "老街"]}  # 李庄 means two units: each row by its own
    remember(loader, alias(), CLERK, NOW)
    loader.copy.catch_up()
    words = unknown_words(rules, rejects, meanings_of(loader.copy, table, FORM))
    assert words == {"village": ["吴庄"]}


@pytest.mark.parametrize(
    ("rows", "reason", "remedy_word"),
    [
        ("A,李庄,,2019-06-01\n", "，请指明派出所", "写明派出所"),
        ("A,张庄村,,2019-06-01\n", "相近的有 ", "属其中之一的"),
        ("A,王庄,八台,2019-06-01\n", "与本行派出所不符", "核对村（社区）和派出所"),
        ("A,V1 王庄村,,2019-06-01\n", "编码与名称不符", "核对编码和名称"),
        ("A,枣林镇,,2019-06-01\n", "只是派出所或乡镇", "写明具体单位"),
        ("A,V99,,2019-06-01\n", "“V99”未在登记册中", "先在登记册补登"),
    ],
)
def test_each_problem_has_a_remedy_that_helps(
    loader: Loader, rows: str, reason: str, remedy_word: str
) -> None:
    load(loader, "隐患.csv", rows)
    (reject,) = opened(loader)
    assert reason in reject.reasons
    assert remedy(reject.reasons).startswith(remedy_word)
    assert ("补登" in remedy(reject.reasons)) == ("未在登记册中" in reject.reasons)
