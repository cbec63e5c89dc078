"""One rule for every text that people or sources enter, and papers that no text can stop."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation

from data.config import DocumentsForm
from data.decisions import meeting, pending_versions, spot_checks, verdicts
from data.decisions.annotations import Annotation, annotate
from data.entered_text import cleaned, cleaned_sql, printable, problem_of, unfit, unfit_sql
from data.intake.files import load_files
from data.intake.loading import Loader
from data.intake.reading.source import Refused
from data.journal.copy import Copy, fetch_arrow
from data.journal.journal import Batch, Journal
from data.journal.log import NotNow, entries
from data.rights import Actor, command_line
from data.schema import LOG, TABLES
from metrics.assessment import appeals
from metrics.calendar.working_days import working_days
from metrics.cells.store import Store
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme import log as scheme_log
from metrics.scheme.form import FormError, form_of, read_form
from metrics.scheme.scheme import load_schemes
from metrics.scoring import ledger
from pages.documents.build import Kind, Wish, make
from tests.assessing import BONUS, OBJECTION, proposal
from tests.papers import material

CATALOGUE = load_catalogue()
(SCHEME,) = load_schemes(CATALOGUE)
AT, DAY = datetime(2019, 8, 19, 9, 30), date(2019, 8, 19)
ONE, TWO = Actor("政治处-01", "political"), Actor("政治处-02", "political")
LEADER, STATION = Actor("局领导-01", "leader"), Actor("寺坡所-01", "station", "S02")
SUBJECT = verdicts.FlagSubject("f", "short-visits", "时长过短", "V001", date(2019, 7, 1), ())
RESULT = spot_checks.Result("visit/1", "V001", DAY, 5, 4)

# What must not be entered, and what the person is told. Written with escapes: none can be seen.
UNFIT = {
    "control": ("核实\x01属实", "U+0001"),
    "escape": ("核实\x1b[0m", "U+001B"),
    "separator": ("核实\x1f属实", "U+001F"),
    "delete": ("核实\x7f", "U+007F"),
    "override": ("核实\u202e属实", "U+202E"),
    "isolate": ("核实\u2066属实\u2069", "U+2066"),
    "not a character": ("核实\ufffe", "U+FFFE"),
    "nor is this": ("核实\ufdd0", "U+FDD0"),
    "of another plane": ("核实\U0001ffff", "U+1FFFF"),
    "half a pair": ("核实\ud83d", "U+D83D"),
    "a tag": ("核实\U000e0041", "U+E0041"),
}
PERSONAL = ("联系１３７-1234-5678", "身份证号、手机号")
LONG = ("核" * 201, "不超过")


@pytest.mark.parametrize(("text", "sign"), UNFIT.values(), ids=UNFIT)
def test_what_could_break_a_paper_is_named(text: str, sign: str) -> None:
    assert unfit(cleaned(text), "意见") == f"意见含不能使用的字符（{sign}），请删去"
    assert unfit(printable(text), "意见") == ""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("枣林\n三村", "枣林 三村"),
        ("枣林\r\n 三村", "枣林 三村"),
        ("枣林\t\t三村", "枣林 三村"),
        ("枣林\u2028三村\u2029", "枣林 三村"),
        ("\ufeff枣林\u200b三村\u200e", "枣林三村"),
        ("枣林\u00a0三村", "枣林 三村"),
        ("  枣林三村 ", "枣林三村"),
        ("枣林  三村", "枣林  三村"),
        ("龙\U000e0100泉，①②—…😀", "龙\U000e0100泉，①②—…😀"),
    ],
)
def test_what_does_no_harm_is_cleaned(text: str, clean: str) -> None:
    assert cleaned(text) == clean
    assert problem_of(clean, "名称") == ""


ODD = "\t\n\x0b\r\x85\xa0\u2003\u2028\u200b\u200f\ufeff\xad\x01\x7f\u202e\ufffe\U0001fffe a一"


@settings(max_examples=200, deadline=None)
@given(st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"]))))
def test_tables_are_cleaned_as_single_texts_are(text: str) -> None:
    text = text.replace("\0", "")
    query = f"SELECT {cleaned_sql('v')}, {unfit_sql('v', '名称')} FROM (SELECT ? AS v)"
    ((clean, sentence),) = duckdb.execute(query, [text]).fetchall()
    assert clean.strip(" ") == cleaned(text).strip(" ")
    assert (sentence or "") == unfit(text, "名称")


# -- where people write -----------------------------------------------------------------------

Enter = Callable[[Journal, str], object]


def copy_of(journal: Journal) -> Copy:
    copy = Copy(journal, {LOG.name})
    copy.catch_up()
    return copy


def desk_of_schemes(journal: Journal) -> scheme_log.SchemeDesk:
    return scheme_log.SchemeDesk(journal, CATALOGUE, DAY)


def objected(journal: Journal, reason: str = OBJECTION.reason, unit: str = "S02") -> object:
    objection = replace(OBJECTION, reason=reason, unit=unit)
    return appeals.file_appeal(journal, SCHEME, objection, working_days(None), STATION, AT)


def saved(journal: Journal, name: str = "九月方案", note: str = "", **changed: str) -> None:
    scheme = SCHEME.model_copy(update=changed)
    scheme_log.save_draft(desk_of_schemes(journal), ONE, AT, name, scheme, note)


def wanted(text: str) -> meeting.Wanted:
    return meeting.Wanted(text, "武功派出所", DAY + timedelta(7), "glance")


PLACES: dict[str, Enter] = {
    "verdict": lambda j, t: verdicts.judge(j, SUBJECT, "排除", t, ONE, AT),
    "verdict, confirmed": lambda j, t: verdicts.settle(j, copy_of(j), SUBJECT, True, t, ONE, AT),
    "verdict, returned": lambda j, t: verdicts.settle(j, copy_of(j), SUBJECT, False, t, ONE, AT),
    "pending version": lambda j, t: pending_versions.refuse(j, copy_of(j), [], t, ONE, AT),
    "spot check": lambda j, t: spot_checks.void_failed(j, copy_of(j), RESULT, t, ONE, AT),
    "decision": lambda j, t: meeting.decide(j, ONE, AT, wanted(t), ["武功派出所"]),
    "decision, reported": lambda j, t: meeting.report(j, ONE, AT, "log-00000001", "done", t),
    "notice, title": lambda j, t: meeting.post(j, ONE, AT, t, "请核对", DAY),
    "notice, words": lambda j, t: meeting.post(j, ONE, AT, "通知", t, DAY),
    "ledger, evidence": lambda j, t: ledger.propose(j, SCHEME, proposal(evidence=t), ONE, AT),
    "ledger, event": lambda j, t: ledger.propose(j, SCHEME, proposal(event=t), ONE, AT),
    "ledger, unit": lambda j, t: ledger.propose(j, SCHEME, proposal(unit=t), ONE, AT),
    "ledger, approved": lambda j, t: ledger.settle(j, "log-00000001", True, t, LEADER, AT),
    "ledger, declined": lambda j, t: ledger.settle(j, "log-00000001", False, t, LEADER, AT),
    "appeal": lambda j, t: objected(j, reason=t),
    "appeal, unit": lambda j, t: objected(j, unit=t),
    "appeal, reviewed": lambda j, t: appeals.review_appeal(j, "log-1", False, t, TWO, AT),
    "draft, name": lambda j, t: saved(j, name=t),
    "draft, note": lambda j, t: saved(j, note=t),
    "scheme, title": lambda j, t: saved(j, title=t),
    "scheme, source": lambda j, t: saved(j, source=t),
    "scheme, declined": lambda j, t: scheme_log.decline(
        desk_of_schemes(j), TWO, AT, "九月方案", 1, t
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_text_that_must_not_stand_there_is_refused_everywhere(tmp_path: Path, place: str) -> None:
    journal = Journal(tmp_path / "store")
    for text, reason in (*UNFIT.values(), PERSONAL, LONG):
        with pytest.raises(NotNow, match=re.escape(reason)):
            PLACES[place](journal, text)
    assert entries(copy_of(journal)) == ()


def test_what_does_no_harm_is_cleaned_where_people_write(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "store")
    meeting.decide(journal, ONE, AT, wanted("核对\n\u200b数据\u00a0两遍"), ["武功派出所"])
    saved(journal, name="九月\u200b方案", note="走访\t加重")
    decided, draft = entries(copy_of(journal))
    assert decided.content["words"] == "核对 数据 两遍"
    assert (draft.subject, draft.content["note"]) == ("九月方案", "走访 加重")


@pytest.mark.parametrize(("text", "reason"), [*UNFIT.values(), PERSONAL, LONG])
def test_the_form_of_a_scheme_says_so_as_one_types(text: str, reason: str) -> None:
    form = form_of(SCHEME, CATALOGUE)
    grades = [{**form.grades[0], "name": text}, *form.grades[1:]]
    reasons = [{**form.reasons[0], "title": text}, *form.reasons[1:]]
    for wrong in (
        replace(form, title=text),
        replace(form, source=text),
        replace(form, grades=grades),
        replace(form, reasons=reasons),
    ):
        with pytest.raises(FormError, match=re.escape(reason)):
            read_form(wrong, SCHEME, CATALOGUE)
    tidy = read_form(replace(form, title="月度\n方案\u200b"), SCHEME, CATALOGUE)
    assert tidy.title == "月度 方案"


# -- through the intake, and onto paper -------------------------------------------------------


@pytest.fixture(scope="module")
def store(town_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A copy of a small city, to which only this module writes."""
    return Store(shutil.copytree(town_store, tmp_path_factory.mktemp("entered") / "store"))


