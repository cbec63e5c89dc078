"""A period from 数据截止 to 通报: the way, the forbidden ways, freezing and verifying."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.journal.journal import Journal
from data.journal.log import NotNow
from data.rights import Actor, NotPermitted, command_line
from metrics.assessment.appeals import appeal_counts, appeals, file_appeal, review_appeal
from metrics.assessment.result_files import differences
from metrics.assessment.steps import (
    Desk,
    announce,
    check,
    computed,
    cut_off,
    freeze,
    hear,
    propose_revision,
    publish,
    revise,
    run,
)
from metrics.assessment.verify import late_differences, verify
from metrics.calendar.period import parse_period
from metrics.calendar.working_days import WorkingDays
from metrics.cells.store import Store
from metrics.results import Results
from metrics.scheme.scheme import Level
from metrics.scoring.ledger import Proposal, adjustments, ledger, propose, settle
from metrics.scoring.rank import Assessment
from tests.assessing import (
    BONUS,
    FIRST,
    LEADER,
    OBJECTION,
    PERIOD,
    SECOND,
    STATION,
    confirm_waiting,
    desk,
    load,
    proposal,
    to_hearing,
    to_publication,
)

LATE_TASK = """
    SELECT t.id, t.village, t.station, strftime(t.dispatched_at, '%Y-%m-%d %H:%M:%S'), t.is_urgent,
        strftime(t.signed_at, '%Y-%m-%d %H:%M:%S'), t.due_on
    FROM record.task t JOIN record.village v ON v.code = t.village
    WHERE due_on BETWEEN '2019-06-01' AND '2019-06-30' AND t.village = ?
        AND (done_on > due_on OR done_on IS NULL) ORDER BY t.id LIMIT 1"""


@pytest.fixture(scope="module")
def hearing_store(recent_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city with June 2019 in 申诉复核. Read only: copy it before writing."""
    folder = tmp_path_factory.mktemp("hearing") / "store"
    shutil.copytree(recent_store, folder)
    to_hearing(Store(folder))
    return folder


