"""What 公平比较 says: which units can be told apart at all, and how steady the ranks are."""

from collections.abc import Mapping, Sequence
from math import isnan

from metrics.analysis.fairness import Compared, UnitComparison
from metrics.analysis.unit_verdict import UnitVerdicts, Where
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.words import COUNTERS, span
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.weight_sensitivity import SPREAD, Steady
from metrics.statistics.too_few import FEWEST_COMPARED, FEWEST_UNITS
from metrics.wording.rank_words import alike_clause, alike_ranks
from metrics.wording.verdict_words import BASE_NAME, UNUSUAL, side_word, verdict_in_words

OWN: Mapping[Level, str] = {
    "station": "本所", "room": "本警务室", "village": "本村（社区）", "officer": "本人",
}  # fmt: skip
SIDES: tuple[Where, ...] = ("above", "below")
MOSTLY = 0.9  # a rank that holds in nine of ten draws is steady


def one(level: Level) -> str:
    return "人" if level == "officer" else "个"


def likely(chance: float) -> str:
    """A share of draws: never quite 0 or 100 %, since more draws might show otherwise."""
    if chance < 0.005:
        return "不到 1%"
    return "99% 以上" if chance > 0.995 else words.percent(chance, 0)


def cases(share: float) -> str:
    """93% 的情形, 99% 以上的情形."""
    chance = likely(share)
    return f"{chance}的情形" if chance.endswith("以上") else f"{chance} 的情形"


def fairness_headline(
    compared: UnitComparison, level: Level, period: Period, chosen: str = ""
) -> str:
    """How many can be told from the total, and how sure the first place is."""
    line = compared.of(chosen) if chosen else None
    if line:
        return _headline_of(line, compared, period)
    title = f"{period.title}{compared.indicator.title}"
    if compared.funnel is None:
        return f"{title}：样本足够的{LEVELS[level]}不到 {FEWEST_UNITS} 个，不作比较"
    each, whole = one(level), words.value_of(compared.indicator, compared.verdicts.base)
    lead = f"{title}{BASE_NAME} {whole}：{len(compared.funnel.units)} {COUNTERS[level]}"
    return f"{lead}{_apart(compared, each)}{_first(compared, each)}"


def _drawn(compared: UnitComparison) -> list[Compared]:
    """The units of the funnel."""
    in_funnel = {figure.unit for figure in compared.funnel.units} if compared.funnel else set()
    return [line for line in compared.lines if line.figure.unit in in_funnel]


def _apart(compared: UnitComparison, each: str) -> str:
    """中 12 个与全局分不出高下，2 个好于全局 …"""
    verdicts = [line.verdict for line in _drawn(compared)]
    places = [verdict.where for verdict in verdicts]
    alike = side_word("alike", compared.indicator)
    if set(places) == {"alike"}:
        return f"都{alike}"
    if set(places) == {"unjudged"}:
        return f"的分母都不到 {FEWEST_COMPARED}，不作比较"
    parts = [f"{places.count('alike')} {each}{alike}"]
    for where in SIDES:
        if count := places.count(where):
            unusual = sum(x.is_unusual for x in verdicts if x.where == where)
            more = f"（{unusual} {each}{UNUSUAL}）" if unusual else ""
            parts.append(f"{count} {each}{side_word(where, compared.indicator)}{more}")
    if unjudged := places.count("unjudged"):
        parts.append(f"{unjudged} {each}分母太小")
    return f"中 {'，'.join(parts)}"


def _first(compared: UnitComparison, each: str) -> str:
    first = [line for line in compared.placed if line.standing and line.standing.rank == 1]
    if len(first) > 1:
        return f"；并列第 1 的有 {len(first)} {each}"
    (line,) = first
    chance = line.standing.p_first if line.standing else 0.0
    return f"；排第 1 的{line.figure.name}真正居首的可能为 {likely(chance)}"