@pytest.mark.parametrize("text", [text for text, _ in UNFIT.values()], ids=UNFIT)
def test_a_mark_is_refused_with_the_same_words(store: Store, text: str) -> None:
    mark = Annotation(date(2019, 7, 1), text, ONE.code)
    position = store.journal.position()
    with pytest.raises(Refused, match="标注含不能使用的字符"):
        annotate(Loader(store.journal, store.copy, tells_each_row=True), mark, ONE, AT)
    assert store.journal.position() == position


def test_names_of_a_register_are_cleaned_or_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "station.csv"
    bad = [text for name, (text, _) in UNFIT.items() if name != "half a pair"]
    rows = [f'T{at},"{name}",城区' for at, name in enumerate(["新\n城\u200b所", *bad])]
    file.write_text("\n".join(["编码,名称,考核分组", *rows]) + "\n", "utf-8")
    (report,) = load_files(store.folder, [file], command_line(), "station")
    assert (report.added, report.rejected) == (1, len(bad))
    store.copy.catch_up()
    assert store.copy.one("SELECT name FROM record.station WHERE code = 'T0'") == ("新 城所",)
    told = store.copy.cursor().execute(
        "SELECT reasons FROM record.reject WHERE source = 'station.csv' AND NOT is_deleted"
    )
    for (reasons,) in told.fetchall():
        assert re.fullmatch(r"名称含不能使用的字符（U\+[0-9A-F]{4,5}），请删去", reasons)


