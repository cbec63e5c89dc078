"""The workbook of a period: what it is, all units × indicators, ranks, comparisons, months."""

from collections.abc import Sequence

from metrics.documents.changes import RESULTS, WORK, yearly_changes
from metrics.documents.material import Material
from metrics.figures import words
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import by_group
from metrics.wording.definition import terms_of
from metrics.wording.definitions import definitions
from metrics.wording.verdict_words import units_apart
from pages.documents import rank_sheet
from pages.documents.change_sheet import EVERYTHING
from pages.documents.sheet import Column, kind_of, sheet_of
from pages.documents.workbook import Chart, Page, book_bytes

MOST_CHARTED = 30


def workbook(material: Material, level: Level = "station") -> bytes:
    lines = material.lines(level)
    ranks = _ranks(material, level)
    pages = [_values(material, level), *ranks, _changes(material), _months(material)]
    scored = terms_of(material.score().line, material.catalogue)
    filters = [
        ("表名", f"{LEVELS[level]}考核数据-{material.period.text}"),
        ("层级", LEVELS[level]),
        ("筛选", f"全部分组，共 {words.plain(len(lines))} 个单位"),
    ]
    if level != "station" and (left_out := material.left_out(level)):
        filters.append(("未列入的单位", left_out))
    return book_bytes([*filters, *material.notes, *definitions("ranking"), *scored], pages)


def _values(material: Material, level: Level) -> Page:
    """The rows of 总览: the bureau first."""
    groups = by_group(material.lines(level))
    apart = units_apart(material.line_verdicts(level), material.catalogue)
    sheet = rank_sheet.heat_sheet(material.score().line, groups, apart, (), "各项指标")
    title = f"{material.bureau}{material.period.title}{LEVELS[level]}各项指标"
    units = len(sheet.rows) - 1
    charts = []
    if 0 < units <= MOST_CHARTED:
        charts = [Chart("column", "各单位得分（分）", "name", ["score"], first=1, rows=units)]
    return Page("各项指标", sheet, title, charts)


def _ranks(material: Material, level: Level) -> list[Page]:
    """The tables of 排名: ranked, monitored, and those without a rank and why."""
    groups = by_group(material.lines(level))
    lines = [line for members in groups.values() for line in members]
    months = material.months(level)
    pages = []
    for name, statuses, columns in (
        ("名次", ("ranked",), rank_sheet.rank_columns(months, groups)),
        ("监测值", ("monitoring",), rank_sheet.WATCHED_COLUMNS),
        ("未参加排名", ("not-rankable", "not-applicable"), rank_sheet.OTHER_COLUMNS),
    ):
        own = [line for line in lines if line.status in statuses]
        if own:
            title = f"{material.bureau}{material.period.title}{LEVELS[level]}{name}"
            pages.append(Page(name, sheet_of(name, columns, own), title))
    return pages


def _changes(material: Material) -> Page:
    """The bureau against last year and the span before: the work, its results, what is scored."""
    ids = tuple(change.whole.indicator.id for change in yearly_changes(material))
    comparisons = material.comparisons(ids, "bureau")
    sheet = sheet_of("同比环比", EVERYTHING, comparisons)
    return Page("同比环比", sheet, f"{material.bureau}{material.period.title}同比、环比")


def _months(material: Material) -> Page:
    """Twelve months of the bureau: score, work and results."""
    ids = tuple(name for name in (*WORK, *RESULTS) if name in material.catalogue.indicators)
    unit = material.score().line.unit
    scores, trends = material.months("bureau")[unit], material.trend(ids, "bureau")
    columns = [
        Column("month", "月份", of=lambda place: scores[place].period.title),
        Column("score", "得分（分）", "two", lambda place: scores[place].score),
        *(_figures(i, trends[i.id, unit]) for i in material.indicators(ids)),
    ]
    charts = [
        Chart("line", "本局得分（分）", "month", ["score"]),
        Chart("column", "走访群众（人次）", "month", ["visits"]),
    ]
    charts = [chart for chart in charts if set(chart.keys) <= {c.key for c in columns}]
    title = f"{material.bureau}近12个月"
    return Page("逐月", sheet_of("逐月", columns, range(len(scores))), title, charts)


def _figures(indicator: Indicator, trend: Sequence[TrendPoint]) -> Column:
    title = f"{indicator.title}（{words.unit_of_value(indicator)}）"
    return Column(indicator.id, title, kind_of(indicator), lambda place: trend[place].value)