def _headline_of(line: Compared, compared: UnitComparison, period: Period) -> str:
    figure, indicator = line.figure, compared.indicator
    value = words.value_of(indicator, figure.exact)
    parts = words.fraction_of(figure, indicator) if figure.denominator else ""
    lead = f"{figure.name}{period.title}{indicator.title} {value}{f'（{parts}）' if parts else ''}"
    judged = verdict_in_words(line.verdict, indicator)
    if line.verdict.where != "unjudged":
        judged += f"（{BASE_NAME} {words.value_of(indicator, compared.verdicts.base)}）"
    place = line.standing
    if place is None:
        return f"{lead}，{judged}"
    return f"{lead}，{judged}；第 {place.rank} 名（95% 区间 {span(place.low, place.high)}）"


def funnel_words(compared: UnitComparison, level: Level, chosen: str = "") -> str:
    """How far the units differ beyond chance, and who lies outside the limits."""
    funnel = compared.funnel
    if funnel is None:
        return f"样本足够的{LEVELS[level]}不到 {FEWEST_UNITS} 个，不画漏斗图。"
    parts = [_spread(compared.verdicts, level)]
    line = compared.of(chosen) if chosen else None
    if line and line.warning:
        limits = words.range_of(compared.indicator, *line.warning)
        parts.append(f"{line.figure.name}的 95% 界限为 {limits}")
    for where in SIDES:
        drawn = [x for x in compared.lines if x.verdict.where == where]
        if names := [x.figure.name for x in drawn]:
            side = side_word(where, compared.indicator)
            parts.append(f"{side}的 {len(names)} {one(level)}：{words.listed(names)}")
    parts.append(f"{compared.verdicts.judged} 个同时比较，已压低偶然误判的比例")
    if unjudged := sum(x.verdict.where == "unjudged" for x in _drawn(compared)):
        parts.append(f"空心灰点 {unjudged} 个分母不到 {FEWEST_COMPARED}，只画不判")
    if small := sum(1 for line in compared.lines if line.figure.status == "ok") - len(funnel.units):
        parts.append(f"另有 {small} 个样本不足，未画")
    return "；".join(part for part in parts if part) + "。"


def _spread(verdicts: UnitVerdicts, level: Level) -> str:
    phi, tau2 = verdicts.phi, verdicts.tau2
    if isnan(phi):
        return "看不出各单位之间的平常差异"
    between = f"各{LEVELS[level]}之间的离散程度"
    if tau2 > 0:
        times = words.plain(phi, 1)
        widened = f"点划线按这一平常差异放宽，仍在其外的“{UNUSUAL}”"
        return f"{between}是随机波动的 {times} 倍（φ），{widened}"
    return f"{between}没有超出随机波动（φ = {words.rounded(phi, 1)}），界限不必放宽"


def shrink_words(compared: UnitComparison, level: Level) -> str:
    """How far small units are drawn, which one most, and what the estimate is not."""
    prior, lines = compared.prior, [line for line in compared.lines if line.shrunk]
    if prior is None or not lines:
        return f"有数据的{LEVELS[level]}不到 {FEWEST_UNITS} 个，不作收缩估计。"
    whole = words.value_of(compared.indicator, _centre(compared))
    if prior.is_alone:
        reading = f"各{LEVELS[level]}的差异不超过随机波动，收缩估计都接近所列单位的合计值 {whole}"
    else:
        half = words.plain(prior.strength)
        reading = (
            f"数值按样本量向所列单位的合计值 {whole} 靠拢：分母 {half} 时，自身数据与合计值各占一半"
        )
    most = max(lines, key=_moved)
    if _moved(most) > 0 and most.shrunk:
        raw = words.value_of(compared.indicator, most.figure.exact)
        parts = words.fraction_of(most.figure, compared.indicator)
        estimate = words.value_of(compared.indicator, most.shrunk.value)
        reading += f"；变动最大的是{most.figure.name}，原值 {raw}（{parts}），收缩后 {estimate}"
    return f"{reading}。只作参考，不替代原值，不计分。"


