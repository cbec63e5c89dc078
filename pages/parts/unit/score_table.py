"""The table of a unit's score: one row for each indicator, with its parts, peers and trend."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import PeerPoints
from metrics.wording.rank_words import RANK_INTERVAL
from metrics.wording.unit_readings import peers_in_words, status_of, whose
from pages.documents.sheet import Column, Row, Sheet, row_of
from pages.parts import frame

BESIDE = "所在派出所的数据，本级不计分，列作参考"
GAINED_HELP = "与本组合计值合并后的得分，减去只按本级数据的得分"
TREND_HELP = "近12个月各月的数值（取数的那个单位的）；没有数据的月份略去"


def score_sheet(
    screen: frame.Screen,
    line: Assessment,
    ordered: Sequence[Contribution],
    beside: Sequence[Contribution],
    compared: Mapping[str, PeerPoints],
    level: Level,
    period: Period,
) -> Sheet:
    is_shared = any(c.points is not None and c.effective_weight != c.weight for c in ordered)
    is_mixed = any(c.mixed for c in ordered)
    columns = [
        Column("title", "指标", width=132),
        *_value_columns(screen, ordered, is_mixed),
        Column("numerator", "分子", "whole", width=62),
        Column("denominator", "分母", "whole", width=62),
        *([Column("own_text", "本级值"), Column("pooled_text", "本组值")] * is_mixed),
        Column("weight", "权重", "one", width=56),
        *(
            [Column("effective", "实际权重", "two", help="不适用项的分值按比例分来之后")]
            * is_shared
        ),
        Column("points", "得分", "two", width=62),
        Column("lost", "失分", "two", width=62),
        *([Column("gained", "合并影响", "two", help=GAINED_HELP)] * is_mixed),
        *(
            [Column("peers", "同组范围（%）", help="同级同组各单位的最低、中位、最高值")]
            * bool(compared)
        ),
        Column("trend", "逐月走势", "trend", help=TREND_HELP, width=110),
        Column("whose", "取数", help="取哪一级的数据、哪一段时间的数据"),
        Column("status", "说明"),
    ]
    trends = _trends(screen, ordered, period)
    catalogue = screen.counted.catalogue
    rows = [
        row_of(
            columns,
            c,
            value_text=words.value_of(catalogue[c.indicator], c.value),
            target_text=words.value_of(catalogue[c.indicator], c.target),
            effective=c.effective_weight if c.points is not None else None,
            lost=c.lost if c.points is not None else None,
            peers=peers_in_words(catalogue[c.indicator], compared.get(c.indicator)),
            trend=trends.get(c.indicator),
            whose=whose(c, level, period),
            status=status_of(catalogue[c.indicator], c),
            own_text=words.value_of(catalogue[c.indicator], c.plain_value),
            pooled_text=words.value_of(catalogue[c.indicator], c.pooled_value),
            gained=c.gained_by_mixing if c.mixed else None,
        )
        for c in ordered
    ]
    rows += [_beside(columns, catalogue, c, level, period) for c in beside]
    notes = [
        ("单位", line.name),
        ("期间", period.title),
        ("得分", f"{words.points(line.score)} 分"),
        ("方案", screen.results.scheme(period).title),
        *definitions(screen, line),
    ]
    return Sheet(f"{line.name}{period.title}各项指标", columns, rows, notes)


def _beside(
    columns: Sequence[Column], catalogue: Catalogue, c: Contribution, level: Level, period: Period
) -> Row:
    """A figure of the station that is not scored here: its value, and no points."""
    return row_of(
        columns,
        replace(c, weight=Fraction(0), points=None),
        value=c.plain_value,
        value_text=words.value_of(catalogue[c.indicator], c.plain_value),
        target_text=words.value_of(catalogue[c.indicator], c.target),
        weight=None,
        effective=None,
        lost=None,
        peers=words.NONE,
        trend=None,
        whose=whose(c, level, period),
        status=BESIDE,
        own_text=words.NONE,
        pooled_text=words.NONE,
        gained=None,
    )


def _value_columns(
    screen: frame.Screen, ordered: Sequence[Contribution], is_mixed: bool
) -> list[Column]:
    """Numbers where all are percentages; a scheme may also score a rate or a count."""
    value = "计分值" if is_mixed else "数值"
    kinds = {screen.counted.catalogue[c.indicator].kind for c in ordered}
    if kinds <= {"proportion", "ratio"}:
        return [
            Column("value", f"{value}（%）", "percent"),
            Column("target", "目标（%）", "percent"),
        ]
    return [Column("value_text", value), Column("target_text", "目标")]


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


def definitions(screen: frame.Screen, line: Assessment) -> list[tuple[str, str]]:
    catalogue = screen.counted.catalogue
    indicators = [(c.title, catalogue[c.indicator].definition) for c in line.contributions]
    return indicators if line.rank_low is None else [RANK_INTERVAL, *indicators]
