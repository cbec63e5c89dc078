"""The table of a unit's score: one row for each indicator, with its parts, peers and trend."""

from collections.abc import Callable, Mapping, Sequence

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import PeerPoints
from metrics.wording.definition import terms_of
from metrics.wording.unit_readings import peers_in_words, status_of, whose
from pages.documents.sheet import Column, Sheet, sheet_of
from pages.parts import frame

TREND_HELP = "近12个月各月的数值（取数的那个单位的）；没有数据的月份略去"
PEERS_HELP = "同级同组各单位的最低、中位、最高值"
WHOSE_HELP = "取哪一级的数据、哪一段时间的数据"
EFFECTIVE = Column(
    "effective",
    "实际权重",
    "two",
    lambda c: None if c.points is None else c.effective_weight,
    help="不适用项的分值按比例分来之后",
)


def score_sheet(
    screen: frame.Screen,
    line: Assessment,
    ordered: Sequence[Contribution],
    compared: Mapping[str, PeerPoints],
    level: Level,
    period: Period,
) -> Sheet:
    is_shared = any(c.points is not None and c.effective_weight != c.weight for c in ordered)
    trends, catalogue = _trends(screen, ordered, period), screen.counted.catalogue

    def peers_of(c: Contribution) -> str:
        return peers_in_words(catalogue[c.indicator], compared.get(c.indicator))

    columns = [
        Column("title", "指标", width=132),
        *_value_columns(screen, ordered),
        Column("numerator", "分子", "whole", width=62),
        Column("denominator", "分母", "whole", width=62),
        Column("weight", "权重", "one", width=56),
        *([EFFECTIVE] * is_shared),
        Column("points", "得分", "two", width=62),
        Column("lost", "失分", "two", lambda c: None if c.points is None else c.lost, width=62),
        *([Column("peers", "同组范围（%）", of=peers_of, help=PEERS_HELP)] * bool(compared)),
        Column("trend", "逐月走势", "trend", lambda c: trends.get(c.indicator), TREND_HELP, 110),
        Column("whose", "取数", of=lambda c: whose(c, level, period), help=WHOSE_HELP),
        Column("status", "说明", of=status_of),
    ]
    notes = [
        ("单位", line.name),
        ("期间", period.title),
        ("得分", f"{words.points(line.score)} 分"),
        ("方案", screen.results.scheme(period).title),
        *terms_of(line, catalogue),
    ]
    return sheet_of(f"{line.name}{period.title}各项指标", columns, ordered, notes)


def _value_columns(screen: frame.Screen, ordered: Sequence[Contribution]) -> list[Column]:
    """Numbers where all are percentages; a scheme may also score a rate or a count."""
    kinds = {screen.counted.catalogue[c.indicator].kind for c in ordered}
    if kinds <= {"proportion", "ratio"}:
        return [Column("value", "数值（%）", "percent"), Column("target", "目标（%）", "percent")]

    def in_words(name: str) -> Callable[[Contribution], str]:
        return lambda c: words.value_of(screen.counted.catalogue[c.indicator], getattr(c, name))

    return [
        Column("value_text", "数值", of=in_words("value")),
        Column("target_text", "目标", of=in_words("target")),
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
                values[c.indicator] = [p.value for p in points if p.value is not None]
    return values