def _centre(compared: UnitComparison) -> float:
    scale = compared.indicator.scale if compared.indicator.kind == "rate" else 1
    return compared.prior.centre * scale if compared.prior else 0.0


def _moved(line: Compared) -> float:
    if line.shrunk is None or line.figure.value is None:
        return 0.0
    return abs(line.shrunk.value - line.figure.value)


def table_words(compared: UnitComparison, level: Level, chosen: str = "") -> str:
    """How many pairs can be told apart; with a chosen one, who its equals are."""
    placed = compared.placed
    line = compared.of(chosen) if chosen else None
    if line and line.standing:
        return (
            f"{len(placed) - 1} {COUNTERS[level]}中与{line.figure.name}分不出先后的有 "
            f"{len(line.standing.alike)} {one(level)}，下表只列这些。"
        )
    if line:
        return f"{line.figure.name}样本不足，与任何{LEVELS[level]}都分不出先后。"
    if not placed:
        return "样本不足，不排名次。"
    if len(placed) == 1:
        return f"只有 1 {COUNTERS[level]}样本足够，无从比较。"
    every = len(placed) * (len(placed) - 1) // 2
    alike = sum(len(x.standing.alike) for x in placed if x.standing) // 2
    lead = f"{len(placed)} {COUNTERS[level]}两两比较共 {words.plain(every)} 对"
    if alike == every:
        return f"{lead}，没有一对分得出先后。"
    first = alike_clause(ranks_alike(compared, placed[0]))
    clause = f"；排第 1 的{placed[0].figure.name}{first}" if first else ""
    return f"{lead}，分得出先后的 {words.plain(every - alike)} 对{clause}。"


def ranks_alike(compared: UnitComparison, line: Compared) -> list[int]:
    """The ranks on the indicator from which a unit cannot be told apart."""
    if line.standing is None:
        return []
    others = {x.figure.unit: x.standing.rank for x in compared.placed if x.standing}
    others.pop(line.figure.unit)
    return alike_ranks(line.standing.alike, others)


def steady_words(steady: Sequence[Steady], level: Level, chosen: str = "") -> str:
    """How many ranks hold under other weights; with a chosen one, its own."""
    if not steady:
        return f"这一期间没有排名的{LEVELS[level]}。"
    moving = f"权重上下浮动{words.percent(SPREAD, 0)}"
    of = next((x for x in steady if x.line.unit == chosen), None)
    if of:
        return _steady_of(of, moving, level)
    if chosen:
        return f"{moving}：所选单位这一期间没有名次。"
    held = sum(1 for x in steady if x.held >= MOSTLY)
    reading = (
        f"{moving}，{len(steady)} {COUNTERS[level]}中 {held} {one(level)}的名次"
        f"在九成以上的情形下不变"
    )
    least = min(steady, key=lambda x: x.held)
    if least.held < MOSTLY:
        reading += (
            f"；最不稳的是{least.line.name}，第 {least.line.rank} 名只在 "
            f"{cases(least.held)}下不变（{span(least.best, least.worst)}）"
        )
    return f"{reading}。"


def _steady_of(of: Steady, moving: str, level: Level) -> str:
    line = of.line
    reach = (
        f"始终第 {of.best} 名" if of.best == of.worst else f"第 {span(of.best, of.worst)} 名之间"
    )
    reading = f"{moving}，{OWN[level]}名次在 {cases(of.held)}下不变（{reach}）"
    if line.rank_low is not None and line.rank_high is not None:
        reading += f"；权重不变，名次的 95% 区间为第 {span(line.rank_low, line.rank_high)} 名"
        first, last = likely(line.p_first or 0), likely(line.p_last or 0)
        reading += f"，居首的可能 {first}，居末的可能 {last}"
    return f"{line.name}：{reading}。"
