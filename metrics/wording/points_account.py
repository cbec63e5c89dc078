"""How the points of one indicator come about, so that they can be worked out again by hand."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Scored
from metrics.scoring.score import Contribution

Pairs = list[tuple[str, str]]
VALUE_RULE, POINTS_RULE = "计分值算法", "得分算法"


def points_reading(indicator: Indicator, c: Contribution) -> str:
    """数据 2018-08-01 至 2019-07-31；目标 95.0%，底线 70.0%；35÷37＝94.6%，…；得 7.46 分…"""
    parts = [f"数据 {window_in_words(indicator, c)}", *_bounds(indicator, c)]
    if c.points is None:
        return f"{'；'.join(parts)}；不适用：{c.reason}。"
    own = f"{words.plain(c.numerator)}÷{words.plain(c.denominator)}"
    if c.denominator:
        parts.append(f"{own}＝{words.value_of(indicator, c.plain_value)}")
    if c.mixed:
        pooled = words.value_of(indicator, c.pooled_value)
        value = words.value_of(indicator, c.value)
        parts.append(f"与本组 {pooled} 的 {c.mixed} 件合并，计 {value}")
    parts.append(f"得 {words.points(c.points)} 分，失 {words.points(c.lost)} 分")
    return f"{'；'.join(parts)}。"


def window_in_words(indicator: Indicator, c: Contribution) -> str:
    """2018-08-01 至 2019-07-31; of a register its day."""
    first, last = c.span.starts_on, c.span.ends_on
    if indicator.window == "year":
        first = last.replace(month=1, day=1)
    span = f"{first} 至 {last}"
    is_stock = indicator.denominator is not None and indicator.denominator.stock
    return f"{span}（分母以 {last} 在册为准）" if is_stock else span


def _bounds(indicator: Indicator, c: Contribution) -> list[str]:
    target = words.value_of(indicator, c.target)
    has_floor = c.rule in ("linear", "deduct")
    floor = f"，底线 {words.value_of(indicator, c.floor)}" if has_floor else ""
    return [f"目标 {target}{floor}"]


def points_account(indicator: Indicator, c: Contribution, scored: Scored | None) -> Pairs:
    """Every number that the points are made of, exactly, in the order of the calculation."""
    per = f" × {indicator.scale:,}" if indicator.kind == "rate" else ""
    account = [
        ("数据起止", window_in_words(indicator, c)),
        ("分子", words.plain(c.numerator)),
        ("分母", words.plain(c.denominator)),
    ]
    if c.mixed:
        account += [
            ("本组合计值", exactly(indicator, c.pooled_value)),
            ("合并件数", str(c.mixed)),
            (VALUE_RULE, f"（分子{per} ＋ 合并件数 × 本组合计值）÷（分母 ＋ 合并件数）"),
        ]
    account += [
        ("计分值", exactly(indicator, c.value)),
        ("目标", exactly(indicator, c.target)),
        *([("底线", exactly(indicator, c.floor))] if c.rule in ("linear", "deduct") else []),
        ("权重", str(c.effective_weight if c.points is not None else c.weight)),
        (POINTS_RULE, _rule_in_words(indicator, c.rule, scored)),
    ]
    if c.points is None:
        return [*account, ("得分", f"不适用：{c.reason}")]
    lost = words.points(c.lost)
    return [*account, ("得分", words.points(c.points)), ("失分", lost)]


def _rule_in_words(indicator: Indicator, rule: str, scored: Scored | None) -> str:
    reach = "不低于" if indicator.better == "higher" else "不高于"
    if rule == "pass":
        return f"计分值{reach}目标得权重的全部，否则不得分"
    if rule == "steps":
        steps: Sequence[str] = [
            f"{reach} {words.value_of(indicator, step.at)} 得 {words.percent(step.share, 0)}"
            for step in (scored.steps if scored else ())
        ]
        return f"分档，占权重：{'、'.join(steps)}，取其中最高的一档"
    return "权重 ×（计分值 − 底线）÷（目标 − 底线），达到目标得权重的全部，不及底线不得分"


def exactly(indicator: Indicator, value: Fraction | None) -> str:
    """88.3%（309/350）: as shown, and the number itself."""
    if value is None:
        return words.NONE
    return f"{words.value_of(indicator, value)}（{value}）"
