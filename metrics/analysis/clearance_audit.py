"""Filing and withdrawal beside clearance: a rate that rose because fewer were filed shows as that.

What lies before the two counts of the rate is compared with last year: indicators as on 同比环比
(metrics/analysis/compare.py), the counts that are none by an exact test.
"""

from collections.abc import Mapping, Sequence
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
from metrics.analysis.compare import Comparison
from metrics.calendar.period import last_year
from metrics.figures import words
from metrics.figures.measure import LAST_YEAR, THIS, Amount
from metrics.statistics.change_test import ALPHA, ratio_of_rates


@dataclass(frozen=True)
class AuditLine:
    """One audited figure beside last year's.

    p           of the change by chance; None where none is asked
    is_beyond   the change is beyond chance
    watched     which way of change makes a clearance rate look better than the work is
    """

    title: str
    now: Amount
    before: Amount
    p: float | None = None
    watched: int = 0
    is_beyond: bool = False

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
        return "超出随机波动" if self.is_beyond else "在随机波动之内"

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


AUDITED = (REPORTS, BACKLOG, WITHDRAWN)


def audit(
    counts: CaseCounts, choice: Choice, changes: Mapping[str, Comparison | None]
) -> list[AuditLine]:
    """Reports, filing rate, filed, cleared, of these backlog, withdrawn.

    changes   同比 of AUDITED for the same choice
    """
    days = counts.period.days, last_year(counts.period).days

    def pair(indicator: str) -> tuple[Amount, Amount]:
        now, before = (counts.amount(indicator, choice, label) for label in (THIS, LAST_YEAR))
        return now, before

    def counted(title: str, now: Amount, before: Amount, watched: int = 0) -> AuditLine:
        p = count_p(now, before, days)
        return AuditLine(title, now, before, p, watched, p is not None and p < ALPHA)

    def compared(title: str, indicator: str, watched: int = 0) -> AuditLine:
        change = changes.get(indicator)
        p = change.test.p_value if change and change.test else None
        is_beyond = change is not None and change.is_real
        return AuditLine(title, *pair(indicator), p, watched, is_beyond)

    (reports, reports_before), (period, period_before) = pair(REPORTS), pair(IN_PERIOD)
    return [
        counted("接报案件", _reported(reports), _reported(reports_before)),
        compared("7天内立案率", REPORTS, -1),
        counted("立案", _only(period.denominator), _only(period_before.denominator), -1),
        counted("破案", _only(period.numerator), _only(period_before.numerator)),
        compared("其中积案", BACKLOG),
        compared("撤案", WITHDRAWN, 1),
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
    if now.numerator is None or before.numerator is None:
        return None
    if not now.numerator + before.numerator:
        return None
    return ratio_of_rates(now.numerator, days[0], before.numerator, days[1]).p_value


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
