"""What a control chart says, in words computed from its points."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median

from metrics.analysis.control_chart import SURE_POINTS, ControlChart, ControlPoint, suits
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.measure import TrendPoint
from metrics.indicators.catalogue import Indicator
from metrics.statistics.control_limits import ChartLimits, c_chart_limits, p_chart_limits
from metrics.statistics.false_alarm import EVER, NEWEST, THREE_YEARS, marked_share
from metrics.statistics.too_few import FEWEST_FOR_MOVING_RANGE

RULES: Mapping[str, str] = {
    "outside": "越出控制界限",
    "trend_of_7": "连续 7 点同向变化",
    "2_of_3": "3 点中有 2 点逼近界限",
    "7_one_side": "连续 7 点在均值同侧",
}
TYPES: Mapping[str, str] = {
    "common_cause": "随机波动",
    "improvement": "改善",
    "concern": "变差",
    "neutral_high": "偏高",
    "neutral_low": "偏低",
}


def control_headline(indicator: Indicator, chart: ControlChart, name: str) -> str:
    """武功派出所走访有效率2019年7月 96.2%，连续 7 点在均值同侧，属改善；按现状可稳定达标…"""
    title = f"{name}{indicator.title}"
    last = next((p for p in reversed(chart.points) if p.point.value is not None), None)
    if last is None:
        return f"{title}这段时间没有可计的数据"
    if chart.newest is None:
        value = words.value_of(indicator, last.point.value)
        why = suits(indicator) or "可比的点太少，看不出是否超出随机波动"
        return f"{title}{last.point.period.title} {value}；{why}"
    newest = chart.newest
    value = words.amount_of(indicator, newest.point.value)
    headline = f"{title}{short(newest.point.period)} {value}，{state(indicator, newest)}"
    aim = target_sentence(indicator, chart)
    return f"{headline}；{aim}" if aim else headline


def state(indicator: Indicator, point: ControlPoint) -> str:
    """连续 7 点在均值同侧，属改善 / 属随机波动（81.2%–95.3%）."""
    if not point.is_signal:
        return f"属随机波动（{words.range_of(indicator, point.lower, point.upper)}）"
    return f"{RULES[point.rule]}，属{TYPES[point.type]}，不像随机波动"


def target_sentence(indicator: Indicator, chart: ControlChart) -> str:
    """Whether the process as it runs can reach the target."""
    if chart.assurance is None or chart.target is None:
        return ""
    target = f"目标 {words.value_of(indicator, chart.target)}"
    return {
        "consistent_pass": f"按现状能稳定达到{target}",
        "consistent_fail": f"按现状达不到{target}，须改变做法",
        "inconsistent": f"{target}在波动范围内，时达标、时不达标",
    }[chart.assurance]


def control_reading(indicator: Indicator, chart: ControlChart, step: str) -> str:
    """How many points signal, which way, when last; limits; how many chance alone would mark."""
    if why := suits(indicator):
        return f"{why}；各年同周的比较见下图。"
    judged = chart.judged
    if not judged:
        return "可比的点不足 8 个，不画控制界限。"
    more = _small(indicator, chart), _open(chart)
    parts = (_signals(chart, step), _limits(indicator, chart), *more)
    return "；".join(filter(None, parts)) + "。"


def _signals(chart: ControlChart, step: str) -> str:
    judged, signals = chart.judged, chart.signals
    expected = words.plain(len(judged) * marked_share(len(judged)), 1)
    chance = f"若毫无变化，因巧合被标出的平均也有 {expected} 个"
    if len(judged) == THREE_YEARS:
        chance += f"，{words.percent(EVER, 0)} 的指标至少会有 1 个"
    if not signals:
        return f"{len(judged)} 个{step}都属随机波动，没有信号（{chance}）"
    kinds = [TYPES[point.type] for point in signals]
    counts = "、".join(f"{kind} {kinds.count(kind)}" for kind in dict.fromkeys(kinds))
    last = signals[-1]
    return (
        f"{len(judged)} 个{step}中 {len(signals)} 个有信号（{counts}），最近一个是"
        f"{short(last.point.period)}：{RULES[last.rule]}（{chance}）"
    )


def _limits(indicator: Indicator, chart: ControlChart) -> str:
    parts = []
    for stretch in chart.stretches:
        if stretch.limits is None:
            parts.append(f"{_since(chart, stretch.first)}只有 {stretch.points} 点，不画界限")
            continue
        point = chart.points[stretch.first]
        limits = words.range_of(indicator, point.lower, point.upper)
        mean = words.value_of(indicator, stretch.limits.mean)
        sure = "" if stretch.points >= SURE_POINTS else f"（仅 {stretch.points} 点，界限暂定）"
        parts.append(f"{_since(chart, stretch.first)}均值 {mean}，控制界限 {limits}{sure}")
    return "；".join(parts)


def _since(chart: ControlChart, first: int) -> str:
    if len(chart.stretches) == 1:
        return ""
    return f"{short(chart.points[first].point.period)}起" if first else "此前"


def _small(indicator: Indicator, chart: ControlChart) -> str:
    """Where little is counted the chart of its own kind is the better judge: p, or c of counts."""
    points = [p.point for p in chart.judged]
    if indicator.kind == "proportion":
        bases = [p.denominator or 0 for p in points]
        if median(bases) >= FEWEST_FOR_MOVING_RANGE:
            return ""
        outside = beyond(points, p_chart_limits([p.numerator or 0 for p in points], bases))
        few = f"各点分母的中位数只有 {words.plain(median(bases))}，起伏多半来自样本少"
        return f"{few}；按样本量另算界限（p 图），{outside} 点越界"
    counts = [p.numerator or 0 for p in points]
    if indicator.kind != "count" or fmean(counts) >= FEWEST_FOR_MOVING_RANGE:
        return ""
    outside = beyond(points, c_chart_limits(counts))
    few = f"各点平均只有 {words.plain(fmean(counts), 1)}，起伏多半来自次数少"
    return f"{few}；按次数另算界限（c 图），{outside} 点越界"


def beyond(points: Sequence[TrendPoint], limits: ChartLimits) -> int:
    """How many values lie outside of their own limits."""
    trio = zip(points, limits.lower, limits.upper, strict=True)
    return sum(p.value is not None and not low <= p.value <= high for p, low, high in trio)


def _open(chart: ControlChart) -> str:
    last = chart.points[-1] if chart.points else None
    if last is None or not last.is_open or last.point.value is None:
        return ""
    return f"空心点为{last.point.period.title}，未满，不参加判断"


def short(period: Period) -> str:
    """2019年7月, 2019年第33周."""
    return period.title.partition("（")[0]


def multiples_reading(charts: Mapping[str, ControlChart], names: Mapping[str, str]) -> str:
    """Which stations signal now, and how many would by chance."""
    newest = {code: chart.newest for code, chart in charts.items()}
    judged = {code: point for code, point in newest.items() if point is not None}
    if not judged:
        return "各派出所可比的点都不足 8 个，不画界限。"
    signals = {code: point for code, point in judged.items() if point.is_signal}
    chance = f"若都只是随机波动，因巧合亮起的平均约 {words.plain(len(judged) * NEWEST, 1)} 个"
    if not signals:
        return f"{len(judged)} 个派出所最近一点都属随机波动（{chance}）。"
    parts = []
    for kind in dict.fromkeys(TYPES[point.type] for point in signals.values()):
        members = [names[code] for code, point in signals.items() if TYPES[point.type] == kind]
        parts.append(f"{kind}的有{words.listed(members, 6)}")
    lead = f"{len(judged)} 个派出所中 {len(signals)} 个最近一点有信号"
    return f"{lead}：{'；'.join(parts)}（{chance}）。"


def value_in_words(indicator: Indicator, point: ControlPoint) -> list[str]:
    """What the pointer shows: value, parts, state, limits."""
    lines = [f"{point.point.period.title}：{words.value_of(indicator, point.point.value)}"]
    if indicator.kind != "count":
        parts = words.plain(point.point.numerator), words.plain(point.point.denominator)
        lines.append(" ÷ ".join(parts))
    if point.is_open:
        return [*lines, "未满，不参加判断"]
    if point.mean is not None:
        lines.append(state(indicator, point))
    return lines


def in_short(chart: ControlChart) -> str:
    """One word for a small multiple: 改善, 随机波动, 样本不足."""
    return TYPES[chart.newest.type] if chart.newest else "样本不足"