BAD_NAME = "坏\x01\u202e\ufffe所"


@pytest.fixture(scope="module")
def old_store(town_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of before the rule: names of a station and of a village that no paper can hold."""
    store = Store(shutil.copytree(town_store, tmp_path_factory.mktemp("old") / "store"))
    store.copy.catch_up()
    batches = []
    for table in ("station", "village"):
        query = (
            f"SELECT * REPLACE ($name AS name) FROM record.{table}"
            f" WHERE code = (SELECT max(code) FROM record.{table})"
        )
        rows = fetch_arrow(store.copy.cursor(), query, {"name": BAD_NAME})
        names = TABLES[table].names
        batches.append(Batch(table, rows.select(list(names)), names))
    store.journal.append(batches, "旧库", command_line())
    return Store(store.folder)


def one(store: Store, what: str) -> str:
    return str(store.counted().copy.one(f"SELECT {what} FROM record.station")[0])


def words_of(content: bytes, kind: str) -> str:
    """Every word of a paper, or of its notes."""
    if kind == "table":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(str(c) for sheet in book for row in sheet.values for c in row if c)
    if kind == "bulletin":
        document = Document(io.BytesIO(content))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        return " ".join([*(p.text for p in document.paragraphs), *cells])
    slides = Presentation(io.BytesIO(content)).slides
    return " ".join(slide.notes_slide.notes_text_frame.text for slide in slides)


@pytest.mark.parametrize("kind", ["weekly", "bulletin", "table"])
def test_a_paper_leaves_out_the_unit_names_it_and_goes_on(old_store: Store, kind: Kind) -> None:
    bad = one(old_store, "max(code)")
    words = words_of(make(material(old_store, "2019-07"), Wish(kind), DocumentsForm()), kind)
    assert f"{bad}的名称含不能使用的字符，未列入，请在登记册更正" in words.replace(" ", "")
    assert not unfit(words, "")
    other = one(old_store, "arg_min(name, code)")
    assert other in words or kind == "weekly"


def test_the_other_dossiers_are_made(old_store: Store) -> None:
    bad = one(old_store, "max(code)")
    packed = make(material(old_store, "2019-07"), Wish("dossier", "station"), DocumentsForm())
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        names = files.namelist()
        missing = files.read("没有档案的单位.txt").decode()
    assert str(len(names)) == one(old_store, "count(DISTINCT code)")  # one is the list
    assert f"{bad} 的名称含不能使用的字符，没有档案" in missing
    assert not any(name.startswith(bad) for name in names)


def test_the_bonus_of_the_other_tests_is_fit() -> None:
    """So that the refusals above are those of the text that was changed."""
    for text in (BONUS.evidence, BONUS.event, OBJECTION.reason, SCHEME.title, SCHEME.source):
        assert problem_of(text, "") == ""
