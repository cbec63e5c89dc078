"""A scheme in words that one can read aloud. Numbers are exact: what differs reads differently."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import LEVELS, Grade, LedgerReason, Level, Scheme, Scored
from metrics.scheme.text import number

RULES: Mapping[str, str] = {
    "linear": "按比例", "deduct": "超标扣分", "pass": "达标得分", "steps": "分档",
}  # fmt: skip
ROLES: Mapping[str, str] = {
    "monitoring": "只作监测", "score": "计分排名", "grade": "评定等次", "award": "评先评优",
}  # fmt: skip
PERIODS: Mapping[str, str] = {
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "half": "半年",
    "year": "年",
    "range": "任意期间",
}
FEW_CASES: Mapping[str, str] = {"smooth": "与本组合并", "share-out": "取上级或摊分"}
APART: Mapping[Level, str] = {"village": "村（社区）权重", "officer": "民（辅）警权重"}
WINDOWS: Mapping[str, str] = {"period": "本期", "12 months": "近12个月"}
KINDS_OF_REASONS: Mapping[str, str] = {
    "bonus": "加分", "deduction": "减分", "veto": "一票否决", "exemption": "免责",
}  # fmt: skip
NONE = "—"
IN_PERCENT = ("proportion", "ratio")


@dataclass(frozen=True)
class SchemeLine:
    """One indicator of the document."""

    id: str
    title: str
    weight: Fraction
    village: Fraction | None
    officer: Fraction | None
    target: str
    floor: str
    rule: str
    window: str
    pool: str
    minimum: int


def document(scheme: Scheme, catalogue: Catalogue) -> list[SchemeLine]:
    """The indicators in the order of the scheme."""
    return [_line(scheme, scored, catalogue) for scored in scheme.indicators]


def _line(scheme: Scheme, scored: Scored, catalogue: Catalogue) -> SchemeLine:
    indicator = catalogue[scored.id]
    target = value_words(indicator, scored.target)
    return SchemeLine(
        scored.id,
        title_of(scored, catalogue),
        scored.weight,
        weight_at(scheme, scored, "village"),
        weight_at(scheme, scored, "officer"),
        f"{target}（按年度进度）" if scored.target_grows else target,
        _floor(indicator, scored),
        rule_words(indicator, scored),
        window_words(scored),
        "警务室" if scored.pooled else "本级",
        scored.minimum,
    )


def weight_at(scheme: Scheme, scored: Scored, level: Level) -> Fraction | None:
    """The points of an indicator at a level; None where it is not scored there."""
    return scored.weights.get(level) if level in scheme.levels_apart else scored.weight


def _floor(indicator: Indicator, scored: Scored) -> str:
    """Nothing where the points fall down to nought of themselves."""
    if scored.rule not in ("linear", "deduct") or not (scored.floor or indicator.better == "lower"):
        return NONE
    return value_words(indicator, scored.floor)


def title_of(scored: Scored, catalogue: Catalogue) -> str:
    """A1 走访覆盖率: the number before the first hyphen of the id, where it has one."""
    head, hyphen, _ = scored.id.partition("-")
    title = catalogue[scored.id].title if scored.id in catalogue.indicators else scored.id
    return f"{head} {title}" if hyphen and len(head) <= 2 and head.isupper() else title


def rule_words(indicator: Indicator, scored: Scored) -> str:
    if scored.rule == "steps":
        return f"{steps_words(indicator, scored)}，其余不得分"
    if scored.rule == "pass":
        return "达到目标得满分，否则不得分"
    if indicator.better == "lower":
        return "不高于目标得满分，升至底线不得分，其间按比例"
    if scored.floor:
        return "达到目标得满分，降至底线不得分，其间按比例"
    return "达到目标得满分，其下按比例"


def steps_words(indicator: Indicator, scored: Scored) -> str:
    """95% 得满分，90% 得 2/3"""
    sign = "以上" if indicator.better == "higher" else "以下"
    return "，".join(
        f"{value_words(indicator, step.at)} {sign}得"
        + ("满分" if step.share == 1 else f" {step.share.numerator}/{step.share.denominator}")
        for step in scored.steps
    )


def window_words(scored: Scored) -> str:
    return WINDOWS[scored.window]


def number_words(value: Fraction) -> str:
    """10, 5.25, 2/3: never rounded."""
    return number(value).strip('"')


def value_words(indicator: Indicator, value: Fraction) -> str:
    """95%, never rounded; a count or rate as a plain number."""
    if indicator.kind in IN_PERCENT:
        return f"{number_words(value * 100)}%"
    return number_words(value)


def hours_words(scheme: Scheme) -> str:
    """19:00–23:00"""
    return "、".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in scheme.peak_hours)


def period_words(kind: str) -> str:
    return f"{PERIODS.get(kind, kind)}的用途"


def grade_words(grade: Grade) -> str:
    """90 分以上，不超过本组的 20%"""
    bound = f"{number_words(grade.at_least)} 分以上"
    if grade.quota is None:
        return bound
    return f"{bound}，不超过本组的 {number_words(grade.quota * 100)}%"


def reason_words(reason: LedgerReason) -> str:
    """提供线索经查证属实（每次至多 2 分）"""
    if not reason.points:
        return reason.title
    return f"{reason.title}（每次至多 {number_words(reason.points)} 分）"


def articles(scheme: Scheme) -> list[tuple[str, str]]:
    """What the scheme says besides its indicators, article by article."""
    uses = "；".join(f"{PERIODS[k]}：{ROLES.get(v, v)}" for k, v in scheme.periods.items())
    return [
        ("期间用途", uses),
        ("少件处理", few_cases_words(scheme)),
        ("各级计分", levels_words(scheme)),
        ("参加排名", f"适用分值不低于 {number_words(scheme.rank_from_points)} 分；不足的只计分"),
        ("等次", "；".join(f"{grade.name}：{grade_words(grade)}" for grade in scheme.grades)),
        ("分组", "按派出所登记册的分组（城区、乡镇）分别排名；改分组请改登记册"),
        ("重点时段", hours_words(scheme)),
        *_ledger(scheme),
        ("依据", scheme.source),
        ("核定", scheme.approved_by),
    ]


def few_cases_words(scheme: Scheme) -> str:
    if not scheme.is_smoothed:
        return "分母不足最低样本的，取上一级数据；各级都不足的，分值按比例摊给其他指标"
    return (
        "计分值 =（本级分子 + 合并件数 × 本组合计值）÷（本级分母 + 合并件数）；没有件数的按本组计，"
        "本组都没有的，全组不计该项。适用分值为各项权重中由本级件数决定的部分"
    )


def levels_words(scheme: Scheme) -> str:
    """村（社区）、民（辅）警只就本级工作计 10 项，其余各项列作参考"""
    apart = scheme.levels_apart
    if not apart:
        return "各级同一权重"
    counts = {level: sum(1 for s in scheme.indicators if level in s.weights) for level in apart}
    named = "、".join(f"{LEVELS[level]}计 {count} 项" for level, count in counts.items())
    return f"{named}，另定权重，其余各项列作参考；其他各级计全部 {len(scheme.indicators)} 项"


def _ledger(scheme: Scheme) -> list[tuple[str, str]]:
    ledger, rows = scheme.ledger, []
    caps = {"bonus": ledger.bonus_cap, "deduction": ledger.deduction_cap}
    for kind, word in KINDS_OF_REASONS.items():
        reasons = "；".join(reason_words(r) for r in ledger.reasons if r.kind == kind)
        if not reasons:
            continue
        if kind in caps:
            reasons += f"。累计至多 {number_words(caps[kind])} 分"
        elif kind == "veto":
            best = ledger.veto_grade or scheme.grades[-1].name
            reasons += f"。等次不高于{best}，原始分照列"
        rows.append((word, reasons))
    return rows


def scheme_headline(scheme: Scheme, catalogue: Catalogue, when: str, warned: int) -> str:
    """2019年7月执行《…》：19 项指标、100 分，分量最重的是走访覆盖率（10 分）"""
    most = max(scheme.indicators, key=lambda scored: scored.weight)
    sentence = (
        f"{when}执行《{scheme.title}》："
        f"{len(scheme.indicators)} 项指标、{number_words(scheme.full_points)} 分，"
        f"分量最重的是{catalogue[most.id].title}（{number_words(most.weight)} 分）"
    )
    return f"{sentence}；{warned} 处应予复核" if warned else sentence
