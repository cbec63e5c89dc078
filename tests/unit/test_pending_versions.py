"""No single hand lifts a score: what takes a failure away waits, whatever channel it came by."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from data.channels.http import Answer
from data.config import HttpForm
from data.decisions.pending_versions import (
    PendingVersion,
    confirm,
    may_settle,
    pending_versions,
    refuse,
    twins,
)
from data.decisions.spot_checks import Result, void_failed
from data.intake.correction import rules_by_name
from data.intake.files import load_files
from data.intake.load_report import LoadReport, counts_sentence
from data.intake.loading import Loader
from data.intake.reject_selection import chosen
from data.intake.rejects import open_rejects
from data.intake.retry import Retry, done_sentence, load
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import NotNow, entries
from data.rights import Actor, NotPermitted
from data.schema import TABLES
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.scoring.rank import assess
from metrics.wording.log_sentences import sentence_of
from tests.request import take

CLERK = Actor("数据-01", "data")
POLITICAL, OTHER = Actor("政治处-01", "political"), Actor("政治处-02", "political")
AT = datetime(2019, 8, 19, 9, 30)
TODAY = AT.date()
JULY = "2019-07"
LIMITS = HttpForm(max_bytes=900_000, max_rows=5_000)
TOWN = {
    "bureau": "code,name,is_simulated,observed_until\n1,测试分局,true,2019-08-19\n",
    "station": "code,name,unit_group\nS,甲所,城区\nT,乙所,城区\n",
    "village": "code,name,kind,station,households\nA,一村,村,S,300\nB,二村,村,T,300\n",
}
COLUMNS = (
    "id,village,received_at,first_handled_at,due_on,resolved_on,called_back_on,"
    "is_deleted,voided_on,voided_reason"
)
LATE = {
    "id": "D0",
    "village": "A",
    "received_at": "2019-07-01 09:00",
    "first_handled_at": "2019-07-01 10:00",
    "due_on": "2019-07-20",
    "resolved_on": "2019-07-29",
}
PART = {name: LATE[name] for name in ("id", "received_at")}  # what no row may lack
ACTS: Mapping[str, Mapping[str, str]] = {
    "作废": {"voided_on": "2019-08-18", "voided_reason": "录入有误"},
    "删除": {"is_deleted": "true"},
    "改期": {"due_on": "2019-07-30"},
    "改挂单位": {"village": "B"},
    "改结果": {"resolved_on": "2019-07-19"},
}


def dispute(number: int, village: str) -> dict[str, str]:
    """One that met everything."""
    met = {"resolved_on": "2019-07-10", "called_back_on": "2019-07-12"}
    return LATE | met | {"id": f"D{number}", "village": village}


def csv(rows: list[dict[str, str]], columns: str = COLUMNS) -> str:
    names = columns.split(",")
    return "\n".join([columns, *(",".join(row.get(n, "") for n in names) for row in rows)]) + "\n"


def by_file(store: Path, rows: list[dict[str, str]], who: Actor = CLERK) -> LoadReport:
    file = store.parent / "dispute.csv"
    file.write_text(csv(rows), "utf-8")
    (report,) = load_files(store, [file], who, "dispute", today=TODAY)
    assert not report.refused
    assert not report.rejected
    return report


def by_http(store: Path, rows: list[dict[str, str]]) -> Answer:
    journal = Journal(store)
    loader = Loader(journal, Copy(journal), tells_each_row=True)
    body = json.dumps(rows).encode()
    return take(loader, "dispute", body, "application/json", LIMITS, CLERK, TODAY)


def by_retry(store: Path, rows: list[dict[str, str]]) -> None:
    """The rows come with an unknown village, are rejected, and corrected on the page."""
    file = store.parent / "dispute.csv"
    file.write_text(csv([row | {"village": "X"} for row in rows]), "utf-8")
    load_files(store, [file], CLERK, "dispute", today=TODAY)
    journal = Journal(store)
    loader = Loader(journal, Copy(journal), tells_each_row=True)
    assert loader.copy
    loader.copy.catch_up()
    (first,) = open_rejects(loader.copy, CLERK)["id"].to_pylist()
    rejects = chosen(loader.copy, CLERK, first, "row")
    mapping = rules_by_name(list(rejects[0].values), TABLES["dispute"]).mapping("测试")
    done = load(loader, Retry(rejects, mapping, {"village": rows[0]["village"]}), CLERK, TODAY)
    assert (done.report.held, done.report.accepted, done.again) == (1, 1, ())
    assert done_sentence(done) == ("这一行已导入并销号：该编号已有记录，改动待核，他人确认后计入")
    loader.copy.catch_up()
    assert open_rejects(loader.copy, CLERK).num_rows == 0


CHANNELS: Mapping[str, Callable[[Path, list[dict[str, str]]], object]] = {
    "file": by_file,
    "http": by_http,
    "page": by_retry,
}


ROWS = [LATE, *(dispute(n, "A" if n % 2 else "B") for n in range(1, 21))]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The registers of two stations, without a record."""
    folder = tmp_path / "store"
    for name, text in TOWN.items():
        file = tmp_path / f"{name}.csv"
        file.write_text(text, "utf-8")
        (report,) = load_files(folder, [file], CLERK, name, today=TODAY)
        assert not report.rejected, report
    return folder


