"""周例会: which slides there are, and what each shows."""

from collections.abc import Sequence
from pathlib import Path

from metrics.analysis.clearance_change import value
from metrics.analysis.clearance_counts import IN_PERIOD, Choice
from metrics.analysis.compare import Comparison
from metrics.calendar.period import Period
from metrics.cells.units import UNKNOWN
from metrics.documents.changes import RESULTS, WORK, IndicatorChange, of_way, yearly_changes
from metrics.documents.gaps import advice
from metrics.documents.material import Material
from metrics.documents.meeting import (
    advice_headline,
    attention_sentence,
    changes_sentence,
    count_sentence,
    moves_sentence,
)
from metrics.figures import words
from metrics.figures.measure import Figure
from metrics.scoring.score_breakdown import losing
from metrics.wording import compare_words
from metrics.wording.alerts import own_points, place
from metrics.wording.clearance_change_words import clearance_headline
from metrics.wording.definitions import definitions
from metrics.wording.headlines import lead_indicator, overview_headline, ranking_headline
from metrics.wording.indicator_readings import indicator_headline
from metrics.wording.tile_content import TILE_INDICATORS, TileChange, indicator_tile, score_tile
from metrics.wording.unit_readings import losses_reading, months_reading
from pages.documents.deck import Cover, Graph, Grid, Slide, deck_bytes
from pages.documents.sheet import number

NAME = "一村（格）一警工作周例会"
MOST_CHANGES = 12


def deck(material: Material, template: Path | None = None) -> bytes:
    cover = Cover(
        NAME,
        (material.bureau, material.period.title, headline(material)),
        _notes(material, "本材料的每句话和每个数字均由系统按公开口径计算，与看板一致。"),
    )
    return deck_bytes(cover, slides(material), material.foot, template)


def slides(material: Material) -> list[Slide]:
    changes = yearly_changes(material)
    return [
        _tiles(material),
        _months(material),
        _ranking(material),
        _moves(material),
        *(_work(material, name) for name in WORK[:2]),
        _changes(material, changes),
        _shifts(material, changes),
        _lead(material),
        _losses(material),
        _cases(material),
        _attention(material),
        _advice(material),
    ]


def headline(material: Material) -> str:
    figure = _lead_figures(material, "bureau")[0]
    stations = material.lines("station")
    changes = material.comparisons((figure.indicator,), "bureau")
    return overview_headline(
        *(material.period, material.score(), figure, changes), *(material.catalogue, stations)
    )


def _lead_figures(material: Material, level: str) -> list[Figure]:
    lead = lead_indicator(material.scheme).id
    return material.figures((lead,), "bureau" if level == "bureau" else "station")[lead]


def _notes(material: Material, *notes: str) -> list[str]:
    source = "来源：本局考核分析系统“红枫”，由业务记录按指标口径逐条汇总。"
    return [*notes, source, *(f"{title}：{note}" for title, note in material.notes)]


def _definition(material: Material, *ids: str) -> list[str]:
    return [
        f"口径（{i.title}）：{i.definition}。出处：{i.source}。" for i in material.indicators(ids)
    ]


def _tiles(material: Material) -> Slide:
    months, trends = material.months("bureau"), material.trend(TILE_INDICATORS, "bureau")
    unit, figures = material.score().line.unit, material.figures(TILE_INDICATORS, "bureau")
    tiles = [score_tile(material.score(), material.scheme, months[unit])]
    tiles += [
        indicator_tile(
            material.catalogue[name],
            figures[name][0],
            material.scheme,
            trends[name, unit],
            material.comparisons((name,), "bureau"),
        )
        for name in TILE_INDICATORS
    ]
    rows = [
        [t.title, f"{t.value} {t.unit}".strip(), *map(_change, t.changes), t.interval, t.status]
        for t in tiles
    ]
    heads = ("项目", "数值", "同比", "环比", "95% 区间", "说明")
    notes = _notes(material, *_definition(material, *TILE_INDICATORS))
    return Slide(headline(material), Grid(heads, rows, (2, 1.6, 2.6, 2.6, 2.2, 2), "lrrrrl"), notes)


def _change(change: TileChange) -> str:
    return "　".join(part for part in (change.amount, change.words, change.more) if part)


