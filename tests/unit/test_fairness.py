"""公平比较: who can be told apart, on counts that can be reckoned by hand and in the demo city."""

import json
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from data.demo import stories
from data.rights import command_line
from metrics.analysis.fairness import UnitComparison, chances_ahead, compare_units
from metrics.analysis.funnel import funnel
from metrics.analysis.unit_verdict import UnitVerdicts, judged, verdicts
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.units import UNKNOWN
from metrics.figures.measure import Amount, Figure, interval, measure
from metrics.indicators.catalogue import Indicator, load_catalogue
from metrics.scheme.scheme import scheme_of
from metrics.statistics.funnel_limits import funnel_limits, funnel_limits_overdispersed
from metrics.statistics.intervals import Z_ALARM, Z_WARNING
from metrics.wording.fairness_readings import (
    fairness_headline,
    funnel_words,
    likely,
    shrink_words,
    table_words,
)
from metrics.wording.verdict_words import verdict_in_words
from tests.conftest import shared

ACTOR = command_line()
CATALOGUE = load_catalogue()
SHARE, LOWER = CATALOGUE["clearance-cohort"], CATALOGUE["C4-recurrence"]
RATE = CATALOGUE["filings-per-10000"]


def figures(indicator: Indicator, *counts: tuple[int, int]) -> list[Figure]:
    """Units U1, U2 … with these numerators and denominators."""
    return [figure(indicator, f"U{at}", *pair) for at, pair in enumerate(counts, 1)]


def figure(indicator: Indicator, unit: str, x: int, n: int) -> Figure:
    amount = Amount(x, n)
    exact = amount.exact(indicator)
    lower, upper = interval(indicator, amount)
    return Figure(
        unit=unit, name=unit, numerator=x, denominator=n,
        value=None if exact is None else float(exact), lower=lower, upper=upper,
        last_year=None, last_year_numerator=None, last_year_denominator=None, previous=None,
        change_points=None, change_relative=None, maturing=None,
        status="ok" if n else "no-base", indicator=indicator.id, exact=exact,
    )  # fmt: skip


def against(units: Sequence[Figure], indicator: Indicator) -> UnitVerdicts:
    """The verdicts of units that make up the whole."""
    x, n = sum(f.numerator or 0 for f in units), sum(f.denominator or 0 for f in units)
    return verdicts(units, figure(indicator, "bureau", x, n), indicator, None)


def compared_units(units: Sequence[Figure], indicator: Indicator) -> UnitComparison:
    return compare_units(units, against(units, indicator))


def words_of(found: UnitComparison) -> dict[str, str]:
    return {x.figure.unit: verdict_in_words(x.verdict, found.indicator) for x in found.lines}


def alike_of(found: UnitComparison) -> dict[str, set[str]]:
    return {x.figure.unit: set(x.standing.alike) for x in found.lines if x.standing}


def test_the_worked_case_of_overdispersion_in_a_funnel() -> None:
    case = json.loads(shared("golden/statistics.json").read_text("utf-8"))["overdispersion"]
    case = case["worked_case"]
    counts = list(zip(case["numerators"], case["denominators"], strict=True))
    units = figures(SHARE, *counts)
    of = against(units, SHARE)
    drawn = funnel(units, of, None)
    assert drawn is not None
    assert (drawn.centre, of.phi, of.tau2) == pytest.approx(
        (case["target"], case["phi"], case["tau2"]), rel=1e-12
    )
    limits = funnel_limits_overdispersed(case["target"], drawn.sizes, case["tau2"], Z_ALARM)
    assert np.array(drawn.widened) == pytest.approx(np.stack(limits, axis=1))
    for z, shown in ((Z_WARNING, drawn.warning), (Z_ALARM, drawn.alarm)):
        limits = funnel_limits(case["target"], drawn.sizes, z)
        assert np.array(shown) == pytest.approx(np.stack(limits, axis=1))


def test_the_two_questions_have_two_answers() -> None:
    """Far beyond chance, and yet what one is used to among these five."""
    units = figures(SHARE, (900, 1000), (850, 1000), (700, 1000), (600, 1000), (780, 1000))
    found = compared_units(units, SHARE)
    assert words_of(found) == {
        "U1": "好于全局，属同类的平常差异",
        "U2": "好于全局，属同类的平常差异",
        "U3": "差于全局，属同类的平常差异",
        "U4": "差于全局，属同类的平常差异",
        "U5": "与全局分不出高下",
    }
    assert "点划线按这一平常差异放宽" in funnel_words(found, "station")