@pytest.fixture
def hearing(hearing_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(hearing_store, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def frozen_store(hearing_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with a bonus, frozen. Read only."""
    folder = tmp_path_factory.mktemp("frozen") / "store"
    shutil.copytree(hearing_store, folder)
    store = Store(folder)
    add_bonus(store)
    freeze(desk(store, LEADER, 9), PERIOD)
    return folder


@pytest.fixture
def frozen(frozen_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(frozen_store, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def fresh(town_store: Path, tmp_path: Path) -> Store:
    shutil.copytree(town_store, tmp_path / "store")
    return Store(tmp_path / "store")


def add_bonus(store: Store, given: Proposal = BONUS) -> None:
    item = propose(store.journal, store.schemes[-1], given, FIRST, desk(store, FIRST).at)
    settle(store.journal, item.id, True, "", SECOND, desk(store, SECOND).at)


def add_all(store: Store, given: list[Proposal]) -> None:
    for each in given:
        add_bonus(store, each)


def shown(store: Store, level: Level = "station", period: str = PERIOD) -> dict[str, Assessment]:
    counted = store.counted()
    when = parse_period(period, counted.as_of)
    return {line.unit: line for line in Results(store, counted, LEADER).lines(level, when)}


# -- the way ----------------------------------------------------------------------------------


def test_the_whole_way_with_an_appeal_that_changes_a_rank(hearing: Store, tmp_path: Path) -> None:
    store = hearing
    before = shown(store, "village")
    unit, row = next((unit, row) for unit in before if (row := store.copy.one(LATE_TASK, unit)))
    id, village, station, dispatched, urgent, signed, due = row
    load(
        store,
        tmp_path,
        "task",
        "id,village,station,dispatched_at,is_urgent,signed_at,due_on,done_on\n"
        f"{id},{village},{station or ''},{dispatched},{urgent},{signed or ''},{due},{due}\n",
    )
    confirm_waiting(store)
    assert shown(store, "village") == before  # after the cut-off nothing moves by itself
    objection = replace(
        OBJECTION,
        level="village",
        unit=unit,
        indicator="F2-tasks-on-time",
        reason="该任务已按期办结，系统漏录",
        table="task",
        record=str(id),
    )
    filed = file_appeal(
        store.journal,
        store.schemes[-1],
        objection,
        WorkingDays(),
        STATION,
        desk(store, STATION, 7).at,
    )
    with pytest.raises(NotNow, match="1 件申诉未复核"):
        freeze(desk(store, LEADER, 9), PERIOD)
    review_appeal(
        store.journal, filed.id, True, "核对属实，予以更正", SECOND, desk(store, SECOND, 8).at
    )
    after = shown(store, "village")
    assert after[unit].score > before[unit].score  # type: ignore[operator]
    assert after[unit].rank < before[unit].rank  # type: ignore[operator]
    freeze(desk(store, LEADER, 9), PERIOD)
    announce(desk(store, FIRST, 10), PERIOD)
    assert desk(store, FIRST).standing(PERIOD).title == "通报"
    assert shown(store, "village") == after
    (verified,) = verify(store.journal, command_line())
    assert verified.is_same, verified.problems
    counts = appeal_counts(appeals(desk(store, FIRST).log()))
    assert (counts.filed, counts.granted, counts.days) == (1, 1, 1.0)


def test_a_run_notes_what_changed_since_the_last_one(fresh: Store) -> None:
    from metrics.assessment.open_points import score_changes

    cut_off(desk(fresh, FIRST), PERIOD)
    first = run(desk(fresh, FIRST), PERIOD)
    add_bonus(fresh)
    told: list[tuple[str, int, int]] = []
    second = run(desk(fresh, FIRST), PERIOD, lambda *given: told.append(given))
    assert [key for key, _, _ in score_changes(first, second)] == ["station:S08"]
    assert told[0] == ("全局", 0, 6)
    assert told[-1][1:] == (6, 6)


def test_a_bonus_stands_beside_the_raw_score(hearing: Store) -> None:
    before = shown(hearing)["S08"]
    add_bonus(hearing)
    after = shown(hearing)["S08"]
    assert after.raw == before.score
    assert after.score == before.score + 2  # type: ignore[operator]
    assert after.contributions == before.contributions


def test_a_quarter_takes_the_mean_of_its_months(hearing: Store) -> None:
    add_bonus(hearing)
    quarter = parse_period("2019-Q2", hearing.as_of())
    items = ledger(desk(hearing, FIRST).log())
    assert adjustments(items, "station", quarter)["S08"].bonus == Fraction(2, 3)
    live = shown(hearing, period="2019-Q2")["S08"]
    assert live.bonus == Fraction(2, 3)


def test_a_veto_closes_the_better_grades_and_leaves_the_score(hearing: Store) -> None:
    before = shown(hearing, period="2019-Q2")
    best = next(line for line in before.values() if line.rank == 1)
    add_bonus(
        hearing,
        proposal(
            unit=best.unit,
            kind="veto",
            points=Fraction(0),
            reason="falsified-records",
            event="督-1",
        ),
    )
    after = shown(hearing, period="2019-Q2")[best.unit]
    assert after.is_vetoed
    assert after.score == best.score
    assert after.grade == hearing.schemes[-1].ledger.veto_grade or after.grade == "不合格"


def test_an_exemption_shares_out_the_weight(hearing: Store) -> None:
    given = proposal(
        kind="exemption",
        points=Fraction(0),
        reason="disaster",
        event="防汛-7",
        indicator="A1-visit-coverage",
    )
    before = shown(hearing)["S08"]
    add_bonus(hearing, given)
    line = shown(hearing)["S08"]
    left_out = next(c for c in line.contributions if c.indicator == "A1-visit-coverage")
    assert left_out.points is None
    assert "免考核（抢险救灾等不可抗力）" in left_out.reason
    households = left_out.denominator or 0
    own = Fraction(10 * households, households + 3)  # 10 points, 3 of the group's mixed in
    assert line.applicable_points == before.applicable_points - own
    assert sum((c.effective_weight for c in line.contributions), Fraction(0)) == 100


# -- frozen -----------------------------------------------------------------------------------


def test_late_records_do_not_move_a_frozen_result_and_are_listed(
    frozen: Store, tmp_path: Path
) -> None:
    before = shown(frozen)
    rows = [
        f"L{n},V001,2019-06-{1 + n % 28:02d} 09:00:00,false,2019-06-{1 + n % 28:02d} 10:00:00,"
        f"2019-06-{1 + n % 28:02d},2019-08-01"
        for n in range(1000)
    ]
    head = "id,village,dispatched_at,is_urgent,signed_at,due_on,done_on"
    load(frozen, tmp_path, "task", "\n".join([head, *rows]) + "\n")
    assert shown(frozen) == before
    (verified,) = verify(frozen.journal, command_line())
    assert verified.is_same, verified.problems
    listed = late_differences(desk(frozen, FIRST), PERIOD)
    assert any("按期办结率分母" in sentence for sentence in listed)


def test_a_correction_is_a_revision_beside_the_old_one(frozen: Store, tmp_path: Path) -> None:
    before = shown(frozen, "village")
    unit, row = next((u, r) for u in before if (r := frozen.copy.one(LATE_TASK, u)))
    id, village, station, dispatched, urgent, signed, due = row
    load(
        frozen,
        tmp_path,
        "task",
        "id,village,station,dispatched_at,is_urgent,signed_at,due_on,done_on\n"
        f"{id},{village},{station or ''},{dispatched},{urgent},{signed or ''},{due},{due}\n",
    )
    with pytest.raises(NotNow, match="的更正待核，请先由报送人以外的人在数据核查中确认"):
        propose_revision(desk(frozen, FIRST, 20), PERIOD, "漏录更正", [("task", str(id))])
    confirm_waiting(frozen)
    propose_revision(desk(frozen, FIRST, 20), PERIOD, "漏录更正", [("task", str(id))])
    with pytest.raises(NotPermitted):
        revise(desk(frozen, FIRST, 20), PERIOD)
    entry = revise(desk(frozen, LEADER, 21), PERIOD)
    assert any("按期办结率分子" in str(line) for line in entry.content["differences"])  # type: ignore[attr-defined]
    assert entry.content["reason"] == "漏录更正"
    assert shown(frozen, "village")[unit].score > before[unit].score  # type: ignore[operator]
    one, two = verify(frozen.journal, command_line())
    assert one.is_same, one.problems
    assert two.is_same, two.problems
    assert one.hash != two.hash


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("assessments/*/units.parquet", "units.parquet"),
        ("assessments/*/contributions.parquet", "contributions.parquet"),
        ("assessments/*/schemes/*.toml", "schemes/01.toml"),
        ("assessments/*/indicators/C1*.toml", "C1-disputes-on-time.toml"),
        ("assessments/*/manifest.json", "清单"),
        ("journal/*-visit.parquet", "visit.parquet"),
    ],
)
def test_one_flipped_byte_is_named(frozen: Store, pattern: str, named: str) -> None:
    (path, *_) = sorted(frozen.folder.glob(pattern))
    flip(path)
    (verified,) = verify(Journal(frozen.folder), command_line())
    assert not verified.is_same
    assert any(named in sentence for sentence in verified.problems), verified.problems


def test_a_changed_ledger_entry_is_named(frozen: Store) -> None:
    """Also when whoever did it writes a sound part with a right checksum."""
    for path in sorted(frozen.folder.glob("journal/*-log.parquet")):
        table = pq.read_table(path)
        texts = table["content"].to_pylist()
        if any('"bonus"' in text for text in texts):
            changed = [text.replace('"points":"2"', '"points":"5"') for text in texts]
            rows = table.set_column(
                table.column_names.index("content"), "content", pa.array(changed, pa.string())
            ).select([n for n in table.column_names if n != "_part"])
            from data.journal.journal import Batch

            with frozen.journal.lock():
                frozen.journal.append(
                    [Batch("log", rows.replace_schema_metadata(None), tuple(rows.column_names))],
                    "伪造",
                    FIRST,
                )
            break
    (verified,) = verify(Journal(frozen.folder), command_line())
    assert any("办理日志第" in s and "校验码不符" in s for s in verified.problems), (
        verified.problems
    )


def test_an_upgraded_indicator_does_not_touch_a_frozen_assessment(
    frozen: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The product's indicator file changes its meaning; the old one verifies with its copy."""
    import metrics.indicators.catalogue as catalogue

    changed = tmp_path / "changed"
    shutil.copytree(catalogue.HERE / "indicators", changed / "indicators")
    shutil.copytree(catalogue.HERE / "views", changed / "views")
    file = changed / "indicators" / "F2-tasks-on-time.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("done_on <= due_on", "done_on < due_on"), "utf-8")
    assert file.read_text("utf-8") != text
    monkeypatch.setattr(catalogue, "HERE", changed)
    upgraded = Store(frozen.folder)
    (verified,) = verify(upgraded.journal, command_line())
    assert verified.is_same, verified.problems
    live = upgraded.counted()
    from metrics.scoring.rank import assess

    now = assess(live, "station", parse_period(PERIOD, live.as_of), LEADER)
    assert differences({"station": list(shown(frozen).values())}, {"station": now})


# -- forbidden ways ---------------------------------------------------------------------------


def test_no_state_is_skipped(fresh: Store) -> None:
    acts: list[Callable[[], object]] = [
        lambda: run(desk(fresh, FIRST), PERIOD),
        lambda: check(desk(fresh, FIRST), PERIOD, "好"),
        lambda: publish(desk(fresh, FIRST), PERIOD),
        lambda: hear(desk(fresh, FIRST), PERIOD),
        lambda: freeze(desk(fresh, LEADER), PERIOD),
        lambda: announce(desk(fresh, FIRST), PERIOD),
    ]
    for act in acts:
        with pytest.raises(NotNow, match="现处于“暂定”阶段"):
            act()
    cut_off(desk(fresh, FIRST), PERIOD)
    with pytest.raises(NotNow, match="尚未一键考核"):
        check(desk(fresh, FIRST), PERIOD, "好")
    with pytest.raises(NotNow):
        publish(desk(fresh, FIRST), PERIOD)


@pytest.mark.parametrize(
    ("period", "why"),
    [("2019-08", "尚未结束"), ("2019-W30", "只有月"), ("2019-06-01..2019-06-10", "只有月")],
)
def test_which_periods_are_not_assessed(fresh: Store, period: str, why: str) -> None:
    with pytest.raises(NotNow, match=why):
        cut_off(desk(fresh, FIRST), period)


def test_deadlines_are_kept(fresh: Store) -> None:
    to_publication(fresh)
    with pytest.raises(NotNow, match="公示期至8月22日"):
        hear(desk(fresh, FIRST, 3), PERIOD)
    hear(desk(fresh, FIRST, 4), PERIOD)
    with pytest.raises(NotNow, match="申诉期至8月27日"):
        freeze(desk(fresh, LEADER, 8), PERIOD)
    with pytest.raises(NotNow, match="申诉期已于2019-08-27届满"):
        file_appeal(
            fresh.journal,
            fresh.schemes[-1],
            OBJECTION,
            WorkingDays(),
            STATION,
            desk(fresh, STATION, 9).at,
        )


def test_who_scored_does_not_review_and_does_not_sign(hearing: Store) -> None:
    at = desk(hearing, STATION, 7).at
    filed = file_appeal(hearing.journal, hearing.schemes[-1], OBJECTION, WorkingDays(), STATION, at)
    with pytest.raises(NotNow, match="本期由本人计分或初核"):
        review_appeal(hearing.journal, filed.id, False, "不成立", FIRST, at)
    with pytest.raises(NotPermitted):
        review_appeal(hearing.journal, filed.id, False, "不成立", STATION, at)
    review_appeal(hearing.journal, filed.id, False, "不成立", SECOND, at)
    with pytest.raises(NotNow, match="已由政治处-02复核：不成立"):
        review_appeal(hearing.journal, filed.id, True, "成立", SECOND, at)
    with pytest.raises(NotPermitted, match="可由局领导操作"):
        freeze(desk(hearing, FIRST, 9), PERIOD)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"evidence": " "}, "请填写依据文号"),
        ({"event": ""}, "请填写事项编号"),
        ({"points": Fraction(6)}, "不超过"),
        ({"points": Fraction(0)}, "应大于 0 分"),
        ({"points": Fraction(-1)}, "应大于 0 分"),
        ({"reason": "nothing"}, "方案中没有这一加分事由"),
        ({"reason": "falsified-records"}, "方案中没有这一加分事由"),
        ({"evidence": "11010519491231002X"}, "不得有身份证号"),
        ({"kind": "exemption", "reason": "leave", "points": Fraction(0)}, "免考核须指明一项指标"),
        ({"kind": "veto", "reason": "serious-breach"}, "不填分值"),
        ({"period": "2019-Q2"}, "台账按月登记"),
    ],
)
def test_what_the_ledger_refuses(hearing: Store, changed: dict[str, object], why: str) -> None:
    position = hearing.journal.position()
    with pytest.raises(NotNow, match=why):
        add_bonus(hearing, proposal(**changed))
    assert hearing.journal.position() == position


