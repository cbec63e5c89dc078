"""What every page and document says about itself: which period, which scheme, how final."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.scheme.scheme import Scheme

SHORT = 8  # characters of a hash, as papers and folders carry it
SIMULATED = "模拟数据"
SIMULATED_IN_FULL = "模拟数据，不反映任何真实单位"
Pairs = list[tuple[str, str]]  # (what, value), as the first sheet of a workbook has them


@dataclass(frozen=True)
class Stamp:
    """What an answer about a period says of itself.

    as_of     the last day that the records are looked at
    read_at   gives 数据时间: what shows it is made anew with every record
    """

    period: Period
    standing: Standing
    as_of: date
    scheme: Scheme
    bureau: str
    is_simulated: bool
    read_at: Callable[[], datetime | None]

    @property
    def state(self) -> str:
        """暂定 until frozen; what is under way stands beside it."""
        return state_in_short(self.standing)

    @property
    def revision(self) -> int:
        """How often the result was frozen: 0 before, 1, and one more for each 更正."""
        return len(self.standing.frozen)

    @property
    def hash(self) -> str:
        """校验码 of what was frozen last; '' before."""
        return hash_of(self.standing)

    @property
    def data_time(self) -> str:
        time = self.read_at()
        return f"{time:%Y-%m-%d %H:%M}" if time else "—"

    @property
    def scheme_in_words(self) -> str:
        return f"{self.scheme.title}（{self.scheme.in_force_from} 起施行）"

    def columns(self) -> Pairs:
        """What rows of scores say of themselves where they stand alone, as in a CSV."""
        return [
            ("期间", self.period.title),
            ("状态", self.state),
            (f"校验码（前 {SHORT} 位）", self.hash[:SHORT]),
        ]

    def notes(self) -> Pairs:
        """What the first sheet of a workbook says about its rows."""
        notes = [
            ("单位", self.bureau),
            ("期间", f"{self.period.title}（{self.period.starts_on} 至 {self.period.ends_on}）"),
            ("数据截至", str(self.as_of)),
            ("方案", self.scheme_in_words),
            ("状态", state_in_full(self.standing)),
            ("校验码", self.hash or "定稿后才有"),
        ]
        return [*notes, ("数据", SIMULATED_IN_FULL)] if self.is_simulated else notes

    def foot(self) -> list[str]:
        """What stands on every page: period, data time, state, simulated or not."""
        parts = [
            f"数据截至 {self.as_of}",
            f"数据时间 {self.data_time}",
            state_in_full(self.standing),
            SIMULATED_IN_FULL if self.is_simulated else "",
        ]
        return [part for part in parts if part]


def state_in_short(standing: Standing) -> str:
    """暂定 until frozen; what is under way stands beside it."""
    if not standing.is_open:
        return "定稿"
    return "暂定" if standing.state == "provisional" else f"暂定（{standing.title}）"


def state_in_full(standing: Standing) -> str:
    if standing.frozen:
        return f"已定稿，校验码 {hash_of(standing)[:SHORT]}"
    return f"得分为{state_in_short(standing)}，定稿前可能变动"


def hash_of(standing: Standing) -> str:
    return str(standing.frozen[-1].content["hash"]) if standing.frozen else ""