@pytest.fixture
def store(town: Path) -> Path:
    """The same with 21 disputes of July, one of them late."""
    by_file(town, ROWS)
    return town


@dataclass(frozen=True)
class Figures:
    """Of C1 and the score of both stations in July."""

    cases: tuple[tuple[int, int], ...]
    scores: tuple[Fraction | None, ...]


def figures(folder: Path) -> Figures:
    """Read anew from the journal."""
    counted = Store(folder).counted()
    period = parse_period(JULY, counted.as_of)
    lines = sorted(assess(counted, "station", period, POLITICAL), key=lambda line: line.unit)
    own = [
        next(c for c in line.contributions if c.indicator == "C1-disputes-on-time")
        for line in lines
    ]
    return Figures(
        tuple((int(c.numerator or 0), int(c.denominator or 0)) for c in own),
        tuple(line.score for line in lines),
    )


def open_copy(folder: Path) -> Copy:
    copy = Copy(Journal(folder))
    copy.catch_up()
    return copy


def waiting(folder: Path) -> tuple[PendingVersion, ...]:
    return pending_versions(open_copy(folder))


def settle(folder: Path, reason: str = "原件已核", who: Actor = POLITICAL) -> None:
    copy = open_copy(folder)
    ids = [version.id for version in pending_versions(copy)]
    confirm(copy.journal, copy, ids, reason, who, AT)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("act", ACTS)
def test_nothing_moves_before_another_person_confirms(store: Path, act: str, channel: str) -> None:
    before = figures(store)
    assert before.cases == ((10, 11), (10, 10))
    CHANNELS[channel](store, [LATE | dict(ACTS[act])])
    assert figures(store) == before
    (version,) = waiting(store)
    assert (version.id, version.acts, version.sender) == ("dispute/D0", act, "数据-01")
    assert version.due_on == date(2019, 7, 20)
    with pytest.raises(NotNow, match="不得核定本人报送的版本，请由他人办理"):
        settle(store, who=Actor("数据-01", "political"))
    with pytest.raises(NotPermitted, match="可由局领导、政治处操作"):
        settle(store, who=Actor("数据-02", "data"))
    assert figures(store) == before
    settle(store)
    after = figures(store)
    moved = (10, 11) if act == "改挂单位" else (10, 10)
    own = (11, 11) if act in ("改期", "改结果") else (10, 10)
    assert after.cases == (own, moved)
    assert after.scores[0] is not None
    assert before.scores[0] is not None
    assert after.scores[0] > before.scores[0]
    assert waiting(store) == ()
    (entry,) = entries(open_copy(store), "version-confirmed")
    assert sentence_of(entry, {}) == "确认待核版本 1 件，自此计入：原件已核"


def test_every_channel_tells_what_waits(store: Path) -> None:
    report = by_file(store, [LATE | dict(ACTS["作废"])])
    assert (report.corrected, report.unchanged, report.held) == (0, 0, 1)
    assert counts_sentence(report) == (
        "读入 1 行，新增 0，更正 0，未变 0，待核 1（他人确认后计入），拒收 0"
    )
    answer = by_http(store, [LATE | dict(ACTS["删除"]), dispute(1, "A")])
    assert [row.outcome for row in answer.rows] == ["held", "unchanged"]
    assert answer.message == "接收 2 行，拒收 0 行；其中待核 1 行，他人确认后计入"


def test_the_version_shows_before_and_after(store: Path) -> None:
    by_http(store, [PART | {"due_on": "2019-08-30"}])
    (version,) = waiting(store)
    assert (version.before, version.after) == ({"due_on": "2019-07-20"}, {"due_on": "2019-08-30"})
    assert (version.village, version.source) == ("A", "HTTP 接口")


ORDINARY: Mapping[str, Mapping[str, str]] = {
    "a record that met its deadline is voided": {**dispute(1, "A"), **ACTS["作废"]},
    "a kind is added": LATE | {"kind": "邻里"},
    "a call back is entered late": LATE | {"called_back_on": "2019-08-10"},
    "a deadline that is still ahead": {
        **LATE, "id": "D90", "received_at": "2019-08-10 09:00", "due_on": "2019-08-30"
    },
}  # fmt: skip


@pytest.mark.parametrize("what", ORDINARY)
def test_an_ordinary_correction_does_not_wait(store: Path, what: str) -> None:
    answer = by_http(store, [dict(ORDINARY[what])])
    assert [row.outcome for row in answer.rows] != ["held"]
    assert waiting(store) == ()