def test_one_event_counts_once_and_the_cap_holds(hearing: Store) -> None:
    add_bonus(hearing)
    with pytest.raises(NotNow, match="一事只计一次"):
        add_bonus(hearing, proposal(unit="S02"))
    with pytest.raises(NotNow, match="一事只计一次"):
        add_bonus(hearing, proposal(period="2019-07"))
    most = hearing.schemes[-1].ledger.reason("verified-tip")
    assert most is not None
    add_bonus(hearing, proposal(unit="S02", points=most.points, event="线索-1"))
    with pytest.raises(NotNow, match=r"累计不超过 5 分，已登记"):
        add_all(hearing, [proposal(points=most.points, event=f"线索-{n}") for n in range(2, 9)])


def test_nobody_approves_their_own_and_nobody_decides_twice(hearing: Store) -> None:
    at = desk(hearing, FIRST).at
    item = propose(hearing.journal, hearing.schemes[-1], BONUS, FIRST, at)
    with pytest.raises(NotNow, match="不得批准本人提出"):
        settle(hearing.journal, item.id, True, "", FIRST, at)
    with pytest.raises(NotPermitted):
        settle(hearing.journal, item.id, True, "", STATION, at)
    with pytest.raises(NotNow, match="台账尚有 1 条待批"):
        freeze(desk(hearing, LEADER, 9), PERIOD)
    settle(hearing.journal, item.id, False, "证据不足", SECOND, at)
    with pytest.raises(NotNow, match="已由政治处-02办理：未批准"):
        settle(hearing.journal, item.id, True, "", LEADER, at)
    assert shown(hearing)["S08"].bonus == 0


