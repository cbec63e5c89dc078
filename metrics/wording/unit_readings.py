"""What the 单位 page says: why this score. Every sentence is computed from the lines it reads."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from metrics.calendar.days import month_words
from metrics.calendar.period import Period, previous_whole
from metrics.cells.units import Unit
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import (
    PeerPoints,
    gained_by_mixing,
    group_of,
    own_losses,
)
from metrics.scoring.score_trend import ScorePoint
from metrics.wording.tile_content import compared_with
from metrics.wording.window_words import window_of

WITHOUT_RANK: tuple[Level, ...] = ("group", "bureau")
MOST_NAMED = 3


def unit_headline(
    line: Assessment, lines: Sequence[Assessment], level: Level, period: Period, name: str
) -> str:
    """枣林派出所2019年7月得分 84.31 分，乡镇组第 3 名（共 7 个，95% 区间 1–5），…；失分最多…"""
    if line.score is None:
        return f"{name}{period.title}没有适用的指标，不计分"
    where = "" if level in WITHOUT_RANK else _place(line, lines, period)
    score = words.points(line.score, line.score_digits)
    return f"{name}{period.title}得分 {score} 分{where}；{_worst(line)}"


def _place(line: Assessment, lines: Sequence[Assessment], period: Period) -> str:
    if line.rank is None:
        return f"，{line.reason}" if line.reason else ""
    ranked = sum(1 for other in group_of(lines, line) if other.rank is not None)
    sure = "" if line.rank_low is None else f"，95% 区间 {line.rank_low}–{line.rank_high}"
    grade = f"，{line.grade}" if line.grade else ""
    return (
        f"，{line.group}组第 {line.rank} 名（共 {ranked} 个{sure}）{grade}{_movement(line, period)}"
    )


def _movement(line: Assessment, period: Period) -> str:
    if line.rank is None or line.previous_rank is None:
        return ""
    than = compared_with(previous_whole(period))
    moved = line.previous_rank - line.rank
    if moved == 0:
        return f"，与{than}名次持平"
    return f"，较{than}{'进' if moved > 0 else '退'} {abs(moved)} 位"


def _worst(line: Assessment) -> str:
    """The first bar of the waterfall."""
    lost = own_losses(line)
    if not lost:
        return "适用的各项均得满分"
    (c, points), *_ = lost
    own = "按本级数据 " if c.mixed else ""
    return f"失分最多的是{c.title}（{own}{words.signed(-points, 2)} 分）"


def name_of(unit: Unit, stations: Mapping[str, str]) -> str:
    """武功派出所武功六村: what lies below a station is named with it."""
    if unit.level in ("station", "group", "bureau") or not unit.station:
        return unit.name
    return f"{stations.get(unit.station, unit.station)}·{unit.name}"


def _sum(line: Assessment) -> str:
    """What the points of the indicators add up to, and what the ledger makes of it."""
    final = words.points(line.score or Fraction(0), line.score_digits)
    if line.raw is None or not (line.bonus or line.deduction):
        return f" {final} 分"
    text = f"原始分 {words.points(line.raw, line.score_digits)} 分"
    for word, points in (("加分", line.bonus), ("减分", line.deduction)):
        text += f"，{word} {words.points(points)} 分" if points else ""
    return f"{text}，最终 {final} 分"


def losses_reading(line: Assessment) -> str:
    """How much the largest losses explain, what mixing changed, and what does not apply."""
    lost = own_losses(line)
    if not lost:
        return f"没有失分。{_mixing(line)}{_not_applicable(line)}"
    total, first = (sum((p for _, p in part), Fraction(0)) for part in (lost, lost[:MOST_NAMED]))
    names = "、".join(f"{c.title} {words.signed(-p, 2)}" for c, p in lost[:MOST_NAMED])
    named = f"：{names}"
    if len(lost) > 1:
        named = f"，其中{names}，占 {words.percent(first / total, 0)}"
    is_mixed = any(c.mixed for c in line.contributions)
    own = "按本级数据" if is_mixed else ""
    return f"{own}共失 {words.points(total)} 分{named}。{_mixing(line)}{_not_applicable(line)}"


def _mixing(line: Assessment) -> str:
    """与本组合并后少失 0.62 分（件数越少，合并的影响越大）。"""
    gained = gained_by_mixing(line)
    without = [c.title for c in line.contributions if c.mixed and not c.denominator]
    parts = []
    if gained:
        parts.append(f"与本组合并后{'少' if gained > 0 else '多'}失 {words.points(abs(gained))} 分")
    if without:
        parts.append(f"{'、'.join(without)}没有本级件数，按本组计")
    return f"{'；'.join(parts)}。" if parts else ""


def _not_applicable(line: Assessment) -> str:
    missing = [c for c in line.contributions if c.points is None]
    if not missing:
        return ""
    reasons = "；".join(f"{c.title}，{c.reason}" for c in missing)
    if line.score is None:
        return f"不适用 {len(missing)} 项：{reasons}。"
    weight = sum((c.weight for c in missing), Fraction(0))
    return f"不适用 {len(missing)} 项，其 {float(weight):g} 分按比例分给其余各项：{reasons}。"


def table_reading(
    line: Assessment,
    level: Level,
    compared: Mapping[str, PeerPoints],
    beside: Sequence[Contribution] = (),
    is_on_paper: bool = False,
) -> str:
    """How the column adds up, whose figures they are, and with whom they are compared."""
    parts = ["失分多的在前"]
    if line.score is not None:
        parts.append(f"各项得分按精确值相加即{_sum(line)}，表中逐格四舍五入，尾数可有出入")
    if any(c.mixed for c in line.contributions):
        parts.append("计分值为本级与本组合计值合并所得，件数越少越接近本组")
    lent = [c for c in line.contributions if c.points is not None and c.level != level]
    if lent:
        why = "" if is_on_paper else "，原因见“说明”一列"
        parts.append(f"{len(lent)} 项取上级单位的数据{why}")
    if compared:
        most = max(reached.units for reached in compared.values())
        parts.append(
            f"同组范围为{line.group or '各'}组 {most} 个{LEVELS[level]}的最低、中位、最高值"
        )
    if beside:
        parts.append(f"末 {len(beside)} 项为所在派出所的数据，本级不计分，列作参考")
    reading = "；".join(parts) + "。"
    return reading if is_on_paper else f"{reading}点一行可看未达标、达标的记录及原因。"


def whose(c: Contribution, level: Level, period: Period) -> str:
    """本级，本期, or whose figure it is and over which window; — where none is taken."""
    if c.points is None:
        return words.NONE
    return f"{'本级' if c.level == level else LEVELS[c.level]}，{window_of(c, period)}"


def status_of(indicator: Indicator, c: Contribution) -> str:
    """Why it does not apply, is another's figure or a mixed one; nothing where all is plain."""
    if c.points is None:
        return f"不适用：{c.reason}"
    if c.mixed:
        return mixed_words(indicator, c)
    return c.reason.replace("数据", f"“{c.unit_name}”的数据") if c.reason else ""


