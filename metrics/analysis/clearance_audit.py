"""Filing and withdrawal beside clearance: a rate that rose because fewer were filed shows as that.

The rate has two counts. What each adds to its change is split exactly
(metrics/statistics/decomposition.py); what lies before them (reports that became cases, cases that
were withdrawn) is compared with last year by exact tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.analysis.clearance_counts import (
    BACKLOG,
    IN_PERIOD,
    REPORTS,
    WITHDRAWN,
    CaseCounts,
    Choice,
)
from metrics.calendar.period import last_year
from metrics.figures import words
from metrics.figures.measure import LAST_YEAR, THIS, Amount
from metrics.statistics.change_test import ALPHA, difference_of_proportions, ratio_of_rates
from metrics.statistics.decomposition import RatioEffect, ratio_effect


@dataclass(frozen=True)
class AuditLine:
    """One audited figure beside last year's. p: of the change by chance; None where none is asked.

    watched   which way of change makes a clearance rate look better than the work is
    """

    title: str
    now: Amount
    before: Amount
    p: float | None = None
    watched: int = 0

    @property
    def is_share(self) -> bool:
        return self.now.denominator is not None or self.before.denominator is not None

    def values(self) -> tuple[Fraction | None, Fraction | None]:
        return _value(self.now), _value(self.before)

    @property
    def change(self) -> str:
        """Of a share in 百分点, of a count as 相对增幅; — without a base."""
        now, before = self.values()
        if now is None or before is None:
            return words.NONE
        if self.is_share:
            return f"{words.signed((now - before) * 100)} 个百分点"
        return words.relative(now, before)

    @property
    def judgement(self) -> str:
        if self.p is None:
            return ""
        if self.is_suspect:
            return "需核查"
        return "超出随机波动" if self.is_beyond else "随机波动范围内"

    @property
    def is_beyond(self) -> bool:
        return self.p is not None and self.p < ALPHA

    @property
    def is_suspect(self) -> bool:
        now, before = self.values()
        if not self.is_beyond or now is None or before is None:
            return False
        return (now - before) * self.watched > 0


def _value(amount: Amount) -> Fraction | None:
    if amount.numerator is None:
        return None
    if amount.denominator is None:
        return Fraction(amount.numerator)
    return Fraction(amount.numerator, amount.denominator) if amount.denominator else None


def audit(counts: CaseCounts, choice: Choice) -> list[AuditLine]:
    """Reports, filing rate, filed, cleared, of these backlog, withdrawn."""
    days = counts.period.days, last_year(counts.period).days

    def pair(indicator: str) -> tuple[Amount, Amount]:
        now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
        return now, before

    def counted(title: str, now: Amount, before: Amount, watched: int = 0) -> AuditLine:
        return AuditLine(title, now, before, count_p(now, before, days), watched)

    (reports, reports_before), (period, period_before) = pair(REPORTS), pair(IN_PERIOD)
    return [
        counted("接报案件", _reported(reports), _reported(reports_before)),
        AuditLine("7天内立案率", reports, reports_before, share_p(reports, reports_before), -1),
        counted("立案", _only(period.denominator), _only(period_before.denominator), -1),
        counted("破案", _only(period.numerator), _only(period_before.numerator)),
        counted("其中积案", *pair(BACKLOG)),
        counted("撤案", *pair(WITHDRAWN), 1),
    ]


def _only(count: int | None) -> Amount:
    return Amount(count, None)


def _reported(amount: Amount) -> Amount:
    """All reports, those too young to be judged as well."""
    if amount.denominator is None:
        return _only(None)
    return _only(amount.denominator + (amount.maturing or 0))


def count_p(now: Amount, before: Amount, days: tuple[int, int]) -> float | None:
    """That two counts have the same rate a day."""
    return None if None in (now.numerator, before.numerator) else _rates_p(now, before, *days)


def share_p(now: Amount, before: Amount) -> float | None:
    """That two proportions are the same."""
    if not now.denominator or not before.denominator:
        return None
    parts = now.numerator or 0, before.numerator or 0
    tested = difference_of_proportions(parts[0], now.denominator, parts[1], before.denominator)
    return tested.p_value


def ratio_p(now: Amount, before: Amount) -> float | None:
    """That two ratios of counts are the same, the denominators taken as known."""
    if not now.denominator or not before.denominator:
        return None
    return _rates_p(now, before, now.denominator, before.denominator)


def _rates_p(now: Amount, before: Amount, exposure: int, base_exposure: int) -> float | None:
    count, base = now.numerator or 0, before.numerator or 0
    if not count + base:
        return None
    return ratio_of_rates(count, exposure, base, base_exposure).p_value


def chance(what: str, p: float | None) -> str:
    """破案率的变化超出随机波动范围（精确检验，p=0.017）。"""
    if p is None:
        return ""
    beyond = "超出" if p < ALPHA else "未超出"
    return f"{what}{beyond}随机波动范围（精确检验，p {p_in_words(p)}）。"


def p_in_words(p: float) -> str:
    """= 0.017, or <0.001."""
    number = words.p_value(p)
    return number if number.startswith("<") else f"= {number}"


def separation(counts: CaseCounts, choice: Choice) -> str:
    """期内破案率的变化来自破案数，还是立案数?"""
    now, before = (counts.amount(IN_PERIOD, choice, label) for label in (THIS, LAST_YEAR))
    old, new = ((side.numerator or 0, side.denominator or 0) for side in (before, now))
    effect = ratio_effect(old, new)
    if effect is None or None in (now.numerator, before.numerator):
        return "去年同期或本期没有立案，期内破案率无可比基数。"
    if not effect.total:
        return "期内破案率与去年同期相同。"
    cleared = f"破案由 {old[0]} 起到 {new[0]} 起，影响 {in_points(effect.numerator)}"
    filed = f"立案由 {old[1]} 起到 {new[1]} 起，影响 {in_points(effect.denominator)}"
    change = f"期内破案率变化 {in_points(effect.total)} 个百分点"
    return f"{change}：{cleared}；{filed}。{_cause(effect)}。"


def in_points(share: Fraction) -> str:
    """+4.2: percentage points without their unit."""
    return words.signed(share * 100)


def _cause(effect: RatioEffect) -> str:
    """Which of the two counts moved the rate, in one clause."""
    rose = effect.total > 0
    word, more, fewer = ("上升", "增加", "减少") if rose else ("下降", "减少", "增加")
    sign = 1 if rose else -1
    by_cleared, by_filed = sign * effect.numerator, sign * effect.denominator
    if by_filed <= 0:
        return f"{word}来自破案数{more}，不是立案数{fewer}所致"
    if by_cleared <= 0:
        warning = "，不能说明破案工作改进" if rose else "，不能说明破案工作退步"
        return f"{word}全部来自立案数{fewer}{warning}"
    share = words.percent(by_filed / (by_filed + by_cleared), 0)
    return f"{word}中有 {share} 来自立案数{fewer}，其余来自破案数{more}"


def audit_reading(lines: Sequence[AuditLine]) -> str:
    """What should be looked into, or that nothing stands out."""
    suspects = [line for line in lines if line.is_suspect]
    if suspects:
        changes = "、".join(f"{line.title}{_change(line)}" for line in suspects)
        return f"需核查：{changes}，超出随机波动范围，可能抬高破案率。"
    tested = [line for line in lines if line.watched and line.p is not None]
    if not tested:
        return "去年同期没有可比的接报、立案和撤案记录。"
    titles = "、".join(line.title if line.is_share else f"{line.title}数" for line in tested)
    return f"{titles}与去年同期相比，没有超出随机波动范围、会抬高破案率的变化。"


def _change(line: AuditLine) -> str:
    now, before = line.values()
    if line.is_share:
        return f"由 {words.percent(before)} 变为 {words.percent(now)}"
    return f"由 {words.plain(before)} 起变为 {words.plain(now)} 起"