def test_a_frozen_period_takes_no_more_entries(frozen: Store) -> None:
    with pytest.raises(NotNow, match="现处于“定稿”阶段"):
        add_bonus(frozen, proposal(event="另一件"))
    with pytest.raises(NotNow, match="现处于“定稿”阶段"):
        cut_off(desk(frozen, FIRST), PERIOD)


def test_of_two_at_the_same_moment_one_wins(fresh: Store) -> None:
    told, stores = list[str](), [Store(fresh.folder), Store(fresh.folder)]
    to_hearing(fresh)

    def act(store: Store) -> None:
        try:
            freeze(desk(store, LEADER, 9), PERIOD)
        except NotNow as error:
            told.append(str(error))

    threads = [threading.Thread(target=act, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert "请重新定稿" in told[0] or "现处于“定稿”阶段" in told[0]
    (verified,) = verify(Journal(fresh.folder), command_line())
    assert verified.is_same, verified.problems


def test_who_has_no_right_does_nothing(fresh: Store) -> None:
    nobody = Actor("x", "wall")
    position = fresh.journal.position()
    for act in (cut_off, run, publish, hear, announce, freeze):
        with pytest.raises(NotPermitted):
            act(Desk(fresh, nobody, desk(fresh, FIRST).at), PERIOD)
    assert fresh.journal.position() == position


def test_the_manifest_says_what_it_was_made_with(frozen: Store) -> None:
    (path,) = frozen.folder.glob("assessments/*/manifest.json")
    said = json.loads(path.read_text("utf-8"))
    assert said["versions"].keys() == {"hongfeng", "duckdb", "numpy", "python"}
    assert said["position"] > 20
    assert computed(desk(frozen, FIRST), desk(frozen, FIRST).standing(PERIOD), quick=True)
