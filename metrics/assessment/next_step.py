"""What comes next in a period, and why it cannot be done yet."""

from dataclasses import dataclass

from metrics.assessment.transitions import TRANSITIONS, Case, Transition, label_of
from metrics.calendar.standing import ORDER


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
