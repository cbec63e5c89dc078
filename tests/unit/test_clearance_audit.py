"""破案: a rate that rose because fewer were filed shows as that, and few cases have no cause."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from metrics.analysis import clearance_counts as cases
from metrics.analysis.change_sides import Side
from metrics.analysis.clearance_audit import AuditLine, audit, audit_reading, count_p
from metrics.analysis.clearance_change import rate_steps
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.analysis.compare import Comparison, Verdict
from metrics.analysis.compare_spans import Pair
from metrics.calendar.period import last_year, parse_period
from metrics.cells.passes import UNUSABLE
from metrics.cells.units import Unit
from metrics.figures.measure import LAST_YEAR, THIS, Amount
from metrics.indicators.catalogue import load_catalogue
from metrics.statistics import change_test
from metrics.wording.clearance_change_words import clearance_headline, separation
from metrics.wording.clearance_readings import left_out_sentence

CATALOGUE = load_catalogue()


def made(now: Mapping[str, int], before: Mapping[str, int]) -> CaseCounts:
    """Counts of one station and one kind: measure -> n, this year and last."""
    tables = {
        (label, measure): np.array([[n]], np.int64)
        for label, given in ((THIS, now), (LAST_YEAR, before))
        for measure, n in given.items()
    }
    period = parse_period("2019-07", date(2019, 12, 31))
    known = frozenset({THIS, LAST_YEAR})
    station = (Unit("S1", "一所", "station"),)
    return CaseCounts(period, station, {"theft": "盗窃"}, (), tables, known, {}, CATALOGUE)


def judged(now: tuple[int, int], before: tuple[int, int], verdict: Verdict = "noise") -> Comparison:
    """A comparison that was tested, whatever its p-value."""
    period = parse_period("2019-07", date(2019, 12, 31))
    pair = Pair("chosen", "last_year", period, last_year(period), (), {})
    sides = (
        Side(each, Amount(x, n), Fraction(x, n) if n else None)
        for each, (n, x) in ((period, now), (last_year(period), before))
    )
    tested = change_test.Tested(0.01, 0.5, 1.5)
    unit = Unit("bureau", "某局", "bureau")
    return Comparison(CATALOGUE[cases.IN_PERIOD], unit, pair, *sides, verdict, tested)


def filed(n: int, cleared: int, reports: int = 0, withdrawn: int = 0) -> dict[str, int]:
    return {
        f"{cases.IN_PERIOD}.denominator": n,
        f"{cases.IN_PERIOD}.numerator": cleared,
        f"{cases.REPORTS}.denominator": reports or n,
        f"{cases.REPORTS}.numerator": n,
        f"{cases.WITHDRAWN}.numerator": withdrawn,
    }


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((100, 60), (100, 40), "上升来自破案数增加，不是立案数减少所致"),
        ((120, 60), (100, 40), "上升来自破案数增加，不是立案数减少所致"),
        ((50, 40), (100, 40), "上升全部来自立案数减少，不能说明破案工作改进"),
        ((50, 30), (100, 40), "上升全部来自立案数减少，不能说明破案工作改进"),
        ((50, 45), (100, 40), "来自立案数减少，其余来自破案数增加"),
        ((100, 30), (100, 40), "下降来自破案数减少，不是立案数增加所致"),
        ((200, 40), (100, 40), "下降全部来自立案数增加，不能说明破案工作退步"),
        ((100, 40), (100, 40), "与去年同期相同"),
        ((0, 4), (100, 40), "无可比基数"),
    ],
)
def test_a_rate_that_rose_because_fewer_were_filed_shows_as_that(
    now: tuple[int, int], before: tuple[int, int], said: str
) -> None:
    counts = made(filed(*now), filed(*before))
    change = judged(now, before, "up")
    assert said in separation(counts, Choice(kind=cases.ALL), change)


def test_a_ratio_that_chance_may_have_moved_has_no_cause() -> None:
    now, before = (100, 50), (100, 40)
    counts = made(filed(*now), filed(*before))
    said = separation(counts, Choice(kind=cases.ALL), judged(now, before))
    assert "+10.0 个百分点，在随机波动之内，不归因" in said
    assert "来自" not in said


def test_with_fewer_than_ten_nothing_is_split() -> None:
    now, before = (9, 5), (100, 40)
    counts, choice = made(filed(*now), filed(*before)), Choice(kind=cases.ALL)
    change = judged(now, before, "up")
    assert rate_steps(counts, cases.IN_PERIOD, choice, change) == []
    assert "影响" not in separation(counts, choice, change)
    assert "其中" not in clearance_headline(counts, cases.IN_PERIOD, choice, change)


def test_fewer_filings_of_as_many_reports_ask_for_a_look() -> None:
    counts = made(filed(150, 60, reports=300, withdrawn=15), filed(250, 60, reports=300))
    changes = {
        cases.REPORTS: judged((300, 150), (300, 250), "down"),
        cases.WITHDRAWN: judged((1, 15), (1, 0), "up"),
    }
    lines = audit(counts, Choice(kind=cases.ALL), changes)
    said = audit_reading(lines)
    assert said.startswith("需核查：")
    for part in ("7天内立案率由 83.3% 变为 50.0%", "立案由 250 起变为 150 起", "撤案由 0 起"):
        assert part in said
    assert [line.judgement for line in lines if line.is_suspect] == ["需核查"] * 3


def test_more_filings_and_fewer_withdrawals_do_not() -> None:
    counts = made(filed(250, 60, reports=300), filed(150, 60, reports=300, withdrawn=15))
    changes = {
        cases.REPORTS: judged((300, 250), (300, 150), "up"),
        cases.WITHDRAWN: judged((1, 0), (1, 15), "down"),
    }
    lines = audit(counts, Choice(kind=cases.ALL), changes)
    assert not any(line.is_suspect for line in lines)
    assert "没有超出随机波动范围、会抬高破案率的变化" in audit_reading(lines)


def test_cases_of_a_source_without_clearing_dates_are_named() -> None:
    counts = made({f"{cases.IN_PERIOD}.{UNUSABLE}": 7, **filed(20, 5)}, filed(20, 5))
    assert "7 起来自没有破案日期一列的来源，未计入" in left_out_sentence(counts, Choice())
    assert left_out_sentence(made(filed(20, 5), filed(20, 5)), Choice()) == ""


def test_days_of_a_leap_year_are_weighed() -> None:
    """Twice as many in twice as many days is no change."""
    assert count_p(Amount(200, None), Amount(100, None), (60, 30)) == pytest.approx(1)
    assert (count_p(Amount(200, None), Amount(100, None), (30, 30)) or 1) < 0.001
    assert count_p(Amount(0, None), Amount(0, None), (30, 30)) is None


def test_a_base_of_nothing_is_a_dash() -> None:
    assert AuditLine("撤案", Amount(3, None), Amount(0, None)).change == "—"
    assert AuditLine("率", Amount(1, 2), Amount(0, 0)).change == "—"