def mixed_words(indicator: Indicator, c: Contribution) -> str:
    """本级 3÷4=75.0%，与本组 88.3% 的 10 件合并，计 84.5%; 没有件数，按本组 88.3% 计。"""
    pooled = words.value_of(indicator, c.pooled_value)
    if not c.denominator:
        return f"没有件数，按本组 {pooled} 计"
    own = f"{words.plain(c.numerator)}÷{words.plain(c.denominator)}"
    return (
        f"本级 {own}＝{words.value_of(indicator, c.own_value)}，"
        f"与本组 {pooled} 的 {c.mixed} 件合并，计 {words.value_of(indicator, c.value)}"
    )


def peers_in_words(indicator: Indicator, reached: PeerPoints | None) -> str:
    """72.1–88.0–95.2: lowest, middle and highest; the unit is in the header."""
    if reached is None:
        return words.NONE
    values = (reached.low, reached.middle, reached.high)
    return " – ".join(words.value_of(indicator, value).rstrip("%") for value in values)


def months_reading(points: Sequence[ScorePoint], level: Level, is_on_paper: bool = False) -> str:
    """Highest and lowest of the months, and whether the last one is complete."""
    scored = [(p.score, p.period.starts_on) for p in points if p.score is not None]
    if len(scored) < 2:
        return "可比的月份不足两个，看不出走势。"
    best, worst = max(scored, key=lambda pair: pair[0]), min(scored, key=lambda pair: pair[0])
    reading = (
        f"{len(scored)} 个月中最高 {words.points(best[0])} 分（{month_words(best[1])}），"
        f"最低 {words.points(worst[0])} 分（{month_words(worst[1])}）。"
    )
    if is_on_paper:
        return reading
    if level not in WITHOUT_RANK:
        reading += "月份下为当月名次。"
    if points[-1].period.is_part:
        reading += f"空心点为{points[-1].period.title}，月未完。"
    return reading


def records_reading(listed: int, total: int) -> str:
    """共 12 条记录，或 共 7,412 条，显示前 5,000 条."""
    if listed < total:
        return f"共 {words.plain(total)} 条，显示前 {words.plain(listed)} 条"
    return f"共 {words.plain(total)} 条记录"


def outcome_label(word: str, records: int) -> str:
    """未达标 2"""
    return f"{word} {words.plain(records)}"


def part_label(part: str, amount: int | None, total: int) -> str:
    """分子 35, and the number of rows where the figure is a sum over them: 分子 300（71 条）."""
    word = "分子" if part == "numerator" else "分母"
    rows = "" if amount == total else f"（{words.plain(total)} 条记录）"
    return f"{word} {words.plain(amount)}{rows}"
