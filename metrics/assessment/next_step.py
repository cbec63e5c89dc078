"""What comes next in a period, who may do it, and why it cannot be done yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data.journal.log import Entry
from data.rights import PROGRAM, Right, roles
from metrics.assessment.appeals import appeals, deadlines_of
from metrics.assessment.open_points import unseen
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.calendar.working_days import WorkingDays
from metrics.scoring.ledger import ledger

Act = Literal["cut", "recut", "run", "check", "publish", "hear", "freeze", "announce"]


@dataclass(frozen=True)
class NextStep:
    """The next act of a period.

    label     what stands on the key
    explains  what it does, one sentence
    blocked   why it cannot be done now; '' where it can
    """

    act: Act
    label: str
    right: Right
    explains: str
    blocked: str = ""

    @property
    def who(self) -> str:
        """The roles that may do it."""
        people = (role for name, role in roles().items() if name != PROGRAM)
        return "、".join(role.title for role in people if self.right in role.rights)


def next_step(
    found: Standing, log: Sequence[Entry], period: Period, on: date, days: WorkingDays
) -> NextStep | None:
    """None after 通报."""
    last = deadlines_of(found, days)
    if found.state == "provisional":
        blocked = f"{period.title}尚未结束" if period.is_part else ""
        told = "从此刻起，新到的记录不再计入本期"
        return NextStep("cut", "截止数据", "assess", told, blocked)
    if found.state == "cut" and not found.runs:
        return NextStep(
            "run", "一键考核", "assess", "计算全局各级各单位的得分，列出须人工核对的事项"
        )
    stale = unseen(found, log)
    if found.state == "cut" and stale.voided:
        told = f"截止后因核查属实作废记录 {stale.voided} 条，尚未计入得分"
        return NextStep("recut", "重新截止并计算", "assess", told)
    if found.state == "cut" and stale.decided:
        told = f"上次计算后批准的加减分 {stale.decided} 条，尚未列入计算结果"
        return NextStep("run", "重新计算", "assess", told)
    if found.state == "cut":
        return NextStep("check", "通过初核", "assess", "核对“须核对”各项后，确认得分可以公示")
    if found.state == "checked":
        told = "各所可见得分并可提出申诉：公示 3 个工作日，其后再受理申诉 3 个工作日"
        return NextStep("publish", "公示", "assess", told)
    if found.state == "published":
        blocked = ""
        if last and on <= last.notice:
            blocked = f"公示期至{_day(last.notice)}，期满后办理"
        return NextStep("hear", "转入申诉复核", "assess", "公示结束，复核已收到的申诉", blocked)
    if found.state == "hearing":
        told = "写入定稿并加校验码，此后任何人不能更改"
        return NextStep("freeze", "定稿", "freeze", told, _open(found, log, on, days))
    if found.state == "frozen":
        return NextStep("announce", "通报", "assess", "登记本期结果已经通报")
    return None


def _open(found: Standing, log: Sequence[Entry], on: date, days: WorkingDays) -> str:
    last = deadlines_of(found, days)
    waiting = sum(1 for a in appeals(log, found.period) if a.outcome == "open")
    items = ledger(log)
    proposed = sum(1 for i in items if i.proposal.period == found.period and i.state == "proposed")
    said = [f"申诉期至{_day(last.appeal)}"] if last and on <= last.appeal else []
    said += [f"{waiting} 件申诉未复核"] if waiting else []
    said += [f"台账 {proposed} 条待批"] if proposed else []
    return f"{'，'.join(said)}，办结后方可定稿" if said else ""


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
