"""What the 指标 page says: the value, how it ran, and which units stand apart."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.analysis.compare import Comparison
from metrics.analysis.unit_verdict import UnitVerdicts
from metrics.calendar.period import Period
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.figures.measure import Figure, is_comparable, least_base
from metrics.figures.words import COUNTERS
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level, Scored
from metrics.scoring.share import target_of
from metrics.statistics.too_few import FEWEST_UNITS
from metrics.wording.compare_words import yearly_change
from metrics.wording.definition import value_in_words
from metrics.wording.verdict_words import BASE_NOTE, UNUSUAL, base_name, side_word

MOST_DRAWN = 30  # units in a chart of dots or bars


def target_value(scored: Scored | None, period: Period) -> float | None:
    """Where the target line is drawn."""
    return float(target_of(scored, period)) if scored else None


def against_target(
    figure: Figure, indicator: Indicator, scored: Scored | None, period: Period
) -> str:
    """达标, 未达标, or nothing where there is no target or too little to compare."""
    if scored is None or figure.exact is None or not is_comparable(figure, indicator, scored):
        return ""
    target = target_of(scored, period)
    reached = figure.exact >= target if indicator.better == "higher" else figure.exact <= target
    return "达标" if reached else "未达标"


def indicator_headline(
    indicator: Indicator,
    whole: Figure,
    changes: Sequence[Comparison],
    units: Sequence[Figure],
    scored: Scored | None,
    level: Level,
    period: Period,
) -> str:
    """2019年7月纠纷按期化解率 92.3%，较去年同期高 4.2 个百分点；3 个所未达标（目标 95%）."""
    title = f"{period.title}{indicator.title}"
    if whole.status == "not-applicable":
        return f"{title}不适用：{whole.note or '本期没有可用的记录'}"
    if whole.exact is None and whole.maturing:
        waiting = f"{words.plain(whole.maturing)} 件都未满 {indicator.matures_after} 天"
        return f"{title}尚无可计：{waiting}"
    if whole.exact is None:
        return f"{title}无比率可计：分母为 0"
    change = yearly_change(indicator, whole, changes)
    lead = f"{title} {words.amount_of(indicator, whole.exact)}，{change}"
    if level == "bureau":
        return lead
    if scored:
        last = _missed(indicator, units, scored, level, period)
    else:
        last = _extremes(indicator, units, scored, level)
    return f"{lead}；{last}" if last else lead


def _missed(
    indicator: Indicator, units: Sequence[Figure], scored: Scored, level: Level, period: Period
) -> str:
    verdicts = [against_target(figure, indicator, scored, period) for figure in units]
    short = sum(1 for f in units if f.unit != UNKNOWN and f.exact is not None) - sum(
        map(bool, verdicts)
    )
    missed, counter = verdicts.count("未达标"), COUNTERS[level]
    target = value_in_words(indicator, target_of(scored, period))
    if not any(verdicts):
        return f"各{LEVELS[level]}样本不足，不作比较"
    compared = len(verdicts) - verdicts.count("")
    first = f"{missed} {counter}未达标" if missed else f"参加比较的 {compared} {counter}均达标"
    first += f"（目标 {target}）"
    return f"{first}，另有 {short} 个样本不足" if short else first


def _extremes(
    indicator: Indicator, units: Sequence[Figure], scored: Scored | None, level: Level
) -> str:
    """Highest and lowest; villages and persons are not singled out."""
    comparable = [f for f in units if f.exact is not None and is_comparable(f, indicator, scored)]
    if len(comparable) < 2 or level in ("village", "officer"):
        return ""
    high, low = max(f.exact or 0 for f in comparable), min(f.exact or 0 for f in comparable)
    if high == low:
        return ""
    parts = []
    for word, value in (("最高", high), ("最低", low)):
        names = [f.name for f in comparable if f.exact == value]
        who = f"为{names[0]}" if len(names) == 1 else f"有 {len(names)} {COUNTERS[level]}"
        parts.append(f"{word}{who}（{words.value_of(indicator, value)}）")
    return "，".join(parts)


def units_of_indicator_reading(
    units: Sequence[Figure],
    whole: Figure,
    verdicts: UnitVerdicts,
    scored: Scored | None,
    level: Level,
) -> str:
    """Which differ from the whole, which of them even among their like, and what is left out."""
    indicator = verdicts.indicator
    comparable = [f for f in units if is_comparable(f, indicator, scored)]
    counter = COUNTERS[level]
    parts = []
    if indicator.kind == "count":
        parts.append(f"合计 {words.value_of(indicator, whole.exact)} {indicator.unit}")
    elif not comparable:
        parts.append(f"全局 {words.value_of(indicator, whole.exact)}")
    else:
        parts.append(_apart_in_words(units, verdicts, counter))
    if few := sum(f.status == "ok" and not is_comparable(f, indicator, scored) for f in units):
        least = least_base(scored)
        parts.append(f"空心灰点 {few} 个样本不足（分母不到 {least}），不作比较")
    if any(f.unit == UNKNOWN for f in units):
        parts.append("未填单位的记录列为“未知”，不作比较")
    return "；".join(parts) + "。"


def _apart_in_words(units: Sequence[Figure], verdicts: UnitVerdicts, counter: str) -> str:
    """与全局不同的有 3 个所：好于全局 2 个（…），差于全局 1 个（…，其中在同类中也属异常 1 个）"""
    indicator = verdicts.indicator
    if indicator.kind == "ratio":
        return "比值不计区间，差异大小请结合分子、分母判断"
    if not verdicts.judged:
        return f"样本足够的不到 {FEWEST_UNITS} 个，不作比较"
    parts = []
    for where in ("above", "below"):
        names = [f.name for f in units if verdicts.of(f.unit).where == where]
        if names:
            unusual = sum(
                v.where == where and v.is_unusual for v in map(verdicts.of, (f.unit for f in units))
            )
            more = f"，其中 {unusual} 个{UNUSUAL}" if unusual else ""
            side = side_word(where, indicator)
            parts.append(f"{side}的 {len(names)} {counter}（{words.listed(names)}{more}）")
    if not parts:
        return f"{verdicts.judged} {counter}都与{base_name(indicator)}分不出高下"
    return f"与{BASE_NOTE}相比超出随机波动：{'，'.join(parts)}"


def in_order(units: Sequence[Figure], indicator: Indicator, scored: Scored | None) -> list[Figure]:
    """The better way first; then those too small to compare, those without a value, 未知 last."""
    sign = 1 if indicator.better == "lower" else -1

    def key(figure: Figure) -> tuple[bool, bool, bool, Fraction]:
        is_unknown, has_none = figure.unit == UNKNOWN, figure.exact is None
        is_small = not is_comparable(figure, indicator, scored)
        return is_unknown, has_none, is_small, sign * (figure.exact or Fraction(0))

    return sorted(units, key=key)


def charted(units: Sequence[Figure]) -> list[Figure]:
    """What a chart of dots can show: those with a value, the first ones, and 未知 last."""
    valued = [figure for figure in units if figure.exact is not None]
    if len(valued) <= MOST_DRAWN:
        return valued
    first = [figure for figure in valued if figure.unit != UNKNOWN][:MOST_DRAWN]
    return [*first, *(figure for figure in valued if figure.unit == UNKNOWN)]


def charted_reading(units: Sequence[Figure]) -> str:
    """Says what a chart leaves out."""
    left_out = sum(figure.exact is not None for figure in units) - len(charted(units))
    return f"图中只画前 {MOST_DRAWN} 个，其余 {left_out} 个见下表。" if left_out else ""


def last_year_in_words(figure: Figure, indicator: Indicator) -> str:
    """31 ÷ 36, or the count: what the comparison stands on."""
    if figure.exact_last_year is None:
        return words.NONE
    count = words.plain(figure.last_year_numerator)
    if indicator.kind == "count":
        return count
    return f"{count} ÷ {words.plain(figure.last_year_denominator)}"
