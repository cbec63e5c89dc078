"""考核通报: five sections, each sentence computed, none empty."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.analysis.clearance_counts import IN_PERIOD, Choice
from metrics.calendar.days import day_words
from metrics.documents.changes import (
    WORK,
    IndicatorChange,
    Way,
    change_sentence,
    detailed,
    in_full,
    in_short,
    of_way,
    yearly_changes,
)
from metrics.documents.gaps import advice, advice_sentence, outlook
from metrics.documents.material import Material
from metrics.documents.parts import parts_of_total, shares_in_words
from metrics.figures import words
from metrics.scoring.score_breakdown import losing
from metrics.wording.attention import unknown_sentence
from metrics.wording.clearance_change_words import clearance_headline
from metrics.wording.compare_words import value_in_words
from metrics.wording.headlines import is_short, lead_indicator, overview_headline, ranking_headline

WAYS: dict[Way, str] = {"up": "上升", "down": "下降"}


@dataclass(frozen=True)
class Paragraph:
    """`heading`: set in 楷体 before the text, with （一）; none if empty."""

    text: str
    heading: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Bulletin:
    """title: pieces between which a line may break."""

    title: tuple[str, ...]
    opening: str
    sections: tuple[Section, ...]
    note: str


def bulletin(material: Material) -> Bulletin:
    changes = yearly_changes(material)
    period = material.period
    return Bulletin(
        (material.bureau, f"关于{period.title}", "一村（格）一警工作", "考核情况的通报"),
        f"现将{period.title}{_days(material)}一村（格）一警工作考核情况通报如下。",
        (
            Section("整体情况", tuple(overall(material, changes))),
            Section("上升情况", tuple(moved(changes, "up"))),
            Section("下降情况", tuple(moved(changes, "down"))),
            Section("存在问题", tuple(problems(material))),
            Section("工作建议", tuple(advised(material))),
        ),
        _note(material),
    )


def _days(material: Material) -> str:
    """（2019年7月1日至7月31日）, unless the title says the days already."""
    if "日" in material.period.title:
        return ""
    first, last = material.period.starts_on, material.period.ends_on
    return f"（{day_words(first)}至{day_words(last, first.year)}）"


def _note(material: Material) -> str:
    notes = dict(material.notes)
    parts = [
        f"数据截至{day_words(material.counted.as_of)}",
        f"数据时间 {material.stamp.data_time}",
        f"考核方案：{notes['方案']}",
        notes["状态"],
        notes.get("数据", ""),
        notes.get("未列入的单位", ""),
        "占比、百分点逐项四舍五入，合计可有尾差",
    ]
    return "；".join(part for part in parts if part)


def overall(material: Material, changes: Sequence[IndicatorChange]) -> list[Paragraph]:
    paragraphs = [Paragraph(_scores(material), "考核得分")]
    stations = material.comparisons(WORK, "station")
    before = {
        c.indicator.id: f"，{change_sentence(c)}"
        for c in material.comparisons(WORK, "bureau")
        if c.pair.basis == "previous"
    }
    for change in changes:
        c = change.whole
        if c.indicator.id in WORK and c.now.exact is not None:
            own = [s for s in stations if s.indicator.id == c.indicator.id]
            pieces = parts_of_total([s for s in own if s.pair.basis == "last_year"])
            text = f"共 {value_in_words(c, c.now)}，{change_sentence(c)}{before[c.indicator.id]}。"
            if pieces:
                text += f"由多到少：{shares_in_words(pieces, c.indicator.unit, False)}。"
            paragraphs.append(Paragraph(text, c.indicator.title))
    paragraphs.append(Paragraph(_cases(material), "案件研判"))
    return paragraphs


def _scores(material: Material) -> str:
    period, score = material.period, material.score()
    lead = lead_indicator(material.scheme)
    figure = material.figures((lead.id,), "bureau")[lead.id][0]
    stations = material.lines("station")
    first = overview_headline(
        *(period, score, figure, material.comparisons((lead.id,), "bureau")),
        *(material.catalogue, stations),
    )
    ranking = ranking_headline("station", period, material.groups())
    return f"{first}。{ranking}。{_last_three(material)}"


def _last_three(material: Material) -> str:
    """Named only after review: as long as a score may move, nobody is called last."""
    if not material.stamp.standing.frozen:
        return ""
    groups = []
    for group, lines in material.groups().items():
        ranked = [line for line in lines if line.rank is not None][-3:]
        if len(ranked) == 3:
            scores = [words.points(x.score, x.score_digits) for x in ranked]
            names = "、".join(
                f"{x.name}（{score} 分）" for x, score in zip(ranked, scores, strict=True)
            )
            groups.append(f"{group}列后三位的是{names}")
    return f"{'；'.join(groups)}。" if groups else ""


def _cases(material: Material) -> str:
    headline = clearance_headline(material.cases(), IN_PERIOD, Choice(), material.case_change())
    scored = [s for s in material.scheme.indicators if material.catalogue[s.id].banned]
    if scored:
        names = "、".join(material.catalogue[s.id].title for s in scored)
        return f"{headline}。本期方案对{names}计分，与公通字〔2015〕32号不符，请复核。"
    return f"{headline}。案件数据只作研判，不计分（公通字〔2015〕32号）。"


def moved(changes: Sequence[IndicatorChange], way: Way) -> list[Paragraph]:
    """What rose (fell): the weightiest with its stations, the others by their amount."""
    word = WAYS[way]
    chosen = of_way(changes, way)
    if not chosen:
        return [Paragraph(f"与去年同期相比，没有{word}的项目。{_incomparable(changes)}")]
    full = detailed(chosen)
    paragraphs = [
        Paragraph(in_full(change), f"{change.whole.indicator.title}{word}") for change in full
    ]
    rest = [change for change in chosen if change not in full]
    real = [change for change in rest if change.whole.is_real]
    other = [change for change in rest if not change.whole.is_real]
    if real:
        text = f"{word}超出随机波动的另有 {len(real)} 项：{in_short(real)}。"
        paragraphs.append(Paragraph(text, f"其他超出随机波动的{word}"))
    if other:
        untold = "没有超出随机波动，或因样本不足等未作检验，不作定论"
        text = f"有 {len(other)} 项{word}{untold}：{in_short(other)}。"
        paragraphs.append(Paragraph(text, f"其余{word}"))
    if way == "up" and (more := _incomparable(changes)):
        paragraphs.append(Paragraph(more, "持平和未作比较的项目"))
    return paragraphs


def _incomparable(changes: Sequence[IndicatorChange]) -> str:
    level = [change.whole.indicator.title for change in changes if change.way == "level"]
    none = [change.whole.indicator.title for change in changes if change.way == "none"]
    text = f"与去年同期持平的有 {len(level)} 项：{'、'.join(level)}。" if level else ""
    if none:
        text += f"去年同期没有可比数据的有 {len(none)} 项：{'、'.join(none)}。"
    return text


def problems(material: Material) -> list[Paragraph]:
    paragraphs = [Paragraph(f"{finding.sentence}。") for finding in material.attention()]
    paragraphs = (
        [Paragraph("".join(p.text for p in paragraphs), "需关注事项")] if paragraphs else []
    )
    paragraphs.append(Paragraph(_below_target(material), "指标达标情况"))
    ids = tuple(scored.id for scored in material.scheme.indicators)
    unknown = unknown_sentence(material.figures(ids, "station"), material.catalogue, "station")
    return [*paragraphs, Paragraph(unknown, "数据质量")]


def _below_target(material: Material) -> str:
    line = material.score().line
    valued = [c for c in line.contributions if c.value is not None]
    if not valued:
        return "本期没有适用的考核指标。"
    missed = [c for c in losing(line) if is_short(c, material.catalogue[c.indicator].better)]
    if not missed:
        return f"适用的 {len(valued)} 项考核指标，全局均达目标。"
    named = "、".join(
        f"{c.title} {words.percent(c.value)}（目标 {words.percent(c.target)}）" for c in missed
    )
    return f"适用的 {len(valued)} 项考核指标中，全局有 {len(missed)} 项未达目标：{named}。"


def advised(material: Material) -> list[Paragraph]:
    to_mend, score = advice(material), material.score().score
    if score is None:
        return [Paragraph("本期没有可以计分的数据，不提量化建议。")]
    if not to_mend:
        return [Paragraph("各项指标没有可以按件补齐的差距，建议保持现有做法，防止回落。")]
    texts = [
        (advice_sentence(each, material.period), f"补齐{each.whole.contribution.title}的差距")
        for each in to_mend
    ]
    return [Paragraph(*text) for text in (*texts, (outlook(to_mend, score), "预期效果"))]
