"""The workbook of a period: what it is, all units × indicators, ranks, comparisons, months."""

from metrics.documents.changes import RESULTS, WORK, yearly_changes
from metrics.documents.material import Material
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import by_group
from metrics.wording.definitions import definitions
from pages.documents import rank_sheet
from pages.documents.change_sheet import EVERYTHING, change_sheet
from pages.documents.sheet import Column, Row, Sheet, kind_of
from pages.documents.workbook import Chart, Page, book_bytes

MOST_CHARTED = 30


def workbook(material: Material, level: Level = "station") -> bytes:
    lines = material.lines(level)
    ranks = _ranks(material, level)
    pages = [_values(material, level), *ranks, _changes(material), _months(material)]
    scored = [
        (c.title, material.catalogue[c.indicator].definition)
        for c in material.score().line.contributions
    ]
    filters = [
        ("表名", f"{LEVELS[level]}考核数据-{material.period.text}"),
        ("层级", LEVELS[level]),
        ("筛选", f"全部分组，共 {words.plain(len(lines))} 个单位"),
    ]
    return book_bytes([*filters, *material.notes, *definitions("ranking"), *scored], pages)


def _values(material: Material, level: Level) -> Page:
    """The rows of 总览: the bureau first."""
    groups = by_group(material.lines(level))
    sheet = rank_sheet.heat_sheet(material.score().line, groups, (), "各项指标")
    title = f"{material.bureau}{material.period.title}{LEVELS[level]}各项指标"
    units = len(sheet.rows) - 1
    charts = []
    if 0 < units <= MOST_CHARTED:
        charts = [Chart("column", "各单位得分（分）", "name", ["score"], first=1, rows=units)]
    return Page("各项指标", sheet, title, charts)


def _ranks(material: Material, level: Level) -> list[Page]:
    """The tables of 排名: ranked, monitored, and those without a rank and why."""
    lines = [line for members in by_group(material.lines(level)).values() for line in members]
    months = material.months(level)
    pages = []
    for name, statuses, columns in (
        ("名次", ("ranked",), rank_sheet.COLUMNS),
        ("监测值", ("monitoring",), rank_sheet.WATCHED_COLUMNS),
        ("未参加排名", ("not-rankable", "not-applicable"), rank_sheet.OTHER_COLUMNS),
    ):
        rows = [rank_sheet.rank_row(line, months) for line in lines if line.status in statuses]
        if rows:
            title = f"{material.bureau}{material.period.title}{LEVELS[level]}{name}"
            pages.append(Page(name, Sheet(name, columns, rows), title))
    return pages


def _changes(material: Material) -> Page:
    """The bureau against last year and the span before: the work, its results, what is scored."""
    ids = tuple(change.whole.indicator.id for change in yearly_changes(material))
    comparisons = material.comparisons(ids, "bureau")
    sheet = change_sheet("同比环比", EVERYTHING, comparisons, ())
    return Page("同比环比", sheet, f"{material.bureau}{material.period.title}同比、环比")


def _months(material: Material) -> Page:
    """Twelve months of the bureau: score, work and results."""
    ids = tuple(name for name in (*WORK, *RESULTS) if name in material.catalogue.indicators)
    unit = material.score().line.unit
    scores, trends = material.months("bureau")[unit], material.trend(ids, "bureau")
    columns = [
        Column("month", "月份"),
        Column("score", "得分（分）", "two"),
        *(
            Column(i.id, f"{i.title}（{words.unit_of_value(i)}）", kind_of(i))
            for i in material.indicators(ids)
        ),
    ]
    rows: list[Row] = [
        {
            "month": point.period.title,
            "score": point.score,
            **{name: trends[name, unit][place].value for name in ids},
        }
        for place, point in enumerate(scores)
    ]
    charts = [
        Chart("line", "本局得分（分）", "month", ["score"]),
        Chart("column", "走访群众（人次）", "month", ["visits"]),
    ]
    charts = [chart for chart in charts if set(chart.keys) <= {c.key for c in columns}]
    title = f"{material.bureau}近12个月"
    return Page("逐月", Sheet("逐月", columns, rows), title, charts)
