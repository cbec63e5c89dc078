"""How soon cases are cleared: the cohort of the period against that of the same days last year."""

from dataclasses import dataclass

from metrics.analysis.clearance_cases import Cases
from metrics.analysis.clearance_counts import Choice
from metrics.calendar.period import Period, last_year
from metrics.figures import words
from metrics.statistics.change_test import ALPHA
from metrics.statistics.survival import Curve, kaplan_meier, logrank_p, median_day
from metrics.statistics.too_few import FEWEST_COMPARED

LONGEST = 120  # days that are drawn
NAMED = (30, 60, 90)


@dataclass(frozen=True)
class Speed:
    """The two curves up to a day that both can reach.

    p         log-rank test of the two, None where there is too little to compare
    undated   cases of the period that were cleared without a date: not in the curve
    """

    horizon: int
    now: Curve | None
    before: Curve | None
    filed: int
    filed_before: int
    p: float | None
    undated: int


def speed(cases: Cases, choice: Choice, period: Period) -> Speed:
    chosen = cases.of(choice)
    now, before = chosen.filed_in(period), chosen.filed_in(last_year(period))
    horizon = min(LONGEST, (cases.as_of - period.starts_on).days)
    filed, filed_before = len(now.times.waited), len(before.times.waited)
    enough = min(filed, filed_before) >= FEWEST_COMPARED
    return Speed(
        horizon,
        kaplan_meier(now.times, horizon),
        kaplan_meier(before.times, horizon),
        filed,
        filed_before,
        logrank_p(now.times, before.times, horizon) if enough else None,
        int(now.is_undated.sum()),
    )


def speed_reading(cohorts: Speed) -> str:
    """The share cleared within 30, 60 and 90 days, last year's, and whether chance explains it."""
    if cohorts.now is None:
        return "本期没有立案，看不出破案快慢。"
    now = cohorts.now
    days = [day for day in NAMED if day <= cohorts.horizon] or [cohorts.horizon]
    shares = "，".join(_by_day(now, day) for day in days)
    reading = f"本期 {cohorts.filed} 起，立案后 {shares}。"
    return f"{reading}{_compared(cohorts, days[-1])}{_left_out(cohorts)}"


def _by_day(curve: Curve, day: int) -> str:
    share, low, high = (
        words.percent(float(line[day])) for line in (curve.share, curve.lower, curve.upper)
    )
    return f"{day} 天内破案 {share}（95% 区间 {low}–{high}）"


def _compared(cohorts: Speed, day: int) -> str:
    if cohorts.before is None:
        return "去年同期没有可比的立案。"
    base = f"去年同期（{cohorts.filed_before} 起）{day} 天内"
    last = f"{base} {words.percent(float(cohorts.before.share[day]))}"
    if cohorts.p is None:
        return f"{last}；件数太少，不比较快慢。"
    beyond = "超出" if cohorts.p < ALPHA else "未超出"
    test = f"对数秩检验，p {words.p_in_words(cohorts.p)}"
    return f"{last}；两年快慢的差异{beyond}随机波动范围（{test}）。"


def _left_out(cohorts: Speed) -> str:
    half = median_day(cohorts.now) if cohorts.now else None
    reading = f"半数案件在第 {half} 天前破获。" if half is not None else ""
    reading += "尚未破获的按已等待的天数计入。"
    if cohorts.undated:
        reading += f"另有 {cohorts.undated} 起已破但没有破案日期，不在曲线内。"
    return reading