def _months(material: Material) -> Slide:
    points = material.months("bureau")[material.score().line.unit]
    scores = [number(p.score, "two") for p in points]
    graph = Graph("line", _by_year([p.period for p in points]), {"本局得分（分）": scores}, "0.00")
    return Slide(
        months_reading(points, "bureau", is_on_paper=True).rstrip("。"), graph, _notes(material)
    )


def _by_year(months: Sequence[Period]) -> dict[str, list[str]]:
    years: dict[str, list[str]] = {}
    for month in months:
        years.setdefault(f"{month.starts_on.year}年", []).append(f"{month.starts_on.month}月")
    return years


def _ranking(material: Material) -> Slide:
    groups = material.groups()
    names = {group: [line.name for line in lines] for group, lines in groups.items()}
    scores = [number(line.shown_score, "two") for lines in groups.values() for line in lines]
    most = max((line.score_digits for lines in groups.values() for line in lines), default=2)
    form = "0.00" + "#" * (most - 2)  # a label has the decimals of its own score
    title = ranking_headline("station", material.period, groups)
    notes = _notes(material, *(f"{name}：{meaning}" for name, meaning in definitions("ranking")))
    return Slide(title, Graph("column", names, {"得分（分）": scores}, form), notes)


def _moves(material: Material) -> Slide:
    lines = [line for lines in material.groups().values() for line in lines]
    rows = []
    for line in lines:
        rank, before = words.plain(line.rank), words.plain(line.previous_rank)
        score = words.points(line.score, line.score_digits)
        cells = [line.name, line.group, score, own_points(line), rank, before]
        rows.append([*cells, words.movement(line.rank, line.previous_rank), place(line)])
    heads = (
        *("单位", "分组", "得分（分）", "适用分值"),
        *("名次", "上期名次", "进退位", "名次区间（95%）"),
    )
    grid = Grid(heads, rows, (2, 1, 1.3, 1.2, 1, 1, 1.4, 1.6), "llrrrrrr")
    notes = _notes(material, *(f"{name}：{meaning}" for name, meaning in definitions("ranking")))
    return Slide(moves_sentence(lines), grid, notes)


def _work(material: Material, name: str) -> Slide:
    """The stations in descending order, now and last year."""
    (whole,) = _last_year(material.comparisons((name,), "bureau"))
    parts = sorted(
        _last_year(material.comparisons((name,), "station")),
        key=lambda c: (c.unit.code == UNKNOWN, -(c.now.amount.numerator or 0), c.unit.code),
    )
    unit = whole.indicator.unit
    series = {
        f"本期（{unit}）": [c.now.amount.numerator for c in parts],
        f"去年同期（{unit}）": [c.base.amount.numerator for c in parts],
    }
    graph = Graph("column", {"": [c.unit.name for c in parts]}, series)
    return Slide(count_sentence(whole), graph, _notes(material, *_definition(material, name)))


