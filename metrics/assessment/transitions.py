"""The way of a period as one table: what may be done in which state, by whom, and what must hold.

The acts themselves (steps.py), what comes next (below), the page 考核, `hongfeng period` and
the words all read it here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.journal.log import Entry, NotNow
from data.journal.log_kinds import LogKind
from data.rights import PROGRAM, Right, roles
from metrics.assessment.acts import LABELS, Act
from metrics.assessment.appeals import appeals, deadlines_of
from metrics.assessment.open_points import unseen
from metrics.calendar.days import day_words
from metrics.calendar.period import Period
from metrics.calendar.standing import ORDER, STATE_AFTER, Standing, State
from metrics.calendar.working_days import WorkingDays
from metrics.scoring.ledger import ledger

ASSESSED = ("month", "quarter", "half", "year")


@dataclass(frozen=True)
class Case:
    """A period as an act finds it. `person`: who acts; '' where anybody is asked about."""

    standing: Standing
    log: Sequence[Entry]
    period: Period
    on: date
    days: WorkingDays
    person: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Why an act cannot be done, one sentence. `remedy`: the act that clears it away."""

    sentence: str
    remedy: Act | None = None


Guard = Callable[[Case], Obstacle | None]


# -- what must hold ---------------------------------------------------------------------------


def _is_assessed(case: Case) -> Obstacle | None:
    if case.period.kind not in ASSESSED:
        return Obstacle("只有月、季度、半年和年度可以办理考核")
    return None


def _is_over(case: Case) -> Obstacle | None:
    return Obstacle(f"{case.period.title}尚未结束，不能截止") if case.period.is_part else None


def _is_computed(case: Case) -> Obstacle | None:
    return None if case.standing.runs else Obstacle("尚未一键考核", "run")


def _has_seen_verdicts(case: Case) -> Obstacle | None:
    count = unseen(case.standing, case.log).voided
    sentence = f"截止后因核查属实作废记录 {count} 条，尚未计入得分"
    return Obstacle(sentence, "recut") if count else None


def _has_seen_ledger(case: Case) -> Obstacle | None:
    count = unseen(case.standing, case.log).decided
    sentence = f"上次计算后批准的加减分 {count} 条，尚未列入计算结果"
    return Obstacle(sentence, "run") if count else None


def _notice_is_over(case: Case) -> Obstacle | None:
    last = deadlines_of(case.standing, case.days)
    if last is None or case.on > last.notice:
        return None
    return Obstacle(f"公示期至{day_words(last.notice, last.notice.year)}，期满后办理")


def _is_signed_by_another(case: Case) -> Obstacle | None:
    checked = case.standing.step("checked")
    if checked is None or checked.person != case.person:
        return None
    return Obstacle("不得签发本人初核的考核，请由他人签发")


def _nothing_is_open(case: Case) -> Obstacle | None:
    """The days for appeals are over, and every appeal and entry of the ledger is decided."""
    period, last = case.standing.period, deadlines_of(case.standing, case.days)
    waiting = sum(1 for a in appeals(case.log, period) if a.outcome == "open")
    proposed = [i for i in ledger(case.log) if i.state == "proposed"]
    entered = sum(1 for i in proposed if i.proposal.period == period)
    reasons = (
        [f"申诉期至{day_words(last.appeal, last.appeal.year)}"]
        if last and case.on <= last.appeal
        else []
    )
    reasons += [f"{waiting} 件申诉未复核"] if waiting else []
    reasons += [f"台账尚有 {entered} 条待批"] if entered else []
    return Obstacle(f"{'，'.join(reasons)}，办结后方可定稿") if reasons else None


def _revision_is_proposed(case: Case) -> Obstacle | None:
    return None if open_revision(case.log, case.standing) else Obstacle("没有待批的更正")


def _revision_is_approved_by_another(case: Case) -> Obstacle | None:
    proposal = open_revision(case.log, case.standing)
    if proposal is None or proposal.person != case.person:
        return None
    return Obstacle("不得批准本人提出的更正，请由他人办理")


# -- the table --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transition:
    """One act of a period.

    act            its name at the command line
    label_again    what stands on its key where it has been done before, if that is another word
    explains       what it does, one sentence
    right          who may do it
    states         in which it may be done
    writes         the entry of the log
    guards         what must hold besides, most pressing first
    """

    act: Act
    explains: str
    states: tuple[State, ...]
    writes: LogKind
    right: Right = "assess"
    guards: tuple[Guard, ...] = ()
    label_again: str = ""

    @property
    def label(self) -> str:
        """What stands on its key."""
        return LABELS[self.act]

    @property
    def leads_to(self) -> State | None:
        """The state afterwards; None where it stays."""
        return STATE_AFTER.get(self.writes)

    @property
    def who(self) -> str:
        """The roles that may do it."""
        people = (role for name, role in roles().items() if name != PROGRAM)
        return "、".join(role.title for role in people if self.right in role.rights)

    def obstacle(self, case: Case) -> Obstacle | None:
        """The first guard that does not hold."""
        return next((o for guard in self.guards if (o := guard(case))), None)

    def check(self, case: Case) -> None:
        """Raise NotNow unless the act can be done as things stand."""
        case.standing.require(*self.states)
        if obstacle := self.obstacle(case):
            remedy = f"，请先办理“{label_of(obstacle.remedy, case)}”" if obstacle.remedy else ""
            raise NotNow(obstacle.sentence + remedy)


