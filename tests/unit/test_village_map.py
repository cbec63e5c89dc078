"""平安地图: areas, hot spots with their chance finds held down, indicators with their interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo.stories import SERIES_VILLAGES
from data.rights import Actor
from metrics.analysis.hot_spots import gi_star, hot_spots, neighbours
from metrics.analysis.hours import SUBJECTS, chosen, week_hours
from metrics.analysis.unit_verdict import verdicts
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.figures.measure import measure, measure_all
from metrics.map.coverage import INDICATORS, coverage_layer
from metrics.map.readings import hot_headline, hot_reading, hot_shades
from metrics.map.village_layers import Hot, hot_layer, in_slot, indicator_layer
from metrics.map.village_shapes import Land, Village, land, nearest_areas, villages_on
from metrics.scheme.scheme import scheme_of
from metrics.scoring.share import target_of

LEADER = Actor("t", "leader")
SERIES = "2019-06-01..2019-07-31"
SQUARE = ((113.0, 33.0), (113.1, 33.0), (113.1, 33.1), (113.0, 33.1), (113.0, 33.0))


def area_of(ring: np.ndarray) -> float:
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def layer(counted: Counted, text: str, what: str, slot: str | None = None) -> Hot:
    period = parse_period(text, counted.as_of)
    where = land(villages_on(counted, period.ends_on), {})
    assert where is not None
    found = chosen(week_hours(counted, period, LEADER).happened, SUBJECTS[what])
    return hot_layer(where, in_slot(found, slot))


def codes(hot: Hot) -> set[str]:
    return {shade.village.code for shade in hot_shades(hot)}


# -- the areas ----------------------------------------------------------------------------------

POINTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=25)


@settings(max_examples=40)
@given(POINTS, st.integers(0, 1000))
def test_a_place_in_an_area_lies_nearest_to_its_village(
    points: list[tuple[int, int]], seed: int
) -> None:
    positions = np.array(sorted(set(points)), float)
    if len(positions) < 3:
        return
    rng = np.random.default_rng(seed)
    for i, ring in enumerate(nearest_areas(positions)):
        corners = np.array(ring)
        inside = rng.dirichlet(np.ones(len(corners)), 5) @ corners
        away = np.hypot(*(inside[:, None, :] - positions[None, :, :]).transpose(2, 0, 1))
        assert (away[:, i] <= away.min(axis=1) + 1e-6).all()


def test_the_areas_of_a_grid_are_squares() -> None:
    grid = np.array([(x, y) for x in range(5) for y in range(5)], float)
    middle = np.array(nearest_areas(grid)[12])
    assert area_of(middle) == pytest.approx(1)


def test_outlines_are_drawn_as_given_and_missing_positions_are_counted() -> None:
    villages = [
        Village("V1", "一村", "S1", None, None, 10),
        Village("V2", "二村", "S1", 113.2, 33.0, 10),
        Village("V3", "三村", "S1", 113.2, 33.0, 10),
        Village("V4", "四村", "S1", None, None, 10),
    ]
    where = land(villages, {"V1": (SQUARE,)})
    assert where is not None
    assert [village.code for village in where.villages] == ["V1", "V2", "V3"]
    assert (where.missing, where.outlined) == (1, 1)
    ring = np.array(where.shapes[0][0])
    assert area_of(ring) == pytest.approx(9.32 * 11.06, rel=0.01)  # km² of a tenth of a degree
    assert where.positions[0] == pytest.approx((ring[:4]).mean(axis=0), abs=0.01)
    assert not (where.positions[1] == where.positions[2]).all()  # one and the same point


def test_too_few_villages_make_no_map() -> None:
    assert land([Village("V1", "一村", "S1", 113.2, 33.0, 10)], {}) is None


# -- hot spots ----------------------------------------------------------------------------------


def test_gi_star_is_the_published_formula() -> None:
    """Four villages in a row, 1 at the end hot; worked by hand with s² = Σx²/n − x̄²."""
    values = np.array([8.0, 4.0, 0.0, 0.0])
    weights = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
    mean, spread = 3.0, np.sqrt(80 / 4 - 9)
    by_hand = [
        (12 - 2 * mean) / (spread * np.sqrt((4 * 2 - 4) / 3)),
        (12 - 3 * mean) / (spread * np.sqrt((4 * 3 - 9) / 3)),
        (4 - 3 * mean) / (spread * np.sqrt((4 * 3 - 9) / 3)),
        (0 - 2 * mean) / (spread * np.sqrt((4 * 2 - 4) / 3)),
    ]
    assert gi_star(values, weights) == pytest.approx(by_hand)
    assert np.isnan(gi_star(np.ones(4), weights)).all()


def test_neighbours_are_the_nearest_and_oneself() -> None:
    positions = np.array([(0, 0), (1, 0), (2.5, 0), (10, 0)], float)
    assert neighbours(positions, 1).tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
    ]


def test_chance_alone_seldom_makes_a_hot_spot(counted: Counted) -> None:
    """Cases strewn by population: at most one map in twenty has any hot spot."""
    where = land(villages_on(counted, counted.as_of), {})
    assert where is not None
    people = np.array([village.people for village in where.villages], float)
    near = neighbours(where.positions)
    rng = np.random.default_rng(7)
    strewn = rng.multinomial(80, people / people.sum(), 400)
    with_any = [bool(hot_spots(events, people, near).is_hot.any()) for events in strewn]
    assert sum(with_any) / len(with_any) <= 0.05


def test_the_theft_series_lights_up_the_map(counted: Counted) -> None:
    hot = layer(counted, SERIES, "theft", "5-20")
    assert set(SERIES_VILLAGES) <= codes(hot)
    period = parse_period(SERIES, counted.as_of)
    said = hot_headline(hot, SUBJECTS["theft"], period, "5-20", {"S02": "寺坡派出所"})
    assert "周五 20–24 时" in said
    assert "寺坡派出所" in said


def test_the_series_is_seen_without_knowing_its_hour(counted: Counted) -> None:
    assert set(SERIES_VILLAGES) & codes(layer(counted, SERIES, "theft"))


def test_few_cases_make_no_hot_spot(counted: Counted) -> None:
    hot = layer(counted, "2019-W20", "theft", "1-00")
    assert hot.events < 5
    assert {shade.tone for shade in hot.shades} == {"few"}
    period = parse_period("2019-W20", counted.as_of)
    said = hot_headline(hot, SUBJECTS["theft"], period, None, {})
    assert "样本不足" in said or "没有落到" in said


def test_what_names_no_village_is_said(counted: Counted) -> None:
    hot = layer(counted, "2019-01-01..2019-08-19", "case")
    assert hot.unplaced > 0
    where = land(villages_on(counted, counted.as_of), {})
    assert where is not None
    assert f"{hot.unplaced} 件" in hot_reading(hot, where)


# -- coverage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2019-W33", "2019-07", "2019-01-01..2019-08-19"])
def test_coverage_is_any_work_first_and_targets_next(counted: Counted, text: str) -> None:
    """Counted here from the four indicators, without the module's words."""
    period = parse_period(text, counted.as_of)
    where = land(villages_on(counted, period.ends_on), {})
    assert where is not None
    scheme = scheme_of(counted.schemes, period.ends_on)
    asked = [counted.catalogue[name] for name in INDICATORS]
    found = measure_all(counted, asked, "village", period, LEADER)
    layer = coverage_layer(where, counted.catalogue, scheme, found, period)
    by_unit = {name: {f.unit: f for f in found[name]} for name in INDICATORS}
    for shade in layer.shades:
        visits, share, patrols, shifts = (by_unit[name][shade.village.code] for name in INDICATORS)
        missing = [not visits.numerator, not patrols.numerator]
        if any(missing):
            assert (shade.tone, shade.strength) == ("worse", 3 if all(missing) else 2)
            continue
        if min(share.denominator or 0, shifts.denominator or 0) < 3:
            assert shade.tone == "few"
            continue
        reached = [
            figure.exact >= target_of(scheme.scored(figure.indicator), period)
            for figure in (share, shifts)
        ]
        assert (shade.tone, shade.judgement) == {
            (True, True): ("better", "两项都达标"),
            (False, False): ("worse", "两项都未达标"),
            (True, False): ("even", "走访达标，巡逻未达标"),
            (False, True): ("even", "走访未达标，巡逻达标"),
        }[reached[0], reached[1]]
    assert sum(1 for s in layer.shades if s.tone == "better") > 0
    assert set(layer.legend) >= {
        f"{s.tone}-{s.strength}" if s.strength else s.tone for s in layer.shades
    }


# -- indicators ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["A1-visit-coverage", "patrols", "C1-disputes-on-time", "filings-per-10000"]
)
def test_colour_means_the_one_verdict(counted: Counted, name: str) -> None:
    period = parse_period("2019-07", counted.as_of)
    where = land(villages_on(counted, period.ends_on), {})
    assert isinstance(where, Land)
    declared = counted.catalogue[name]
    units = measure(counted, name, "village", period, LEADER)
    whole = measure(counted, name, "bureau", period, LEADER)[0]
    figures = {figure.unit: figure for figure in units}
    known = [f.value for f in units if f.unit and f.value is not None]
    reference = sum(known) / len(known) if declared.kind == "count" else whole.value
    of = verdicts(units, whole, declared, None)
    assert of.base == pytest.approx(reference)
    for shade in indicator_layer(where, units, of, None):
        figure = figures[shade.village.code]
        assert (shade.tone in ("worse", "better")) == of.of(shade.village.code).is_apart
        if shade.tone in ("worse", "better"):
            assert not figure.lower <= reference <= figure.upper
            if declared.better == "higher":
                assert (figure.value < reference) == (shade.tone == "worse")
        elif shade.tone == "few":
            assert "样本不足" in shade.judgement