def test_a_result_that_was_missing_counts_at_once_and_cannot_be_cleared_first(store: Path) -> None:
    """Else what was late could be emptied today and entered as on time tomorrow."""
    by_http(store, [{**LATE, "id": "D91", "resolved_on": "", "first_handled_at": ""}])
    assert figures(store).cases[0] == (10, 12)
    assert by_http(store, [PART | {"id": "D91", "resolved_on": "2019-07-18"}]).rows[0].outcome == (
        "corrected"
    )
    assert figures(store).cases[0] == (11, 12)
    assert by_http(store, [PART | {"resolved_on": ""}]).rows[0].outcome == "held"
    assert figures(store).cases[0] == (11, 12)


def test_one_confirmation_of_a_hundred_duplicates(store: Path) -> None:
    copies = [LATE | {"id": f"D{n}"} for n in range(100, 200)]
    by_file(store, copies)
    assert figures(store).cases[0] == (10, 111)
    assert by_file(store, [row | dict(ACTS["作废"]) for row in copies]).held == 100
    assert figures(store).cases[0] == (10, 111)
    copy = open_copy(store)
    assert set(twins(copy, pending_versions(copy)).values()) == {"D0"}
    settle(store, reason="")
    assert figures(store).cases[0] == (10, 11)
    (entry,) = entries(open_copy(store), "version-confirmed")
    assert sentence_of(entry, {}) == "确认待核版本 100 件，自此计入：重复记录"


def test_of_two_that_name_each_other_none_goes_at_sight(store: Path) -> None:
    by_file(store, [LATE | {"id": "D1"}])  # D1 becomes an equal of D0
    by_file(store, [LATE | {"id": "D1"} | dict(ACTS["作废"]), LATE | dict(ACTS["作废"])])
    copy = open_copy(store)
    assert len(pending_versions(copy)) == 2
    assert twins(copy, pending_versions(copy)) == {}
    with pytest.raises(NotNow, match="请填写理由"):
        settle(store, reason="")


def test_what_is_refused_stays_as_it_stood_and_is_not_asked_again(store: Path) -> None:
    before = figures(store)
    by_file(store, [LATE | dict(ACTS["作废"])])
    copy = open_copy(store)
    with pytest.raises(NotNow, match="请填写理由"):
        refuse(copy.journal, copy, ["dispute/D0"], " ", POLITICAL, AT)
    refuse(copy.journal, copy, ["dispute/D0"], "无佐证", POLITICAL, AT)
    assert figures(store) == before
    report = by_file(store, [LATE | dict(ACTS["作废"])])
    assert (report.held, report.unchanged) == (0, 1)
    assert waiting(store) == ()
    with pytest.raises(NotNow, match="已由他人办理或已撤回"):
        confirm(copy.journal, copy, ["dispute/D0"], "核对", OTHER, AT)


def test_the_same_sent_again_waits_once_and_a_retraction_withdraws_it(store: Path) -> None:
    for _ in range(2):
        assert by_file(store, [LATE | dict(ACTS["作废"])]).held == 1
    assert len(waiting(store)) == 1
    assert by_http(store, [PART | {"called_back_on": "2019-08-10"}]).rows[0].outcome == (
        "corrected"
    )
    assert len(waiting(store)) == 1  # it says nothing of the voiding
    by_file(store, [LATE])
    assert waiting(store) == ()


def test_a_confirmed_version_keeps_what_came_in_meanwhile(store: Path) -> None:
    by_http(store, [PART | dict(ACTS["作废"])])
    by_http(store, [PART | {"called_back_on": "2019-08-10"}])
    settle(store)
    row = open_copy(store).one(
        "SELECT called_back_on, voided_on, voided_reason FROM record.dispute WHERE id = 'D0'"
    )
    assert row == (date(2019, 8, 10), date(2019, 8, 18), "录入有误")


def test_a_person_who_sent_one_of_many_confirms_none(store: Path) -> None:
    by_file(store, [LATE | dict(ACTS["作废"])], who=Actor("政治处-01", "operator"))
    (version,) = waiting(store)
    assert not may_settle(version, POLITICAL)
    assert may_settle(version, OTHER)
    assert not may_settle(version, CLERK)


def test_a_check_of_one_person_voids_no_failure(store: Path) -> None:
    before = figures(store)
    copy = open_copy(store)
    met = Result("dispute/D1", "A", TODAY, 10, 4)
    assert void_failed(copy.journal, copy, met, "查无此事", POLITICAL, AT)
    assert figures(store).cases == ((9, 10), (10, 10))
    late = Result("dispute/D0", "A", TODAY, 10, 4)
    assert not void_failed(copy.journal, copy, late, "查无此事", POLITICAL, AT)
    assert figures(store).cases == ((9, 10), before.cases[1])
    (version,) = waiting(store)
    assert (version.acts, version.sender, version.source) == ("作废", "政治处-01", "抽查")
    with pytest.raises(NotNow, match="由他人办理"):
        settle(store)
    settle(store, who=OTHER)
    assert figures(store).cases == ((9, 9), before.cases[1])
