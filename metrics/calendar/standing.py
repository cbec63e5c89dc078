"""Where a period stands: read from the log, step by step.

暂定 → 数据截止 → 初核 → 公示 → 申诉复核 → 定稿 → 通报. Each step is one entry of the log whose
subject is the period. Records that come in after the cut-off are not looked at, except the versions
that granted appeals name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from data.journal.log import Entry, NotNow
from data.journal.log_kinds import LogKind
from metrics.calendar.working_days import WorkingDays

State = Literal["provisional", "cut", "checked", "published", "hearing", "frozen", "announced"]
STATES: Mapping[State, str] = {
    "provisional": "暂定",
    "cut": "数据截止",
    "checked": "初核",
    "published": "公示",
    "hearing": "申诉复核",
    "frozen": "定稿",
    "announced": "通报",
}
ORDER = tuple(STATES)
STEP_KINDS: Mapping[State, LogKind] = {  # what is written when a period comes into a state
    "cut": LogKind.PERIOD_CUT,
    "checked": LogKind.PERIOD_CHECKED,
    "published": LogKind.PERIOD_PUBLISHED,
    "hearing": LogKind.PERIOD_HEARING,
    "frozen": LogKind.PERIOD_FROZEN,
    "announced": LogKind.PERIOD_ANNOUNCED,
}
STATE_AFTER: Mapping[str, State] = {kind: state for state, kind in STEP_KINDS.items()}
FREEZING = (LogKind.PERIOD_FROZEN, LogKind.PERIOD_REVISION)  # each names the hash of a folder
STEP = "period-"  # how the kinds begin of all that moves or computes a period
NOTICE_DAYS, APPEAL_DAYS, REVIEW_DAYS = 3, 3, 3


@dataclass(frozen=True)
class Version:
    """One version of a record, by the part of the journal that holds it."""

    table: str
    id: str
    position: int


@dataclass(frozen=True)
class Cut:
    """What an assessment reads: the journal up to a position, as of a day."""

    position: int
    as_of: date


@dataclass(frozen=True)
class Standing:
    """A period as the log has it.

    steps       the steps taken, in order (a cut-off that was repeated stands twice)
    runs        the computations since the last cut-off
    every_run   also those before it, oldest first
    frozen      the freezing and every revision after it, oldest first
    admitted    versions of records later than the cut-off that granted appeals name
    last        number of the last entry about the period, its ledger or its appeals; 0 for none
    """

    period: str
    state: State
    steps: tuple[Entry, ...]
    runs: tuple[Entry, ...]
    every_run: tuple[Entry, ...]
    frozen: tuple[Entry, ...]
    admitted: tuple[Version, ...]
    last: int

    @property
    def title(self) -> str:
        return STATES[self.state]

    @property
    def is_open(self) -> bool:
        """Whether the result may still change without a revision."""
        return self.state not in ("frozen", "announced")

    @property
    def cut(self) -> Cut | None:
        """The last cut-off."""
        step = self.step("cut")
        if step is None:
            return None
        as_of = date.fromisoformat(str(step.content["as_of"]))
        return Cut(int(str(step.content["position"])), as_of)

    @property
    def needed_cut(self) -> Cut:
        """The last cut-off; raises NotNow where there is none."""
        if self.cut is None:
            raise NotNow(f"{self.period}尚未截止数据")
        return self.cut

    def step(self, state: State) -> Entry | None:
        """The last step into a state."""
        return next((s for s in reversed(self.steps) if s.kind == STEP_KINDS.get(state)), None)

    def require(self, *states: State) -> None:
        """Raise NotNow unless the period stands in one of the states."""
        if self.state not in states:
            wanted = "或".join(f"“{STATES[state]}”" for state in states)
            raise NotNow(f"{self.period}现处于“{self.title}”阶段，此项须在{wanted}阶段办理")


@dataclass(frozen=True)
class Deadlines:
    """Last days, in working days after the day of publication."""

    notice: date
    appeal: date
    review: date
    note: str


def standing(entries: Sequence[Entry], period: str) -> Standing:
    """Read the log: `entries` may hold those of other periods."""
    steps, runs, frozen = list[Entry](), list[Entry](), list[Entry]()
    every_run = list[Entry]()
    admitted, last = list[Version](), 0
    state: State = "provisional"
    for entry in entries:
        if entry.content.get("period", entry.subject) != period:
            continue
        last = entry.number
        if entry.kind == LogKind.PERIOD_RUN:
            runs.append(entry)
            every_run.append(entry)
        elif entry.kind == LogKind.PERIOD_REVISION:
            frozen.append(entry)
            admitted += versions_in(entry)
        elif entry.kind in STATE_AFTER:
            steps.append(entry)
            state = STATE_AFTER[entry.kind]
            if state == "cut":
                runs.clear()
            if state == "frozen":
                frozen.append(entry)
        elif entry.kind == LogKind.APPEAL_REVIEWED:
            admitted += versions_in(entry)
    return Standing(
        *(period, state, tuple(steps), tuple(runs), tuple(every_run), tuple(frozen)),
        *(tuple(admitted), last),
    )


def versions_in(entry: Entry) -> list[Version]:
    """The versions of records that an entry names."""
    named = cast(list[dict[str, object]], entry.content.get("versions", []))
    return [Version(str(v["table"]), str(v["id"]), int(str(v["position"]))) for v in named]


def deadlines(published_on: date, days: WorkingDays) -> Deadlines:
    """公示 3 working days, appeals 3 more, their review 3 more."""
    notice = days.after(published_on, NOTICE_DAYS)
    appeal = days.after(notice, APPEAL_DAYS)
    review = days.after(appeal, REVIEW_DAYS)
    return Deadlines(notice, appeal, review, days.note(published_on, review))
