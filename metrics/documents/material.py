"""What a document is made from: the results of one period for one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data.entered_text import printable, unfit
from data.journal.journal import SHANGHAI
from data.journal.log import Entry
from data.rights import require
from metrics.analysis.clearance_counts import IN_PERIOD, CaseCounts, Choice
from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import CHOSEN
from metrics.analysis.unit_verdict import UnitVerdict
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.figures.measure import Figure, TrendPoint
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.results import Results
from metrics.scheme.scheme import Level, Scheme
from metrics.scoring.rank import Assessment, by_group
from metrics.scoring.score_breakdown import PeerPoints, peers
from metrics.scoring.score_trend import ScoreFigure, ScorePoint
from metrics.wording.alerts import Finding
from metrics.wording.state import Stamp

Ids = tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """`made_at`: Shanghai time. Raises NotPermitted for who may take nothing along."""

    results: Results
    period: Period
    made_at: datetime = field(default_factory=lambda: datetime.now(SHANGHAI).replace(tzinfo=None))

    def __post_init__(self) -> None:
        require(self.results.actor, "export")

    @property
    def counted(self) -> Counted:
        """The records that the period is answered from."""
        return self.results.counts(self.period)

    @property
    def catalogue(self) -> Catalogue:
        return self.results.catalogue

    @property
    def stamp(self) -> Stamp:
        return self.results.stamp(self.period)

    @property
    def bureau(self) -> str:
        return printable(self.results.bureau()[0])

    @property
    def scheme(self) -> Scheme:
        return self.results.scheme(self.period)

    @property
    def log(self) -> tuple[Entry, ...]:
        return self.results.log()

    @property
    def notes(self) -> list[tuple[str, str]]:
        left_out = self.left_out("station")
        own = [("未列入的单位", left_out)] if left_out else []
        return [*self.stamp.notes(), ("数据时间", self.stamp.data_time), *own]

    @property
    def foot(self) -> str:
        """One line that stands on every page: period, data time, state, simulated or not."""
        return "　·　".join([f"{self.bureau}　{self.period.title}", *self.stamp.foot()])

    def lines(self, level: Level) -> list[Assessment]:
        """The result of the period, best first within groups; without what cannot be printed."""
        return [line for line in self.results.lines(level, self.period) if not unfit(line.name, "")]

    def left_out(self, level: Level) -> str:
        """Which units stand in no paper, as a sentence; '' if all do. Their ranks stay theirs."""
        lines = self.results.lines(level, self.period)
        codes = "、".join(printable(line.unit) for line in lines if unfit(line.name, ""))
        return f"{codes} 的名称含不能使用的字符，未列入，请在登记册更正" if codes else ""

    def line_verdicts(self, level: Level) -> Mapping[str, Mapping[str, UnitVerdict]]:
        """Unit -> scored indicator -> verdict on the figure that is taken."""
        return self.results.line_verdicts(level, self.period)

    def groups(self) -> dict[str, list[Assessment]]:
        """The stations by group, as 总览 and 排名 have them."""
        return by_group(self.lines("station"))

    def score(self) -> ScoreFigure:
        return self.results.score(self.period)

    def peers(self, level: Level, line: Assessment) -> Mapping[str, PeerPoints]:
        """What the units of its group reach: the same for each of them."""
        group = line.group if line.group not in ("", line.unit) else ""
        key = "peers", level, self.period, group
        return self.results.kept(lambda: peers(self.lines(level), line), *key)

    def months(self, level: Level) -> Mapping[str, list[ScorePoint]]:
        return self.results.months(level, self.period)

    def figures(self, ids: Ids, level: Level) -> Mapping[str, list[Figure]]:
        return self.results.figures(ids, level, self.period)

    def figures_by_unit(self, ids: Ids, level: Level) -> Mapping[str, Mapping[str, Figure]]:
        """Indicator -> unit -> figure."""

        def gather() -> dict[str, dict[str, Figure]]:
            by_indicator = self.figures(ids, level).items()
            return {name: {figure.unit: figure for figure in each} for name, each in by_indicator}

        return self.results.kept(gather, "figures-by-unit", ids, level, self.period)

    def trend(self, ids: Ids, level: Level) -> Mapping[tuple[str, str], list[TrendPoint]]:
        return self.results.trends(ids, level, self.period)

    def comparisons(self, ids: Ids, level: Level, period: Period | None = None) -> list[Comparison]:
        """同比 and 环比 of every unit, 未知 among them."""
        return self.results.comparisons(ids, level, {CHOSEN: period or self.period})

    def by_unit(self, ids: Ids, level: Level, period: Period) -> Mapping[str, list[Comparison]]:
        """Unit -> its 同比, one for each indicator."""

        def gather() -> dict[str, list[Comparison]]:
            by_unit: dict[str, list[Comparison]] = {}
            for c in self.comparisons(ids, level, period):
                if c.pair.basis == "last_year":
                    by_unit.setdefault(c.unit.code, []).append(c)
            return by_unit

        return self.results.kept(gather, "by-unit", ids, level, period)

    def rows(self, name: str, query: str, before: str = "") -> list[tuple[str, ...]]:
        """Rows of the registers as text, '' for null."""

        def read() -> list[tuple[str, ...]]:
            rows = self.counted.cursor().execute(f"{before} {query}").fetchall()
            return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]

        return self.results.kept(read, "register-rows", name, self.period)

    def cases(self) -> CaseCounts:
        return self.results.cases(self.period)

    def case_change(self) -> Comparison | None:
        """Of the rate that the papers tell: 盗抢骗期内破案率 of the bureau."""
        return self.results.case_change(IN_PERIOD, Choice(), self.period)

    def attention(self) -> list[Finding]:
        """需关注 without the rejected rows: these are no matter of the work."""
        return self.results.attention(self.period, with_rejects=False)

    def indicators(self, ids: Ids) -> list[Indicator]:
        return [self.catalogue[name] for name in ids]
