"""The table of a period's acts: the order, who may do what, what must hold before, what is next."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from data.journal.log import Entry, NotNow
from data.journal.log_kinds import LogKind
from metrics.assessment.acts import LABELS, Act
from metrics.assessment.transitions import TRANSITIONS, Case, next_step
from metrics.calendar.period import parse_period
from metrics.calendar.standing import ORDER, STATES, State, standing
from metrics.calendar.working_days import WorkingDays

ROOT = Path(__file__).parents[2]
PERIOD, AS_OF = "2019-06", date(2019, 8, 19)
WAY = [LogKind.PERIOD_CUT, LogKind.PERIOD_RUN, LogKind.PERIOD_CHECKED, LogKind.PERIOD_PUBLISHED]
WAY += [LogKind.PERIOD_HEARING, LogKind.PERIOD_FROZEN, LogKind.PERIOD_ANNOUNCED]
CONTENT: Mapping[LogKind, Mapping[str, object]] = {
    LogKind.PERIOD_CUT: {"position": 4, "as_of": "2019-08-19"},
    LogKind.FLAG_VERDICT: {"month": PERIOD, "voided": ["visit/v1", "visit/v2"]},
}


def log_of(*kinds: LogKind, person: str = "政治处-01") -> list[Entry]:
    """Entries about June, all on Monday 19 August."""
    at = datetime(2019, 8, 19, 9)
    return [
        Entry(n, kind, PERIOD, CONTENT.get(kind, {"period": PERIOD}), person, "", at, "", "")
        for n, kind in enumerate(kinds, 1)
    ]


def case_of(log: list[Entry], on: date = AS_OF, period: str = PERIOD, person: str = "") -> Case:
    when = parse_period(period, AS_OF)
    return Case(standing(log, period), log, when, on, WorkingDays(), person)


def test_the_table_names_every_act_once() -> None:
    assert list(TRANSITIONS) == list(LABELS)
    assert set(TRANSITIONS) == set(get_args(Act))
    assert len(set(LABELS.values())) == len(LABELS)


def test_each_state_is_reached_from_the_one_before() -> None:
    for before, state in pairwise(ORDER):
        ways = [t for t in TRANSITIONS.values() if t.leads_to == state and t.act != "recut"]
        assert [before in t.states for t in ways] == [True], state


@pytest.mark.parametrize("row", range(1, 7))
def test_who_acts_is_what_the_documentation_says(row: int) -> None:
    lines = (ROOT / "docs" / "assessment.md").read_text("utf-8").splitlines()
    table = [re.split(r" ?\| ?", line)[1:3] for line in lines if line.startswith("| ")][3:9]
    state, who = table[row - 1]
    names = {title: name for name, title in STATES.items()}
    (transition,) = [
        t for t in TRANSITIONS.values() if t.leads_to == names[state] and t.act != "recut"
    ]
    assert transition.who in who


@pytest.mark.parametrize(
    ("done", "act", "label"),
    [
        (0, "cut", "截止数据"),
        (1, "run", "一键考核"),
        (2, "check", "通过初核"),
        (3, "publish", "公示"),
        (4, "hear", "转入申诉复核"),
        (5, "freeze", "定稿"),
        (6, "announce", "通报"),
    ],
)
def test_what_comes_next(done: int, act: str, label: str) -> None:
    step = next_step(case_of(log_of(*WAY[:done]), date(2019, 8, 30)))
    assert step is not None
    assert (step.transition.act, step.label, step.blocked) == (act, label, "")


def test_after_the_last_step_nothing_comes() -> None:
    assert next_step(case_of(log_of(*WAY))) is None


def test_a_voided_record_asks_for_a_later_cut_off() -> None:
    case = case_of(log_of(*WAY[:2], LogKind.FLAG_VERDICT))
    step = next_step(case)
    assert step is not None
    assert (step.transition.act, step.label) == ("recut", "重新截止并计算")
    assert step.explains == "截止后因核查属实作废记录 2 条，尚未计入得分"
    with pytest.raises(NotNow, match="作废记录 2 条，尚未计入得分，请先办理“重新截止并计算”"):
        TRANSITIONS["check"].check(case)


def test_a_bonus_approved_since_asks_for_another_computation() -> None:
    step = next_step(case_of(log_of(*WAY[:2], LogKind.LEDGER_APPROVED)))
    assert step is not None
    assert (step.transition.act, step.label) == ("run", "重新计算")
    assert step.explains == "上次计算后批准的加减分 1 条，尚未列入计算结果"


def test_what_must_hold_is_told_before_the_key_is_pressed() -> None:
    published = log_of(*WAY[:4])
    step = next_step(case_of(published, date(2019, 8, 22)))  # the third working day
    assert step is not None
    assert step.blocked == "公示期至8月22日，期满后办理"
    hearing = next_step(case_of(log_of(*WAY[:5]), date(2019, 8, 27)))
    assert hearing is not None
    assert hearing.blocked == "申诉期至8月27日，办结后方可定稿"


@pytest.mark.parametrize("period", ["2019-W30", "2019-06-01..2019-06-10"])
def test_only_whole_months_and_longer_are_assessed(period: str) -> None:
    step = next_step(case_of([], period=period))
    assert step is not None
    assert step.blocked == "只有月、季度、半年和年度可以办理考核"


def test_a_month_that_is_not_over_waits() -> None:
    step = next_step(case_of([], period="2019-08"))
    assert step is not None
    assert step.blocked == "2019年8月（至8月19日）尚未结束，不能截止"


def test_who_checked_does_not_sign() -> None:
    late = date(2019, 8, 28)
    case = case_of(log_of(*WAY[:5]), late, person="政治处-01")
    with pytest.raises(NotNow, match="不得签发本人初核的考核"):
        TRANSITIONS["freeze"].check(case)
    TRANSITIONS["freeze"].check(replace(case, person="局领导-01"))


def test_a_correction_needs_a_proposal_of_another_person() -> None:
    frozen = log_of(*WAY[:6])
    with pytest.raises(NotNow, match="没有待批的更正"):
        TRANSITIONS["revise"].check(case_of(frozen))
    proposed = case_of(log_of(*WAY[:6], LogKind.REVISION_PROPOSED))
    with pytest.raises(NotNow, match="不得批准本人提出的更正"):
        TRANSITIONS["revise"].check(replace(proposed, person="政治处-01"))
    TRANSITIONS["revise"].check(replace(proposed, person="局领导-01"))
    answered = log_of(*WAY[:6], LogKind.REVISION_PROPOSED, LogKind.PERIOD_REVISION)
    with pytest.raises(NotNow, match="没有待批的更正"):
        TRANSITIONS["revise"].check(case_of(answered))


@pytest.mark.parametrize("act", TRANSITIONS)
@pytest.mark.parametrize("done", range(8))
def test_outside_of_its_states_no_act_is_done(act: Act, done: int) -> None:
    case = case_of(log_of(*WAY[:done]), date(2019, 8, 30), person="局领导-01")
    reached: list[State] = ["provisional", "cut", "cut", *ORDER[2:]]
    if reached[done] in TRANSITIONS[act].states:
        return
    with pytest.raises(NotNow, match=f"现处于“{STATES[reached[done]]}”阶段"):
        TRANSITIONS[act].check(case)