TRANSITIONS: Mapping[Act, Transition] = {
    transition.act: transition
    for transition in (
        Transition(
            act="cut",
            label_again="重新截止",
            explains="从此刻起，新到的记录不再计入本期",
            states=("provisional", "cut", "checked"),
            writes=LogKind.PERIOD_CUT,
            guards=(_is_assessed, _is_over),
        ),
        Transition(
            act="run",
            label_again="重新计算",
            explains="计算全局各级各单位的得分，列出须人工核对的事项",
            states=("cut", "checked", "published", "hearing"),
            writes=LogKind.PERIOD_RUN,
        ),
        Transition(
            act="recut",
            explains="把截止后更正和作废的记录一并计入",
            states=("cut", "checked"),
            writes=LogKind.PERIOD_CUT,
        ),
        Transition(
            act="check",
            explains="核对“须核对”各项后，确认得分可以公示",
            states=("cut",),
            writes=LogKind.PERIOD_CHECKED,
            guards=(_is_computed, _has_seen_verdicts, _has_seen_ledger),
        ),
        Transition(
            act="publish",
            explains="各所可见得分并可提出申诉：公示 3 个工作日，其后再受理申诉 3 个工作日",
            states=("checked",),
            writes=LogKind.PERIOD_PUBLISHED,
        ),
        Transition(
            act="hear",
            explains="公示结束，复核已收到的申诉",
            states=("published",),
            writes=LogKind.PERIOD_HEARING,
            guards=(_notice_is_over,),
        ),
        Transition(
            act="freeze",
            explains="写入定稿并加校验码，此后任何人不能更改",
            right="freeze",
            states=("hearing",),
            writes=LogKind.PERIOD_FROZEN,
            guards=(_is_signed_by_another, _nothing_is_open),
        ),
        Transition(
            act="announce",
            explains="登记本期结果已经通报",
            states=("frozen",),
            writes=LogKind.PERIOD_ANNOUNCED,
        ),
        Transition(
            act="correct",
            explains="指明更正记录和理由，报请另出一版",
            states=("frozen", "announced"),
            writes=LogKind.REVISION_PROPOSED,
        ),
        Transition(
            act="revise",
            explains="另出更正版，原定稿不变",
            right="freeze",
            states=("frozen", "announced"),
            writes=LogKind.PERIOD_REVISION,
            guards=(_revision_is_proposed, _revision_is_approved_by_another),
        ),
    )
}


def label_of(act: Act, case: Case) -> str:
    """What stands on the key: another word where the period has been computed before."""
    transition = TRANSITIONS[act]
    return (case.standing.runs and transition.label_again) or transition.label


def open_revision(log: Sequence[Entry], standing: Standing) -> Entry | None:
    """The proposal that no revision has answered yet."""
    kind, period = LogKind.REVISION_PROPOSED, standing.period
    last = standing.frozen[-1].number if standing.frozen else 0
    proposals = (e for e in reversed(log) if e.kind == kind and e.subject == period)
    return next((proposal for proposal in proposals if proposal.number > last), None)


@dataclass(frozen=True)
class NextStep:
    """The next act of a period.

    label     what stands on the key
    explains  what it does, or what makes it necessary, one sentence
    blocked   why it cannot be done now; '' where it can
    """

    transition: Transition
    label: str
    explains: str
    blocked: str = ""


def next_step(case: Case) -> NextStep | None:
    """The act that leads on, or the one that clears its way; None after 通报."""
    after = ORDER[ORDER.index(case.standing.state) + 1 :]
    if not after:
        return None
    onward = next(t for t in TRANSITIONS.values() if t.leads_to == after[0])
    obstacle = onward.obstacle(case)
    if obstacle is None or obstacle.remedy is None:
        blocked = obstacle.sentence if obstacle else ""
        return NextStep(onward, onward.label, onward.explains, blocked)
    remedy = TRANSITIONS[obstacle.remedy]
    explains = obstacle.sentence if case.standing.runs else remedy.explains
    return NextStep(remedy, label_of(obstacle.remedy, case), explains)
