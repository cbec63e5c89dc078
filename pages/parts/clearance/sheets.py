"""The tables of 破案: the three measures by kind, station and month, and what the charts show."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_audit import AuditLine
from metrics.analysis.clearance_cases import Cohort
from metrics.analysis.clearance_change import RateStep, StationEffect, kind_name, value
from metrics.analysis.time_to_clearance import Speed
from metrics.figures import words
from metrics.figures.measure import LAST_YEAR, THIS
from metrics.statistics.standardisation import Standardised
from metrics.statistics.survival import Curve
from metrics.wording.clearance_change_words import part_in_words
from pages.documents.sheet import Cell, Column, Notes, Sheet, sheet_of
from pages.parts.clearance.charts import CLEARED, OPEN_RIPE, OPEN_YOUNG

FILED = Column("filed", "立案（起）", "whole")
CLEARED_NOW = Column("cleared", "破案（起）", "whole")
RATE = Column("rate", "期内破案率（%）", "percent")
COHORT = (
    *(Column(f"within{days}", f"{days}天现案破案率（%）", "percent") for days in cases.WITHIN),
    Column("young", "未满90天（起）", "whole"),
    Column("backlog", "破积案（起）", "whole"),
)
AGAINST = (
    Column("filed_before", "去年立案（起）", "whole"),
    Column("rate_before", "去年期内破案率（%）", "percent"),
    Column("points", "变化（百分点）", "one"),
    Column("relative", "相对增幅（%）", "percent"),
)
SIGNED = frozenset({"points", "relative", "change"})


def measures(counts: cases.CaseCounts, choice: cases.Choice, label: str = THIS) -> dict[str, Cell]:
    """The three measures of some stations and kinds over a span."""
    period = counts.amount(cases.IN_PERIOD, choice, label)
    cohorts = {days: counts.amount(name, choice, label) for days, name in cases.WITHIN.items()}
    return {
        "filed": period.denominator,
        "cleared": period.numerator,
        "rate": value(period),
        **{f"within{days}": value(amount) for days, amount in cohorts.items()},
        "young": cohorts[90].maturing,
        "backlog": counts.amount(cases.BACKLOG, choice, label).numerator,
    }


def against_last_year(counts: cases.CaseCounts, choice: cases.Choice) -> dict[str, Cell]:
    now, before = (value(counts.amount(cases.IN_PERIOD, choice, at)) for at in (THIS, LAST_YEAR))
    return {
        "filed_before": counts.amount(cases.IN_PERIOD, choice, LAST_YEAR).denominator,
        "rate_before": before,
        "points": (now - before) * 100 if now is not None and before is not None else None,
        "relative": now / before - 1 if now is not None and before else None,
    }


def kinds_listed(counts: cases.CaseCounts) -> list[str]:
    """盗抢骗 and all first, then each kind."""
    return [cases.PROPERTY, cases.ALL, *counts.kinds]


def kinds_sheet(counts: cases.CaseCounts, station: str, name: str, notes: Notes) -> Sheet:
    rows = []
    for kind in kinds_listed(counts):
        choice = cases.Choice(station, kind)
        row = {"kind": kind_name(counts, kind), **measures(counts, choice)}
        rows.append({**row, **against_last_year(counts, choice)})
    columns = [Column("kind", "类别"), FILED, CLEARED_NOW, RATE, *AGAINST, *COHORT]
    return Sheet(name, columns, rows, notes)


def stations_sheet(
    counts: cases.CaseCounts,
    kind: str,
    results: Sequence[Standardised],
    changes: Sequence[StationEffect | None],
    name: str,
    notes: Notes,
) -> Sheet:
    """Each station: the three measures, observed against expected, its part in the change."""
    columns = [
        Column("name", "派出所"),
        FILED, CLEARED_NOW, RATE, *COHORT,
        Column("expected", "按全局水平应破（起）", "one"),
        Column("ratio", "实际÷应破", "two"),
        Column("interval", "95% 区间"),
        Column("rate_effect", "水平影响（百分点）"),
        Column("mix_effect", "结构影响（百分点）"),
    ]  # fmt: skip
    rows = []
    for place, (unit, result) in enumerate(zip(counts.stations, results, strict=True)):
        effect = changes[place]
        own = {"name": unit.name, **measures(counts, cases.Choice(unit.code, kind))}
        effects = {
            "rate_effect": part_in_words(effect.rate) if effect else words.NONE,
            "mix_effect": part_in_words(effect.mix) if effect else words.NONE,
        }
        rows.append({**own, **_standardised(result), **effects})
    return Sheet(name, columns, rows, notes)


def _standardised(result: Standardised) -> Mapping[str, Cell]:
    has_interval = result.lower is not None and result.upper is not None
    interval = f"{words.plain(result.lower, 2)}–{words.plain(result.upper, 2)}"
    return {
        "expected": result.expected,
        "ratio": result.ratio,
        "interval": interval if has_interval else words.NONE,
    }


def months_sheet(counts: cases.CaseCounts, choice: cases.Choice, name: str, notes: Notes) -> Sheet:
    columns = [
        Column("month", "立案月份"), FILED, CLEARED_NOW, RATE, *COHORT,
        Column("withdrawn", "撤案（起）", "whole"),
    ]  # fmt: skip
    rows = [
        {
            "month": month.title,
            **measures(counts, choice, month.text),
            "withdrawn": counts.amount(cases.WITHDRAWN, choice, month.text).numerator,
        }
        for month in counts.months
    ]
    return Sheet(name, columns, rows, notes)


def _in_words(line: AuditLine, side: int) -> str:
    return (words.percent if line.is_share else words.plain)(line.values()[side])


AUDIT = (
    Column("title", "项目"),
    Column("now", "本期", of=lambda line: _in_words(line, 0)),
    Column("before", "去年同期", of=lambda line: _in_words(line, 1)),
    Column("change", "变化"),
    Column("p", "精确检验的 p 值", of=lambda x: words.plain(x.p, 3)),
    Column("said", "判断", of="judgement"),
)


def _effect(step: RateStep) -> Fraction | None:
    return step.change * 100 if step.kind in ("part", "mix") else None


STEPS = (
    Column("label", "项目"),
    Column("change", "影响（百分点）", "two", _effect),
    Column("lower", "95% 下限", "two", lambda step: step.part and step.part.lower * 100),
    Column("upper", "95% 上限", "two", lambda step: step.part and step.part.upper * 100),
    Column("after", "累计到（%）", "percent"),
)


def speed_sheet(speed: Speed, name: str, notes: Notes, every: int = 1) -> Sheet:
    """The curves day by day, or every so many days."""

    def of(curve: Curve | None, line: str) -> Callable[[int], float | None]:
        return lambda day: float(getattr(curve, line)[day]) if curve else None

    columns = [
        Column("day", "立案后天数", "whole", int),
        Column("now", "本期累计破案（%）", "percent", of(speed.now, "share")),
        Column("lower", "95% 下限（%）", "percent", of(speed.now, "lower")),
        Column("upper", "95% 上限（%）", "percent", of(speed.now, "upper")),
        Column("risk", "当日尚在等待（起）", "whole", of(speed.now, "at_risk")),
        Column("before", "去年同期累计破案（%）", "percent", of(speed.before, "share")),
    ]
    return sheet_of(name, columns, range(0, speed.horizon + 1, every), notes)


def cohorts_sheet(cohorts: Sequence[Cohort], name: str, notes: Notes) -> Sheet:
    parts = (*CLEARED, OPEN_RIPE, OPEN_YOUNG)
    columns = [
        Column("month", "立案月份", of="period.title"),
        FILED,
        *(Column(str(i), f"{part}（起）", "whole", _part(i)) for i, part in enumerate(parts)),
    ]
    return sheet_of(name, columns, cohorts, notes)


def _part(place: int) -> Callable[[Cohort], int]:
    return lambda cohort: (*cohort.cleared, cohort.open_ripe, cohort.open_young)[place]
