"""The definition card of an indicator in plain words: what counts, how sure, how it is scored."""

from collections.abc import Iterable, Mapping
from datetime import date

from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.figures.formula import formula
from metrics.figures.measure import Figure
from metrics.indicators.catalogue import UNCHECKED, Catalogue, Indicator
from metrics.scheme.scheme import Scheme, Scored, scheme_of
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.share import target_of

KINDS: Mapping[str, str] = {
    "count": "计数。95% 区间按泊松分布：不足 10 件用精确法，其余用拜尔法",
    "proportion": "比例，分子是分母的一部分。95% 区间用威尔逊法",
    "rate": "率。95% 区间按分子的泊松分布：不足 10 件用精确法，其余用拜尔法",
    "ratio": "比值，分子不限于分母之内，可超过 100%，不计区间",
}
STOCK = "期末在册数，没有随机误差，不计区间"
DIRECTIONS: Mapping[str, str] = {
    "higher": "越高越好",
    "lower": "越低越好",
    "neither": "不评优劣",
}
BANNED = "公安部已取消破案率、发案数一类考核指标（公通字〔2015〕32号）：本指标只作研判，不宜计分"
VOLUME = "数量指标：按数量计分易致虚报，只作参考，不宜计分"
Line = tuple[str, str]


def definition(
    counted: Counted,
    indicator: Indicator,
    scored: Scored | None,
    period: Period,
    maturing: int | None = None,
) -> list[Line]:
    """Title and text of each line of the card, in the order of reading."""
    lines = [("定义", indicator.definition), ("意义", indicator.why)]
    lines += formula(counted, indicator)
    is_stock = bool(indicator.numerator and indicator.numerator.stock)
    lines.append(("类型", STOCK if is_stock else KINDS[indicator.kind]))
    lines.append(("方向", DIRECTIONS[indicator.better]))
    lines += smallest_change_lines(indicator)
    scheme = scheme_of(counted.schemes, period.ends_on)
    rule = rule_in_words(indicator, scored, period, scheme) if scored else "未计分"
    lines.append(("计分", rule))
    if indicator.matures_after:
        waiting = f"，本期 {words.plain(maturing)} 件" if maturing else "，本期没有"
        lines.append(("尚未成熟", f"未满 {indicator.matures_after} 天的不计入{waiting}"))
    if note := status_note(indicator):
        lines.append(("状态", note))
    lines.append(("来源", indicator.source))
    if indicator.tags:
        lines.append(("标签", "、".join(indicator.tags)))
    lines.append(("审阅", review_in_words(indicator)))
    return lines


def smallest_change_lines(indicator: Indicator) -> list[Line]:
    """升降 and what it takes to say so; nothing of an archived definition without it."""
    if indicator.smallest_change is None:
        return []
    least = words.smallest_change(indicator)
    return [("升降", f"变化超出随机波动且不小于 {least}，才称升降、向好或走弱")]


def review_in_words(indicator: Indicator) -> str:
    """红枫项目组编制；待启用单位复核；2026-11-27 审阅，下次 2027-11-27"""
    checked = indicator.checked_by
    by = checked if checked == UNCHECKED else f"{checked}复核"
    if indicator.reviewed_on is None:
        dates = "尚未审阅"
    else:
        dates = f"{indicator.reviewed_on} 审阅，下次 {indicator.next_review}"
    return f"{indicator.authored_by}编制；{by}；{dates}"


def overdue_reviews(indicators: Iterable[Indicator], day: date) -> list[tuple[str, date]]:
    """Title and the day on which the review fell due, of those not reviewed since; oldest first."""
    due = [(i.next_review, i.title) for i in indicators if i.next_review and i.next_review < day]
    return [(title, due_on) for due_on, title in sorted(due)]


def warning(indicator: Indicator, scored: Scored | None) -> str:
    """One sentence where the rules speak against scoring it, else nothing."""
    rule = BANNED if indicator.banned else VOLUME if indicator.volume else ""
    return f"{rule}；现行方案对其计分，请复核" if rule and scored else rule


def two_windows(c: Contribution, whole: Figure, indicator: Indicator, period: Period) -> list[Line]:
    """Where the score takes twelve months: the bureau's value over them beside the period's own."""
    if c.span.starts_on >= period.starts_on or c.plain_value is None:
        return []
    scored, own = (words.value_of(indicator, v) for v in (c.plain_value, whole.exact))
    counts = f"（{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}）"
    return [
        ("两个期限", f"考核计分用近12个月：全局 {scored}{counts}；本页为{period.title}：全局 {own}")
    ]


def rule_in_words(indicator: Indicator, scored: Scored, period: Period, scheme: Scheme) -> str:
    """10 分：达到 50%（按年度进度折算，本期 29.0%）得满分，其间按比例给分；按本期数据；…"""
    window = "按近12个月数据" if scored.window == "12 months" else "按本期数据"
    parts = [f"{float(scored.weight):g} 分", _rule(indicator, scored, period), window]
    if scheme.is_smoothed:
        parts.append(f"各单位的数值与本组合计值合并 {scored.minimum} 件后计分")
        return "；".join(parts)
    if scored.pooled:
        parts.append("村（社区）、民（辅）警取警务室数据")
    parts.append(f"分母不足 {scored.minimum} 时取上一级数据")
    return "；".join(parts)


def _rule(indicator: Indicator, scored: Scored, period: Period) -> str:
    target = value_in_words(indicator, target_of(scored, period))
    if scored.target_grows:
        whole = value_in_words(indicator, scored.target)
        target = f"{target}（全年目标 {whole}，按已过天数折算）"
    reach = "不低于" if indicator.better == "higher" else "不高于"
    if scored.rule == "steps":
        return _steps(indicator, scored, reach)
    target = f"{target} " if target.endswith("%") else target
    if scored.rule == "pass":
        return f"{reach} {target}得满分，否则不得分"
    if not scored.floor and indicator.better == "higher":
        return f"{reach} {target}得满分，其下按比例给分"
    floor = value_in_words(indicator, scored.floor)
    word = "降至" if indicator.better == "higher" else "升至"
    return f"{reach} {target}得满分，{word} {floor} 不得分，其间按比例给分"


def _steps(indicator: Indicator, scored: Scored, reach: str) -> str:
    steps = []
    for step in scored.steps:
        share = "满分" if step.share == 1 else f" {step.share.numerator}/{step.share.denominator}"
        steps.append(f"{reach} {value_in_words(indicator, step.at)} 得{share}")
    return "，".join([*steps, "其余不得分"])


def value_in_words(indicator: Indicator, value: words.Number) -> str:
    """95%, without a decimal that is nought."""
    return words.value_of(indicator, value).replace(".0%", "%")


def status_note(indicator: Indicator) -> str:
    """Where a status word may stand for a missing date, the figure says so."""
    has_choice = any("|" in need and "status" in need for need in indicator.needs or ())
    note = "来源只有状态、没有日期的记录，按状态计入；状态不随数据截止日回溯"
    return note if has_choice else ""


def terms_of(line: Assessment, catalogue: Catalogue) -> list[Line]:
    """Title and definition of each indicator that a score is made of."""
    return [(c.title, catalogue[c.indicator].definition) for c in line.contributions]
