"""The table of a unit's score: one row for each indicator, with its parts, peers and trend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import PeerPoints
from metrics.wording.definition import terms_of
from metrics.wording.unit_readings import peers_in_words, status_of, whose
from metrics.wording.verdict_words import AGAINST_BASE, AGAINST_BASE_NOTE, verdict_in_words
from pages.documents.sheet import Cell, Column, Sheet, kind_of, number, sheet_of
from pages.parts import frame

BESIDE = "所在派出所的数据，本级不计分，列作参考"
GAINED_HELP = "与本组合计值合并后的得分，减去只按本级数据的得分"
IN_PERIOD_HELP = "计分用近12个月数据的指标，只看本期的数值；— 为本期没有件数或计分即用本期数据"
TREND_HELP = "近12个月各月的数值（取数的那个单位的）；没有数据的月份略去"
PEERS_HELP = "同级同组各单位的最低、中位、最高值"
WHOSE_HELP = "取哪一级的数据、哪一段时间的数据"
EFFECTIVE = Column(
    "effective",
    "实际权重",
    "two",
    lambda row: row.when_scored("effective_weight"),
    help="不适用项的分值按比例分来之后",
)


@dataclass(frozen=True)
class ScoreRow:
    """An indicator of the table; what is not scored at this level has a value and no points."""

    c: Contribution
    is_scored: bool

    @property
    def value(self) -> Fraction | None:
        return self.c.value if self.is_scored else self.c.plain_value

    @property
    def weight(self) -> Cell:
        return self.c.weight if self.is_scored else None

    def when_scored(self, name: str) -> Cell:
        """A part of the points; nothing where no points are given."""
        has_points = self.is_scored and self.c.points is not None
        return getattr(self.c, name) if has_points else None


def score_sheet(
    screen: frame.Screen,
    line: Assessment,
    ordered: Sequence[Contribution],
    beside: Sequence[Contribution],
    compared: Mapping[str, PeerPoints],
    level: Level,
    period: Period,
) -> Sheet:
    """beside: what is scored at the station but not at this level."""
    is_shared = any(c.points is not None and c.effective_weight != c.weight for c in ordered)
    is_mixed = any(c.mixed for c in ordered)
    trends, catalogue = _trends(screen, ordered, period), screen.counted.catalogue

    def in_words(value: Callable[[ScoreRow], Fraction | None]) -> Callable[[ScoreRow], str]:
        return lambda row: words.value_of(catalogue[row.c.indicator], value(row))

    def peers_of(row: ScoreRow) -> str:
        if not row.is_scored:
            return words.NONE
        return peers_in_words(catalogue[row.c.indicator], compared.get(row.c.indicator))

    def status(row: ScoreRow) -> str:
        return status_of(catalogue[row.c.indicator], row.c) if row.is_scored else BESIDE

    def gained(row: ScoreRow) -> Cell:
        return row.when_scored("gained_by_mixing") if row.c.mixed else None

    earlier = tuple(sorted(c.indicator for c in ordered if c.span.starts_on < period.starts_on))
    figures = screen.results.figures(earlier, level, period) if earlier else {}

    def in_period(row: ScoreRow) -> str:
        """The unit's value of the period alone, where the score takes twelve months."""
        of_units = figures.get(row.c.indicator, []) if row.is_scored else []
        value = next((f.exact for f in of_units if f.unit == line.unit), None)
        return words.value_of(catalogue[row.c.indicator], value)

    of_unit = screen.results.line_verdicts(level, period).get(line.unit, {})
    of_station = screen.results.line_verdicts("station", period).get(line.station, {})

    def verdict(row: ScoreRow) -> str:
        own = (of_unit if row.is_scored else of_station).get(row.c.indicator)
        return verdict_in_words(own, catalogue[row.c.indicator]) if own else words.NONE

    mixed = [
        Column("own", "本级值", of=in_words(lambda row: row.c.plain_value)),
        Column("pooled", "本组值", of=in_words(lambda row: row.c.pooled_value)),
    ]
    columns = [
        Column("title", "指标", of="c.title", width=132),
        *_value_columns(ordered, catalogue, in_words, is_mixed),
        Column("numerator", "分子", "whole", "c.numerator", width=62),
        Column("denominator", "分母", "whole", "c.denominator", width=62),
        *(mixed * is_mixed),
        *([Column("in_period", "本期值", of=in_period, help=IN_PERIOD_HELP)] * bool(earlier)),
        Column("weight", "权重", "one", width=56),
        *([EFFECTIVE] * is_shared),
        Column("points", "得分", "two", lambda row: row.when_scored("points"), width=62),
        Column("lost", "失分", "two", lambda row: row.when_scored("lost"), width=62),
        *([Column("gained", "合并影响", "two", gained, GAINED_HELP)] * is_mixed),
        *([Column("peers", "同组范围（%）", of=peers_of, help=PEERS_HELP)] * bool(compared)),
        Column("trend", "逐月走势", "trend", lambda x: trends.get(x.c.indicator), TREND_HELP, 110),
        *([Column("verdict", AGAINST_BASE, of=verdict, help=AGAINST_BASE_NOTE)] * bool(compared)),
        Column("whose", "取数", of=lambda row: whose(row.c, level, period), help=WHOSE_HELP),
        Column("status", "说明", of=status),
    ]
    notes = [
        ("单位", line.name),
        ("期间", period.title),
        ("得分", f"{words.points(line.score, line.score_digits)} 分"),
        ("方案", screen.results.scheme(period).title),
        *terms_of(line, catalogue),
    ]
    rows = [*(ScoreRow(c, True) for c in ordered), *(ScoreRow(c, False) for c in beside)]
    return sheet_of(f"{line.name}{period.title}各项指标", columns, rows, notes)


def _value_columns(
    ordered: Sequence[Contribution],
    catalogue: Catalogue,
    in_words: Callable[[Callable[[ScoreRow], Fraction | None]], Callable[[ScoreRow], str]],
    is_mixed: bool,
) -> list[Column]:
    """Numbers where all are percentages; a scheme may also score a rate or a count."""
    title = "计分值" if is_mixed else "数值"
    kinds = {catalogue[c.indicator].kind for c in ordered}
    if kinds <= {"proportion", "ratio"}:
        target = Column("target", "目标（%）", "percent", "c.target")
        return [Column("value", f"{title}（%）", "percent"), target]
    return [
        Column("value_text", title, of=in_words(lambda row: row.value)),
        Column("target_text", "目标", of=in_words(lambda row: row.c.target)),
    ]


def _trends(
    screen: frame.Screen, ordered: Sequence[Contribution], period: Period
) -> dict[str, list[float | None]]:
    """Indicator -> 12 months of the unit whose figure is taken."""
    values: dict[str, list[float | None]] = {}
    ids = tuple(sorted(c.indicator for c in ordered))
    for level in {c.level for c in ordered}:
        months = screen.results.trends(ids, level, period)
        for c in ordered:
            if c.level == level:
                points = months.get((c.indicator, c.unit), [])
                kind = kind_of(screen.counted.catalogue[c.indicator])
                values[c.indicator] = [number(p.value, kind) for p in points if p.value is not None]
    return values