def test_the_base_is_the_bureau_with_its_unknown_records() -> None:
    """64 of 100 differ from 50 %, not from the 60 % that the units have without 未知."""
    units = figures(SHARE, (64, 100), (60, 100), (56, 100), (60, 100))
    assert not any(v.is_apart for v in against(units, SHARE).by_unit.values())
    whole = figure(SHARE, "bureau", 500, 1000)
    unknown = figure(SHARE, UNKNOWN, 260, 600)
    found = verdicts([*units, unknown], whole, SHARE, None)
    assert found.base == 0.5
    assert found.of("U1").where == "above"
    assert UNKNOWN not in found.by_unit


def test_what_is_shown_does_not_change_a_verdict() -> None:
    units = figures(SHARE, (40, 100), *[(60, 100)] * 20)
    of = against(units, SHARE)
    few = compare_units(units[:4], of)
    line = few.of("U1")
    assert line is not None
    assert line.verdict == of.of("U1")


def test_counts_are_held_against_their_mean() -> None:
    counts = {f"U{n}": (100, 0) for n in range(10)} | {"U10": (200, 0), "U11": (50, 0)}
    found = judged(CATALOGUE["visits"], counts, Amount(None, None))
    assert found.base == 1250 / 12
    assert verdict_in_words(found.of("U10"), found.indicator) == "高于各村平均"
    assert verdict_in_words(found.of("U11"), found.indicator) == "低于各村平均"
    assert verdict_in_words(found.of("U1"), found.indicator) == "与各村平均分不出高下"


def test_better_and_worse_follow_the_direction() -> None:
    counts = [(50, 100)] * 9 + [(95, 100), (5, 100)]
    high = words_of(compared_units(figures(SHARE, *counts), SHARE))
    unusual = "全局，在同类中也属异常"
    assert (high["U10"], high["U11"]) == (f"好于{unusual}", f"差于{unusual}")
    low = compared_units(figures(LOWER, *counts), LOWER)
    said = words_of(low)
    assert (said["U10"], said["U11"]) == (f"差于{unusual}", f"好于{unusual}")
    assert low.lines[0].figure.unit == "U11"
    first = low.lines[0].standing
    assert first is not None
    assert (first.rank, first.low, first.high, first.p_last) == (1, 1, 1, 0)
    assert first.p_first == 1


def test_a_small_unit_cannot_be_told_apart_and_says_why() -> None:
    found = compared_units(figures(SHARE, (80, 100), (75, 100), (82, 100), (0, 3), (0, 0)), SHARE)
    said = words_of(found)
    assert said["U4"] == "样本不足（3 件），不作比较"
    assert said["U5"] == "无基数（分母为 0）"
    small, empty = found.of("U4"), found.of("U5")
    assert small is not None
    assert small.standing is None
    assert small.shrunk is not None
    assert small.shrunk.value > 0.5, "three cases say little against the others' 79 %"
    assert empty is not None
    assert empty.shrunk is None
    assert [line.figure.unit for line in found.lines][-2:] == ["U4", "U5"]


def test_nothing_to_compare() -> None:
    found = compared_units(figures(SHARE, (8, 10), (7, 10)), SHARE)
    assert found.funnel is None
    assert set(words_of(found).values()) == {"样本足够的不到 3 个，不作比较"}
    period = parse_period("2019-07", date(2019, 8, 19))
    assert fairness_headline(found, "station", period).endswith(
        "样本足够的派出所不到 3 个，不作比较"
    )
    assert compared_units([], SHARE).lines == ()


def test_rates_are_compared_on_their_own_scale() -> None:
    units = figures(RATE, (20, 10_000), (24, 12_000), (18, 9_000), (2, 700), (90, 10_000))
    found = compared_units(units, RATE)
    assert found.funnel is not None
    assert found.funnel.centre == pytest.approx(154 / 41_700 * 10_000)
    lowest = found.lines[0]
    assert lowest.figure.value == 20, "fewer filings stand first"
    last = found.of("U5")
    assert last is not None
    assert last.shrunk is not None
    assert found.funnel.centre < last.shrunk.value < 90
    assert last.shrunk.low < last.shrunk.value < last.shrunk.high
    assert "最大的是" in shrink_words(found, "village")


def test_who_is_ahead_of_a_chosen_unit() -> None:
    units = figures(SHARE, (90, 100), (88, 100), (10, 100), (1, 3))
    found = compared_units(units, SHARE)
    ahead = chances_ahead(found, "U2")
    assert set(ahead) == {"U1", "U3"}
    assert 0.5 < ahead["U1"] < 0.8
    assert ahead["U3"] == 0
    assert alike_of(found) == {"U1": {"U2"}, "U2": {"U1"}, "U3": set()}
    assert chances_ahead(found, "U4") == {}
    assert "2 个所中与U2分不出先后的有 1 个" in table_words(found, "station", "U2")
    assert "U4样本不足" in table_words(found, "station", "U4")
    assert table_words(found, "station") == (
        "3 个所两两比较共 3 对，分得出先后的 2 对；排第 1 的U1与第 2 名分不出先后。"
    )


