"""需关注: rules that can be explained, each line with the place that it is about."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from data.intake.files import load_files
from data.rights import Actor, command_line
from metrics.calendar.period import months_back, parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.cells.units import UNKNOWN
from metrics.figures.measure import TrendPoint, measure
from metrics.scheme.scheme import scheme_of
from metrics.scoring.rank import Assessment, assess
from metrics.scoring.score import Contribution
from metrics.scoring.score_trend import score_figure
from metrics.wording.alerts import Finding, below_floor, falls, far_below
from metrics.wording.attention import (
    MOST,
    MOST_OF_A_RULE,
    ORDER,
    chosen,
    is_decline,
    largest_loss,
    of_sums,
    rejects,
    unknown_share,
)

LEADER, POLITICAL = Actor("t", "leader"), Actor("t", "political")
AS_OF = date(2019, 8, 19)
MONTH = parse_period("2019-07", AS_OF)


@pytest.fixture(scope="module")
def stations(counted: Counted) -> list[Assessment]:
    return assess(counted, "station", MONTH, LEADER)


def full(c: Contribution) -> Contribution:
    """All the points, where any apply."""
    return c if c.points is None else replace(c, points=c.effective_weight)


def with_figure(line: Assessment, indicator: str, numerator: int, denominator: int) -> Assessment:
    """The line with another figure, which gives no points."""

    def changed(c: Contribution) -> Contribution:
        if c.indicator != indicator:
            return full(c)
        value = Fraction(numerator, denominator)
        return replace(
            c,
            points=Fraction(0),
            effective_weight=c.weight,
            value=value,
            own_value=value,
            numerator=numerator,
            denominator=denominator,
        )

    return replace(line, contributions=tuple(changed(c) for c in line.contributions))


# -- rules ------------------------------------------------------------------------------------


def test_at_most_five_lines_and_two_of_a_rule_in_the_order_of_the_rules() -> None:
    many = [Finding(rule, f"{rule}{n}", n) for rule in reversed(ORDER) for n in range(4)]
    kept = chosen(many)
    assert len(kept) == MOST
    assert [f.sentence for f in kept] == ["rejects3", "rejects2", "floor3", "floor2", "apart3"]
    assert max(sum(f.rule == rule for f in kept) for rule in ORDER) <= MOST_OF_A_RULE


def test_below_the_floor_beyond_doubt(counted: Counted, stations: list[Assessment]) -> None:
    line = with_figure(stations[0], "F1-tasks-signed", 60, 100)
    (found,) = below_floor([line], counted.catalogue, MONTH)
    assert found.rule == "floor"
    assert found.unit == line.unit
    assert found.sentence == (
        f"{line.name}签收及时率 60.0%（60 ÷ 100），未超过底线 80.0%，该项不得分"
    )


def test_what_only_its_group_brings_below_the_floor_says_so(
    counted: Counted, stations: list[Assessment]
) -> None:
    line = with_figure(stations[0], "F1-tasks-signed", 81, 100)
    mixed = tuple(
        replace(c, value=Fraction(79, 100), mixed=10) if c.indicator == "F1-tasks-signed" else c
        for c in line.contributions
    )
    (found,) = below_floor([replace(line, contributions=mixed)], counted.catalogue, MONTH)
    assert "81.0%（81 ÷ 100），与本组合并计 79.0%，未超过底线 80.0%" in found.sentence


def test_below_the_floor_within_chance_says_so(
    counted: Counted, stations: list[Assessment]
) -> None:
    line = with_figure(stations[0], "F1-tasks-signed", 7, 10)
    (found,) = below_floor([line], counted.catalogue, MONTH)
    assert found.rule == "near-floor"
    assert "与底线之差在随机波动内" in found.sentence


def test_an_upper_bound_is_named_as_such(counted: Counted, stations: list[Assessment]) -> None:
    line = with_figure(stations[0], "C4-recurrence", 40, 100)
    (found,) = below_floor([line], counted.catalogue, MONTH)
    assert "未低于上限 15.0%" in found.sentence


def test_full_points_raise_nothing(counted: Counted, stations: list[Assessment]) -> None:
    lines = [replace(x, contributions=tuple(map(full, x.contributions))) for x in stations]
    assert list(below_floor(lines, counted.catalogue, MONTH)) == []
    assert list(largest_loss(lines[0], MONTH)) == []


def test_a_station_apart_from_the_others_is_found(
    counted: Counted, stations: list[Assessment]
) -> None:
    def at(line: Assessment, numerator: int) -> Assessment:
        found = with_figure(line, "F2-tasks-on-time", numerator, 1000)
        return replace(
            found,
            contributions=tuple(
                replace(c, points=Fraction(1))
                for c in found.contributions
                if c.indicator == "F2-tasks-on-time"
            ),
        )

    (bureau,) = assess(counted, "bureau", MONTH, LEADER)
    whole = with_figure(bureau, "F2-tasks-on-time", 13_051, 14_000)
    scheme = scheme_of(counted.schemes, MONTH.ends_on)

    def of(lines: Sequence[Assessment]) -> list[Finding]:
        return list(far_below(lines, whole, counted.catalogue, scheme, MONTH))

    alike = [at(line, 930 + n % 3) for n, line in enumerate(stations)]
    assert of(alike) == []
    (found,) = of([at(stations[0], 700), *alike[1:]])
    assert found.unit == stations[0].unit
    assert "70.0%（700 ÷ 1,000），差于全局，在同类中也属异常（全局 93.2%）" in found.sentence


@pytest.mark.parametrize(
    ("rank", "low", "high", "before", "words_"),
    [
        (6, 5, 7, 2, "由第 2 名退至第 6 名，超出误差范围"),
        (5, 2, 6, 2, "由第 2 名退至第 5 名，仍在误差范围内（第 2–6 名）"),
        (4, 4, 4, 3, "由第 3 名退至第 4 名，超出误差范围"),
        (4, 3, 5, 3, ""),
        (2, 2, 3, 6, ""),
        (4, 3, 5, None, ""),
    ],
)
def test_falls_in_rank(
    stations: list[Assessment], rank: int, low: int, high: int, before: int | None, words_: str
) -> None:
    line = replace(stations[0], rank=rank, rank_low=low, rank_high=high, previous_rank=before)
    found = list(falls([line]))
    assert [words_ in f.sentence for f in found] == ([True] if words_ else [])


def months_of(pairs: Sequence[tuple[int, int]]) -> list[TrendPoint]:
    months = months_back(MONTH, len(pairs))
    return [TrendPoint(m, n, d, n / d) for m, (n, d) in zip(months, pairs, strict=True)]


@pytest.mark.parametrize(
    ("pairs", "is_found"),
    [
        ([(950, 1000), (930, 1000), (910, 1000), (890, 1000)], True),
        ([(950, 1000), (930, 1000), (940, 1000), (890, 1000)], False),  # not without a break
        ([(19, 20), (18, 20), (17, 20), (16, 20)], False),  # within chance
        ([(950, 1000), (930, 1000), (910, 1000)], False),  # two falls only
    ],
)
def test_three_months_of_decline(
    counted: Counted, pairs: Sequence[tuple[int, int]], is_found: bool
) -> None:
    points = months_of(pairs)
    assert is_decline(points, counted.catalogue["F2-tasks-on-time"]) is is_found


def test_lower_is_better_declines_upwards(counted: Counted) -> None:
    rising = months_of([(50, 1000), (70, 1000), (90, 1000), (110, 1000)])
    assert is_decline(rising, counted.catalogue["C4-recurrence"])
    assert not is_decline(rising[::-1], counted.catalogue["C4-recurrence"])


def test_the_unknown_share_is_of_all(counted: Counted) -> None:
    known = measure(counted, "visits", "station", MONTH, LEADER)
    bureau = measure(counted, "visits", "bureau", MONTH, LEADER)[0]
    unknown, total = unknown_share(known)
    assert total == bureau.numerator
    assert unknown == sum((f.numerator or 0) for f in known if f.unit == UNKNOWN)


def test_rejects_are_told_to_those_who_may_see_them(town_store: Path, tmp_path: Path) -> None:
    own = tmp_path / "store"
    shutil.copytree(town_store, own)
    bad = tmp_path / "走访.csv"
    bad.write_text("id,village,started_at\nX1,没有这个村,2019-07-01 10:00\n", "utf-8")
    load_files(own, [bad], command_line(), kind="visit")
    counted = Store(own).counted()
    assert [f.sentence for f in rejects(counted, POLITICAL)] == ["有 1 行导入数据被拒收，尚待更正"]
    assert list(rejects(counted, LEADER)) == []


@pytest.mark.parametrize("text", ["2019-07", "2019-08", "2019-Q2", "2019-W33", "2016-01", "2018"])
def test_findings_of_the_demo_open_a_place_and_accuse_nobody(counted: Counted, text: str) -> None:
    period = parse_period(text, AS_OF)
    lines = assess(counted, "station", period, LEADER)
    bureau = score_figure(counted, period, LEADER).line
    in_sums = of_sums(counted, period, LEADER, bureau, lines)
    found = chosen([*rejects(counted, LEADER), *in_sums])
    assert len(found) <= MOST
    assert all(f.unit or f.indicator for f in found)
    assert not any(word in f.sentence for f in found for word in ("造假", "弄虚", "懒", "失职"))