def _last_year(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [c for c in comparisons if c.pair.basis == "last_year"]


def _changes(material: Material, changes: Sequence[IndicatorChange]) -> Slide:
    """The work, its results, and what moved beyond chance."""
    own = [c for c in changes if c.whole.indicator.id in (*WORK, *RESULTS)]
    real = [c for way in ("up", "down") for c in of_way(changes, way) if c.whole.is_real]
    listed = list({c.whole.indicator.id: c for c in [*own, *real]}.values())[:MOST_CHANGES]
    rows = [
        [
            c.whole.indicator.title,
            compare_words.value_in_words(c.whole, c.whole.now),
            compare_words.value_in_words(c.whole, c.whole.base),
            compare_words.difference_in_words(c.whole),
            compare_words.relative_in_words(c.whole),
            compare_words.verdict_in_words(c.whole),
        ]
        for c in listed
    ]
    heads = ("指标", "本期", "去年同期", "差", "相对增幅", "结论")
    ids = [c.whole.indicator.id for c in listed]
    notes = _notes(material, *_definition(material, *ids))
    return Slide(
        changes_sentence(changes), Grid(heads, rows, (2, 1.3, 1.3, 1.5, 1.2, 3), "lrrrrl"), notes
    )


def _shifts(material: Material, changes: Sequence[IndicatorChange]) -> Slide:
    """Relative change of what can be tested, the largest rise first."""
    tested = [c.whole for c in changes if c.whole.test and c.whole.relative is not None]
    ordered = sorted(tested, key=lambda c: -(c.relative or 0))
    note = "相对增幅：差除以去年同期的数值；基数为 0 的和样本不足、没有检验的不画。"
    if not ordered:
        grid = Grid(("说明",), [["去年同期没有可比数据，或样本都不足"]], (1,), "l")
        return Slide("与去年同期相比，没有可以检验的变化", grid, _notes(material, note))
    first, last = ordered[0], ordered[-1]
    title = (
        f"可以检验的 {len(ordered)} 项中，相对增幅最大的是"
        f"{first.indicator.title}（{compare_words.relative_in_words(first)}），"
        f"最小的是{last.indicator.title}（{compare_words.relative_in_words(last)}）"
    )
    graph = Graph(
        "bar",
        {"": [c.indicator.title for c in ordered]},
        {"相对增幅（%）": [number(c.relative, "percent") for c in ordered]},
        "0.0",
    )
    return Slide(title, graph, _notes(material, note))


def _lead(material: Material) -> Slide:
    """The indicator with the most points, by station, beside its target."""
    scored = lead_indicator(material.scheme)
    indicator = material.catalogue[scored.id]
    whole, stations = _lead_figures(material, "bureau")[0], _lead_figures(material, "station")
    registered = [f for f in stations if f.unit != UNKNOWN]
    line = material.score().line
    target = next((c.target for c in line.contributions if c.indicator == scored.id), None)
    series = {
        f"{indicator.title}（%）": [number(f.exact, "percent") for f in registered],
        "目标（%）": [number(target, "percent")] * len(registered),
    }
    changes = material.comparisons((indicator.id,), "bureau")
    title = indicator_headline(
        *(indicator, whole, changes, stations, scored), "station", material.period
    )
    graph = Graph("column", {"": [f.name for f in registered]}, series, "0.0")
    return Slide(title, graph, _notes(material, *_definition(material, scored.id)))


def _losses(material: Material) -> Slide:
    line = material.score().line
    lost = losing(line)
    graph = Graph(
        "bar",
        {"": [c.title for c in lost] or ["没有失分"]},
        {"失分（分）": [number(c.lost, "two") for c in lost] or [0]},
        "0.00",
    )
    note = f"方案：{material.scheme.title}，满分 {words.plain(material.scheme.full_points)} 分。"
    return Slide(losses_reading(line).rstrip("。"), graph, _notes(material, note))


def _cases(material: Material) -> Slide:
    counts = material.cases()
    rates = [value(counts.amount(IN_PERIOD, Choice(), month.text)) for month in counts.months]
    graph = Graph(
        "line",
        _by_year(counts.months),
        {"盗抢骗期内破案率（%）": [number(rate, "percent") for rate in rates]},
        "0.0",
    )
    title = clearance_headline(counts, IN_PERIOD, Choice(), material.case_change())
    note = "案件数据只作研判；公通字〔2015〕32号取消了破案率等考核指标。"
    return Slide(title, graph, _notes(material, note, *_definition(material, IN_PERIOD)))


def _attention(material: Material) -> Slide:
    findings = material.attention()
    rows = [[str(n), each.sentence] for n, each in enumerate(findings, 1)] or [["—", "没有事项"]]
    note = "需关注：按固定规则从数据中算出，只陈述数据，不说原因和责任。"
    grid = Grid(("序号", "事项"), rows, (0.6, 12), "ll")
    return Slide(attention_sentence(findings), grid, _notes(material, note))


def _advice(material: Material) -> Slide:
    advices = advice(material)
    rows = [
        [
            each.whole.contribution.title,
            words.percent(each.whole.contribution.value),
            words.percent(each.whole.contribution.target),
            words.plain(each.whole.contribution.denominator),
            words.plain(each.whole.missing),
            words.points(each.whole.contribution.lost),
            words.listed([gap.name for gap in each.stations]),
        ]
        for each in advices
    ] or [["没有差距", *["—"] * 6]]
    heads = ("指标", "现为", "目标", "分母", "差距", "达标可增（分）", "差距大的单位")
    note = "差距：按本期（或近12个月）分母，达到目标还须完成（或减少）的件数。"
    grid = Grid(heads, rows, (2, 1, 1, 1, 1, 1.3, 4), "lrrrrrl")
    return Slide(advice_headline(material, advices), grid, _notes(material, note))