def test_cannot_be_told_apart_is_not_handed_on() -> None:
    """Neighbours are alike, the ends are not: no band could say that."""
    found = compared_units(figures(SHARE, (300, 400), (270, 400), (240, 400)), SHARE)
    assert alike_of(found) == {"U1": {"U2"}, "U2": {"U1", "U3"}, "U3": {"U2"}}


def test_nothing_that_differs_and_nothing_to_compare_with() -> None:
    same = compared_units(figures(SHARE, (30, 40), (31, 40), (29, 40)), SHARE)
    assert table_words(same, "station") == "3 个所两两比较共 3 对，没有一对分得出先后。"
    one = compared_units(figures(SHARE, (30, 40), (1, 2)), SHARE)
    assert table_words(one, "station") == "只有 1 个所样本足够，无从比较。"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "不到 1%"), (0.0049, "不到 1%"), (0.487, "49%"), (0.996, "99% 以上"), (1.0, "99% 以上")],
)
def test_a_chance_is_never_certain(share: float, said: str) -> None:
    assert likely(share) == said


# --- the demo city ------------------------------------------------------------------------------


def compared(counted: Counted, name: str, level: str, text: str) -> UnitComparison:
    period = parse_period(text, counted.as_of)
    scored = scheme_of(counted.schemes, period.ends_on).scored(name)
    found: Sequence[Figure] = measure(counted, name, level, period, ACTOR)
    indicator = counted.catalogue[name]
    (whole,) = measure(counted, name, "bureau", period, ACTOR)
    return compare_units(found, verdicts(found, whole, indicator, scored), scored)


SCORED = [i.id for i in CATALOGUE if i.id[0] in "ABCDEFGH" and i.kind == "proportion"]


@pytest.mark.parametrize("name", SCORED)
def test_the_tiny_village_is_never_unusual_among_its_like(counted: Counted, name: str) -> None:
    found = compared(counted, name, "village", "2019-07")
    line = found.of(stories.SCANTY_VILLAGE)
    assert line is not None
    assert not line.verdict.is_unusual
    # 22 of its 38 households against 32 %: more than chance, and what one is used to of villages.
    assert line.verdict.is_apart == (name == "A1-visit-coverage")


@pytest.mark.parametrize("name", ["F2-tasks-on-time", "E-spot-check-accuracy", "A4-valid-visits"])
def test_the_improving_station_is_told_from_the_declining_one(counted: Counted, name: str) -> None:
    """From each other; of 91 pairs, one that is ahead in 98.3 % of the draws is not told apart."""
    found = compared(counted, name, "station", "2019-01-01..2019-08-19")
    ahead = chances_ahead(found, stories.DECLINING_STATION)
    assert ahead[stories.IMPROVING_STATION] > 0.975
    is_alike = stories.IMPROVING_STATION in alike_of(found)[stories.DECLINING_STATION]
    assert is_alike == (name == "F2-tasks-on-time")


def test_unknown_is_never_compared(counted: Counted) -> None:
    found = compared(counted, "A4-valid-visits", "village", "2019-07")
    assert found.of(UNKNOWN) is None
    assert len(found.lines) == 219


@pytest.mark.parametrize("level", ["station", "village"])
def test_the_headline_counts_what_the_table_shows(counted: Counted, level: str) -> None:
    period = parse_period("2019-07", counted.as_of)
    found = compared(counted, "A4-valid-visits", level, "2019-07")
    said = fairness_headline(found, level, period)
    assert found.funnel is not None
    alike = list(words_of(found).values()).count("与全局分不出高下")
    is_all = set(words_of(found).values()) == {"与全局分不出高下"}
    assert ("都与全局分不出高下" if is_all else f"{alike} 个与全局分不出高下") in said
    assert f"{len(found.placed)} 个" in said


def test_chance_alone_seldom_tells_one_of_two_hundred_apart() -> None:
    """One by one, ten of two hundred would be; judged at once, hardly any chart has one."""
    rng = np.random.default_rng(3)
    sizes = rng.integers(30, 600, 200)
    charts = [
        {f"U{at}": pair for at, pair in enumerate(zip(drawn.tolist(), sizes.tolist(), strict=True))}
        for drawn in rng.binomial(sizes, 0.3, (60, 200))
    ]
    apart = [
        sum(v.is_apart for v in judged(SHARE, counts, Amount(3, 10)).by_unit.values())
        for counts in charts
    ]
    assert np.mean([n > 0 for n in apart]) <= 0.1


def test_who_is_far_beyond_stays_apart_among_many() -> None:
    found = compared_units(figures(SHARE, *[(90, 300)] * 199, (180, 300)), SHARE)
    assert [x.figure.unit for x in found.lines if x.verdict.is_apart] == ["U200"]
    assert [x.figure.unit for x in found.lines if x.verdict.is_unusual] == ["U200"]
