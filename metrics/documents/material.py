"""What a document is made from: one store, one period, one reader; each figure found once.

The functions are those of the pages, so that a document shows what the screen shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast

from data.journal.journal import SHANGHAI
from data.journal.log import Entry, entries
from data.rights import Actor, require
from metrics.analysis.clearance_counts import CaseCounts, case_counts
from metrics.analysis.compare import Comparison, compare_all
from metrics.analysis.compare_spans import CHOSEN
from metrics.assessment.result_of_period import lines_shown, months_shown, standing_of
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.documents.state import SIMULATED_IN_FULL, notes_of, state_in_full
from metrics.figures.measure import Figure, TrendPoint, measure_all, trend
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import Level, Scheme, scheme_of
from metrics.scoring.rank import Assessment, Scorer, by_group
from metrics.scoring.score_breakdown import PeerPoints, peers
from metrics.scoring.score_trend import ScoreFigure, ScorePoint, score_figure
from metrics.wording import attention
from metrics.wording.alerts import Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Material:
    """`counted`: the records that the reader has on the screen; `made_at`: Shanghai time."""

    store: Store
    counted: Counted
    period: Period
    actor: Actor
    made_at: datetime = field(default_factory=lambda: datetime.now(SHANGHAI).replace(tzinfo=None))
    _found: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(self.actor, "export")

    @property
    def catalogue(self) -> Catalogue:
        return self.counted.catalogue

    @cached_property
    def bureau(self) -> str:
        return self.counted.copy.bureau()[0]

    @cached_property
    def is_simulated(self) -> bool:
        return self.counted.copy.bureau()[1]

    @cached_property
    def scheme(self) -> Scheme:
        return scheme_of(self.counted.schemes, self.period.ends_on)

    @cached_property
    def log(self) -> tuple[Entry, ...]:
        return entries(self.counted.copy)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.counted, self.period)

    @cached_property
    def data_time(self) -> str:
        time = self.store.data_time()
        return f"{time:%Y-%m-%d %H:%M}" if time else "—"

    @cached_property
    def notes(self) -> list[tuple[str, str]]:
        return [*notes_of(self.counted, self.period, self.standing), ("数据时间", self.data_time)]

    @cached_property
    def foot(self) -> str:
        """One line that stands on every page: period, data time, state, simulated or not."""
        parts = [
            f"{self.bureau}　{self.period.title}",
            f"数据截至 {self.counted.as_of}",
            f"数据时间 {self.data_time}",
            state_in_full(self.standing),
            SIMULATED_IN_FULL if self.is_simulated else "",
        ]
        return "　·　".join(part for part in parts if part)

    def lines(self, level: Level) -> list[Assessment]:
        """The result of the period, best first within groups."""
        return self._once(
            lambda: lines_shown(self.store, self.counted, level, self.period, self.actor),
            *("lines", level),
        )

    def groups(self) -> dict[str, list[Assessment]]:
        """The stations by group, as 总览 and 排名 have them."""
        return by_group(self.lines("station"))

    def score(self) -> ScoreFigure:
        return self._once(
            lambda: score_figure(self.counted, self.period, self.actor, self._scorer("bureau")),
            "score",
        )

    def peers(self, level: Level, line: Assessment) -> Mapping[str, PeerPoints]:
        """What the units of its group reach: the same for each of them."""
        group = line.group if line.group not in ("", line.unit) else ""
        return self._once(lambda: peers(self.lines(level), line), "peers", level, group)

    def months(self, level: Level) -> dict[str, list[ScorePoint]]:
        scored = self._scorer(level)
        return self._once(
            lambda: months_shown(self.counted, level, self.period, self.actor, scored),
            *("months", level),
        )

    def figures(self, ids: tuple[str, ...], level: Level) -> Mapping[str, list[Figure]]:
        asked = self.indicators(ids)
        return self._once(
            lambda: measure_all(self.counted, asked, level, self.period, self.actor),
            *("figures", ids, level),
        )

    def trend(
        self, ids: tuple[str, ...], level: Level
    ) -> Mapping[tuple[str, str], list[TrendPoint]]:
        asked = self.indicators(ids)
        return self._once(
            lambda: trend(self.counted, asked, level, self.period, self.actor),
            *("trend", ids, level),
        )

    def comparisons(
        self, ids: tuple[str, ...], level: Level, period: Period | None = None
    ) -> list[Comparison]:
        """同比 and 环比 of every unit, 未知 among them."""
        spans = {CHOSEN: period or self.period}
        asked = self.indicators(ids)
        return self._once(
            lambda: compare_all(self.counted, asked, level, spans, self.actor),
            *("comparisons", ids, level, spans[CHOSEN]),
        )

    def by_unit(
        self, ids: tuple[str, ...], level: Level, period: Period
    ) -> Mapping[str, list[Comparison]]:
        """Unit -> its 同比, one for each indicator."""

        def gather() -> dict[str, list[Comparison]]:
            found: dict[str, list[Comparison]] = {}
            for c in self.comparisons(ids, level, period):
                if c.pair.basis == "last_year":
                    found.setdefault(c.unit.code, []).append(c)
            return found

        return self._once(gather, "by-unit", ids, level, period)

    def figures_by_unit(
        self, ids: tuple[str, ...], level: Level
    ) -> Mapping[str, Mapping[str, Figure]]:
        """Indicator -> unit -> figure."""
        return self._once(
            lambda: {
                name: {figure.unit: figure for figure in listed}
                for name, listed in self.figures(ids, level).items()
            },
            *("figures-by-unit", ids, level),
        )

    def rows(self, name: str, query: str, before: str = "") -> list[tuple[str, ...]]:
        """Rows of the registers as text, '' for null."""
        return self._once(
            lambda: [
                tuple("" if cell is None else str(cell) for cell in row)
                for row in self.counted.cursor().execute(f"{before} {query}").fetchall()
            ],
            *("rows", name),
        )

    def cases(self) -> CaseCounts:
        return self._once(lambda: case_counts(self.counted, self.period), "cases")

    def attention(self) -> list[Finding]:
        """需关注, as 总览 shows it, without the rejected rows: these are no matter of the work."""
        line, stations = self.score().line, self.lines("station")
        found = self._once(
            lambda: attention.of_sums(self.counted, self.period, self.actor, line, stations),
            "attention",
        )
        return attention.chosen(found)

    def indicators(self, ids: tuple[str, ...]) -> list[Indicator]:
        return [self.catalogue[name] for name in ids]

    def _scorer(self, level: Level) -> Scorer:
        def scored(period: Period) -> list[Assessment]:
            return lines_shown(
                self.store, self.counted, level, period, self.actor, is_simulated=False
            )

        return scored

    def _once(self, make: Callable[[], T], *key: object) -> T:
        if key not in self._found:
            self._found[key] = make()
        return cast(T, self._found[key])
